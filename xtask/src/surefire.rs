//! Reading what Maven's test runner prints.

use crate::counts::Counts;

/// The counts of a closing line such as `Tests run: 5, Failures: 1, Errors: 0, Skipped: 0`. Lines for
/// one class go on with the time that it took.
pub(crate) fn counts(line: &str) -> Option<Counts> {
    let line = plain(line);
    let counted = line.trim().strip_prefix("Tests run: ")?;
    let mut numbers = counted.split(", ").enumerate().map(|(place, part)| {
        let expected = ["", "Failures: ", "Errors: ", "Skipped: "].get(place)?;
        part.strip_prefix(expected)?.parse::<u64>().ok()
    });
    let (run, failures) = (numbers.next()??, numbers.next()??);
    let (errors, ignored) = (numbers.next()??, numbers.next()??);
    if numbers.next().is_some() {
        return None;
    }
    let failed = failures + errors;
    Some(Counts { passed: run.saturating_sub(failed + ignored), failed, ignored })
}

/// The line without its colours and its level.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, escape)) = rest.split_once('\u{1b}') {
        text.push_str(before);
        rest = escape.split_once('m').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    for level in ["[INFO] ", "[WARNING] ", "[ERROR] "] {
        if let Some(after) = text.strip_prefix(level) {
            return after.to_owned();
        }
    }
    text
}

/// The lines that say what failed: from the first that tells of one.
pub(crate) fn failures<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let tells = |line: &&str| plain(line).contains("<<< ") || line.contains("COMPILATION ERROR");
    lines.into_iter().skip_while(|line| !tells(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_read() {
        let expected = Some(Counts { passed: 6, failed: 3, ignored: 1 });
        assert_eq!(counts("[ERROR] Tests run: 10, Failures: 2, Errors: 1, Skipped: 1"), expected);
        let coloured = "[\u{1b}[1;31mERROR\u{1b}[m] Tests run: 1, Failures: 0";
        assert_eq!(counts(coloured), None);
        let green = "\u{1b}[1mTests run: 2, Failures: 0, Errors: 0, Skipped: 0\u{1b}[m";
        assert_eq!(counts(green), Some(Counts { passed: 2, failed: 0, ignored: 0 }));
    }

    #[test]
    fn lines_of_one_class_are_not_added() {
        let line = "Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s - in A";
        assert_eq!(counts(line), None);
        assert_eq!(counts("Tests run: many"), None);
    }

    #[test]
    fn failures_are_cut_out() {
        let output = "fine\n[ERROR] com.A.b -- Time elapsed: 1 s <<< FAILURE!\nwhy";
        let cut: Vec<_> = output.lines().skip(1).collect();
        assert_eq!(failures(output.lines()), cut);
    }
}
