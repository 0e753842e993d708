//! Answering a question from the index.

use bm25::{Scorer, TokenEmbedding};

use super::index::{Index, Passage};
use super::words::{Embedding, LANGUAGES, Term, question_key, question_terms};

/// Passages that the index pretends to hold besides its own. Without them every word would be a
/// common word in an index of three passages, and an unknown one would outweigh all known ones.
const BACKGROUND: f32 = 20.0;
/// From this share of common weight on, a question is taken to be that of a question and answer
/// pair.
const SAME_QUESTION: f32 = 0.65;
/// Below this share of the question's weight a passage does not answer it.
const ANSWERS: f32 = 0.4;
/// How many of the best candidates are looked at closely.
const CANDIDATES: usize = 16;
/// From the covered share of the question to the score, as points of a broken line.
const SCORES: [(f32, f32); 5] =
    [(0.0, 0.0), (ANSWERS, 29.0), (0.55, 50.0), (0.75, 80.0), (1.0, 100.0)];

/// An answer found in the documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The answer, ready to show.
    pub text: String,
    /// `high` from a score of 75, `medium` from 50, else `low`.
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

impl Index {
    /// Answers a question from the documents.
    #[must_use]
    pub fn answer(&self, question: &str) -> Reply {
        let same = self.asked.get(&question_key(question));
        if let Some(passage) = same.and_then(|same| self.passages.get(same.first()?)) {
            return found(passage, 1.0);
        }
        let languages: Vec<usize> = (0..LANGUAGES)
            .filter(|language| self.languages.get(*language).is_some_and(|count| *count > 0))
            .collect();
        let words: Vec<Word> = question_terms(question, &languages)
            .into_iter()
            .map(|terms| self.weigh(terms))
            .collect();
        let total: f32 = words.iter().map(|word| word.weight).sum();
        if total <= 0.0 {
            return self.unknown(0.0);
        }
        let query = embed_query(&words);
        if let Some((passage, share)) = self.same_question(&query, &words, total) {
            return found(passage, share);
        }
        match self.best_passage(&query, &words, total) {
            Some((passage, share)) if share >= ANSWERS => found(passage, share),
            Some((_, share)) => self.unknown(share),
            None => self.unknown(0.0),
        }
    }

    fn weigh(&self, terms: Vec<Term>) -> Word {
        let spread =
            terms.iter().filter_map(|term| self.spread.get(term)).max().copied().unwrap_or(0);
        Word { weight: self.weight(spread), terms }
    }

    /// How much a term says: the rarer, the more.
    fn weight(&self, spread: u32) -> f32 {
        let all = self.passages.len() as f32 + BACKGROUND;
        let spread = spread as f32;
        (1.0 + (all - spread + 0.5) / (spread + 0.5)).ln()
    }

    /// The pair whose question has enough in common with the one asked, both ways.
    fn same_question(
        &self,
        query: &Embedding,
        words: &[Word],
        total: f32,
    ) -> Option<(&Passage, f32)> {
        let mut best: Option<(&Passage, f32)> = None;
        for (id, _) in candidates(&self.questions, query) {
            let Some((passage, question)) = self
                .passages
                .get(&id)
                .and_then(|passage| Some((passage, passage.question.as_ref()?)))
            else {
                continue;
            };
            let own: f32 = question
                .terms
                .iter()
                .map(|term| self.weight(self.spread.get(term).copied().unwrap_or(0)))
                .sum();
            let share = 2.0 * covered(words, &question.terms) / (total + own);
            if share >= SAME_QUESTION && best.is_none_or(|(_, other)| share > other) {
                best = Some((passage, share));
            }
        }
        best
    }

    fn best_passage(
        &self,
        query: &Embedding,
        words: &[Word],
        total: f32,
    ) -> Option<(&Passage, f32)> {
        let mut best: Option<(&Passage, f32)> = None;
        for (id, rank) in candidates(&self.texts, query) {
            let Some(passage) = self.passages.get(&id) else {
                continue;
            };
            // All passages share the title; the one that says more itself is the better answer.
            let rank = rank * (1.0 + covered(words, &passage.own) / total);
            if best.is_none_or(|(_, other)| rank > other) {
                best = Some((passage, rank));
            }
        }
        let (passage, _) = best?;
        Some((passage, covered(words, &passage.terms) / total))
    }

    fn unknown(&self, share: f32) -> Reply {
        let text = if self.is_empty() {
            "There are no documents to answer from yet. This sandbox answers only from uploaded \
             documents."
        } else {
            "None of the documents answers this question. This sandbox answers only from uploaded \
             documents."
        };
        Reply {
            text: text.to_owned(),
            confidence_level: "low",
            confidence_score: score(share.min(ANSWERS)),
            source: None,
        }
    }
}

/// A word of a question: what it may be, and how much it says.
struct Word {
    terms: Vec<Term>,
    weight: f32,
}

fn embed_query(words: &[Word]) -> Embedding {
    let mut terms: Vec<_> = words
        .iter()
        .flat_map(|word| word.terms.iter())
        .map(|term| TokenEmbedding { index: *term, value: 1.0 })
        .collect();
    terms.sort_by_key(|term| term.index);
    terms.dedup_by_key(|term| term.index);
    bm25::Embedding(terms)
}

