//! Benchmarks: clients side by side against one server, each in a process of its own.
//!
//! What is compared is the processor time of the client's process, since wall time on a shared
//! machine says more about its neighbours. The runs of the clients that are compared alternate, and
//! the ratio of each pair is taken before the median. Linux only: it reads `/proc`.

mod clients;
mod jobs;
mod measure;
mod processes;
mod report;
mod server;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use clients::Engine;

/// What every part of the benchmark can end in.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Measure the client against bare reqwest, and against the project's own aims
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Arguments {
    /// Fewer repeats: under three minutes in all
    #[arg(long)]
    quick: bool,
    /// Only these jobs; may be repeated
    #[arg(long = "job", value_name = "JOB", value_enum)]
    jobs: Vec<jobs::Job>,
    #[command(subcommand)]
    role: Option<Role>,
}

/// What a process that the benchmark starts does. For the benchmark itself and for profilers.
#[derive(Debug, Subcommand)]
enum Role {
    /// The server; ends with its standard input
    #[command(hide = true)]
    Server,
    /// Sends questions one after the other in each of so many tasks
    #[command(hide = true)]
    Send { engine: Engine, url: String, requests: u64, concurrency: u64 },
    /// Awaits so many answers at once
    #[command(hide = true)]
    Many { url: String, answers: usize },
    /// Uploads a file
    #[command(hide = true)]
    Upload { url: String, path: std::path::PathBuf },
    /// Makes a client, and sends one question
    #[command(hide = true)]
    Cold { engine: Engine, url: String },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.role {
        None => jobs::run(&arguments.jobs, arguments.quick),
        Some(Role::Server) => server::run(),
        Some(Role::Send { engine, url, requests, concurrency }) => {
            clients::send(engine, &url, requests, concurrency)
        }
        Some(Role::Many { url, answers }) => clients::many(&url, answers),
        Some(Role::Upload { url, path }) => clients::upload(&url, path),
        Some(Role::Cold { engine, url }) => clients::cold(engine, &url),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
