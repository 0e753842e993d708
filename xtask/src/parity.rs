//! Holding the languages against each other: the runners write, and the report compares.

use std::path::PathBuf;

use crate::cargo::{cargo, root, target_folder};
use crate::part::{Count, Part};
use crate::{languages, scenarios};

/// The parts that write what is compared, and those that make what they need.
const WRITERS: [(&str, &str); 12] = [
    ("python", "setup"),
    ("python", "environment"),
    ("python", "scenarios"),
    ("python", "surface"),
    ("node", "environment"),
    ("node", "scenarios"),
    ("node", "surface"),
    ("kotlin", "environment"),
    ("kotlin", "tests"),
    ("swift", "environment"),
    ("swift", "tests"),
    ("swift", "surface"),
];

/// The page that the report is written to.
fn page() -> PathBuf {
    target_folder().join("parity").join("report.html")
}

/// Everything that writes, and the report; or the report alone, of what was written before.
pub(crate) fn parts(only_report: bool) -> Vec<Part> {
    if only_report {
        return vec![report()];
    }
    let is_writer = |part: &Part| WRITERS.contains(&part.name());
    let writers = languages::chosen(&[]).into_iter().filter(is_writer);
    [scenarios::results_of_rust()].into_iter().chain(writers).chain([report()]).collect()
}

/// Compares what was written.
pub(crate) fn report() -> Part {
    let mut command = cargo();
    command.args(["run", "--locked", "--quiet", "--package", "uppzy-parity", "--", "--root"]);
    command.arg(root()).arg("--results").arg(scenarios::results());
    command.arg("--surfaces").arg(scenarios::surfaces()).arg("--page").arg(page());
    Part::new("all", "parity", Count::Whole, command).after(&scenarios::WRITTEN).after(&WRITERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_writer_is_a_part() {
        let parts: Vec<_> = languages::chosen(&[]).iter().map(Part::name).collect();
        // Without a Python there is one part of it, which fails.
        let there = |language| parts.iter().filter(|(of, _)| *of == language).count() > 1;
        for (language, name) in WRITERS {
            assert!(!there(language) || parts.contains(&(language, name)), "{language}: {name}");
        }
    }

    #[test]
    fn the_report_comes_last() {
        let last = |parts: Vec<Part>| parts.last().map(|part| part.name);
        assert_eq!(last(parts(false)), Some("parity"));
        assert_eq!(last(languages::chosen(&[])), Some("parity"));
        assert_eq!(parts(true).len(), 1);
        assert!(languages::chosen(&["rust".to_owned()]).iter().all(|part| part.name != "parity"));
    }
}
