//! One attempt: sends the request, and reads the answer within its limits.

use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};

use super::failure::Failure;
use super::{Body, Deadline, Headers};
use crate::client::Shared;
use crate::clock::later;
use crate::error::Phase;
use crate::transport::{ResponseBody, TransportFault, TransportRequest};

/// A larger answer is not one of this API's.
const LARGEST_BODY: usize = 16 * 1024 * 1024;
/// Of an error's body only the beginning is of use.
const LARGEST_ERROR_BODY: usize = 64 * 1024;

/// The times that end an attempt.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) deadline: Deadline,
    pub(super) first_byte: Duration,
    pub(super) body_stall: Duration,
}

/// An answer that arrived.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) body: Body,
}

/// Sends the request and reads the whole answer.
pub(super) async fn send(
    shared: &Shared,
    request: TransportRequest,
    limits: Limits,
) -> Result<Answered, Failure> {
    let clock = &shared.clock;
    let progress = request.progress.clone();
    let until = limits.deadline.at.min(later(clock.now(), limits.first_byte));
    let answer = match clock.timeout_at(until, shared.transport.send(request)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(TransportFault::ConnectTimeout)) => return Err(Failure::phase(Phase::Connect)),
        Ok(Err(fault)) => return Err(Failure::from_transport(fault, progress.reused_connection())),
        Err(_) => {
            let phase = if progress.is_connecting() { Phase::Connect } else { Phase::FirstByte };
            return Err(ended_by(until, limits.deadline, phase));
        }
    };
    clock.note_activity();
    let success = (200..300).contains(&answer.status);
    let mut reader = Reader { shared, limits, body: answer.body };
    let body =
        reader.read(if success { LARGEST_BODY } else { LARGEST_ERROR_BODY }, success).await?;
    Ok(Answered { status: answer.status, headers: answer.headers, body })
}

fn ended_by(until: Instant, deadline: Deadline, phase: Phase) -> Failure {
    if until >= deadline.at { Failure::deadline(phase) } else { Failure::phase(phase) }
}

struct Reader<'a> {
    shared: &'a Shared,
    limits: Limits,
    body: Box<dyn ResponseBody>,
}

impl Reader<'_> {
    /// The body up to the limit. Beyond it: unreadable for a success, cut for an error.
    async fn read(&mut self, limit: usize, success: bool) -> Result<Body, Failure> {
        let Some(first) = self.next(success).await? else { return Ok(Ok(Bytes::new())) };
        let mut whole = BytesMut::new();
        let mut piece = first;
        loop {
            if whole.len() + piece.len() > limit {
                if success {
                    return Ok(Err(format!("the body is larger than {} MiB", limit >> 20)));
                }
                let room = limit - whole.len();
                whole.extend_from_slice(&piece.slice(..room.min(piece.len())));
                return Ok(Ok(whole.freeze()));
            }
            let next = if self.body.is_end() { None } else { self.next(success).await? };
            match next {
                // The usual case: the whole body in one piece, which needs no copy.
                None if whole.is_empty() => return Ok(Ok(piece)),
                None => {
                    whole.extend_from_slice(&piece);
                    return Ok(Ok(whole.freeze()));
                }
                Some(more) => {
                    whole.extend_from_slice(&piece);
                    piece = more;
                }
            }
        }
    }

    async fn next(&mut self, success: bool) -> Result<Option<Bytes>, Failure> {
        let clock = &self.shared.clock;
        let until = self.limits.deadline.at.min(later(clock.now(), self.limits.body_stall));
        match clock.timeout_at(until, self.body.next()).await {
            Ok(Ok(piece)) => {
                clock.note_activity();
                Ok(piece)
            }
            // The status of an error is worth more than the rest of its body.
            Ok(Err(_)) | Err(_) if !success => Ok(None),
            Ok(Err(fault)) => Err(Failure::from_transport(fault, false)),
            Err(_) => Err(ended_by(until, self.limits.deadline, Phase::Body)),
        }
    }
}
