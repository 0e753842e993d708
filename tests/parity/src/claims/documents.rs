//! Takes what is documentation out of sources and documents, by what it is about.

use std::fs;
use std::path::{Path, PathBuf};

/// How documentation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
    TypeScript,
    Kotlin,
    Swift,
    Markdown,
}

impl Language {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["rs"],
            Self::Python => &["py", "pyi"],
            Self::TypeScript => &["ts"],
            Self::Kotlin => &["kt"],
            Self::Swift => &["swift"],
            Self::Markdown => &["md"],
        }
    }

    /// What stands before the lines of a block of documentation; none where a block has a beginning and
    /// an end.
    fn line_marks(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["///", "//!"],
            Self::Swift => &["///"],
            _ => &[],
        }
    }
}

/// A text about one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    /// The number of its first line.
    pub(crate) line: usize,
    /// What is declared there, as it is written.
    pub(crate) declared: String,
    /// The argument or property that it is about; empty for the declaration itself.
    pub(crate) part: String,
    /// On one line.
    pub(crate) words: String,
}

/// The files of that language in the folder and below it; or that one file.
pub(crate) fn files(place: &Path, language: Language) -> Result<Vec<PathBuf>, String> {
    let fault = |error| format!("{}: {error}", place.display());
    if place.is_file() {
        return Ok(vec![place.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(place).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path, language)?);
        } else if language.extensions().contains(&extension.as_str()) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The documentation in a source.
pub(crate) fn texts(source: &str, language: Language) -> Vec<Text> {
    let mut texts = Vec::new();
    let lines: Vec<&str> = source.lines().collect();
    let mut number = 0;
    let mut declared_before = String::new();
    while let Some(line) = lines.get(number) {
        let trimmed = line.trim_start();
        let length = block_length(lines.get(number..).unwrap_or_default(), language);
        if length == 0 {
            if let Some(name) = declaration(trimmed) {
                declared_before = name;
            }
            number += 1;
            continue;
        }
        let block = lines.get(number..number + length).unwrap_or_default();
        let declared = if language == Language::Python {
            declared_before.clone()
        } else {
            let behind = lines.get(number + length..).unwrap_or_default();
            behind.iter().find_map(|line| declaration(line.trim_start())).unwrap_or_default()
        };
        texts.extend(parts(block, number + 1, &declared));
        number += length;
    }
    texts
}

/// The lines of a document that are not code. Rows of tables are their own texts, like paragraphs.
pub(crate) fn prose(document: &str) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    let mut in_code = false;
    let mut in_generated = false;
    let mut begins = true;
    for (index, line) in document.lines().enumerate() {
        let line = line.trim();
        if line.starts_with("```") {
            in_code = !in_code;
        }
        // These tables are written from those of the code.
        if line.starts_with("<!-- begin ") {
            in_generated = true;
        } else if line.starts_with("<!-- end ") {
            in_generated = false;
        }
        if in_code || in_generated || line.is_empty() || line.starts_with("```") {
            begins = true;
            continue;
        }
        if begins || line.starts_with(['|', '#', '-', '*']) {
            texts.push(Text { line: index + 1, ..Text::default() });
        }
        begins = line.starts_with(['|', '#']);
        if let Some(text) = texts.last_mut() {
            if !text.words.is_empty() {
                text.words.push(' ');
            }
            text.words.push_str(line);
        }
    }
    texts
}

/// How many lines of documentation begin here.
fn block_length(lines: &[&str], language: Language) -> usize {
    let first = lines.first().map(|line| line.trim_start()).unwrap_or_default();
    let until = |begin: &str, end: &str| {
        let rest = first.strip_prefix(begin)?;
        if rest.contains(end) {
            return Some(1);
        }
        let last = lines.iter().skip(1).position(|line| line.contains(end))?;
        Some(last + 2)
    };
    match language {
        Language::Rust | Language::Swift => {
            let marked = |line: &&&str| {
                language.line_marks().iter().any(|mark| line.trim_start().starts_with(mark))
            };
            lines.iter().take_while(marked).count()
        }
        Language::TypeScript | Language::Kotlin => until("/**", "*/").unwrap_or(0),
        Language::Python => until("\"\"\"", "\"\"\"").unwrap_or(0),
        Language::Markdown => 0,
    }
}

