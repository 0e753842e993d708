//! Documents.

use super::*;

#[test]
fn a_document_is_read_whole() {
    let body = json!({
        "id": "d1", "title": "Support hours", "category": "support", "status": "Active",
        "ready": true, "created_at": "2024-06-13T14:32:45Z", "updated_at": 1_718_289_165,
        "language": "en", "chunks": [1, 2],
    });
    let read = document(&body);
    assert_eq!(
        read,
        Document {
            id: "d1".to_owned(),
            title: Some("Support hours".to_owned()),
            category: Some("support".to_owned()),
            status: Some(DocumentStatus::Active),
            ready: Some(true),
            created_at: Some("2024-06-13T14:32:45Z".parse().unwrap()),
            updated_at: Some("2024-06-13T14:32:45Z".parse().unwrap()),
            extra: json!({"language": "en", "chunks": [1, 2]}).as_object().unwrap().clone(),
            raw: body.to_string().into(),
            meta: meta(),
        }
    );
    assert_eq!(read.raw(), body.to_string());
    assert_eq!(
        read.to_json(),
        json!({
            "id": "d1", "title": "Support hours", "category": "support", "status": "active",
            "ready": true, "created_at": "2024-06-13T14:32:45Z",
            "updated_at": "2024-06-13T14:32:45Z",
            "extra": {"language": "en", "chunks": [1, 2]},
            "meta": {"attempts": 2, "polls": 0, "elapsed": 1.5, "http_status": 200,
                     "http_request_id": "trace-1"},
        })
    );
}

#[test]
fn absent_and_null_are_both_none() {
    let absent = document(&json!({"id": "d1"}));
    let null = document(&json!({
        "id": "d1", "title": null, "category": null, "status": null, "ready": null,
        "created_at": null, "updated_at": null,
    }));
    assert_eq!(Document { raw: absent.raw.clone(), ..null }, absent);
    assert!(absent.title.is_none() && absent.status.is_none() && absent.extra.is_empty());
}

#[test]
fn a_field_of_another_type_is_none_and_not_lost() {
    let read = document(&json!({
        "id": "d1", "title": ["a"], "status": {"code": 1}, "ready": "later",
        "created_at": "yesterday", "category": false,
    }));
    assert_eq!((&read.title, &read.status, read.ready), (&None, &None, None));
    assert_eq!((&read.created_at, &read.category), (&None, &None));
    assert_eq!(
        Value::Object(read.extra),
        json!({
            "title": ["a"], "status": {"code": 1}, "ready": "later",
            "created_at": "yesterday", "category": false,
        })
    );
}

#[test]
fn ids_are_text_or_numbers_under_any_known_name() {
    for name in ["id", "document_id", "documentId", "_id", "uuid"] {
        assert_eq!(document(&json!({name: "d1"})).id, "d1", "{name}");
        assert_eq!(document(&json!({name: 42})).id, "42", "{name}");
        assert_eq!(document(&json!({name: u64::MAX})).id, u64::MAX.to_string(), "{name}");
    }
    let both = document(&json!({"uuid": "u", "id": null, "document_id": " ", "_id": "m"}));
    assert_eq!(both.id, "m");
    assert_eq!(Value::Object(both.extra), json!({"document_id": " ", "uuid": "u"}));
}

#[test]
fn a_document_may_stand_inside_the_answer() {
    for body in [
        json!({"document": {"id": 7, "status": "draft"}}),
        json!({"data": {"id": 7, "status": "draft"}}),
        json!({"data": {"document": {"id": 7, "status": "draft"}}}),
        json!({"id": "envelope", "document": {"id": 7, "status": "draft"}}),
    ] {
        let read = document(&body);
        assert_eq!((read.id.as_str(), read.status), ("7", Some(DocumentStatus::Draft)), "{body}");
        assert_eq!(read.raw.as_ref(), body.to_string());
    }
    let read = document(&json!({
        "status": "ok", "title": "outer",
        "data": {"note": "n", "document": {"document_id": "d", "title": "inner", "tags": []}},
    }));
    assert_eq!((read.id.as_str(), read.title.as_deref()), ("d", Some("inner")));
    assert_eq!(read.status, None, "the answer's own status is not the document's");
    assert_eq!(
        Value::Object(read.extra),
        json!({"tags": [], "note": "n", "status": "ok", "title": "outer"})
    );
    let outer = document(&json!({"id": "d", "document": {"pages": 3}, "data": {"id": "no"}}));
    assert_eq!(outer.id, "d");
    assert_eq!(Value::Object(outer.extra), json!({"document": {"pages": 3}, "data": {"id": "no"}}));
}

#[test]
fn a_document_without_an_id_is_a_fault() {
    for (body, message) in [
        (json!({}), "no id: looked for id, document_id, documentId, _id, uuid"),
        (
            json!({"id": ["secret words"], "uuid": ""}),
            "no id: looked for id, document_id, documentId, _id, uuid; id is a list; uuid is a text",
        ),
        (json!(["secret words"]), "expected an object, found a list"),
        (json!("secret words"), "expected an object, found a text"),
        (json!(null), "expected an object, found null"),
    ] {
        let fault = Document::parse(&bytes(&body), meta()).unwrap_err();
        assert_eq!(fault.message, message);
    }
}

#[test]
fn a_change_is_confirmed_with_or_without_the_document() {
    let changed = |body: &[u8]| Document::parse_changed(body, "asked", meta()).unwrap();
    for body in [&b""[..], b" \r\n", b"{}", b"null", "\u{feff}".as_bytes()] {
        let read = changed(body);
        assert_eq!(read.id, "asked");
        assert!(read.extra.is_empty() && read.status.is_none());
    }
    let read = changed(br#"{"status":"ok"}"#);
    assert_eq!((read.id.as_str(), read.status), ("asked", None));
    assert_eq!(Value::Object(read.extra), json!({"status": "ok"}));
    assert_eq!(&*read.raw, r#"{"status":"ok"}"#);
    let read = changed(br#"{"data":{"id":9,"status":"active"}}"#);
    assert_eq!((read.id.as_str(), read.status), ("9", Some(DocumentStatus::Active)));
    assert!(Document::parse_changed(b"<html>", "asked", meta()).is_err());
    assert!(Document::parse_changed(b"[]", "asked", meta()).is_err());
}

#[test]
fn flags_are_read_in_every_form() {
    for (value, expected) in [
        (json!(true), Some(true)),
        (json!(0), Some(false)),
        (json!(1), Some(true)),
        (json!("True"), Some(true)),
        (json!("false"), Some(false)),
        (json!(2), None),
        (json!("yes"), None),
    ] {
        assert_eq!(document(&json!({"id": 1, "ready": value})).ready, expected, "{value}");
    }
}
