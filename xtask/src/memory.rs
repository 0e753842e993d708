//! Looks for faults of memory in the native layers, with tools that make programs many times slower.

use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{root, run_tool, target_folder};
use crate::{node, python, swift};

/// The languages whose native layers are looked at. Kotlin's own tests count what stays.
pub(crate) const LANGUAGES: [&str; 3] = ["python", "node", "swift"];

/// Themes of the shared scenarios: every operation, every error, cancelled calls, pending answers,
/// uploads, streams of answers.
const THEMES: [&str; 8] =
    ["operations", "cancel", "errors", "many", "uploads", "tokens", "configuration", "metrics"];
/// What is run when it has to be quick.
const QUICK: [&str; 2] = ["operations", "cancel"];

/// Runs the checks of these languages; of all of them when none is named.
pub(crate) fn run(languages: &[String], quick: bool) -> Result<(), String> {
    let chosen = |name: &&&str| languages.is_empty() || languages.iter().any(|one| one == **name);
    for language in LANGUAGES.iter().filter(chosen) {
        match *language {
            "python" => check_python(quick)?,
            "node" => check_node(quick)?,
            _ => swift::check_memory()?,
        }
    }
    Ok(())
}

fn folder() -> PathBuf {
    root().join("tests").join("memory")
}

fn themes(quick: bool) -> &'static [&'static str] {
    if quick { &QUICK } else { &THEMES }
}

/// A program below Valgrind, of whose findings those count that the library has a part in.
fn below_valgrind(library: &str, expected: Option<&str>) -> Result<Command, String> {
    run_tool(Command::new("bash").arg(folder().join("setup.sh")))?;
    let mut command = Command::new(python::interpreter()?);
    command.arg(folder().join("check.py"));
    if let Some(kind) = expected {
        command.args(["--expect", kind]);
    }
    let sandbox = format!("uppzy-sandbox{}", std::env::consts::EXE_SUFFIX);
    command.arg(library).env("UPPZY_SANDBOX", target_folder().join("debug").join(sandbox));
    Ok(command)
}

fn check_python(quick: bool) -> Result<(), String> {
    python::make_environment()?;
    let below = |expected| {
        let mut command = below_valgrind("_native.abi3.so", expected)?;
        command
            .arg(python::interpreter()?)
            // Python's own allocator hides what happens within its pieces.
            .env("PYTHONMALLOC", "malloc")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONPATH", root().join("tests/python"));
        Ok::<Command, String>(command)
    };
    // First that a fault would be found at all.
    run_tool(below(Some("Leak_DefinitelyLost"))?.arg(folder().join("python_leak.py")))?;
    run_tool(below(None)?.arg(folder().join("python_calls.py")).args(themes(quick)))
}

fn check_node(quick: bool) -> Result<(), String> {
    python::make_environment()?;
    node::make_environment()?;
    let mut command = below_valgrind(".node", None)?;
    command.arg(node::program()?).arg(folder().join("node_calls.mjs"));
    run_tool(command.arg(root().join("tests/node/dist")).args(themes(quick)))
}
