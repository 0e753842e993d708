//! The schemas of the OpenAPI description.

use serde_json::{Map, Value, json};

use crate::widget::SETTINGS;

fn string() -> Value {
    json!({"type": "string"})
}

/// A string that holds something else than blanks and line ends.
fn filled() -> Value {
    json!({"type": "string", "minLength": 1, "pattern": "[^ \\t\\r\\n]"})
}

/// The same, or null, which counts as absent.
fn optional_filled() -> Value {
    json!({"type": ["string", "null"], "minLength": 1, "pattern": "[^ \\t\\r\\n]"})
}

fn optional_string() -> Value {
    json!({"type": ["string", "null"]})
}

fn count() -> Value {
    json!({"type": "integer", "minimum": 0})
}

fn optional_count() -> Value {
    json!({"type": ["integer", "null"], "minimum": 0})
}

fn flag() -> Value {
    json!({"type": "boolean"})
}

fn time() -> Value {
    json!({"type": "string", "format": "date-time"})
}

fn optional_time() -> Value {
    json!({"type": ["string", "null"], "format": "date-time"})
}

fn date() -> Value {
    json!({"type": "string", "format": "date"})
}

fn confidence() -> Value {
    json!({"type": ["number", "null"], "minimum": 0, "maximum": 100})
}

fn words(words: &[&str]) -> Value {
    json!({"type": "string", "enum": words})
}

fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

/// An object all of whose fields are there, unless the name ends in `?`.
fn object(fields: &[(&str, Value)]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, schema) in fields {
        match name.strip_suffix('?') {
            Some(name) => properties.insert(name.to_owned(), schema.clone()),
            None => {
                required.push(*name);
                properties.insert((*name).to_owned(), schema.clone())
            }
        };
    }
    json!({"type": "object", "properties": properties, "required": required})
}

fn widget_config(with_null: bool) -> Value {
    let schema = |setting: &crate::widget::Setting| {
        let schema = setting.schema();
        if with_null { json!({"anyOf": [schema, {"type": "null"}]}) } else { schema }
    };
    let properties: Map<String, Value> =
        SETTINGS.iter().map(|(name, setting)| ((*name).to_owned(), schema(setting))).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": true})
}

/// The form of an upload. Other fields are ignored.
fn upload() -> Value {
    let file = json!({
        "type": "string",
        "contentMediaType": "application/octet-stream",
        "minLength": 1,
        "description": "The file, with its name: text of PDF, DOCX, HTML, Markdown or plain text.",
    });
    json!({
        "type": "object",
        "properties": {"file": file},
        "required": ["file"],
        "propertyNames": {"pattern": "^[A-Za-z0-9_.-]+$"},
    })
}

/// All schemas by name.
pub(crate) fn all() -> Value {
    let mut all = Map::new();
    for (name, schema) in requests().into_iter().chain(workspace()).chain(content()).chain(chat()) {
        all.insert(name.to_owned(), schema);
    }
    Value::Object(all)
}

