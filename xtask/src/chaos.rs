//! The chaos run: the environments of all languages, and the workers in them.

use std::env;
use std::ffi::{OsStr, OsString};
use std::process::{Command, ExitCode};

use clap::builder::PossibleValuesParser;

use crate::cargo::{cargo, root, run_tool, target_folder, xtask};
use crate::part::{Count, Part};
use crate::schedule::Name;
use crate::{kotlin, node, python, scenarios, swift};

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
    /// Build what it needs, and run nothing
    #[arg(long, hide = true)]
    only_build: bool,
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
    if options.only_build {
        return Ok(ExitCode::SUCCESS);
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
const WORKERS_PART: &str = "workers";

/// The run that is one of the checks.
pub(crate) fn parts() -> Vec<Part> {
    let command = |argument: &str| {
        let mut command = xtask();
        command.args([NAME, argument]);
        command
    };
    let workers = Part::new(NAME, WORKERS_PART, Count::Whole, command("--only-build"));
    let run = Part::new(NAME, "run", Count::Whole, command("--prepared"));
    vec![workers, run.needs(&[(NAME, WORKERS_PART)]).undisturbed()]
}

/// Spares it what the checks before it make; or has it wait, where these are not all that it needs: it makes the
/// environments anew that they use.
pub(crate) fn beside(parts: Vec<Part>, all: bool) -> Vec<Part> {
    let others: Vec<Name> =
        parts.iter().map(Part::name).filter(|(language, _)| *language != NAME).collect();
    let environments: Vec<Name> =
        LANGUAGES.iter().map(|worker| (worker.language, "environment")).collect();
    let placed = |mut part: Part| {
        if part.name() != (NAME, WORKERS_PART) {
            return part;
        }
        if !all {
            return part.after(&others);
        }
        part.command.arg("--prepared");
        // Builds of one folder wait for each other, or are in each other's way: these come after those of the tests.
        let maven = ["tests", "servers", "examples"].map(|name| ("kotlin", name));
        part.needs(&environments).after(&scenarios::WRITTEN).after(&maven).beside_tests()
    };
    parts.into_iter().map(placed).collect()
}