/// The name that a line of code declares.
fn declaration(line: &str) -> Option<String> {
    const BEFORE: [&str; 26] = [
        "abstract",
        "async",
        "async fn",
        "class",
        "const",
        "data",
        "def",
        "enum",
        "final",
        "fn",
        "fun",
        "func",
        "get",
        "indirect",
        "interface",
        "let",
        "open",
        "override",
        "package",
        "pub",
        "public",
        "readonly",
        "static",
        "struct",
        "suspend",
        "var",
    ];
    const NOT: [&str; 12] =
        ["*", "//", "#", "@", "import", "return", "if ", "for ", "}", ")", "from ", "export {"];
    if line.is_empty() || NOT.iter().any(|beginning| line.starts_with(beginning)) {
        return None;
    }
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut rest = line;
    loop {
        let rest_trimmed = rest.trim_start_matches(|letter: char| !is_name(letter));
        let end = rest_trimmed.find(|letter| !is_name(letter)).unwrap_or(rest_trimmed.len());
        let (word, after) = rest_trimmed.split_at(end);
        if word.is_empty() {
            return None;
        }
        let before_a_name =
            BEFORE.contains(&word) || matches!(word, "export" | "val" | "constructor");
        // Where no name follows, the word is one: `get(query)`.
        let goes_on = after.starts_with(' ')
            || (after.starts_with('(') && matches!(word, "pub" | "constructor"));
        if !before_a_name || !goes_on {
            return Some(word.to_owned());
        }
        rest = after;
    }
}

/// The parts of a block: the text itself, and those about arguments and properties.
fn parts(block: &[&str], first: usize, declared: &str) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    let begin = |texts: &mut Vec<Text>, line: usize, part: &str| {
        let declared = declared.to_owned();
        texts.push(Text { line, declared, part: part.to_owned(), words: String::new() });
    };
    begin(&mut texts, first, "");
    for (index, line) in block.iter().enumerate() {
        let line = line.trim();
        let line = ["/**", "///", "//!", "\"\"\"", "*/", "*"]
            .into_iter()
            .find_map(|mark| line.strip_prefix(mark))
            .unwrap_or(line);
        let line = line.trim().trim_end_matches("*/").trim_end_matches("\"\"\"").trim();
        let words = match part(line) {
            Some((name, words)) => {
                begin(&mut texts, first + index, name);
                words
            }
            None => {
                // A new paragraph, or another section, is about the declaration again.
                let ends =
                    line.is_empty() || line.starts_with("- Throws") || line.starts_with("@throws");
                if ends && texts.last().is_some_and(|text| !text.part.is_empty()) {
                    begin(&mut texts, first + index, "");
                }
                line
            }
        };
        if let Some(text) = texts.last_mut() {
            if !text.words.is_empty() {
                text.words.push(' ');
            }
            text.words.push_str(words);
        }
    }
    for text in &mut texts {
        text.words = text.words.trim().to_owned();
    }
    texts.retain(|text| !text.words.is_empty());
    texts
}