type Named = Vec<(&'static str, Value)>;

fn requests() -> Named {
    let ids = || list(json!({"type": ["string", "number"]}));
    let status = || words(&["active", "draft"]);
    vec![
        ("WidgetConfigPatch", widget_config(true)),
        (
            "TextDocument",
            object(&[("title", filled()), ("content", filled()), ("category?", optional_string())]),
        ),
        (
            "QuestionAnswerDocument",
            object(&[
                ("title", filled()),
                ("question", filled()),
                ("answer", filled()),
                ("category?", optional_string()),
            ]),
        ),
        ("Upload", upload()),
        (
            "DocumentPatch",
            object(&[
                ("title?", optional_filled()),
                ("content?", optional_filled()),
                ("question?", optional_filled()),
                ("answer?", optional_filled()),
                ("category?", optional_string()),
                ("status?", json!({"enum": ["active", "draft", null]})),
            ]),
        ),
        ("BulkStatus", object(&[("ids", ids()), ("status", status())])),
        ("BulkDelete", object(&[("ids", ids())])),
        (
            "ChatRequest",
            object(&[
                ("session_id", filled()),
                ("message", filled()),
                ("email?", optional_string()),
                ("response_language?", optional_string()),
            ]),
        ),
        (
            "Feedback",
            object(&[
                ("session_id", filled()),
                ("request_id", filled()),
                ("feedback", words(&["good", "bad"])),
            ]),
        ),
        ("SessionClose", object(&[("session_id", filled())])),
    ]
}

fn workspace() -> Named {
    let day = object(&[
        ("date", date()),
        ("messages", count()),
        ("tokens_estimated", count()),
        ("answers", count()),
        ("failures", count()),
        ("feedback_good", count()),
        ("feedback_bad", count()),
    ]);
    vec![
        ("Error", object(&[("error", string())])),
        (
            "Tenant",
            object(&[
                ("id", string()),
                ("name", string()),
                ("plan", string()),
                ("status", string()),
                ("sites", list(object(&[("id", string()), ("name", string())]))),
                ("created_at", time()),
            ]),
        ),
        (
            "Limits",
            object(&[
                ("tenant_id", string()),
                ("plan", string()),
                ("api_access", flag()),
                ("daily_messages", optional_count()),
                ("max_upload_bytes", count()),
            ]),
        ),
        (
            "Usage",
            object(&[
                ("tenant_id", string()),
                ("date", date()),
                ("messages_today", count()),
                ("daily_messages", optional_count()),
                ("messages", count()),
                ("tokens_estimated", count()),
                ("documents", count()),
                ("document_bytes", count()),
                ("sessions", count()),
            ]),
        ),
        ("UsageHistory", object(&[("tenant_id", string()), ("history", list(day))])),
        (
            "Statistics",
            object(&[
                ("tenant_id", string()),
                ("site_id", string()),
                ("messages", count()),
                ("answers", count()),
                ("failures", count()),
                ("tokens_estimated", count()),
                ("average_confidence", confidence()),
                ("feedback_good", count()),
                ("feedback_bad", count()),
                ("sessions", count()),
                ("sessions_open", count()),
                ("sessions_closed", count()),
                ("documents", count()),
            ]),
        ),
        (
            "Site",
            object(&[
                ("id", string()),
                ("tenant_id", string()),
                ("name", string()),
                ("status", string()),
                ("documents", count()),
                ("created_at", time()),
            ]),
        ),
        (
            "UserStatistics",
            object(&[
                ("email", string()),
                ("sessions", count()),
                ("messages", count()),
                ("answers", count()),
                ("average_confidence", confidence()),
                ("feedback_good", count()),
                ("feedback_bad", count()),
                ("first_seen", optional_time()),
                ("last_seen", optional_time()),
            ]),
        ),
        ("WidgetConfig", widget_config(false)),
    ]
}

fn content() -> Named {
    vec![
        (
            "Document",
            object(&[
                ("id", string()),
                ("title", string()),
                ("type", words(&["file", "text", "qa"])),
                ("category", optional_string()),
                ("status", words(&["active", "draft"])),
                ("ready", flag()),
                ("size", count()),
                ("created_at", time()),
                ("updated_at", time()),
            ]),
        ),
        ("DocumentList", object(&[("documents", list(reference("Document")))])),
        ("BulkStatusResult", object(&[("updated", count()), ("not_found", list(string()))])),
        ("BulkDeleteResult", object(&[("deleted", count()), ("not_found", list(string()))])),
        (
            "Session",
            object(&[
                ("id", string()),
                ("email", optional_string()),
                ("created_at", time()),
                ("updated_at", time()),
                ("closed_at", optional_time()),
                ("message_count", count()),
            ]),
        ),
        ("SessionList", object(&[("sessions", list(reference("Session")))])),
        ("Closed", object(&[("status", words(&["ok"]))])),
    ]
}

fn chat() -> Named {
    let score = || json!({"type": "integer", "minimum": 0, "maximum": 100});
    let level = || words(&["high", "medium", "low"]);
    vec![
        ("Source", object(&[("document_id", string()), ("title", string()), ("quote", string())])),
        (
            "Answer",
            object(&[
                ("session_id", string()),
                ("request_id", string()),
                ("answer", string()),
                ("confidence_level", level()),
                ("confidence_score", score()),
                ("sources", list(reference("Source"))),
            ]),
        ),
        (
            "Submitted",
            object(&[
                ("session_id", string()),
                ("request_id", string()),
                ("status", words(&["pending"])),
            ]),
        ),
        (
            "ChatStatus",
            object(&[
                ("session_id", string()),
                ("request_id", string()),
                ("status", string()),
                ("answer?", string()),
                ("confidence_level?", level()),
                ("confidence_score?", score()),
                ("sources?", list(reference("Source"))),
                ("error?", string()),
            ]),
        ),
        (
            "FeedbackReceipt",
            object(&[
                ("status", words(&["ok"])),
                ("request_id", string()),
                ("feedback", words(&["good", "bad"])),
                ("feedback_submitted_at?", time()),
            ]),
        ),
    ]
}
