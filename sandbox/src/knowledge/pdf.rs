//! Text of PDF files.
//!
//! A PDF is a program that draws glyphs, so its text is found by running the drawing operations.
//! Every step is bounded, since a small file can ask for any amount of memory: the output of each
//! decompression, the decoded operations in total, the nesting of forms, the length of the text.

mod code_map;
mod font;
mod layout;
mod page;

use std::time::Instant;

use lopdf::{DecompressError, Document, Error, LoadOptions};

use self::page::PageReader;
use super::extract::{ExtractError, FileFormat};

/// Most bytes that the object streams of a file may unpack to, all together.
const MAX_OBJECT_BYTES: usize = 256 * 1024 * 1024;
/// Most bytes that one object stream may unpack to.
const MAX_STREAM_BYTES: usize = 32 * 1024 * 1024;
/// Most pages that are read.
const MAX_PAGES: usize = 20_000;

/// Why reading stopped.
pub(super) enum Stop {
    /// A limit was passed.
    TooLarge,
    /// The time is over.
    TooSlow,
}

pub(super) fn text(bytes: &[u8], deadline: Instant) -> Result<String, ExtractError> {
    let options = LoadOptions {
        // The library bounds each stream; dividing by their number bounds the sum.
        max_decompressed_size: Some(
            (MAX_OBJECT_BYTES / object_stream_count(bytes).max(1)).min(MAX_STREAM_BYTES),
        ),
        ..LoadOptions::default()
    };
    let document =
        Document::load_mem_with_options(bytes, options).map_err(|error| reason(&error))?;
    if document.is_encrypted() {
        return Err(encrypted());
    }
    // The library finds what is left of a damaged file. What was cut off is lost all the same.
    let repaired = document.xref_recovery.is_some();
    if repaired && !has_end(bytes) {
        return Err(broken("it is cut off"));
    }
    let pages: Vec<_> = document.page_iter().take(MAX_PAGES + 1).collect();
    if pages.len() > MAX_PAGES {
        return Err(ExtractError::TooLarge { what: "the PDF has too many pages" });
    }
    if pages.is_empty() {
        return Err(broken("it has no pages"));
    }
    let mut reader = PageReader::new(&document, deadline);
    for page in pages {
        reader.read_page(page).map_err(|stop| match stop {
            Stop::TooLarge => unpacked(),
            Stop::TooSlow => ExtractError::TooSlow { format: FileFormat::Pdf },
        })?;
    }
    let text = reader.into_text();
    if repaired && text.trim().is_empty() {
        return Err(broken("it is damaged"));
    }
    Ok(text)
}

/// Whether the mark stands near the end that every writer puts there.
fn has_end(bytes: &[u8]) -> bool {
    const NEAR: usize = 2_048;
    let tail = bytes.len().saturating_sub(NEAR);
    find(bytes.get(tail..).unwrap_or_default(), b"%%EOF").is_some()
}

fn reason(error: &Error) -> ExtractError {
    match error {
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => unpacked(),
        Error::InvalidPassword | Error::Decryption(_) | Error::UnsupportedSecurityHandler(_) => {
            encrypted()
        }
        _ => broken("it is damaged or cut off"),
    }
}

fn broken(reason: &'static str) -> ExtractError {
    ExtractError::Broken { format: FileFormat::Pdf, reason }
}

fn encrypted() -> ExtractError {
    ExtractError::Encrypted { format: "PDF" }
}

fn unpacked() -> ExtractError {
    ExtractError::TooLarge { what: "the PDF unpacks to more than the sandbox reads" }
}

/// Counts the streams that are unpacked while loading. The dictionary before the keyword tells
/// their type; one that writes names with escapes is counted too, since it may hide the type.
fn object_stream_count(bytes: &[u8]) -> usize {
    const DICTIONARY_BYTES: usize = 400;
    let keyword = b"stream";
    let mut count = 0;
    let mut position = 0;
    while let Some(found) = find(bytes.get(position..).unwrap_or_default(), keyword) {
        let at = position + found;
        position = at + keyword.len();
        let dictionary = bytes.get(at.saturating_sub(DICTIONARY_BYTES)..at).unwrap_or_default();
        if dictionary.ends_with(b"end") {
            continue;
        }
        let start = dictionary.windows(4).rposition(|window| window == b" obj").unwrap_or(0);
        let dictionary = dictionary.get(start..).unwrap_or_default();
        if find(dictionary, b"ObjStm").is_some()
            || find(dictionary, b"XRef").is_some()
            || dictionary.contains(&b'#')
        {
            count += 1;
        }
    }
    count
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
