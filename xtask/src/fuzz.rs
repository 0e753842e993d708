//! The fuzz targets, for as long as one likes and with new cases.

use std::fs;
use std::process::Command;

use crate::cargo::{cargo, root, run_tool};

const PACKAGE: &str = "uppzy-fuzz";

/// How long a property is tried, in seconds; `tests/fuzz` reads it.
const SECONDS: &str = "UPPZY_FUZZ_SECONDS";

/// The names of all targets.
fn targets() -> Result<Vec<String>, String> {
    let folder = root().join("tests/fuzz/tests");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".rs").map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

/// Runs the chosen targets, or all of them, for that long each. All run, whatever fails.
pub(crate) fn run(minutes: f64, chosen: &[String]) -> Result<(), String> {
    let all = targets()?;
    if let Some(unknown) = chosen.iter().find(|name| !all.contains(name)) {
        return Err(format!("no target {unknown}: there are {}", all.join(", ")));
    }
    let targets = if chosen.is_empty() { &all[..] } else { chosen };
    let mut failed = Vec::new();
    for target in targets {
        let count = properties(target)?;
        let seconds = minutes * 60.0 / f64::from(count);
        println!("==== {target}: {count} properties, {seconds:.0} s each");
        let mut run = test(target);
        run.args(["--", "--nocapture", "--test-threads=1"]).env(SECONDS, seconds.to_string());
        if run_tool(&mut run).is_err() {
            failed.push(target.as_str());
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

fn test(target: &str) -> Command {
    let mut command = cargo();
    command.args(["test", "--quiet", "--locked", "--package", PACKAGE, "--test", target]);
    command
}

/// How many properties a target has.
fn properties(target: &str) -> Result<u32, String> {
    let mut list = test(target);
    let output = list.args(["--", "--list"]).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let count = said.lines().filter(|line| line.ends_with(": test")).count();
    u32::try_from(count).ok().filter(|count| *count > 0).ok_or(format!("{target} has no tests"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_and_unknown_ones_refused() {
        let all = targets().unwrap();
        assert!(all.len() >= 8 && all.contains(&"tokens".to_owned()), "{all:?}");
        let refused = run(1.0, &["no such target".to_owned()]).unwrap_err();
        assert!(refused.contains("tokens"), "{refused}");
    }
}
