//! Rules about the code itself, which no compiler holds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A file for people to read has no more lines.
const LONGEST_FILE: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--locked")
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// All Rust files below the folders.
fn rust_files(folders: &[&str]) -> Vec<PathBuf> {
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !matches!(name.as_str(), "target" | "node_modules") {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 3, "{files:?}");
    files
}

/// The packages that the core is built from, with all its features, on this machine or on all.
fn packages_of_the_core(target: &[&str]) -> BTreeSet<String> {
    let question = ["tree", "--package", "uppzy", "--all-features", "--edges", "normal,build"];
    let tree = cargo(&[&question[..], target, &["--prefix", "none", "--format", "{p}"]].concat());
    let packages: BTreeSet<String> =
        tree.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    assert!(packages.contains("reqwest"), "{tree}");
    packages
}

fn of_language(packages: &BTreeSet<String>, language: &str) -> Vec<String> {
    let prefix = format!("{language}-");
    let fits = |name: &&String| *name == language || name.starts_with(&prefix);
    packages.iter().filter(fits).cloned().collect()
}

#[test]
fn the_core_knows_no_other_language() {
    let here = packages_of_the_core(&[]);
    for language in ["pyo3", "napi", "uniffi", "neon", "jni"] {
        assert_eq!(of_language(&here, language), Vec::<String>::new(), "{language}");
    }
    // On Android the HTTP library itself reads the system's certificates through Java.
    let everywhere = packages_of_the_core(&["--target", "all"]);
    for language in ["pyo3", "napi", "uniffi", "neon"] {
        assert_eq!(of_language(&everywhere, language), Vec::<String>::new(), "{language}");
    }
}

#[test]
fn nothing_unsafe_is_written() {
    for file in rust_files(&["core/src", "sandbox/src"]) {
        let text = std::fs::read_to_string(&file).unwrap();
        let words = text.split(|character: char| !character.is_alphanumeric() && character != '_');
        assert!(!words.into_iter().any(|word| word == "unsafe"), "{}", file.display());
    }
}

fn assert_denied(manifest: &str, name: &str) {
    for line in [
        "missing_docs = \"deny\"",
        "expect_used = \"deny\"",
        "indexing_slicing = \"deny\"",
        "panic = \"deny\"",
        "todo = \"deny\"",
        "unimplemented = \"deny\"",
        "unwrap_used = \"deny\"",
    ] {
        assert!(manifest.lines().any(|found| found == line), "{name}: {line}");
    }
}

#[test]
fn the_lints_are_denied_everywhere() {
    let workspace = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert_denied(&workspace, "the workspace");
    assert!(workspace.contains("\nunsafe_code = \"forbid\"\n"));
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--no-deps"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() >= 5);
    for package in packages {
        let manifest = package["manifest_path"].as_str().unwrap();
        let text = std::fs::read_to_string(manifest).unwrap();
        let as_the_workspace = text.contains("[lints]\nworkspace = true\n");
        if manifest.contains("/bindings-") && !as_the_workspace {
            // The macros of a language boundary expand to unsafe code, so forbidding it is not
            // possible there; everything else is.
            assert_denied(&text, manifest);
            for line in ["unsafe_code = \"deny\"", "undocumented_unsafe_blocks = \"deny\""] {
                assert!(text.lines().any(|found| found == line), "{manifest}: {line}");
            }
        } else {
            assert!(as_the_workspace, "{manifest}");
        }
    }
    // What the lints forbid is not let through by the back door either.
    for file in rust_files(&["core/src", "sandbox/src"]) {
        let text = std::fs::read_to_string(&file).unwrap();
        for lint in
            ["unwrap_used", "expect_used", "clippy::panic", "indexing_slicing", "missing_docs"]
        {
            let allowed = text.lines().any(|line| {
                line.trim_start().starts_with("#") && line.contains("allow(") && line.contains(lint)
            });
            assert!(!allowed, "{} allows {lint}", file.display());
        }
    }
}

#[test]
fn no_file_is_long() {
    for file in rust_files(&["bindings-python", "core", "sandbox", "xtask", "examples", "tests"]) {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= LONGEST_FILE, "{} has {lines} lines", file.display());
    }
}

/// The three numbers of a version such as 1.89 or 1.74.1.
fn version(text: &str) -> [u64; 3] {
    let mut numbers = text.split('.').map(|part| part.parse().unwrap());
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

#[test]
fn no_dependency_needs_a_newer_compiler() {
    // Of packages for other systems there may be no copy on this machine.
    let compiler = Command::new("rustc").arg("-vV").output().unwrap();
    let compiler = String::from_utf8(compiler.stdout).unwrap();
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let question = ["metadata", "--format-version", "1", "--filter-platform", host];
    let metadata: Value = serde_json::from_str(&cargo(&question)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let ours = packages.iter().find(|package| package["name"] == "uppzy").unwrap();
    let ours = version(ours["rust_version"].as_str().unwrap());
    assert!(packages.len() > 50);
    let newer: Vec<String> = packages
        .iter()
        .filter(|package| package["rust_version"].as_str().is_some_and(|text| version(text) > ours))
        .map(|package| format!("{} {}", package["name"], package["rust_version"]))
        .collect();
    assert!(newer.is_empty(), "{newer:?}");
}
