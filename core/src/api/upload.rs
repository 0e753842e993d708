//! Uploading files: read as they are sent, never whole in memory.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use http::HeaderValue;
use tokio::io::AsyncRead;
use tokio_util::io::ReaderStream;

use super::documents::Documents;
use crate::error::{Error, ErrorKind, Outcome, Result};
use crate::model::Document;
use crate::operation::DOCUMENTS_UPLOAD;
use crate::pipeline::{BodySource, Call, RequestBody, execute};
use crate::transport::{BoxFuture, ByteStream};

/// Pieces are read in this size: large enough to be cheap, small beside any limit on memory.
const PIECE: usize = 256 * 1024;
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadProgress {
    /// Bytes of the file that were handed to the connection. Starts again when an attempt is repeated.
    pub sent: u64,
    /// Bytes of the file, when known.
    pub total: Option<u64>,
}

type OnProgress = Arc<dyn Fn(UploadProgress) + Send + Sync>;

/// A file to upload as a document.
///
/// ```no_run
/// # async fn example(client: uppzy::Client) -> Result<(), uppzy::Error> {
/// use uppzy::Upload;
///
/// let document = client.documents().upload(Upload::path("handbook.pdf")).await?;
/// println!("{}", document.id);
/// # Ok(()) }
/// ```
pub struct Upload {
    content: Content,
    file_name: Option<String>,
    content_type: Option<String>,
    on_progress: Option<OnProgress>,
}

enum Content {
    Path(PathBuf),
    Bytes(Bytes),
    Stream { stream: ByteStream, length: Option<u64> },
}

impl Upload {
    /// A file on disk. It is opened when the upload begins, and again when an attempt is repeated.
    pub fn path(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Self { file_name: name, ..Self::new(Content::Path(path.to_owned())) }
    }

    /// Bytes in memory.
    pub fn bytes(file_name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(Content::Bytes(bytes.into())).file_name(file_name)
    }

    /// Whatever can be read once: it cannot be read again, so a failed attempt is not repeated. The
    /// length in bytes, when known, lets the server refuse a file that is too large at once.
    pub fn reader(
        file_name: impl Into<String>,
        reader: impl AsyncRead + Send + Sync + 'static,
        length: Option<u64>,
    ) -> Self {
        Self::stream(file_name, Box::pin(ReaderStream::with_capacity(reader, PIECE)), length)
    }

    /// The same as a stream of pieces.
    pub fn stream(file_name: impl Into<String>, stream: ByteStream, length: Option<u64>) -> Self {
        Self::new(Content::Stream { stream, length }).file_name(file_name)
    }

    fn new(content: Content) -> Self {
        Self { content, file_name: None, content_type: None, on_progress: None }
    }

