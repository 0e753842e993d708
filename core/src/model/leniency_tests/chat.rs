//! Answers, states of questions, ratings and sessions.

use super::*;

#[test]
fn a_session_is_read_whole() {
    let read = session(&json!({
        "id": 5, "email": "ann@example.org", "created_at": "2024-06-13 14:00:00",
        "updated_at": "2024-06-13T15:00:00+01:00", "closed_at": null, "message_count": "12",
        "topics": ["a"],
    }));
    assert_eq!((read.id.as_str(), read.email.as_deref()), ("5", Some("ann@example.org")));
    assert_eq!(read.created_at, read.updated_at);
    assert_eq!((read.closed_at, read.message_count), (None, Some(12)));
    assert!(read.is_open());
    assert_eq!(Value::Object(read.extra.clone()), json!({"topics": ["a"]}));
    let json = read.to_json();
    assert_eq!(json["created_at"], "2024-06-13T14:00:00Z");
    assert_eq!((&json["closed_at"], &json["message_count"]), (&json!(null), &json!(12)));
    assert_eq!(json["email"], "ann@example.org");
}

#[test]
fn a_session_is_closed_when_the_server_says_so_in_any_form() {
    for (closed_at, open) in [
        (json!(null), true),
        (json!(""), true),
        (json!(false), true),
        (json!("2024-06-13T14:00:00Z"), false),
        (json!("last week"), false),
        (json!(true), false),
        (json!(1e300), false),
    ] {
        assert_eq!(
            session(&json!({"id": 1, "closed_at": closed_at})).is_open(),
            open,
            "{closed_at}"
        );
    }
    assert!(session(&json!({"session_id": "s"})).is_open());
}

#[test]
fn counts_are_whole_and_not_negative() {
    for (value, expected) in [
        (json!(3), Some(3)),
        (json!(3.0), Some(3)),
        (json!(" 3 "), Some(3)),
        (json!(3.5), None),
        (json!(-1), None),
        (json!("many"), None),
        (json!(1e300), None),
        (json!([3]), None),
    ] {
        let read = session(&json!({"id": 1, "message_count": value}));
        assert_eq!(read.message_count, expected, "{value}");
        assert_eq!(read.extra.contains_key("message_count"), expected.is_none(), "{value}");
    }
}

#[test]
fn an_answer_is_read_whole() {
    let read = sent(&json!({
        "session_id": "s", "request_id": "req_1", "answer": "At nine.",
        "confidence_level": "high", "confidence_score": 92, "sources": [],
    }));
    assert_eq!((read.session_id.as_str(), read.request_id.as_str()), ("s", "req_1"));
    assert_eq!(read.text(), "At nine.");
    assert_eq!(read.confidence_level, Some(ConfidenceLevel::High));
    assert_eq!(read.confidence_score, Some(92.0));
    assert!(!read.is_fallback);
    let json = read.to_json();
    assert_eq!(json["confidence_level"], "high");
    assert_eq!(json["extra"], json!({"sources": []}));
    let bare = sent(&json!({"request_id": 8, "answer": "", "confidence_level": "unsure"}));
    assert_eq!((bare.session_id.as_str(), bare.request_id.as_str()), ("sent-session", "8"));
    assert_eq!((bare.answer.as_deref(), bare.confidence_score), (Some(""), None));
    assert_eq!(bare.confidence_level, Some(ConfidenceLevel::Other("unsure".to_owned())));
}

#[test]
fn scores_are_numbers_or_text_that_reads_as_one() {
    for (value, expected) in [
        (json!(0.92), Some(0.92)),
        (json!("92"), Some(92.0)),
        (json!(" 0.5 "), Some(0.5)),
        (json!("NaN"), None),
        (json!("inf"), None),
        (json!("high"), None),
        (json!(true), None),
        (json!(null), None),
    ] {
        let read = sent(&json!({"request_id": "r", "answer": "a", "confidence_score": value}));
        assert_eq!(read.confidence_score, expected, "{value}");
        let kept = expected.is_none() && !value.is_null();
        assert_eq!(read.extra.contains_key("confidence_score"), kept, "{value}");
    }
}

