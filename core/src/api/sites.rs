//! The site: one chatbot with its documents, sessions and widget.

use serde_json::Value;

use crate::error::Result;
use crate::model::OpenObject;
use crate::operation::{
    Operation, SITE_GET, SITE_STATISTICS, SITE_UPDATE_WIDGET_CONFIG, SITE_USER_STATISTICS,
    SITE_WIDGET_CONFIG,
};
use crate::pipeline::{Call, RequestBody, execute};

use super::arguments::{query_pairs, require_patch, require_text};
use super::family;

family! {
    /// Operations on the site, from [`Client::site`](crate::Client::site).
    ///
    /// The vendor documents the paths but neither parameters nor fields: a query or a patch is sent as
    /// it is given, and an answer is handed over with all of its fields.
    Sites
}

impl Sites {
    /// Reads the site.
    ///
    /// Documented: the path. Undocumented: the fields and parameters.
    ///
    /// # Errors
    /// `config` without a site id; else as every read.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let site = client.site().get(&[]).await?;
    /// println!("{:?}", site.get("name"));
    /// # Ok(()) }
    /// ```
    pub async fn get(&self, query: &[(&str, &str)]) -> Result<OpenObject> {
        self.read(&SITE_GET, query).await
    }

    /// Reads the site's statistics.
    ///
    /// Documented: the path. Undocumented: the fields and parameters.
    ///
    /// # Errors
    /// `config` without a site id; else as every read.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let statistics = client.site().statistics(&[]).await?;
    /// println!("{:?}", statistics.fields);
    /// # Ok(()) }
    /// ```
    pub async fn statistics(&self, query: &[(&str, &str)]) -> Result<OpenObject> {
        self.read(&SITE_STATISTICS, query).await
    }

    /// Reads one user's statistics.
    ///
    /// Documented: the path, with the address in it. Undocumented: the fields.
    ///
    /// # Errors
    /// `invalid_input` for an empty email; `config` without a site id; else as every read.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let statistics = client.site().user_statistics("ann@example.org").await?;
    /// println!("{:?}", statistics.fields);
    /// # Ok(()) }
    /// ```
    pub async fn user_statistics(&self, email: &str) -> Result<OpenObject> {
        let operation = &SITE_USER_STATISTICS;
        require_text(operation, "email", email, "pass the user's address")?;
        let path = [("email", email)];
        let call = Call { path: &path, ..Call::new(operation, &self.options) };
        execute(&self.client, call, OpenObject::parse).await
    }

    /// Reads the configuration of the site's chat widget.
    ///
    /// Documented: the path. Assumed from the dashboard's pages: fields such as `displayName`,
    /// `initialMessage`, `theme` and `primaryColor`.
    ///
    /// # Errors
    /// `config` without a site id; else as every read.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let widget = client.site().widget_config().await?;
    /// println!("{:?}", widget.get("theme"));
    /// # Ok(()) }
    /// ```
    pub async fn widget_config(&self) -> Result<OpenObject> {
        self.read(&SITE_WIDGET_CONFIG, &[]).await
    }

    /// Changes the configuration of the site's chat widget, and gives back the server's answer.
    ///
    /// Documented: the path. Assumed: that fields which the patch does not name keep their values.
    /// The names are passed on as they are.
    ///
    /// # Errors
    /// `invalid_input` for a patch that is no object or has no fields; `config` without a site id;
    /// else as every write. A repeat sets the same values, so failures are retried.
    ///
    /// ```no_run
    /// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
    /// let patch = serde_json::json!({"theme": "dark", "collectUserFeedback": true});
    /// client.site().update_widget_config(&patch).await?;
    /// # Ok(()) }
    /// ```
    pub async fn update_widget_config(&self, patch: &Value) -> Result<OpenObject> {
        let operation = &SITE_UPDATE_WIDGET_CONFIG;
        require_patch(operation, patch)?;
        let body = RequestBody::json(patch);
        let call = Call { body, ..Call::new(operation, &self.options) };
        execute(&self.client, call, OpenObject::parse).await
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
