//! The checks of the Swift package, the compiler that they need, and the folders that they run in.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use crate::cargo::{cargo, root, run_tool as run, target_folder, xtask};
use crate::part::{Count, Part};
use crate::{bill_of_materials, native, python, scenarios, servers};

const PACKAGE: &str = "bindings-uniffi/swift";
const EXAMPLES: &str = "examples/swift";
/// The package in it. Not the folder itself: two packages of one name would be taken for one.
const PROGRAMS: &str = "examples/swift/programs";
const BENCH: &str = "tests/bench/swift/client";
const CHAOS: &str = "tests/chaos/swift/worker";
const TOOLCHAIN: &str = "bindings-uniffi/swift/tools/toolchain";
/// What the bindgen writes, and who imports it.
const GENERATED: &str = "Sources/UppzyGenerated";
const HEADERS: &str = "Sources/UppzyFFI";
const FFI_MODULE: &str = "UppzyFFI";
const LIBRARY: &str = "uppzy_uniffi";
/// What the compiler writes of the package.
const SYMBOLS: &str = "Uppzy.symbols.json";
const OLDEST: (u32, u32) = (6, 0);

/// What is kept outside of the checkout.
fn kept() -> PathBuf {
    target_folder().join("swift")
}

/// The static library as it was built, beside the dynamic one.
fn built_library() -> PathBuf {
    native::folder().join(format!("lib{LIBRARY}.a"))
}

/// A folder with the static library alone: a linker that finds the dynamic one there takes that. Another
/// library has another folder, since Swift's package manager links anew for another command only.
fn libraries() -> Result<PathBuf, String> {
    let built = built_library();
    let name = || -> std::io::Result<String> {
        let metadata = fs::metadata(&built)?;
        let age = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(format!("{:x}-{:x}", metadata.len(), age.as_nanos()))
    };
    let name = name().map_err(|error| format!("{}: {error}", built.display()))?;
    Ok(kept().join("libraries").join(name))
}

/// Puts the static library with its bill of materials where it is linked from, and lets go of older ones.
fn place_library() -> Result<(), String> {
    let folder = libraries()?;
    let place = || -> std::io::Result<PathBuf> {
        let _ = fs::remove_dir_all(kept().join("libraries"));
        fs::create_dir_all(&folder)?;
        let place = folder.join(format!("lib{LIBRARY}.a"));
        fs::hard_link(built_library(), &place)
            .or_else(|_| fs::copy(built_library(), &place).map(drop))?;
        Ok(place)
    };
    let place = place().map_err(|error| format!("{}: {error}", folder.display()))?;
    bill_of_materials::write_beside(&place, native::CRATE, None)
}

fn debug() -> PathBuf {
    target_folder().join("debug")
}

/// Where the folder trees with a Swift are, outside of every checkout and build folder: they are large,
/// and depend on neither.
fn cache() -> Result<PathBuf, String> {
    let named = env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty());
    let folder = named.map(PathBuf::from).or_else(|| {
        let home = env::var_os("HOME").filter(|folder| !folder.is_empty());
        home.map(|home| PathBuf::from(home).join(".cache"))
    });
    let folder = folder.ok_or("neither XDG_CACHE_HOME nor HOME says where to keep Swift")?;
    Ok(folder.join("uppzy"))
}

/// How a Swift is called on this machine.
enum Toolchain {
    /// It is on the path.
    OnPath,
    /// It is in a folder tree of its own.
    In(PathBuf),
}

impl Toolchain {
    /// The machine's own, or the one in the cache, which is made if it is not there.
    fn find() -> Result<Self, String> {
        let reason = match machine_version() {
            Ok(()) => return Ok(Self::OnPath),
            Err(reason) => reason,
        };
        eprintln!("{reason}: using one in a folder tree of its own");
        let setup = root().join(TOOLCHAIN).join("setup.sh");
        let made = Command::new("bash")
            .arg(&setup)
            .arg(cache()?)
            .stderr(std::process::Stdio::inherit())
            .output()
            .map_err(|error| format!("{}: {error}", setup.display()))?;
        if !made.status.success() {
            return Err(format!("{}: {}", setup.display(), made.status));
        }
        let folder = String::from_utf8_lossy(&made.stdout).trim().to_owned();
        Ok(Self::In(PathBuf::from(folder)))
    }