/// Weight of the words that occur among the terms, which are sorted.
fn covered(words: &[Word], terms: &[Term]) -> f32 {
    words
        .iter()
        .filter(|word| word.terms.iter().any(|term| terms.binary_search(term).is_ok()))
        .map(|word| word.weight)
        .sum()
}

/// The best candidates, best first; among equals the one inserted first.
fn candidates(scorer: &Scorer<u32, Term>, query: &Embedding) -> Vec<(u32, f32)> {
    let mut matches = scorer.matches(query);
    matches.sort_by(|left, right| {
        right.score.total_cmp(&left.score).then_with(|| left.id.cmp(&right.id))
    });
    matches.into_iter().take(CANDIDATES).map(|found| (found.id, found.score)).collect()
}

fn found(passage: &Passage, share: f32) -> Reply {
    let score = score(share);
    Reply {
        text: if passage.question.is_some() {
            passage.quote.clone()
        } else {
            format!("From \"{}\": {}", passage.title, passage.quote)
        },
        confidence_level: match score {
            75.. => "high",
            50.. => "medium",
            _ => "low",
        },
        confidence_score: score,
        source: Some(Source {
            document_id: passage.document_id.as_ref().to_owned(),
            title: passage.title.as_ref().to_owned(),
            quote: passage.quote.clone(),
        }),
    }
}

fn score(share: f32) -> u8 {
    let mut last = (0.0, 0.0);
    for (at, value) in SCORES {
        if share <= at {
            let (from, base) = last;
            let part = if at > from { (share - from) / (at - from) } else { 0.0 };
            return (base + part * (value - base)).round() as u8;
        }
        last = (at, value);
    }
    100
}

#[cfg(test)]
mod tests {
    use super::super::test_shop::{shop, source, text};
    use super::*;

    #[test]
    fn the_passage_that_covers_the_question_is_quoted() {
        let index = shop();
        let reply = index.answer("Within how many days are returns accepted?");
        assert_eq!(source(&reply), "returns");
        assert_eq!(
            reply.text,
            "From \"Return policy\": Returns are accepted within 30 days with a receipt."
        );
        assert_eq!(reply.confidence_level, "high");
        assert_eq!(reply, index.answer("Within how many days are returns accepted?"));
    }

    #[test]
    fn a_pair_is_answered_word_for_word() {
        let index = shop();
        let exact = index.answer("how long is the WARRANTY on a lamp");
        assert_eq!((exact.text.as_str(), exact.confidence_score), ("Two years.", 100));
        let close = index.answer("What warranty does my floor lamp have?");
        assert_eq!((source(&close), close.text.as_str()), ("warranty", "Two years."));
        assert!(close.confidence_score < 100);
    }

    #[test]
    fn an_unknown_question_is_not_answered() {
        let index = shop();
        for question in ["What is the capital of France?", "?", "", "Who are you?"] {
            let reply = index.answer(question);
            assert_eq!(reply.source, None, "{question}");
            assert_eq!(reply.confidence_level, "low");
            assert!(reply.confidence_score < 30);
            assert!(reply.text.contains("only from uploaded documents"));
        }
        assert!(Index::new().answer("Returns?").text.starts_with("There are no documents"));
    }

    #[test]
    fn confidence_falls_with_what_the_passage_does_not_cover() {
        let index = shop();
        let whole = index.answer("Returns accepted with receipt?");
        let part = index.answer("Returns accepted with receipt for sofas?");
        let less = index.answer("Returns accepted for broken sofas?");
        assert!(whole.confidence_score > part.confidence_score);
        assert!(part.confidence_score > less.confidence_score);
    }

    #[test]
    fn turkish_and_german_are_found_without_their_letters_too() {
        let mut index = shop();
        text(
            &mut index,
            "iade",
            "\u{130}ade ko\u{15f}ullar\u{131}",
            "\u{dc}r\u{fc}nler otuz g\u{fc}n i\u{e7}inde iade edilebilir. Kargo \u{fc}creti al\u{131}nmaz.",
        );
        text(
            &mut index,
            "rueckgabe",
            "R\u{fc}ckgabe",
            "Die R\u{fc}ckgabe ist innerhalb von drei\u{df}ig Tagen m\u{f6}glich. Gl\u{fc}hbirnen sind ausgeschlossen.",
        );
        for (question, id) in [
            ("\u{dc}r\u{fc}nleri ka\u{e7} g\u{fc}n i\u{e7}inde iade edebilirim?", "iade"),
            ("KARGO \u{dc}CRET\u{130} var m\u{131}?", "iade"),
            ("kargo ucreti ne kadar", "iade"),
            ("Sind Gl\u{fc}hbirnen von der R\u{fc}ckgabe ausgeschlossen?", "rueckgabe"),
            ("Ist eine Ruckgabe der Gluhbirnen moglich?", "rueckgabe"),
            ("Are returns accepted without a receipt?", "returns"),
        ] {
            assert_eq!(source(&index.answer(question)), id, "{question}");
        }
    }

    #[test]
    fn scores_follow_the_covered_share() {
        assert_eq!(score(0.0), 0);
        assert!(score(ANSWERS) < 30);
        assert_eq!(score(0.55), 50);
        assert_eq!(score(1.0), 100);
        assert_eq!(score(2.0), 100);
        assert_eq!(score(-0.0), 0);
    }
}
