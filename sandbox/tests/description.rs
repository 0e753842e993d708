//! The OpenAPI description: true to what is served, in both directions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use serde_json::{Value, json};
use support::start;

/// The operations of the API, by name.
const OPERATIONS: [&str; 23] = [
    "chat.feedback",
    "chat.send",
    "chat.status",
    "chat.submit",
    "documents.create_qa",
    "documents.create_text",
    "documents.delete",
    "documents.list",
    "documents.set_status",
    "documents.update",
    "documents.upload",
    "sessions.close",
    "sessions.list",
    "site.get",
    "site.statistics",
    "site.update_widget_config",
    "site.user_statistics",
    "site.widget_config",
    "tenant.get",
    "tenant.limits",
    "tenant.statistics",
    "tenant.usage",
    "tenant.usage_history",
];

fn described(description: &Value) -> Vec<(String, String, Value)> {
    let mut operations = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    operations
}

#[tokio::test]
async fn every_operation_is_described_and_marked() {
    let (sandbox, caller) = start().await;
    let description = &caller.description;
    assert_eq!(description["openapi"], "3.1.0");
    assert_eq!(description["servers"][0]["url"], sandbox.base_url());
    let operations = described(description);
    let mut names: Vec<_> = operations
        .iter()
        .map(|(_, _, operation)| operation["operationId"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, OPERATIONS);
    for (_, _, operation) in &operations {
        let evidence = operation["x-evidence"].as_str().unwrap();
        assert!(["documented", "documented-older-edition", "assumed"].contains(&evidence));
        assert!(!operation["summary"].as_str().unwrap().is_empty());
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.contains_key("401") && responses.len() >= 5);
    }
    let by_name = |name: &str| {
        operations.iter().find(|(_, _, operation)| operation["operationId"] == name).unwrap()
    };
    assert_eq!(by_name("chat.send").2["x-evidence"], "documented");
    assert_eq!(by_name("tenant.usage").2["x-evidence"], "documented-older-edition");
}

#[tokio::test]
async fn every_described_operation_is_served_and_no_other_method() {
    let (_sandbox, caller) = start().await;
    let operations = described(&caller.description);
    for (_, path, _) in &operations {
        let methods: Vec<_> = operations
            .iter()
            .filter(|(_, other, _)| other == path)
            .map(|(method, _, _)| method)
            .collect();
        let filled = path
            .replace("{tenant}", caller.space.tenant_id())
            .replace("{site}", caller.space.site_id())
            .replace("{document}", "doc_none")
            .replace("{request}", "req_none")
            .replace("{email}", "nobody");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            caller.space.clear_journal();
            let request = caller.request(method.parse().unwrap(), &filled).body("{}");
            let status = request.send().await.unwrap().status().as_u16();
            let served = status != 405;
            assert_eq!(served, methods.iter().any(|known| *known == method), "{method} {path}");
            let operation = &caller.space.journal()[0].operation;
            assert_eq!(operation == "unmatched", !served, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn schemas_are_valid_and_all_used() {
    let (_sandbox, caller) = start().await;
    let schemas = caller.description["components"]["schemas"].as_object().unwrap();
    let text = caller.description.to_string();
    for (name, schema) in schemas {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [schema],
            "components": caller.description["components"],
        });
        jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(text.contains(&format!("\"#/components/schemas/{name}\"")), "{name} is not used");
    }
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} does not exist");
    }
}
