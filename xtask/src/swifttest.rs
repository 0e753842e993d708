//! Reading what Swift's test runner prints.

use crate::counts::Counts;

/// Takes in a test's own line, such as `✔ Test "it works" passed after 0.1 seconds.` Tests that begin and
/// do not end, as when the program dies, are told by the end of the program.
pub(crate) fn take(line: &str, counts: &mut Counts) {
    // Before every mark may stand what a test has printed without ending its line.
    let ended = |mark: &str| line.contains(mark) && !line.contains(" Test run with ");
    if ended("✔ Test ") && line.contains(" passed after ") {
        counts.passed += 1;
    } else if ended("✘ Test ") && line.contains(" failed after ") {
        counts.failed += 1;
    } else if ended("➜ Test ") && line.contains(" skipped") {
        counts.ignored += 1;
    }
}

/// The lines that say what failed.
pub(crate) fn failures<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in lines {
        // What an issue says goes on below it.
        let marked = ["✔ ", "✘ ", "◇ ", "➜ "].iter().any(|mark| line.starts_with(mark));
        inside = line.starts_with("✘ ") || line.contains("error:") || (inside && !marked);
        if inside {
            found.push(line);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "◇ Test run started.\n◇ Test one() started.\n✔ Test one() passed after 0.001 seconds.\n\
        ✘ Test \"two\" recorded an issue at A.swift:3:3: Expectation failed: 1 == 2\n↳ since\n\
        ✘ Test \"two\" failed after 0.001 seconds with 1 issue.\n➜ Test three() skipped.\n\
        ✔ Suite Some passed after 0.1 seconds.\n\
        ✘ Test run with 3 tests failed after 0.002 seconds with 1 issue.";

    #[test]
    fn lines_of_tests_are_counted() {
        let mut counts = Counts::default();
        OUTPUT.lines().for_each(|line| take(line, &mut counts));
        assert_eq!(counts, Counts { passed: 1, failed: 1, ignored: 1 });
    }

    #[test]
    fn failures_are_cut_out() {
        let found = failures(OUTPUT.lines());
        assert_eq!(found.len(), 4);
        assert_eq!(found.get(1), Some(&"↳ since"));
    }
}
