//! On what, when and with what was measured.

use std::fs;
use std::process::Command;

use serde::Serialize;

use crate::Outcome;
use crate::programs::can_pin;

/// The machine and its programs.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    date: String,
    processor: String,
    processors: usize,
    system: String,
    programs: Vec<String>,
    pinned: bool,
    quick: bool,
    runs: u32,
}

impl Machine {
    pub(crate) fn of_now(quick: bool, runs: u32) -> Outcome<Self> {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        let field = |text: &str, name: &str, separator: char| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            let value = line.split_once(separator).map(|(_, value)| value).unwrap_or_default();
            value.trim().trim_matches('"').to_owned()
        };
        let programs = ["rustc", "python3", "node"];
        Ok(Self {
            date: said("date", "+%Y-%m-%d"),
            processor: field(&read("/proc/cpuinfo"), "model name", ':'),
            processors: std::thread::available_parallelism()?.get(),
            system: format!(
                "{}, Linux {}",
                field(&read("/etc/os-release"), "PRETTY_NAME", '='),
                read("/proc/sys/kernel/osrelease").trim()
            ),
            programs: programs
                .iter()
                .map(|program| (program, said(program, "--version")))
                .filter(|(_, version)| !version.is_empty())
                .map(|(program, version)| match version.strip_prefix('v') {
                    Some(version) => format!("{program} {version}"),
                    None => version,
                })
                .collect(),
            pinned: can_pin(),
            quick,
            runs,
        })
    }

    /// All of it in some sentences.
    pub(crate) fn in_words(&self) -> String {
        let Self { date, processor, processors, system, programs, pinned, quick, runs } = self;
        let pinned = if *pinned {
            "Server and client had a processor each."
        } else {
            "Server and client shared all processors."
        };
        let quick = if *quick { " A quick run." } else { "" };
        let runs = match runs {
            1 => String::new(),
            runs => format!(" Medians of {runs} whole runs."),
        };
        let programs = programs.join(", ");
        format!("{date}; {processors} x {processor}; {system}; {programs}. {pinned}{quick}{runs}")
    }
}

fn said(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text).split(" (").next().unwrap_or_default().trim().to_owned()
}
