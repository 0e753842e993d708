//! Splits a text into passages: a few sentences that stand together and are quoted as one.

use unicode_segmentation::UnicodeSegmentation;

/// Passages end at the sentence that reaches this length, in characters.
const FULL_CHARS: usize = 320;
/// No passage has more sentences.
const MAX_SENTENCES: usize = 3;
/// A sentence longer than this is cut between words.
const MAX_CHARS: usize = 700;
/// A paragraph shorter than this, and without an end of a sentence, is a heading.
const HEADING_CHARS: usize = 80;
/// So many headings in a row are no headings.
const TABLE_ROWS: usize = 3;
/// A line shorter than this was ended on purpose, not by wrapping.
const WRAPPED_CHARS: usize = 50;

/// A few sentences, and the heading that they stand under.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Passage {
    /// Empty when there is none; it helps to find the passage and is not quoted.
    pub(super) heading: String,
    /// Part of the document, with its white space unified.
    pub(super) text: String,
}

/// The passages of a text, in order.
pub(super) fn split(text: &str) -> Vec<Passage> {
    let mut splitter = Splitter::default();
    for paragraph in text.split("\n\n") {
        let lines = unwrap_lines(paragraph);
        match lines.as_slice() {
            [line] if is_heading(line) => splitter.headings.push(line.clone()),
            [] => {}
            _ => splitter.paragraph(&lines),
        }
    }
    // Headings with nothing under them are all that there is to quote.
    splitter.quote_headings();
    splitter.passages
}

#[derive(Default)]
struct Splitter {
    passages: Vec<Passage>,
    heading: String,
    /// Short lines since the last paragraph.
    headings: Vec<String>,
}

impl Splitter {
    fn paragraph(&mut self, lines: &[String]) {
        // Many short lines, or figures in them, are rows of a table that lost its frame.
        if self.headings.len() >= TABLE_ROWS
            || self.headings.iter().any(|line| line.contains(|letter: char| letter.is_numeric()))
        {
            self.quote_headings();
        } else if !self.headings.is_empty() {
            self.heading = std::mem::take(&mut self.headings).join("\n");
        }
        let mut passage = String::new();
        let mut sentences = 0;
        for sentence in lines.iter().flat_map(|line| sentences_of(line)) {
            if sentences > 0
                && (sentences >= MAX_SENTENCES
                    || passage.chars().count() + sentence.chars().count() > FULL_CHARS)
            {
                self.push(std::mem::take(&mut passage));
                sentences = 0;
            }
            join(&mut passage, &sentence);
            sentences += 1;
        }
        self.push(passage);
    }

    fn quote_headings(&mut self) {
        self.heading.clear();
        let mut passage = String::new();
        for line in std::mem::take(&mut self.headings) {
            if passage.chars().count() + line.chars().count() > FULL_CHARS {
                self.push(std::mem::take(&mut passage));
            }
            join(&mut passage, &line);
        }
        self.push(passage);
    }

    fn push(&mut self, text: String) {
        if !text.is_empty() {
            self.passages.push(Passage { heading: self.heading.clone(), text });
        }
    }
}

fn join(passage: &mut String, part: &str) {
    if !passage.is_empty() {
        // What ends without a full stop is a row or an item; a line break keeps it apart.
        passage.push(if ends_sentence(passage) { ' ' } else { '\n' });
    }
    passage.push_str(part);
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', ')', '\u{201d}', '\u{2019}'])
        .ends_with(['.', '!', '?', ':', ';', '\u{2026}', '\u{3002}'])
}

fn is_heading(line: &str) -> bool {
    line.chars().count() < HEADING_CHARS && !ends_sentence(line) && !is_item(line)
}

fn is_item(line: &str) -> bool {
    line.starts_with(['\u{2022}', '*', '\u{2013}', '\u{25cf}', '\u{25aa}'])
        || line.starts_with("- ")
        || line.split_once(['.', ')']).is_some_and(|(number, rest)| {
            (1..=3).contains(&number.len())
                && number.chars().all(|digit| digit.is_ascii_digit())
                && rest.starts_with(' ')
        })
        || line.contains(" | ")
}

/// The lines of a paragraph, with those put together that only wrapping has parted.
fn unwrap_lines(paragraph: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut last_chars = 0;
    for line in paragraph.lines() {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            continue;
        }
        let chars = line.chars().count();
        let wrapped = last_chars >= WRAPPED_CHARS && !is_item(&line);
        match lines.last_mut() {
            Some(last) if wrapped && !last.contains(" | ") => {
                last.push(' ');
                last.push_str(&line);
            }
            _ => lines.push(line),
        }
        last_chars = chars;
    }
    lines
}

