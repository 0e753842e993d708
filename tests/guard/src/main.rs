//! What a call costs, in instructions and allocations, held against committed numbers: a guard
//! against regressions that no busy machine can disturb.

mod counting;
mod job;
mod numbers;
mod server;

use std::error::Error;
use std::process::ExitCode;

use job::Job;
use numbers::Numbers;

/// How numbers are committed.
const COMMAND: &str = "cargo xtask guard --write";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match *arguments {
        [] => check(),
        ["--write"] => count().and_then(Numbers::write).map(|()| true),
        ["run", job, times] => run(job, times).map(|()| true),
        _ => Err("usage: uppzy-guard [--write]".into()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// What valgrind runs.
fn run(job: &str, times: &str) -> Result<(), Box<dyn Error>> {
    Job::by_name(job).ok_or("no job of that name")?.run(times.parse()?)
}

fn count() -> Result<Numbers, Box<dyn Error>> {
    if cfg!(debug_assertions) {
        return Err("only what is optimised is counted: build with --release".into());
    }
    let mut numbers = Numbers::default();
    let mut instructions = std::collections::BTreeMap::new();
    for job in Job::ALL {
        numbers.allocations.insert(job.name().to_owned(), counting::allocations(job)?.rounded());
        instructions.insert(job.name().to_owned(), counting::instructions(job)?.round());
    }
    numbers.instructions.insert(numbers::key(), instructions);
    Ok(numbers)
}

fn check() -> Result<bool, Box<dyn Error>> {
    let (lines, right) = count()?.compare(&Numbers::read()?);
    for line in lines {
        println!("{line}");
    }
    if !right {
        println!(
            "Where that is meant, or the compiler is another one, `{COMMAND}` commits to the new numbers."
        );
    }
    Ok(right)
}
