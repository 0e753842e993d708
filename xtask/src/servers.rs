//! The scenarios for servers that are not ours: each language's runner runs them below the program
//! that starts the servers.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{below, cargo, root, run_tool, target_folder, xtask};
use crate::part::Part;
use crate::scenarios;
use crate::schedule::Name;

/// Where the servers keep what they need: the folder tree of Swift shows nothing but the build folder.
fn kept() -> PathBuf {
    target_folder().join("servers")
}

/// The part that makes them.
pub(crate) const SETUP: Name = ("servers", "environment");

/// Installs the servers where they are missing, and builds the program that starts them.
pub(crate) fn make_environment() -> Result<(), String> {
    run_tool(Command::new("bash").arg(root().join("tests/servers/setup.sh")))?;
    let folder = kept();
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut build = cargo();
    build.args(["build", "--locked", "--workspace", "--all-features", "--quiet"]);
    run_tool(build.args(["--bin", "uppzy-servers"]))
}

/// The check that makes them.
pub(crate) fn setup() -> Part {
    let mut command = xtask();
    command.arg("servers");
    let (language, name) = SETUP;
    Part::build(language, name, command)
}

/// A runner's part, run with the servers at hand.
pub(crate) fn around(mut part: Part) -> Part {
    let program = target_folder().join("debug").join(format!("uppzy-servers{EXE_SUFFIX}"));
    part.command = below(program, &[], &part.command);
    part.command.env("TMPDIR", kept());
    part.name = "servers";
    part.needs(&[SETUP]).after(&scenarios::WRITTEN)
}
