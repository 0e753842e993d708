//! The table of error kinds: the contract that every language, log, metric and queue shares.

use std::fmt;

use serde::{Serialize, Serializer};

/// Whether the request reached the server, and with it whether sending again can double its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing reached the server: sending again is safe.
    NotSent,
    /// The server answered that it did not do it: sending again is safe.
    Rejected,
    /// The server did it: sending again would do it twice.
    Accepted,
    /// Nobody can tell: sending again may do it twice.
    Unknown,
}

impl Outcome {
    /// The spelling used in JSON, logs and every other language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Rejected => "rejected",
            Self::Accepted => "accepted",
            Self::Unknown => "unknown",
        }
    }
}

/// What ended the retries of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryStoppedBy {
    /// The failure is of a sort that the operation does not repeat.
    NotRetryable,
    /// Every allowed attempt was made.
    MaxAttempts,
    /// The wait and one more attempt would not have fitted the call's deadline.
    Deadline,
    /// Too many retries failed lately: the shared retry budget is used up.
    Budget,
    /// The server asked for a wait that is longer than the client is willing to make.
    RetryAfterTooLong,
    /// The request's body was a stream that cannot be read a second time.
    BodyNotReplayable,
}

impl RetryStoppedBy {
    /// The spelling used in JSON, logs and every other language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotRetryable => "not_retryable",
            Self::MaxAttempts => "max_attempts",
            Self::Deadline => "deadline",
            Self::Budget => "budget",
            Self::RetryAfterTooLong => "retry_after_too_long",
            Self::BodyNotReplayable => "body_not_replayable",
        }
    }
}

/// The part of an attempt that a timer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Waiting for one of the client's `max_in_flight` places.
    Queue,
    /// Name look-up, TCP, proxy and TLS.
    Connect,
    /// From the request's first byte to the answer's head.
    FirstByte,
    /// Reading the answer's body.
    Body,
}

impl Phase {
    /// The spelling used in JSON, logs and every other language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Connect => "connect",
            Self::FirstByte => "first_byte",
            Self::Body => "body",
        }
    }
}

macro_rules! as_string {
    ($($name:ty),+) => { $(
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )+ };
}
as_string!(Outcome, RetryStoppedBy, Phase, ErrorKind);

/// The classes that group kinds in languages with class hierarchies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorGroup {
    /// Directly below the base class `UppzyError`.
    Base,
    /// No complete HTTP answer.
    Transport,
    /// An HTTP answer that reports an error.
    Api,
    /// Waiting for an answer.
    Poll,
}

impl ErrorGroup {
    /// The name of the class that stands for the group.
    pub fn class_name(self) -> &'static str {
        match self {
            Self::Base => "UppzyError",
            Self::Transport => "TransportError",
            Self::Api => "ApiError",
            Self::Poll => "PollError",
        }
    }
}

/// One row of the error table: everything about a kind that does not depend on the call.
#[derive(Clone, Copy, Debug)]
pub struct KindRow {
    /// The kind.
    pub kind: ErrorKind,
    /// Its spelling in JSON, logs, metrics and queues.
    pub name: &'static str,
    /// The name of its class in languages that have error classes.
    pub class_name: &'static str,
    /// The class above it.
    pub group: ErrorGroup,
    /// When it comes.
    pub when: &'static str,
    /// Its outcome, as a reader of the table needs it; an error carries the exact one.
    pub outcome: &'static str,
    /// Whether it is retried, as a reader of the table needs it; an error carries the exact answer.
    pub retryable: &'static str,
    /// A sentence that may be shown to an end user.
    pub user_message: &'static str,
    /// What to change.
    pub hint: &'static str,
}

const TRY_LATER: &str = "The assistant cannot be reached right now. Please try again in a moment.";
const BUSY: &str = "The assistant is busy right now. Please try again in a moment.";
const OUR_FAULT: &str = "The assistant is not available right now.";
const CHECK_INPUT: &str = "That request could not be processed. Please check it and try again.";

macro_rules! kinds {
    ($( $(#[$doc:meta])* $kind:ident, $name:literal, $class:literal, $group:ident,
        $when:literal, $outcome:literal, $retryable:literal, $user:expr, $hint:literal; )+) => {
        /// What sort of error it is. The string form ([`ErrorKind::as_str`]) is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ErrorKind { $( $(#[$doc])* $kind, )+ }

        impl ErrorKind {
            /// The whole table, in its documented order.
            pub const TABLE: &'static [KindRow] = &[ $( KindRow {
                kind: ErrorKind::$kind, name: $name, class_name: $class, group: ErrorGroup::$group,
                when: $when, outcome: $outcome, retryable: $retryable, user_message: $user, hint: $hint,
            }, )+ ];

            /// The kind's row of the table.
            pub fn row(self) -> &'static KindRow {
                match self { $( Self::$kind => const { &KindRow {
                    kind: ErrorKind::$kind, name: $name, class_name: $class, group: ErrorGroup::$group,
                    when: $when, outcome: $outcome, retryable: $retryable, user_message: $user, hint: $hint,
                } }, )+ }
            }
        }
    };
}

