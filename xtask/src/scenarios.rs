//! The results of the shared scenarios, by the client's name: each client's are held against those of
//! Rust. And what each language has, which is held against the core.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{cargo, target_folder};
use crate::libtest;
use crate::part::{Count, Part};
use crate::schedule::Name;
use crate::servers;

/// Where each language's runner writes its results.
pub(crate) fn results() -> PathBuf {
    target_folder().join("scenarios")
}

/// Where each language writes what it has.
pub(crate) fn surfaces() -> PathBuf {
    target_folder().join("surfaces")
}

/// The parts that write Rust's results, of which one is enough.
pub(crate) const WRITTEN: [Name; 2] = [("rust", "tests"), ("rust", "results to compare")];

/// Takes away what was written before: what is not written anew must not be taken for new.
pub(crate) fn clear() -> Result<(), String> {
    for folder in [results(), surfaces()] {
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(format!("{}: {error}", folder.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Tells a runner where to write its results, and where those are that they are held against.
pub(crate) fn tell(command: &mut Command) -> &mut Command {
    command
        .env("UPPZY_SCENARIO_RESULTS", results())
        .env("UPPZY_SCENARIO_REFERENCE", results().join("rust"))
        .env("UPPZY_SURFACES", surfaces())
}

/// Has Rust write its results, where its own checks do not.
pub(crate) fn reference() -> Part {
    let mut part = results_of_rust();
    part.command.args(["--", "asynchronous"]);
    part
}

/// Has Rust write the results of both its clients.
pub(crate) fn results_of_rust() -> Part {
    let mut command = cargo();
    command
        .args(["test", "--locked", "--workspace", "--all-features", "--test", "scenarios"])
        .args(["--test", "servers"]);
    libtest::wait_together(tell(&mut command));
    Part::new("rust", "results to compare", Count::Whole, command).needs(&[servers::SETUP])
}
