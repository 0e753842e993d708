//! Whole bodies: what is JSON, what is not, and what is never printed.

use super::*;

#[test]
fn an_open_object_takes_any_json() {
    let open = |body: &[u8]| OpenObject::parse(body, meta()).unwrap();
    let read = open(br#"{"plan":"level2","limits":{"documents":10}}"#);
    assert_eq!(read.get("plan"), Some(&json!("level2")));
    assert_eq!(read.get("absent"), None);
    assert_eq!(read.raw(), r#"{"plan":"level2","limits":{"documents":10}}"#);
    assert_eq!(read.to_json()["fields"]["limits"]["documents"], 10);
    for body in [&b""[..], b"\n"] {
        assert!(open(body).fields.is_empty());
        assert_eq!(open(body).raw(), "");
    }
    for (body, value) in [
        (&b"[1,2]"[..], json!([1, 2])),
        (b"3", json!(3)),
        (b"\"ok\"", json!("ok")),
        (b"true", json!(true)),
        (b"null", json!(null)),
    ] {
        assert_eq!(
            open(body).fields.into_iter().collect::<Vec<_>>(),
            [("value".to_owned(), value)]
        );
    }
}

/// An object that is nested that deep.
fn nested(depth: usize) -> Vec<u8> {
    [b"{\"a\":".repeat(depth - 1), b"{}".to_vec(), b"}".repeat(depth - 1)].concat()
}

#[test]
fn nesting_is_read_to_its_limit() {
    assert!(OpenObject::parse(&nested(127), meta()).is_ok());
    for depth in [129, 100_000] {
        let fault = OpenObject::parse(&nested(depth), meta()).unwrap_err();
        assert!(fault.message.contains("recursion limit"), "{}", fault.message);
    }
    assert!(Fields::parse(&nested(127)).is_ok());
    assert!(Fields::parse(&nested(129)).is_err());
}

#[test]
fn bodies_that_are_no_json_are_faults() {
    for (body, message) in [
        (&br#"{"answer":"secret wor"#[..], "not JSON: EOF while parsing a string"),
        (br#"{"answer":"secret words","#, "not JSON: EOF while parsing"),
        (br#"{"answer":"secret"} words"#, "not JSON: trailing characters"),
        (br#"{"a":1e999}"#, "not JSON: number out of range"),
        (br#"{"a":NaN}"#, "not JSON: expected value"),
        (b"<!doctype html><p>secret words", "an HTML or XML page, not JSON"),
        (b"\n<html>", "an HTML or XML page, not JSON"),
        (b"secret words", "not JSON: expected value"),
        (b"{\"a\":\"secret \xff\"}", "not UTF-8 at byte 13"),
        (b"{\"a\":\"\xed\xa0\x80\"}", "not UTF-8 at byte 6"),
        (b"", "an empty body, not JSON"),
        (b" \n", "an empty body, not JSON"),
    ] {
        let fault = Fields::parse(body).unwrap_err();
        assert!(fault.message.starts_with(message), "{} for {message}", fault.message);
        assert!(!fault.message.contains("secret"));
    }
}

#[test]
fn a_byte_order_mark_is_skipped_and_the_last_duplicate_wins() {
    let body = "\u{feff} {\"id\":1,\"title\":\"a\",\"id\":2,\"title\":\"b\"}";
    let read = Document::parse(body.as_bytes(), meta()).unwrap();
    assert_eq!((read.id.as_str(), read.title.as_deref()), ("2", Some("b")));
    assert!(!read.raw().contains('\u{feff}'));
}

#[test]
fn debug_output_holds_nobody_s_words() {
    let words = "planted words";
    let email = "ann@example.org";
    let answer = sent(&json!({"request_id": "r-1", "answer": words, "more": words}));
    let pending = status(&json!({"status": "failed", "answer": words, "error": words}));
    let talk = session(&json!({"id": "s-1", "email": email, "last": words, email: 1}));
    let text = document(&json!({"id": "d-1", "title": words, "content": words}));
    let open = OpenObject::parse(&bytes(&json!({"users": {email: words}})), meta()).unwrap();
    let keyed = OpenObject::parse(&bytes(&json!({email: words})), meta()).unwrap();
    let list = documents(&json!({"items": [{"id": 1, "title": words}], "q": words}));
    let receipt =
        FeedbackReceipt::parse(&bytes(&json!({"comment": words})), "r-1", meta()).unwrap();
    let submission =
        Submission::parse(&bytes(&json!({"request_id": 1, "message": words})), "s").unwrap();
    let printed = format!(
        "{answer:?} {pending:?} {talk:?} {text:?} {open:?} {keyed:?} {list:?} {receipt:?} \
         {submission:?} {answer:#?}"
    );
    assert!(!printed.contains(words) && !printed.contains(email), "{printed}");
    for shown in ["13 characters", "r-1", "s-1", "d-1", "\"users\"", "answer: none"] {
        let all = format!("{printed} {:?}", status(&json!({"status": "pending"})));
        assert!(all.contains(shown), "{shown} in {all}");
    }
}
