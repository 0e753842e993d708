//! A part of the checks: a program whose output is shown, and kept for the end.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::cargo::below;
use crate::counts::Counts;
use crate::schedule::{Lane, Name, Place};
use crate::{libtest, nodetest, pytest, surefire, swifttest};

/// Lines of a part's output that are kept to be looked at again.
const MOST_LINES: usize = 20_000;
/// Lines that are repeated of an output without a structure.
const LAST_LINES: usize = 60;
/// How much less of the processor than the tests it gets that runs beside them.
const NICENESS: &str = "10";
/// A program may leave others behind that hold its output open; these are not waited for.
const LEFT_BEHIND: Duration = Duration::from_secs(5);

/// What the output of a part is counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// The whole part is one check.
    Whole,
    /// Rust's test programs tell how many tests there were.
    Libtest,
    /// So does pytest, at the end.
    Pytest,
    /// So does Node's test runner, in several lines at the end.
    NodeTest,
    /// So does Maven's, in a line at the end.
    Surefire,
    /// So does Swift's, in a line for each test and one at the end.
    SwiftTest,
}

/// A part of the checks.
pub(crate) struct Part {
    pub(crate) language: &'static str,
    pub(crate) name: &'static str,
    pub(crate) count: Count,
    pub(crate) command: Command,
    pub(crate) lane: Lane,
    needs: Vec<Name>,
    after: Vec<Name>,
    is_undisturbed: bool,
}

/// How a part ended.
pub(crate) struct PartResult {
    pub(crate) language: &'static str,
    pub(crate) name: &'static str,
    pub(crate) counts: Counts,
    pub(crate) took: Duration,
    /// What to repeat at the end; empty when nothing failed.
    pub(crate) failure: Vec<String>,
}

impl Part {
    /// A part among the tests that waits for no other.
    pub(crate) fn new(
        language: &'static str,
        name: &'static str,
        count: Count,
        command: Command,
    ) -> Self {
        let (lane, needs, after) = (Lane::Tests, Vec::new(), Vec::new());
        Self { language, name, count, command, lane, needs, after, is_undisturbed: false }
    }

    /// One check that only computes.
    pub(crate) fn build(language: &'static str, name: &'static str, command: Command) -> Self {
        Self { lane: Lane::Builds, ..Self::new(language, name, Count::Whole, command) }
    }

    /// Beside the tests, since it only computes.
    pub(crate) fn beside_tests(self) -> Self {
        Self { lane: Lane::Builds, ..self }
    }

    /// With nothing beside it, since it measures or times something: after all that only computes.
    pub(crate) fn undisturbed(self) -> Self {
        Self { is_undisturbed: true, ..self }
    }

    /// Without these having ended well it cannot run.
    pub(crate) fn needs(mut self, names: &[Name]) -> Self {
        self.needs.extend_from_slice(names);
        self
    }

    /// It begins when these have ended, in whichever way.
    pub(crate) fn after(mut self, names: &[Name]) -> Self {
        self.after.extend_from_slice(names);
        self
    }

    pub(crate) fn name(&self) -> Name {
        (self.language, self.name)
    }

    /// When it may begin.
    pub(crate) fn place(&self) -> Place {
        Place {
            name: self.name(),
            lane: self.lane,
            needs: self.needs.clone(),
            after: self.after.clone(),
            is_undisturbed: self.is_undisturbed,
        }
    }

    /// Leaves the processor to others, where the system has a way to say so.
    pub(crate) fn yield_to_others(&mut self) {
        if cfg!(unix) {
            let niceness = [OsString::from("-n"), OsString::from(NICENESS)];
            self.command = below("nice", &niceness, &self.command);
        }
    }

    /// What it comes to when it cannot run.
    pub(crate) fn refused(&self, reason: String) -> PartResult {
        let counts = Counts { failed: 1, ..Counts::default() };
        let (language, name) = (self.language, self.name);
        PartResult { language, name, counts, took: Duration::ZERO, failure: vec![reason] }
    }

    /// Runs the part, and shows its output. What could not run counts as failed.
    pub(crate) fn run(mut self, out: &mut dyn Write) -> PartResult {
        let began = Instant::now();
        let (ended_well, lines) = match run_command(&mut self.command, self.count, out) {
            Ok(ended) => ended,
            Err(error) => {
                let line = format!("cannot run {:?}: {error}", self.command.get_program());
                (false, Lines { kept: VecDeque::from([line]), counts: Counts::default() })
            }
        };
        let counts = counted(self.count, ended_well, lines.counts);
        let failure = if counts.failed == 0 { Vec::new() } else { self.failure(&lines.kept) };
        let Self { language, name, .. } = self;
        PartResult { language, name, counts, took: began.elapsed(), failure }
    }

    fn failure(&self, lines: &VecDeque<String>) -> Vec<String> {
        let lines = || lines.iter().map(String::as_str);
        let mut chosen = match self.count {
            Count::Libtest => libtest::failures(lines()),
            Count::Pytest => pytest::failures(lines()),
            Count::NodeTest => nodetest::failures(lines()),
            Count::Surefire => surefire::failures(lines()),
            Count::SwiftTest => swifttest::failures(lines()),
            Count::Whole => Vec::new(),
        };
        if chosen.is_empty() {
            let skipped = lines().count().saturating_sub(LAST_LINES);
            chosen = lines().skip(skipped).collect();
        }
        chosen.into_iter().map(str::to_owned).collect()
    }
}

