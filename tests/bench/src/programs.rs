//! How a client of each language is started: what has to be built and installed first.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::contenders::Language;

const PYTHON: &str = "tests/bench/python";
const NODE: &str = "tests/bench/node";
const NODE_PACKAGE: &str = "bindings-node";

/// A program that runs a job with a client, given both and more as its arguments.
#[derive(Clone)]
pub(crate) struct Program {
    /// The program itself and what comes before the job.
    command: Vec<PathBuf>,
    variables: Vec<(&'static str, PathBuf)>,
    /// What is published: the file, or the folder that it is made from.
    pub(crate) package: Option<PathBuf>,
}

impl Program {
    /// What runs a client in that language.
    pub(crate) fn prepare(language: Language) -> Outcome<Self> {
        match language {
            Language::Rust => Ok(Self {
                command: vec![env::current_exe()?],
                variables: Vec::new(),
                package: None,
            }),
            Language::Python => python(),
            Language::Node => node(),
        }
    }

    /// A command with these arguments.
    pub(crate) fn command(&self) -> Outcome<Command> {
        let (program, first) = self.command.split_first().ok_or("no program")?;
        let mut command = pinned(program, 1);
        command.args(first).envs(self.variables.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }

    /// The interpreter by itself, with this text as its program.
    pub(crate) fn interpreter(&self, option: &str, text: &str) -> Outcome<Command> {
        let program = self.command.first().ok_or("no program")?;
        let mut command = pinned(program, 1);
        command.args([option, text]).envs(self.variables.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }
}

/// Whether the server and the clients can have a processor each.
pub(crate) fn can_pin() -> bool {
    std::thread::available_parallelism().is_ok_and(|count| count.get() > 1)
        && Command::new("taskset").arg("--version").output().is_ok_and(|said| said.status.success())
}

/// The program, kept on that processor where this is possible.
pub(crate) fn pinned(program: &Path, processor: usize) -> Command {
    if !can_pin() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &processor.to_string()]).arg(program);
    command
}

/// The folder of the whole project.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// The folder that cargo builds into.
pub(crate) fn target_folder() -> Outcome<PathBuf> {
    let program = env::current_exe()?;
    Ok(program.ancestors().nth(2).ok_or("the program is in no target folder")?.to_owned())
}

fn run(command: &mut Command) -> Outcome<()> {
    let named = format!("{}", command.get_program().display());
    eprintln!("preparing: {named} {:?}", command.get_args().collect::<Vec<_>>());
    let status = command.status().map_err(|error| format!("{named}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{named}: {status}").into()) }
}

/// The wheel as it is published, and the other clients, in an environment of their own.
fn python() -> Outcome<Program> {
    let target = target_folder()?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    run(cargo.current_dir(root()).args(["xtask", "package"]).env("CARGO_TARGET_DIR", &target))?;
    let packages = fs::read_to_string(target.join("python").join("packages"))?;
    let wheel = fs::read_dir(packages.trim())?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("uppzy-") && name.ends_with(".whl")
        })
        .ok_or("the package has no wheel")?;

    let folder = root().join(PYTHON);
    let requirements = folder.join("requirements.txt");
    let venv = target.join("bench").join("python");
    let (installed, wanted) = (venv.join("requirements.txt"), fs::read(&requirements)?);
    let python = venv.join("bin").join("python");
    let pip = |arguments: &[&str], file: &Path| {
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]);
        run(pip.args(arguments).arg(file))
    };
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        let _ = fs::remove_dir_all(&venv);
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        pip(&["--require-hashes", "--requirement"], &requirements)?;
        fs::write(&installed, wanted)?;
    }
    pip(&["--no-index", "--no-deps", "--force-reinstall"], &wheel)?;
    Ok(Program {
        command: vec![python, folder.join("client.py")],
        variables: vec![("PYTHONPATH", folder), ("PYTHONDONTWRITEBYTECODE", "1".into())],
        package: Some(wheel),
    })
}

/// The package with its native part as it is published, and the other clients beside it.
fn node() -> Outcome<Program> {
    let target = target_folder()?;
    let kept = target.join("bench").join("node");
    fs::create_dir_all(&kept)?;
    let npm = |folder: &str, arguments: &[&str]| {
        let mut npm = Command::new("npm");
        npm.current_dir(root().join(folder))
            .env("npm_config_cache", target.join("node").join("npm"));
        run(npm.args(arguments))
    };
    for folder in [NODE_PACKAGE, NODE] {
        npm(folder, &["ci", "--no-audit", "--no-fund", "--silent"])?;
    }
    npm(NODE_PACKAGE, &["run", "--silent", "build:ts"])?;
    let mut build = Command::new("npm");
    build.current_dir(root().join(NODE_PACKAGE)).args(["exec", "--no", "--", "napi", "build"]);
    build.args(["--platform", "--release", "--no-js", "--dts", "native.d.ts", "--target-dir"]);
    run(build.arg(&target).arg("--output-dir").arg(&kept))?;
    let library = fs::read_dir(&kept)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "node"))
        .ok_or("no native library was built")?;
    Ok(Program {
        command: vec!["node".into(), root().join(NODE).join("client.mjs")],
        variables: vec![("UPPZY_NATIVE_LIBRARY", library.clone())],
        package: Some(library),
    })
}
