//! Reading requests: JSON bodies, and files in multipart forms.

use std::error::Error;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, BodyStream};
use hyper::body::Incoming;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::answer::{Answer, INVALID_PAYLOAD};
use crate::connection::Broken;
use crate::endpoints::Payload;
use crate::journal::FileFacts;

/// Largest JSON body.
const MOST_JSON_BYTES: usize = 16 * 1024 * 1024;

/// Where the limits of an upload come from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UploadLimits {
    pub(crate) most_bytes: u64,
    /// Whether the bytes are only counted and hashed.
    pub(crate) discard: bool,
}

/// A file that was received.
#[derive(Debug)]
pub(crate) struct ReceivedFile {
    pub(crate) facts: FileFacts,
    /// None when it is not to be kept.
    pub(crate) bytes: Option<Bytes>,
}

/// What a request carried.
#[derive(Debug)]
pub(crate) enum Received {
    Nothing,
    Json(Value),
    File(ReceivedFile),
    /// It cannot be used; this is what to answer.
    Unusable(Answer),
}

/// A request's payload, and how many bytes its body had.
#[derive(Debug)]
pub(crate) struct ReadBody {
    pub(crate) received: Received,
    pub(crate) bytes: u64,
}

/// Reads the whole body, whatever it is, so that an answer never meets a client that still sends.
pub(crate) async fn read(
    payload: Payload,
    headers: &HeaderMap,
    body: Incoming,
    limits: UploadLimits,
) -> Result<ReadBody, Broken> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match payload {
        Payload::Nothing => {
            let bytes = drain(body).await?;
            Ok(ReadBody { received: Received::Nothing, bytes })
        }
        Payload::Json(_) => read_json(content_type, body).await,
        Payload::File => match content_type.map(multer::parse_boundary) {
            Some(Ok(boundary)) => read_file(boundary, body, limits).await,
            _ => {
                let bytes = drain(body).await?;
                Ok(ReadBody { received: Received::Unusable(unsupported_media_type()), bytes })
            }
        },
    }
}

/// Reads a small body of a control request.
pub(crate) async fn read_control(body: Incoming) -> Result<Bytes, Broken> {
    read_bytes(body).await.map(|(bytes, _)| bytes)
}

fn unsupported_media_type() -> Answer {
    Answer::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported media type")
}

fn too_large() -> Answer {
    Answer::error(StatusCode::PAYLOAD_TOO_LARGE, "payload too large")
}

/// The body up to the limit, and how long it was.
async fn read_bytes(mut body: Incoming) -> Result<(Bytes, u64), Broken> {
    let mut bytes = Bytes::new();
    let mut rest = BytesMut::new();
    let mut length = 0_u64;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Broken)?.into_data() else { continue };
        length += u64::try_from(data.len()).unwrap_or_default();
        if length > u64::try_from(MOST_JSON_BYTES).unwrap_or(u64::MAX) {
            rest = BytesMut::new();
            continue;
        }
        // Small bodies mostly come in one piece, which is then used as it is.
        if bytes.is_empty() && rest.is_empty() {
            bytes = data;
        } else {
            if rest.is_empty() {
                rest.extend_from_slice(&bytes);
            }
            rest.extend_from_slice(&data);
        }
    }
    Ok((if rest.is_empty() { bytes } else { rest.freeze() }, length))
}

async fn read_json(content_type: Option<&str>, body: Incoming) -> Result<ReadBody, Broken> {
    let (data, bytes) = read_bytes(body).await?;
    let is_json = content_type.is_none_or(|value| {
        let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    });
    let received = if bytes > u64::try_from(MOST_JSON_BYTES).unwrap_or(u64::MAX) {
        Received::Unusable(too_large())
    } else if !is_json {
        Received::Unusable(unsupported_media_type())
    } else {
        match serde_json::from_slice::<Value>(&data) {
            Ok(value) if value.is_object() => Received::Json(value),
            _ => Received::Unusable(Answer::bad_request(INVALID_PAYLOAD)),
        }
    };
    Ok(ReadBody { received, bytes })
}

async fn drain(mut body: Incoming) -> Result<u64, Broken> {
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|_| Broken)?.into_data() {
            bytes += u64::try_from(data.len()).unwrap_or_default();
        }
    }
    Ok(bytes)
}

async fn read_file(
    boundary: String,
    body: Incoming,
    limits: UploadLimits,
) -> Result<ReadBody, Broken> {
    let total = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counted = total.clone();
    let frames = BodyStream::new(body).filter_map(move |frame| {
        let data = frame.map(|frame| frame.into_data().ok()).transpose();
        if let Some(Ok(data)) = &data {
            let length = u64::try_from(data.len()).unwrap_or_default();
            counted.fetch_add(length, std::sync::atomic::Ordering::Relaxed);
        }
        std::future::ready(data)
    });
    let received = read_form(multer::Multipart::new(frames, boundary), limits).await;
    let received = match received {
        Ok(received) => received,
        // The client is gone, as opposed to a form that is wrong.
        Err(error) if is_network(&error) => return Err(Broken),
        Err(_) => Received::Unusable(Answer::bad_request(INVALID_PAYLOAD)),
    };
    let bytes = total.load(std::sync::atomic::Ordering::Relaxed);
    Ok(ReadBody { received, bytes })
}

fn is_network(error: &multer::Error) -> bool {
    matches!(error, multer::Error::StreamReadFailed(cause) if cause.is::<hyper::Error>())
        || error.source().is_some_and(|cause| cause.is::<hyper::Error>())
}

async fn read_form(
    mut form: multer::Multipart<'_>,
    limits: UploadLimits,
) -> Result<Received, multer::Error> {
    let mut file = None;
    let mut has_odd_field = false;
    while let Some(mut field) = form.next_field().await? {
        let wanted = file.is_none() && field.name() == Some("file");
        has_odd_field |= !field.name().is_some_and(is_field_name);
        let name = field.file_name().map(str::to_owned);
        let content_type = field.content_type().map(ToString::to_string);
        let mut hash = Sha256::new();
        let mut kept = BytesMut::new();
        let mut length = 0_u64;
        while let Some(chunk) = field.chunk().await? {
            if !wanted {
                continue;
            }
            hash.update(&chunk);
            length += u64::try_from(chunk.len()).unwrap_or_default();
            if length > limits.most_bytes || limits.discard {
                kept = BytesMut::new();
            } else {
                kept.extend_from_slice(&chunk);
            }
        }
        if wanted {
            let facts =
                FileFacts { name, content_type, bytes: length, sha256: hash.finalize().into() };
            file = Some(ReceivedFile { facts, bytes: (!limits.discard).then(|| kept.freeze()) });
        }
    }
    Ok(match file {
        _ if has_odd_field => Received::Unusable(Answer::bad_request(INVALID_PAYLOAD)),
        Some(file) => Received::File(file),
        None => Received::Unusable(Answer::bad_request("file is required")),
    })
}

fn is_field_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    !name.is_empty() && name.bytes().all(fits)
}

/// What to answer to a file that is too large.
pub(crate) fn file_too_large(most_bytes: u64) -> Answer {
    let text = format!("file is larger than {most_bytes} bytes");
    Answer::error(StatusCode::PAYLOAD_TOO_LARGE, &text)
}
