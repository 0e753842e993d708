//! What a call costs, held against committed numbers.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use crate::cargo::{self, root, run_tool, xtask};
use crate::part::Part;

/// Installs what it needs, builds what it counts, and compares or writes the numbers.
pub(crate) fn run(write: bool) -> Result<ExitCode, String> {
    run_tool(Command::new("bash").arg(root().join("tests").join("guard").join("setup.sh")))?;
    let arguments: Vec<OsString> = write.then(|| "--write".into()).into_iter().collect();
    cargo::run(&["--release", "--package", "uppzy-guard"], &arguments)
}

/// The same as a part of the checks.
pub(crate) fn part() -> Part {
    let mut command = xtask();
    command.arg("guard");
    Part::build("rust", "cost of a call", command)
}
