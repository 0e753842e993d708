//! Client for the Uppzy chat and knowledge API.
//!
//! ```no_run
//! # async fn example() -> Result<(), uppzy::Error> {
//! use uppzy::{ChatRequest, Client};
//!
//! let client = Client::from_env()?; // UPPZY_API_KEY, UPPZY_SITE_ID, ...
//! let question = ChatRequest::new("ticket-48291", "How do I return a lamp?");
//! let answer = client.chat().ask(&question).await?;
//! println!("{} ({:?})", answer.text(), answer.confidence_level);
//! # Ok(()) }
//! ```
//!
//! Answers take seconds to a minute, so the client is built around waiting well: one deadline per
//! call ([`CallOptions::timeout`]), retries only where a repeat cannot double a message
//! ([`ErrorKind`], [`Outcome`]), thousands of answers awaited at once ([`Chat::ask_many`]), and
//! tokens with which any process and language takes an answer up ([`PendingAnswer::token`]).
//!
//! Everything needs a Tokio runtime; the `blocking` feature brings its own.

mod api;
mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
mod cancel;
mod client;
mod clock;
mod config;
mod credentials;
pub mod defaults;
mod error;
mod events;
mod inserted;
mod model;
pub mod operation;
mod pipeline;
mod poll;
mod retry;
mod secret;
mod session_id;
mod token;
mod transport;

pub use api::{
    AskManyOptions, AskOutcome, AskProgress, Chat, ChatRequest, Documents, Sessions, Sites,
    Tenants, Upload, UploadProgress,
};
pub use cancel::{CancelToken, Cancelled};
pub use client::Client;
pub use clock::Clock;
pub use config::{ClientBuilder, DEFAULT_BASE_URL};
pub use error::{
    AttemptRecord, Error, ErrorGroup, ErrorKind, KindRow, Outcome, Phase, QueueVerdict, Result,
    RetryStoppedBy,
};
pub use events::{
    AnswerMetrics, CallRecord, Event, EventKind, EventStream, LatencySummary, Metrics,
    OperationMetrics,
};
pub use model::{
    Answer, ChatStatus, ConfidenceLevel, Document, DocumentStatus, Feedback, FeedbackReceipt,
    Listing, Meta, OpenObject, RequestStatus, Session,
};
pub use pipeline::CallOptions;
pub use poll::{PendingAnswer, PollOutcome, PollSchedule};
pub use retry::RetryPolicy;
pub use secret::ApiKey;
pub use session_id::SessionIds;
#[cfg(feature = "reqwest")]
pub use transport::ReqwestTransport;
pub use transport::{
    BoxFuture, ByteStream, ResponseBody, SendProgress, Transport, TransportBody, TransportFault,
    TransportRequest, TransportResponse,
};

/// The version of this crate and of every package made from it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A duration as the seconds that JSON, logs and metrics show, exact to the microsecond.
pub(crate) fn seconds(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e6
}