fn sentences_of(line: &str) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for sentence in line.unicode_sentences() {
        let sentence = sentence.trim();
        // A sentence without a word is punctuation that belongs to the one before.
        match sentences.last_mut() {
            Some(last) if is_abbreviation(last) => {
                last.push(' ');
                last.push_str(sentence);
            }
            _ => sentences.extend(cut(sentence)),
        }
    }
    sentences
}

/// Whether the full stop at the end is that of an abbreviation such as `No.` or `approx.`.
fn is_abbreviation(text: &str) -> bool {
    const SHORT: [&str; 14] = [
        "no", "nr", "mr", "mrs", "ms", "dr", "st", "approx", "ca", "incl", "excl", "tel", "vs",
        "art",
    ];
    text.strip_suffix('.').and_then(|text| text.split_whitespace().next_back()).is_some_and(
        |word| {
            let word = word.trim_start_matches('(').to_lowercase();
            SHORT.contains(&word.as_str())
        },
    )
}

fn cut(sentence: &str) -> Vec<String> {
    if sentence.chars().count() <= MAX_CHARS {
        return vec![sentence.to_owned()];
    }
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut chars = 0;
    for word in sentence.split_inclusive(' ') {
        let length = word.chars().count();
        if chars + length > MAX_CHARS && !part.is_empty() {
            parts.push(part.trim_end().to_owned());
            part.clear();
            chars = 0;
        }
        if length > MAX_CHARS {
            // Not a word that anybody reads, so its parts are as good as the whole.
            let letters: Vec<char> = word.chars().collect();
            parts.extend(letters.chunks(MAX_CHARS).map(|letters| letters.iter().collect()));
            continue;
        }
        part.push_str(word);
        chars += length;
    }
    if !part.trim_end().is_empty() {
        parts.push(part.trim_end().to_owned());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        split(text).into_iter().map(|passage| passage.text).collect()
    }

    #[test]
    fn headings_hold_for_all_passages_under_them() {
        let passages = split(
            "Shop\n\nReturns\n\nWithin 30 days. With a receipt.\n\nBulbs are excluded.\n\n\
             Hours\n\nAlways open.",
        );
        let passages: Vec<_> = passages
            .iter()
            .map(|passage| (passage.heading.as_str(), passage.text.as_str()))
            .collect();
        assert_eq!(
            passages,
            [
                ("Shop\nReturns", "Within 30 days. With a receipt."),
                ("Shop\nReturns", "Bulbs are excluded."),
                ("Hours", "Always open."),
            ]
        );
    }

    #[test]
    fn rows_of_a_table_are_quoted() {
        assert_eq!(
            texts("Zone Days\n\nMainland two\n\nIslands six\n\nThat is all."),
            ["Zone Days\nMainland two\nIslands six", "That is all."]
        );
        assert_eq!(texts("Islands 6\n\nThat is all."), ["Islands 6", "That is all."]);
        assert_eq!(texts("Only a title"), ["Only a title"]);
    }

    #[test]
    fn long_paragraphs_are_split_between_sentences() {
        let sentence = "This sentence has some words about lamps in it.";
        let text = [sentence; 7].join(" ");
        let passages = texts(&text);
        assert_eq!(passages.len(), 3);
        assert!(passages.iter().all(|passage| passage.ends_with("in it.")));
        assert_eq!(passages.join(" "), text);
    }

    #[test]
    fn wrapped_lines_are_put_together_and_lists_are_not() {
        assert_eq!(
            texts(
                "A line of this length was wrapped by an editor and\ngoes on here.\n\n\
                 Zones:\n- home, 2 days\n- abroad, 5 days"
            ),
            [
                "A line of this length was wrapped by an editor and goes on here.",
                "Zones: - home, 2 days\n- abroad, 5 days"
            ]
        );
    }

    #[test]
    fn abbreviations_do_not_end_a_sentence() {
        assert_eq!(
            sentences_of("Call Mr. Smith at No. 5 now. Then wait."),
            ["Call Mr. Smith at No. 5 now.", "Then wait."]
        );
    }

    #[test]
    fn text_without_sentences_is_cut_between_words() {
        let text = "word ".repeat(1_000);
        let passages = texts(&text);
        assert!(passages.len() > 6);
        assert!(passages.iter().all(|passage| passage.len() <= MAX_CHARS));
        let letters = "x".repeat(2_000);
        assert_eq!(texts(&letters).len(), 3);
        assert!(texts(" \n\n \n").is_empty());
    }
}
