//! Reading what pytest prints.

use crate::counts::Counts;

/// The counts of a closing line such as `2 failed, 5 passed, 1 skipped in 0.31s`. What could not be
/// set up counts as failed, what was skipped or expected to fail as not run.
pub(crate) fn counts(line: &str) -> Option<Counts> {
    let (numbers, time) = line.trim_matches(['=', ' ']).rsplit_once(" in ")?;
    if !time.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let mut counts = Counts::default();
    if numbers == "no tests ran" {
        return Some(counts);
    }
    for number in numbers.split(", ") {
        let (number, what) = number.split_once(' ')?;
        let number: u64 = number.parse().ok()?;
        match what {
            "passed" => counts.passed += number,
            "failed" | "error" | "errors" | "xpassed" => counts.failed += number,
            "skipped" | "xfailed" => counts.ignored += number,
            "deselected" | "warning" | "warnings" => {}
            _ => return None,
        }
    }
    Some(counts)
}

/// The lines that say what failed, from the first heading to the end.
pub(crate) fn failures<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let is_heading = |line: &&str| matches!(line.trim_matches(['=', ' ']), "FAILURES" | "ERRORS");
    lines.into_iter().skip_while(|line| !is_heading(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_read() {
        let of = |passed, failed, ignored| Some(Counts { passed, failed, ignored });
        for (line, expected) in [
            ("55 passed in 40.86s", of(55, 0, 0)),
            ("===== 1 failed, 2 passed, 3 skipped, 1 error in 61.00s (0:01:01) =====", of(2, 2, 3)),
            ("2 errors in 0.10s", of(0, 2, 0)),
            ("1 passed, 4 deselected, 2 warnings, 1 xfailed in 0.1s", of(1, 0, 1)),
            ("no tests ran in 0.00s", of(0, 0, 0)),
            ("4 lines read in 0.1s", None),
            ("1 passed in the end", None),
            ("FAILED test_a.py::test_b - assert 1 == 2", None),
            ("", None),
        ] {
            assert_eq!(counts(line), expected, "{line}");
        }
    }

    #[test]
    fn failures_are_cut_out() {
        let output = ["..F", "===== FAILURES =====", "___ test_b ___", "why", "1 failed in 0.1s"];
        assert_eq!(failures(output), output[1..]);
        assert!(failures(["55 passed in 1.00s"]).is_empty());
    }
}
