//! From text to the terms that are compared: words, lower-cased, stemmed and without accents.

use std::collections::HashSet;
use std::sync::LazyLock;

use bm25::{Embedder, EmbedderBuilder, TokenEmbedder, Tokenizer};
use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;
use whichlang::Lang;

/// A term, as the scorer knows it.
pub(super) type Term = u64;

/// Terms of a passage of usual length. Fixed, so that the order in which documents come does not
/// change a score.
const USUAL_TERMS: f32 = 30.0;
/// How much of a text is looked at to tell its language, in bytes.
const SAMPLE_BYTES: usize = 2_000;

/// Languages whose stop words and word endings are known: how it is detected, the code of its stop
/// words, how it is stemmed, and words with which questions are asked and which carry no subject.
const KNOWN: [(Lang, &str, Algorithm, &[&str]); LANGUAGES] = [
    (
        Lang::Eng,
        "en",
        Algorithm::English,
        &[
            "could", "would", "may", "might", "must", "shall", "please", "tell", "much", "many",
            "long",
        ],
    ),
    (
        Lang::Deu,
        "de",
        Algorithm::German,
        &["bitte", "gibt", "geht", "viel", "viele", "lange", "kannst", "darf", "wann"],
    ),
    (
        Lang::Tur,
        "tr",
        Algorithm::Turkish,
        &["kadar", "var", "yok", "nedir", "hangi", "kaç", "lütfen", "mi", "misiniz", "olur"],
    ),
    (Lang::Fra, "fr", Algorithm::French, &["combien", "quand", "comment", "où"]),
    (Lang::Spa, "es", Algorithm::Spanish, &["cuánto", "cuándo", "cómo", "puedo"]),
    (Lang::Ita, "it", Algorithm::Italian, &["quanto", "quando", "posso"]),
    (Lang::Por, "pt", Algorithm::Portuguese, &["quanto", "quando", "posso"]),
    (Lang::Nld, "nl", Algorithm::Dutch, &["hoeveel", "hoelang", "graag"]),
];
/// Number of known languages.
pub(super) const LANGUAGES: usize = 8;

static ANALYSERS: LazyLock<Vec<Analyser>> = LazyLock::new(|| {
    KNOWN
        .iter()
        .map(|(language, code, algorithm, asking)| Analyser {
            language: *language,
            embedder: EmbedderBuilder::with_tokenizer_and_fit_to_corpus(
                Words::new(*language, code, *algorithm, asking),
                &[],
            )
            .avgdl(USUAL_TERMS)
            .build(),
            words: Words::new(*language, code, *algorithm, asking),
        })
        .collect()
});

/// Everything needed to compare texts of one language.
pub(super) struct Analyser {
    language: Lang,
    words: Words,
    embedder: Embedder<Term, Words>,
}

/// Terms of a text with their weights, as the scorer takes them.
pub(super) type Embedding = bm25::Embedding<Term>;

impl Analyser {
    /// The analyser of the language with this index, below [`LANGUAGES`]. English stands in for
    /// any other.
    pub(super) fn of(language: usize) -> Option<&'static Self> {
        ANALYSERS.get(language).or_else(|| ANALYSERS.first())
    }

    /// Weights of the terms of a text, each term once.
    pub(super) fn embed(&self, text: &str) -> Embedding {
        let mut embedding = self.embedder.embed(text);
        embedding.0.sort_by_key(|term| term.index);
        embedding.0.dedup_by_key(|term| term.index);
        embedding
    }

    /// The term that a word becomes; none for a word that carries no subject.
    fn term(&self, word: &str) -> Option<Term> {
        self.words.stem(word).map(|stem| Term::embed(&stem))
    }
}

/// The language of a text, as an index below [`LANGUAGES`].
pub(super) fn language_of(text: &str) -> usize {
    let mut end = SAMPLE_BYTES.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let found = whichlang::detect_language(text.get(..end).unwrap_or(text));
    ANALYSERS.iter().position(|analyser| analyser.language == found).unwrap_or(0)
}

/// The words of a question that carry its subject, each as the terms that it may be in the given
/// languages. A question is too short to tell its language.
pub(super) fn question_terms(question: &str, languages: &[usize]) -> Vec<Vec<Term>> {
    let question: String = question.nfc().collect();
    let analysers: Vec<_> =
        languages.iter().filter_map(|language| Analyser::of(*language)).collect();
    let mut words: Vec<Vec<Term>> = Vec::new();
    for word in question.unicode_words() {
        let mut terms = Vec::with_capacity(analysers.len());
        for analyser in &analysers {
            match analyser.term(word) {
                Some(term) if !terms.contains(&term) => terms.push(term),
                Some(_) => {}
                None => {
                    terms.clear();
                    break;
                }
            }
        }
        if !terms.is_empty() && !words.contains(&terms) {
            words.push(terms);
        }
    }
    words
}

