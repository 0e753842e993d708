//! The checks of the Python package, and the virtual environment that they run in.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, root, target_folder};
use crate::packages;
use crate::part::{Count, Part};

const PACKAGE: &str = "bindings-python";
const SCENARIOS: &str = "tests/python";
const PROCESS: &str = "tests/process/python";
const PACKAGES: &str = "tests/packages/python";
const EXAMPLES: &str = "examples/python";
const REQUIREMENTS: &str = "bindings-python/requirements-dev.txt";
const OLDEST: (u32, u32) = (3, 10);
/// Written when everything is installed; an environment without it is made anew.
const COMPLETE: &str = "complete";

/// The virtual environment and what belongs to it, outside of the checkout.
struct Environment {
    folder: PathBuf,
    venv: PathBuf,
}

impl Environment {
    /// Where it is: one for each Python and each set of tools.
    fn new() -> Result<Self, String> {
        let folder = target_folder().join("python");
        let requirements = fs::read(root().join(REQUIREMENTS))
            .map_err(|error| format!("{REQUIREMENTS}: {error}"))?;
        let mut hasher = DefaultHasher::new();
        (requirements, python_version()?).hash(&mut hasher);
        let venv = folder.join(format!("venv-{:016x}", hasher.finish()));
        Ok(Self { folder, venv })
    }

    /// A program of the environment.
    fn program(&self, name: &str) -> PathBuf {
        let folder = if cfg!(windows) { "Scripts" } else { "bin" };
        self.venv.join(folder).join(name)
    }

    fn pip(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program("python"));
        command.args(["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]);
        command.args(arguments);
        command
    }

    fn install_tools(&self) -> Result<(), String> {
        let complete = self.venv.join(COMPLETE);
        if complete.exists() {
            return Ok(());
        }
        let _ = fs::remove_dir_all(&self.venv);
        let mut make = Command::new("python3");
        run(make.args(["-m", "venv"]).arg(&self.venv))?;
        let requirements = root().join(REQUIREMENTS);
        run(self.pip(&["--require-hashes", "--requirement"]).arg(requirements))?;
        fs::write(&complete, "").map_err(|error| format!("{}: {error}", complete.display()))
    }

    /// Builds the package as `pip install` would, but without optimisation, and installs it.
    fn install_package(&self) -> Result<(), String> {
        let wheels = self.folder.join("wheels");
        let _ = fs::remove_dir_all(&wheels);
        let mut build = Command::new(self.program("maturin"));
        build
            .current_dir(root().join(PACKAGE))
            .args(["build", "--locked", "--quiet", "--interpreter"])
            .arg(self.program("python"))
            .arg("--out")
            .arg(&wheels)
            // Apart from the other builds: each would have the other one's done again.
            .env("CARGO_TARGET_DIR", self.folder.join("build"));
        run(&mut build)?;
        let found = fs::read_dir(&wheels).ok().and_then(|mut entries| entries.next());
        let wheel = match found {
            Some(Ok(entry)) => entry.path(),
            _ => return Err(format!("{} has no wheel", wheels.display())),
        };
        run(self.pip(&["--no-index", "--no-deps", "--force-reinstall"]).arg(wheel))
    }
}

/// Makes the environment: the pinned tools, the package as it is now, and the sandbox.
pub(crate) fn make_environment() -> Result<(), String> {
    let environment = Environment::new()?;
    environment.install_tools()?;
    environment.install_package()?;
    let mut sandbox = cargo();
    run(sandbox
        .args(["build", "--locked", "--workspace", "--all-features", "--quiet"])
        .args(["--bin", "uppzy-sandbox"]))?;
    println!("{}", environment.venv.display());
    Ok(())
}

pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_owned();
    let named = |reason: String| format!("{}: {reason}", program.display());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(named(status.to_string())),
        Err(error) => Err(named(error.to_string())),
    }
}

/// What the machine's Python says of itself, if it is new enough.
fn python_version() -> Result<String, String> {
    let (major, minor) = OLDEST;
    let needed = format!("the checks of Python need python3, version {major}.{minor} or newer");
    let said = Command::new("python3")
        .args(["-c", "import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)"])
        .output()
        .map_err(|error| format!("{needed}: {error}"))?;
    let said = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    if parse_version(&said).is_some_and(|found| found >= OLDEST) {
        Ok(said)
    } else {
        Err(format!("{needed}; found {said:?}"))
    }
}

