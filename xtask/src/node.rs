//! The checks of the npm package, and the folders that they run in.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, root, run_tool, target_folder, xtask};
use crate::packages::{self, Packages};
use crate::part::{Count, Part};
use crate::{bill_of_materials, scenarios, servers};

const PACKAGE: &str = "bindings-node";
const SCENARIOS: &str = "tests/node";
const PROCESS: &str = "tests/process/node";
const EXAMPLES: &str = "examples/node";
const OLDEST: (u32, u32) = (20, 17);
/// The largest that the package of one platform may be, in bytes.
const LARGEST: u64 = 2_500_000;

/// Folders with a package.json and a lock file, the package itself first: the others link to it.
fn folders() -> impl Iterator<Item = &'static str> {
    let is_there = |folder: &&str| root().join(folder).join("package.json").exists();
    [PACKAGE, SCENARIOS, PROCESS, EXAMPLES].into_iter().filter(is_there)
}

/// What is kept outside of the checkout.
fn kept() -> PathBuf {
    target_folder().join("node")
}

/// The types of the native library as they were generated anew.
fn generated_types() -> PathBuf {
    kept().join("native.d.ts")
}

fn sandbox() -> PathBuf {
    target_folder().join("debug").join(format!("uppzy-sandbox{}", std::env::consts::EXE_SUFFIX))
}

/// Where Node is when the machine's own is missing or too old.
fn toolchain() -> PathBuf {
    kept().join("toolchain")
}

/// The right Node.
pub(crate) fn interpreter() -> PathBuf {
    match machine_version() {
        Ok(()) => PathBuf::from("node"),
        Err(_) => toolchain().join("bin").join("node"),
    }
}

/// A command that finds the right Node first.
fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    if machine_version().is_err() {
        let own = [toolchain().join("bin"), toolchain().join("node_modules").join(".bin")];
        let path = env::var_os("PATH").unwrap_or_default();
        // A path with a colon in its name cannot be found by.
        if let Ok(path) = env::join_paths(own.into_iter().chain(env::split_paths(&path))) {
            command.env("PATH", path);
        }
    }
    command
}

fn npm(folder: &Path) -> Command {
    let mut command = command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder).env("npm_config_cache", kept().join("npm"));
    command
}

/// Node and Redis, where the machine has none.
fn install_tools() -> Result<(), String> {
    if let Err(reason) = machine_version() {
        eprintln!("{reason}: installing another one below the build folder");
        let script = root().join(PACKAGE).join("tools").join("toolchain").join("setup.sh");
        run_tool(Command::new("bash").arg(script).arg(toolchain()))?;
        version_of(command("node"))?;
    }
    run_tool(Command::new("bash").arg(root().join("tests").join("process").join("setup.sh")))
}

/// Installs what a lock file names.
fn install(folder: &Path) -> Result<(), String> {
    run_tool(npm(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
}

/// Builds the native library of the package into that folder.
fn build_library(into: &Path, target: &Path, options: &[&str]) -> Command {
    let package = root().join(PACKAGE);
    let mut build = npm(&package);
    build.args(["exec", "--no", "--", "napi", "build", "--platform", "--no-js"]);
    build.args(options).arg("--target-dir").arg(target);
    // napi joins it to the folder of the package.
    build.arg("--output-dir").arg(relative(&package, into));
    build
}

/// Installs the pinned tools, builds the package without optimisation, its tests, and the sandbox.
pub(crate) fn make_environment() -> Result<(), String> {
    install_tools()?;
    for folder in folders() {
        install(&root().join(folder))?;
    }
    let package = root().join(PACKAGE);
    let native = package.join("native");
    let mut build = build_library(&native, &target_folder(), &[]);
    // Cargo's options stand after these; the types go where they do not replace those in the checkout.
    build.arg("--dts").arg(relative(&native, &generated_types()));
    run_tool(&mut build)?;
    write_bills(&native)?;
    run_tool(npm(&package).args(["run", "--silent", "build:ts"]))?;
    for folder in folders() {
        run_tool(npm(&root().join(folder)).args([
            "run",
            "--silent",
            "--if-present",
            "build:tests",
        ]))?;
    }
    let mut sandbox = cargo();
    run_tool(
        sandbox
            .args(["build", "--locked", "--workspace", "--all-features", "--quiet"])
            .args(["--bin", "uppzy-sandbox"]),
    )
}

/// The packages of the client and of the sandbox, with those of this machine's platform.
pub(crate) const PACKAGES: Packages = Packages {
    language: "node",
    sources: &[
        "bindings-node/Cargo.toml",
        "bindings-node/LICENSE-APACHE",
        "bindings-node/LICENSE-MIT",
        "bindings-node/README.md",
        "bindings-node/build.rs",
        "bindings-node/native/native.d.ts",
        "bindings-node/package-lock.json",
        "bindings-node/package.json",
        "bindings-node/src",
        "bindings-node/testing",
        "bindings-node/tools",
        "bindings-node/ts",
        "bindings-node/tsconfig.json",
        "sandbox/npm",
        "xtask/src/bill_of_materials.rs",
    ],
};

/// Builds what is published, and prints its folder.
pub(crate) fn make_packages() -> Result<(), String> {
    install_tools()?;
    let folder = PACKAGES.build(build_packages)?;
    println!("{}", folder.display());
    // What npm calls the system, in the name of the package that holds the library.
    let system = match env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let beginning = format!("uppzy-{system}-");
    packages::check_sizes(&folder, |name| name.starts_with(&beginning), LARGEST)
}

fn build_packages(folder: &Path) -> Result<(), String> {
    let machine = packages::machine()?;
    let target = packages::release_folder();
    let package = root().join(PACKAGE);
    let library = folder.join("library");
    install(&package)?;
    let mut build = build_library(&library, &target, &["--release"]);
    run_tool(build.env(packages::OPTIONS, packages::options()?))?;
    write_bills(&library)?;
    run_tool(npm(&package).args(["run", "--silent", "build:ts"]))?;
    let mut sandbox = cargo();
    run_tool(
        sandbox
            .args(["build", "--release", "--locked", "--package", "uppzy-sandbox"])
            .args(["--target", &machine, "--target-dir"])
            .arg(&target)
            .env(packages::OPTIONS, packages::options()?),
    )?;
    let mut pack = command("node");
    pack.current_dir(&package).arg("tools/pack.mjs").arg(folder);
    run_tool(pack.args(["--only-built", "--libraries"]).arg(&library))?;
    let program = format!("uppzy-sandbox{}", std::env::consts::EXE_SUFFIX);
    let program = target.join(&machine).join("release").join(program);
    bill_of_materials::write_beside(&program, "uppzy-sandbox", Some(&machine))?;
    let mut pack = command("node");
    pack.current_dir(root().join("sandbox/npm")).arg("pack.mjs").arg(folder);
    run_tool(
        pack.args(["--only-built", "--program"]).arg(format!("{machine}={}", program.display())),
    )
}

/// Puts a bill of materials beside each native library of the folder; all are of this machine.
fn write_bills(folder: &Path) -> Result<(), String> {
    let named = |error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(named)? {
        let library = entry.map_err(named)?.path();
        if library.extension().is_some_and(|extension| extension == "node") {
            bill_of_materials::write_beside(&library, "uppzy-node", None)?;
        }
    }
    Ok(())
}

/// The path as seen from the folder, since napi joins it to that.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let mut path: PathBuf = from.components().skip(1).map(|_| "..").collect();
    path.extend(to.components().skip(1));
    path
}

/// The Node that the checks run on, once the environment was made.
pub(crate) fn program() -> Result<PathBuf, String> {
    let said = command("node")
        .args(["--print", "process.execPath"])
        .output()
        .map_err(|error| format!("node: {error}"))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&said.stdout).trim()))
}