    /// What stands before a program that is to run where Swift is.
    fn prefix(&self) -> Vec<PathBuf> {
        match self {
            Self::OnPath => Vec::new(),
            Self::In(folder) => {
                let run = root().join(TOOLCHAIN).join("run.sh");
                vec![PathBuf::from("bash"), run, folder.clone()]
            }
        }
    }

    /// A command that runs where Swift is, in this folder.
    fn command(&self, folder: &str, program: impl AsRef<OsStr>) -> Command {
        let mut words = self.prefix().into_iter();
        let mut command = match words.next() {
            Some(first) => Command::new(first),
            None => Command::new(&program),
        };
        if let Self::In(_) = self {
            command.args(words).arg(program);
        }
        command
            .current_dir(root().join(folder))
            .env("UPPZY_SHARED", shared())
            .env("UPPZY_SANDBOX", debug().join("uppzy-sandbox"));
        command
    }

    /// Swift's package manager in the folder of a package, told where to build and what to link.
    fn swift(&self, folder: &str, what: &str) -> Result<Command, String> {
        self.swift_in(folder, what, &scratch(folder))
    }

    /// The same, told to build in that folder.
    fn swift_in(&self, folder: &str, what: &str, scratch: &Path) -> Result<Command, String> {
        let mut command = self.command(folder, "swift");
        command
            .arg(what)
            .arg("--scratch-path")
            .arg(scratch)
            .args(["-Xswiftc", "-warnings-as-errors", "-Xlinker"])
            .arg(format!("-L{}", libraries()?.display()));
        Ok(command)
    }
}

/// Makes Swift, the native library, the generated sources, the sandbox, and builds everything.
pub(crate) fn make_environment() -> Result<(), String> {
    let toolchain = Toolchain::find()?;
    build_sandbox()?;
    generate()?;
    run(toolchain.swift(PACKAGE, "build")?.arg("--build-tests"))?;
    run(&mut toolchain.swift(PROGRAMS, "build")?)
}

/// Builds the native library, and writes the sources that call it.
fn generate() -> Result<(), String> {
    let built = native::build()?;
    let library = built_library();
    let fresh = kept().join("generated");
    let bindgen = built.join("uniffi-bindgen-swift");
    let sources = fresh.join("sources");
    let headers = fresh.join("headers");
    let generate = |what: &[&str], out: &Path| {
        let mut command = Command::new(&bindgen);
        command.current_dir(root()).args(what).arg(&library).arg(out);
        run(&mut command)
    };
    generate(&["--swift-sources"], &sources)?;
    generate(&["--headers"], &headers)?;
    let modulemap = ["--module-name", FFI_MODULE, "--modulemap-filename", "module.modulemap"];
    generate(&[&["--modulemap"], &modulemap[..]].concat(), &headers)?;
    // Only what has changed, so that nothing is compiled again without need.
    update(&sources, &root().join(PACKAGE).join(GENERATED))?;
    update(&headers, &root().join(PACKAGE).join(HEADERS))?;
    place_library()
}

/// Copies the files of a folder that differ.
fn update(from: &Path, to: &Path) -> Result<(), String> {
    let copy = || -> std::io::Result<()> {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let content = fs::read(entry.path())?;
            let place = to.join(entry.file_name());
            if fs::read(&place).ok().as_deref() != Some(content.as_slice()) {
                fs::write(place, content)?;
            }
        }
        Ok(())
    };
    copy().map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}

/// Whether the machine's own Swift is new enough.
fn machine_version() -> Result<(), String> {
    let (major, minor) = OLDEST;
    let needed = format!("the checks of Swift need swift, version {major}.{minor} or newer");
    let said = Command::new("swift")
        .arg("--version")
        .output()
        .map_err(|error| format!("{needed}: {error}"))?;
    let said = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    if parse_version(&said).is_some_and(|found| found >= OLDEST) {
        Ok(())
    } else {
        Err(format!("{needed}; found {said:?}"))
    }
}