fn counted(count: Count, ended_well: bool, found: Counts) -> Counts {
    match count {
        Count::Whole => {
            Counts { passed: ended_well.into(), failed: (!ended_well).into(), ignored: 0 }
        }
        // A test program that did not even start, or found nothing to test, tells no failure.
        Count::Libtest | Count::Pytest | Count::NodeTest | Count::Surefire | Count::SwiftTest
            if found.failed == 0 && (!ended_well || found.passed == 0) =>
        {
            Counts { failed: 1, ..found }
        }
        Count::Libtest | Count::Pytest | Count::NodeTest | Count::Surefire | Count::SwiftTest => {
            found
        }
    }
}

#[derive(Default)]
struct Lines {
    kept: VecDeque<String>,
    counts: Counts,
}

/// Runs the command with its output and errors in one stream, so that they keep their order.
fn run_command(
    command: &mut Command,
    count: Count,
    out: &mut dyn Write,
) -> io::Result<(bool, Lines)> {
    let (reader, writer) = io::pipe()?;
    command.stdin(std::process::Stdio::null());
    command.stdout(writer.try_clone()?).stderr(writer);
    let child = command.spawn();
    // The command holds the writing end as well; without this the reading would never end.
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut child = child?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Whoever receives may have stopped waiting.
        let _ = forward(reader, |line| sender.send(line).is_ok());
    });
    let mut lines = Lines::default();
    let mut ended = None;
    loop {
        match receiver.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => {
                // Nobody may be looking; the checks go on.
                let _ = out.write_all(&line);
                lines.push(String::from_utf8_lossy(&line).trim_end().to_owned(), count);
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                if ended.is_none() && child.try_wait()?.is_some() {
                    ended = Some(Instant::now());
                }
                if ended.is_some_and(|ended| ended.elapsed() > LEFT_BEHIND) {
                    break;
                }
            }
        }
    }
    Ok((child.wait()?.success(), lines))
}

impl Lines {
    fn push(&mut self, line: String, count: Count) {
        match count {
            Count::Whole => {}
            // There are many test programs, each with a line.
            Count::Libtest => self.counts.add(libtest::counts(&line).unwrap_or_default()),
            // The last line counts: tests of what runs under pytest may have shown others.
            Count::Pytest => self.counts = pytest::counts(&line).unwrap_or(self.counts),
            Count::NodeTest => nodetest::take(&line, &mut self.counts),
            Count::Surefire => self.counts = surefire::counts(&line).unwrap_or(self.counts),
            Count::SwiftTest => swifttest::take(&line, &mut self.counts),
        }
        if self.kept.len() == MOST_LINES {
            self.kept.pop_front();
        }
        self.kept.push_back(line);
    }
}

/// Hands every line on, until there are no more or nobody takes them.
fn forward(reader: impl Read, mut take: impl FnMut(Vec<u8>) -> bool) -> io::Result<()> {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        if !take(std::mem::take(&mut line)) {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64) -> Counts {
        Counts { passed, failed, ignored: 0 }
    }

    #[test]
    fn what_could_not_run_counts_as_failed() {
        assert_eq!(counted(Count::Whole, true, Counts::default()), counts(1, 0));
        assert_eq!(counted(Count::Whole, false, Counts::default()), counts(0, 1));
        assert_eq!(counted(Count::Libtest, true, counts(3, 0)), counts(3, 0));
        assert_eq!(counted(Count::Libtest, false, counts(3, 2)), counts(3, 2));
        assert_eq!(counted(Count::Libtest, false, counts(3, 0)), counts(3, 1));
        assert_eq!(counted(Count::Libtest, true, counts(0, 0)), counts(0, 1));
    }

    #[test]
    fn a_missing_program_is_a_failure() {
        let command = Command::new("/no/such/program");
        let part = Part::new("none", "missing", Count::Whole, command);
        let result = part.run(&mut io::sink());
        assert_eq!(result.counts, counts(0, 1));
        assert!(result.failure.iter().any(|line| line.contains("/no/such/program")));
    }

    #[test]
    fn output_and_errors_keep_their_order_and_are_counted() {
        let mut command = Command::new(env!("CARGO"));
        command.arg("no-such-command-of-cargo");
        let mut part = Part::new("none", "failing", Count::Libtest, command);
        part.yield_to_others();
        let mut shown = Vec::new();
        let result = part.run(&mut shown);
        assert_eq!(result.counts, counts(0, 1));
        assert!(result.failure.iter().any(|line| line.contains("no-such-command-of-cargo")));
        assert!(String::from_utf8(shown).unwrap().contains("no-such-command-of-cargo"));

        let mut lines = Lines::default();
        for _ in 0..MOST_LINES + 2 {
            let line = "test result: ok. 2 passed; 0 failed; 0 ignored".to_owned();
            lines.push(line, Count::Libtest);
        }
        assert_eq!(lines.kept.len(), MOST_LINES);
        assert_eq!(lines.counts.passed, 2 * (MOST_LINES as u64 + 2));

        let mut lines = Lines::default();
        for line in ["1 failed in 0.10s", "...", "3 passed, 1 skipped in 0.20s", "bye"] {
            lines.push(line.to_owned(), Count::Pytest);
        }
        assert_eq!(lines.counts, Counts { passed: 3, failed: 0, ignored: 1 });
    }
}
