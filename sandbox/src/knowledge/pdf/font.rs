//! What a font tells about its codes: their text and their width.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Encoding, Object, Stream};

use super::code_map::CodeMap;

/// Most bytes that the code map of a font may unpack to.
const MAX_MAP_BYTES: usize = 4 * 1024 * 1024;

/// Widths and texts of a font's codes.
#[derive(Debug)]
pub(super) struct Font {
    code_bytes: usize,
    map: Option<CodeMap>,
    /// Text of the codes 0 to 255, of a font with one byte per code.
    table: Vec<String>,
    /// The codes are UTF-16 themselves.
    unicode_codes: bool,
    widths: HashMap<u32, f32>,
    default_width: Option<f32>,
}

/// Size of a shown string, in multiples of the font size, and what spacing applies to.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Extent {
    pub(super) width: f32,
    pub(super) codes: u32,
    pub(super) spaces: u32,
}

impl Font {
    pub(super) fn read(font: &Dictionary, document: &Document) -> Self {
        let composite = name(font, b"Subtype") == Some(b"Type0");
        let map = font
            .get_deref(b"ToUnicode", document)
            .and_then(Object::as_stream)
            .ok()
            .and_then(stream_bytes)
            .map(|data| CodeMap::parse(&data));
        let encoding = name(font, b"Encoding").unwrap_or_default();
        let (widths, default_width) = if composite {
            composite_widths(font, document)
        } else {
            (simple_widths(font, document), None)
        };
        Self {
            code_bytes: if composite {
                map.as_ref().and_then(|map| map.code_bytes).unwrap_or(2)
            } else {
                1
            },
            map,
            table: if composite { Vec::new() } else { simple_table(font, document) },
            unicode_codes: composite
                && [b"UCS2".as_slice(), b"UTF16"]
                    .iter()
                    .any(|part| encoding.windows(part.len()).any(|window| window == *part)),
            widths,
            default_width,
        }
    }

    /// Appends the text of a shown string and measures it.
    pub(super) fn show(&self, bytes: &[u8], text: &mut String) -> Extent {
        let mut extent = Extent::default();
        for chunk in bytes.chunks(self.code_bytes) {
            let code = chunk.iter().fold(0, |value: u32, byte| (value << 8) | u32::from(*byte));
            let start = text.len();
            self.push(code, text);
            let shown = text.get(start..).unwrap_or_default();
            extent.codes += 1;
            extent.spaces += u32::from(chunk == b" ");
            extent.width += self
                .widths
                .get(&code)
                .copied()
                .or(self.default_width)
                .unwrap_or_else(|| guessed_width(shown));
        }
        extent
    }

    fn push(&self, code: u32, text: &mut String) {
        if self.map.as_ref().is_some_and(|map| map.push(code, text)) {
            return;
        }
        if self.unicode_codes {
            text.extend(char::from_u32(code));
        } else if let Some(known) = self.table.get(code as usize) {
            text.push_str(known);
        }
    }
}

pub(super) fn stream_bytes(stream: &Stream) -> Option<Vec<u8>> {
    stream.get_plain_content_with_limit(MAX_MAP_BYTES).ok()
}

fn name<'a>(dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    dictionary.get(key).and_then(Object::as_name).ok()
}

/// Width of a glyph of the fonts that every reader has, and that files leave out. Only the gaps
/// between words hang on it, so classes of letters are close enough.
fn guessed_width(text: &str) -> f32 {
    match text.chars().next() {
        None => 0.0,
        Some(
            ' ' | 'i' | 'j' | 'l' | 't' | 'f' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!',
        ) => 0.28,
        Some('m' | 'w' | 'M' | 'W') => 0.83,
        Some(letter) if letter.is_uppercase() => 0.68,
        Some(_) => 0.53,
    }
}

