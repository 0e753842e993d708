//! Counts what a job takes. Two runs of different length are counted, and their difference is taken,
//! so that nothing of start and end is in it.

use std::alloc::System;
use std::error::Error;
use std::process::Command;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use crate::job::Job;
use crate::numbers::Allocations;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Allocations of the job, for each time that it is done.
pub(crate) fn allocations(job: Job) -> Result<Allocations, Box<dyn Error>> {
    let count = |times| -> Result<[f64; 2], Box<dyn Error>> {
        let region = Region::new(ALLOCATOR);
        job.run(times)?;
        let seen = region.change();
        // What grows in place is asked for anew too.
        let grown = u32::try_from(seen.bytes_reallocated.max(0)).unwrap_or(u32::MAX);
        let bytes = as_float(seen.bytes_allocated)? + f64::from(grown);
        Ok([as_float(seen.allocations)? + as_float(seen.reallocations)?, bytes])
    };
    // Libraries set up once what they need for ever.
    job.run(10)?;
    let times = job.times();
    let ([count_once, bytes_once], [count_twice, bytes_twice]) = (count(times)?, count(times * 2)?);
    let each = |once, twice| Ok::<_, Box<dyn Error>>((twice - once) / as_float(times)?);
    Ok(Allocations { count: each(count_once, count_twice)?, bytes: each(bytes_once, bytes_twice)? })
}

/// Instructions of the job, for each time that it is done.
pub(crate) fn instructions(job: Job) -> Result<f64, Box<dyn Error>> {
    let times = job.times();
    Ok((under_valgrind(job, times * 2)? - under_valgrind(job, times)?) / as_float(times)?)
}

/// Counts are far below what a float holds exactly.
fn as_float(count: impl TryInto<u32>) -> Result<f64, Box<dyn Error>> {
    count.try_into().map(f64::from).map_err(|_| "a count beyond four billion".into())
}

fn under_valgrind(job: Job, times: u64) -> Result<f64, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("log");
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--log-file={}", log.display()))
        .arg(std::env::current_exe()?)
        .args(["run", job.name(), &times.to_string()]);
    let status = command.status().map_err(|error| {
        format!("valgrind cannot be run: {error}; tests/guard/setup.sh installs it")
    })?;
    let log = std::fs::read_to_string(log)?;
    if !status.success() {
        return Err(format!("valgrind: {status}\n{log}").into());
    }
    collected(&log).ok_or_else(|| format!("valgrind told no count:\n{log}").into())
}

/// The count in a line such as `==123== Collected : 4567`.
fn collected(log: &str) -> Option<f64> {
    log.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_what_valgrind_says() {
        let log = "==7== Events    : Ir\n==7== Collected : 1234567\n==7== \n";
        assert_eq!(collected(log), Some(1_234_567.0));
        assert_eq!(collected("==7== Events    : Ir\n"), None);
    }

    #[test]
    fn every_job_does_what_it_says() {
        for job in Job::ALL {
            job.run(5).unwrap();
        }
    }
}
