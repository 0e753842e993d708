//! The table at the end, and the same as JSON.

use std::fs;
use std::path::PathBuf;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde::Serialize;

use crate::Outcome;

/// One measured figure.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) job: &'static str,
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
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
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |position: usize| sorted.get(position).copied().unwrap_or(f64::NAN);
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            at(middle)
        } else {
            f64::midpoint(at(middle.saturating_sub(1)), at(middle))
        };
        let (least, most) = (at(0), at(sorted.len().saturating_sub(1)));
        Self { job, what: what.into(), unit, median, least, most, aim: None }
    }

    pub(crate) fn aim(self, aim: f64) -> Self {
        Self { aim: Some(aim), ..self }
    }

    fn is_met(&self) -> Option<bool> {
        self.aim.map(|aim| self.median <= aim)
    }
}

fn show(number: f64) -> String {
    match number.abs() {
        100.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        _ => format!("{number:.3}"),
    }
}

/// Prints the rows, writes them to `target/bench/results.json`, and says where that is.
pub(crate) fn publish(rows: &[Row], quick: bool) -> Outcome<()> {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["job", "figure", "unit", "median", "range", "aim", ""]);
    for row in rows {
        let range = if row.least < row.most {
            format!("{} to {}", show(row.least), show(row.most))
        } else {
            String::new()
        };
        table.add_row([
            row.job.to_owned(),
            row.what.clone(),
            row.unit.to_owned(),
            show(row.median),
            range,
            row.aim.map(|aim| format!("at most {}", show(aim))).unwrap_or_default(),
            row.is_met().map(|met| if met { "met" } else { "missed" }).unwrap_or_default().into(),
        ]);
    }
    for column in [3, 4] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    println!("{table}");
    let folder = folder()?;
    fs::create_dir_all(&folder)?;
    let path = folder.join("results.json");
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let mut json = serde_json::to_value(row)?;
            if let Some(fields) = json.as_object_mut() {
                fields.insert("met".to_owned(), row.is_met().into());
            }
            Outcome::Ok(json)
        })
        .collect::<Outcome<_>>()?;
    let results = serde_json::json!({
        "version": uppzy::VERSION,
        "quick": quick,
        "processors": std::thread::available_parallelism()?.get(),
        "figures": rows,
    });
    fs::write(&path, format!("{results:#}\n"))?;
    println!("{}", path.display());
    Ok(())
}

/// `target/bench`, wherever the target folder is.
fn folder() -> Outcome<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).ok_or("the program is in no target folder")?;
    Ok(target.join("bench"))
}
