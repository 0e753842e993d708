//! The index of documents: their passages, and what is needed to rank them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use bm25::Scorer;

use super::passages;
use super::words::{Analyser, Embedding, LANGUAGES, Term, language_of, question_key};

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

/// The documents that questions are answered from. Equal documents, inserted in the same order,
/// give equal answers.
#[derive(Default)]
pub struct Index {
    documents: BTreeMap<String, Entry>,
    pub(super) passages: HashMap<u32, Passage>,
    next_passage: u32,
    /// Ranks passages: titles with texts, questions with answers.
    pub(super) texts: Scorer<u32, Term>,
    /// Ranks the questions of question and answer pairs.
    pub(super) questions: Scorer<u32, Term>,
    /// Pairs by their question.
    pub(super) asked: HashMap<String, BTreeSet<u32>>,
    /// In how many passages a term occurs.
    pub(super) spread: HashMap<Term, u32>,
    /// How many documents there are in each language.
    pub(super) languages: [u32; LANGUAGES],
}

struct Entry {
    language: usize,
    passages: Vec<u32>,
}

pub(super) struct Passage {
    pub(super) document_id: Arc<str>,
    pub(super) title: Arc<str>,
    pub(super) quote: String,
    /// Sorted.
    pub(super) terms: Box<[Term]>,
    /// Those of them that do not come from the title or a heading alone. Sorted.
    pub(super) own: Box<[Term]>,
    /// For a question and answer pair.
    pub(super) question: Option<Question>,
}

pub(super) struct Question {
    key: String,
    /// Sorted.
    pub(super) terms: Box<[Term]>,
}

impl fmt::Debug for Index {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Index")
            .field("documents", &self.documents.len())
            .field("passages", &self.passages.len())
            .finish_non_exhaustive()
    }
}

impl Index {
    /// An index without documents.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
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

    /// Adds a document, in place of the one with the same id if there is one.
    pub fn insert(&mut self, id: &str, title: &str, content: Content) {
        self.remove(id);
        let language = match &content {
            Content::Text(text) => language_of(text),
            Content::QuestionAnswer { question, answer } => {
                language_of(&format!("{question} {answer}"))
            }
        };
        let Some(analyser) = Analyser::of(language) else {
            return;
        };
        // A title is often the name of a file.
        let subject = title.replace(['.', '_'], " ");
        let (id, title): (Arc<str>, Arc<str>) = (id.into(), title.into());
        let mut entry = Entry { language, passages: Vec::new() };
        match content {
            Content::Text(text) => {
                for passage in passages::split(&text) {
                    let passages::Passage { heading, text: quote } = passage;
                    let embedding = analyser.embed(&format!("{subject}\n{heading}\n{quote}"));
                    let own = terms_of(&analyser.embed(&quote));
                    entry.passages.push(self.add(&id, &title, quote, (embedding, own), None));
                }
            }
            Content::QuestionAnswer { question, answer } => {
                let embedding = analyser.embed(&format!("{subject}\n{question}\n{answer}"));
                let asked = analyser.embed(&question);
                let own = terms_of(&analyser.embed(&format!("{question}\n{answer}")));
                let known = Question { key: question_key(&question), terms: terms_of(&asked) };
                let passage = self.add(&id, &title, answer, (embedding, own), Some(known));
                self.questions.upsert(&passage, asked);
                self.asked.entry(question_key(&question)).or_default().insert(passage);
                entry.passages.push(passage);
            }
        }
        if let Some(count) = self.languages.get_mut(language) {
            *count += 1;
        }
        self.documents.insert(id.as_ref().to_owned(), entry);
    }

    fn add(
        &mut self,
        document_id: &Arc<str>,
        title: &Arc<str>,
        quote: String,
        (embedding, own): (Embedding, Box<[Term]>),
        question: Option<Question>,
    ) -> u32 {
        let passage = self.next_passage;
        self.next_passage += 1;
        let terms = terms_of(&embedding);
        for term in &terms {
            *self.spread.entry(*term).or_default() += 1;
        }
        self.texts.upsert(&passage, embedding);
        self.passages.insert(
            passage,
            Passage {
                document_id: Arc::clone(document_id),
                title: Arc::clone(title),
                quote,
                terms,
                own,
                question,
            },
        );
        passage
    }

    /// Removes a document. An unknown id is no error.
    pub fn remove(&mut self, id: &str) {
        let Some(entry) = self.documents.remove(id) else {
            return;
        };
        if let Some(count) = self.languages.get_mut(entry.language) {
            *count = count.saturating_sub(1);
        }
        for id in entry.passages {
            self.texts.remove(&id);
            self.questions.remove(&id);
            let Some(passage) = self.passages.remove(&id) else {
                continue;
            };
            for term in &passage.terms {
                if let Some(count) = self.spread.get_mut(term) {
                    *count -= 1;
                    if *count == 0 {
                        self.spread.remove(term);
                    }
                }
            }
            if let Some(question) = passage.question
                && let Some(same) = self.asked.get_mut(&question.key)
            {
                same.remove(&id);
                if same.is_empty() {
                    self.asked.remove(&question.key);
                }
            }
        }
    }
}

fn terms_of(embedding: &Embedding) -> Box<[Term]> {
    embedding.indices().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::super::test_shop::{pair, shop, source, text};
    use super::*;

    #[test]
    fn replaced_and_removed_documents_leave_nothing_behind() {
        let mut index = shop();
        text(&mut index, "hours", "Support hours", "We never sleep.");
        assert_eq!(index.len(), 3);
        assert_eq!(index.answer("Which team answers Monday to Friday?").source, None);
        pair(&mut index, "warranty", "Is there a warranty at all?", "Yes.");
        assert_ne!(index.answer("How long is the warranty on a lamp?").text, "Two years.");
        for id in ["returns", "hours", "warranty", "unknown"] {
            index.remove(id);
        }
        assert!(index.is_empty());
        assert!(index.passages.is_empty() && index.spread.is_empty() && index.asked.is_empty());
        assert_eq!(index.languages, [0; LANGUAGES]);
        assert_eq!(index.answer("Returns accepted?").source, None);
    }

    #[test]
    fn thousands_of_passages_are_told_apart() {
        let mut index = Index::new();
        for number in 0..5_000 {
            text(
                &mut index,
                &format!("d{number}"),
                &format!("Article {number}"),
                &format!("The part with number {number} is made of material{number}."),
            );
        }
        assert_eq!(index.len(), 5_000);
        let reply = index.answer("What is material4321 made into?");
        assert_eq!(source(&reply), "d4321");
    }
}
