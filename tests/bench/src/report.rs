//! The tables at the end, and the same as JSON, as a page, and for the documentation.

use std::fs;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde::Serialize;

use crate::Outcome;
use crate::html::page;
use crate::jobs::Chosen;
use crate::machine::Machine;
use crate::markdown;
use crate::programs::target_folder;
use crate::scale::{self, Point};

/// Everything that was measured.
#[derive(Clone, Default)]
pub(crate) struct Report {
    pub(crate) comparisons: Vec<Comparison>,
    pub(crate) rows: Vec<Row>,
    pub(crate) scale: Vec<Point>,
}

/// The median of some repeats, and their range.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Spread {
    pub(crate) fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |position: usize| sorted.get(position).copied().unwrap_or(f64::NAN);
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            at(middle)
        } else {
            f64::midpoint(at(middle.saturating_sub(1)), at(middle))
        };
        Self { median, least: at(0), most: at(sorted.len().saturating_sub(1)) }
    }

    /// The range in words; nothing where all repeats gave the same.
    pub(crate) fn range(&self) -> String {
        if self.least < self.most {
            format!("{} to {}", show(self.least), show(self.most))
        } else {
            String::new()
        }
    }
}

/// Clients that did the same job in turn.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comparison {
    pub(crate) title: String,
    pub(crate) standings: Vec<Standing>,
}

/// What one client took.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Standing {
    pub(crate) client: &'static str,
    /// Seconds of processor time for 10,000 requests.
    pub(crate) cpu: Spread,
    /// The part of it that went by in the kernel, from 0 to 1.
    pub(crate) kernel: Option<f64>,
    /// How often ours is contained in it.
    pub(crate) ratio: Option<Spread>,
    /// How often the time of a bare socket is contained in it.
    pub(crate) beside_floor: Option<f64>,
    /// The value that the ratio should reach.
    pub(crate) aim: Option<f64>,
    pub(crate) requests_per_second: Option<f64>,
    pub(crate) p50_ms: Option<f64>,
    pub(crate) p99_ms: Option<f64>,
    /// In bytes.
    pub(crate) peak_memory: Option<f64>,
}

impl Standing {
    pub(crate) fn is_met(&self) -> Option<bool> {
        Some(self.ratio?.median >= self.aim?)
    }
}

/// One measured figure.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) job: &'static str,
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    pub(crate) value: Spread,
    /// The value that it should not exceed.
    pub(crate) aim: Option<f64>,
}

impl Row {
    /// The median of some repeats, and their range.
    pub(crate) fn new(
        job: &'static str,
        what: impl Into<String>,
        unit: &'static str,
        values: &[f64],
    ) -> Self {
        Self { job, what: what.into(), unit, value: Spread::of(values), aim: None }
    }

    pub(crate) fn aim(self, aim: f64) -> Self {
        Self { aim: Some(aim), ..self }
    }

    pub(crate) fn is_met(&self) -> Option<bool> {
        self.aim.map(|aim| self.value.median <= aim)
    }
}

pub(crate) fn show(number: f64) -> String {
    match number.abs() {
        100.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        _ => format!("{number:.3}"),
    }
}

/// Whether an aim was met, in a word.
pub(crate) fn verdict(is_met: Option<bool>) -> String {
    is_met.map(|met| if met { "met" } else { "missed" }).unwrap_or_default().to_owned()
}

/// The cells of a client, as every form of the report shows them.
pub(crate) fn standing_cells(standing: &Standing) -> [String; 11] {
    let optional = |value: Option<f64>| value.map(show).unwrap_or_default();
    [
        standing.client.to_owned(),
        show(standing.cpu.median),
        standing.cpu.range(),
        standing.kernel.map(|kernel| format!("{:.0} %", kernel * 100.0)).unwrap_or_default(),
        standing.ratio.map(|ratio| format!("{} x", show(ratio.median))).unwrap_or_default(),
        standing.aim.map(|aim| format!("{aim} x")).unwrap_or_default(),
        verdict(standing.is_met()),
        optional(standing.requests_per_second),
        optional(standing.p50_ms),
        optional(standing.p99_ms),
        optional(standing.peak_memory.map(|bytes| bytes / f64::from(1 << 20))),
    ]
}

pub(crate) const STANDING_HEADER: [&str; 11] = [
    "client",
    "CPU s per 10,000",
    "range",
    "in the kernel",
    "beside ours",
    "aim",
    "",
    "requests/s",
    "p50 ms",
    "p99 ms",
    "peak MiB",
];

pub(crate) const MISSED: &str = "Aims that were missed, and what a bare socket reaches";

pub(crate) const MISSED_HEADER: [&str; 5] =
    ["job", "client", "aim", "beside ours", "beside a bare socket"];

