//! Calling cargo the way a person would have called it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// What `cargo run` tells the program that it runs. Build scripts that look at these variables
/// would run again with every change between a direct and an indirect call of cargo.
const SET_BY_CARGO_RUN: [&str; 5] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "CARGO_PRIMARY_PACKAGE",
];

/// The folder of the whole project.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The folder that cargo builds into.
pub(crate) fn target_folder() -> PathBuf {
    root().join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// The cargo that runs this program, told to work in the project's folder.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in env::vars_os() {
        let told = name.to_str().is_some_and(|name| {
            SET_BY_CARGO_RUN.iter().any(|beginning| name.starts_with(beginning))
        });
        if told {
            command.env_remove(name);
        }
    }
    command
}

/// This program itself: through cargo it would wait for whatever cargo builds.
pub(crate) fn xtask() -> Command {
    let mut command = env::current_exe().map_or_else(|_| cargo_xtask(), Command::new);
    command.current_dir(root());
    command
}

fn cargo_xtask() -> Command {
    let mut command = cargo();
    command.arg("xtask");
    command
}

/// The command, run by a program that takes others as its arguments.
pub(crate) fn below(
    program: impl AsRef<OsStr>,
    arguments: &[OsString],
    inner: &Command,
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if let Some(folder) = inner.get_current_dir() {
        command.current_dir(folder);
    }
    command
}

/// Builds and runs a program of the workspace, and ends as it ends.
pub(crate) fn run(package: &[&str], arguments: &[OsString]) -> Result<ExitCode, String> {
    let failed = |error| format!("cannot run cargo: {error}");
    // Built aloud, as the first time takes minutes, and then run without a word of cargo's.
    let mut build = cargo();
    build.args(["build", "--locked"]).args(package);
    let built = build.status().map_err(failed)?;
    if !built.success() {
        return Ok(exit_code(built.code()));
    }
    let mut run = cargo();
    run.args(["run", "--locked", "--quiet"]).args(package).arg("--").args(arguments);
    let ended = run.status().map_err(failed)?;
    Ok(exit_code(ended.code()))
}

/// Runs a tool to its end; it has to end well. What it says is seen.
pub(crate) fn run_tool(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_owned();
    let named = |reason: String| format!("{}: {reason}", program.display());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(named(status.to_string())),
        Err(error) => Err(named(error.to_string())),
    }
}

fn exit_code(code: Option<i32>) -> ExitCode {
    code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_below_another_program_keeps_its_surroundings() {
        let mut inner = Command::new("inner");
        inner.arg("1").env("A", "b").env_remove("C").current_dir("/folder");
        let outer = below("outer", &["0".into()], &inner);
        assert_eq!(outer.get_program(), "outer");
        assert!(outer.get_args().eq(["0", "inner", "1"]));
        assert_eq!(outer.get_current_dir(), Some(Path::new("/folder")));
        let envs: Vec<_> = outer.get_envs().collect();
        assert_eq!(envs, [("A".as_ref(), Some("b".as_ref())), ("C".as_ref(), None)]);
    }

    #[test]
    fn a_missing_program_is_named() {
        let failed = run_tool(&mut Command::new("/no/such/program")).unwrap_err();
        assert!(failed.contains("/no/such/program"), "{failed}");
    }
}