fn parse_version(said: &str) -> Option<(u32, u32)> {
    let (_, rest) = said.split_once("Swift version ")?;
    let mut numbers = rest.split(|letter: char| !letter.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// All checks of Swift.
pub(crate) fn parts() -> Vec<Part> {
    let command = |check: Option<&str>| {
        let mut command = xtask();
        command.arg("swift").args(check);
        command
    };
    let part = |name, count, check| {
        Part::new("swift", name, count, command(Some(check))).needs(&[("swift", "environment")])
    };
    vec![
        Part::build("swift", "environment", command(None)),
        part("formatting", Count::Whole, "format").beside_tests(),
        part("tests", Count::SwiftTest, "test").after(&scenarios::WRITTEN),
        part("surface", Count::Whole, "surface"),
        servers::around(part("servers", Count::SwiftTest, "servers")),
        part("examples", Count::Pytest, "examples").needs(&[python::ENVIRONMENT]),
    ]
}

/// A check that runs where Swift is.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Check {
    /// The form of the sources
    Format,
    /// The tests and the scenarios
    Test,
    /// None: writes what the package has, to be held against the core
    Surface,
    /// The scenarios for servers that are not ours, below the program that starts these
    Servers,
    /// The examples, by tests in Python: the gateway that one of them needs is in Python
    Examples,
    /// None: builds the client of the benchmarks, and prints how it is started, a word a line
    Bench,
}

/// Runs one check in an environment that was made.
pub(crate) fn run_check(check: Check) -> Result<(), String> {
    let toolchain = Toolchain::find()?;
    match check {
        Check::Format => {
            let mut format = toolchain.command(".", "swift");
            format.args([
                "format",
                "lint",
                "--strict",
                "--parallel",
                "--recursive",
                "--configuration",
            ]);
            format.arg(format!("{PACKAGE}/.swift-format"));
            for place in ["Package.swift", "Sources/Uppzy", "Sources/UppzyTesting", "Tests"] {
                format.arg(format!("{PACKAGE}/{place}"));
            }
            for folder in [PROGRAMS, BENCH, CHAOS] {
                format.arg(format!("{folder}/Package.swift")).arg(format!("{folder}/Sources"));
            }
            run(&mut format)
        }
        Check::Bench => build_bench(&toolchain),
        Check::Surface => write_surface(&toolchain),
        Check::Test => {
            let mut test = toolchain.swift(PACKAGE, "test")?;
            tell_of_library(&mut test)?;
            run(scenarios::tell(&mut test))
        }
        Check::Servers => {
            let mut test = toolchain.swift(PACKAGE, "test")?;
            run(scenarios::tell(test.args(["--filter", "ScenarioTests.ScenarioTests"])))
        }
        Check::Examples => {
            let mut tests = Command::new(python::interpreter()?);
            tests
                .current_dir(root().join(EXAMPLES))
                .args(["-m", "pytest", "--color=no"])
                .env("UPPZY_SANDBOX", debug().join("uppzy-sandbox"))
                .env("UPPZY_SWIFT_PROGRAMS", scratch(PROGRAMS).join("debug"))
                .env("UPPZY_SWIFT_PREFIX", joined(&toolchain.prefix(), "\n"))
                .env("UPPZY_SHARED", shared());
            run(&mut tests)
        }
    }
}

/// Tells tests where the library is that they are linked with, and what is in it: where Swift is there may be no cargo
/// to ask.
fn tell_of_library(tests: &mut Command) -> Result<(), String> {
    tests.env("UPPZY_LIBRARY", libraries()?.join(format!("lib{LIBRARY}.a")));
    tests.env("UPPZY_LINKED", bill_of_materials::linked(native::CRATE)?);
    Ok(())
}

/// Runs the package's own tests with the sanitizers of addresses and leaks, and of threads.
pub(crate) fn check_memory() -> Result<(), String> {
    let toolchain = Toolchain::find()?;
    build_sandbox()?;
    generate()?;
    for sanitizer in ["address", "thread"] {
        // Everything is compiled anew for each.
        let scratch = kept().join("build").join(sanitizer);
        let mut test = toolchain.swift_in(PACKAGE, "test", &scratch)?;
        tell_of_library(&mut test)?;
        test.arg(format!("--sanitize={sanitizer}")).args(["--filter", "UppzyTests"]);
        let not_ours = root().join("tests/memory/swift_leaks.txt");
        test.env("LSAN_OPTIONS", format!("suppressions={}", not_ours.display()));
        run(&mut test)?;
    }
    Ok(())
}

fn build_sandbox() -> Result<(), String> {
    let mut sandbox = cargo();
    run(sandbox
        .args(["build", "--locked", "--workspace", "--all-features", "--quiet"])
        .args(["--bin", "uppzy-sandbox"]))
}

/// Builds the client of the benchmarks over a native library as it is published.
fn build_bench(toolchain: &Toolchain) -> Result<(), String> {
    generate()?;
    let name = format!("lib{LIBRARY}.a");
    let (from, folder) = (native::release("staticlib", &name)?, kept().join("released"));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(&from, folder.join(name)))
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut swift = toolchain.command(BENCH, "swift");
    swift.args(["build", "--quiet", "--configuration", "release", "--scratch-path"]);
    swift.arg(scratch(BENCH)).arg("-Xlinker").arg(format!("-L{}", folder.display()));
    // What is said aloud is how the client is started.
    run(swift.stdout(std::process::Stdio::null()))?;
    let mut words = toolchain.prefix();
    words.push(scratch(BENCH).join("release").join("Client"));
    println!("{}", joined(&words, "\n"));
    Ok(())
}

