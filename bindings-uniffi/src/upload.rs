//! Uploads, step by step.

use std::sync::Arc;

use uppzy::{Documents, Result, UploadProgress};
use uppzy_boundary::{Source, Step, Uploading, in_background};

use crate::records::DocumentData;

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

impl From<UploadSource> for Source {
    fn from(source: UploadSource) -> Self {
        match source {
            UploadSource::File { path } => Self::Path(path.into()),
            UploadSource::Memory { content } => Self::Bytes(content.into()),
            UploadSource::Pieces { length } => Self::Pieces { length },
        }
    }
}

impl From<Step> for UploadStep {
    fn from(step: Step) -> Self {
        match step {
            Step::PieceWanted => Self::PieceWanted,
            Step::Sent(UploadProgress { sent, total }) => Self::Sent { sent, total },
            Step::Done(document) => Self::Done { document: Box::new((*document).into()) },
        }
    }
}

/// An upload: asked as a stream, it says what comes next.
#[derive(uniffi::Object)]
pub struct NativeUpload(Uploading);

impl NativeUpload {
    pub(crate) fn prepare(
        documents: Documents,
        source: UploadSource,
        file_name: Option<String>,
        content_type: Option<String>,
    ) -> Arc<Self> {
        Arc::new(Self(Uploading::new(documents, source.into(), file_name, content_type)))
    }

    /// What comes next. The upload begins with the first call.
    pub(crate) async fn next(&self) -> Result<UploadStep> {
        self.0.step(in_background)?.await.map(Into::into)
    }
}

#[uniffi::export]
impl NativeUpload {
    /// Hands over a piece that was wanted.
    pub fn give(&self, piece: Vec<u8>) {
        // What was not wanted is not sent.
        let _ = self.0.give(piece.into());
    }

    /// Says that the source has ended.
    pub fn finish(&self) {
        self.0.finish();
    }

    /// Says that the source cannot be read further.
    pub fn fail(&self, reason: String) {
        let _ = self.0.fail(reason);
    }

    /// Ends the upload; nothing more is sent.
    pub fn end(&self) {
        self.0.end();
    }
}
