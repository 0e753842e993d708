//! What the API answers with, as records of the boundary. The core's structs are taken apart without
//! a rest pattern, so that a new field is not forgotten here. Fields beyond the documented ones cross
//! as JSON text, empty if there are none: most callers never look at them.

mod chat;
mod documents;
mod open;
mod sessions;

use std::time::{Duration, SystemTime};

use jiff::Timestamp;

pub use chat::{AnswerData, PolledData, QuestionData, ReceiptData, StatusData};
pub use documents::{DocumentData, DocumentListData};
pub use open::OpenData;
pub use sessions::{SessionData, SessionListData};

/// How a result came about.
#[derive(Clone, Debug, uniffi::Record)]
pub struct MetaData {
    /// How many times the request was sent.
    pub attempts: u32,
    /// How many times the state of an awaited answer was read.
    pub polls: u32,
    /// The time from the start of the call.
    pub elapsed: Duration,
    /// The last HTTP status.
    pub http_status: u16,
    /// The HTTP request id of the last answer.
    pub http_request_id: Option<String>,
}

impl From<uppzy::Meta> for MetaData {
    fn from(meta: uppzy::Meta) -> Self {
        let uppzy::Meta { attempts, polls, elapsed, http_status, http_request_id } = meta;
        Self { attempts, polls, elapsed, http_status, http_request_id }
    }
}

/// A moment as the boundary knows it.
fn moment(time: Option<Timestamp>) -> Option<SystemTime> {
    time.map(SystemTime::from)
}
