//! The jobs, and which of them were chosen.

use clap::ValueEnum;

use crate::Outcome;
use crate::contenders::Language;
use crate::figures;
use crate::merged::merged;
use crate::report::{Report, publish};
use crate::scale;
use crate::side_by_side::{self, Programs};
use crate::start;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Job {
    /// Processor time of a question that is answered at once, side by side
    Send,
    /// The same with 20 ms until the answer
    Latency,
    /// Ten thousand answers awaited at once
    Many,
    /// From a hundred to a hundred thousand answers awaited at once
    Scale,
    /// A file of 1 GiB
    Upload,
    /// From the start of a process to its first answer, over plain HTTP
    Cold,
    /// Importing the Python package
    Import,
    /// Sizes of what is published
    Size,
}

impl Job {
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// What is to be measured; an empty list means everything.
pub(crate) struct Chosen {
    pub(crate) quick: bool,
    /// So often.
    pub(crate) runs: u32,
    pub(crate) write_docs: bool,
    pub(crate) jobs: Vec<Job>,
    pub(crate) languages: Vec<Language>,
    pub(crate) peers: Vec<String>,
    pub(crate) in_flight: Vec<u64>,
}

fn has<T: PartialEq>(chosen: &[T], wanted: &T) -> bool {
    chosen.is_empty() || chosen.contains(wanted)
}

impl Chosen {
    pub(crate) fn has_job(&self, job: Job) -> bool {
        has(&self.jobs, &job)
    }

    pub(crate) fn has_language(&self, language: Language) -> bool {
        has(&self.languages, &language)
    }

    pub(crate) fn has_peer(&self, name: &str) -> bool {
        has(&self.peers, &name.to_owned())
    }

    pub(crate) fn has_in_flight(&self, in_flight: u64) -> bool {
        has(&self.in_flight, &in_flight)
    }
}

/// Runs the jobs, and publishes what came of them: after each run, as all of them take long.
pub(crate) fn run(chosen: &Chosen) -> Outcome<()> {
    let programs = Programs::prepare(chosen)?;
    let mut runs = Vec::new();
    for number in 1..=chosen.runs {
        eprintln!("run {number} of {}", chosen.runs);
        runs.push(run_once(&programs, chosen)?);
        publish(&merged(runs.clone()), chosen, number)?;
    }
    Ok(())
}

fn run_once(programs: &Programs, chosen: &Chosen) -> Outcome<Report> {
    let mut report = Report::default();
    for job in Job::value_variants().iter().copied().filter(|job| chosen.has_job(*job)) {
        match job {
            Job::Send | Job::Latency => {
                report.comparisons.extend(side_by_side::send(programs, chosen, job)?);
            }
            Job::Many => {
                report.comparisons.extend(side_by_side::many(programs, chosen)?);
                report.rows.extend(figures::many(chosen)?);
            }
            Job::Scale => {
                let points = scale::measure(chosen)?;
                report.rows.extend(scale::rows(&points));
                report.scale = points;
            }
            Job::Upload => report.rows.extend(figures::upload(chosen)?),
            Job::Cold => report.rows.extend(start::cold(programs, chosen)?),
            Job::Import => report.rows.extend(start::import(programs, chosen)?),
            Job::Size => report.rows.extend(start::sizes(programs, chosen)?),
        }
    }
    Ok(report)
}
