//! Finds what a sentence says of a default.

use serde_json::Value;

use super::values::{Stated, stated};

/// What a sentence says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claim {
    /// What it names as code, in order, before the value.
    pub(crate) named: Vec<String>,
    pub(crate) value: Value,
    pub(crate) in_seconds: bool,
}

/// The sentences of a text.
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    let ends = |at: usize, text: &str| {
        let after = text.get(at + 1..).unwrap_or_default();
        after.starts_with(' ')
            && after.trim_start().starts_with(|letter: char| letter.is_uppercase() || letter == '`')
    };
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|text| text.find('.')).map(|at| from + at) {
        if ends(at, rest) {
            let (sentence, after) = rest.split_at(at + 1);
            found.push(sentence.trim());
            rest = after;
            from = 0;
        } else {
            from = at + 1;
        }
    }
    found.push(rest.trim());
    found.retain(|sentence| !sentence.is_empty());
    found
}

/// What the sentence says of a default, if it does.
pub(crate) fn claim(sentence: &str) -> Option<Claim> {
    let lower = sentence.to_lowercase();
    let word = lower.find("default").or_else(|| lower.find("the client's, "))?;
    let values = stated(sentence);
    let behind = values.iter().find(|value| value.at > word);
    // "120 s at most by default".
    let before = || values.iter().rfind(|value| value.at < word && lower.contains("by default"));
    let Stated { at, value, in_seconds } = behind.or_else(before)?;
    let named = names(sentence.get(..*at).unwrap_or(sentence));
    Some(Claim { named, value: value.clone(), in_seconds: *in_seconds })
}

/// The two times of a schedule that a sentence tells as "every 2.5 s, for 45 s".
pub(crate) fn schedule(sentence: &str) -> Option<(Value, Value)> {
    let (_, told) = sentence.split_once("every ")?;
    let (_, rest) = told.split_once(" for ")?;
    let values = stated(told);
    let between = told.len() - rest.len();
    let first = values.first().filter(|value| value.in_seconds && value.at < between)?;
    let second = values.iter().find(|value| value.in_seconds && value.at >= between)?;
    Some((first.value.clone(), second.value.clone()))
}

/// What is named as code: in back quotes, or in brackets that lead to it.
pub(crate) fn names(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(begin) = rest.find(['`', '[']) {
        let (_, after) = rest.split_at(begin);
        let closing = if after.starts_with('[') { ']' } else { '`' };
        let inside = after.trim_start_matches(['`', '[']);
        let end = inside.find(closing).unwrap_or(inside.len());
        let (name, after) = inside.split_at(end);
        let name = name.split('(').next().unwrap_or_default();
        let last = name.rsplit(['.', '/', ':']).next().unwrap_or_default().trim_end_matches('`');
        if !last.is_empty() {
            found.push(last.to_owned());
        }
        rest = after.trim_start_matches(['`', ']']);
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(sentence: &str) -> Option<(Vec<String>, Value, bool)> {
        claim(sentence).map(|claim| (claim.named, claim.value, claim.in_seconds))
    }

    fn names_of(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn sentences_end_where_they_end() {
        let text = "For a call, 0.5 s. Default: 30 s. `x` is y. see e.g. this";
        assert_eq!(
            sentences(text),
            ["For a call, 0.5 s.", "Default: 30 s.", "`x` is y. see e.g. this"]
        );
    }

    #[test]
    fn defaults_are_found() {
        let found = told("Default: the client's ``ask_timeout``, 120 s.");
        assert_eq!(found, Some((names_of(&["ask_timeout"]), json!(120.0), true)));
        let found = told("Default of `timeoutMs`: the client's `sendTimeoutMs`, 90 s.");
        assert_eq!(found, Some((names_of(&["timeoutMs", "sendTimeoutMs"]), json!(90.0), true)));
        let found = told("The default of `timeout` is ``Configuration/askTimeout``, 120 s.");
        assert_eq!(found, Some((names_of(&["timeout", "askTimeout"]), json!(120.0), true)));
        let found =
            told("Takes a second longer than [`Chat::send`], and 120 s at most by default.");
        assert_eq!(found, Some((names_of(&["send"]), json!(120.0), true)));
        let found = told("null leaves it to the client's, 30 s.");
        assert_eq!(found, Some((Vec::new(), json!(30.0), true)));
        assert_eq!(told("Default: 64; 0 keeps none."), Some((Vec::new(), json!(64.0), false)));
    }

    #[test]
    fn other_sentences_say_none() {
        assert_eq!(told("Default: that of the path."), None);
        assert_eq!(told("The first back-off after 429 and 503."), None);
        assert_eq!(told("All share the client's rate of 10 polls."), None);
    }

    #[test]
    fn schedules_are_found() {
        let found = schedule("The vendor's playbook: every 2.5 s, for 45 s.");
        assert_eq!(found, Some((json!(2.5), json!(45.0))));
        assert_eq!(schedule("every 2.5 s for 45 s"), Some((json!(2.5), json!(45.0))));
        assert_eq!(schedule("every five answers, for all"), None);
    }
}
