//! Uploads: the call runs in the background, and the caller's side is asked for what it needs.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::future::AbortHandle;
use futures_util::stream;
use napi::Env;
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use tokio::sync::{mpsc, oneshot, watch};
use uppzy::UploadProgress;

use crate::arguments::{arguments, read};
use crate::bridge::Bridge;
use crate::call::{Call, Outcome, call};
use crate::failure::Failure;
use crate::produced::Produced;
use crate::runtime::{locked, running};

/// Pieces that wait to be sent: one while the next is read.
const PIECES_AHEAD: usize = 2;

type Piece = io::Result<Bytes>;

arguments! {
    Uploading {
        path: Option<PathBuf>,
        file_name: Option<String>,
        content_type: Option<String>,
        length: Option<u64>,
    }
}

/// An upload. `step` says what comes next: a piece is wanted, bytes were sent, or it is done.
#[napi]
pub struct Upload {
    call: Mutex<Option<Call>>,
    task: Mutex<Option<AbortHandle>>,
    /// Takes the pieces; gone once the source has ended.
    pieces: Mutex<Option<mpsc::Sender<Piece>>>,
    state: Arc<tokio::sync::Mutex<State>>,
    finish: Mutex<Option<oneshot::Sender<Outcome>>>,
}

struct State {
    progress: watch::Receiver<Option<UploadProgress>>,
    result: Option<oneshot::Receiver<Outcome>>,
}

impl Upload {
    pub(crate) fn new(
        client: &uppzy::Client,
        json: &str,
        content: Option<&[u8]>,
    ) -> Result<Self, Failure> {
        let given: Uploading = read(json)?;
        let documents = client.documents().options(given.options()?);
        let (tell, progress) = watch::channel(None);
        let (pieces, mut taken) = mpsc::channel(PIECES_AHEAD);
        let mut upload = match (given.path, content) {
            (Some(path), _) => uppzy::Upload::path(path),
            // Copied: JavaScript may change its buffer at any time.
            (None, Some(content)) => uppzy::Upload::bytes("", Bytes::copy_from_slice(content)),
            (None, None) => {
                let pieces = stream::poll_fn(move |context| taken.poll_recv(context));
                uppzy::Upload::stream("", Box::pin(pieces), given.length)
            }
        };
        if let Some(file_name) = given.file_name {
            upload = upload.file_name(file_name);
        }
        if let Some(content_type) = given.content_type {
            upload = upload.content_type(content_type);
        }
        let upload = upload.on_progress(move |now| {
            tell.send_replace(Some(now));
        });
        let uploaded = call(async move { documents.upload(upload).await });
        let (finish, result) = oneshot::channel();
        Ok(Self {
            call: Mutex::new(Some(uploaded)),
            task: Mutex::default(),
            pieces: Mutex::new(Some(pieces)),
            state: Arc::new(tokio::sync::Mutex::new(State { progress, result: Some(result) })),
            finish: Mutex::new(Some(finish)),
        })
    }

    fn begin(&self) -> Result<(), Failure> {
        let uploaded = locked(&self.call).take();
        let finish = locked(&self.finish).take();
        if let (Some(uploaded), Some(finish)) = (uploaded, finish) {
            let task = running()?.spawn(async move { drop(finish.send(uploaded.await)) });
            *locked(&self.task) = Some(task);
        }
        Ok(())
    }

    fn next(&self) -> Result<Call, Failure> {
        self.begin()?;
        let pieces = locked(&self.pieces).clone();
        let state = Arc::clone(&self.state);
        Ok(call(async move {
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

    /// Hands a piece over. What is not taken any more is told by the result.
    fn hand_over(&self, piece: Piece) {
        if let Some(pieces) = locked(&self.pieces).as_ref() {
            drop(pieces.try_send(piece));
        }
    }
}

#[napi]
impl Upload {
    /// A call that comes to true when a piece is wanted, to `[sent, total]` when bytes were sent, and
    /// to the document in the end.
    #[napi(catch_unwind)]
    pub fn step(&self, env: Env, bridge: &Bridge, id: u32) {
        bridge.start(&env, id, self.next(), true);
    }

    /// Hands over a piece that was wanted.
    #[napi(catch_unwind)]
    pub fn give(&self, piece: Uint8Array) {
        self.hand_over(Ok(Bytes::copy_from_slice(&piece)));
    }

    /// Says that the source has ended.
    #[napi(catch_unwind)]
    pub fn end(&self) {
        drop(locked(&self.pieces).take());
    }

    /// Says that the source cannot be read further.
    #[napi(catch_unwind)]
    pub fn fail(&self, reason: String) {
        self.hand_over(Err(io::Error::other(reason)));
        self.end();
    }

    /// Ends the upload; nothing more is sent.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        let task = locked(&self.task).take();
        if let Some(task) = task {
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

/// Waits until a piece can be handed over; for ever when none will be taken.
async fn has_room(pieces: Option<mpsc::Sender<Piece>>) {
    if let Some(pieces) = pieces
        && pieces.reserve().await.is_ok()
    {
        return;
    }
    std::future::pending().await
}
