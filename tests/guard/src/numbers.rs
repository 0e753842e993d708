//! The committed numbers, and how those of today compare.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How far a number may be off either way, as a share of the committed one.
const TOLERANCE: f64 = 0.05;
/// What an average of whole numbers may be off by rare ones, such as a list that grows.
const RARE: f64 = 0.1;

/// What a job asks of the allocator each time.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Allocations {
    pub(crate) count: f64,
    pub(crate) bytes: f64,
}

impl Allocations {
    /// As exact as it means anything.
    pub(crate) fn rounded(self) -> Self {
        Self { count: (self.count * 100.0).round() / 100.0, bytes: self.bytes.round() }
    }
}

/// Numbers by the name of the job.
type ByJob<T> = BTreeMap<String, T>;

/// What was counted.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Numbers {
    pub(crate) allocations: ByJob<Allocations>,
    /// By what they depend on: architecture, system and compiler.
    pub(crate) instructions: BTreeMap<String, ByJob<f64>>,
}

/// What the number of instructions depends on beside the code.
pub(crate) fn key() -> String {
    let (architecture, system) = (std::env::consts::ARCH, std::env::consts::OS);
    format!("{architecture} {system}, {}", env!("UPPZY_GUARD_COMPILER"))
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("numbers.json")
}

impl Numbers {
    pub(crate) fn read() -> Result<Self, Box<dyn Error>> {
        let path = path();
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Writes these, and keeps the instructions of other machines and compilers.
    pub(crate) fn write(mut self) -> Result<(), Box<dyn Error>> {
        // A file that cannot be read is made anew.
        let before = Self::read().unwrap_or_default();
        for (key, instructions) in before.instructions {
            self.instructions.entry(key).or_insert(instructions);
        }
        std::fs::write(path(), format!("{}\n", serde_json::to_string_pretty(&self)?))?;
        Ok(())
    }

    /// A line for each number, and whether all are as committed.
    pub(crate) fn compare(&self, committed: &Self) -> (Vec<String>, bool) {
        let mut report = Report { lines: Vec::new(), right: true };
        for (job, now) in &self.allocations {
            let before = committed.allocations.get(job);
            let count = before.map(|before| before.count);
            report.compare(&format!("{job}: allocations"), now.count, count, |_| RARE);
            let bytes = before.map(|before| before.bytes);
            report.compare(&format!("{job}: bytes allocated"), now.bytes, bytes, share);
        }
        for (key, jobs) in &self.instructions {
            let before = committed.instructions.get(key);
            for (job, now) in jobs {
                let before = before.and_then(|jobs| jobs.get(job)).copied();
                report.compare(&format!("{job}: instructions ({key})"), *now, before, share);
            }
        }
        (report.lines, report.right)
    }
}

fn share(committed: f64) -> f64 {
    committed * TOLERANCE
}

struct Report {
    lines: Vec<String>,
    right: bool,
}

impl Report {
    fn compare(
        &mut self,
        what: &str,
        now: f64,
        committed: Option<f64>,
        tolerance: impl Fn(f64) -> f64,
    ) {
        let line = match committed {
            None => {
                self.right = false;
                format!("{what}: {now:.1}, and no committed number")
            }
            Some(committed) => {
                let change = (now / committed - 1.0) * 100.0;
                let within = (now - committed).abs() <= tolerance(committed);
                self.right &= within;
                let verdict = match (within, now > committed) {
                    (true, _) => "",
                    (false, true) => "   MORE than may be",
                    (false, false) => "   less: write anew",
                };
                format!("{what}: {now:.1}, committed {committed:.1} ({change:+.1} %){verdict}")
            }
        };
        self.lines.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(key: &str, count: f64, bytes: f64, instructions: f64) -> Numbers {
        let job = "chat.send".to_owned();
        Numbers {
            allocations: ByJob::from([(job.clone(), Allocations { count, bytes })]),
            instructions: BTreeMap::from([(key.to_owned(), ByJob::from([(job, instructions)]))]),
        }
    }

    #[test]
    fn what_is_off_either_way_is_not_right() {
        let committed = numbers("here", 20.0, 4_000.0, 50_000.0);
        let right = |now: Numbers| now.compare(&committed).1;
        assert!(right(committed.clone()));
        assert!(right(numbers("here", 20.05, 4_190.0, 52_400.0)));
        assert!(right(numbers("here", 19.95, 3_810.0, 47_600.0)));
        assert!(!right(numbers("here", 21.0, 4_000.0, 50_000.0)), "one allocation more");
        assert!(!right(numbers("here", 19.0, 4_000.0, 50_000.0)), "one allocation less");
        assert!(!right(numbers("here", 20.0, 4_210.0, 50_000.0)), "more bytes");
        assert!(!right(numbers("here", 20.0, 3_790.0, 50_000.0)), "fewer bytes");
        assert!(!right(numbers("here", 20.0, 4_000.0, 52_600.0)), "more instructions");
        assert!(!right(numbers("here", 20.0, 4_000.0, 47_400.0)), "fewer instructions");
    }

    #[test]
    fn what_was_never_counted_is_not_right() {
        let committed = numbers("here", 20.0, 4_000.0, 50_000.0);
        let (lines, right) = numbers("elsewhere", 20.0, 4_000.0, 50_000.0).compare(&committed);
        assert!(!right);
        assert!(lines.iter().any(|line| line.contains("no committed number")), "{lines:?}");
        assert!(!committed.compare(&Numbers::default()).1);
    }

    #[test]
    fn the_committed_numbers_hold_every_job() {
        let committed = Numbers::read().unwrap();
        for job in crate::job::Job::ALL {
            assert!(committed.allocations.contains_key(job.name()), "{}", job.name());
            let counted = |jobs: &ByJob<f64>| jobs.contains_key(job.name());
            assert!(committed.instructions.values().all(counted), "{}", job.name());
        }
        assert!(!committed.instructions.is_empty());
    }
}
