//! Names as each language writes them, brought to the core's case.

use crate::columns::Column;

/// The name in snake case: `askMany`, `AskMany` and `ask_many` are the same, and so are `sessionID` and
/// `sessionId`.
pub(crate) fn snake(name: &str) -> String {
    // A plural of an abbreviation is one word.
    let name = name.replace("IDs", "Ids");
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let after = letters.get(index + 1);
        let begins_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                let ends_abbreviation = after.is_some_and(|after| after.is_lowercase());
                before.is_lowercase() || before.is_numeric() || ends_abbreviation
            });
        if begins_word && !snake.ends_with(['_', '.']) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// The core's name for what a client's language names so, by convention: its case, and in Node the unit of
/// a time.
pub(crate) fn in_core(column: Column, name: &str) -> String {
    let snake = snake(name);
    match (column.folder, snake.strip_suffix("_ms")) {
        ("node", Some(without)) => without.to_owned(),
        _ => snake,
    }
}

/// The class without the word that says what classes of errors are in that language.
pub(crate) fn stem(class: &str) -> &str {
    class.strip_suffix("Error").or_else(|| class.strip_suffix("Exception")).unwrap_or(class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::COLUMNS;

    #[test]
    fn cases_are_one() {
        let same = [
            ("askMany", "ask_many"),
            ("AskMany", "ask_many"),
            ("ask_many", "ask_many"),
            ("sessionID", "session_id"),
            ("sessionIDs", "session_ids"),
            ("setAPIKey", "set_api_key"),
            ("createQA", "create_qa"),
            ("httpRequestID", "http_request_id"),
            ("baseURL", "base_url"),
            ("caPEM", "ca_pem"),
            ("allowHTTP", "allow_http"),
            ("chat.askWithFallback", "chat.ask_with_fallback"),
            ("HTTPStatus", "http_status"),
        ];
        for (name, expected) in same {
            assert_eq!(snake(name), expected);
        }
    }

    #[test]
    fn units_are_part_of_a_name_in_node_only() {
        for column in COLUMNS {
            let expected = if column.folder == "node" { "timeout" } else { "timeout_ms" };
            assert_eq!(in_core(column, "timeoutMs"), expected);
        }
    }

    #[test]
    fn classes_have_stems() {
        assert_eq!(stem("RateLimitError"), "RateLimit");
        assert_eq!(stem("RateLimitException"), "RateLimit");
        assert_eq!(stem("rateLimit"), "rateLimit");
    }
}
