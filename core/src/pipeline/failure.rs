//! What a failed attempt was, and the error it becomes when it is the last.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use super::attempt::Answered;
use crate::error::redact::{excerpt, looks_like_code, without_words};
use crate::error::{Error, ErrorKind, Outcome, Phase};
use crate::operation::{Operation, RetryClass};
use crate::retry::{parse_retry_after, table_allows};
use crate::transport::TransportFault;

const REQUEST_ID_HEADERS: [&str; 3] = ["x-request-id", "request-id", "x-correlation-id"];
const LONGEST_REQUEST_ID: usize = 128;

/// A failed attempt.
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) outcome: Outcome,
    pub(super) status: Option<u16>,
    pub(super) retry_after: Option<Duration>,
    pub(super) stale_connection: bool,
    message: String,
    phase: Option<Phase>,
    http_request_id: Option<String>,
    body: Bytes,
    ready: Option<Error>,
}

/// The server's request id, if the answer has one that is fit to print.
pub(super) fn http_request_id(
    headers: &HeaderMap,
    is_secret: impl Fn(&str) -> bool,
) -> Option<String> {
    // A header may hold tabs, which are no text of one line.
    let is_printable = |text: &&str| !text.is_empty() && !text.contains(char::is_control);
    REQUEST_ID_HEADERS
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok())
        .filter(is_printable)
        .find(|text| text.len() <= LONGEST_REQUEST_ID && !is_secret(text))
        .map(str::to_owned)
}

/// The encoding of a body that a server packed although nobody asked for it.
fn packed_with(headers: &HeaderMap) -> Option<&str> {
    let encoding = headers.get(http::header::CONTENT_ENCODING)?.to_str().ok()?;
    let is_name = |encoding: &str| encoding.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (encoding.len() <= 16 && is_name(encoding) && encoding != "identity").then_some(encoding)
}

impl Failure {
    fn new(kind: ErrorKind, outcome: Outcome, message: String) -> Self {
        Self {
            kind,
            outcome,
            status: None,
            retry_after: None,
            stale_connection: false,
            message,
            phase: None,
            http_request_id: None,
            body: Bytes::new(),
            ready: None,
        }
    }

    pub(super) fn from_transport(fault: TransportFault, reused_connection: bool) -> Self {
        match fault {
            TransportFault::Connect(reason) => Self::new(
                ErrorKind::Connect,
                Outcome::NotSent,
                format!("could not connect to the server: {reason}"),
            ),
            TransportFault::ConnectTimeout => Self::phase(Phase::Connect),
            TransportFault::Tls(reason) => Self::new(
                ErrorKind::Tls,
                Outcome::NotSent,
                format!("the TLS handshake failed: {reason}"),
            ),
            TransportFault::Lost(reason) => {
                let mut failure = Self::new(
                    ErrorKind::ConnectionLost,
                    Outcome::Unknown,
                    format!("the connection broke before the answer was complete: {reason}"),
                );
                failure.stale_connection = reused_connection;
                failure
            }
        }
    }

    /// A phase timer of the attempt ran out.
    pub(super) fn phase(phase: Phase) -> Self {
        let message = match phase {
            Phase::Connect => "no connection to the server in time",
            Phase::Body => "the server stopped in the middle of its answer",
            Phase::FirstByte | Phase::Queue => "the server did not begin to answer in time",
        };
        let mut failure =
            Self::new(ErrorKind::RequestTimeout, Self::reached(phase), message.to_owned());
        failure.phase = Some(phase);
        failure
    }

    /// The call's total time ran out during the attempt.
    pub(super) fn deadline(phase: Phase) -> Self {
        let during = match phase {
            Phase::Queue => "waiting for a place",
            Phase::Connect => "connecting to the server",
            Phase::FirstByte => "waiting for the server's answer",
            Phase::Body => "reading the server's answer",
        };
        let mut failure = Self::new(
            ErrorKind::DeadlineExceeded,
            Self::reached(phase),
            format!("the call's total time was used up while {during}"),
        );
        failure.phase = Some(phase);
        failure
    }