/// Whether the machine's own Node is new enough.
fn machine_version() -> Result<(), String> {
    version_of(Command::new("node"))
}

fn version_of(mut node: Command) -> Result<(), String> {
    let (major, minor) = OLDEST;
    let needed = format!("the checks of Node need node, version {major}.{minor} or newer, and npm");
    let said = node.arg("--version").output().map_err(|error| format!("{needed}: {error}"))?;
    let said = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    if parse_version(&said).is_some_and(|found| found >= OLDEST) {
        Ok(())
    } else {
        Err(format!("{needed}; found {said:?}"))
    }
}

fn parse_version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// All checks of Node.
pub(crate) fn parts() -> Vec<Part> {
    let mut make = xtask();
    make.arg("node");
    let environment = ("node", "environment");
    let build = ("node", "release build");
    let mut parts =
        vec![script("formatting", Count::Whole, PACKAGE, "check:format").beside_tests()];
    let mut types = script("native types", Count::Whole, PACKAGE, "check:native").beside_tests();
    types.command.arg("--").arg(generated_types());
    parts.push(types);
    parts.push(script("package", Count::Whole, PACKAGE, "check:package").beside_tests());
    let tests = [
        ("tests", PACKAGE),
        ("scenarios", SCENARIOS),
        ("process", PROCESS),
        ("examples", EXAMPLES),
    ];
    for (name, folder) in tests {
        if folders().any(|there| there == folder) {
            let part = script(name, Count::NodeTest, folder, "test:built");
            parts.push(match folder {
                SCENARIOS => part.after(&scenarios::WRITTEN),
                // It measures how long the event loop is held up.
                PROCESS => part.undisturbed(),
                _ => part,
            });
        }
    }
    let mut surface = command("node");
    surface.current_dir(root().join(PACKAGE)).arg("tools/surface.mjs").arg(scenarios::surfaces());
    parts.push(Part::new("node", "surface", Count::Whole, surface));
    parts.push(servers::around(script("servers", Count::NodeTest, SCENARIOS, "test:servers")));
    parts.push(PACKAGES.part("release build"));
    let mut packages = script("packages", Count::NodeTest, PACKAGE, "test:packages");
    packages.command.env("UPPZY_PACKAGES", PACKAGES.newest());
    parts.push(packages.beside_tests().needs(&[build]));
    let needing = parts.into_iter().map(|part| {
        let builds = part.name() == build;
        if builds { part } else { part.needs(&[environment]) }
    });
    // Both install what the lock file of the package names, in its folder: nothing uses that between them.
    let first = Part::build("node", "environment", make).after(&[build]);
    [first].into_iter().chain(needing).collect()
}

/// A check that a package.json names.
fn script(name: &'static str, count: Count, folder: &str, script: &str) -> Part {
    let mut command = npm(&root().join(folder));
    command.args(["run", "--silent", script]).env("NO_COLOR", "1").env("UPPZY_SANDBOX", sandbox());
    scenarios::tell(&mut command);
    Part::new("node", name, count, command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        assert_eq!(parse_version("v20.20.2"), Some((20, 20)));
        assert!(parse_version("v18.19.0").is_some_and(|found| found < OLDEST));
        assert_eq!(parse_version("20.20.2"), None);
        assert_eq!(parse_version(""), None);
    }

    #[test]
    fn paths_lead_from_one_folder_to_another() {
        let path = relative(Path::new("/a/b"), Path::new("/c/d.ts"));
        assert_eq!(path, Path::new("../../c/d.ts"));
    }
}
