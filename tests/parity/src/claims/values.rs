//! Values as documents state them.

use serde_json::{Value, json};

/// A value, and where it stands in its sentence.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stated {
    pub(crate) at: usize,
    pub(crate) value: Value,
    /// Whether it is said to be seconds.
    pub(crate) in_seconds: bool,
}

/// All values in a text, in their order: numbers, `true` and `false`, and addresses.
pub(crate) fn stated(text: &str) -> Vec<Stated> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((at, word)) = next_word(text, &mut rest) {
        if let Some(value) = value(word) {
            let unit = rest.trim_start().split(|letter: char| !letter.is_alphanumeric()).next();
            found.push(Stated { at, value, in_seconds: unit == Some("s") });
        }
    }
    found
}

/// The next word with its place, without what quotes it or ends its sentence.
fn next_word<'a>(text: &'a str, rest: &mut &'a str) -> Option<(usize, &'a str)> {
    let begun =
        rest.trim_start_matches(|letter: char| letter.is_whitespace() || "`(\"".contains(letter));
    if begun.is_empty() {
        return None;
    }
    let end =
        begun.find(|letter: char| letter.is_whitespace() || letter == '`').unwrap_or(begun.len());
    let (word, after) = begun.split_at(end);
    *rest = after;
    let word = word.trim_end_matches([',', '.', ';', ':', ')', '"']);
    Some((text.len() - begun.len(), word))
}

fn value(word: &str) -> Option<Value> {
    match word {
        "true" | "True" => return Some(json!(true)),
        "false" | "False" => return Some(json!(false)),
        _ => {}
    }
    if word.starts_with("https://") {
        return Some(json!(word));
    }
    if !word.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let digits: String = word.chars().filter(|letter| !matches!(letter, ',' | '_')).collect();
    digits.parse::<f64>().ok().map(|number| json!(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found() {
        let values = |text: &str| -> Vec<(Value, bool)> {
            stated(text).into_iter().map(|found| (found.value, found.in_seconds)).collect()
        };
        assert_eq!(values("Default: 0.5 s."), [(json!(0.5), true)]);
        assert_eq!(
            values("Default: 90, as it may take 60 s."),
            [(json!(90.0), false), (json!(60.0), true)]
        );
        assert_eq!(values("Default: 1,000; more"), [(json!(1000.0), false)]);
        assert_eq!(
            values("Default: `https://a.example/b`."),
            [(json!("https://a.example/b"), false)]
        );
        assert_eq!(values("the client's, False."), [(json!(false), false)]);
        assert_eq!(values("(`false`)"), [(json!(false), false)]);
        assert_eq!(values("Default: that of h264 or v1, and 1x"), []);
    }
}
