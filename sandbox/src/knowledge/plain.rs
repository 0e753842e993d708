//! Text files: their encoding, and Markdown.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Deepest nesting of quotes and lists that is read as Markdown; deeper is taken as it stands.
const MAX_NESTING: usize = 100;

/// Decodes text: by its byte order mark, as UTF-8 if it is that, in the encoding that it states,
/// and otherwise as Latin-1 in the form that browsers use, which every byte sequence is.
pub(super) fn decode(bytes: &[u8], stated: Option<&'static Encoding>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return encoding.decode_without_bom_handling(rest).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let encoding = stated.filter(|encoding| *encoding != UTF_8).unwrap_or(WINDOWS_1252);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The encoding that a content type or the head of a page names as its `charset`.
pub(super) fn stated_charset(text: &[u8]) -> Option<&'static Encoding> {
    const KEY: &[u8] = b"charset=";
    let at = text.windows(KEY.len()).position(|window| window.eq_ignore_ascii_case(KEY))?;
    let label: Vec<u8> = text
        .get(at + KEY.len()..)?
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '))
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        .collect();
    Encoding::for_label(&label)
}

/// Whether bytes are not text in any encoding that [`decode`] knows.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    if let Some((encoding, _)) = Encoding::for_bom(bytes)
        && (encoding == UTF_16LE || encoding == UTF_16BE)
    {
        return false;
    }
    let start = bytes.get(..8192).unwrap_or(bytes);
    let control = start
        .iter()
        .filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace() && **byte != 0x1b)
        .count();
    start.contains(&0) || control * 20 > start.len()
}

/// The text of Markdown without its marks.
pub(super) fn markdown(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut nesting = 0_usize;
    let mut first_cell = true;
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(source, options) {
        match event {
            Event::Start(tag) => {
                nesting += 1;
                if nesting > MAX_NESTING {
                    return source.to_owned();
                }
                match tag {
                    Tag::Item => {
                        line(&mut text);
                        text.push_str("- ");
                    }
                    Tag::TableHead | Tag::TableRow => {
                        line(&mut text);
                        first_cell = true;
                    }
                    Tag::TableCell => cell(&mut text, &mut first_cell),
                    Tag::Paragraph if text.ends_with("- ") => {}
                    Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::Table(_) => {
                        paragraph(&mut text);
                    }
                    _ => {}
                }
            }
            Event::End(tag) => {
                nesting = nesting.saturating_sub(1);
                match tag {
                    TagEnd::Paragraph
                    | TagEnd::Heading(_)
                    | TagEnd::List(_)
                    | TagEnd::CodeBlock
                    | TagEnd::Table => paragraph(&mut text),
                    _ => {}
                }
            }
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::Html(part) | Event::InlineHtml(part) => text.push_str(&super::html::text(&part)),
            Event::SoftBreak => text.push(' '),
            Event::HardBreak => line(&mut text),
            Event::Rule => paragraph(&mut text),
            _ => {}
        }
    }
    text.trim().to_owned()
}

fn cell(text: &mut String, first: &mut bool) {
    if !std::mem::take(first) {
        text.push_str(" | ");
    }
}

fn line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

fn paragraph(text: &mut String) {
    if !text.is_empty() {
        while !text.ends_with("\n\n") {
            text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let word = "R\u{fc}ckgabe";
        let mut wide = vec![0xff, 0xfe];
        wide.extend(word.encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(decode(&wide, None), word);
        assert!(!is_binary(&wide));
        assert_eq!(decode(b"\xef\xbb\xbfabc", None), "abc");
        assert_eq!(decode(word.as_bytes(), None), word);
        assert_eq!(decode(b"R\xfcckgabe", None), word);
        let turkish = stated_charset(b"text/plain; charset=\"iso-8859-9\"");
        assert_eq!(decode(b"ya\xf0mur \xfe\xfd", turkish), "ya\u{11f}mur \u{15f}\u{131}");
        assert_eq!(stated_charset(b"text/plain"), None);
    }

    #[test]
    fn binary_is_not_text() {
        assert!(is_binary(b"\x7fELF\x02\x01\x01\x00\x00"));
        assert!(!is_binary("Stra\u{df}e\r\n\t".as_bytes()));
        assert!(!is_binary(b""));
    }

    #[test]
    fn markdown_loses_its_marks() {
        let source = "# Title\n\nSome **bold** and `code`,\nsee [here](http://x).\n\n\
                      * one\n* two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
        assert_eq!(
            markdown(source),
            "Title\n\nSome bold and code, see here.\n\n- one\n- two\n\na | b\n1 | 2"
        );
    }

    #[test]
    fn deep_markdown_is_taken_as_it_stands() {
        let source = "> ".repeat(2_000) + "deep";
        assert_eq!(markdown(&source), source);
    }
}
