//! Uploads: the call runs in the background, and the caller's side is asked for what it needs.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::future::AbortHandle;
use futures_util::stream;
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tokio::sync::{mpsc, oneshot, watch};
use uppzy::{Documents, UploadProgress};

use crate::call::{Call, Outcome, Pending};
use crate::failure::Failure;
use crate::produced::Produced;
use crate::runtime::{OfRuntime, locked, running};

/// Pieces that wait to be sent: one while the next is read.
const PIECES_AHEAD: usize = 2;

type Piece = io::Result<Bytes>;

/// What is uploaded.
pub(crate) enum Source {
    Path(PathBuf),
    Bytes(Bytes),
    Pieces(Option<u64>),
}

impl Source {
    pub(crate) fn read(
        kind: &str,
        content: &Bound<'_, PyAny>,
        length: Option<u64>,
    ) -> PyResult<Self> {
        match kind {
            "path" => Ok(Self::Path(content.extract()?)),
            "bytes" => Ok(Self::Bytes(piece(content)?)),
            "pieces" => Ok(Self::Pieces(length)),
            _ => Err(PyValueError::new_err("kind must be path, bytes or pieces")),
        }
    }
}

/// The bytes of a bytes-like object.
fn piece(content: &Bound<'_, PyAny>) -> PyResult<Bytes> {
    if let Ok(bytes) = content.cast::<PyBytes>() {
        return Ok(Bytes::copy_from_slice(bytes.as_bytes()));
    }
    let wrong = || -> PyErr {
        let found = content.get_type().name().map(|name| name.to_string()).unwrap_or_default();
        PyTypeError::new_err(format!(
            "expected bytes, not {found}: a file must be opened in binary mode"
        ))
    };
    // The stable ABI has buffers from 3.11 on only; bytes(...) reads them in any version.
    let bytes = match content.hasattr("__len__")? && !content.hasattr("encode")? {
        true => content.py().get_type::<PyBytes>().call1((content,)).map_err(|_| wrong())?,
        false => return Err(wrong()),
    };
    Ok(Bytes::copy_from_slice(bytes.cast::<PyBytes>().map_err(|_| wrong())?.as_bytes()))
}

/// An upload. `step` says what comes next: a piece is wanted, bytes were sent, or it is done.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Upload {
    call: Mutex<Option<OfRuntime<Pending>>>,
    task: Mutex<Option<OfRuntime<AbortHandle>>>,
    /// Takes the pieces; gone once the source has ended.
    pieces: Mutex<Option<OfRuntime<mpsc::Sender<Piece>>>>,
    state: OfRuntime<Arc<tokio::sync::Mutex<State>>>,
    finish: Mutex<Option<OfRuntime<oneshot::Sender<Outcome>>>>,
}

struct State {
    progress: watch::Receiver<Option<UploadProgress>>,
    result: Option<oneshot::Receiver<Outcome>>,
}

impl Upload {
    pub(crate) fn new(
        documents: Documents,
        source: Source,
        file_name: Option<String>,
        content_type: Option<String>,
    ) -> Self {
        let (tell, progress) = watch::channel(None);
        let (pieces, mut taken) = mpsc::channel(PIECES_AHEAD);
        let mut upload = match source {
            Source::Path(path) => uppzy::Upload::path(path),
            Source::Bytes(bytes) => uppzy::Upload::bytes("", bytes),
            Source::Pieces(length) => {
                let pieces = stream::poll_fn(move |context| taken.poll_recv(context));
                uppzy::Upload::stream("", Box::pin(pieces), length)
            }
        };
        if let Some(file_name) = file_name {
            upload = upload.file_name(file_name);
        }
        if let Some(content_type) = content_type {
            upload = upload.content_type(content_type);
        }
        let upload = upload.on_progress(move |now| {
            tell.send_replace(Some(now));
        });
        let call: Pending = Box::pin(async move {
            documents.upload(upload).await.map(Produced::from).map_err(Failure::from)
        });
        let (finish, result) = oneshot::channel();
        Self {
            call: Mutex::new(Some(OfRuntime::new(call))),
            task: Mutex::default(),
            pieces: Mutex::new(Some(OfRuntime::new(pieces))),
            state: OfRuntime::new(Arc::new(tokio::sync::Mutex::new(State {
                progress,
                result: Some(result),
            }))),
            finish: Mutex::new(Some(OfRuntime::new(finish))),
        }
    }

