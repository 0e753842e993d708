//! The table of endpoints that the sandbox serves.

use http::Method;
use serde_json::{Value, json};

/// Name of requests that no endpoint fits, in rules and in the journal.
pub(crate) const UNMATCHED: &str = "unmatched";

/// What is known about an endpoint of the real API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// The vendor's pages state it.
    Documented,
    /// Only an older edition of the vendor's pages states it.
    DocumentedOlderEdition,
}

impl Evidence {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::DocumentedOlderEdition => "documented-older-edition",
        }
    }
}

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payload {
    Nothing,
    /// A JSON object; the name of its schema.
    Json(&'static str),
    /// A multipart form with the field `file`.
    File,
}

/// A query parameter: name, schema, meaning.
pub(crate) type QueryParameter = (&'static str, fn() -> Value, &'static str);

/// One endpoint.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Name in rules, journal and OpenAPI.
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    /// Path below the base URL.
    pub(crate) template: &'static str,
    pub(crate) evidence: Evidence,
    pub(crate) summary: &'static str,
    pub(crate) query: &'static [QueryParameter],
    pub(crate) payload: Payload,
    /// Status of success, and the name of its schema.
    pub(crate) success: (u16, &'static str),
    /// Errors beside 401, 403, 404 and 429, which all endpoints have.
    pub(crate) errors: &'static [u16],
}

fn count() -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": 1_000_000})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn document_status() -> Value {
    json!({"type": "string", "enum": ["active", "draft"]})
}

fn session_status() -> Value {
    json!({"type": "string", "enum": ["open", "closed"]})
}

const LIMIT: QueryParameter = ("limit", count, "Most entries to return; all when left out.");

use Evidence::{Documented, DocumentedOlderEdition};

