//! What can be asked of the library: one form for all operations, so that they cross the boundary in one
//! way. Each family has its own file.

mod chat;
mod documents;
mod pending;
mod sessions;
mod site;
mod streams;
mod tenant;

use std::future::Future;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::call::{guarded, run};
use crate::cancel::Cancellation;
use crate::client::client_of;
use crate::failure::CallError;
use crate::reply::Reply;
use crate::settings::CallSettings;

pub use chat::ChatRequestData;
pub use documents::DocumentsRequest;
pub use pending::PendingRequest;
pub use sessions::SessionsRequest;
pub use site::SiteRequest;
pub use streams::StreamRequest;
pub use tenant::TenantRequest;

/// What is asked. The arguments are those of the core's operation of that name.
#[derive(uniffi::Enum)]
pub enum Request {
    /// Of the tenant.
    Tenant {
        /// What.
        request: TenantRequest,
    },
    /// Of the site.
    Site {
        /// What.
        request: SiteRequest,
    },
    /// Of the site's documents.
    Documents {
        /// What.
        request: DocumentsRequest,
    },
    /// Of the assistant.
    Chat {
        /// What.
        request: ChatRequestData,
    },
    /// Of the site's sessions.
    Sessions {
        /// What.
        request: SessionsRequest,
    },
    /// Of an answer that is being made; needs no client.
    Pending {
        /// What.
        request: PendingRequest,
    },
    /// Of something that gives results in turn; needs no client.
    Stream {
        /// What.
        request: StreamRequest,
    },
}

/// A call under way.
pub(crate) type Call = BoxFuture<'static, Result<Reply, CallError>>;

/// A call of the core, whose result is one of the replies.
fn replied<T: Into<Reply>>(call: impl Future<Output = uppzy::Result<T>> + Send + 'static) -> Call {
    Box::pin(call.map(|result| result.map(Into::into).map_err(CallError::from)))
}

impl Request {
    /// The call, not begun yet. The client is the one of that number.
    pub(crate) fn call(self, client: u64, settings: &CallSettings) -> Result<Call, CallError> {
        let options = settings.options()?;
        let client = || client_of(client);
        Ok(match self {
            Self::Tenant { request } => request.call(client()?.tenant().options(options)),
            Self::Site { request } => request.call(client()?.site().options(options)),
            Self::Documents { request } => request.call(client()?.documents().options(options)),
            Self::Chat { request } => request.call(client()?.chat().options(options)),
            Self::Sessions { request } => request.call(client()?.sessions().options(options)),
            Self::Pending { request } => request.call(options),
            Self::Stream { request } => request.call(),
        })
    }
}

/// Does what is asked, of the client of that number where it takes one. Letting go of it ends it, and so
/// does the cancellation: nothing more is sent, and its socket is released.
#[uniffi::export]
pub async fn perform(
    client: u64,
    settings: CallSettings,
    request: Request,
    cancellation: Option<Arc<Cancellation>>,
) -> Result<Reply, CallError> {
    run(cancellation, guarded(|| request.call(client, &settings))?).await
}