fn simple_table(font: &Dictionary, document: &Document) -> Vec<String> {
    let encoding = font.get_deref(b"Encoding", document).ok();
    let base = match encoding {
        Some(Object::Dictionary(dictionary)) => name(dictionary, b"BaseEncoding"),
        Some(Object::Name(name)) => Some(name.as_slice()),
        _ => None,
    };
    let mut plain = Dictionary::new();
    plain.set("Type", Object::Name(b"Font".to_vec()));
    if let Some(base) = base {
        plain.set("Encoding", Object::Name(base.to_vec()));
    }
    let base = plain.get_font_encoding(document).ok();
    let mut table: Vec<String> = (0..=u8::MAX)
        .map(|code| base.as_ref().map(|base| one(base, code)).unwrap_or_default())
        .collect();
    if let Some(Object::Dictionary(dictionary)) = encoding
        && let Ok(Object::Array(differences)) = dictionary.get_deref(b"Differences", document)
    {
        let mut code = 0;
        for item in differences.iter().take(1024) {
            match item {
                Object::Integer(first) => code = usize::try_from(*first).unwrap_or(usize::MAX),
                Object::Name(glyph) => {
                    if let Some(slot) = table.get_mut(code) {
                        *slot = glyph_text(glyph, document);
                    }
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }
    table
}

fn one(encoding: &Encoding<'_>, code: u8) -> String {
    encoding.bytes_to_string(&[code]).unwrap_or_default()
}

/// Text of a glyph by its name, as in `odieresis`, `uni011F` or `f_i`.
fn glyph_text(glyph: &[u8], document: &Document) -> String {
    // The code 1 has no meaning of its own, so an unknown name gives an empty text.
    const UNUSED: u8 = 1;
    let label = String::from_utf8_lossy(glyph);
    if let Some(digits) = label.strip_prefix("uni").or_else(|| label.strip_prefix('u'))
        && digits.len() >= 4
        && let Some(letter) = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
    {
        return letter.to_string();
    }
    if label.contains('_') {
        return label
            .split('_')
            .take(8)
            .map(|part| glyph_text(part.as_bytes(), document))
            .collect();
    }
    let mut encoding = Dictionary::new();
    encoding
        .set("Differences", vec![Object::Integer(i64::from(UNUSED)), Object::Name(glyph.to_vec())]);
    let mut font = Dictionary::new();
    font.set("Type", Object::Name(b"Font".to_vec()));
    font.set("Encoding", Object::Dictionary(encoding));
    font.get_font_encoding(document).map(|encoding| one(&encoding, UNUSED)).unwrap_or_default()
}

fn simple_widths(font: &Dictionary, document: &Document) -> HashMap<u32, f32> {
    // Only Type 3 fonts have a matrix of their own; all others count in thousandths.
    let unit = font
        .get_deref(b"FontMatrix", document)
        .and_then(Object::as_array)
        .ok()
        .and_then(|matrix| matrix.first()?.as_float().ok())
        .unwrap_or(0.001);
    let first = font
        .get_deref(b"FirstChar", document)
        .and_then(Object::as_i64)
        .ok()
        .and_then(|first| u32::try_from(first).ok())
        .unwrap_or(0);
    let Ok(widths) = font.get_deref(b"Widths", document).and_then(Object::as_array) else {
        return HashMap::new();
    };
    widths
        .iter()
        .take(256)
        .zip(first..)
        .filter_map(|(width, code)| {
            let (_, width) = document.dereference(width).ok()?;
            Some((code, width.as_float().ok()? * unit))
        })
        .collect()
}

/// Widths by glyph, which for the encodings in use is also the code.
fn composite_widths(font: &Dictionary, document: &Document) -> (HashMap<u32, f32>, Option<f32>) {
    const MOST: usize = 70_000;
    let mut widths = HashMap::new();
    let descendant = font
        .get_deref(b"DescendantFonts", document)
        .and_then(Object::as_array)
        .ok()
        .and_then(|fonts| document.dereference(fonts.first()?).ok())
        .and_then(|(_, font)| font.as_dict().ok());
    let Some(descendant) = descendant else {
        return (widths, Some(1.0));
    };
    let default =
        descendant.get_deref(b"DW", document).and_then(Object::as_float).unwrap_or(1000.0);
    let mut list = descendant
        .get_deref(b"W", document)
        .and_then(Object::as_array)
        .map(|list| list.iter())
        .unwrap_or_default();
    while let (Some(first), Some(second)) = (list.next(), list.next()) {
        let Some(first) = first.as_i64().ok().and_then(|code| u32::try_from(code).ok()) else {
            break;
        };
        let Ok((_, second)) = document.dereference(second) else {
            break;
        };
        if let Object::Array(run) = second {
            for (width, code) in run.iter().zip(first..) {
                widths.insert(code, width.as_float().unwrap_or(default) / 1000.0);
            }
        } else if let (Ok(last), Some(Ok(width))) =
            (second.as_i64(), list.next().map(Object::as_float))
        {
            let last = u32::try_from(last).unwrap_or(0).min(0xffff);
            for code in first..=last {
                widths.insert(code, width / 1000.0);
            }
        }
        if widths.len() > MOST {
            break;
        }
    }
    (widths, Some(default / 1000.0))
}
