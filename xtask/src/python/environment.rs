//! The virtual environment in which Python is checked.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::PACKAGE;
use crate::cargo::{cargo, root, run_tool, target_folder};
use crate::packages::Packages;
use crate::part::{Count, Part};
use crate::{packages, scenarios};

const REQUIREMENTS: &str = "bindings-python/requirements-dev.txt";
const OLDEST: (u32, u32) = (3, 10);
/// The largest that the wheel of one platform may be, in bytes.
const LARGEST: u64 = 2_500_000;
/// Written when everything is installed; an environment without it is made anew.
const COMPLETE: &str = "complete";

/// The virtual environment and what belongs to it, outside of the checkout.
pub(super) struct Environment {
    pub(super) folder: PathBuf,
    venv: PathBuf,
}

impl Environment {
    /// Where it is: one for each Python and each set of tools.
    pub(super) fn new() -> Result<Self, String> {
        let folder = target_folder().join("python");
        let requirements = fs::read(root().join(REQUIREMENTS))
            .map_err(|error| format!("{REQUIREMENTS}: {error}"))?;
        let mut hasher = DefaultHasher::new();
        (requirements, python_version()?).hash(&mut hasher);
        let venv = folder.join(format!("venv-{:016x}", hasher.finish()));
        Ok(Self { folder, venv })
    }

    /// A program of the environment.
    pub(super) fn program(&self, name: &str) -> PathBuf {
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
        run_tool(make.args(["-m", "venv"]).arg(&self.venv))?;
        let requirements = root().join(REQUIREMENTS);
        run_tool(self.pip(&["--require-hashes", "--requirement"]).arg(requirements))?;
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
        run_tool(&mut build)?;
        let found = fs::read_dir(&wheels).ok().and_then(|mut entries| entries.next());
        let wheel = match found {
            Some(Ok(entry)) => entry.path(),
            _ => return Err(format!("{} has no wheel", wheels.display())),
        };
        run_tool(self.pip(&["--no-index", "--no-deps", "--force-reinstall"]).arg(wheel))
    }
}

/// Makes the environment: the pinned tools, the package as it is now, and the sandbox.
pub(crate) fn make_environment() -> Result<(), String> {
    let environment = Environment::new()?;
    environment.install_tools()?;
    environment.install_package()?;
    let mut sandbox = cargo();
    run_tool(
        sandbox
            .args(["build", "--locked", "--workspace", "--all-features", "--quiet"])
            .args(["--bin", "uppzy-sandbox"]),
    )?;
    println!("{}", environment.venv.display());
    Ok(())
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

impl Environment {
    /// A check in that folder, made by a tool of the environment.
    pub(super) fn part(
        &self,
        name: &'static str,
        count: Count,
        folder: &str,
        tool: &[&str],
    ) -> Part {
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
            .env("UPPZY_SANDBOX", target_folder().join("debug").join(sandbox));
        scenarios::tell(&mut command);
        Part::new("python", name, count, command)
    }
}

/// The wheels and source distributions of the package and of the sandbox.
pub(crate) const PACKAGES: Packages = Packages {
    language: "python",
    sources: &[
        "bindings-python/Cargo.toml",
        "bindings-python/LICENSE-APACHE",
        "bindings-python/LICENSE-MIT",
        "bindings-python/README.md",
        "bindings-python/pyproject.toml",
        "bindings-python/python",
        "bindings-python/src",
        "sandbox/README.md",
        "sandbox/pyproject.toml",
    ],
};

/// The Python that has the package and its tools, once the environment was made.
pub(crate) fn interpreter() -> Result<PathBuf, String> {
    Ok(Environment::new()?.program("python"))
}

/// Builds what is published, and prints its folder.
pub(crate) fn make_packages() -> Result<(), String> {
    let environment = Environment::new()?;
    environment.install_tools()?;
    let folder = PACKAGES.build(|folder| environment.build_packages(folder))?;
    println!("{}", folder.display());
    packages::check_sizes(
        &folder,
        |name| name.starts_with("uppzy-") && name.ends_with(".whl"),
        LARGEST,
    )
}

impl Environment {
    fn build_packages(&self, folder: &Path) -> Result<(), String> {
        let machine = packages::machine()?;
        for project in [PACKAGE, "sandbox"] {
            // With its target named, cargo shares libraries with the builds of Node, where it always is.
            let build = ["build", "--release", "--locked", "--target", &machine];
            for arguments in [&build[..], &["sdist"]] {
                let mut command = Command::new(self.program("maturin"));
                command
                    .current_dir(root().join(project))
                    .args(arguments)
                    .arg("--out")
                    .arg(folder)
                    .env("CARGO_TARGET_DIR", packages::release_folder())
                    .env(packages::OPTIONS, packages::options()?);
                if arguments.len() > 1 && project == PACKAGE {
                    command.arg("--interpreter").arg(self.program("python"));
                }
                run_tool(&mut command)?;
            }
        }
        Ok(())
    }
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
}
