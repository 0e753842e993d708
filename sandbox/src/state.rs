//! The state of a space, and every change of it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::clock;
use crate::journal::hex;
use crate::knowledge_base::{FoundAnswer, IndexChange, KnowledgeBase};
use crate::model::{
    ChatRequest, Counts, Document, DocumentContent, DocumentStatus, DocumentType, Judgement, Keys,
    Progress, Session, Settings, User,
};
use crate::progression::{Progression, Stage};
use crate::store::{Change, Stored, Table};
use crate::widget;

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

/// A new document.
#[derive(Debug)]
pub(crate) struct NewDocument {
    pub(crate) title: String,
    pub(crate) kind: DocumentType,
    pub(crate) category: Option<String>,
    pub(crate) size: u64,
    pub(crate) content: DocumentContent,
}

/// A question that was asked, with the answer found for it.
#[derive(Debug)]
pub(crate) struct Asked<'request> {
    pub(crate) session_id: &'request str,
    pub(crate) email: Option<&'request str>,
    pub(crate) message: &'request str,
    pub(crate) answer: Arc<FoundAnswer>,
    pub(crate) progress: Progress,
    pub(crate) answer_time: u64,
}

/// Why a question is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    SessionClosed,
    /// Seconds until the next day.
    DailyLimit(i64),
}

