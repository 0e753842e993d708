//! The uploads that a scenario describes.

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use uppzy::Upload;

use crate::arguments::Arguments;

/// Pieces of a stream are this large.
const PIECE: usize = 16 * 1024;

/// The upload of the file at `path`: by its path, or of its bytes, or as a stream that can be read
/// once, with the length that is announced.
pub(crate) fn upload(arguments: &Arguments<'_>) -> Result<Upload, String> {
    make(arguments, |name, bytes, length| {
        let bytes = Bytes::from(bytes);
        let pieces: Vec<_> = bytes.chunks(PIECE).map(Bytes::copy_from_slice).collect();
        Upload::stream(name, Box::pin(stream::iter(pieces).map(Ok)), length)
    })
}

/// The same for the blocking client, whose streams are readers.
pub(crate) fn upload_from_reader(arguments: &Arguments<'_>) -> Result<Upload, String> {
    make(arguments, |name, bytes, length| {
        Upload::blocking_reader(name, std::io::Cursor::new(bytes), length)
    })
}

fn make(
    arguments: &Arguments<'_>,
    stream: impl FnOnce(String, Vec<u8>, Option<u64>) -> Upload,
) -> Result<Upload, String> {
    let path = arguments.text("path")?;
    let read = || std::fs::read(&path).map_err(|error| format!("{path}: {error}"));
    let file_name = arguments.optional("file_name");
    let named = file_name.clone().unwrap_or_default();
    let mut upload = match arguments.optional("as").as_deref() {
        None | Some("path") => Upload::path(&path),
        Some("bytes") => Upload::bytes(named, read()?),
        Some("stream") => {
            let length = arguments.0.get("length").and_then(serde_json::Value::as_u64);
            stream(named, read()?, length)
        }
        Some(other) => return Err(format!("a file cannot be uploaded as {other}")),
    };
    if let Some(file_name) = file_name {
        upload = upload.file_name(file_name);
    }
    if let Some(content_type) = arguments.optional("content_type") {
        upload = upload.content_type(content_type);
    }
    Ok(upload)
}
