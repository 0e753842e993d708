//! The report as one page that needs nothing else.

use std::fmt::Write as _;

use crate::machine::Machine;
use crate::report::{
    Comparison, MISSED, MISSED_HEADER, ROW_HEADER, Report, STANDING_HEADER, row_cells, show,
    standing_cells,
};
use crate::scale;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;\
padding:0 1rem;color:#1d2330;background:#fff}table{border-collapse:collapse;margin:.5rem 0 2rem}\
th,td{padding:.2rem .7rem;border-bottom:1px solid #d9dde5;text-align:left;\
font-variant-numeric:tabular-nums}.plot{display:grid;grid-template-columns:10rem 1fr;\
gap:.25rem .7rem;align-items:center;max-width:50rem}.bar{background:#9aa7bd;height:1.1rem;\
border-radius:2px;min-width:2px;display:inline-block;vertical-align:middle}.ours{background:#1f7a5c}\
@media(prefers-color-scheme:dark){body{color:#e4e8f0;background:#14181f}th,td{border-color:#333b49}}";

/// The whole page.
pub(crate) fn page(report: &Report, machine: &Machine) -> String {
    let mut body = format!("<h1>Clients side by side</h1><p>{}</p>", escaped(&machine.in_words()));
    for comparison in &report.comparisons {
        body.push_str(&format!("<h2>{}</h2>", escaped(&comparison.title)));
        body.push_str(&plot(comparison));
        let cells = comparison.standings.iter().map(|standing| standing_cells(standing).to_vec());
        body.push_str(&table(&STANDING_HEADER, cells));
    }
    let missed = report.missed_cells();
    if !missed.is_empty() {
        body.push_str(&format!("<h2>{}</h2>", escaped(MISSED)));
        body.push_str(&table(&MISSED_HEADER, missed.into_iter()));
    }
    if !report.scale.is_empty() {
        body.push_str(&format!("<h2>{}</h2>", escaped(scale::TITLE)));
        body.push_str(&growth("CPU", "s", report.scale.iter().map(|point| point.cpu)));
        body.push_str(&growth("Memory", "MiB", report.scale.iter().map(|point| point.memory)));
        body.push_str(&table(
            &scale::HEADER,
            report.scale.iter().map(|point| scale::cells(point).to_vec()),
        ));
    }
    if !report.rows.is_empty() {
        body.push_str("<h2>Figures</h2>");
        body.push_str(&table(&ROW_HEADER, report.rows.iter().map(|row| row_cells(row).to_vec())));
    }
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Clients side by side\
         </title><style>{STYLE}</style>{body}</html>\n"
    )
}

/// Bars whose length is the processor time.
fn plot(comparison: &Comparison) -> String {
    let longest = comparison.standings.iter().map(|standing| standing.cpu.median);
    let longest = longest.fold(f64::MIN_POSITIVE, f64::max);
    let mut plot = String::from("<div class=\"plot\">");
    for standing in &comparison.standings {
        let (name, cpu) = (escaped(standing.client), standing.cpu.median);
        let class = if standing.ratio.is_none() { "bar ours" } else { "bar" };
        // Room for the number beside the longest.
        let width = cpu / longest * 85.0;
        // Writing to a String cannot fail.
        let _ = write!(
            plot,
            "<span>{name}</span><span><span class=\"{class}\" style=\"width:{width:.1}%\"></span> \
             {} s</span>",
            show(cpu)
        );
    }
    plot.push_str("</div>");
    plot
}

/// A curve over ten times as many answers at each step, on scales where a straight line with the slope
/// of the dashed one means in proportion to them.
fn growth(name: &str, unit: &str, values: impl Iterator<Item = f64>) -> String {
    const STEP: f64 = 110.0;
    const TENFOLD: f64 = 45.0;
    let values: Vec<f64> = values.map(|value| value.max(f64::MIN_POSITIVE)).collect();
    let Some(last) = values.last().copied() else { return String::new() };
    let (place, height) = (
        |index: usize| 40.0 + STEP * index as f64,
        |value: f64| 40.0 - TENFOLD * (value / last).log10(),
    );
    let mut points = String::new();
    let mut labels = String::new();
    for (index, value) in values.iter().enumerate() {
        let (x, y) = (place(index), height(*value));
        // Writing to a String cannot fail.
        let _ = write!(points, "{x:.0},{y:.0} ");
        let _ = write!(
            labels,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"4\"/><text x=\"{:.0}\" y=\"{:.0}\">{} {unit}</text>",
            x + 8.0,
            y + 16.0,
            show(*value)
        );
    }
    let end = values.len() - 1;
    let linear = 40.0 + TENFOLD * end as f64;
    format!(
        "<h3>{name}</h3><svg viewBox=\"0 0 520 210\" width=\"520\" fill=\"currentColor\" \
         font-size=\"12\"><polyline points=\"{points}\" fill=\"none\" stroke=\"#1f7a5c\" \
         stroke-width=\"3\"/><line x1=\"{:.0}\" y1=\"{linear:.0}\" x2=\"{:.0}\" y2=\"40\" \
         stroke=\"#9aa7bd\" stroke-dasharray=\"4\"/>{labels}</svg>",
        place(0),
        place(end)
    )
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |tag: &str, cells: &mut dyn Iterator<Item = &str>| {
        let cells: String = cells.map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect();
        format!("<tr>{cells}</tr>")
    };
    let head = line("th", &mut header.iter().copied());
    let body: String =
        rows.map(|cells| line("td", &mut cells.iter().map(String::as_str))).collect();
    format!("<table>{head}{body}</table>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Spread, Standing};

    #[test]
    fn what_grows_in_proportion_runs_along_the_dashed_line() {
        let plot = growth("CPU", "s", [0.1, 1.0, 10.0].into_iter());
        assert!(plot.contains("points=\"40,130 150,85 260,40 \""), "{plot}");
        assert!(plot.contains("x1=\"40\" y1=\"130\" x2=\"260\" y2=\"40\""), "{plot}");
    }

    #[test]
    fn the_longest_bar_is_the_one_that_took_most() {
        let standing = |client, cpu: f64, ratio: Option<f64>| Standing {
            client,
            cpu: Spread::of(&[cpu]),
            kernel: None,
            ratio: ratio.map(|ratio| Spread::of(&[ratio])),
            beside_floor: None,
            aim: None,
            requests_per_second: None,
            p50_ms: None,
            p99_ms: None,
            peak_memory: None,
        };
        let comparison = Comparison {
            title: "a < b".to_owned(),
            standings: vec![standing("ours", 1.0, None), standing("theirs", 4.0, Some(4.0))],
        };
        let plot = plot(&comparison);
        assert!(plot.contains("bar ours\" style=\"width:21.2%"), "{plot}");
        assert!(plot.contains("bar\" style=\"width:85.0%"), "{plot}");
        assert_eq!(escaped("a < b & c"), "a &lt; b &amp; c");
    }
}
