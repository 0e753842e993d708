//! The checks of the Python package.

mod environment;

use std::fs;
use std::path::Path;
use std::process::Command;

use environment::Environment;
pub(crate) use environment::{PACKAGES, interpreter, make_environment, make_packages};

use crate::cargo::{cargo, root};
use crate::part::{Count, Part};
use crate::scenarios;
use crate::servers;

const PACKAGE: &str = "bindings-python";
const SCENARIOS: &str = "tests/python";
const PROCESS: &str = "tests/process/python";
const PACKAGE_TESTS: &str = "tests/packages/python";
const MEMORY: &str = "tests/memory";
const EXAMPLES: &str = "examples/python";
const GATEWAY: &str = "examples/gateway";
const BENCH: &str = "tests/bench/python";
const CHAOS: &str = "tests/chaos/python";

/// All checks of Python. Without a Python there is one, which fails and says so.
pub(crate) fn parts() -> Vec<Part> {
    let mut make = cargo();
    make.args(["xtask", "python"]);
    let first =
        Part { language: "python", name: "environment", count: Count::Whole, command: make };
    match Environment::new() {
        Ok(environment) => {
            let mut parts = vec![setup(), first];
            parts.extend(checks(&environment));
            parts
        }
        Err(_) => vec![first],
    }
}

fn checks(environment: &Environment) -> Vec<Part> {
    let ruff = |arguments: &[&'static str]| {
        [
            &["ruff"],
            arguments,
            &[PACKAGE, SCENARIOS, PROCESS, PACKAGE_TESTS, MEMORY, EXAMPLES, GATEWAY, BENCH, CHAOS],
        ]
        .concat()
    };
    let pytest = ["pytest", "--quiet", "--color=no", "-p", "no:cacheprovider"];
    let part = |name, count, folder, tool: &[&str]| environment.part(name, count, folder, tool);
    let mut checks = vec![
        part("formatting", Count::Whole, ".", &ruff(&["format", "--check"])),
        part("lints", Count::Whole, ".", &ruff(&["check"])),
    ];
    for (mypy, pyright, folder) in [
        ("mypy", "pyright", PACKAGE),
        ("mypy runner", "pyright runner", SCENARIOS),
        ("mypy process", "pyright process", PROCESS),
        ("mypy packages", "pyright packages", PACKAGE_TESTS),
        ("mypy memory", "pyright memory", MEMORY),
        ("mypy examples", "pyright examples", EXAMPLES),
        ("mypy gateway", "pyright gateway", GATEWAY),
        ("mypy chaos", "pyright chaos", CHAOS),
    ] {
        let strict = ["mypy", "--strict"];
        let tool = if folder == PACKAGE { package_types(&strict) } else { strict.to_vec() };
        checks.push(part(mypy, Count::Whole, folder, &tool));
        let mut check = part(pyright, Count::Whole, folder, &["basedpyright"]);
        check.command.arg("--pythonpath").arg(environment.program("python"));
        checks.push(check);
    }
    checks.push(part("mypy bench", Count::Whole, BENCH, &["mypy", "--strict"]));
    checks.push(part("tests", Count::Pytest, PACKAGE, &pytest));
    checks.push(part("scenarios", Count::Pytest, SCENARIOS, &pytest));
    let mut surface = part("surface", Count::Whole, SCENARIOS, &["python", "surface.py"]);
    surface.command.arg(scenarios::surfaces());
    checks.push(surface);
    let cases = [&pytest[..], &["test_scenarios.py"]].concat();
    checks.push(servers::around(part("servers", Count::Pytest, SCENARIOS, &cases)));
    checks.push(part("process", Count::Pytest, PROCESS, &pytest));
    checks.push(part("examples", Count::Pytest, EXAMPLES, &pytest));
    checks.push(part("gateway", Count::Pytest, GATEWAY, &pytest));
    let mut build = cargo();
    build.args(["xtask", "package", PACKAGES.language]);
    checks.push(Part {
        language: "python",
        name: "release build",
        count: Count::Whole,
        command: build,
    });
    let mut installed = part("packages", Count::Pytest, PACKAGE_TESTS, &pytest);
    installed.command.env("UPPZY_TARGET", &environment.folder);
    installed.command.env("UPPZY_PACKAGES", PACKAGES.newest());
    checks.push(installed);
    checks
}

/// Installs what the checks need of the operating system.
fn setup() -> Part {
    let mut command = Command::new("bash");
    command.arg(root().join("tests/process/setup.sh"));
    Part { language: "python", name: "setup", count: Count::Whole, command }
}

/// The tool, told to look at everything of the package that is there.
fn package_types(tool: &[&'static str]) -> Vec<&'static str> {
    let folders = ["python/uppzy", "tests", "tools"];
    let package = root().join(PACKAGE);
    let with_code = |folder: &&str| has_code(&package.join(folder));
    tool.iter().copied().chain(folders.into_iter().filter(with_code)).collect()
}

fn has_code(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.path().extension().is_some_and(|end| end == "py"))
}
