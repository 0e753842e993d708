//! Uploads: the call runs in the background, and the caller's side is asked for what it needs.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream;
use tokio::sync::{mpsc, oneshot, watch};
use uppzy::{Documents, UploadProgress};

use crate::call::run;
use crate::failure::CallError;
use crate::records::DocumentData;
use crate::runtime::{AbortOnDrop, locked, running};

/// Pieces that wait to be sent: one while the next is read.
const PIECES_AHEAD: usize = 2;

type Piece = io::Result<Bytes>;
type Outcome = Result<DocumentData, CallError>;

/// What is uploaded.
#[derive(uniffi::Enum)]
pub enum UploadSource {
    /// A file.
    File {
        /// Where it is.
        path: String,
    },
    /// Bytes in memory.
    Memory {
        /// These.
        content: Vec<u8>,
    },
    /// Pieces, handed over as they are wanted.
    Pieces {
        /// Their length together, in bytes, if known.
        length: Option<u64>,
    },
}

/// What comes next.
#[derive(uniffi::Enum)]
pub enum UploadStep {
    /// A piece is wanted.
    PieceWanted,
    /// Bytes were sent.
    Sent {
        /// How many.
        sent: u64,
        /// Of how many.
        total: Option<u64>,
    },
    /// It is done.
    Done {
        /// The document.
        document: Box<DocumentData>,
    },
}

/// An upload: asked as a stream, it says what comes next.
#[derive(uniffi::Object)]
pub struct NativeUpload {
    /// Not begun yet.
    work: Mutex<Option<BoxFuture<'static, ()>>>,
    task: Mutex<Option<AbortOnDrop>>,
    /// Takes the pieces; gone once the source has ended.
    pieces: Mutex<Option<mpsc::Sender<Piece>>>,
    state: tokio::sync::Mutex<State>,
}

struct State {
    progress: watch::Receiver<Option<UploadProgress>>,
    result: Option<oneshot::Receiver<Outcome>>,
}

impl NativeUpload {
    pub(crate) fn prepare(
        documents: Documents,
        source: UploadSource,
        file_name: Option<String>,
        content_type: Option<String>,
    ) -> Arc<Self> {
        let (tell, progress) = watch::channel(None);
        let (pieces, mut taken) = mpsc::channel(PIECES_AHEAD);
        let mut upload = match source {
            UploadSource::File { path } => uppzy::Upload::path(PathBuf::from(path)),
            UploadSource::Memory { content } => uppzy::Upload::bytes("", content),
            UploadSource::Pieces { length } => {
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
        let (finish, result) = oneshot::channel();
        let uploaded = run(None, async move { documents.upload(upload).await });
        Arc::new(Self {
            work: Mutex::new(Some(Box::pin(async move { drop(finish.send(uploaded.await)) }))),
            task: Mutex::default(),
            pieces: Mutex::new(Some(pieces)),
            state: tokio::sync::Mutex::new(State { progress, result: Some(result) }),
        })
    }

    /// What comes next. The upload begins with the first call.
    pub(crate) async fn next(&self) -> Result<UploadStep, CallError> {
        let work = locked(&self.work).take();
        if let Some(work) = work {
            *locked(&self.task) = Some(running()?.spawn(work));
        }
        let pieces = locked(&self.pieces).clone();
        let mut state = self.state.lock().await;
        let State { progress, result } = &mut *state;
        let Some(receiver) = result.as_mut() else {
            return Err(CallError::internal("the upload has ended already"));
        };
        tokio::select! {
            // First what was sent, so that nothing of it is missing when the result is there.
            biased;
            Ok(()) = progress.changed() => {
                let now = *progress.borrow_and_update();
                let UploadProgress { sent, total } =
                    now.unwrap_or(UploadProgress { sent: 0, total: None });
                Ok(UploadStep::Sent { sent, total })
            }
            () = has_room(pieces) => Ok(UploadStep::PieceWanted),
            outcome = receiver => {
                *result = None;
                let ended = |_| Err(CallError::internal("the upload was ended"));
                let document = outcome.unwrap_or_else(ended)?;
                Ok(UploadStep::Done { document: Box::new(document) })
            }
        }
    }

    /// Hands a piece over. What is not taken any more is told by the result.
    fn hand_over(&self, piece: Piece) {
        if let Some(pieces) = locked(&self.pieces).as_ref() {
            drop(pieces.try_send(piece));
        }
    }
}

#[uniffi::export]
impl NativeUpload {
    /// Hands over a piece that was wanted.
    pub fn give(&self, piece: Vec<u8>) {
        self.hand_over(Ok(piece.into()));
    }

    /// Says that the source has ended.
    pub fn finish(&self) {
        drop(locked(&self.pieces).take());
    }

    /// Says that the source cannot be read further.
    pub fn fail(&self, reason: String) {
        self.hand_over(Err(io::Error::other(reason)));
        self.finish();
    }

    /// Ends the upload; nothing more is sent.
    pub fn end(&self) {
        drop(locked(&self.task).take());
        drop(locked(&self.work).take());
        self.finish();
    }
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
