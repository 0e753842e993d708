//! What a space keeps: documents, conversations, requests, and the counts over them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::timestamp;
use crate::knowledge::Content;
use crate::knowledge_base::FoundAnswer;

/// Where a document came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DocumentType {
    File,
    Text,
    Qa,
}

/// Whether a document feeds answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DocumentStatus {
    Active,
    Draft,
}

impl DocumentStatus {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "active" => Some(Self::Active),
            "draft" => Some(Self::Draft),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Draft => "draft",
        }
    }
}

/// What a document says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DocumentContent {
    /// None when the file was received but not kept.
    Text(Option<String>),
    Pair {
        question: String,
        answer: String,
    },
}

/// A document. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) id: String,
    /// Position among all documents ever created.
    pub(crate) ordinal: u64,
    pub(crate) title: String,
    pub(crate) kind: DocumentType,
    pub(crate) category: Option<String>,
    pub(crate) status: DocumentStatus,
    /// Bytes of the file, or of the text.
    pub(crate) size: u64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) content: DocumentContent,
}

impl Document {
    /// The document as the API shows it.
    pub(crate) fn show(&self) -> Value {
        json!({
            "id": self.id,
            "title": self.title,
            "type": self.kind,
            "category": self.category,
            "status": self.status.name(),
            "ready": true,
            "size": self.size,
            "created_at": timestamp(self.created_at),
            "updated_at": timestamp(self.updated_at),
        })
    }

    /// What answers are found in; nothing for a draft.
    pub(crate) fn knowledge(&self) -> Option<Content> {
        if self.status == DocumentStatus::Draft {
            return None;
        }
        match &self.content {
            DocumentContent::Text(text) => text.clone().map(Content::Text),
            DocumentContent::Pair { question, answer } => {
                Some(Content::QuestionAnswer { question: question.clone(), answer: answer.clone() })
            }
        }
    }
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: Arc<str>,
    pub(crate) email: Option<Arc<str>>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) closed_at: Option<i64>,
    pub(crate) message_count: u64,
}

impl Session {
    /// The conversation as the API shows it.
    pub(crate) fn show(&self) -> Value {
        json!({
            "id": self.id,
            "email": self.email,
            "created_at": timestamp(self.created_at),
            "updated_at": timestamp(self.updated_at),
            "closed_at": self.closed_at.map(timestamp),
            "message_count": self.message_count,
        })
    }
}

/// How far a chat request is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    Pending,
    Completed,
    Failed(String),
}

/// A judgement of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Judgement {
    Good,
    Bad,
}

/// One question with its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ChatRequest {
    pub(crate) id: Arc<str>,
    pub(crate) ordinal: u64,
    pub(crate) session_id: Arc<str>,
    pub(crate) email: Option<Arc<str>>,
    pub(crate) created_at: i64,
    pub(crate) progress: Progress,
    /// Status reads so far; not kept over a restart.
    #[serde(skip)]
    pub(crate) polls: u32,
    /// Milliseconds that the latency wants an asynchronous answer to take.
    #[serde(default)]
    pub(crate) answer_time: u64,
    pub(crate) answer: Arc<FoundAnswer>,
    pub(crate) judgement: Option<Judgement>,
}

/// Counts over a day, a user, or everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) messages: u64,
    pub(crate) tokens: u64,
    pub(crate) answers: u64,
    pub(crate) confidence_sum: u64,
    pub(crate) failures: u64,
    pub(crate) good: u64,
    pub(crate) bad: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.messages += other.messages;
        self.tokens += other.tokens;
        self.answers += other.answers;
        self.confidence_sum += other.confidence_sum;
        self.failures += other.failures;
        self.good += other.good;
        self.bad += other.bad;
    }

    /// Mean confidence of the answers to one decimal, none without answers.
    pub(crate) fn average_confidence(&self) -> Option<f64> {
        let answers = self.answers as f64;
        (self.answers > 0).then(|| (self.confidence_sum as f64 / answers * 10.0).round() / 10.0)
    }
}

/// What is known of one user, by email.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) counts: Counts,
    pub(crate) sessions: u64,
    pub(crate) first_seen: i64,
    pub(crate) last_seen: i64,
}

/// What can be set from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Whether the plan includes machine access.
    pub(crate) m2m: bool,
    /// Messages per UTC day; none for no limit.
    pub(crate) daily_messages: Option<u64>,
    pub(crate) max_upload_bytes: u64,
    /// Whether uploads are counted and hashed, but not read or kept.
    pub(crate) discard_uploads: bool,
    /// How far the clock is ahead, in milliseconds.
    pub(crate) clock_advanced: i64,
    pub(crate) created_at: i64,
}

impl Settings {
    pub(crate) fn new(created_at: i64) -> Self {
        Self {
            m2m: true,
            daily_messages: None,
            max_upload_bytes: 64 * 1024 * 1024,
            discard_uploads: false,
            clock_advanced: 0,
            created_at,
        }
    }
}

/// The valid keys, and those that were valid once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Keys {
    pub(crate) valid: Vec<String>,
    pub(crate) revoked: Vec<String>,
}

impl Keys {
    pub(crate) fn only(key: &str) -> Self {
        Self { valid: vec![key.to_owned()], revoked: Vec::new() }
    }

    pub(crate) fn accepts(&self, key: &str) -> bool {
        self.valid.iter().any(|valid| valid == key)
    }

    pub(crate) fn add(&mut self, key: &str) {
        self.revoked.retain(|revoked| revoked != key);
        if !self.accepts(key) {
            self.valid.push(key.to_owned());
        }
    }

    pub(crate) fn revoke(&mut self, key: &str) {
        self.valid.retain(|valid| valid != key);
        if !self.revoked.iter().any(|revoked| revoked == key) {
            self.revoked.push(key.to_owned());
        }
    }
}
