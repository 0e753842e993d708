//! The scenarios for servers that are not ours: each language's runner runs them below the program
//! that starts the servers.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{cargo, root, run_tool, target_folder};
use crate::part::{Count, Part};

/// Where the servers keep what they need: the folder tree of Swift shows nothing but the build folder.
fn kept() -> PathBuf {
    target_folder().join("servers")
}

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
    let mut command = cargo();
    command.args(["xtask", "servers"]);
    Part { language: "servers", name: "environment", count: Count::Whole, command }
}

/// A runner's part, run with the servers at hand.
pub(crate) fn around(part: Part) -> Part {
    let inner = part.command;
    let program = target_folder().join("debug").join(format!("uppzy-servers{EXE_SUFFIX}"));
    let mut command = Command::new(program);
    command.arg(inner.get_program()).args(inner.get_args()).env("TMPDIR", kept());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if let Some(folder) = inner.get_current_dir() {
        command.current_dir(folder);
    }
    Part { name: "servers", command, ..part }
}