/// The argument or property that a line begins to tell of: `name: …`, `@param name …`, `- name: …`.
fn part(line: &str) -> Option<(&str, &str)> {
    for mark in ["@param ", "@property "] {
        if let Some(rest) = line.strip_prefix(mark) {
            return rest.split_once(' ');
        }
    }
    let line =
        line.strip_prefix("- Parameter ").or_else(|| line.strip_prefix("- ")).unwrap_or(line);
    let (name, words) = line.split_once(": ")?;
    let is_name = !name.is_empty()
        && name.starts_with(|letter: char| letter.is_lowercase())
        && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    is_name.then_some((name, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, language: Language) -> Vec<(usize, String, String, String)> {
        let tell = |text: Text| (text.line, text.declared, text.part, text.words);
        texts(source, language).into_iter().map(tell).collect()
    }

    fn text(
        line: usize,
        declared: &str,
        part: &str,
        words: &str,
    ) -> (usize, String, String, String) {
        (line, declared.to_owned(), part.to_owned(), words.to_owned())
    }

    #[test]
    fn rust_is_read() {
        let source = "//! Of it all.\n\n/// One\n/// two.\n#[must_use]\npub async fn ask(&self) {}\n\
                      setters! {\n    /// Three.\n    max_in_flight: usize => x;\n}";
        let expected = [
            text(1, "ask", "", "Of it all."),
            text(3, "ask", "", "One two."),
            text(8, "max_in_flight", "", "Three."),
        ];
        assert_eq!(found(source, Language::Rust), expected);
    }

    #[test]
    fn python_is_read() {
        let source = "class A:\n    \"\"\"About A.\"\"\"\n\n    def ask(\n        self,\n    ) -> B:\n        \
                      \"\"\"Asks.\n\n        Args:\n            timeout: Seconds. Default: the\n                \
                      client's.\n            other: More.\n\n        Raises:\n            \
                      X: It.\n        \"\"\"";
        let found = found(source, Language::Python);
        assert!(found.contains(&text(2, "A", "", "About A.")), "{found:?}");
        let timeout = text(10, "ask", "timeout", "Seconds. Default: the client's.");
        assert!(found.iter().any(|(_, _, part, words)| *part == timeout.2 && *words == timeout.3));
    }

    #[test]
    fn blocks_are_read() {
        let source = "export interface A {\n  /** One. */\n  timeoutMs?: number;\n  /**\n   * Two\n   \
                      * three.\n   */\n  readonly other: string;\n}";
        let expected = [text(2, "timeoutMs", "", "One."), text(4, "other", "", "Two three.")];
        assert_eq!(found(source, Language::TypeScript), expected);
        let source = "/**\n * All.\n *\n * @property base The base.\n */\npublic class RetryPolicy(\n    \
                      public val base: Duration,\n)";
        let expected =
            [text(1, "RetryPolicy", "", "All."), text(4, "RetryPolicy", "base", "The base.")];
        assert_eq!(found(source, Language::Kotlin), expected);
        let source = "  /// Asks.\n  ///\n  /// - Parameters:\n  ///   - timeout: For it.\n  /// - Throws: \
                      It.\n  public func ask(\n";
        let found = found(source, Language::Swift);
        assert!(found.contains(&text(4, "ask", "timeout", "For it.")), "{found:?}");
    }

    #[test]
    fn declarations_have_names() {
        let names = [
            ("pub async fn ask(&self)", "ask"),
            ("public suspend fun ask(", "ask"),
            ("public var timeout: Duration?", "timeout"),
            ("timeoutMs?: number | undefined;", "timeoutMs"),
            ("async send(options: SendOptions): Promise<Answer> {", "send"),
            ("pub concurrency: usize,", "concurrency"),
            ("events(options: { capacity?: number } = {}): EventStream {", "events"),
            ("async def get(self)", "get"),
            ("get(query) {", "get"),
        ];
        for (line, name) in names {
            assert_eq!(declaration(line).as_deref(), Some(name), "{line}");
        }
        assert_eq!(declaration("// comment"), None);
    }

    #[test]
    fn prose_is_read() {
        let document = "# Title\nOne\ntwo.\n\n```\ncode\n```\n| a | b |\n<!-- begin x -->\n| y |\n\
                        <!-- end x -->\n- item\n  goes on\n";
        let words: Vec<String> = prose(document).into_iter().map(|text| text.words).collect();
        assert_eq!(words, ["# Title", "One two.", "| a | b |", "<!-- end x -->", "- item goes on"]);
    }
}
