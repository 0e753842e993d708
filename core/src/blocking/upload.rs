//! Uploading from what is read by blocking.

use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream;
use tokio::task::spawn_blocking;

use crate::api::Upload;

/// As large as the pieces of a file.
const PIECE: usize = 256 * 1024;

impl Upload {
    /// Whatever a [`std::io::Read`] gives: it cannot be read again, so a failed attempt is not
    /// repeated. Read on a thread of its own, so that a slow source holds up nothing else. The
    /// length in bytes, when known, lets the server refuse a file that is too large at once.
    ///
    /// ```no_run
    /// # fn example(client: uppzy::blocking::Client) -> Result<(), uppzy::Error> {
    /// use uppzy::Upload;
    ///
    /// let notes = Upload::blocking_reader("notes.txt", std::io::stdin(), None);
    /// let document = client.documents().upload(notes)?;
    /// # drop(document); Ok(()) }
    /// ```
    pub fn blocking_reader(
        file_name: impl Into<String>,
        reader: impl Read + Send + 'static,
        length: Option<u64>,
    ) -> Self {
        // Never locked by two: a body must be shareable, a reader need not be.
        let begin = Some(Mutex::new(reader));
        let pieces = stream::unfold(begin, |reader| async move {
            let reader = reader?;
            let read = spawn_blocking(move || {
                let mut reader = reader.into_inner().unwrap_or_else(PoisonError::into_inner);
                let piece = read_piece(&mut reader);
                (piece, Mutex::new(reader))
            });
            match read.await {
                Ok((Ok(piece), _)) if piece.is_empty() => None,
                Ok((Ok(piece), reader)) => Some((Ok(piece), Some(reader))),
                Ok((Err(fault), _)) => Some((Err(fault), None)),
                Err(_) => Some((Err(io::Error::other("the reader panicked")), None)),
            }
        });
        Self::stream(file_name, Box::pin(pieces), length)
    }
}

/// What is there, up to a piece. Nothing at the end.
fn read_piece(reader: &mut impl Read) -> io::Result<Bytes> {
    let mut piece = vec![0; PIECE];
    loop {
        match reader.read(&mut piece) {
            Ok(length) => {
                piece.truncate(length);
                return Ok(piece.into());
            }
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
            Err(fault) => return Err(fault),
        }
    }
}
