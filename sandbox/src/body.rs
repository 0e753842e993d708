//! Bodies of answers: whole ones, and those that arrive slowly, partly or never.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use crate::connection::{Broken, Connection};
use crate::journal::Entry;

/// Largest piece of a made-up body.
const PIECE: u64 = 65_536;

/// The body of an answer.
pub(crate) enum AnswerBody {
    Whole(Option<Bytes>),
    Scripted(Box<ScriptedBody>),
}

impl AnswerBody {
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Whole(Some(bytes.into()))
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match self.get_mut() {
            Self::Whole(bytes) => {
                let bytes = bytes.take().filter(|bytes| !bytes.is_empty());
                Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
            }
            Self::Scripted(body) => body.poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.as_ref().is_none_or(Bytes::is_empty))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                let length = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
            }
            // The head announces the length by its own header.
            Self::Scripted(_) => SizeHint::default(),
        }
    }
}

/// What a body holds.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Bytes(Bytes),
    /// A JSON string that takes so many bytes.
    Filler(u64),
}

impl Content {
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::Filler(length) => *length,
        }
    }

    fn slice(&self, from: u64, to: u64) -> Bytes {
        let position = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
        match self {
            Self::Bytes(bytes) => {
                let end = position(to).min(bytes.len());
                bytes.slice(position(from).min(end)..end)
            }
            Self::Filler(length) => {
                let mut piece = vec![b'x'; position(to.saturating_sub(from))];
                if let (0, Some(first)) = (from, piece.first_mut()) {
                    *first = b'"';
                }
                if let (true, Some(last)) = (to == *length, piece.last_mut()) {
                    *last = b'"';
                }
                Bytes::from(piece)
            }
        }
    }
}

/// How a scripted body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Complete,
    /// The connection closes.
    Cut,
    /// Nothing more happens.
    Silence,
}

/// A body that is sent by a script.
pub(crate) struct ScriptedBody {
    content: Content,
    sent: u64,
    /// Where sending stops.
    stop: u64,
    pause: Option<Duration>,
    sleep: Option<Pin<Box<Sleep>>>,
    ending: Ending,
    flushes_before: Option<u64>,
    connection: Arc<Connection>,
    entry: Option<Entry>,
}

impl ScriptedBody {
    pub(crate) fn new(
        content: Content,
        stop: u64,
        pause: Option<Duration>,
        ending: Ending,
        connection: Arc<Connection>,
        entry: Entry,
    ) -> Self {
        let stop = stop.min(content.length());
        let mut body = Self {
            content,
            sent: 0,
            stop,
            pause,
            sleep: None,
            ending,
            flushes_before: None,
            connection,
            entry: Some(entry),
        };
        body.finish_if_complete();
        body
    }

    fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(sleep) = &mut self.sleep {
            ready!(sleep.as_mut().poll(context));
            self.sleep = None;
        }
        if self.sent < self.stop {
            let most = if self.pause.is_some() { 1 } else { PIECE };
            let end = self.sent.saturating_add(most).min(self.stop);
            let piece = self.content.slice(self.sent, end);
            self.sent = end;
            self.sleep = self.pause.map(|pause| Box::pin(tokio::time::sleep(pause)));
            self.finish_if_complete();
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match self.ending {
            Ending::Complete => Poll::Ready(None),
            Ending::Silence => Poll::Pending,
            Ending::Cut => {
                // What was sent has to reach the socket before the connection is given up.
                let before = *self.flushes_before.get_or_insert(self.connection.flushes());
                ready!(self.connection.poll_flushed(context, before));
                self.finish();
                Poll::Ready(Some(Err(Broken)))
            }
        }
    }

    /// The last piece is the last that hyper asks for: it knows the length.
    fn finish_if_complete(&mut self) {
        if self.sent == self.stop && self.ending == Ending::Complete {
            self.finish();
        }
    }

    fn finish(&mut self) {
        if let Some(entry) = self.entry.take() {
            entry.finish();
        }
    }
}