    /// The server refused a key that has been replaced since, when no time was left to send the new
    /// one.
    pub(super) fn refused_too_late() -> Self {
        Self::new(
            ErrorKind::DeadlineExceeded,
            Outcome::Rejected,
            "the call's total time was used up before it could be sent again with the new key"
                .to_owned(),
        )
    }

    fn reached(phase: Phase) -> Outcome {
        match phase {
            Phase::Queue | Phase::Connect => Outcome::NotSent,
            Phase::FirstByte | Phase::Body => Outcome::Unknown,
        }
    }

    /// An answer with a status outside 2xx.
    pub(super) fn from_answer(answered: Answered, now: SystemTime) -> Self {
        let kind = ErrorKind::from_status(answered.status);
        let outcome = match kind {
            ErrorKind::Server | ErrorKind::GatewayTimeout => Outcome::Unknown,
            _ => Outcome::Rejected,
        };
        let message = match answered.status {
            status @ 300..=399 => format!(
                "the server answered with a redirect (status {status}), which is not followed"
            ),
            status => format!("the server answered with status {status}"),
        };
        let mut failure = Self::new(kind, outcome, message);
        failure.retry_after = parse_retry_after(&answered.headers, now);
        failure.status = Some(answered.status);
        failure.body = answered.body.unwrap_or_default();
        failure
    }

    /// A 2xx answer that could not be read.
    pub(super) fn from_unreadable(answered: Answered, fault: String) -> Self {
        let fault = packed_with(&answered.headers).map_or(fault, |encoding| {
            format!("it is packed with {encoding}, which was not asked for")
        });
        let mut failure = Self::new(
            ErrorKind::ResponseDecode,
            Outcome::Accepted,
            format!("the server's answer (status {}) could not be read: {fault}", answered.status),
        );
        failure.status = Some(answered.status);
        failure.body = answered.body.unwrap_or_default();
        failure
    }

    pub(super) fn with_request_id(self, http_request_id: Option<String>) -> Self {
        Self { http_request_id, ..self }
    }

    /// The upload's source failed, which is what broke the request.
    pub(super) fn from_body_source(error: Error) -> Self {
        let mut failure = Self::new(error.kind(), error.outcome(), error.message().to_owned());
        failure.ready = Some(error);
        failure
    }

    /// The outcome, given what the operation does: a read changes nothing.
    pub(super) fn outcome_of(&self, operation: &Operation) -> Outcome {
        if self.kind == ErrorKind::Server && operation.method == http::Method::GET {
            Outcome::Rejected
        } else {
            self.outcome
        }
    }

    /// The error that the call ends in, should this attempt be its last.
    pub(super) fn to_error(
        &self,
        operation: &Operation,
        retry_unknown: bool,
        secrets: impl FnOnce() -> Vec<String>,
    ) -> Error {
        let outcome = self.outcome_of(operation);
        let success = self.kind == ErrorKind::ResponseDecode;
        let words = ServerWords::read(&self.body, success, secrets);
        let mut error = self.ready.clone().unwrap_or_else(|| {
            let message = match &words.message {
                Some(message) => format!("{}: {message}", self.message),
                None => self.message.clone(),
            };
            Error::new(self.kind, outcome, message)
        });
        let data = error.data_mut();
        data.retryable = table_allows(operation, self.kind, outcome, retry_unknown);
        data.repeatable = operation.retry == RetryClass::Repeatable;
        data.retry_unknown = retry_unknown;
        data.retry_after = self.retry_after;
        data.phase = self.phase;
        data.http_status = self.status;
        data.code = words.code;
        data.server_message = words.message;
        data.body_excerpt = words.excerpt;
        data.http_request_id = self.http_request_id.clone();
        error
    }
}

/// What the server said, fit to be shown to a developer.
#[derive(Default)]
struct ServerWords {
    code: Option<String>,
    message: Option<String>,
    excerpt: Option<String>,
}

