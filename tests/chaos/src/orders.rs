//! What the director and the workers say to each other: a line of JSON each.

use serde::{Deserialize, Serialize};

/// What a worker is told, on its standard input. It ends when that ends.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub(crate) enum Order {
    /// Make a call, beside those that are under way.
    Call(CallOrder),
    /// Use another key from now on, and say so.
    SetKey { key: String },
    /// Fork, and make these calls in the child, with the client of the parent. Python only.
    Fork { pool: bool, calls: Vec<CallOrder> },
    /// Close the client while calls are under way, and make another one, with this key if there is
    /// no file of it.
    Renew { key: Option<String> },
    /// Close the client, and say so. All calls have ended by then.
    Close,
    /// End.
    Finish,
}

/// A call, with everything that any operation needs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct CallOrder {
    pub(crate) id: u64,
    /// `chat.ask`, `chat.send`, `chat.submit` (and then waiting), `chat.ask_many`, `chat.resume`,
    /// `chat.poll_once`, `chat.feedback`, `sessions.close`, `documents.create_text`,
    /// `documents.upload`, `tenant.get`.
    pub(crate) operation: String,
    pub(crate) session: String,
    pub(crate) message: String,
    pub(crate) email: String,
    pub(crate) title: String,
    pub(crate) token: String,
    pub(crate) request_id: String,
    pub(crate) timeout_ms: u64,
    pub(crate) retry_unknown: bool,
    /// Milliseconds until the call is cancelled; 0 for never.
    pub(crate) cancel_after_ms: u64,
    /// For `chat.ask_many`.
    pub(crate) questions: Vec<Question>,
}

/// One of many questions, with a number of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) id: u64,
    pub(crate) session: String,
    pub(crate) message: String,
}

/// What a worker says, on its standard output. It never says a message, an answer or a key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "report", rename_all = "snake_case")]
pub(crate) enum Report {
    /// The client is there.
    Ready,
    /// A question was accepted. Said before the answer is waited for, so that it outlives the worker.
    Accepted {
        id: u64,
        token: String,
    },
    /// A call has ended.
    Ended(End),
    /// The new key is in use.
    KeySet,
    /// A child is there, or is gone with this code.
    Forked,
    Joined {
        code: i32,
    },
    /// The client is closed. `said` is what it can tell of itself: metrics, its printed form.
    Closed {
        said: String,
    },
}

/// How a call ended.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) id: u64,
    /// Milliseconds since 1970.
    pub(crate) began_ms: u64,
    pub(crate) elapsed_ms: u64,
    pub(crate) result: Ending,
    /// The session of the answer.
    #[serde(default)]
    pub(crate) session: Option<String>,
    #[serde(default)]
    pub(crate) request_id: Option<String>,
    #[serde(default)]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) outcome: Option<String>,
    #[serde(default)]
    pub(crate) attempts: Option<u64>,
    #[serde(default)]
    pub(crate) token: Option<String>,
    /// All printed forms of an error, to be searched for what must not be in them.
    #[serde(default)]
    pub(crate) said: Option<String>,
}

/// The four ways in which a call can end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    #[default]
    Answered,
    /// One look at an answer that is still being made.
    Pending,
    Cancelled,
    Error,
}
