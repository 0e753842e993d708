//! Whether the dependencies are what `deny.toml` allows.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{cargo, run_tool, target_folder};

const VERSION: &str = "0.20.2";

fn folder() -> PathBuf {
    target_folder().join("tools").join(format!("cargo-deny-{VERSION}"))
}

/// The tool itself, built once with the dependencies that its own lock file names.
fn tool() -> Result<PathBuf, String> {
    let program = folder().join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if program.exists() {
        return Ok(program);
    }
    let build = folder().join("build");
    let mut install = cargo();
    // Without optimisation: it works for seconds, and would be built for minutes.
    install.args(["install", "--quiet", "--locked", "--debug", "cargo-deny", "--version", VERSION]);
    install.arg("--root").arg(folder()).env("CARGO_TARGET_DIR", &build);
    let installed = run_tool(&mut install);
    let _ = fs::remove_dir_all(build);
    installed.map(|()| program)
}

/// Checks bans, licences and sources. Advisories need a database that is not everywhere.
pub(crate) fn run() -> Result<(), String> {
    let mut check = Command::new(tool()?);
    check.current_dir(crate::cargo::root()).args(["--locked", "check"]);
    run_tool(check.args(["bans", "licenses", "sources"]))
}