/// Why a judgement is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FeedbackRefusal {
    Unknown,
    NotCompleted,
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

    // Documents

    fn note_for_index(&self, document: &Document) {
        let id = document.id.clone();
        self.knowledge.note(match document.knowledge() {
            Some(content) => IndexChange::Insert { id, title: document.title.clone(), content },
            None => IndexChange::Remove { id },
        });
    }

    pub(crate) fn add_document(&mut self, now: i64, new: NewDocument) -> &Document {
        let ordinal = self.ordinal();
        let document = Document {
            id: new_id("doc_"),
            ordinal,
            title: new.title,
            kind: new.kind,
            category: new.category,
            status: DocumentStatus::Active,
            size: new.size,
            created_at: now,
            updated_at: now,
            content: new.content,
        };
        self.note_for_index(&document);
        self.save(Table::Documents, &document.id, &document);
        self.document_bytes += document.size;
        self.document_ordinals.insert(document.id.clone(), ordinal);
        self.documents.entry(ordinal).or_insert(document)
    }

    pub(crate) fn document(&self, id: &str) -> Option<&Document> {
        self.documents.get(self.document_ordinals.get(id)?)
    }

    /// Puts a changed document in the place of the one with its id.
    pub(crate) fn replace_document(&mut self, document: Document) {
        self.note_for_index(&document);
        self.save(Table::Documents, &document.id, &document);
        let after = document.size;
        let before = self.documents.insert(document.ordinal, document);
        let before = before.map_or(0, |document| document.size);
        self.document_bytes = (self.document_bytes + after).saturating_sub(before);
    }

    /// Whether there was such a document.
    pub(crate) fn delete_document(&mut self, id: &str) -> bool {
        let Some(ordinal) = self.document_ordinals.remove(id) else { return false };
        if let Some(document) = self.documents.remove(&ordinal) {
            self.document_bytes = self.document_bytes.saturating_sub(document.size);
        }
        self.knowledge.note(IndexChange::Remove { id: id.to_owned() });
        self.forget(Table::Documents, id);
        true
    }

    /// All documents, oldest first.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &Document> {
        self.documents.values()
    }

    pub(crate) fn document_count(&self) -> usize {
        self.documents.len()
    }

    pub(crate) fn document_bytes(&self) -> u64 {
        self.document_bytes
    }

    // Conversations

    pub(crate) fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }

    /// Number of conversations, and how many of them are open.
    pub(crate) fn session_counts(&self) -> (u64, u64) {
        (u64::try_from(self.sessions.len()).unwrap_or(u64::MAX), self.open_sessions)
    }

    /// Closes a conversation; an unknown or closed one is left alone.
    pub(crate) fn close_session(&mut self, now: i64, id: &str) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        if session.closed_at.is_some() {
            return;
        }
        session.closed_at = Some(now);
        session.updated_at = now;
        self.open_sessions = self.open_sessions.saturating_sub(1);
        let session = session.clone();
        self.save(Table::Sessions, id, &session);
    }

    // Chat

    /// Takes a question, unless there is a reason not to.
    pub(crate) fn ask(&mut self, now: i64, asked: Asked<'_>) -> Result<Arc<str>, Refusal> {
        if self.sessions.get(asked.session_id).is_some_and(|session| session.closed_at.is_some()) {
            return Err(Refusal::SessionClosed);
        }
        let today = clock::day(now);
        let used = self.days.get(&today).map_or(0, |counts| counts.messages);
        if self.settings.daily_messages.is_some_and(|limit| used >= limit) {
            return Err(Refusal::DailyLimit(clock::seconds_to_next_day(now)));
        }
        let session = self.touch_session(now, asked.session_id, asked.email);
        let characters = asked.message.chars().count() + asked.answer.text.chars().count();
        let delta = Counts {
            messages: 1,
            tokens: u64::try_from(characters.div_ceil(4)).unwrap_or_default(),
            ..Counts::default()
        };
        let ordinal = self.ordinal();
        let mut request = ChatRequest {
            id: new_id("req_").into(),
            ordinal,
            session_id: session.id,
            email: session.email,
            created_at: now,
            progress: Progress::Pending,
            polls: 0,
            answer_time: asked.answer_time,
            answer: asked.answer,
            judgement: None,
        };
        self.count(now, request.email.as_deref(), delta);
        self.settle(now, &mut request, asked.progress);
        self.save(Table::Requests, &request.id, &request);
        let id = request.id.clone();
        self.request_order.push_back(id.clone());
        self.requests.insert(id.clone(), request);
        if self.request_order.len() > MOST_REQUESTS {
            if let Some(oldest) = self.request_order.pop_front() {
                self.requests.remove(&oldest);
                self.forget(Table::Requests, &oldest);
            }
        }
        Ok(id)
    }

    fn touch_session(&mut self, now: i64, id: &str, email: Option<&str>) -> Session {
        let key: Arc<str> = match self.sessions.get_key_value(id) {
            Some((known, _)) => known.clone(),
            None => id.into(),
        };
        let mut is_new = false;
        let session = self.sessions.entry(key.clone()).or_insert_with(|| {
            is_new = true;
            Session {
                id: key,
                email: None,
                created_at: now,
                updated_at: now,
                closed_at: None,
                message_count: 0,
            }
        });
        session.message_count += 1;
        session.updated_at = now;
        let email_before = session.email.clone();
        if let Some(email) = email.filter(|email| session.email.as_deref() != Some(*email)) {
            session.email = Some(email.into());
        }
        let session = session.clone();
        self.open_sessions += u64::from(is_new);
        if let (Some(email), true) = (&session.email, session.email != email_before) {
            let user = self.users.entry(email.clone()).or_default();
            user.sessions += 1;
            if user.first_seen == 0 {
                user.first_seen = now;
            }
        }
        self.save(Table::Sessions, id, &session);
        session
    }

    /// Adds to the counts of the day and of the user.
    fn count(&mut self, now: i64, email: Option<&str>, delta: Counts) {
        let today = clock::day(now);
        let counts = self.days.entry(today).or_default();
        counts.add(&delta);
        let counts = *counts;
        self.save(Table::Days, &today.to_string(), &counts);
        if let Some(user) = email.and_then(|email| self.users.get_mut(email)) {
            user.counts.add(&delta);
            user.last_seen = now;
            let user = user.clone();
            self.save(Table::Users, email.unwrap_or_default(), &user);
        }
    }

    fn settle(&mut self, now: i64, request: &mut ChatRequest, progress: Progress) {
        let delta = match &progress {
            Progress::Pending => return,
            Progress::Completed => Counts {
                answers: 1,
                confidence_sum: request.answer.confidence_score.into(),
                ..Counts::default()
            },
            Progress::Failed(_) => Counts { failures: 1, ..Counts::default() },
        };
        request.progress = progress;
        self.count(now, request.email.as_deref(), delta);
    }

    pub(crate) fn request(&self, id: &str) -> Option<&ChatRequest> {
        self.requests.get(id)
    }

    /// What a status read of a request finds. `read` says whether it counts as one.
    pub(crate) fn stage(
        &mut self,
        now: i64,
        id: &str,
        progression: &Progression,
        read: bool,
    ) -> Option<Stage> {
        let request = self.requests.get_mut(id)?;
        request.polls = request.polls.saturating_add(u32::from(read));
        let stage = match &request.progress {
            Progress::Completed => return Some(Stage::Completed),
            Progress::Failed(reason) => return Some(Stage::Failed(reason.clone())),
            Progress::Pending => {
                let elapsed = now.saturating_sub(request.created_at);
                progression.stage(request.polls.max(1), elapsed, request.answer_time)
            }
        };
        let progress = match &stage {
            Stage::Completed => Progress::Completed,
            Stage::Failed(reason) => Progress::Failed(reason.clone()),
            Stage::Hidden | Stage::Pending(_) => return Some(stage),
        };
        let mut request = request.clone();
        self.settle(now, &mut request, progress);
        self.save(Table::Requests, id, &request);
        self.requests.insert(request.id.clone(), request);
        Some(stage)
    }

    /// Takes a judgement. The answer is the judgement in force, and whether it is new.
    pub(crate) fn judge(
        &mut self,
        now: i64,
        session_id: &str,
        request_id: &str,
        judgement: Judgement,
        progression: &Progression,
    ) -> Result<(Judgement, bool), FeedbackRefusal> {
        let of_session = |request: &&ChatRequest| &*request.session_id == session_id;
        if self.requests.get(request_id).filter(of_session).is_none() {
            return Err(FeedbackRefusal::Unknown);
        }
        if self.stage(now, request_id, progression, false) != Some(Stage::Completed) {
            return Err(FeedbackRefusal::NotCompleted);
        }
        let Some(request) = self.requests.get_mut(request_id) else {
            return Err(FeedbackRefusal::Unknown);
        };
        if let Some(before) = request.judgement {
            return Ok((before, false));
        }
        request.judgement = Some(judgement);
        let request = request.clone();
        let good = u64::from(judgement == Judgement::Good);
        let delta = Counts { good, bad: 1 - good, ..Counts::default() };
        self.count(now, request.email.as_deref(), delta);
        self.save(Table::Requests, request_id, &request);
        Ok((judgement, true))
    }

    // Counts

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
