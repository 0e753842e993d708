//! Uploads: the call runs in the background, and the caller's side is asked for what it needs.

use std::future::pending;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use uppzy::{Document, Documents, Error, Result, Upload, UploadProgress};

use crate::call::{Call, caught};
use crate::locks::locked;
use crate::work::{Task, Work};

/// Pieces that wait to be sent: one while the next is read.
const PIECES_AHEAD: usize = 2;

type Piece = io::Result<Bytes>;

/// What is uploaded.
pub enum Source {
    /// A file.
    Path(PathBuf),
    /// Bytes in memory.
    Bytes(Bytes),
    /// Pieces, handed over as they are wanted.
    Pieces {
        /// Their length together, in bytes, if known.
        length: Option<u64>,
    },
}

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// A piece is wanted.
    PieceWanted,
    /// Bytes were sent.
    Sent(UploadProgress),
    /// It is done.
    Done(Box<Document>),
}

/// Why a piece was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// None was wanted.
    NotWanted,
    /// The source was said to have ended.
    Ended,
}

impl Refusal {
    /// The same in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotWanted => "no piece was wanted",
            Self::Ended => "the source has ended already",
        }
    }
}

/// An upload. It begins with the first `step`, and ends when it is let go.
pub struct Uploading {
    work: Work,
    /// Takes the pieces; gone once the source has ended.
    pieces: std::sync::Mutex<Option<mpsc::Sender<Piece>>>,
    state: Arc<Mutex<State>>,
}

struct State {
    progress: watch::Receiver<Option<UploadProgress>>,
    result: Option<oneshot::Receiver<Result<Document>>>,
}

