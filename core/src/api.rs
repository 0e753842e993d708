//! One file per family of operations.

mod arguments;
mod ask_many;
mod chat;
mod documents;
mod questions;
mod sessions;
mod sites;
mod tenants;
mod upload;

pub use ask_many::{AskManyOptions, AskOutcome, AskProgress};
pub use chat::Chat;
pub(crate) use chat::{status_call, status_with_retries};
pub use documents::Documents;
pub use questions::ChatRequest;
pub use sessions::Sessions;
pub use sites::Sites;
pub use tenants::Tenants;
pub use upload::{Upload, UploadProgress};

/// A handle on a family of operations: the client, and how the next calls differ from its defaults.
macro_rules! family {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            pub(super) client: crate::client::Client,
            pub(super) options: crate::pipeline::CallOptions,
        }

        impl $name {
            pub(crate) fn new(client: crate::client::Client) -> Self {
                Self { client, options: crate::pipeline::CallOptions::default() }
            }

            /// Gives the handle's calls this total time, in place of the client's default.
            #[must_use]
            pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
                self.options.timeout = Some(timeout);
                self
            }

            /// Whether the handle's calls are repeated even where nobody can tell if the server has
            /// processed the request already, so that a repeat can double its effect.
            #[must_use]
            pub fn retry_unknown(mut self, retry_unknown: bool) -> Self {
                self.options.retry_unknown = Some(retry_unknown);
                self
            }

            /// Sets everything about the handle's calls at once.
            #[must_use]
            pub fn options(mut self, options: crate::pipeline::CallOptions) -> Self {
                self.options = options;
                self
            }
        }
    };
}
pub(crate) use family;