fn parse_version(said: &str) -> Option<(u32, u32)> {
    let mut words = said.split(' ');
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

/// All checks of Python. Without a Python there is one, which fails and says so.
pub(crate) fn parts() -> Vec<Part> {
    let mut make = cargo();
    make.args(["xtask", "python"]);
    let first =
        Part { language: "python", name: "environment", count: Count::Whole, command: make };
    match Environment::new() {
        Ok(environment) => {
            let mut parts = vec![setup(), first, rust_results(&environment)];
            parts.extend(checks(&environment));
            parts
        }
        Err(_) => vec![first],
    }
}

/// Writes the results of the scenarios in Rust, which those in Python are held against.
fn rust_results(environment: &Environment) -> Part {
    let mut command = cargo();
    command
        .args(["test", "--locked", "--workspace", "--all-features", "--test", "scenarios"])
        .args(["--", "asynchronous"])
        .env("UPPZY_SCENARIO_RESULTS", environment.results());
    Part { language: "python", name: "rust's results", count: Count::Whole, command }
}

impl Environment {
    /// Where results of scenarios are kept, by the language's name.
    fn results(&self) -> PathBuf {
        self.folder.join("results")
    }

    /// A check in that folder, made by a tool of the environment.
    fn part(&self, name: &'static str, count: Count, folder: &str, tool: &[&str]) -> Part {
        let (program, arguments) = tool.split_first().unwrap_or((&"python", &[]));
        let sandbox = format!("uppzy-sandbox{}", std::env::consts::EXE_SUFFIX);
        let mut command = Command::new(self.program(program));
        command
            .args(arguments)
            .current_dir(root().join(folder))
            .env("VIRTUAL_ENV", &self.venv)
            // Nothing is left behind in the checkout.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("RUFF_CACHE_DIR", self.folder.join("ruff"))
            .env("MYPY_CACHE_DIR", self.folder.join("mypy").join(folder))
            .env("UPPZY_SANDBOX", target_folder().join("debug").join(sandbox))
            .env("UPPZY_SCENARIO_RESULTS", self.results())
            .env("UPPZY_SCENARIO_REFERENCE", self.results().join("rust"));
        Part { language: "python", name, count, command }
    }
}

fn checks(environment: &Environment) -> Vec<Part> {
    let ruff = |arguments: &[&'static str]| {
        [&["ruff"], arguments, &[PACKAGE, SCENARIOS, PROCESS, PACKAGES, EXAMPLES]].concat()
    };
    let pytest = ["pytest", "--quiet", "--color=no", "-p", "no:cacheprovider"];
    let part = |name, count, folder, tool: &[&str]| environment.part(name, count, folder, tool);
    let mut checks = vec![
        part("formatting", Count::Whole, ".", &ruff(&["format", "--check"])),
        part("lints", Count::Whole, ".", &ruff(&["check"])),
        part("mypy", Count::Whole, PACKAGE, &package_types(&["mypy", "--strict"])),
        part("mypy runner", Count::Whole, SCENARIOS, &["mypy", "--strict"]),
        part("mypy process", Count::Whole, PROCESS, &["mypy", "--strict"]),
        part("mypy packages", Count::Whole, PACKAGES, &["mypy", "--strict"]),
        part("mypy examples", Count::Whole, EXAMPLES, &["mypy", "--strict"]),
    ];
    for (name, folder) in [
        ("pyright", PACKAGE),
        ("pyright runner", SCENARIOS),
        ("pyright process", PROCESS),
        ("pyright packages", PACKAGES),
        ("pyright examples", EXAMPLES),
    ] {
        let mut check = part(name, Count::Whole, folder, &["basedpyright"]);
        check.command.arg("--pythonpath").arg(environment.program("python"));
        checks.push(check);
    }
    checks.push(part("tests", Count::Pytest, PACKAGE, &pytest));
    checks.push(part("scenarios", Count::Pytest, SCENARIOS, &pytest));
    checks.push(part("process", Count::Pytest, PROCESS, &pytest));
    checks.push(part("examples", Count::Pytest, EXAMPLES, &pytest));
    let mut build = cargo();
    build.args(["xtask", "package"]);
    checks.push(Part {
        language: "python",
        name: "release build",
        count: Count::Whole,
        command: build,
    });
    let mut installed = part("packages", Count::Pytest, PACKAGES, &pytest);
    installed.command.env("UPPZY_TARGET", &environment.folder);
    checks.push(installed);
    checks
}

/// Installs what the checks need of the operating system.
fn setup() -> Part {
    let mut command = Command::new("bash");
    command.arg(root().join("tests/process/setup.sh"));
    Part { language: "python", name: "setup", count: Count::Whole, command }
}

/// Builds what is published, and prints its folder.
pub(crate) fn make_packages() -> Result<(), String> {
    let environment = Environment::new()?;
    environment.install_tools()?;
    let maturin = environment.program("maturin");
    let python = environment.program("python");
    let folder = packages::build(&environment.folder, &maturin, &python)?;
    println!("{}", folder.display());
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        assert_eq!(parse_version("3 11 /usr/bin/python3"), Some((3, 11)));
        assert!(parse_version("3 9 /usr/bin/python3").is_some_and(|found| found < OLDEST));
        assert_eq!(parse_version("Python 2.7"), None);
        assert_eq!(parse_version(""), None);
    }

    #[test]
    fn a_missing_program_is_named() {
        let failed = run(&mut Command::new("/no/such/program")).unwrap_err();
        assert!(failed.contains("/no/such/program"), "{failed}");
    }
}
