//! From an uploaded file to its text.

use std::fmt;

use thiserror::Error;

/// A file as it was uploaded.
#[derive(Debug, Clone, Copy)]
pub struct DocumentFile<'a> {
    /// Name of the file, as the uploader gave it. Only its extension is looked at.
    pub file_name: &'a str,
    /// Content type that came with the file, if any. It decides only when neither the bytes nor
    /// the extension do; its `charset` parameter is used for text.
    pub content_type: Option<&'a str>,
    /// The whole file.
    pub bytes: &'a [u8],
}

/// A format that the sandbox reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Portable Document Format.
    Pdf,
    /// Word document, Office Open XML.
    Docx,
    /// Web page.
    Html,
    /// Markdown text.
    Markdown,
    /// Text without markup.
    PlainText,
}

impl fmt::Display for FileFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pdf => "PDF",
            Self::Docx => "Word (.docx)",
            Self::Html => "HTML",
            Self::Markdown => "Markdown",
            Self::PlainText => "plain text",
        })
    }
}

/// Why a file gave no text. The message is one sentence for the person who uploaded it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// The file is not a whole and valid file of its format.
    #[error("the file is not a readable {format} file ({reason}); save or export it again")]
    Broken {
        /// The format that it should have had.
        format: FileFormat,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The file opens only with a password.
    #[error("the {format} file is protected by a password; save a copy without a password")]
    Encrypted {
        /// The format of the file.
        format: &'static str,
    },
    /// The sandbox does not read this kind of file.
    #[error("{found} cannot be read; {remedy}")]
    Unsupported {
        /// What the file is.
        found: &'static str,
        /// What to do instead.
        remedy: &'static str,
    },
    /// The file is valid and holds no text.
    #[error("the {format} file contains no text; {remedy}")]
    Empty {
        /// The format of the file.
        format: FileFormat,
        /// What to do about it.
        remedy: &'static str,
    },
    /// The file, or what it unpacks to, is beyond the limits.
    #[error("the file is too large: {what}; split it into smaller documents")]
    TooLarge {
        /// The limit that was passed.
        what: &'static str,
    },
    /// Reading the file took longer than allowed.
    #[error("reading the {format} file took too long; split it, or export it again as plain text")]
    TooSlow {
        /// The format of the file.
        format: FileFormat,
    },
}

impl ExtractError {
    /// The HTTP status that a server answers with: always 422, since the upload itself was well
    /// formed.
    #[must_use]
    pub fn status(&self) -> u16 {
        422
    }
}

/// Reads the text of a file. Blocks the calling thread, for at most about half a minute.
///
/// # Errors
///
/// [`ExtractError`] says what is wrong with the file and what the uploader can do.
pub fn extract(file: &DocumentFile<'_>) -> Result<String, ExtractError> {
    let text = String::from_utf8_lossy(file.bytes).trim().to_owned();
    if text.is_empty() {
        return Err(ExtractError::Empty {
            format: FileFormat::PlainText,
            remedy: "write something into it",
        });
    }
    Ok(text)
}
