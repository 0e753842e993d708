//! The journal: what requests came in and what became of them, without anything personal.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::clock::timestamp;
use crate::locking::lock;
use crate::rules::RuleName;

/// Entries that are kept; older ones are dropped.
const MOST_ENTRIES: usize = 200_000;

/// One request in the journal. It holds no message, email, key or session id, only hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JournalEntry {
    /// Position in the journal, counted from 1 since the last clearing of the space.
    pub seq: u64,
    /// When it arrived, ISO 8601, by the clock of the space.
    pub at: String,
    /// Operation name such as `chat.send`; `unmatched` when no route fits.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path template, never the filled path.
    pub template: String,
    /// Names of the query parameters.
    pub query_keys: Vec<String>,
    /// Status that was answered; none when no answer was sent.
    pub status: Option<u16>,
    /// Whether the request took effect: it was really handled, with a 2xx result, whatever was
    /// answered then.
    pub processed: bool,
    /// The rule that was applied.
    pub rule: Option<RuleName>,
    /// `in_progress`, `answered`, `reset`, `closed`, `garbage`, `stalled`, `truncated` or
    /// `client_gone`.
    pub fate: String,
    /// Whether the client was gone before it was answered.
    pub client_gone: bool,
    /// Number of the connection.
    pub connection: u64,
    /// Bytes of the request's body.
    pub request_bytes: u64,
    /// SHA-256 of the field `message`, in hex.
    pub message_sha256: Option<String>,
    /// SHA-256 of the field `session_id`, in hex.
    pub session_sha256: Option<String>,
    /// Names of the request's headers, in order.
    pub header_names: Vec<String>,
    /// `User-Agent` of the request.
    pub user_agent: Option<String>,
    /// `Content-Type` of the request, without the boundary of a multipart body.
    pub content_type: Option<String>,
    /// File name of an upload.
    pub file_name: Option<String>,
    /// Content type of the uploaded part.
    pub file_content_type: Option<String>,
    /// Bytes of the uploaded file.
    pub file_bytes: Option<u64>,
    /// SHA-256 of the uploaded file, in hex.
    pub file_sha256: Option<String>,
    /// First 8 hex digits of the SHA-256 of the key that was sent.
    pub key_fingerprint: Option<String>,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    InProgress,
    Answered,
    Reset,
    Closed,
    Garbage,
    Stalled,
    Truncated,
    ClientGone,
}

impl Fate {
    fn name(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Answered => "answered",
            Self::Reset => "reset",
            Self::Closed => "closed",
            Self::Garbage => "garbage",
            Self::Stalled => "stalled",
            Self::Truncated => "truncated",
            Self::ClientGone => "client_gone",
        }
    }
}

/// An uploaded file, as the journal knows it.
#[derive(Debug, Clone)]
pub(crate) struct FileFacts {
    pub(crate) name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: u64,
    pub(crate) sha256: [u8; 32],
}

/// A journal entry as it is kept: small, and cheap to write.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) at: i64,
    pub(crate) operation: &'static str,
    pub(crate) method: http::Method,
    pub(crate) template: &'static str,
    pub(crate) query_keys: Vec<String>,
    pub(crate) status: Option<u16>,
    pub(crate) processed: bool,
    pub(crate) rule: Option<RuleName>,
    pub(crate) fate: Fate,
    pub(crate) client_gone: bool,
    pub(crate) connection: u64,
    pub(crate) request_bytes: u64,
    pub(crate) message_sha256: Option<[u8; 32]>,
    pub(crate) session_sha256: Option<[u8; 32]>,
    pub(crate) head: Arc<HeadFacts>,
    pub(crate) file: Option<Box<FileFacts>>,
    pub(crate) key_fingerprint: Option<[u8; 4]>,
}

/// What the journal keeps of a request's headers. Requests of one client mostly share it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct HeadFacts {
    pub(crate) header_names: Vec<http::HeaderName>,
    pub(crate) user_agent: Option<http::HeaderValue>,
    pub(crate) content_type: Option<String>,
}