    fn begin(&self, py: Python<'_>) -> PyResult<()> {
        let Some(call) = locked(&self.call).take() else { return Ok(()) };
        let finish = locked(&self.finish).take().and_then(OfRuntime::into_current);
        let (Some(call), Some(finish)) = (call.into_current(), finish) else {
            return Err(left_behind());
        };
        let running = running(py).map_err(|failure| failure.into_error(py))?;
        let caught = Call::new(call);
        let call = caught.take()?;
        let task = running.spawn(async move { drop(finish.send(call.await)) });
        *locked(&self.task) = Some(OfRuntime::new(task));
        Ok(())
    }

    fn give_result(&self, piece: Piece) -> PyResult<()> {
        match locked(&self.pieces).as_ref().and_then(OfRuntime::current) {
            // What is not taken any more is told by the result.
            Some(pieces) => match pieces.try_send(piece) {
                Err(mpsc::error::TrySendError::Full(_)) => {
                    Err(PyRuntimeError::new_err("no piece was wanted"))
                }
                Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
            },
            None => Err(PyRuntimeError::new_err("the source has ended already")),
        }
    }
}

#[pymethods]
impl Upload {
    /// A call that comes to True when a piece is wanted, to `(sent, total)` when bytes were sent, and
    /// to the document in the end.
    fn step(&self, py: Python<'_>) -> PyResult<Call> {
        self.begin(py)?;
        let pieces = locked(&self.pieces).as_ref().and_then(OfRuntime::current).cloned();
        let state = self.state.current().map(Arc::clone).ok_or_else(left_behind)?;
        Ok(Call::new(async move {
            let mut state = state.lock().await;
            let State { progress, result } = &mut *state;
            let Some(receiver) = result.as_mut() else {
                return Err(Failure::internal("the upload has ended already"));
            };
            tokio::select! {
                // First what was sent, so that nothing of it is missing when the result is there.
                biased;
                Ok(()) = progress.changed() => {
                    let now = *progress.borrow_and_update();
                    let UploadProgress { sent, total } =
                        now.unwrap_or(UploadProgress { sent: 0, total: None });
                    Ok(Produced::Progress(sent, total))
                }
                () = has_room(pieces) => Ok(Produced::Flag(true)),
                outcome = receiver => {
                    *result = None;
                    outcome.unwrap_or_else(|_| Err(Failure::internal("the upload was ended")))
                }
            }
        }))
    }

    /// Hands over a piece that was wanted.
    fn give(&self, content: &Bound<'_, PyAny>) -> PyResult<()> {
        self.give_result(Ok(piece(content)?))
    }

    /// Says that the source has ended.
    fn end(&self) {
        drop(locked(&self.pieces).take());
    }

    /// Says that the source cannot be read further.
    fn fail(&self, reason: String) -> PyResult<()> {
        self.give_result(Err(io::Error::other(reason)))?;
        self.end();
        Ok(())
    }

    /// Ends the upload; nothing more is sent.
    fn close(&self) {
        let task = locked(&self.task).take();
        if let Some(task) = task.and_then(OfRuntime::into_current) {
            task.abort();
        }
        drop(locked(&self.call).take());
        self.end();
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.close();
    }
}

fn left_behind() -> PyErr {
    PyRuntimeError::new_err("this upload is of the process before a fork")
}

/// Waits until a piece can be handed over; for ever when none will be taken.
async fn has_room(pieces: Option<mpsc::Sender<Piece>>) {
    if let Some(pieces) = pieces
        && pieces.reserve().await.is_ok()
    {
        return;
    }
    std::future::pending().await
}