    /// The name that the server sees. Any characters are right.
    #[must_use]
    pub fn file_name(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// The content type, in place of the one that the name's extension tells.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Called as pieces are handed to the connection. Must return quickly.
    #[must_use]
    pub fn on_progress(
        mut self,
        on_progress: impl Fn(UploadProgress) + Send + Sync + 'static,
    ) -> Self {
        self.on_progress = Some(Arc::new(on_progress));
        self
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Upload")
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

impl Documents {
    /// Uploads a file as a document, as the multipart field `file` (documented). The answer's id is
    /// what to keep.
    ///
    /// # Errors
    /// `file_read` when the file cannot be read or changes meanwhile, `payload_too_large`,
    /// `unprocessable`, and what any call can end in. A broken connection is not repeated, since the
    /// document may exist by then.
    pub async fn upload(&self, upload: Upload) -> Result<Document> {
        let mut call = Call::new(&DOCUMENTS_UPLOAD, &self.options);
        call.body = RequestBody::Source(Box::new(FormFile::new(upload).await?));
        execute(&self.client, call, Document::parse).await
    }
}

/// A multipart body with one file.
struct FormFile {
    content: Content,
    /// Whether the stream has been handed out.
    used: bool,
    length: Option<u64>,
    head: Bytes,
    tail: Bytes,
    boundary: String,
    on_progress: Option<OnProgress>,
    fault: Arc<Mutex<Option<Error>>>,
}

impl FormFile {
    async fn new(upload: Upload) -> Result<Self> {
        let Upload { content, file_name, content_type, on_progress } = upload;
        let file_name = file_name.filter(|name| !name.is_empty()).ok_or_else(|| {
            Error::invalid_input(
                "file_name",
                "file_name must not be empty: pass one, or a path that ends in one",
            )
        })?;
        let length = match &content {
            Content::Path(path) => Some(file_length(path).await?),
            Content::Bytes(bytes) => Some(bytes.len() as u64),
            Content::Stream { length, .. } => *length,
        };
        let content_type = match content_type {
            Some(given) if HeaderValue::from_str(&given).is_err() || !given.contains('/') => {
                return Err(Error::invalid_input(
                    "content_type",
                    "content_type must look like application/pdf",
                ));
            }
            Some(given) => given,
            None => {
                mime_guess::from_path(&file_name).first_raw().unwrap_or(UNKNOWN_TYPE).to_owned()
            }
        };
        let boundary = format!("uppzy-{:032x}", rand::random::<u128>());
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
             Content-Type: {content_type}\r\n\r\n",
            escape(&file_name),
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        Ok(Self {
            content,
            used: false,
            length,
            head: head.into(),
            tail: tail.into(),
            boundary,
            on_progress,
            fault: Arc::default(),
        })
    }
}

/// A file name inside a quoted string, as browsers write it: the text itself, with the three
/// characters that would end the string or the line escaped.
fn escape(file_name: &str) -> String {
    file_name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

async fn file_length(path: &Path) -> Result<u64> {
    let metadata = tokio::fs::metadata(path).await.map_err(|error| unreadable(path, &error))?;
    if metadata.is_dir() {
        let fault = io::Error::new(io::ErrorKind::IsADirectory, "it is a folder");
        return Err(unreadable(path, &fault));
    }
    Ok(metadata.len())
}

fn unreadable(path: &Path, fault: &io::Error) -> Error {
    file_fault(format!("the file {} cannot be read: {fault}", path.display()))
}

fn file_fault(message: String) -> Error {
    let mut error = Error::new(ErrorKind::FileRead, Outcome::NotSent, message);
    error.data_mut().field = Some("file".to_owned());
    error
}

impl BodySource for FormFile {
    fn content_type(&self) -> HeaderValue {
        let text = format!("multipart/form-data; boundary={}", self.boundary);
        // The boundary is made of letters and digits.
        HeaderValue::from_str(&text)
            .unwrap_or_else(|_| HeaderValue::from_static("multipart/form-data"))
    }

    fn length(&self) -> Option<u64> {
        self.length.map(|length| length + self.head.len() as u64 + self.tail.len() as u64)
    }

    fn is_replayable(&self) -> bool {
        !matches!(self.content, Content::Stream { .. })
    }

    fn take_fault(&mut self) -> Option<Error> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn open(&mut self) -> BoxFuture<'_, Result<ByteStream>> {
        Box::pin(async move {
            let (pieces, label): (ByteStream, String) = match &mut self.content {
                Content::Path(path) => {
                    let file = tokio::fs::File::open(&*path)
                        .await
                        .map_err(|error| unreadable(path, &error))?;
                    let label = format!("the file {}", path.display());
                    (Box::pin(ReaderStream::with_capacity(file, PIECE)), label)
                }
                Content::Bytes(bytes) => {
                    let piece = bytes.clone();
                    (Box::pin(stream::once(async { Ok(piece) })), "the upload".to_owned())
                }
                Content::Stream { stream, .. } => {
                    if std::mem::replace(&mut self.used, true) {
                        return Err(Error::internal("an upload's stream was opened twice"));
                    }
                    let taken: ByteStream = Box::pin(stream::empty());
                    (std::mem::replace(stream, taken), "the upload's stream".to_owned())
                }
            };
            let watched = Watched {
                pieces,
                label,
                sent: 0,
                total: self.length,
                on_progress: self.on_progress.clone(),
                fault: Arc::clone(&self.fault),
            };
            let (head, tail) = (self.head.clone(), self.tail.clone());
            let body = stream::once(async { Ok(head) })
                .chain(watched.into_stream())
                .chain(stream::once(async { Ok(tail) }));
            Ok(Box::pin(body) as ByteStream)
        })
    }
}

/// The file's pieces, counted, and held against the length that was announced.
struct Watched {
    pieces: ByteStream,
    label: String,
    sent: u64,
    total: Option<u64>,
    on_progress: Option<OnProgress>,
    fault: Arc<Mutex<Option<Error>>>,
}

impl Watched {
    fn into_stream(self) -> impl futures_core::Stream<Item = io::Result<Bytes>> + Send + Sync {
        stream::unfold(Some(self), |watched| async move {
            let mut watched = watched?;
            match watched.pieces.next().await {
                Some(Ok(piece)) => {
                    watched.sent += piece.len() as u64;
                    if watched.total.is_some_and(|total| watched.sent > total) {
                        let fault = watched.fail("grew while it was read".to_owned());
                        return Some((Err(fault), None));
                    }
                    if let Some(on_progress) = &watched.on_progress {
                        on_progress(UploadProgress { sent: watched.sent, total: watched.total });
                    }
                    Some((Ok(piece), Some(watched)))
                }
                Some(Err(error)) => {
                    let fault = watched.fail(format!("cannot be read: {error}"));
                    Some((Err(fault), None))
                }
                None if watched.total.is_some_and(|total| watched.sent < total) => {
                    let fault = watched.fail("ended before its announced length".to_owned());
                    Some((Err(fault), None))
                }
                None => None,
            }
        })
    }

    /// Notes the fault for the pipeline, which sees only a broken request.
    fn fail(&self, fault: String) -> io::Error {
        let message = format!("{} {fault}", self.label);
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(file_fault(message));
        io::Error::other("the upload's source failed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn body(upload: Upload) -> Vec<u8> {
        let mut form = FormFile::new(upload).await.unwrap();
        let mut stream = form.open().await.unwrap();
        let mut body = Vec::new();
        while let Some(piece) = stream.next().await {
            body.extend_from_slice(&piece.unwrap());
        }
        assert_eq!(form.length(), Some(body.len() as u64));
        body
    }

    #[tokio::test]
    async fn the_form_names_the_file_and_its_type() {
        let body = String::from_utf8(body(Upload::bytes("a\"b – ü.pdf", "data")).await).unwrap();
        assert!(body.contains("name=\"file\"; filename=\"a%22b – ü.pdf\"\r\n"), "{body}");
        assert!(body.contains("Content-Type: application/pdf\r\n\r\ndata\r\n--uppzy-"), "{body}");
        let unknown = FormFile::new(Upload::bytes("notes", "x")).await.unwrap();
        assert!(String::from_utf8_lossy(&unknown.head).contains(UNKNOWN_TYPE));
    }

    #[tokio::test]
    async fn a_file_that_shrinks_is_a_fault() {
        let pieces: ByteStream = Box::pin(stream::once(async { Ok(Bytes::from_static(b"abc")) }));
        let mut form = FormFile::new(Upload::stream("a.txt", pieces, Some(5))).await.unwrap();
        assert!(!form.is_replayable());
        let results: Vec<_> = form.open().await.unwrap().collect().await;
        assert!(results.iter().any(std::result::Result::is_err));
        let fault = form.take_fault().unwrap();
        assert_eq!(fault.kind(), ErrorKind::FileRead);
        assert!(fault.message().contains("ended before"), "{fault}");
    }

    #[tokio::test]
    async fn bad_arguments_are_named() {
        let field = |result: Result<FormFile>| result.err().unwrap().field().unwrap().to_owned();
        assert_eq!(field(FormFile::new(Upload::bytes("", "x")).await), "file_name");
        let typed = Upload::bytes("a", "x").content_type("pdf");
        assert_eq!(field(FormFile::new(typed).await), "content_type");
        assert_eq!(field(FormFile::new(Upload::path("/no/such/file")).await), "file");
        assert_eq!(field(FormFile::new(Upload::path(std::env::temp_dir())).await), "file");
    }

    #[tokio::test]
    async fn progress_reaches_the_end() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let upload = Upload::bytes("a.txt", vec![7_u8; 1000]).on_progress({
            let seen = Arc::clone(&seen);
            move |progress| seen.lock().unwrap().push(progress)
        });
        body(upload).await;
        assert_eq!(
            seen.lock().unwrap().last(),
            Some(&UploadProgress { sent: 1000, total: Some(1000) })
        );
    }
}