/// Literal segments come before parameters in the same place, so that the first match is right.
pub(crate) static ENDPOINTS: [Endpoint; 23] = [
    Endpoint {
        operation: "tenant.get",
        method: Method::GET,
        template: "/m2m/tenants/{tenant}",
        evidence: DocumentedOlderEdition,
        summary: "The workspace",
        query: &[],
        payload: Payload::Nothing,
        success: (200, "Tenant"),
        errors: &[],
    },
    Endpoint {
        operation: "tenant.limits",
        method: Method::GET,
        template: "/m2m/tenants/{tenant}/limits",
        evidence: Documented,
        summary: "What the plan allows",
        query: &[],
        payload: Payload::Nothing,
        success: (200, "Limits"),
        errors: &[],
    },
    Endpoint {
        operation: "tenant.usage",
        method: Method::GET,
        template: "/m2m/tenants/{tenant}/usage",
        evidence: DocumentedOlderEdition,
        summary: "What was used today and in all",
        query: &[],
        payload: Payload::Nothing,
        success: (200, "Usage"),
        errors: &[],
    },
    Endpoint {
        operation: "tenant.usage_history",
        method: Method::GET,
        template: "/m2m/tenants/{tenant}/usage/history",
        evidence: DocumentedOlderEdition,
        summary: "Usage per day, newest first",
        query: &[LIMIT],
        payload: Payload::Nothing,
        success: (200, "UsageHistory"),
        errors: &[400],
    },
    Endpoint {
        operation: "tenant.statistics",
        method: Method::GET,
        template: "/m2m/tenants/{tenant}/statistics",
        evidence: DocumentedOlderEdition,
        summary: "Counts over the workspace",
        query: &[],
        payload: Payload::Nothing,
        success: (200, "Statistics"),
        errors: &[],
    },
    Endpoint {
        operation: "site.get",
        method: Method::GET,
        template: "/m2m/sites/{site}",
        evidence: DocumentedOlderEdition,
        summary: "The site",
        query: &[],
        payload: Payload::Nothing,
        success: (200, "Site"),
        errors: &[],
    },
    Endpoint {
        operation: "site.statistics",
        method: Method::GET,
        template: "/m2m/sites/{site}/statistics",
        evidence: DocumentedOlderEdition,
        summary: "Counts over the site",
        query: &[],
        payload: Payload::Nothing,
        success: (200, "Statistics"),
        errors: &[],
    },
    Endpoint {
        operation: "site.user_statistics",
        method: Method::GET,
        template: "/m2m/sites/{site}/users/{email}/statistics",
        evidence: DocumentedOlderEdition,
        summary: "Counts over one user's conversations",
        query: &[],
        payload: Payload::Nothing,
        success: (200, "UserStatistics"),
        errors: &[],
    },
    Endpoint {
        operation: "site.widget_config",
        method: Method::GET,
        template: "/m2m/sites/{site}/widget-config",
        evidence: DocumentedOlderEdition,
        summary: "Settings of the chat widget",
        query: &[],
        payload: Payload::Nothing,
        success: (200, "WidgetConfig"),
        errors: &[],
    },
    Endpoint {
        operation: "site.update_widget_config",
        method: Method::PATCH,
        template: "/m2m/sites/{site}/widget-config",
        evidence: DocumentedOlderEdition,
        summary: "Merges into the settings of the chat widget",
        query: &[],
        payload: Payload::Json("WidgetConfigPatch"),
        success: (200, "WidgetConfig"),
        errors: &[400, 413, 415],
    },
    Endpoint {
        operation: "documents.list",
        method: Method::GET,
        template: "/m2m/sites/{site}/documents",
        evidence: DocumentedOlderEdition,
        summary: "The documents, oldest first",
        query: &[
            ("status", document_status, "Only documents with this status."),
            ("category", text, "Only documents of this category."),
            LIMIT,
            ("offset", count, "Entries to leave out at the beginning."),
        ],
        payload: Payload::Nothing,
        success: (200, "DocumentList"),
        errors: &[400],
    },
    Endpoint {
        operation: "documents.upload",
        method: Method::POST,
        template: "/m2m/sites/{site}/documents",
        evidence: Documented,
        summary: "Adds a document from a file",
        query: &[],
        payload: Payload::File,
        success: (201, "Document"),
        errors: &[400, 413, 415, 422],
    },
    Endpoint {
        operation: "documents.create_text",
        method: Method::POST,
        template: "/m2m/sites/{site}/documents/text",
        evidence: Documented,
        summary: "Adds a document from text",
        query: &[],
        payload: Payload::Json("TextDocument"),
        success: (201, "Document"),
        errors: &[400, 413, 415],
    },
    Endpoint {
        operation: "documents.create_qa",
        method: Method::POST,
        template: "/m2m/sites/{site}/documents/qa",
        evidence: Documented,
        summary: "Adds a question with its answer",
        query: &[],
        payload: Payload::Json("QuestionAnswerDocument"),
        success: (201, "Document"),
        errors: &[400, 413, 415],
    },
    Endpoint {
        operation: "documents.set_status",
        method: Method::PATCH,
        template: "/m2m/sites/{site}/documents/bulk-status",
        evidence: DocumentedOlderEdition,
        summary: "Sets the status of several documents",
        query: &[],
        payload: Payload::Json("BulkStatus"),
        success: (200, "BulkStatusResult"),
        errors: &[400, 413, 415],
    },
    Endpoint {
        operation: "documents.delete",
        method: Method::POST,
        template: "/m2m/sites/{site}/documents/bulk-delete",
        evidence: DocumentedOlderEdition,
        summary: "Deletes several documents",
        query: &[],
        payload: Payload::Json("BulkDelete"),
        success: (200, "BulkDeleteResult"),
        errors: &[400, 413, 415],
    },
    Endpoint {
        operation: "documents.update",
        method: Method::PATCH,
        template: "/m2m/sites/{site}/documents/{document}",
        evidence: DocumentedOlderEdition,
        summary: "Changes a document",
        query: &[],
        payload: Payload::Json("DocumentPatch"),
        success: (200, "Document"),
        errors: &[400, 409, 413, 415],
    },
    Endpoint {
        operation: "chat.send",
        method: Method::POST,
        template: "/m2m/sites/{site}/chat",
        evidence: Documented,
        summary: "Asks, and answers in the same round trip",
        query: &[],
        payload: Payload::Json("ChatRequest"),
        success: (200, "Answer"),
        errors: &[400, 409, 413, 415],
    },
    Endpoint {
        operation: "chat.submit",
        method: Method::POST,
        template: "/m2m/sites/{site}/chat/async",
        evidence: Documented,
        summary: "Asks; the answer is read with the status",
        query: &[],
        payload: Payload::Json("ChatRequest"),
        success: (202, "Submitted"),
        errors: &[400, 409, 413, 415],
    },
    Endpoint {
        operation: "chat.status",
        method: Method::GET,
        template: "/m2m/sites/{site}/chat/requests/{request}",
        evidence: Documented,
        summary: "How far an asynchronous chat is, and its answer",
        query: &[],
        payload: Payload::Nothing,
        success: (200, "ChatStatus"),
        errors: &[],
    },
    Endpoint {
        operation: "chat.feedback",
        method: Method::POST,
        template: "/m2m/sites/{site}/chat/feedback",
        evidence: Documented,
        summary: "Judges an answer",
        query: &[],
        payload: Payload::Json("Feedback"),
        success: (200, "FeedbackReceipt"),
        errors: &[400, 409, 413, 415],
    },
    Endpoint {
        operation: "sessions.list",
        method: Method::GET,
        template: "/m2m/sites/{site}/sessions",
        evidence: Documented,
        summary: "The conversations, last updated first",
        query: &[
            ("email", text, "Only conversations of this user."),
            ("status", session_status, "Only conversations with this status."),
            LIMIT,
        ],
        payload: Payload::Nothing,
        success: (200, "SessionList"),
        errors: &[400],
    },
    Endpoint {
        operation: "sessions.close",
        method: Method::POST,
        template: "/m2m/sites/{site}/chat/session/close",
        evidence: Documented,
        summary: "Closes a conversation; closing it again is no error",
        query: &[],
        payload: Payload::Json("SessionClose"),
        success: (200, "Closed"),
        errors: &[400, 413, 415],
    },
];

