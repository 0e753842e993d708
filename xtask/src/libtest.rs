//! Reading what Rust's test programs print.

use std::process::Command;
use std::thread;

use crate::counts::Counts;

/// The beginning of the line that each test program ends with.
const RESULT: &str = "test result: ";

/// The counts of a line such as `test result: ok. 5 passed; 0 failed; 1 ignored; ...`.
pub(crate) fn counts(line: &str) -> Option<Counts> {
    let (_, numbers) = line.strip_prefix(RESULT)?.split_once(". ")?;
    let mut counts = Counts::default();
    for number in numbers.split("; ") {
        let (number, what) = number.split_once(' ')?;
        let place = match what {
            "passed" => &mut counts.passed,
            "failed" => &mut counts.failed,
            "ignored" => &mut counts.ignored,
            _ => continue,
        };
        *place = number.parse().ok()?;
    }
    Some(counts)
}

/// How many tests of a program run at once, at the least.
const TEST_THREADS: usize = 8;

/// Has more tests run at once than there are processors: most of them wait for most of their time.
pub(crate) fn wait_together(command: &mut Command) -> &mut Command {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    command.env("RUST_TEST_THREADS", processors.max(TEST_THREADS).to_string())
}

/// The lines that say what failed, from each `failures:` to its `test result:`.
pub(crate) fn failures<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in lines {
        inside |= line == "failures:";
        if inside {
            found.push(line);
        }
        inside &= !line.starts_with(RESULT);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; \
                    4 filtered out; finished in 0.02s";
        assert_eq!(counts(line), Some(Counts { passed: 12, failed: 3, ignored: 1 }));
        for other in ["test a::b ... ok", "running 5 tests", "test result: ok", ""] {
            assert_eq!(counts(other), None, "{other}");
        }
    }

    #[test]
    fn failures_are_cut_out() {
        let output = "running 2 tests\nfailures:\n---- a ----\nwhy\nfailures:\n    a\n\
                      test result: FAILED. 1 passed; 1 failed\nrunning 1 test\n\
                      test result: ok. 1 passed; 0 failed";
        let found = failures(output.lines());
        assert_eq!(found.first(), Some(&"failures:"));
        assert_eq!(found.last(), Some(&"test result: FAILED. 1 passed; 1 failed"));
        assert_eq!(found.len(), 6);
    }
}
