//! The tenant: the workspace that keys, sites and the plan belong to.

use crate::error::Result;
use crate::model::OpenObject;
use crate::operation::{
    Operation, TENANT_GET, TENANT_LIMITS, TENANT_STATISTICS, TENANT_USAGE, TENANT_USAGE_HISTORY,
};
use crate::pipeline::{Call, execute};

use super::arguments::query_pairs;
use super::family;

family! {
    /// Operations on the tenant, from [`Client::tenant`](crate::Client::tenant).
    ///
    /// The vendor documents the paths but neither parameters nor fields: a query is sent as it is given,
    /// and an answer is handed over with all of its fields.
    Tenants
}

impl Tenants {
    /// Reads the tenant.
    ///
    /// Documented: the path. Assumed: that it takes no parameters that you must give.
    ///
    /// # Errors
    /// `config` without a tenant id; else as every read.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let tenant = client.tenant().get(&[]).await?;
    /// println!("{:?}", tenant.get("name"));
    /// # Ok(()) }
    /// ```
    pub async fn get(&self, query: &[(&str, &str)]) -> Result<OpenObject> {
        self.read(&TENANT_GET, query).await
    }

    /// Reads the limits of the tenant's plan: the cheapest check that key, tenant and network are
    /// right.
    ///
    /// Documented: the path, and its use as a connectivity check. Undocumented: the fields.
    ///
    /// # Errors
    /// `config` without a tenant id; `authentication` for a key that is wrong, expired or revoked;
    /// `permission_denied` for a plan without API access; else as every read.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let limits = client.tenant().limits(&[]).await?;
    /// println!("reached in {:?}: {:?}", limits.meta.elapsed, limits.fields);
    /// # Ok(()) }
    /// ```
    pub async fn limits(&self, query: &[(&str, &str)]) -> Result<OpenObject> {
        self.read(&TENANT_LIMITS, query).await
    }

    /// Reads what the tenant has used.
    ///
    /// Documented: the path. Undocumented: the fields and the period they cover.
    ///
    /// # Errors
    /// `config` without a tenant id; else as every read.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let usage = client.tenant().usage(&[]).await?;
    /// println!("{:?}", usage.fields);
    /// # Ok(()) }
    /// ```
    pub async fn usage(&self, query: &[(&str, &str)]) -> Result<OpenObject> {
        self.read(&TENANT_USAGE, query).await
    }

    /// Reads what the tenant has used over time.
    ///
    /// Documented: the path. Undocumented: the fields, and the parameters that choose a period.
    ///
    /// # Errors
    /// `config` without a tenant id; else as every read.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let history = client.tenant().usage_history(&[("from", "2026-01-01")]).await?;
    /// println!("{:?}", history.fields);
    /// # Ok(()) }
    /// ```
    pub async fn usage_history(&self, query: &[(&str, &str)]) -> Result<OpenObject> {
        self.read(&TENANT_USAGE_HISTORY, query).await
    }

    /// Reads the tenant's statistics.
    ///
    /// Documented: the path. Undocumented: the fields and parameters.
    ///
    /// # Errors
    /// `config` without a tenant id; else as every read.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let statistics = client.tenant().statistics(&[]).await?;
    /// println!("{:?}", statistics.fields);
    /// # Ok(()) }
    /// ```
    pub async fn statistics(&self, query: &[(&str, &str)]) -> Result<OpenObject> {
        self.read(&TENANT_STATISTICS, query).await
    }

    async fn read(
        &self,
        operation: &'static Operation,
        query: &[(&str, &str)],
    ) -> Result<OpenObject> {
        let query = query_pairs(operation, query)?;
        let call = Call { query: &query, ..Call::new(operation, &self.options) };
        execute(&self.client, call, OpenObject::parse).await
    }
}
