//! The index of a space behind a lock, with the answers to recent questions.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::knowledge::{Content, Index, Reply};
use crate::locking::lock;

/// Answers that are remembered until the documents change.
const MOST_REMEMBERED: usize = 4_096;

/// Content above so many bytes is indexed off the async threads.
const LARGE: usize = 64 * 1024;

/// An answer as it is kept with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FoundAnswer {
    pub(crate) text: String,
    pub(crate) confidence_level: String,
    pub(crate) confidence_score: u8,
    /// What the answer quotes, as the API shows it.
    pub(crate) sources: Vec<Value>,
}

impl FoundAnswer {
    fn nothing() -> Self {
        Self {
            text: String::new(),
            confidence_level: "low".to_owned(),
            confidence_score: 0,
            sources: Vec::new(),
        }
    }
}

impl From<Reply> for FoundAnswer {
    fn from(reply: Reply) -> Self {
        let source = |source: crate::knowledge::Source| {
            json!({
                "document_id": source.document_id,
                "title": source.title,
                "quote": source.quote,
            })
        };
        Self {
            text: reply.text,
            confidence_level: reply.confidence_level.to_owned(),
            confidence_score: reply.confidence_score,
            sources: reply.source.into_iter().map(source).collect(),
        }
    }
}

#[derive(Debug, Default)]
struct Shelf {
    index: Index,
    remembered: HashMap<String, Arc<FoundAnswer>>,
}

/// A change of what answers are found in.
#[derive(Debug)]
pub(crate) enum IndexChange {
    Insert { id: String, title: String, content: Content },
    Remove { id: String },
}

impl IndexChange {
    fn is_large(&self) -> bool {
        let text = match self {
            Self::Insert { content: Content::Text(text), .. } => text.len(),
            Self::Insert { content: Content::QuestionAnswer { answer, .. }, .. } => answer.len(),
            Self::Remove { .. } => 0,
        };
        text > LARGE
    }
}

/// What the documents of a space know.
#[derive(Debug, Default)]
pub(crate) struct KnowledgeBase {
    shelf: Mutex<Shelf>,
    /// Changes in the order in which the documents changed, not yet in the index.
    queue: Mutex<VecDeque<IndexChange>>,
    /// Number of long changes under way, during which the shelf is not to be waited for on an
    /// async thread.
    long_changes: AtomicU32,
}

/// Counts a long change for as long as it lasts.
struct LongChange<'base>(&'base KnowledgeBase);

impl Drop for LongChange<'_> {
    fn drop(&mut self) {
        self.0.long_changes.fetch_sub(1, Ordering::AcqRel);
    }
}

impl KnowledgeBase {
    /// Notes a change; to be called under the lock that guards the documents.
    pub(crate) fn note(&self, change: IndexChange) {
        lock(&self.queue).push_back(change);
    }

    /// Brings the index up to date.
    pub(crate) async fn catch_up(self: &Arc<Self>) {
        let large = lock(&self.queue).iter().any(IndexChange::is_large);
        if !large && !self.is_busy() {
            self.catch_up_now();
            return;
        }
        self.long_changes.fetch_add(1, Ordering::AcqRel);
        let base = self.clone();
        // The task also ends when the request that waits for it is dropped.
        let task = tokio::task::spawn_blocking(move || {
            let _counted = LongChange(&base);
            base.catch_up_now();
        });
        let _ = task.await;
    }

    /// Brings the index up to date on this thread, however long that takes.
    pub(crate) fn catch_up_now(&self) {
        drop(self.current_shelf());
    }

    /// Forgets everything; to be called under the lock that guards the documents.
    pub(crate) fn clear(&self) {
        let mut shelf = lock(&self.shelf);
        lock(&self.queue).clear();
        *shelf = Shelf::default();
    }

    /// Finds the answer to a question.
    pub(crate) async fn answer(self: &Arc<Self>, question: &str) -> Arc<FoundAnswer> {
        if !self.is_busy() {
            return self.answer_now(question);
        }
        let base = self.clone();
        let question = question.to_owned();
        let task = tokio::task::spawn_blocking(move || base.answer_now(&question));
        task.await.unwrap_or_else(|_| Arc::new(FoundAnswer::nothing()))
    }

    fn is_busy(&self) -> bool {
        self.long_changes.load(Ordering::Acquire) > 0
    }

    fn current_shelf(&self) -> MutexGuard<'_, Shelf> {
        let mut shelf = lock(&self.shelf);
        // Taken while the shelf is held, so that changes keep their order.
        let changes = std::mem::take(&mut *lock(&self.queue));
        if !changes.is_empty() {
            shelf.remembered.clear();
        }
        for change in changes {
            match change {
                IndexChange::Insert { id, title, content } => {
                    shelf.index.insert(&id, &title, content);
                }
                IndexChange::Remove { id } => shelf.index.remove(&id),
            }
        }
        shelf
    }

    fn answer_now(&self, question: &str) -> Arc<FoundAnswer> {
        let mut shelf = self.current_shelf();
        if let Some(known) = shelf.remembered.get(question) {
            return known.clone();
        }
        let answer = Arc::new(FoundAnswer::from(shelf.index.answer(question)));
        if shelf.remembered.len() >= MOST_REMEMBERED {
            shelf.remembered.clear();
        }
        shelf.remembered.insert(question.to_owned(), answer.clone());
        answer
    }
}