impl ServerWords {
    /// The body of a success may hold an answer in any place; of an error, only where it has its name.
    fn read(body: &[u8], success: bool, secrets: impl FnOnce() -> Vec<String>) -> Self {
        if body.is_empty() {
            return Self::default();
        }
        let secrets = secrets();
        let Ok(json) = serde_json::from_slice::<Value>(body) else {
            let is_broken_json = success && matches!(body.trim_ascii_start(), [b'{' | b'[', ..]);
            let text = if is_broken_json {
                format!("[broken JSON of {} bytes]", body.len())
            } else {
                excerpt(&String::from_utf8_lossy(body), &secrets)
            };
            return Self { excerpt: Some(text), ..Self::default() };
        };
        let inner = json.get("error").filter(|error| error.is_object()).unwrap_or(&json);
        let text = |names: &[&str]| {
            names
                .iter()
                .filter_map(|name| inner.get(*name).or_else(|| json.get(*name))?.as_str())
                .find(|text| !text.is_empty())
                .map(|text| excerpt(text, &secrets))
        };
        let message = if success {
            text(&["error", "detail", "error_description"])
        } else {
            text(&["message", "error", "detail", "error_description", "title"])
        };
        let code =
            text(&["code", "error_code", "type", "error"]).filter(|code| looks_like_code(code));
        let excerpt =
            message.is_none().then(|| excerpt(&without_words(json, success).to_string(), &secrets));
        Self { code, message, excerpt }
    }
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderName, HeaderValue};

    use super::*;

    fn words(body: &str) -> (Option<String>, Option<String>, Option<String>) {
        read(body, false)
    }

    fn read(body: &str, success: bool) -> (Option<String>, Option<String>, Option<String>) {
        let secrets = || vec!["planted message text".to_owned()];
        let words = ServerWords::read(body.as_bytes(), success, secrets);
        (words.code, words.message, words.excerpt)
    }

    #[test]
    fn a_request_id_is_one_that_can_be_printed() {
        let read = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs.iter().map(|(name, value)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            });
            http_request_id(&headers.collect(), |text| text == "key")
        };
        assert_eq!(read(&[("x-request-id", "trace-1")]).as_deref(), Some("trace-1"));
        for unfit in ["", "\t", "trace\t1", "key"] {
            assert_eq!(read(&[("x-request-id", unfit)]), None, "{unfit:?}");
            let second = [("x-request-id", unfit), ("x-correlation-id", "trace-2")];
            assert_eq!(read(&second).as_deref(), Some("trace-2"), "{unfit:?}");
        }
    }

    #[test]
    fn an_answer_does_not_get_into_an_excerpt() {
        let answer = r#"{"answer":"It hums.","sources":[{"id":"d-1","quote":"hums"}]}"#;
        for success in [true, false] {
            let (_, _, excerpt) = read(answer, success);
            let expected =
                r#"{"answer":"[redacted]","sources":[{"id":"d-1","quote":"[redacted]"}]}"#;
            assert_eq!(excerpt.as_deref(), Some(expected));
        }
        let (_, message, excerpt) = read(r#"{"message":"It hums.","reply":"It hums."}"#, true);
        assert_eq!(message, None);
        assert_eq!(excerpt.as_deref(), Some(r#"{"message":"[redacted]","reply":"[redacted]"}"#));
        let (_, _, excerpt) = read(r#" {"answer":"It hu"#, true);
        assert_eq!(excerpt.as_deref(), Some("[broken JSON of 17 bytes]"));
        let (_, _, excerpt) = read("<p>Please sign in</p>", true);
        assert_eq!(excerpt.as_deref(), Some("<p>Please sign in</p>"));
    }

    #[test]
    fn server_words_are_found_in_every_documented_shape() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            words(r#"{"error":"invalid_api_key"}"#),
            (text("invalid_api_key"), text("invalid_api_key"), None)
        );
        assert_eq!(words(r#"{"error":"site not found"}"#), (None, text("site not found"), None));
        assert_eq!(
            words(r#"{"error":{"code":"quota","message":"out of quota"}}"#),
            (text("quota"), text("out of quota"), None)
        );
        assert_eq!(
            words("<html>bad\ngateway</html>"),
            (None, None, text("<html>bad gateway</html>"))
        );
        assert_eq!(words(r#"{"errors":[1]}"#), (None, None, text(r#"{"errors":[1]}"#)));
        assert_eq!(words(""), (None, None, None));
    }

    #[test]
    fn an_echo_of_the_message_is_masked() {
        let (_, message, _) = words(r#"{"error":"cannot parse 'planted message text' here"}"#);
        assert_eq!(message.as_deref(), Some("cannot parse '[redacted]' here"));
    }
}
