//! Text of Word documents (`.docx`): headers, body with tables, notes and footers.

use std::borrow::Cow;
use std::io::{Cursor, Read};
use std::time::Instant;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;
use zip::result::ZipError;

use super::extract::{ExtractError, FileFormat};

/// Most bytes that all parts together may unpack to.
const MAX_PART_BYTES: u64 = 64 * 1024 * 1024;
/// Deepest nesting of elements that is read.
const MAX_DEPTH: usize = 1_000;
const DEFAULT_BODY: &str = "word/document.xml";

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

pub(super) fn text(bytes: &[u8], deadline: Instant) -> Result<String, ExtractError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| broken("its zip container is damaged or cut off"))?;
    let mut parts = Parts { left: MAX_PART_BYTES, deadline };
    let body = match parts.read(&mut archive, "_rels/.rels")? {
        Some(relations) => body_name(&relations),
        None => None,
    }
    .unwrap_or_else(|| DEFAULT_BODY.to_owned());
    if archive.index_for_name(&body).is_none() {
        return Err(other_archive(&archive));
    }
    let folder = body.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut pieces = Vec::new();
    for name in part_names(&archive, folder, "header") {
        pieces.push(parts.text(&mut archive, &name)?);
    }
    pieces.push(parts.text(&mut archive, &body)?);
    for kind in ["footnotes", "endnotes", "footer"] {
        for name in part_names(&archive, folder, kind) {
            pieces.push(parts.text(&mut archive, &name)?);
        }
    }
    // A footer is often a page number and nothing else.
    pieces.retain(|piece| piece.chars().any(char::is_alphabetic));
    Ok(pieces.join("\n\n"))
}

fn names<'a>(archive: &'a Archive<'_>) -> impl Iterator<Item = Cow<'a, str>> {
    archive.file_names().filter_map(Result::ok)
}

fn part_names(archive: &Archive<'_>, folder: &str, kind: &str) -> Vec<String> {
    let start = if folder.is_empty() { kind.to_owned() } else { format!("{folder}/{kind}") };
    let mut names: Vec<_> = names(archive)
        .filter(|name| {
            name.strip_prefix(&start)
                .and_then(|rest| rest.strip_suffix(".xml"))
                .is_some_and(|number| number.chars().all(|digit| digit.is_ascii_digit()))
        })
        .map(Cow::into_owned)
        .collect();
    names.sort();
    names
}

/// What a zip archive without a Word document in it is.
fn other_archive(archive: &Archive<'_>) -> ExtractError {
    let holds = |start: &str| names(archive).any(|name| name.starts_with(start));
    let (found, remedy) = if holds("xl/") {
        ("an Excel workbook", "save it as PDF")
    } else if holds("ppt/") {
        ("a PowerPoint presentation", "save it as PDF")
    } else if holds("content.xml") {
        ("an OpenDocument file", "save it as .docx or PDF")
    } else {
        ("a zip archive without a Word document in it", "upload the files in it one by one")
    };
    ExtractError::Unsupported { found, remedy }
}

fn broken(reason: &'static str) -> ExtractError {
    ExtractError::Broken { format: FileFormat::Docx, reason }
}

/// Reads parts within limits that hold for all of them together.
struct Parts {
    left: u64,
    deadline: Instant,
}

impl Parts {
    fn read(
        &mut self,
        archive: &mut Archive<'_>,
        name: &str,
    ) -> Result<Option<String>, ExtractError> {
        let part = match archive.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(ExtractError::Encrypted { format: "Word (.docx)" });
            }
            Err(_) => return Err(broken("a part of it cannot be unpacked")),
        };
        let mut bytes = Vec::new();
        // The size that the archive states may be a lie, so what comes out is counted.
        part.take(self.left + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| broken("a part of it cannot be unpacked"))?;
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or(ExtractError::TooLarge {
            what: "the Word document unpacks to more than 64 MiB",
        })?;
        Ok(Some(super::plain::decode(&bytes, None)))
    }

    fn text(&mut self, archive: &mut Archive<'_>, name: &str) -> Result<String, ExtractError> {
        let xml = self.read(archive, name)?.ok_or_else(|| broken("a part of it is missing"))?;
        Paragraphs::default().read(&xml, self.deadline)
    }
}

