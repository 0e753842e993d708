//! Which format a file has: by its first bytes, else by its name, else by its content type.

use super::extract::{DocumentFile, ExtractError, FileFormat};
use super::plain;

/// How far into a file its marker may stand, as PDF viewers allow.
const HEAD_BYTES: usize = 1024;
/// Word 97-2003 files, and office files with a password.
const OLE_CONTAINER: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// First bytes of files that are not documents with text, and what they are.
const OTHER_FORMATS: [(&[u8], &str, &str); 9] = [
    (b"{\\rtf", "a rich text file (.rtf)", "save it as .docx or PDF"),
    (b"\x89PNG", "a picture", IMAGE_REMEDY),
    (b"\xff\xd8\xff", "a picture", IMAGE_REMEDY),
    (b"GIF8", "a picture", IMAGE_REMEDY),
    (b"II*\0", "a picture", IMAGE_REMEDY),
    (b"MM\0*", "a picture", IMAGE_REMEDY),
    (b"\x1f\x8b", "a compressed file", "unpack it and upload what is in it"),
    (b"7z\xbc\xaf", "a compressed file", "unpack it and upload what is in it"),
    (b"%!PS", "a PostScript file", "save it as PDF"),
];
const IMAGE_REMEDY: &str = "run text recognition (OCR) and upload the text";

pub(super) fn detect(file: &DocumentFile<'_>) -> Result<FileFormat, ExtractError> {
    let bytes = file.bytes;
    let named = by_name(file.file_name);
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    if bytes.is_empty() {
        return Err(ExtractError::Empty {
            format: named.or_else(|| by_type(file)).unwrap_or(FileFormat::PlainText),
            remedy: "it has no bytes at all, so upload it again",
        });
    }
    if head.starts_with(b"%PDF-") {
        return Ok(FileFormat::Pdf);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(FileFormat::Docx);
    }
    if head.starts_with(OLE_CONTAINER) {
        return Err(old_office(bytes));
    }
    for (magic, found, remedy) in OTHER_FORMATS {
        if head.starts_with(magic) {
            return Err(ExtractError::Unsupported { found, remedy });
        }
    }
    match named.or_else(|| by_type(file)) {
        Some(FileFormat::Pdf) if contains(head, b"%PDF-") => Ok(FileFormat::Pdf),
        Some(format @ FileFormat::Pdf) => {
            Err(ExtractError::Broken { format, reason: "it does not begin as a PDF does" })
        }
        Some(format @ FileFormat::Docx) => {
            Err(ExtractError::Broken { format, reason: "it does not begin as a .docx does" })
        }
        Some(format) if plain::is_binary(bytes) => {
            Err(ExtractError::Broken { format, reason: "it holds binary data" })
        }
        None if plain::is_binary(bytes) => Err(ExtractError::Unsupported {
            found: "this kind of file",
            remedy: "upload PDF, .docx, HTML, Markdown or plain text",
        }),
        Some(FileFormat::Markdown) => Ok(FileFormat::Markdown),
        Some(FileFormat::Html) => Ok(FileFormat::Html),
        _ if looks_like_html(head) => Ok(FileFormat::Html),
        _ => Ok(FileFormat::PlainText),
    }
}

fn by_name(file_name: &str) -> Option<FileFormat> {
    let (_, extension) = file_name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "pdf" => Some(FileFormat::Pdf),
        "docx" | "docm" | "dotx" => Some(FileFormat::Docx),
        "html" | "htm" | "xhtml" => Some(FileFormat::Html),
        "md" | "markdown" => Some(FileFormat::Markdown),
        "txt" | "text" => Some(FileFormat::PlainText),
        _ => None,
    }
}

fn by_type(file: &DocumentFile<'_>) -> Option<FileFormat> {
    let essence = file.content_type?.split(';').next()?.trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/pdf" => Some(FileFormat::Pdf),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => {
            Some(FileFormat::Docx)
        }
        "text/html" | "application/xhtml+xml" => Some(FileFormat::Html),
        "text/markdown" => Some(FileFormat::Markdown),
        "text/plain" => Some(FileFormat::PlainText),
        _ => None,
    }
}

/// A container of Word 97-2003 is an office file with a password if it says so. Names in it are
/// UTF-16.
fn old_office(bytes: &[u8]) -> ExtractError {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        contains(bytes, &wide)
    };
    if holds("EncryptedPackage") || holds("EncryptionInfo") {
        ExtractError::Encrypted { format: "office" }
    } else if holds("WordDocument") {
        ExtractError::Unsupported {
            found: "a Word 97-2003 document (.doc)",
            remedy: "save it as .docx or PDF",
        }
    } else {
        ExtractError::Unsupported {
            found: "an office file of an old format",
            remedy: "save it as .docx or PDF",
        }
    }
}

fn looks_like_html(head: &[u8]) -> bool {
    let text = plain::decode(head, None).to_ascii_lowercase();
    let text = text.trim_start();
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|start| text.starts_with(start))
        || (text.starts_with("<?xml") || text.starts_with("<!--")) && text.contains("<html")
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(
        file_name: &str,
        content_type: Option<&str>,
        bytes: &[u8],
    ) -> Result<FileFormat, ExtractError> {
        detect(&DocumentFile { file_name, content_type, bytes })
    }

    #[test]
    fn bytes_come_before_name_before_type() {
        let html = Some("text/html");
        assert_eq!(format("a.txt", html, b"%PDF-1.7"), Ok(FileFormat::Pdf));
        assert_eq!(format("a.pdf", None, b"PK\x03\x04"), Ok(FileFormat::Docx));
        assert_eq!(format("a.md", html, b"text"), Ok(FileFormat::Markdown));
        assert_eq!(format("a", html, b"text"), Ok(FileFormat::Html));
        assert_eq!(format("a", None, b"\n <!DOCTYPE HTML>"), Ok(FileFormat::Html));
        assert_eq!(format("a.bin", None, b"text"), Ok(FileFormat::PlainText));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert!(matches!(
            format("a.pdf", None, b"text"),
            Err(ExtractError::Broken { format: FileFormat::Pdf, .. })
        ));
        assert!(matches!(
            format("a.png", None, b"\x89PNG\r\n"),
            Err(ExtractError::Unsupported { found: "a picture", .. })
        ));
        assert!(matches!(format("a.txt", None, b""), Err(ExtractError::Empty { .. })));
        assert!(matches!(
            format("a.bin", None, b"\x00\x01\x02"),
            Err(ExtractError::Unsupported { .. })
        ));
    }
}
