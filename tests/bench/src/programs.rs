//! How a client of each language is started: what has to be built and installed first.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::contenders::Language;

const PYTHON: &str = "tests/bench/python";
const NODE: &str = "tests/bench/node";
const KOTLIN: &str = "tests/bench/kotlin";

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
            Language::Kotlin => kotlin(),
            Language::Swift => swift(),
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

/// The packages of a language as they are published: what is in their folder.
fn packages(language: &str) -> Outcome<Vec<PathBuf>> {
    let target = target_folder()?;
    cargo(&["xtask", "package", language])?;
    let folder = fs::read_to_string(target.join("packages").join(language))?;
    files(Path::new(folder.trim()))
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    Ok(fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect())
}

/// The file with a name that begins and ends like this.
fn named(files: &[PathBuf], beginning: &str, end: &str) -> Outcome<PathBuf> {
    let fits = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(beginning) && name.ends_with(end)
    };
    let found = files.iter().find(fits).cloned();
    found.ok_or_else(|| format!("the packages have no {beginning}*{end}").into())
}

fn cargo(arguments: &[&str]) -> Outcome<()> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).args(arguments);
    run(cargo.env("CARGO_TARGET_DIR", target_folder()?))
}

/// The wheel, and the other clients, in an environment of their own.
fn python() -> Outcome<Program> {
    let wheel = named(&packages("python")?, "uppzy-", ".whl")?;
    let folder = root().join(PYTHON);
    let requirements = folder.join("requirements.txt");
    let venv = target_folder()?.join("bench").join("python");
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

/// The package with its native part, and the other clients beside it.
fn node() -> Outcome<Program> {
    let packages = packages("node")?;
    let library = named(&files(&named(&packages, "library", "")?)?, "uppzy.", ".node")?;
    let mut npm = Command::new("npm");
    npm.current_dir(root().join(NODE)).args(["ci", "--no-audit", "--no-fund", "--silent"]);
    run(npm.env("npm_config_cache", target_folder()?.join("node").join("npm")))?;
    Ok(Program {
        command: vec!["node".into(), root().join(NODE).join("client.mjs")],
        variables: vec![("UPPZY_NATIVE_LIBRARY", library.clone())],
        package: Some(named(&packages, "uppzy-linux", ".tgz").unwrap_or(library)),
    })
}

/// The package with a library as it is published, and the other clients beside it.
fn kotlin() -> Outcome<Program> {
    let library = named(&packages("kotlin")?, "libuppzy_uniffi.", "")?;
    // Puts the package where Maven finds it.
    cargo(&["xtask", "kotlin"])?;
    let target = target_folder()?;
    let build = target.join("bench").join("kotlin");
    let mut maven = Command::new("mvn");
    maven.current_dir(root().join(KOTLIN)).args(["--batch-mode", "--quiet", "package"]);
    let repository = target.join("kotlin").join("repository");
    maven.arg(format!("-Dmaven.repo.local={}", repository.display()));
    run(maven.arg(format!("-Duppzy.build={}", build.display())))?;
    let classes = format!("{0}/classes:{0}/beside/*", build.display());
    let named = format!("-Duniffi.component.uppzy_uniffi.libraryOverride={}", library.display());
    Ok(Program {
        command: ["java", &named, "-cp", &classes, "com.uppzy.bench.ClientKt"]
            .map(PathBuf::from)
            .into(),
        variables: Vec::new(),
        package: Some(library),
    })
}

/// The client for Swift, where Swift is.
fn swift() -> Outcome<Program> {
    let target = target_folder()?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).args(["xtask", "swift", "bench"]).env("CARGO_TARGET_DIR", &target);
    eprintln!("preparing: cargo xtask swift bench");
    let built = cargo.stderr(Stdio::inherit()).output()?;
    if !built.status.success() {
        return Err(format!("cargo xtask swift bench: {}", built.status).into());
    }
    let words = String::from_utf8(built.stdout)?;
    let shared = format!("{}:{}", root().display(), target.display());
    Ok(Program {
        command: words.lines().map(PathBuf::from).collect(),
        variables: vec![("UPPZY_SHARED", shared.into())],
        package: None,
    })
}
