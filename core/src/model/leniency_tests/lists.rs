//! Lists.

use super::*;

#[test]
fn lists_come_in_every_wrapper() {
    let items = json!([{"id": 1}, {"id": "b"}]);
    for body in [
        items.clone(),
        json!({"documents": items}),
        json!({"sessions": items}),
        json!({"items": items}),
        json!({"data": items}),
        json!({"data": {"documents": items}}),
        json!({"data": {"sessions": items}}),
        json!({"data": {"items": items}}),
        json!({"data": {"data": items}}),
        json!({"documents": null, "items": items}),
    ] {
        let list = documents(&body);
        let ids: Vec<_> = list.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(ids, ["1", "b"], "{body}");
        assert_eq!((list.len(), list.is_empty()), (2, false));
        assert_eq!(list.raw(), body.to_string());
        assert_eq!(list.items[0].raw(), r#"{"id":1}"#);
        assert_eq!(list.items[1].meta, meta());
    }
}

#[test]
fn lists_without_items_are_empty() {
    for body in [
        json!([]),
        json!(null),
        json!({"documents": null}),
        json!({"data": null}),
        json!({"data": {"items": []}}),
        json!({"data": {"items": null}}),
    ] {
        assert!(documents(&body).is_empty(), "{body}");
    }
}

#[test]
fn what_stands_beside_a_list_is_kept() {
    let list = documents(&json!({"documents": [], "total": 0, "next": "c"}));
    assert_eq!(Value::Object(list.extra.clone()), json!({"total": 0, "next": "c"}));
    let list = documents(&json!({"ok": true, "data": {"items": [{"id": 1}], "total": 1}}));
    assert_eq!(Value::Object(list.extra.clone()), json!({"ok": true, "data": {"total": 1}}));
    let json = list.to_json();
    assert_eq!(json["items"][0]["id"], "1");
    assert_eq!(json["extra"]["ok"], true);
    assert_eq!(json["meta"]["attempts"], 2);
    assert_eq!((&list).into_iter().count(), 1);
}

#[test]
fn what_is_no_list_is_a_fault() {
    for (body, message) in [
        (json!({}), "no list: looked for documents, sessions, items, data"),
        (
            json!({"sessions": "secret words", "data": {"a": 1}}),
            "no list: looked for documents, sessions, items, data; sessions is a text; \
             data is an object",
        ),
        (json!("secret words"), "expected a list, found a text"),
        (json!([{"id": 1}, "secret words"]), "item 1: expected an object, found a text"),
        (
            json!([{"name": "secret words"}]),
            "item 0: no id: looked for id, document_id, documentId, _id, uuid",
        ),
    ] {
        let fault = Listing::<Document>::parse(&bytes(&body), meta()).unwrap_err();
        assert_eq!(fault.message, message);
    }
    assert!(Listing::<Session>::parse(b"", meta()).is_err());
}