/// The endpoint of an operation.
pub(crate) fn by_operation(operation: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.operation == operation)
}

/// What a path leads to.
#[derive(Debug)]
pub(crate) enum Route<'path> {
    Endpoint {
        endpoint: &'static Endpoint,
        /// The first and second path parameter, still percent-encoded.
        parameters: [&'path str; 2],
    },
    /// The path exists, but not with this method; the methods that it has.
    OtherMethods(Vec<&'static str>),
    Nowhere,
}

/// Finds the endpoint for a path below the base URL.
pub(crate) fn route<'path>(method: &Method, path: &'path str) -> Route<'path> {
    // The first template that fits decides: documents/text is no document's id.
    let fitting = ENDPOINTS
        .iter()
        .find_map(|endpoint| Some((endpoint.template, matches(endpoint.template, path)?)));
    let Some((template, parameters)) = fitting else { return Route::Nowhere };
    let of_template = ENDPOINTS.iter().filter(|endpoint| endpoint.template == template);
    match of_template.clone().find(|endpoint| endpoint.method == *method) {
        Some(endpoint) => Route::Endpoint { endpoint, parameters },
        None => Route::OtherMethods(of_template.map(|other| other.method.as_str()).collect()),
    }
}

fn matches<'path>(template: &str, path: &'path str) -> Option<[&'path str; 2]> {
    let mut parameters = [""; 2];
    let mut free = parameters.iter_mut();
    let mut actual = path.split('/');
    for expected in template.split('/') {
        let segment = actual.next()?;
        if expected.starts_with('{') {
            if segment.is_empty() {
                return None;
            }
            *free.next()? = segment;
        } else if segment != expected {
            return None;
        }
    }
    actual.next().is_none().then_some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(method: &Method, path: &str) -> Option<(&'static str, [String; 2])> {
        match route(method, path) {
            Route::Endpoint { endpoint, parameters } => {
                Some((endpoint.operation, parameters.map(str::to_owned)))
            }
            _ => None,
        }
    }

    #[test]
    fn every_endpoint_is_reached_by_its_own_template() {
        for endpoint in &ENDPOINTS {
            let path = endpoint.template.replace('{', "x").replace('}', "");
            let found = operation(&endpoint.method, &path).map(|(operation, _)| operation);
            assert_eq!(found, Some(endpoint.operation));
        }
    }

    #[test]
    fn parameters_come_out_in_order() {
        let (name, parameters) =
            operation(&Method::GET, "/m2m/sites/s1/users/a%40b.c/statistics").unwrap();
        assert_eq!(name, "site.user_statistics");
        assert_eq!(parameters, ["s1", "a%40b.c"]);
        let bulk = operation(&Method::PATCH, "/m2m/sites/s1/documents/bulk-status").unwrap();
        assert_eq!(bulk.0, "documents.set_status");
    }

    #[test]
    fn what_does_not_exist_is_told_apart() {
        assert!(operation(&Method::GET, "/m2m/sites/s1/").is_none());
        assert!(operation(&Method::GET, "/m2m/sites//documents").is_none());
        assert!(matches!(route(&Method::GET, "/m2m/site/s1"), Route::Nowhere));
        let Route::OtherMethods(methods) = route(&Method::PUT, "/m2m/sites/s1/documents") else {
            panic!("another method is not an unknown path");
        };
        assert_eq!(methods, ["GET", "POST"]);
        let literal = route(&Method::PATCH, "/m2m/sites/s1/documents/text");
        assert!(matches!(literal, Route::OtherMethods(methods) if methods == ["POST"]));
    }
}