kinds! {
    /// A key, URL or option is missing or unusable; found before any I/O.
    Config, "config", "ConfigError", Base, "before I/O: key, URL, option", "not_sent", "no",
        OUR_FAULT, "Correct the setting that the message names, then create the client again.";
    /// An argument was refused locally; `field` names it.
    InvalidInput, "invalid_input", "InvalidInputError", Base, "argument refused locally; names the field",
        "not_sent", "no", CHECK_INPUT, "Correct the argument that the message names.";
    /// A local file could not be read, or changed while it was read.
    FileRead, "file_read", "FileReadError", Base, "local file unreadable or changed while read", "not_sent", "no",
        "That file could not be read.", "Check that the file exists, is readable and is not written to during the upload.";
    /// No connection could be made; nothing was written.
    Connect, "connect", "ConnectError", Transport, "DNS, TCP, proxy; nothing written", "not_sent", "yes",
        TRY_LATER, "Check the network, the base URL, the name service and the proxy settings.";
    /// The TLS handshake failed or the server's certificate is not trusted.
    Tls, "tls", "TlsError", Transport, "trust or handshake; says how to add a CA", "not_sent", "no",
        OUR_FAULT, "If a proxy or a private server uses its own certificate authority, name its PEM file in UPPZY_CA_FILE or the ca_file option.";
    /// The connection broke after writing began.
    ConnectionLost, "connection_lost", "ConnectionLostError", Transport, "broke after writing began", "unknown",
        "safe operations", TRY_LATER, "The server may have processed the request. Check before you send it again, or allow repeats with retry_unknown.";
    /// A phase timer of one attempt ran out; `phase` says which.
    RequestTimeout, "request_timeout", "RequestTimeoutError", Transport, "a phase timer of one attempt; `phase`", "by phase",
        "by outcome", TRY_LATER, "If the server is only slow, use chat.ask, which waits without an open connection, or raise the phase timeout.";
    /// The call's total time is used up; the cause is the last error.
    DeadlineExceeded, "deadline_exceeded", "DeadlineExceededError", Transport, "the call's total time is used up; cause = last error",
        "of the last attempt", "no", TRY_LATER, "Give the call a longer timeout, or find in `attempts` where the time went.";
    /// HTTP 400.
    BadRequest, "bad_request", "BadRequestError", Api, "400", "rejected", "no", CHECK_INPUT,
        "The server did not accept the payload: see server_message, and correct the request.";
    /// HTTP 401.
    Authentication, "authentication", "AuthenticationError", Api, "401", "rejected", "no", OUR_FAULT,
        "The API key is missing, wrong, expired or revoked: check UPPZY_API_KEY, and rotate the key if it was revoked.";
    /// HTTP 403.
    PermissionDenied, "permission_denied", "PermissionDeniedError", Api, "403", "rejected", "no", OUR_FAULT,
        "The key is valid but may not do this: check the plan's API access, the tenant and the site.";
    /// HTTP 404.
    NotFound, "not_found", "NotFoundError", Api, "404", "rejected", "no", "That could not be found.",
        "Check the tenant, site, document or request id, and that the key belongs to that tenant.";
    /// HTTP 409.
    Conflict, "conflict", "ConflictError", Api, "409", "rejected", "no", CHECK_INPUT,
        "The operation clashes with the resource's state: look for an existing resource, or use a new session id.";
    /// HTTP 413.
    PayloadTooLarge, "payload_too_large", "PayloadTooLargeError", Api, "413", "rejected", "no",
        "That is too large to be processed.", "Send a smaller document, or split it.";
    /// HTTP 422.
    Unprocessable, "unprocessable", "UnprocessableError", Api, "422", "rejected", "no", CHECK_INPUT,
        "The server understood the request but cannot process its content: see server_message.";
    /// HTTP 429; `retry_after` when the server gave one.
    RateLimit, "rate_limit", "RateLimitError", Api, "429; `retry_after`", "rejected", "yes", BUSY,
        "Send less at once, or wait for retry_after; the plan's limits are in tenant.limits.";
    /// HTTP 500 and every other 5xx without a kind of its own.
    Server, "server", "ServerError", Api, "500 and other 5xx", "unknown for writes", "yes, bounded", TRY_LATER,
        "The server failed. Try again later; quote http_request_id to the vendor's support if it goes on.";
    /// HTTP 503 and 529.
    ServiceUnavailable, "service_unavailable", "ServiceUnavailableError", Api, "503, 529", "rejected", "yes", BUSY,
        "The service is overloaded or in maintenance: try again after retry_after.";
    /// HTTP 502, 504 and 408: something between answered in the server's place.
    GatewayTimeout, "gateway_timeout", "GatewayTimeoutError", Api, "502, 504, 408", "unknown", "safe operations", TRY_LATER,
        "A proxy gave up on the server, which may still have processed the request: use chat.ask in place of chat.send.";
    /// Any other HTTP status, redirects included.
    UnexpectedStatus, "unexpected_status", "UnexpectedStatusError", Api, "any other status, redirects too", "rejected", "no",
        OUR_FAULT, "Check the base URL: something other than the API may be answering. Redirects are not followed, so that the key stays with its origin.";
    /// A 2xx answer whose body cannot be read.
    ResponseDecode, "response_decode", "ResponseDecodeError", Api, "2xx but unreadable", "accepted", "GET only", TRY_LATER,
        "The answer was not what the API documents: check that the base URL leads to the API and not to a proxy's page.";
    /// The answer is still pending at the deadline; the token resumes the wait.
    PollTimeout, "poll_timeout", "PollTimeoutError", Poll, "still pending at the deadline; carries the token", "accepted", "resume",
        "The answer takes longer than usual. Please check again in a moment.", "Keep `token` and resume with it later; do not submit the question again.";
    /// The server reports that it could not answer.
    ChatFailed, "chat_failed", "ChatFailedError", Poll, "the server says failed; its reason", "accepted", "no",
        "The assistant could not answer that.", "See server_message for the reason, or the status of the pending answer where that is empty; asking again is a new question.";
    /// The server no longer knows the request.
    ChatGone, "chat_gone", "ChatGoneError", Poll, "request unknown after the grace time", "accepted", "no",
        "The answer is no longer available. Please ask again.", "The result may have expired, or the request belongs to another site.";
    /// The client was closed.
    Closed, "closed", "ClosedError", Base, "client was closed", "not_sent", "no", OUR_FAULT,
        "Create a new client, or close this one later.";
    /// A fault in the client itself.
    Internal, "internal", "InternalError", Base, "panic or boundary fault; how to report it", "unknown", "no", OUR_FAULT,
        "This is a defect of the client: please report it with the text of error.report().";
}

