//! Reads the files of this project as a stranger would who wants to know what it is made of.
#![allow(clippy::expect_used, clippy::panic, reason = "only tests use it")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the whole project.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.join("../..").canonicalize().expect("the project's folder")
}

/// The files that are kept in the project's history or will be: paths from its folder.
///
/// # Panics
///
/// Where git cannot list them.
#[must_use]
pub fn files() -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git has to be installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).expect("names of files are UTF-8");
    // A file that was just taken away is still listed.
    let there = |file: &&str| root().join(file).is_file();
    let files: Vec<String> = listed
        .split('\0')
        .filter(|name| !name.is_empty())
        .filter(there)
        .map(str::to_owned)
        .collect();
    assert!(files.len() > 300, "only {} files", files.len());
    files
}

/// The files of that name, wherever they are.
#[must_use]
pub fn named(name: &str) -> Vec<String> {
    let mut files = files();
    files.retain(|file| file.rsplit('/').next() == Some(name));
    assert!(!files.is_empty(), "no file is named {name}");
    files
}

/// The text of a file of the project.
///
/// # Panics
///
/// Where it cannot be read.
#[must_use]
pub fn text(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The text of a file, if it is one.
#[must_use]
pub fn text_if_any(file: &str) -> Option<String> {
    String::from_utf8(std::fs::read(root().join(file)).ok()?).ok()
}
