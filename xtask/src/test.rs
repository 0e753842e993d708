//! Running all parts of the checks, and the summary at the end.

use std::process::ExitCode;

use crate::counts::Counts;
use crate::lanes;
use crate::part::{Part, PartResult};
use crate::screen::Screen;

/// Runs the parts, all of them whatever fails.
pub(crate) fn run(parts: Vec<Part>) -> ExitCode {
    let results = lanes::run(parts, &Screen::new());
    for result in results.iter().filter(|result| !result.failure.is_empty()) {
        println!("\n==== failed: {}: {}", result.language, result.name);
        for line in &result.failure {
            println!("{line}");
        }
    }
    println!();
    for line in summary(&results) {
        println!("{line}");
    }
    let passed = results.iter().all(|result| result.counts.failed == 0);
    if passed && !results.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A line for each part, and the sum in the last one.
fn summary(results: &[PartResult]) -> Vec<String> {
    let mut sum = Counts::default();
    let mut lines = vec![format!("{:<24}{:>8}{:>8}{:>9}", "part", "passed", "failed", "time")];
    for result in results {
        let PartResult { language, name, counts, took, .. } = result;
        let part = format!("{language}: {name}");
        let took = format!("{:.1} s", took.as_secs_f64());
        let mut line = format!("{part:<24}{:>8}{:>8}{took:>9}", counts.passed, counts.failed);
        if counts.ignored > 0 {
            line.push_str(&format!("   {} not run", counts.ignored));
        }
        lines.push(line);
        sum.add(*counts);
    }
    lines.push(format!("{} passed, {} failed", sum.passed, sum.failed));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_last_line_is_the_sum() {
        let result = |name, passed, failed, ignored| PartResult {
            language: "rust",
            name,
            counts: Counts { passed, failed, ignored },
            took: Duration::from_millis(1_250),
            failure: Vec::new(),
        };
        let lines = summary(&[result("lints", 1, 0, 0), result("tests", 40, 2, 3)]);
        assert_eq!(
            lines,
            [
                "part                      passed  failed     time",
                "rust: lints                    1       0    1.2 s",
                "rust: tests                   40       2    1.2 s   3 not run",
                "41 passed, 2 failed",
            ]
        );
    }
}
