//! The results of the shared scenarios, by the language's name: each language's are held against
//! those of Rust.

use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{cargo, target_folder};
use crate::part::{Count, Part};

/// Where each language's runner writes its results.
fn results() -> PathBuf {
    target_folder().join("scenarios")
}

/// Tells a runner where to write its results, and where those are that they are held against.
pub(crate) fn tell(command: &mut Command) -> &mut Command {
    command
        .env("UPPZY_SCENARIO_RESULTS", results())
        .env("UPPZY_SCENARIO_REFERENCE", results().join("rust"))
}

/// Has Rust write its results, where its own checks do not.
pub(crate) fn reference() -> Part {
    let mut command = cargo();
    command
        .args(["test", "--locked", "--workspace", "--all-features", "--test", "scenarios"])
        .args(["--test", "servers"])
        .args(["--", "asynchronous"]);
    tell(&mut command);
    Part { language: "rust", name: "results to compare", count: Count::Whole, command }
}
