//! The OpenAPI description of what the sandbox serves, made from the table of endpoints.

use serde_json::{Map, Value, json};

use crate::endpoints::{ENDPOINTS, Endpoint, Payload};
use crate::schemas;

/// What is said of errors.
fn error_text(status: u16) -> &'static str {
    match status {
        400 => "The request is not understood.",
        401 => "The key is missing, unknown or revoked.",
        403 => "The plan has no API access.",
        404 => "The tenant, site, document or request does not exist in this scope.",
        409 => {
            "The session is closed, the request is not completed, or the document is of another type."
        }
        413 => "The body or the file is too large.",
        415 => "The content type is not the one this endpoint takes.",
        422 => "The file cannot be read.",
        429 => "The daily message limit is reached.",
        _ => "The sandbox failed.",
    }
}

/// The description, for clients of a space with this base URL.
pub(crate) fn description(base_url: &str, tenant_id: &str, site_id: &str) -> Value {
    let ids = [("tenant", tenant_id), ("site", site_id)];
    let mut paths = Map::new();
    for endpoint in &ENDPOINTS {
        let item = paths.entry(endpoint.template).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(endpoint.method.as_str().to_ascii_lowercase(), operation(endpoint, &ids));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Uppzy M2M API, as the sandbox serves it",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Answers are simulated: quotations from the documents that were put in. x-evidence says what is known of each operation of the real API: documented, documented-older-edition (on an older edition of the vendor's pages only), or assumed. Response bodies of the tenant, site and document operations, the bodies of document changes, and bearer tokens are assumed throughout.",
        },
        "servers": [{"url": base_url}],
        "security": [{"apiKey": []}, {"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": {
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "As a gateway in front of the API may take it.",
                    "x-evidence": "assumed",
                },
            },
        },
    })
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn operation(endpoint: &Endpoint, ids: &[(&str, &str)]) -> Value {
    let mut operation = json!({
        "operationId": endpoint.operation,
        "summary": endpoint.summary,
        "tags": [endpoint.operation.split('.').next().unwrap_or_default()],
        "x-evidence": endpoint.evidence.name(),
        "parameters": parameters(endpoint, ids),
        "responses": responses(endpoint),
    });
    let body = match endpoint.payload {
        Payload::Nothing => return operation,
        Payload::Json(schema) => json!({"application/json": {"schema": reference(schema)}}),
        Payload::File => json!({"multipart/form-data": {"schema": reference("Upload")}}),
    };
    if let Some(operation) = operation.as_object_mut() {
        operation.insert("requestBody".to_owned(), json!({"required": true, "content": body}));
    }
    operation
}

fn parameters(endpoint: &Endpoint, ids: &[(&str, &str)]) -> Vec<Value> {
    let segments = endpoint.template.split('/').filter_map(|segment| {
        segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'))
    });
    let path = segments.map(|name| {
        // There is a single tenant and a single site; any other id is answered with 404.
        let schema = match ids.iter().find(|(parameter, _)| *parameter == name) {
            Some((_, id)) => json!({"type": "string", "enum": [id]}),
            None => json!({"type": "string", "minLength": 1}),
        };
        json!({"name": name, "in": "path", "required": true, "schema": schema})
    });
    let query = endpoint.query.iter().map(|(name, schema, description)| {
        json!({
            "name": name,
            "in": "query",
            "required": false,
            "schema": schema(),
            "description": description,
            "x-evidence": if *name == "email" { "documented" } else { "assumed" },
        })
    });
    path.chain(query).collect()
}

fn responses(endpoint: &Endpoint) -> Value {
    let (success, schema) = endpoint.success;
    let mut responses = Map::new();
    let content = json!({"application/json": {"schema": reference(schema)}});
    let mut response = json!({"description": "Success.", "content": content});
    if let (Some(links), Some(response)) = (links(endpoint), response.as_object_mut()) {
        response.insert("links".to_owned(), links);
    }
    responses.insert(success.to_string(), response);
    let common = [401, 403, 404, 429];
    for status in common.iter().chain(endpoint.errors) {
        let content = json!({"application/json": {"schema": reference("Error")}});
        let response = json!({"description": error_text(*status), "content": content});
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

/// Where to go with the id that an answer holds.
fn links(endpoint: &Endpoint) -> Option<Value> {
    let (operation, parameter, field) = match endpoint.operation {
        "chat.send" | "chat.submit" => ("chat.status", "request", "request_id"),
        "documents.create_text" | "documents.create_qa" | "documents.upload" => {
            ("documents.update", "document", "id")
        }
        _ => return None,
    };
    let parameters = json!({
        "site": "$request.path.site",
        parameter: format!("$response.body#/{field}"),
    });
    Some(json!({operation: {"operationId": operation, "parameters": parameters}}))
}
