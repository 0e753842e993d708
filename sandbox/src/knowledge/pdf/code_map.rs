//! The map from character codes to text that a font carries (`ToUnicode`).

use std::collections::BTreeMap;

use lopdf::Object;
use lopdf::content::Content;

/// Most entries that one map may have.
const MAX_ENTRIES: usize = 200_000;

/// Codes and the text they stand for. Ranges stay ranges: a map may name four billion codes in
/// twenty bytes.
#[derive(Debug, Default)]
pub(super) struct CodeMap {
    /// Start of a range, to its end and its target.
    ranges: BTreeMap<u32, (u32, Target)>,
    /// Length of a code in bytes, 1 or 2, if the map tells.
    pub(super) code_bytes: Option<usize>,
}

#[derive(Debug)]
enum Target {
    /// The text of the first code; the last unit counts up along the range.
    Counting(Vec<u16>),
    /// One text per code.
    Listed(Vec<Vec<u16>>),
}

impl CodeMap {
    /// Reads the map; what cannot be read is left out. The syntax is that of page contents.
    pub(super) fn parse(data: &[u8]) -> Self {
        let mut map = Self::default();
        for operation in Content::decode_iter(data).map_while(Result::ok) {
            if map.ranges.len() > MAX_ENTRIES {
                break;
            }
            match operation.operator.as_str() {
                "endcodespacerange" => {
                    if let Some(Object::String(code, _)) = operation.operands.first() {
                        map.code_bytes = Some(code.len().clamp(1, 2));
                    }
                }
                "endbfchar" => {
                    for pair in operation.operands.chunks_exact(2) {
                        if let [from, Object::String(to, _)] = pair
                            && let Some(from) = code(from)
                        {
                            map.ranges.insert(from, (from, Target::Counting(units(to))));
                        }
                    }
                }
                "endbfrange" => {
                    for triple in operation.operands.chunks_exact(3) {
                        if let [from, to, target] = triple
                            && let (Some(from), Some(to)) = (code(from), code(to))
                            && let Some(target) = Target::read(target)
                        {
                            map.ranges.insert(from, (to, target));
                        }
                    }
                }
                _ => {}
            }
        }
        map
    }

    /// Appends the text of a code; false when the map does not know the code.
    pub(super) fn push(&self, code: u32, text: &mut String) -> bool {
        let Some((start, (end, target))) = self.ranges.range(..=code).next_back() else {
            return false;
        };
        if code > *end {
            return false;
        }
        let offset = code - start;
        let units = match target {
            Target::Counting(units) => {
                let mut units = units.clone();
                if let Some(last) = units.last_mut() {
                    *last = last.wrapping_add(u16::try_from(offset).unwrap_or(0));
                }
                units
            }
            Target::Listed(list) => {
                let Some(units) = list.get(offset as usize) else {
                    return false;
                };
                units.clone()
            }
        };
        text.push_str(&String::from_utf16_lossy(&units));
        true
    }
}

impl Target {
    fn read(object: &Object) -> Option<Self> {
        match object {
            Object::String(bytes, _) => Some(Self::Counting(units(bytes))),
            Object::Array(list) => Some(Self::Listed(
                list.iter().map(|item| item.as_str().map(units).unwrap_or_default()).collect(),
            )),
            _ => None,
        }
    }
}

fn code(object: &Object) -> Option<u32> {
    let bytes = object.as_str().ok()?;
    (bytes.len() <= 4).then(|| bytes.iter().fold(0, |value, byte| (value << 8) | u32::from(*byte)))
}

/// UTF-16 units, big end first; a single byte is a unit of its own.
fn units(bytes: &[u8]) -> Vec<u16> {
    if let [byte] = bytes {
        return vec![u16::from(*byte)];
    }
    bytes
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |value, byte| (value << 8) | u16::from(*byte)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(map: &CodeMap, codes: &[u32]) -> String {
        let mut text = String::new();
        for code in codes {
            map.push(*code, &mut text);
        }
        text
    }

    #[test]
    fn characters_ranges_lists_and_pairs_are_read() {
        let map = CodeMap::parse(
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n\
              /CMapName /Adobe-Identity-UCS def\n\
              1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
              2 beginbfchar <0001> <0041> <0002> <00660069> endbfchar\n\
              2 beginbfrange <0010> <0012> <0061> <0020> <0021> [<011F> <D83DDE00>] endbfrange\n\
              endcmap",
        );
        assert_eq!(map.code_bytes, Some(2));
        assert_eq!(decoded(&map, &[1, 2, 0x10, 0x12, 0x20, 0x21]), "Afiac\u{11f}\u{1f600}");
        assert_eq!(decoded(&map, &[3, 0x13, 0x22]), "");
    }

    #[test]
    fn a_range_over_all_codes_takes_no_memory() {
        let map = CodeMap::parse(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange");
        assert_eq!(map.ranges.len(), 1);
        assert_eq!(decoded(&map, &[2]), "C");
    }
}
