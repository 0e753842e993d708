//! Builds what is sent: URL, headers, body.

use bytes::Bytes;
use http::Uri;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use url::form_urlencoded;

use super::Call;
use crate::client::{Client, credential_text};
use crate::error::redact::personal_strings;
use crate::error::{Error, Result};
use crate::operation::Operation;
use crate::transport::{BoxFuture, ByteStream, SendProgress, TransportBody, TransportRequest};

/// Everything but the characters that RFC 3986 calls unreserved.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a request carries.
pub(crate) enum RequestBody {
    None,
    Json(Bytes),
    /// A body that is read as it is sent.
    Source(Box<dyn BodySource>),
}

/// A body that is read as it is sent, perhaps more than once.
pub(crate) trait BodySource: Send {
    /// The value of the Content-Type header.
    fn content_type(&self) -> HeaderValue;
    /// The whole length in bytes, when known.
    fn length(&self) -> Option<u64>;
    /// The body from its beginning.
    fn open(&mut self) -> BoxFuture<'_, Result<ByteStream>>;
    /// Whether it can be opened once more.
    fn is_replayable(&self) -> bool;
    /// What went wrong with the source itself while it was sent.
    fn take_fault(&mut self) -> Option<Error>;
}

impl RequestBody {
    pub(crate) fn json(value: &impl Serialize) -> Self {
        // What the client sends are texts, numbers and objects, which always serialise.
        Self::Json(Bytes::from(serde_json::to_vec(value).unwrap_or_default()))
    }

    pub(super) fn is_json(&self) -> bool {
        matches!(self, Self::Json(_))
    }

    pub(super) fn is_replayable(&self) -> bool {
        match self {
            Self::None | Self::Json(_) => true,
            Self::Source(source) => source.is_replayable(),
        }
    }

    pub(super) fn take_fault(&mut self) -> Option<Error> {
        match self {
            Self::None | Self::Json(_) => None,
            Self::Source(source) => source.take_fault(),
        }
    }
}

/// The request of one attempt, with the headers of the client.
pub(super) async fn outgoing(
    operation: &'static Operation,
    uri: &Uri,
    mut headers: HeaderMap,
    body: &mut RequestBody,
) -> Result<TransportRequest> {
    let body = match body {
        RequestBody::None => TransportBody::Empty,
        RequestBody::Json(bytes) => TransportBody::Bytes(bytes.clone()),
        RequestBody::Source(source) => {
            headers.insert(CONTENT_TYPE, source.content_type());
            if let Some(length) = source.length() {
                headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
            }
            TransportBody::Stream(source.open().await?)
        }
    };
    let method = operation.method.clone();
    Ok(TransportRequest {
        method,
        uri: uri.clone(),
        headers,
        body,
        progress: SendProgress::default(),
    })
}

/// The call's URL: base, template filled with encoded values, query.
pub(super) fn uri(client: &Client, call: &Call<'_>) -> Result<Uri> {
    let base = &client.shared.base_url;
    let template = call.operation.template;
    let mut target = String::with_capacity(base.path().len() + template.len() + 64);
    target.push_str(base.path());
    let mut rest = template;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        target.push_str(before);
        target.extend(utf8_percent_encode(value(client, call, name)?, SEGMENT));
        rest = after;
    }
    target.push_str(rest);
    if !call.query.is_empty() {
        target.push('?');
        let length = target.len();
        let mut pairs = form_urlencoded::Serializer::for_suffix(target, length);
        target = pairs.extend_pairs(call.query).finish();
    }
    base.with_target(target)
}

fn value<'a>(client: &'a Client, call: &Call<'a>, name: &str) -> Result<&'a str> {
    match name {
        "tenant" => client.scope.tenant_id(),
        "site" => client.scope.site_id(),
        name => {
            // The argument `document_id` fills the placeholder `document`.
            let named = |field: &str| field.strip_suffix("_id").unwrap_or(field) == name;
            let value = call.path.iter().find(|(field, _)| named(field));
            let (field, value) =
                value.ok_or_else(|| Error::internal(format!("no value for {name} in a path")))?;
            check_segment(field, value)?;
            Ok(value)
        }
    }
}

/// A path segment must name something, and must not move to another path.
pub(crate) fn check_segment(field: &str, value: &str) -> Result<()> {
    let fault = match value {
        "" => "must not be empty",
        "." | ".." => "must not be `.` or `..`",
        _ => return Ok(()),
    };
    Err(Error::invalid_input(field, format!("{field} {fault}")))
}

/// Everything that was sent and must not come back in an error.
pub(super) fn secrets(
    client: &Client,
    call: &Call<'_>,
    credential: &Option<HeaderValue>,
) -> Vec<String> {
    let mut secrets = match &call.body {
        RequestBody::Json(bytes) => personal_strings(bytes),
        RequestBody::None | RequestBody::Source(_) => Vec::new(),
    };
    let emails =
        call.query.iter().filter(|(name, _)| name == "email").map(|(_, value)| value.as_str());
    let in_path = call.path.iter().filter(|(name, _)| *name == "email").map(|(_, value)| *value);
    secrets.extend(emails.chain(in_path).map(str::to_owned));
    secrets.extend(credential.as_ref().and_then(credential_text).map(str::to_owned));
    secrets.extend(client.shared.secret_headers());
    secrets.retain(|secret| !secret.is_empty());
    secrets
}