/// Name of the part that holds the body. Some writers do not call it `document.xml`.
fn body_name(relations: &str) -> Option<String> {
    let mut reader = Reader::from_str(relations);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => {
                let attribute = |name: &str| {
                    element
                        .try_get_attribute(name)
                        .ok()
                        .flatten()
                        .map(|attribute| attribute.value.into_owned())
                };
                if attribute("Type").is_some_and(|kind| kind.ends_with("/officeDocument")) {
                    let target = attribute("Target")?;
                    return Some(target.trim_start_matches('/').to_owned());
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Collects the text of one part.
#[derive(Default)]
struct Paragraphs {
    text: String,
    /// Depth of nested elements, of tables, and of what is left out.
    depth: usize,
    tables: usize,
    skipped: usize,
    in_text: bool,
    first_cell: bool,
}

impl Paragraphs {
    fn read(mut self, xml: &str, deadline: Instant) -> Result<String, ExtractError> {
        let mut reader = Reader::from_str(xml);
        loop {
            if Instant::now() > deadline {
                return Err(ExtractError::TooSlow { format: FileFormat::Docx });
            }
            match reader.read_event().map_err(|_| broken("the XML in it is damaged"))? {
                Event::Start(element) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(broken("its elements are nested too deeply"));
                    }
                    self.start(&element);
                }
                Event::Empty(element) => self.empty(&element),
                Event::End(element) => {
                    self.depth = self.depth.saturating_sub(1);
                    self.end(element.local_name().as_ref());
                }
                Event::Text(text) => self.push(&text.xml10_content()),
                Event::CData(text) => self.push(&text.xml10_content()),
                Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                    Ok(Some(letter)) => self.push(letter.encode_utf8(&mut [0; 4])),
                    _ => self.push(entity(&reference)),
                },
                Event::Eof if self.depth > 0 => return Err(broken("it is cut off")),
                Event::Eof => break,
                _ => {}
            }
        }
        Ok(self.text.trim().to_owned())
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        if self.skipped > 0 || skipped(element.local_name().as_ref()) {
            self.skipped += 1;
            return;
        }
        match element.local_name().as_ref() {
            "t" => self.in_text = true,
            "tbl" => {
                self.tables += 1;
                self.blank_line();
            }
            "tr" => self.first_cell = true,
            "tc" if self.tables > 0 => self.start_cell(),
            _ => {}
        }
    }

    fn empty(&mut self, element: &BytesStart<'_>) {
        if self.skipped > 0 {
            return;
        }
        match element.local_name().as_ref() {
            "tab" if !self.text.is_empty() => self.text.push(' '),
            "br" | "cr" => self.text.push('\n'),
            "noBreakHyphen" => self.text.push('-'),
            "p" => self.end_paragraph(),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match name {
            "t" => self.in_text = false,
            "p" => self.end_paragraph(),
            "tr" => {
                self.trim_line();
                self.text.push('\n');
            }
            "tbl" => {
                self.tables = self.tables.saturating_sub(1);
                self.blank_line();
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if self.in_text && self.skipped == 0 {
            self.text.push_str(text);
        }
    }

    fn start_cell(&mut self) {
        if !std::mem::take(&mut self.first_cell) {
            self.trim_line();
            self.text.push_str(" | ");
        }
    }

    fn end_paragraph(&mut self) {
        // In a cell a paragraph stays on the line of its row.
        if self.tables > 0 {
            if !self.text.ends_with([' ', '\n']) {
                self.text.push(' ');
            }
        } else {
            self.blank_line();
        }
    }

    fn trim_line(&mut self) {
        let length = self.text.trim_end_matches(' ').len();
        self.text.truncate(length);
    }

    fn blank_line(&mut self) {
        self.trim_line();
        if !self.text.is_empty() {
            while !self.text.ends_with("\n\n") {
                self.text.push('\n');
            }
        }
    }
}

/// Elements whose text is not shown, or is a second form of text that is.
fn skipped(name: &str) -> bool {
    matches!(
        name,
        "Fallback" | "del" | "moveFrom" | "instrText" | "delText" | "pPrChange" | "rPrChange"
    )
}

fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read(xml: &str) -> Result<String, ExtractError> {
        Paragraphs::default().read(xml, Instant::now() + Duration::from_secs(60))
    }

    #[test]
    fn paragraphs_tables_and_entities_are_read() {
        let xml = "<w:document><w:body>\
            <w:p><w:r><w:t>One &amp; t</w:t></w:r><w:r><w:t>wo&#8230;</w:t></w:r></w:p>\
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>\
            <w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr>\
            <w:tr><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
            <w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>End</w:t></w:r></w:p>\
            </w:body></w:document>";
        assert_eq!(read(xml).unwrap(), "One & two\u{2026}\n\na | b\n | c\n\nEnd");
    }

    #[test]
    fn text_boxes_are_read_once() {
        let xml = "<w:p><mc:AlternateContent><mc:Choice><w:t>box</w:t></mc:Choice>\
                   <mc:Fallback><w:t>box</w:t></mc:Fallback></mc:AlternateContent></w:p>";
        assert_eq!(read(xml).unwrap(), "box");
    }

    #[test]
    fn damage_and_depth_are_errors() {
        assert!(matches!(read("<w:p><w:t>cut"), Err(ExtractError::Broken { .. })));
        let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000));
        assert!(matches!(read(&deep), Err(ExtractError::Broken { .. })));
    }

    #[test]
    fn the_body_is_found_by_its_relation() {
        let relations = "<Relationships><Relationship Id=\"r1\" \
            Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
            Target=\"/word/document2.xml\"/></Relationships>";
        assert_eq!(body_name(relations).as_deref(), Some("word/document2.xml"));
        assert_eq!(body_name("<Relationships/>"), None);
    }
}