/// The words of a question without case, accents and punctuation, to tell equal questions.
pub(super) fn question_key(question: &str) -> String {
    let mut key = String::with_capacity(question.len());
    for word in question.unicode_words() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(&fold(&word.to_lowercase()));
    }
    key
}

/// Splits text into stems for the scorer.
struct Words {
    turkish: bool,
    stemmer: Stemmer,
    stop_words: HashSet<String>,
}

impl Words {
    fn new(language: Lang, code: &str, algorithm: Algorithm, asking: &[&str]) -> Self {
        let known = stop_words::lookup(code).unwrap_or_default();
        Self {
            turkish: language == Lang::Tur,
            stemmer: Stemmer::create(algorithm),
            stop_words: known.iter().chain(asking).map(|word| (*word).to_owned()).collect(),
        }
    }

    fn stem(&self, word: &str) -> Option<String> {
        let word = word.replace('\u{2019}', "'");
        let word = if self.turkish {
            // In Turkish the dot of the i is kept in both cases.
            word.replace('I', "\u{131}").replace('\u{130}', "i")
        } else {
            word
        }
        .to_lowercase();
        if self.stop_words.contains(&word) {
            return None;
        }
        let stem = fold(&self.stemmer.stem(&word));
        Some(if stem.is_empty() { fold(&word) } else { stem })
    }
}

impl Tokenizer for Words {
    fn tokenize(&self, text: &str) -> Vec<String> {
        let text: String = text.nfc().collect();
        text.unicode_words().filter_map(|word| self.stem(word)).collect()
    }
}

/// Without accents, so that a word is found when it is typed without them.
fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let mut folded = String::with_capacity(word.len());
    for letter in word.nfkd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            '\u{131}' => folded.push('i'),
            '\u{df}' => folded.push_str("ss"),
            '\u{e6}' => folded.push_str("ae"),
            '\u{f8}' => folded.push('o'),
            '\u{142}' => folded.push('l'),
            letter => folded.push(letter),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(language: Lang, text: &str) -> Vec<String> {
        ANALYSERS
            .iter()
            .find(|analyser| analyser.language == language)
            .unwrap()
            .words
            .tokenize(text)
    }

    #[test]
    fn every_language_has_stop_words() {
        assert_eq!(ANALYSERS.len(), LANGUAGES);
        for analyser in ANALYSERS.iter() {
            assert!(analyser.words.stop_words.len() > 40, "{:?}", analyser.language);
        }
    }

    #[test]
    fn english_words_lose_case_and_endings() {
        assert_eq!(
            stems(Lang::Eng, "How are the Returns returned, and aren\u{2019}t they?"),
            ["return", "return"]
        );
    }

    #[test]
    fn turkish_letters_are_folded_in_both_cases() {
        assert_eq!(stems(Lang::Tur, "\u{130}ADE"), stems(Lang::Tur, "iade"));
        assert_eq!(stems(Lang::Tur, "SI\u{11e}IR"), stems(Lang::Tur, "s\u{131}\u{11f}\u{131}r"));
        assert_eq!(stems(Lang::Tur, "s\u{131}\u{11f}\u{131}r"), ["sigir"]);
        assert_eq!(question_key("\u{130}ade s\u{fc}resi?"), "iade suresi");
    }

    #[test]
    fn german_letters_are_folded() {
        assert_eq!(stems(Lang::Deu, "R\u{fc}ckgabe"), stems(Lang::Deu, "RU\u{308}CKGABEN"));
        assert_eq!(question_key("Gr\u{f6}\u{df}e?"), "grosse");
    }

    #[test]
    fn languages_are_told_apart() {
        let index = |language| KNOWN.iter().position(|known| known.0 == language).unwrap();
        for (text, language) in [
            ("Returns are accepted within thirty days of delivery.", Lang::Eng),
            ("Die R\u{fc}ckgabe ist innerhalb von drei\u{df}ig Tagen m\u{f6}glich.", Lang::Deu),
            ("\u{dc}r\u{fc}nler otuz g\u{fc}n i\u{e7}inde iade edilebilir.", Lang::Tur),
        ] {
            assert_eq!(language_of(text), index(language), "{text}");
        }
        assert!(language_of("") < LANGUAGES);
    }

    #[test]
    fn question_words_are_grouped_by_word() {
        let groups = question_terms("When do returns and the RETURN end?", &[0, 1]);
        assert!(groups.iter().all(|group| (1..=2).contains(&group.len())));
        assert!(groups.len() >= 2);
        assert!(question_terms("what is it?", &[0]).is_empty());
    }
}