#[test]
fn an_answer_without_its_essentials_is_a_fault_that_names_both() {
    for (body, message) in [
        (json!({"session_id": "s"}), "no answer; no request_id"),
        (json!({"answer": "secret words"}), "no request_id"),
        (json!({"answer": null, "request_id": "r"}), "no answer"),
        (
            json!({"answer": {"text": "secret words"}, "request_id": ""}),
            "no answer; answer is an object; no request_id; request_id is a text",
        ),
    ] {
        let fault = Answer::from_send(&bytes(&body), "s", meta()).unwrap_err();
        assert_eq!(fault.message, message);
    }
    let fault = Submission::parse(br#"{"status":"pending"}"#, "s").unwrap_err();
    assert_eq!(fault.message, "no request_id");
    let fault = ChatStatus::parse(br#"{"answer":"secret"}"#, "r", meta()).unwrap_err();
    assert_eq!(fault.message, "no status");
}

#[test]
fn a_submission_falls_back_to_the_sent_session() {
    let read = Submission::parse(br#"{"request_id":"r","status":"pending","eta":5}"#, "s").unwrap();
    assert_eq!((read.request_id.as_str(), read.session_id.as_str()), ("r", "s"));
    assert_eq!(read.status.as_deref(), Some("pending"));
    assert_eq!(Value::Object(read.extra), json!({"eta": 5}));
    let read = Submission::parse(br#"{"request_id":1,"session_id":2}"#, "s").unwrap();
    assert_eq!((read.request_id.as_str(), read.session_id.as_str()), ("1", "2"));
}

#[test]
fn a_status_keeps_the_server_s_own_spelling() {
    let read = status(&json!({"status": "COMPLETE", "answer": "At nine.", "session_id": ""}));
    assert_eq!((&read.status, read.status_text.as_str()), (&RequestStatus::Completed, "COMPLETE"));
    assert_eq!((read.request_id.as_str(), &read.session_id), ("asked-request", &None));
    assert_eq!(read.to_json()["status"], "completed");
    assert_eq!(read.to_json()["status_text"], "COMPLETE");
    let read = status(&json!({"status": "failed", "error": "no source", "request_id": "r"}));
    assert_eq!((read.status, read.error.as_deref()), (RequestStatus::Failed, Some("no source")));
    assert_eq!(read.request_id, "r");
    assert!(!status(&json!({"status": "processing"})).status.is_finished());
    assert!(!status(&json!({"status": 3})).status.is_finished());
}

#[test]
fn a_finished_request_becomes_an_answer() {
    let read = status(&json!({
        "request_id": "r", "status": "completed", "answer": "At nine.", "confidence_score": "92",
        "error": "partly", "sources": [1],
    }));
    let answer = Answer::from_status(read.clone(), "submitted");
    assert_eq!((answer.session_id.as_str(), answer.request_id.as_str()), ("submitted", "r"));
    assert_eq!((answer.text(), answer.confidence_score), ("At nine.", Some(92.0)));
    assert_eq!(Value::Object(answer.extra), json!({"sources": [1], "error": "partly"}));
    assert_eq!((answer.raw, answer.meta), (read.raw, read.meta));
    let silent = Answer::from_status(status(&json!({"status": "completed"})), "s");
    assert_eq!((silent.answer.as_deref(), silent.text()), (None, ""));
}

#[test]
fn a_fallback_is_marked() {
    let answer = Answer::fallback("The team will answer.", "s");
    assert!(answer.is_fallback);
    assert_eq!((answer.text(), answer.session_id.as_str()), ("The team will answer.", "s"));
    assert_eq!((answer.request_id.as_str(), answer.raw()), ("", ""));
    assert_eq!(answer.meta, Meta::default());
}

#[test]
fn a_receipt_tells_the_first_rating_from_a_repeat() {
    let receipt = |body: &[u8]| FeedbackReceipt::parse(body, "asked", meta()).unwrap();
    let first = receipt(
        br#"{"status":"ok","request_id":"r","feedback":"good","feedback_submitted_at":"2024-06-13T14:32:45Z"}"#,
    );
    assert!(first.is_first());
    assert_eq!((first.request_id.as_str(), first.feedback.as_deref()), ("r", Some("good")));
    assert_eq!(first.to_json()["feedback_submitted_at"], "2024-06-13T14:32:45Z");
    let repeat = receipt(br#"{"status":"ok","feedback":"good"}"#);
    assert!(!repeat.is_first());
    assert_eq!(repeat.request_id, "asked");
    assert!(receipt(br#"{"feedback_submitted_at":"just now"}"#).is_first());
    let empty = receipt(b"");
    assert_eq!((&empty.status, &empty.feedback, empty.raw()), (&None, &None, ""));
    assert!(FeedbackReceipt::parse(b"[]", "asked", meta()).is_err());
}
