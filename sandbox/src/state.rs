//! The state of a space, and every change of it.

mod chat;
mod documents;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::journal::hex;
use crate::knowledge_base::KnowledgeBase;
use crate::model::{ChatRequest, Counts, Document, Keys, Session, Settings, User};
use crate::store::{Change, Stored, Table};
use crate::widget;

pub(crate) use chat::{Asked, FeedbackRefusal, Refusal};
pub(crate) use documents::NewDocument;

/// Chat requests that are kept; older ones are forgotten.
const MOST_REQUESTS: usize = 500_000;

/// Everything that a space keeps.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) keys: Keys,
    pub(crate) widget_config: Value,
    documents: BTreeMap<u64, Document>,
    document_ordinals: HashMap<String, u64>,
    document_bytes: u64,
    sessions: HashMap<Arc<str>, Session>,
    open_sessions: u64,
    requests: HashMap<Arc<str>, ChatRequest>,
    request_order: VecDeque<Arc<str>>,
    days: BTreeMap<i64, Counts>,
    users: HashMap<Arc<str>, User>,
    next_ordinal: u64,
    knowledge: Arc<KnowledgeBase>,
    /// Changes for the data file; none when nothing is kept.
    unsaved: Option<Vec<Change>>,
}

impl State {
    pub(crate) fn new(now: i64, keys: Keys, knowledge: Arc<KnowledgeBase>, saving: bool) -> Self {
        Self {
            settings: Settings::new(now),
            keys,
            widget_config: widget::defaults(),
            documents: BTreeMap::new(),
            document_ordinals: HashMap::new(),
            document_bytes: 0,
            sessions: HashMap::new(),
            open_sessions: 0,
            requests: HashMap::new(),
            request_order: VecDeque::new(),
            days: BTreeMap::new(),
            users: HashMap::new(),
            next_ordinal: 1,
            knowledge,
            unsaved: saving.then(Vec::new),
        }
    }

    /// Takes over what a data file held.
    pub(crate) fn load(&mut self, stored: Stored) {
        if let Some(settings) = stored.settings {
            self.settings = settings;
        }
        if let Some(keys) = stored.keys {
            self.keys = keys;
        }
        if let Some(widget_config) = stored.widget_config {
            self.widget_config = widget_config;
        }
        for document in stored.documents {
            self.next_ordinal = self.next_ordinal.max(document.ordinal + 1);
            self.document_bytes += document.size;
            self.document_ordinals.insert(document.id.clone(), document.ordinal);
            self.note_for_index(&document);
            self.documents.insert(document.ordinal, document);
        }
        for session in stored.sessions {
            self.open_sessions += u64::from(session.closed_at.is_none());
            self.sessions.insert(session.id.clone(), session);
        }
        let mut requests = stored.requests;
        requests.sort_by_key(|request| request.ordinal);
        for request in requests {
            self.next_ordinal = self.next_ordinal.max(request.ordinal + 1);
            self.request_order.push_back(request.id.clone());
            self.requests.insert(request.id.clone(), request);
        }
        self.days = stored.days.into_iter().collect();
        self.users = stored.users.into_iter().map(|(email, user)| (email.into(), user)).collect();
    }

    /// The changes since the last call, for the data file.
    pub(crate) fn take_unsaved(&mut self) -> Vec<Change> {
        self.unsaved.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Forgets everything, as if just started.
    pub(crate) fn reset(&mut self, now: i64, keys: Keys) {
        self.knowledge.clear();
        let saving = self.unsaved.is_some();
        *self = Self::new(now, keys, self.knowledge.clone(), saving);
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.push(Change::Clear);
        }
        self.save_settings();
        self.save_keys();
    }

    fn save(&mut self, table: Table, key: &str, value: &impl Serialize) {
        if let Some(unsaved) = &mut self.unsaved {
            // These types have string keys only, so that this cannot fail.
            let json = serde_json::to_string(value).unwrap_or_default();
            unsaved.push(Change::Put { table, key: key.to_owned(), json });
        }
    }

    fn forget(&mut self, table: Table, key: &str) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.push(Change::Delete { table, key: key.to_owned() });
        }
    }

    pub(crate) fn save_settings(&mut self) {
        let settings = self.settings.clone();
        self.save(Table::Settings, Stored::SETTINGS, &settings);
    }

    pub(crate) fn save_keys(&mut self) {
        let keys = self.keys.clone();
        self.save(Table::Settings, Stored::KEYS, &keys);
    }

    pub(crate) fn save_widget_config(&mut self) {
        let config = self.widget_config.clone();
        self.save(Table::Settings, Stored::WIDGET_CONFIG, &config);
    }

    fn ordinal(&mut self) -> u64 {
        let ordinal = self.next_ordinal;
        self.next_ordinal += 1;
        ordinal
    }

    pub(crate) fn totals(&self) -> Counts {
        self.days.values().fold(Counts::default(), |mut totals, counts| {
            totals.add(counts);
            totals
        })
    }

    /// Counts per day, newest first.
    pub(crate) fn days(&self) -> impl Iterator<Item = (i64, &Counts)> {
        self.days.iter().rev().map(|(day, counts)| (*day, counts))
    }

    pub(crate) fn user(&self, email: &str) -> Option<&User> {
        self.users.get(email)
    }
}

/// An id that no one can guess: the prefix and 32 hex digits.
fn new_id(prefix: &str) -> String {
    format!("{prefix}{}", hex(&rand::random::<[u8; 16]>()))
}
