//! The report as one page that needs nothing else.

use std::fmt::Write as _;

use crate::machine::Machine;
use crate::report::{
    Comparison, ROW_HEADER, Report, STANDING_HEADER, row_cells, show, standing_cells,
};

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
    fn the_longest_bar_is_the_one_that_took_most() {
        let standing = |client, cpu: f64, ratio: Option<f64>| Standing {
            client,
            cpu: Spread::of(&[cpu]),
            ratio: ratio.map(|ratio| Spread::of(&[ratio])),
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
