//! Benchmarks: clients side by side against one server, each in a process of its own.
//!
//! What is compared is the processor time of the client's process, since wall time on a shared
//! machine says more about its neighbours. The runs of the clients that are compared alternate, and
//! the ratio of each pair is taken before the median. Linux only: it reads `/proc`.

mod clients;
mod contenders;
mod figures;
mod html;
mod jobs;
mod machine;
mod markdown;
mod measure;
mod merged;
mod processes;
mod programs;
mod report;
mod scale;
mod server;
mod side_by_side;
mod start;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use clients::Engine;

/// What every part of the benchmark can end in.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Measure the clients against those that would be used in their place
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Arguments {
    /// Fewer repeats, and only the usual numbers in flight: minutes in all
    #[arg(long)]
    quick: bool,
    /// Everything so often, and the medians of that
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Write docs/performance.md anew
    #[arg(long)]
    write_docs: bool,
    /// Only these jobs; may be repeated
    #[arg(long = "job", value_name = "JOB", value_enum)]
    jobs: Vec<jobs::Job>,
    /// Only this language; may be repeated
    #[arg(long = "lang", value_name = "LANGUAGE", value_enum)]
    languages: Vec<contenders::Language>,
    /// Only this client beside ours; may be repeated
    #[arg(long = "peer", value_name = "CLIENT")]
    peers: Vec<String>,
    /// Only so many questions in flight; may be repeated
    #[arg(long = "in-flight", value_name = "NUMBER")]
    in_flight: Vec<u64>,
    #[command(subcommand)]
    role: Option<Role>,
}

/// What a process that the benchmark starts does. For the benchmark itself and for profilers.
#[derive(Debug, Subcommand)]
enum Role {
    /// The server; ends with its standard input
    #[command(hide = true)]
    Server { latency: u64 },
    /// Sends questions one after the other in each of so many tasks
    #[command(hide = true)]
    Send { engine: Engine, url: String, requests: u64, concurrency: u64 },
    /// Awaits so many answers at once
    #[command(hide = true)]
    Many { engine: Engine, url: String, answers: usize },
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
        None => jobs::run(&jobs::Chosen {
            quick: arguments.quick,
            runs: arguments.runs,
            write_docs: arguments.write_docs,
            jobs: arguments.jobs,
            languages: arguments.languages,
            peers: arguments.peers,
            in_flight: arguments.in_flight,
        }),
        Some(Role::Server { latency }) => server::run(Duration::from_millis(latency)),
        Some(Role::Send { engine, url, requests, concurrency }) => {
            clients::send(engine, &url, requests, concurrency)
        }
        Some(Role::Many { engine: Engine::Uppzy, url, answers }) => clients::many(&url, answers),
        Some(Role::Many { .. }) => Err("only ours awaits many answers".into()),
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