impl Uploading {
    /// Does nothing yet. Name and type are those of the source if they are absent.
    pub fn new(
        documents: Documents,
        source: Source,
        file_name: Option<String>,
        content_type: Option<String>,
    ) -> Self {
        let (tell, progress) = watch::channel(None);
        let (pieces, mut taken) = mpsc::channel(PIECES_AHEAD);
        let mut upload = match source {
            Source::Path(path) => Upload::path(path),
            Source::Bytes(bytes) => Upload::bytes("", bytes),
            Source::Pieces { length } => {
                let pieces = stream::poll_fn(move |context| taken.poll_recv(context));
                Upload::stream("", Box::pin(pieces), length)
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
        let uploaded = caught(async move { documents.upload(upload).await });
        Self {
            work: Work::new(async move { drop(finish.send(uploaded.await)) }),
            pieces: std::sync::Mutex::new(Some(pieces)),
            state: Arc::new(Mutex::new(State { progress, result: Some(result) })),
        }
    }

    /// What comes next. The first time, has the upload run by `spawn`.
    ///
    /// # Errors
    ///
    /// Those of `spawn`; and the call's are those of the upload.
    pub fn step(&self, spawn: impl FnOnce(Task) -> Result<()>) -> Result<Call<Step>> {
        self.work.begin(spawn)?;
        let pieces = locked(&self.pieces).clone();
        let state = Arc::clone(&self.state);
        Ok(Box::pin(async move { state.lock().await.step(pieces).await }))
    }

    /// Hands over a piece that was wanted. What is not taken any more is told by the result.
    ///
    /// # Errors
    ///
    /// When there is no place for it.
    pub fn give(&self, piece: Bytes) -> std::result::Result<(), Refusal> {
        self.hand_over(Ok(piece))
    }

    /// Says that the source has ended.
    pub fn finish(&self) {
        drop(locked(&self.pieces).take());
    }

    /// Says that the source cannot be read further.
    ///
    /// # Errors
    ///
    /// When there is no place for it. The source has not ended then.
    pub fn fail(&self, reason: String) -> std::result::Result<(), Refusal> {
        self.hand_over(Err(io::Error::other(reason)))?;
        self.finish();
        Ok(())
    }

    /// Ends the upload; nothing more is sent.
    pub fn end(&self) {
        self.work.end();
        self.finish();
    }

    fn hand_over(&self, piece: Piece) -> std::result::Result<(), Refusal> {
        let pieces = locked(&self.pieces);
        match pieces.as_ref().ok_or(Refusal::Ended)?.try_send(piece) {
            Err(mpsc::error::TrySendError::Full(_)) => Err(Refusal::NotWanted),
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
        }
    }
}

impl State {
    async fn step(&mut self, pieces: Option<mpsc::Sender<Piece>>) -> Result<Step> {
        let Some(receiver) = self.result.as_mut() else {
            return Err(Error::internal("the upload has ended already"));
        };
        tokio::select! {
            // First what was sent, so that nothing of it is missing when the result is there.
            biased;
            Ok(()) = self.progress.changed() => {
                let now = *self.progress.borrow_and_update();
                Ok(Step::Sent(now.unwrap_or(UploadProgress { sent: 0, total: None })))
            }
            () = has_room(pieces) => Ok(Step::PieceWanted),
            outcome = receiver => {
                self.result = None;
                let ended = |_| Err(Error::internal("the upload was ended"));
                outcome.unwrap_or_else(ended).map(|document| Step::Done(Box::new(document)))
            }
        }
    }
}

/// Waits until a piece can be handed over; for ever when none will be taken.
async fn has_room(pieces: Option<mpsc::Sender<Piece>>) {
    if let Some(pieces) = pieces
        && pieces.reserve().await.is_ok()
    {
        return;
    }
    pending().await
}

#[cfg(test)]
mod tests {
    use uppzy::ErrorKind;

    use super::*;
    use crate::testing::{Answers, client, ended, spawn};

    const DOCUMENT: &str = r#"{"id":"d1"}"#;

    fn uploading(answers: &Arc<Answers>, source: Source) -> Uploading {
        let documents = client(Arc::clone(answers)).documents();
        Uploading::new(documents, source, Some("notes.txt".to_owned()), None)
    }

    async fn step(upload: &Uploading) -> Result<Step> {
        ended(upload.step(spawn)?).await
    }

    /// Hands the pieces over as they are wanted, and gives what comes in the end.
    async fn drive(upload: &Uploading, pieces: &[&'static str]) -> Result<(Box<Document>, u64)> {
        let mut pieces = pieces.iter();
        let mut sent = 0;
        loop {
            match step(upload).await? {
                Step::PieceWanted => match pieces.next() {
                    Some(piece) => upload.give(Bytes::from_static(piece.as_bytes())).unwrap(),
                    None => upload.finish(),
                },
                Step::Sent(progress) => sent = progress.sent,
                Step::Done(document) => return Ok((document, sent)),
            }
        }
    }

    #[tokio::test]
    async fn pieces_are_asked_for_and_sent_in_their_order() {
        let answers = Answers::new(DOCUMENT);
        let upload = uploading(&answers, Source::Pieces { length: None });
        let pieces = ["one, ", "two, ", "three, ", "four"];
        let (document, sent) = drive(&upload, &pieces).await.unwrap();
        assert_eq!((document.id.as_str(), sent), ("d1", 21));
        let body = answers.bodies().concat();
        assert!(body.contains("one, two, three, four") && body.contains("notes.txt"), "{body}");
        let again = step(&upload).await.unwrap_err();
        assert_eq!(again.message(), "the upload has ended already");
    }

    #[tokio::test]
    async fn what_is_in_memory_is_sent_without_a_question() {
        let answers = Answers::new(DOCUMENT);
        let upload = uploading(&answers, Source::Bytes(Bytes::from_static(b"all of it")));
        let mut sent = 0;
        while let Step::Sent(progress) = step(&upload).await.unwrap() {
            sent = progress.sent;
        }
        assert_eq!(sent, 9);
        assert!(answers.bodies().concat().contains("all of it"));
    }

    #[tokio::test]
    async fn a_source_that_fails_is_the_uploads_error() {
        let upload = uploading(&Answers::new(DOCUMENT), Source::Pieces { length: None });
        assert!(matches!(step(&upload).await, Ok(Step::PieceWanted)));
        upload.fail("the disk is gone".to_owned()).unwrap();
        assert_eq!(upload.give(Bytes::new()), Err(Refusal::Ended));
        let error = drive(&upload, &[]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileRead);
    }

    #[tokio::test]
    async fn a_piece_that_was_not_wanted_is_refused() {
        let upload = uploading(&Answers::new(DOCUMENT), Source::Pieces { length: None });
        for _ in 0..PIECES_AHEAD {
            upload.give(Bytes::from_static(b"a piece")).unwrap();
        }
        assert_eq!(upload.give(Bytes::from_static(b"a piece")), Err(Refusal::NotWanted));
        // Else the server would take what it has for the whole.
        assert_eq!(upload.fail("it broke".to_owned()), Err(Refusal::NotWanted));
        assert!(locked(&upload.pieces).is_some());
    }

    #[tokio::test]
    async fn an_upload_that_is_ended_sends_nothing_and_says_so() {
        let answers = Answers::new(DOCUMENT);
        let upload = uploading(&answers, Source::Pieces { length: None });
        assert!(matches!(step(&upload).await, Ok(Step::PieceWanted)));
        upload.give(Bytes::from_static(b"a piece")).unwrap();
        upload.end();
        // Lets the runtime take notice.
        tokio::task::yield_now().await;
        assert_eq!(step(&upload).await.unwrap_err().message(), "the upload was ended");
        assert!(answers.bodies().is_empty());
    }
}
