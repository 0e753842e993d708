//! Chaos run: the clients of all languages against one sandbox that breaks in every way, restarts
//! and changes its keys, while workers are killed, halted and forked. What must hold nevertheless is
//! checked at the end.

mod checks;
mod director;
mod evidence;
mod faults;
mod figures;
mod holders;
mod orders;
mod programs;
mod resuming;
mod rust_worker;
mod sandbox;
mod worker;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

/// What every part can end in.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// All languages at once against one sandbox that breaks; what must hold is checked at the end
#[derive(Debug, Parser)]
#[command(name = "cargo xtask chaos", bin_name = "cargo xtask chaos")]
struct Arguments {
    /// How long faults go on
    #[arg(long, default_value_t = 2.0)]
    minutes: f64,
    /// Seed of everything that is drawn by chance; the time's by default
    #[arg(long)]
    seed: Option<u64>,
    /// Only this language; may be repeated
    #[arg(long = "lang", value_name = "LANGUAGE")]
    languages: Vec<String>,
    /// Have the workers in Rust break this rule, to see that it is noticed
    #[arg(long = "break", value_name = "RULE", hide = true)]
    broken: Option<String>,
    /// The sandbox's program
    #[arg(long, env = "UPPZY_SANDBOX", hide = true)]
    sandbox: Option<PathBuf>,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// A worker in Rust; told what to do on its standard input
    #[command(hide = true)]
    Worker {
        #[arg(long = "break")]
        broken: Option<String>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = runtime.map_err(Into::into).and_then(|runtime| match arguments.role {
        Some(Role::Worker { broken }) => {
            let result = runtime.block_on(rust_worker::run(broken));
            // Reading the standard input has a thread that cannot be interrupted.
            runtime.shutdown_background();
            result.map(|()| true)
        }
        None => runtime.block_on(run(arguments)),
    });
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything held.
async fn run(arguments: Arguments) -> Outcome<bool> {
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => director::now_ms() % 1_000_000,
    };
    let mut kinds = programs::kinds(arguments.broken.as_deref())?;
    if !arguments.languages.is_empty() {
        kinds.retain(|kind| arguments.languages.iter().any(|name| name == kind.language));
    }
    if kinds.is_empty() {
        return Err("no worker is left".into());
    }
    let beside = std::env::current_exe()?.with_file_name("uppzy-sandbox");
    let plan = director::Plan {
        sandbox: arguments.sandbox.unwrap_or(beside),
        kinds,
        time: Duration::try_from_secs_f64(arguments.minutes * 60.0)?,
        seed,
    };
    println!("chaos: seed {seed}, {} minutes", arguments.minutes);
    let mut terminated = signal(SignalKind::terminate())?;
    let evidence = tokio::select! {
        evidence = director::run(plan) => evidence?,
        // All processes end with what is dropped here.
        _ = tokio::signal::ctrl_c() => return Err("interrupted".into()),
        _ = terminated.recv() => return Err("told to stop".into()),
    };
    let findings = checks::check(&evidence);
    println!("{}", figures::table(&evidence));
    for finding in checks::shown(&findings) {
        println!("{}", checks::show(finding, &evidence));
    }
    println!("{}", checks::summary(&findings, seed));
    Ok(findings.is_empty())
}
