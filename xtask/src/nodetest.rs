//! Reading what Node's test runner prints.

use crate::counts::Counts;

/// Takes in a closing line such as `ℹ pass 12`; the first of them is the one of all tests. What was
/// cancelled counts as failed, what was skipped or is to be done as not run.
pub(crate) fn take(line: &str, counts: &mut Counts) {
    let Some((what, number)) = line.strip_prefix("ℹ ").and_then(|rest| rest.split_once(' '))
    else {
        return;
    };
    let Ok(number) = number.parse::<u64>() else { return };
    match what {
        "tests" => *counts = Counts::default(),
        "pass" => counts.passed += number,
        "fail" | "cancelled" => counts.failed += number,
        "skipped" | "todo" => counts.ignored += number,
        _ => {}
    }
}

/// The lines that say what failed, from the last heading to the end.
pub(crate) fn failures<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in lines {
        if line == "✖ failing tests:" {
            inside = true;
            found.clear();
        }
        if inside {
            found.push(line);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(output: &str) -> Counts {
        let mut counts = Counts::default();
        output.lines().for_each(|line| take(line, &mut counts));
        counts
    }

    #[test]
    fn closing_lines_are_read() {
        let output = "✔ one (0.1ms)\nℹ tests 12\nℹ suites 1\nℹ pass 6\nℹ fail 2\nℹ cancelled 1\n\
                      ℹ skipped 2\nℹ todo 1\nℹ duration_ms 90.5";
        assert_eq!(counts(output), Counts { passed: 6, failed: 3, ignored: 3 });
        assert_eq!(counts("tests 12\nℹ pass\nℹ pass many"), Counts::default());
    }

    #[test]
    fn the_last_run_counts() {
        let output = "ℹ tests 1\nℹ pass 0\nℹ fail 1\nℹ tests 2\nℹ pass 2\nℹ fail 0";
        assert_eq!(counts(output), Counts { passed: 2, failed: 0, ignored: 0 });
    }

    #[test]
    fn failures_are_cut_out() {
        let output = "✖ one (1ms)\n✖ failing tests:\nold\n✔ two\n✖ failing tests:\n\nwhy";
        assert_eq!(failures(output.lines()), ["✖ failing tests:", "", "why"]);
    }
}
