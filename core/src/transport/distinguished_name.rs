//! Names in certificates as text, in the form of RFC 4514.
//!
//! A library of their whole would bring the names of a thousand objects with it.

use std::fmt::Write as _;

use der::asn1::{
    AnyRef, Ia5StringRef, ObjectIdentifier, PrintableStringRef, TeletexStringRef, Utf8StringRef,
};
use der::{Decode as _, Encode as _, Reader as _, Result, SliceReader, Tag, Tagged as _};

/// What authorities have in their names. Any other attribute is shown by its number.
const ATTRIBUTES: [(ObjectIdentifier, &str); 24] = [
    (number("2.5.4.3"), "CN"),
    (number("2.5.4.4"), "SN"),
    (number("2.5.4.5"), "SERIALNUMBER"),
    (number("2.5.4.6"), "C"),
    (number("2.5.4.7"), "L"),
    (number("2.5.4.8"), "ST"),
    (number("2.5.4.9"), "STREET"),
    (number("2.5.4.10"), "O"),
    (number("2.5.4.11"), "OU"),
    (number("2.5.4.12"), "TITLE"),
    (number("2.5.4.13"), "DESCRIPTION"),
    (number("2.5.4.15"), "BUSINESSCATEGORY"),
    (number("2.5.4.17"), "POSTALCODE"),
    (number("2.5.4.20"), "TELEPHONENUMBER"),
    (number("2.5.4.41"), "NAME"),
    (number("2.5.4.42"), "GN"),
    (number("2.5.4.43"), "INITIALS"),
    (number("2.5.4.44"), "GENERATIONQUALIFIER"),
    (number("2.5.4.46"), "DNQUALIFIER"),
    (number("2.5.4.65"), "PSEUDONYM"),
    (number("0.9.2342.19200300.100.1.1"), "UID"),
    (number("0.9.2342.19200300.100.1.3"), "MAIL"),
    (number("0.9.2342.19200300.100.1.25"), "DC"),
    (number("1.2.840.113549.1.9.1"), "EMAIL"),
];

const fn number(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// The text of a name, from the content of its sequence.
pub(super) fn readable(name: &[u8]) -> Result<String> {
    let mut parts = Vec::new();
    let mut reader = SliceReader::new(name)?;
    while !reader.is_finished() {
        parts.push(relative(content(&mut reader, Tag::Set)?)?);
    }
    // The most general comes first in the certificate, and last in the text.
    parts.reverse();
    Ok(parts.join(","))
}

/// One step of a name, which may have several attributes.
fn relative(content_of_set: &[u8]) -> Result<String> {
    let mut text = String::new();
    let mut reader = SliceReader::new(content_of_set)?;
    while !reader.is_finished() {
        if !text.is_empty() {
            text.push('+');
        }
        let attribute = content(&mut reader, Tag::Sequence)?;
        let mut attribute = SliceReader::new(attribute)?;
        let number = ObjectIdentifier::decode(&mut attribute)?;
        let value = AnyRef::decode(&mut attribute)?;
        let name = ATTRIBUTES.iter().find(|(known, _)| *known == number).map(|(_, name)| name);
        // Writing to a String cannot fail.
        let _ = match (name, string(value)) {
            (Some(name), Some(value)) => write!(text, "{name}={}", escaped(value)),
            _ => write!(text, "{number}=#{}", hexadecimal(&value.to_der()?)),
        };
    }
    Ok(text)
}

fn content<'a>(reader: &mut SliceReader<'a>, tag: Tag) -> Result<&'a [u8]> {
    let value = AnyRef::decode(reader)?;
    value.tag().assert_eq(tag)?;
    Ok(value.value())
}

