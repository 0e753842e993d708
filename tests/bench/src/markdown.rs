//! The report as the page of the documentation.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::machine::Machine;
use crate::report::{
    MISSED, MISSED_HEADER, ROW_HEADER, Report, STANDING_HEADER, row_cells, standing_cells,
};
use crate::scale;

const BEGINNING: &str = "# Performance\n\n\
Processor time of the client's process, since wall time on a shared machine says more about its\n\
neighbours. \"Beside ours\" is how often our time is contained in the other one's: the median of the\n\
ratios of runs that were made in turn. Every client gets the same answers from one lean server on this\n\
machine and makes the same typed object of them; each is used as its documentation advises for speed.\n\n\
What it means: an answer of the real service takes seconds, and at a few questions at a time nobody\n\
sees these differences. They count in bulk jobs, in gateways, in serverless functions and on small\n\
machines.\n\n\
`cargo xtask bench` measures anew, `cargo xtask bench --runs 3 --write-docs` also writes this page.\n";

/// Why, as found by profiles.
const NOTES: &str = include_str!("../notes.md");

/// Writes the page, and says where it is.
pub(crate) fn write(report: &Report, machine: &Machine) -> Outcome<PathBuf> {
    let mut text = format!("{BEGINNING}\n{}\n", machine.in_words());
    for comparison in &report.comparisons {
        text.push_str(&format!("\n## {}\n\n", comparison.title));
        let cells = comparison.standings.iter().map(|standing| standing_cells(standing).to_vec());
        text.push_str(&table(&STANDING_HEADER, cells));
    }
    text.push_str(&format!("\n## {MISSED}\n\n{NOTES}\n"));
    text.push_str(&table(&MISSED_HEADER, report.missed_cells().into_iter()));
    if !report.scale.is_empty() {
        text.push_str(&format!("\n## {}\n\n", scale::TITLE));
        let cells = report.scale.iter().map(|point| scale::cells(point).to_vec());
        text.push_str(&table(&scale::HEADER, cells));
    }
    if !report.rows.is_empty() {
        text.push_str("\n## Figures\n\n");
        text.push_str(&table(&ROW_HEADER, report.rows.iter().map(|row| row_cells(row).to_vec())));
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = here.ancestors().nth(2).unwrap_or(here).join("docs").join("performance.md");
    fs::create_dir_all(path.parent().unwrap_or(here))?;
    fs::write(&path, text)?;
    Ok(path)
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells: String = cells.map(|cell| format!(" {cell} |")).collect();
        format!("|{cells}\n")
    };
    let head = line(&mut header.iter().copied());
    let rule = line(&mut header.iter().map(|_| "---"));
    let body: String = rows.map(|cells| line(&mut cells.iter().map(String::as_str))).collect();
    format!("{head}{rule}{body}")
}