impl Report {
    /// The cells of every aim that was missed. Where not even bytes on a socket in the same language
    /// reach it, no client can.
    pub(crate) fn missed_cells(&self) -> Vec<Vec<String>> {
        let times = |ratio: Option<f64>| ratio.map(|ratio| format!("{} x", show(ratio)));
        let mut lines = Vec::new();
        for comparison in &self.comparisons {
            let missed = |standing: &&Standing| standing.is_met() == Some(false);
            for standing in comparison.standings.iter().filter(missed) {
                lines.push(vec![
                    comparison.title.clone(),
                    standing.client.to_owned(),
                    standing.aim.map(|aim| format!("{aim} x")).unwrap_or_default(),
                    times(standing.ratio.map(|ratio| ratio.median)).unwrap_or_default(),
                    times(standing.beside_floor).unwrap_or_else(|| "not measured".to_owned()),
                ]);
            }
        }
        lines
    }
}

/// The cells of a figure.
pub(crate) fn row_cells(row: &Row) -> [String; 7] {
    [
        row.job.to_owned(),
        row.what.clone(),
        row.unit.to_owned(),
        show(row.value.median),
        row.value.range(),
        row.aim.map(|aim| format!("at most {}", show(aim))).unwrap_or_default(),
        verdict(row.is_met()),
    ]
}

pub(crate) const ROW_HEADER: [&str; 7] = ["job", "figure", "unit", "median", "range", "aim", ""];

fn table(header: &[&str], cells: impl Iterator<Item = Vec<String>>, numbers: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    table.add_rows(cells);
    for &column in numbers {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Prints the tables, writes them to `target/bench`, and says where that is.
pub(crate) fn publish(report: &Report, chosen: &Chosen, runs: u32) -> Outcome<()> {
    for comparison in &report.comparisons {
        println!("\n{}", comparison.title);
        let cells = comparison.standings.iter().map(|standing| standing_cells(standing).to_vec());
        println!("{}", table(&STANDING_HEADER, cells, &[1, 2, 3, 4, 5, 7, 8, 9, 10]));
    }
    let missed = report.missed_cells();
    if !missed.is_empty() {
        println!("\n{MISSED}\n{}", table(&MISSED_HEADER, missed.into_iter(), &[2, 3, 4]));
    }
    if !report.scale.is_empty() {
        let cells = report.scale.iter().map(|point| scale::cells(point).to_vec());
        println!("\n{}\n{}", scale::TITLE, table(&scale::HEADER, cells, &[0, 1, 2, 3, 4, 5, 6, 7]));
    }
    if !report.rows.is_empty() {
        let cells = report.rows.iter().map(|row| row_cells(row).to_vec());
        println!("\n{}", table(&ROW_HEADER, cells, &[3, 4]));
    }
    let machine = Machine::of_now(chosen.quick, runs)?;
    println!("{}", machine.in_words());
    let folder = target_folder()?.join("bench");
    fs::create_dir_all(&folder)?;
    let results = serde_json::json!({
        "version": uppzy::VERSION,
        "quick": chosen.quick,
        "runs": runs,
        "machine": machine,
        "comparisons": report.comparisons,
        "figures": report.rows,
        "scale": report.scale,
    });
    let (json, html) = (folder.join("results.json"), folder.join("results.html"));
    fs::write(&json, format!("{results:#}\n"))?;
    fs::write(&html, page(report, &machine))?;
    println!("{}\n{}", json.display(), html.display());
    if chosen.write_docs {
        println!("{}", markdown::write(report, &machine)?.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_aim_is_shown_beside_what_a_socket_reaches() {
        let standing = |client, ratio, aim| Standing {
            client,
            cpu: Spread::of(&[1.0]),
            kernel: Some(0.25),
            ratio: Some(Spread::of(&[ratio])),
            beside_floor: Some(1.75),
            aim,
            requests_per_second: None,
            p50_ms: None,
            p99_ms: None,
            peak_memory: None,
        };
        let standings = vec![
            standing("met", 2.0, Some(1.5)),
            standing("missed", 1.2, Some(1.5)),
            standing("without", 0.5, None),
        ];
        assert_eq!(
            standings.first().map(|met| standing_cells(met)[3].clone()),
            Some("25 %".into())
        );
        let comparisons = vec![Comparison { title: "Node".to_owned(), standings }];
        let report = Report { comparisons, ..Report::default() };
        assert_eq!(report.missed_cells(), [["Node", "missed", "1.5 x", "1.200 x", "1.750 x"]]);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((Spread::of(&[3.0, 1.0, 2.0]).median - 2.0).abs() < 1e-9);
        assert!((Spread::of(&[4.0, 1.0, 2.0, 3.0]).median - 2.5).abs() < 1e-9);
        assert_eq!(Spread::of(&[1.0, 3.0]).range(), "1.000 to 3.000");
        assert_eq!(Spread::of(&[1.0]).range(), "");
    }
}