/// Has the compiler write the symbols of the package that was built, and puts them to the other surfaces.
fn write_surface(toolchain: &Toolchain) -> Result<(), String> {
    let mut dump = toolchain.swift(PACKAGE, "package")?;
    run(dump.args(["dump-symbol-graph", "--skip-synthesized-members"]))?;
    // Beside the folder that the link with the configuration's name leads to.
    let built = scratch(PACKAGE).join("debug");
    let from = fs::canonicalize(&built).map_err(|error| format!("{}: {error}", built.display()))?;
    let from = from.with_file_name("symbolgraph").join(SYMBOLS);
    let folder = scenarios::surfaces();
    fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(&from, folder.join(SYMBOLS)).map(drop))
        .map_err(|error| format!("{}: {error}", from.display()))
}

/// Builds the worker of the chaos run in an environment that was made, and says how it is started.
pub(crate) fn chaos_worker() -> Result<Vec<OsString>, String> {
    let toolchain = Toolchain::find()?;
    run(toolchain.swift(CHAOS, "build")?.arg("--quiet"))?;
    let program = scratch(CHAOS).join("debug").join("Worker");
    Ok(toolchain.prefix().into_iter().chain([program]).map(OsString::from).collect())
}

/// What is to be seen where Swift is: the checkout, and what is built.
pub(crate) fn shared() -> String {
    joined(&[root().to_path_buf(), target_folder()], ":")
}

fn joined(paths: &[PathBuf], between: &str) -> String {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    paths.join(between)
}

/// Where a package is built.
fn scratch(folder: &str) -> PathBuf {
    kept().join("build").join(folder.replace('/', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        let said = "Swift version 6.0.3 (swift-6.0.3-RELEASE)\nTarget: x86_64-pc-linux-gnu";
        assert_eq!(parse_version(said), Some((6, 0)));
        let apple = "Apple Swift version 5.10 (swiftlang-5.10.0.13 clang-1500.3.9.4)";
        assert!(parse_version(apple).is_some_and(|found| found < OLDEST));
        assert_eq!(parse_version("6.0"), None);
    }
}
