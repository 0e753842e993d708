//! From an uploaded file to its text.

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use encoding_rs::Encoding;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::detect::detect;
use super::{docx, html, pdf, plain};

/// Largest file that is read.
const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;
/// Longest text that a file may give.
const MAX_TEXT_BYTES: usize = 16 * 1024 * 1024;
/// How long a reader may work before it stops by itself.
const TIME_LIMIT: Duration = Duration::from_secs(25);
/// How much longer it is waited for, if it is inside a library that cannot be stopped.
const GRACE: Duration = Duration::from_secs(5);
/// Libraries nest about a hundred levels deep, in unoptimised builds with large frames.
const STACK_BYTES: usize = 16 * 1024 * 1024;

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
    if file.bytes.len() > MAX_FILE_BYTES {
        return Err(ExtractError::TooLarge { what: "it has more than 32 MiB" });
    }
    let format = detect(file)?;
    let bytes = file.bytes.to_vec();
    let stated = file.content_type.and_then(|value| plain::stated_charset(value.as_bytes()));
    let deadline = Instant::now() + TIME_LIMIT;
    let text = guarded(format, TIME_LIMIT + GRACE, move || read(&bytes, format, stated, deadline))?;
    let text = tidy(&text);
    if text.len() > MAX_TEXT_BYTES {
        return Err(ExtractError::TooLarge { what: "it holds more than 16 MiB of text" });
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Err(ExtractError::Empty {
            format,
            remedy: match format {
                FileFormat::Pdf => "if it is a scan, run text recognition (OCR) first",
                _ => "check that it is the file you meant",
            },
        });
    }
    Ok(text)
}

/// Runs the reader on a thread of its own, so that neither a panic in a library, nor its hunger
/// for stack, nor an endless loop reaches the caller.
fn guarded(
    format: FileFormat,
    patience: Duration,
    reader: impl FnOnce() -> Result<String, ExtractError> + Send + 'static,
) -> Result<String, ExtractError> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let started = thread::Builder::new()
        .name("document-reader".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            // The receiver may have given up already.
            let _ = sender.send(reader());
        });
    if started.is_err() {
        return Err(ExtractError::TooSlow { format });
    }
    match receiver.recv_timeout(patience) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => Err(ExtractError::TooSlow { format }),
        // The reader ended without a result, so it panicked.
        Err(RecvTimeoutError::Disconnected) => {
            Err(ExtractError::Broken { format, reason: "it is damaged" })
        }
    }
}

fn read(
    bytes: &[u8],
    format: FileFormat,
    stated: Option<&'static Encoding>,
    deadline: Instant,
) -> Result<String, ExtractError> {
    match format {
        FileFormat::Pdf => pdf::text(bytes, deadline),
        FileFormat::Docx => docx::text(bytes, deadline),
        FileFormat::Html => {
            let head = bytes.get(..1024).unwrap_or(bytes);
            let stated = stated.or_else(|| plain::stated_charset(head));
            Ok(html::text(&plain::decode(bytes, stated)))
        }
        FileFormat::Markdown => Ok(plain::markdown(&plain::decode(bytes, stated))),
        FileFormat::PlainText => Ok(plain::decode(bytes, stated)),
    }
}

/// One form for all texts: composed letters, plain spaces, no trailing blanks, no control
/// characters, at most one empty line in a row.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.replace("\r\n", "\n").replace(['\r', '\u{c}', '\u{2028}'], "\n").split('\n') {
        let start = tidied.len();
        for letter in line.nfc() {
            match letter {
                '\u{a0}' | '\u{202f}' | '\t' => tidied.push(' '),
                '\u{ad}' | '\u{feff}' | '\u{200b}' => {}
                letter if letter.is_control() => {}
                letter => tidied.push(letter),
            }
        }
        let length = tidied.trim_end_matches(' ').len().max(start);
        tidied.truncate(length);
        if length > start {
            empty_lines = 0;
        } else {
            empty_lines += 1;
        }
        if empty_lines < 2 && !tidied.is_empty() {
            tidied.push('\n');
        }
    }
    tidied.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tidy_unifies_spaces_lines_and_letters() {
        assert_eq!(
            tidy("\r\n\r\na\u{a0}b \t\r\n\r\n\r\n\r\nu\u{308}\u{0}c\rd\n"),
            "a b\n\n\u{fc}c\nd"
        );
        assert_eq!(tidy(" \n\u{feff}\n"), "");
    }

    #[test]
    fn a_panic_and_a_reader_that_hangs_are_errors() {
        let format = FileFormat::Pdf;
        let panicked = guarded(format, Duration::from_secs(60), || panic!("as a library may"));
        assert_eq!(panicked, Err(ExtractError::Broken { format, reason: "it is damaged" }));
        let (release, hanging) = mpsc::channel::<()>();
        let slow = guarded(format, Duration::from_millis(20), move || {
            let _ = hanging.recv();
            Ok(String::new())
        });
        assert_eq!(slow, Err(ExtractError::TooSlow { format }));
        drop(release);
    }

    #[test]
    fn readers_stop_at_the_deadline() {
        let past = Instant::now();
        for (format, name) in
            [(FileFormat::Pdf, "reportlab.pdf"), (FileFormat::Docx, "pandoc.docx")]
        {
            let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
            let bytes = std::fs::read(path).unwrap();
            assert_eq!(read(&bytes, format, None, past), Err(ExtractError::TooSlow { format }));
        }
    }

    #[test]
    fn every_message_is_one_sentence_with_a_remedy() {
        let errors = [
            ExtractError::Broken { format: FileFormat::Docx, reason: "it is cut off" },
            ExtractError::Encrypted { format: "PDF" },
            ExtractError::Unsupported { found: "a", remedy: "save it as PDF" },
            ExtractError::Empty { format: FileFormat::Pdf, remedy: "run text recognition" },
            ExtractError::TooLarge { what: "it has more than 32 MiB" },
            ExtractError::TooSlow { format: FileFormat::Pdf },
        ];
        for error in errors {
            let message = error.to_string();
            assert!(message.contains("; ") && !message.contains('\n'), "{message}");
            assert_eq!(error.status(), 422);
        }
    }
}
