//! Operations on the tenant.

use uppzy::Tenants;

use super::{Call, replied};
use crate::settings::{Pair, borrowed};

macro_rules! reads {
    ($($(#[$doc:meta])+ $variant:ident = $name:ident;)+) => {
        /// What is asked of the tenant.
        #[derive(uniffi::Enum)]
        pub enum TenantRequest { $(
            $(#[$doc])+
            $variant {
                /// Parameters.
                query: Vec<Pair>,
            },
        )+ }

        impl TenantRequest {
            pub(super) fn call(self, tenant: Tenants) -> Call {
                match self { $(
                    Self::$variant { query } => {
                        replied(async move { tenant.$name(&borrowed(&query)).await })
                    }
                )+ }
            }
        }
    };
}

reads! {
    /// Its fields.
    Get = get;
    /// What it may use.
    Limits = limits;
    /// What it has used.
    Usage = usage;
    /// What it has used over time.
    UsageHistory = usage_history;
    /// Its statistics.
    Statistics = statistics;
}
