//! What a run has left: all that the invariants are checked on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::orders::{CallOrder, End};

/// One entry of the sandbox's journal: what is looked at here.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// Which process of the sandbox it was.
    #[serde(default)]
    pub(crate) run: u32,
    pub(crate) seq: u64,
    pub(crate) at: String,
    pub(crate) operation: String,
    pub(crate) status: Option<u16>,
    pub(crate) processed: bool,
    pub(crate) rule: Option<Value>,
    pub(crate) fate: String,
    pub(crate) client_gone: bool,
    pub(crate) session_sha256: Option<String>,
    pub(crate) file_name: Option<String>,
}

impl Seen {
    /// Whether more may become of it.
    pub(crate) fn is_open(&self) -> bool {
        !self.client_gone && (self.fate == "in_progress" || self.fate == "stalled")
    }
}

/// A call that a worker was told to make, and what became of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    pub(crate) order: CallOrder,
    pub(crate) worker: String,
    pub(crate) language: &'static str,
    /// Whether the worker takes its key from a file.
    pub(crate) key_file: bool,
    pub(crate) ordered_ms: u64,
    /// The worker was killed while it was under way.
    pub(crate) killed: bool,
    /// Milliseconds for which its process was halted, from the order on.
    pub(crate) halted_ms: u64,
    /// The token of the accepted question, if the worker came to have it.
    pub(crate) token: Option<String>,
    /// Each time the worker said that it ended: once, it is to be hoped.
    pub(crate) ends: Vec<End>,
}

/// What the director saw of the workers' ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Processes {
    /// Connections that the sandbox still had after all clients were closed.
    pub(crate) connections_open: u64,
    /// Who held them.
    pub(crate) holders: Vec<String>,
    /// Workers, or children of them, that had to be killed at the end, or ended badly.
    pub(crate) bad_ends: Vec<String>,
    /// What was written to an error output, with who wrote it.
    pub(crate) complaints: Vec<String>,
    /// Who showed a key, a message, a document or an address.
    pub(crate) leaks: Vec<String>,
}

/// What came of a token at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Resumed {
    Answered,
    /// The sandbox itself says that it failed.
    Failed,
    /// None of both: the kind of the error.
    Lost(String),
}

/// Everything that a run has left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) calls: BTreeMap<u64, Call>,
    pub(crate) journal: BTreeMap<(u32, u64), Seen>,
    /// Session and id of every question that the sandbox has kept.
    pub(crate) questions: Vec<(String, String)>,
    /// The titles of all documents that the sandbox has kept.
    pub(crate) documents: Vec<String>,
    /// By token.
    pub(crate) resumed: BTreeMap<String, Resumed>,
    pub(crate) processes: Processes,
    /// Counts of what was done: restarts, kills and the like.
    pub(crate) deeds: BTreeMap<&'static str, u64>,
}

/// SHA-256 in hex, as the journal has it.
pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