fn string(value: AnyRef<'_>) -> Option<&str> {
    match value.tag() {
        Tag::PrintableString => PrintableStringRef::try_from(value).ok().map(|text| text.as_str()),
        Tag::Utf8String => Utf8StringRef::try_from(value).ok().map(|text| text.as_str()),
        Tag::Ia5String => Ia5StringRef::try_from(value).ok().map(|text| text.as_str()),
        Tag::TeletexString => TeletexStringRef::try_from(value).ok().map(|text| text.as_str()),
        _ => None,
    }
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (place, letter) in value.chars().enumerate() {
        let special = match letter {
            '#' => place == 0,
            ' ' => place == 0 || place == last,
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => true,
            '\0'..='\x1f' | '\x7f' => {
                let _ = write!(text, "\\{:02x}", u32::from(letter));
                continue;
            }
            _ => false,
        };
        if special {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use x509_cert::attr::AttributeTypeAndValue;
    use x509_cert::der::asn1::{Any, SetOfVec};
    use x509_cert::name::{RdnSequence, RelativeDistinguishedName};

    use super::*;

    fn attribute(number: &str, tag: Tag, value: &str) -> AttributeTypeAndValue {
        let oid = ObjectIdentifier::new_unwrap(number);
        AttributeTypeAndValue { oid, value: Any::new(tag, value.as_bytes()).unwrap() }
    }

    fn name(steps: Vec<Vec<AttributeTypeAndValue>>) -> RdnSequence {
        let step = |step| RelativeDistinguishedName::from(SetOfVec::from_iter(step).unwrap());
        steps.into_iter().map(step).collect::<Vec<_>>().into()
    }

    /// The text, which has to be the one that the library of all names has for it.
    fn text(name: &RdnSequence) -> String {
        let content = AnyRef::from_der(&name.to_der().unwrap()).unwrap().value().to_vec();
        let text = readable(&content).unwrap();
        assert_eq!(text, name.to_string());
        text
    }

    #[test]
    fn a_name_begins_with_what_is_most_special() {
        let steps = [("2.5.4.6", "DE"), ("2.5.4.10", "Lamps, Inc."), ("2.5.4.3", "Über \"Root\"")];
        let step = |(number, value)| vec![attribute(number, Tag::Utf8String, value)];
        let name = name(steps.into_iter().map(step).collect());
        assert_eq!(text(&name), r#"CN=Über \"Root\",O=Lamps\, Inc.,C=DE"#);
    }

    #[test]
    fn attributes_of_one_step_are_joined() {
        let step = [("2.5.4.3", "Root"), ("2.5.4.5", "17")];
        let step = step.map(|(number, value)| attribute(number, Tag::PrintableString, value));
        assert_eq!(text(&name(vec![step.into()])), "SERIALNUMBER=17+CN=Root");
    }

    #[test]
    fn every_known_attribute_has_its_usual_name() {
        for (number, usual) in ATTRIBUTES {
            let step = vec![attribute(&number.to_string(), Tag::Ia5String, "x")];
            assert_eq!(text(&name(vec![step])), format!("{usual}=x"));
        }
    }

    #[test]
    fn what_is_no_known_text_is_shown_as_bytes() {
        let unknown = attribute("1.3.6.1.4.1.99999", Tag::Utf8String, "a");
        assert_eq!(text(&name(vec![vec![unknown]])), "1.3.6.1.4.1.99999=#0c0161");
        let wide = attribute("2.5.4.3", Tag::BmpString, "\0a");
        assert_eq!(text(&name(vec![vec![wide]])), "2.5.4.3=#1e020061");
        let not_printable = attribute("2.5.4.3", Tag::PrintableString, "a@b");
        assert_eq!(text(&name(vec![vec![not_printable]])), "2.5.4.3=#1303614062");
    }

    #[test]
    fn letters_that_would_end_the_value_are_escaped() {
        for value in ["#a#", " a ", " ", "", "a+b;c<d>e\\f", "line\nbreak\x7f", "ä "] {
            text(&name(vec![vec![attribute("2.5.4.3", Tag::Utf8String, value)]]));
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bytes in [&b"\x31"[..], b"\x30\x00", b"\x31\x02\x05\x00", b"\x31\x04\x30\x02\x06\x00"] {
            assert!(readable(bytes).is_err(), "{bytes:?}");
        }
        assert_eq!(readable(b"").unwrap(), "");
    }
}
