//! Running parts in two lanes: the tests, and beside them what only computes.

use std::io::Write;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use crate::part::{Part, PartResult};
use crate::schedule::{Lane, Next, Schedule};
use crate::screen::{Screen, whole};

/// What the lanes share.
struct Shared {
    schedule: Schedule,
    /// What is still to run, and what has ended, each at the place of the part.
    parts: Vec<Option<Part>>,
    results: Vec<Option<PartResult>>,
}

struct Lanes<'a, W> {
    shared: Mutex<Shared>,
    ended: Condvar,
    screen: &'a Screen<W>,
}

/// Runs all parts, and gives their results in the order of the parts.
pub(crate) fn run<W: Write + Send>(parts: Vec<Part>, screen: &Screen<W>) -> Vec<PartResult> {
    let lanes = Lanes {
        shared: Mutex::new(Shared {
            schedule: Schedule::new(parts.iter().map(Part::place)),
            results: parts.iter().map(|_| None).collect(),
            parts: parts.into_iter().map(Some).collect(),
        }),
        ended: Condvar::new(),
        screen,
    };
    thread::scope(|scope| {
        scope.spawn(|| lanes.run(Lane::Builds));
        lanes.run(Lane::Tests);
    });
    // What ended beside the last lines that were seen live.
    screen.put(b"");
    let shared = lanes.shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    shared.results.into_iter().flatten().collect()
}

impl<W: Write> Lanes<'_, W> {
    fn run(&self, lane: Lane) {
        let mut shared = whole(&self.shared);
        loop {
            let next = shared.schedule.next(lane);
            let result = match next {
                Next::Nothing => return,
                Next::Wait => {
                    shared = self.ended.wait(shared).unwrap_or_else(PoisonError::into_inner);
                    continue;
                }
                Next::Refuse(index, reason) => {
                    let part = shared.parts.get_mut(index).and_then(Option::take);
                    (index, part.map(|part| self.refuse(&part, reason)))
                }
                Next::Run(index) => {
                    let part = shared.parts.get_mut(index).and_then(Option::take);
                    drop(shared);
                    let result = part.map(|part| self.run_part(part));
                    shared = whole(&self.shared);
                    (index, result)
                }
            };
            let (index, result) = result;
            let well = result.as_ref().is_some_and(|result| result.counts.failed == 0);
            if let Some(place) = shared.results.get_mut(index) {
                *place = result;
            }
            shared.schedule.end(index, well);
            self.ended.notify_all();
        }
    }

    fn refuse(&self, part: &Part, reason: String) -> PartResult {
        self.screen.put(format!("{}{reason}\n", heading(part)).as_bytes());
        part.refused(reason)
    }

    /// A test is seen while it runs, and what runs beside it when that has ended.
    fn run_part(&self, mut part: Part) -> PartResult {
        let heading = heading(&part);
        if part.lane == Lane::Tests {
            return self.screen.live(|out| {
                let _ = out.write_all(heading.as_bytes());
                part.run(out)
            });
        }
        part.yield_to_others();
        let mut shown = heading.into_bytes();
        let result = part.run(&mut shown);
        self.screen.put(&shown);
        result
    }
}

fn heading(part: &Part) -> String {
    format!("\n==== {}: {}\n", part.language, part.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::Counts;
    use crate::part::Count;
    use std::process::Command;

    fn part(name: &'static str, ends_well: bool) -> Part {
        let mut command = Command::new(env!("CARGO"));
        command.arg(if ends_well { "--version" } else { "no-such-command-of-cargo" });
        Part::new("a", name, Count::Whole, command)
    }

    #[test]
    fn every_part_has_its_result_in_the_order_of_the_parts() {
        let screen = Screen::on(Vec::new());
        let results = run(
            vec![
                part("tests", true).needs(&[("a", "environment")]),
                part("packages", true).needs(&[("a", "build")]),
                part("environment", true).beside_tests(),
                part("build", false).beside_tests(),
            ],
            &screen,
        );
        let found: Vec<_> = results
            .iter()
            .map(|result| (result.name, result.counts.passed, result.counts.failed))
            .collect();
        let expected =
            [("tests", 1, 0), ("packages", 0, 1), ("environment", 1, 0), ("build", 0, 1)];
        assert_eq!(found, expected);
        assert!(results.iter().all(|result| result.counts != Counts::default()));
        let seen = screen.seen();
        for name in ["tests", "packages", "environment", "build"] {
            assert_eq!(seen.matches(&format!("==== a: {name}\n")).count(), 1, "{seen}");
        }
        assert!(seen.contains("not run, since this has failed: a: build"), "{seen}");
    }
}
