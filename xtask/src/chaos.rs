//! The chaos run: the environments of all languages, and the workers in them.

use std::env;
use std::ffi::{OsStr, OsString};
use std::process::{Command, ExitCode};

use clap::builder::PossibleValuesParser;

use crate::cargo::{cargo, root, run_tool, target_folder, xtask};
use crate::part::{Count, Part};
use crate::schedule::Name;
use crate::{kotlin, node, python, swift};

const WORKERS: &str = "tests/chaos";
/// How long the run of the checks is; anybody can have a longer one.
const MINUTES: &str = "2";

/// A language with a worker of its own: how its environment is made, and how the worker is started.
struct Worker {
    language: &'static str,
    make: fn() -> Result<(), String>,
    words: fn() -> Result<Vec<OsString>, String>,
    variable: &'static str,
}

static LANGUAGES: [Worker; 4] = [
    Worker {
        language: "python",
        make: python::make_environment,
        words: python_words,
        variable: "UPPZY_CHAOS_PYTHON",
    },
    Worker {
        language: "node",
        make: node::make_environment,
        words: node_words,
        variable: "UPPZY_CHAOS_NODE",
    },
    Worker {
        language: "kotlin",
        make: kotlin::make_environment,
        words: kotlin::chaos_worker,
        variable: "UPPZY_CHAOS_KOTLIN",
    },
    Worker {
        language: "swift",
        make: swift::make_environment,
        words: swift::chaos_worker,
        variable: "UPPZY_CHAOS_SWIFT",
    },
];

fn worker(path: &str) -> OsString {
    root().join(WORKERS).join(path).into()
}

fn python_words() -> Result<Vec<OsString>, String> {
    // Newer Pythons warn of forks beside threads, which is what the worker is there for.
    let quiet = ["-B", "-W", "ignore::DeprecationWarning"].map(OsString::from);
    let program = [python::interpreter()?.into()].into_iter();
    Ok(program.chain(quiet).chain([worker("python/worker.py")]).collect())
}

fn node_words() -> Result<Vec<OsString>, String> {
    Ok(vec![node::interpreter().into(), worker("node/worker.mjs")])
}

/// How a run is to be.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How long faults go on
    #[arg(long, default_value = MINUTES)]
    minutes: f64,
    /// Seed of everything that is drawn by chance; the time's by default
    #[arg(long)]
    seed: Option<u64>,
    /// Only this language, beside Rust; may be repeated
    #[arg(long = "lang", value_name = "LANGUAGE", value_parser = PossibleValuesParser::new(names()))]
    languages: Vec<String>,
    /// The environments of the languages are there, as `cargo xtask LANGUAGE` makes them
    #[arg(long)]
    prepared: bool,
    /// Have the workers in Rust break this rule, to see that it is noticed
    #[arg(long = "break", value_name = "RULE", hide = true)]
    broken: Option<String>,
}

fn names() -> impl Iterator<Item = &'static str> {
    ["rust"].into_iter().chain(LANGUAGES.iter().map(|worker| worker.language))
}

/// Makes what is needed, unless that was done before, and runs it.
pub(crate) fn run(options: &Options) -> Result<ExitCode, String> {
    let is_chosen = |language: &str| {
        options.languages.is_empty() || options.languages.iter().any(|name| name == language)
    };
    let mut chaos = Command::new(
        target_folder().join("debug").join(format!("uppzy-chaos{}", env::consts::EXE_SUFFIX)),
    );
    for worker in LANGUAGES.iter().filter(|worker| is_chosen(worker.language)) {
        if !options.prepared {
            (worker.make)()?;
        }
        chaos.env(worker.variable, (worker.words)()?.join(OsStr::new("\n")));
    }
    for arguments in [
        ["--workspace", "--all-features", "--bin", "uppzy-sandbox"],
        ["--package", "uppzy-chaos", "--bin", "uppzy-chaos"],
    ] {
        let mut build = cargo();
        run_tool(build.args(["build", "--locked", "--quiet"]).args(arguments))?;
    }
    chaos.args(["--minutes", &options.minutes.to_string()]).env("UPPZY_SHARED", swift::shared());
    if let Some(seed) = options.seed {
        chaos.args(["--seed", &seed.to_string()]);
    }
    if let Some(rule) = &options.broken {
        chaos.args(["--break", rule]);
    }
    let ended = chaos.status().map_err(|error| format!("cannot start the run: {error}"))?;
    Ok(if ended.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Its name among the checks.
pub(crate) const NAME: &str = "chaos";

/// The run that is one of the checks.
pub(crate) fn parts() -> Vec<Part> {
    let mut command = xtask();
    command.arg(NAME);
    let environments: Vec<Name> =
        LANGUAGES.iter().map(|worker| (worker.language, "environment")).collect();
    vec![Part::new(NAME, "run", Count::Whole, command).needs(&environments)]
}

/// Spares the run what the checks before it have made.
pub(crate) fn after_all_others(parts: &mut [Part]) {
    for part in parts.iter_mut().filter(|part| part.language == NAME) {
        part.command.arg("--prepared");
    }
}
