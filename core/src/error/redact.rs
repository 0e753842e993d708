//! Keeps secrets and personal data out of the server's words before they enter an error.

use serde_json::Value;

const EXCERPT_CHARACTERS: usize = 300;
/// A shared run of this many characters counts as an echo of what was sent.
const ECHO_CHARACTERS: usize = 12;
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
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let personal = PERSONAL_FIELDS.contains(&name.as_str()) && !value.is_null();
                let value = if personal { MASK.into() } else { without_words(value, anywhere) };
                (name, value)
            })
            .collect(),
        value => value,
    }
}

/// A short, single-line form of the server's text without any of the secrets, parts of them, or
/// email addresses.
pub(crate) fn excerpt(text: &str, secrets: &[String]) -> String {
    // Cut with room to spare first: masking a text of megabytes would be work for nothing.
    let head: String = text.chars().take(EXCERPT_CHARACTERS * 2).collect();
    let mut safe = head;
    for secret in secrets {
        safe = mask(&safe, secret);
    }
    safe = mask_emails(&safe);
    let line = one_line(safe);
    if line.chars().count() <= EXCERPT_CHARACTERS {
        return line;
    }
    let mut cut: String = line.chars().take(EXCERPT_CHARACTERS).collect();
    cut.push('…');
    cut
}

fn mask(text: &str, secret: &str) -> String {
    if secret.chars().count() < ECHO_CHARACTERS {
        return text.replace(secret, MASK);
    }
    let characters: Vec<char> = text.chars().collect();
    let mut safe = String::with_capacity(text.len());
    let mut position = 0;
    while let Some(rest) = characters.get(position..).filter(|rest| !rest.is_empty()) {
        let mut length = 0;
        let mut run = String::new();
        for character in rest {
            run.push(*character);
            if !secret.contains(&run) {
                break;
            }
            length += 1;
        }
        if length >= ECHO_CHARACTERS {
            safe.push_str(MASK);
            position += length;
        } else {
            safe.extend(rest.first());
            position += 1;
        }
    }
    safe
}

fn mask_emails(text: &str) -> String {
    let part_of_address = |character: char| {
        character.is_alphanumeric() || matches!(character, '@' | '.' | '_' | '-' | '+' | '%')
    };
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|character| !part_of_address(character)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        let address = word.trim_matches('@').contains('@') || word.contains("%40");
        safe.push_str(if address { MASK } else { word });
        let mut characters = tail.chars();
        safe.extend(characters.next());
        rest = characters.as_str();
    }
    safe
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
