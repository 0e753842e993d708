//! Files of every kind that the sandbox reads, damaged: a text, or a reason that helps the uploader.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use uppzy_fuzz::{hold_some, mutated};
use uppzy_sandbox::knowledge::{DocumentFile, extract};

/// Small files of each kind. Large ones and those made to be slow have tests of their own.
const LARGEST: u64 = 40_000;

fn files() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sandbox/tests/files");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.metadata().unwrap().len() <= LARGEST)
        .filter(|entry| !entry.file_name().to_string_lossy().contains("bomb"))
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    assert!(files.len() > 15, "{}", files.len());
    files
}

fn read_or_refused(
    name: &str,
    content_type: Option<&str>,
    bytes: &[u8],
) -> Result<(), TestCaseError> {
    match extract(&DocumentFile { file_name: name, content_type, bytes }) {
        Ok(text) => prop_assert!(text.chars().any(char::is_alphanumeric)),
        Err(error) => {
            let said = error.to_string();
            prop_assert!(said.contains("; "), "what is wrong; what to do: {}", said);
            prop_assert!(said.lines().count() == 1 && said.len() < 300, "{}", said);
            prop_assert_eq!(error.status(), 422);
        }
    }
    Ok(())
}

#[test]
fn a_damaged_file_is_read_or_refused() {
    let file = select(files()).prop_flat_map(|(name, bytes)| (Just(name), mutated(bytes)));
    hold_some(80, &file, |(name, bytes)| read_or_refused(&name, None, &bytes));
}

#[test]
fn a_file_under_another_name_is_read_or_refused() {
    let name = prop_oneof![
        select(vec![
            "a.pdf", "a.docx", "a.html", "a.md", "a.txt", "a", "", ".pdf", "a.PDF ", "a.doc"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
    ];
    let kind = select(vec![
        None,
        Some("application/pdf"),
        Some("text/html; charset=utf-16"),
        Some("text/plain; charset=nonsense"),
        Some("application/octet-stream"),
        Some(";"),
    ]);
    let bytes = prop_oneof![
        2 => select(files()).prop_map(|(_, bytes)| bytes),
        1 => vec(any::<u8>(), 0..500),
        1 => any::<String>().prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..300).prop_map(|rest| [b"%PDF-1.7\n", &rest[..]].concat()),
        1 => vec(any::<u8>(), 0..300).prop_map(|rest| [b"PK\x03\x04", &rest[..]].concat()),
    ];
    hold_some(80, &(name, kind, bytes), |(name, kind, bytes)| read_or_refused(&name, kind, &bytes));
}
