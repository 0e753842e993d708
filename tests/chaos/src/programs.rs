//! Which workers there are, and how each is started.

use std::env;
use std::path::PathBuf;

use crate::Outcome;
use crate::worker::Kind;

/// A variable for each language but Rust: the program and its first arguments, a word a line.
/// `cargo xtask chaos` sets them, since it makes the environments.
const VARIABLES: [(&str, &str); 4] = [
    ("python", "UPPZY_CHAOS_PYTHON"),
    ("node", "UPPZY_CHAOS_NODE"),
    ("kotlin", "UPPZY_CHAOS_KOTLIN"),
    ("swift", "UPPZY_CHAOS_SWIFT"),
];

/// The workers of a run, for the languages whose programs are known.
pub(crate) fn kinds(broken: Option<&str>) -> Outcome<Vec<Kind>> {
    let mut words = vec![env::current_exe()?, "worker".into()];
    words.extend(broken.map(|fault| ["--break".into(), fault.into()]).into_iter().flatten());
    let rust = Kind {
        name: "rust",
        language: "rust",
        words,
        key_file: false,
        cancels: true,
        forks: false,
    };
    let mut kinds = vec![rust.clone(), Kind { name: "rust-file", key_file: true, ..rust.clone() }];
    for (language, variable) in VARIABLES {
        let Ok(said) = env::var(variable) else { continue };
        let words: Vec<PathBuf> = said.lines().map(PathBuf::from).collect();
        let kind = Kind { name: language, language, words, ..rust.clone() };
        if language == "python" {
            let surface = |name, surface: &str, key_file, cancels| {
                let mut kind = Kind { name, key_file, cancels, forks: !cancels, ..kind.clone() };
                kind.words.push(surface.into());
                kind
            };
            kinds.push(surface("python", "sync", true, false));
            kinds.push(surface("python-async", "async", false, true));
        } else {
            kinds.push(Kind { key_file: language != "node", ..kind });
        }
    }
    Ok(kinds)
}
