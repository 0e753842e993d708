//! The checks of the Python package.

mod environment;

use std::fs;
use std::path::Path;
use std::process::Command;

use environment::Environment;
pub(crate) use environment::{PACKAGES, interpreter, make_environment, make_packages};

use crate::cargo::{root, xtask};
use crate::part::{Count, Part};
use crate::scenarios;
use crate::schedule::Name;
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

/// The part that makes the environment.
pub(crate) const ENVIRONMENT: Name = ("python", "environment");
const SETUP: Name = ("python", "setup");

/// All checks of Python. Without a Python there is one, which fails and says so.
pub(crate) fn parts() -> Vec<Part> {
    let mut parts = environment_parts();
    if let Ok(environment) = Environment::new() {
        parts.extend(checks(&environment).into_iter().map(|part| part.needs(&[ENVIRONMENT])));
    }
    parts
}

/// What makes the environment. Without a Python there is one part, which fails and says so.
pub(crate) fn environment_parts() -> Vec<Part> {
    let mut make = xtask();
    make.arg("python");
    let (language, name) = ENVIRONMENT;
    let part = Part::build(language, name, make);
    if Environment::new().is_ok() { vec![setup(), part.needs(&[SETUP])] } else { vec![part] }
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
    let computed = |name, folder, tool: &[&str]| {
        environment.part(name, Count::Whole, folder, tool).beside_tests()
    };
    let mut checks = vec![
        computed("formatting", ".", &ruff(&["format", "--check"])),
        computed("lints", ".", &ruff(&["check"])),
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
        checks.push(computed(mypy, folder, &tool));
        let mut check = computed(pyright, folder, &["basedpyright"]);
        check.command.arg("--pythonpath").arg(environment.program("python"));
        checks.push(check);
    }
    checks.push(computed("mypy bench", BENCH, &["mypy", "--strict"]));
    checks.push(part("tests", Count::Pytest, PACKAGE, &pytest));
    let cases = part("scenarios", Count::Pytest, SCENARIOS, &pytest);
    checks.push(cases.after(&scenarios::WRITTEN));
    let mut surface = part("surface", Count::Whole, SCENARIOS, &["python", "surface.py"]);
    surface.command.arg(scenarios::surfaces());
    checks.push(surface);
    let cases = [&pytest[..], &["test_scenarios.py"]].concat();
    checks.push(servers::around(part("servers", Count::Pytest, SCENARIOS, &cases)));
    checks.push(part("process", Count::Pytest, PROCESS, &pytest));
    checks.push(part("examples", Count::Pytest, EXAMPLES, &pytest));
    checks.push(part("gateway", Count::Pytest, GATEWAY, &pytest));
    checks.push(PACKAGES.part("release build"));
    let installed = part("packages", Count::Pytest, PACKAGE_TESTS, &pytest).beside_tests();
    let mut installed = installed.needs(&[("python", "release build")]);
    installed.command.env("UPPZY_TARGET", &environment.folder);
    installed.command.env("UPPZY_PACKAGES", PACKAGES.newest());
    checks.push(installed);
    checks
}

/// Installs what the checks need of the operating system.
fn setup() -> Part {
    let mut command = Command::new("bash");
    command.arg(root().join("tests/process/setup.sh"));
    let (language, name) = SETUP;
    Part::build(language, name, command)
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