impl ErrorKind {
    /// The stable snake_case spelling, the same in every language.
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The kind with that spelling.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::TABLE.iter().find(|row| row.name == name).map(|row| row.kind)
    }

    /// Whether an error of this kind that carries a token leaves an answer to wait for, as opposed
    /// to one that the server has given up.
    pub fn can_resume(self) -> bool {
        !matches!(self, Self::ChatFailed | Self::ChatGone)
    }

    /// The kind that stands for an HTTP status outside 2xx.
    pub fn from_status(status: u16) -> Self {
        match status {
            400 => Self::BadRequest,
            401 => Self::Authentication,
            403 => Self::PermissionDenied,
            404 => Self::NotFound,
            409 => Self::Conflict,
            413 => Self::PayloadTooLarge,
            422 => Self::Unprocessable,
            429 => Self::RateLimit,
            408 | 502 | 504 => Self::GatewayTimeout,
            503 | 529 => Self::ServiceUnavailable,
            500..=599 => Self::Server,
            _ => Self::UnexpectedStatus,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_complete_and_unique() {
        let mut names = std::collections::HashSet::new();
        let mut classes = std::collections::HashSet::new();
        for row in ErrorKind::TABLE {
            assert!(names.insert(row.name), "{} twice", row.name);
            assert!(classes.insert(row.class_name), "{} twice", row.class_name);
            assert!(row.class_name.ends_with("Error"));
            for text in [row.when, row.outcome, row.retryable, row.user_message, row.hint] {
                assert!(!text.is_empty(), "{} has an empty column", row.name);
            }
            for word in ["HTTP", "API", "key", "token", "status", "4", "5"] {
                assert!(
                    !row.user_message.contains(word),
                    "{} tells an end user of {word}",
                    row.name
                );
            }
            assert_eq!(ErrorKind::from_name(row.name), Some(row.kind));
            assert_eq!(row.kind.as_str(), row.name);
        }
        assert_eq!(ErrorKind::TABLE.len(), 26);
    }

    #[test]
    fn statuses_have_their_kinds() {
        let expected = [
            (400, "bad_request"),
            (401, "authentication"),
            (403, "permission_denied"),
            (404, "not_found"),
            (408, "gateway_timeout"),
            (409, "conflict"),
            (413, "payload_too_large"),
            (422, "unprocessable"),
            (429, "rate_limit"),
            (500, "server"),
            (501, "server"),
            (502, "gateway_timeout"),
            (503, "service_unavailable"),
            (504, "gateway_timeout"),
            (529, "service_unavailable"),
            (599, "server"),
            (302, "unexpected_status"),
            (418, "unexpected_status"),
        ];
        for (status, name) in expected {
            assert_eq!(ErrorKind::from_status(status).as_str(), name, "{status}");
        }
    }
}