impl HeadFacts {
    pub(crate) fn of(headers: &http::HeaderMap) -> Self {
        // A multipart boundary differs with every request and says nothing.
        let content_type = headers.get(http::header::CONTENT_TYPE).map(|value| {
            let value = String::from_utf8_lossy(value.as_bytes());
            value.split("; boundary=").next().unwrap_or_default().to_owned()
        });
        Self {
            header_names: headers.keys().cloned().collect(),
            user_agent: headers.get(http::header::USER_AGENT).cloned(),
            content_type,
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Record {
    fn entry(&self, seq: u64) -> JournalEntry {
        let hash = |hash: &Option<[u8; 32]>| hash.as_ref().map(|bytes| hex(bytes));
        let file = self.file.as_deref();
        let lossy =
            |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        JournalEntry {
            seq,
            at: timestamp(self.at),
            operation: self.operation.to_owned(),
            method: self.method.to_string(),
            template: self.template.to_owned(),
            query_keys: self.query_keys.clone(),
            status: self.status,
            processed: self.processed,
            rule: self.rule.clone(),
            fate: self.fate.name().to_owned(),
            client_gone: self.client_gone,
            connection: self.connection,
            request_bytes: self.request_bytes,
            message_sha256: hash(&self.message_sha256),
            session_sha256: hash(&self.session_sha256),
            header_names: self.head.header_names.iter().map(ToString::to_string).collect(),
            user_agent: self.head.user_agent.as_ref().map(lossy),
            content_type: self.head.content_type.clone(),
            file_name: file.and_then(|file| file.name.clone()),
            file_content_type: file.and_then(|file| file.content_type.clone()),
            file_bytes: file.map(|file| file.bytes),
            file_sha256: file.map(|file| hex(&file.sha256)),
            key_fingerprint: self.key_fingerprint.map(|bytes| hex(&bytes)),
        }
    }
}

#[derive(Debug, Default)]
struct Records {
    kept: VecDeque<Record>,
    /// Number of entries dropped since the last clearing.
    dropped: u64,
    /// Changes with every clearing, so that a late request does not write into a new journal.
    era: u64,
}

impl Records {
    fn at(&mut self, slot: Slot) -> Option<&mut Record> {
        let offset = slot.seq.checked_sub(self.dropped + 1).filter(|_| slot.era == self.era)?;
        self.kept.get_mut(usize::try_from(offset).ok()?)
    }
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    era: u64,
    seq: u64,
}

/// The journal of a space.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    records: Mutex<Records>,
}

impl Journal {
    /// Enters a request that has just arrived.
    pub(crate) fn begin(self: &Arc<Self>, record: Record) -> Entry {
        let mut records = lock(&self.records);
        if records.kept.len() >= MOST_ENTRIES {
            records.kept.pop_front();
            records.dropped += 1;
        }
        records.kept.push_back(record);
        let seq = records.dropped + u64::try_from(records.kept.len()).unwrap_or_default();
        Entry { journal: self.clone(), slot: Slot { era: records.era, seq }, settled: false }
    }

    /// The entries after `seq`, of one operation if one is given.
    pub(crate) fn entries(&self, after: u64, operation: Option<&str>) -> Vec<JournalEntry> {
        let records = lock(&self.records);
        let skipped = usize::try_from(after.saturating_sub(records.dropped)).unwrap_or(usize::MAX);
        let first = records.dropped + 1;
        let numbered = (first..).zip(records.kept.iter()).skip(skipped);
        numbered
            .filter(|(_, record)| operation.is_none_or(|wanted| wanted == record.operation))
            .map(|(seq, record)| record.entry(seq))
            .collect()
    }

    /// Number of entries dropped because the journal was full.
    pub(crate) fn dropped(&self) -> u64 {
        lock(&self.records).dropped
    }

    pub(crate) fn clear(&self) {
        let mut records = lock(&self.records);
        *records = Records { era: records.era + 1, ..Records::default() };
    }
}

/// The entry of a request under way. When it is dropped unsettled, the client was gone.
#[derive(Debug)]
pub(crate) struct Entry {
    journal: Arc<Journal>,
    slot: Slot,
    settled: bool,
}

impl Entry {
    pub(crate) fn update(&self, change: impl FnOnce(&mut Record)) {
        let mut records = lock(&self.journal.records);
        if let Some(record) = records.at(self.slot) {
            change(record);
        }
    }

    /// Says what became of the request; from here on nobody waits for it.
    pub(crate) fn settle(mut self, fate: Fate, status: Option<u16>) {
        self.settled = true;
        self.update(|record| {
            record.fate = fate;
            record.status = status;
        });
    }

    /// Says what is becoming of the request while the client still waits.
    pub(crate) fn mark(&self, fate: Fate, status: Option<u16>) {
        self.update(|record| {
            record.fate = fate;
            record.status = status;
        });
    }

    /// The answer was sent as far as it was meant to be.
    pub(crate) fn finish(mut self) {
        self.settled = true;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.settled {
            self.update(|record| {
                record.client_gone = true;
                if record.fate != Fate::Stalled {
                    record.fate = Fate::ClientGone;
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(operation: &'static str) -> Record {
        Record {
            at: 0,
            operation,
            method: http::Method::GET,
            template: "/t",
            query_keys: Vec::new(),
            status: None,
            processed: false,
            rule: None,
            fate: Fate::InProgress,
            client_gone: false,
            connection: 1,
            request_bytes: 0,
            message_sha256: None,
            session_sha256: None,
            head: Arc::default(),
            file: None,
            key_fingerprint: None,
        }
    }

    #[test]
    fn entries_are_numbered_and_settled() {
        let journal = Arc::new(Journal::default());
        journal.begin(record("a")).settle(Fate::Answered, Some(200));
        drop(journal.begin(record("b")));
        let open = journal.begin(record("a"));
        let entries = journal.entries(0, None);
        let seen: Vec<_> = entries
            .iter()
            .map(|entry| (entry.seq, entry.fate.as_str(), entry.client_gone))
            .collect();
        assert_eq!(
            seen,
            [(1, "answered", false), (2, "client_gone", true), (3, "in_progress", false)]
        );
        assert_eq!(journal.entries(1, Some("a")).len(), 1);
        journal.clear();
        journal.begin(record("c")).settle(Fate::Answered, Some(200));
        open.settle(Fate::Reset, None);
        let after = journal.entries(0, None);
        assert_eq!(after.len(), 1);
        assert_eq!(after[0].fate, "answered");
    }

    #[test]
    fn the_journal_is_bounded() {
        let journal = Arc::new(Journal::default());
        let first = journal.begin(record("a"));
        for _ in 0..MOST_ENTRIES {
            journal.begin(record("b")).settle(Fate::Answered, Some(200));
        }
        first.settle(Fate::Answered, Some(500));
        assert_eq!(journal.dropped(), 1);
        let entries = journal.entries(u64::try_from(MOST_ENTRIES).unwrap(), None);
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].status, Some(200));
        assert_eq!(journal.entries(0, None).first().unwrap().seq, 2);
    }
}
