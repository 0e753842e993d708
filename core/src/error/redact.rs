//! Keeps secrets and personal data out of the server's words before they enter an error.

use serde_json::Value;

use crate::inserted::inserted;

const EXCERPT_CHARACTERS: usize = 300;
/// An email address has at most that many characters.
const LONGEST_ADDRESS: usize = 320;
/// A shared run of this many characters counts as an echo of what was sent.
const ECHO_CHARACTERS: usize = 12;
/// At the end of a text, so many characters from the beginning of a key count as well.
const LEAST_BEGINNING: usize = 4;
const MASK: &str = "[redacted]";
/// The fields of bodies that hold a person's words or address.
const PERSONAL_FIELDS: [&str; 8] =
    ["message", "email", "content", "question", "answer", "title", "quote", "text"];

/// Text on one line: control characters and what else breaks a line or turns its direction become
/// spaces, runs of spaces one.
pub(crate) fn one_line(text: String) -> String {
    if !text.chars().any(breaks_or_turns) {
        return text;
    }
    text.split(|character: char| breaks_or_turns(character) || character == ' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Line and paragraph separators end a line for some readers of logs; the marks of direction let a text
/// look like another one.
fn breaks_or_turns(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The strings of a JSON request body that must not come back in an error: what a person wrote, and
/// any other text that is long enough to be recognised.
pub(crate) fn personal_strings(body: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(body) = serde_json::from_slice(body) {
        collect(&body, false, &mut found);
    }
    found
}

fn collect(value: &Value, personal: bool, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let long = text.chars().count() >= ECHO_CHARACTERS;
            if !text.is_empty() && (personal || long) {
                found.push(text.clone());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, personal, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                collect(value, personal || PERSONAL_FIELDS.contains(&name.as_str()), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// JSON without the words of persons: the values of the fields known to hold them, or, where the rest
/// may hold them as well, every text but codes and ids.
pub(crate) fn without_words(value: Value, anywhere: bool) -> Value {
    match value {
        Value::String(text) if anywhere && !looks_like_code(&text) => MASK.into(),
        Value::Array(items) => {
            items.into_iter().map(|item| without_words(item, anywhere)).collect()
        }
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| {
                let personal = PERSONAL_FIELDS.contains(&name.as_str()) && !value.is_null();
                let value = if personal { MASK.into() } else { without_words(value, anywhere) };
                (name, value)
            });
            Value::Object(inserted(fields))
        }
        value => value,
    }
}

/// A short, single-line form of the server's text without any of the secrets, parts of them, or
/// email addresses.
pub(crate) fn excerpt(text: &str, secrets: &[String]) -> String {
    // A server may break the lines of what it says back, so lines do not count on either side.
    // Cut with room to spare first: masking a text of megabytes would be work for nothing.
    let text = beginning(text, EXCERPT_CHARACTERS + 2 * LONGEST_ADDRESS);
    let mut hidden = vec![false; text.len()];
    for secret in secrets {
        hide_echoes(&text, &folded(secret), &mut hidden);
    }
    hide_addresses(&text, &mut hidden);
    let mut line = String::new();
    let (mut characters, mut was_hidden) = (0, false);
    for (place, character) in text.char_indices() {
        let is_hidden = hidden.get(place).is_some_and(|hidden| *hidden);
        let adds = match (is_hidden, was_hidden) {
            (false, _) => 1,
            (true, false) => MASK.len(),
            (true, true) => 0,
        };
        characters += adds;
        if characters > EXCERPT_CHARACTERS {
            line.push('…');
            break;
        }
        match adds {
            0 => {}
            1 => line.push(character),
            _ => line.push_str(MASK),
        }
        was_hidden = is_hidden;
    }
    line
}

/// Text on one line, with one space for every run of them.
fn folded(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| breaks_or_turns(character) || character == ' ')
        .filter(|word| !word.is_empty())
}

/// The folded text up to that many characters. Not cut within what may be an address: the beginning of
/// one could not be told from a word.
fn beginning(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut characters = 0;
    for word in words(text) {
        if !line.is_empty() {
            line.push(' ');
            characters += 1;
        }
        for character in word.chars() {
            if characters == most {
                let last = line.chars().rev().take(LONGEST_ADDRESS);
                let cut: usize =
                    last.take_while(|last| part_of_address(*last)).map(char::len_utf8).sum();
                line.truncate(line.len() - cut);
                line.push('…');
                return line;
            }
            line.push(character);
            characters += 1;
        }
    }
    line
}

/// Whether it can stand in an email address, encoded or not.
fn part_of_address(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '@' | '.' | '_' | '-' | '+' | '%')
}

/// Marks the bytes of the text that stand in the secret too.
fn hide_echoes(text: &str, secret: &str, hidden: &mut [bool]) {
    if secret.is_empty() {
        return;
    }
    if secret.chars().count() < ECHO_CHARACTERS {
        for (start, found) in text.match_indices(secret) {
            hide(start, found.len(), hidden);
        }
        return;
    }
    // Of an answer that was cut off within a key, the beginning alone is there. Words begin alike.
    if !secret.contains(' ') {
        let beginnings =
            secret.char_indices().map(|(end, _)| secret.get(..end).unwrap_or_default());
        let long_enough = beginnings.skip(LEAST_BEGINNING);
        let cut = long_enough.filter(|cut| text.ends_with(cut)).last().map_or(0, str::len);
        hide(text.len() - cut, cut, hidden);
    }
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let ends = rest.char_indices().map(|(at, character)| at + character.len_utf8());
        let shared = ends
            .take_while(|end| rest.get(..*end).is_some_and(|run| secret.contains(run)))
            .enumerate()
            .last();
        let next = rest.chars().next().map_or(1, char::len_utf8);
        start += match shared {
            Some((last, length)) if last + 1 >= ECHO_CHARACTERS => {
                hide(start, length, hidden);
                length
            }
            _ => next,
        };
    }
}

/// Marks the words of the text that are email addresses.
fn hide_addresses(text: &str, hidden: &mut [bool]) {
    let mut start = 0;
    for word in text.split(|character| !part_of_address(character)) {
        if word.trim_matches('@').contains('@') || word.contains("%40") {
            hide(start, word.len(), hidden);
        }
        let separator = text.get(start + word.len()..).and_then(|rest| rest.chars().next());
        start += word.len() + separator.map_or(0, char::len_utf8);
    }
}

fn hide(start: usize, length: usize, hidden: &mut [bool]) {
    if let Some(places) = hidden.get_mut(start..start + length) {
        places.fill(true);
    }
}

/// A code such as `invalid_api_key`: something to branch on, as opposed to a sentence.
pub(crate) fn looks_like_code(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoes_of_what_was_sent_are_masked() {
        let secrets = vec!["my lamp from the attic is broken".to_owned(), "abc".to_owned()];
        assert_eq!(
            excerpt("cannot answer 'my lamp from the attic…' abc", &secrets),
            "cannot answer '[redacted]…' [redacted]"
        );
        assert_eq!(excerpt("my lamp", &secrets), "my lamp");
    }

    #[test]
    fn an_echo_is_masked_however_its_lines_are_broken() {
        let secrets = vec!["my lamp from\nthe attic  is broken".to_owned()];
        let text = "cannot answer my\r\nlamp\tfrom\nthe\nattic is\nbroken now";
        assert_eq!(excerpt(text, &secrets), "cannot answer [redacted] now");
    }

    #[test]
    fn the_beginning_of_an_echo_that_was_cut_off_is_masked() {
        let secrets = vec!["KeyPlant7Gq2Xw9Zt4".to_owned()];
        for cut in 4..18 {
            let text = format!("{{\"key\":\"{}", &secrets[0][..cut]);
            assert_eq!(excerpt(&text, &secrets), "{\"key\":\"[redacted]");
        }
        assert_eq!(excerpt("a Key", &secrets), "a Key");
    }

    /// The mask itself is not searched: it has letters too.
    #[test]
    fn many_short_secrets_make_no_long_text() {
        let secrets = vec!["e".to_owned(); 1_000];
        assert_eq!(excerpt("seen", &secrets), "s[redacted]n");
    }

    #[test]
    fn addresses_are_masked_wherever_they_stand() {
        assert_eq!(excerpt("user <ann+x@example.org> unknown", &[]), "user <[redacted]> unknown");
        assert_eq!(excerpt("ann%40example.org", &[]), "[redacted]");
        assert_eq!(
            excerpt("feedback must be 'good' or 'bad'", &[]),
            "feedback must be 'good' or 'bad'"
        );
    }

    #[test]
    fn excerpts_are_short_and_on_one_line() {
        let text = excerpt(&format!("<html>\n\t{}", "x".repeat(5_000)), &[]);
        assert_eq!(text.chars().count(), EXCERPT_CHARACTERS + 1);
        assert_eq!(excerpt(&"x".repeat(EXCERPT_CHARACTERS), &[]).len(), EXCERPT_CHARACTERS);
        let masked = excerpt(&"a@b.test ".repeat(900), &[]);
        assert!(masked.chars().count() <= EXCERPT_CHARACTERS + 1 && masked.ends_with('…'));
        // Whatever is cut off, the beginning of an address does not stay.
        for blanks in 880..960 {
            let text = format!("{}. {}ann.smith@example.org", "b".repeat(900), " ".repeat(blanks));
            assert!(!excerpt(&text.replace('b', "\n"), &[]).contains("ann"));
            let echo = vec!["c".repeat(1_000)];
            let text = format!("{} ann.smith@example.org", "c".repeat(blanks));
            assert!(!excerpt(&text, &echo).contains("ann"));
        }
        assert!(!text.contains('\n'));
        assert_eq!(
            excerpt("no\u{2028}2026 ERROR \u{202e}kcatta\u{2069}\u{7f}", &[]),
            "no 2026 ERROR kcatta"
        );
    }

    #[test]
    fn codes_are_told_from_sentences() {
        assert!(looks_like_code("invalid_api_key"));
        assert!(!looks_like_code("site not found"));
        assert!(!looks_like_code(""));
    }

    #[test]
    fn what_a_person_wrote_and_any_long_text_is_secret() {
        let body = br#"{"session_id":"s","feedback":"good","message":"hello","email":"",
            "patch":{"prompt":"a text that is long"}}"#;
        assert_eq!(
            personal_strings(body),
            vec!["hello".to_owned(), "a text that is long".to_owned()]
        );
    }
}
