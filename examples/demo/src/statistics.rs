//! What the server counted, and what the client measured.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use serde_json::{Map, Value};

use crate::account::Account;
use crate::failure::Failure;
use crate::page::{Page, counted, duration};

/// Characters of a text that are shown.
const MOST_CHARACTERS: usize = 40;
/// Fields of an answer that are shown; the vendor does not document how many there are.
const MOST_FIELDS: usize = 16;

/// Reads the tenant's limits: the cheapest check there is.
pub(crate) async fn limits(account: &Account, page: &mut Page<'_>) -> Result<(), Failure> {
    let doing = Failure::while_doing("tenant.limits");
    let limits = account.client.tenant().limits(&[]).await.map_err(doing)?;
    page.row("tenant.limits", &fields(&limits.fields))?;
    Ok(())
}

/// Reads what the server has counted.
pub(crate) async fn what_is_there(account: &Account, page: &mut Page<'_>) -> Result<(), Failure> {
    let client = &account.client;
    let doing = Failure::while_doing;
    let documents = client.documents().list(&[]).await.map_err(doing("documents.list"))?;
    page.row("documents.list", &counted(documents.len(), "document"))?;
    let sessions = client.sessions().list(None, &[]).await.map_err(doing("sessions.list"))?;
    page.row("sessions.list", &counted(sessions.len(), "session"))?;
    let usage = client.tenant().usage(&[]).await.map_err(doing("tenant.usage"))?;
    page.row("tenant.usage", &fields(&usage.fields))?;
    let statistics = client.site().statistics(&[]).await.map_err(doing("site.statistics"))?;
    page.row("site.statistics", &fields(&statistics.fields))?;
    Ok(())
}

/// The plain fields of an answer without a documented shape.
fn fields(fields: &Map<String, Value>) -> String {
    let shown: Vec<String> = fields
        .iter()
        .filter_map(|(name, value)| {
            let value = match value {
                Value::String(text) => text.chars().take(MOST_CHARACTERS).collect(),
                Value::Number(number) => rounded(number),
                Value::Bool(value) => value.to_string(),
                _ => return None,
            };
            Some(format!("{name} {value}"))
        })
        .take(MOST_FIELDS)
        .collect();
    if shown.is_empty() { "(no plain fields)".to_owned() } else { shown.join(", ") }
}

fn rounded(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(value) if !number.is_i64() && !number.is_u64() => format!("{value:.1}"),
        _ => number.to_string(),
    }
}

/// A table of how long the operations took, and how often answers were polled for.
pub(crate) fn latencies(account: &Account, page: &mut Page<'_>) -> Result<(), Failure> {
    let metrics = account.client.metrics();
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(["operation", "calls", "failed", "p50", "p95", "p99"]);
    for (name, operation) in &metrics.operations {
        let failed = (operation.calls - operation.succeeded).to_string();
        // What is composed of several operations has no calls of its own.
        let (calls, latency) = match &operation.answers {
            Some(answers) => (answers.answers, &answers.completion),
            None => (operation.calls, &operation.latency),
        };
        let mut row = vec![(*name).to_owned(), calls.to_string(), failed];
        row.extend([latency.p50, latency.p95, latency.p99].map(duration));
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    page.lines(&table.to_string())?;
    let answers = metrics.operations.get("chat.ask").and_then(|ask| ask.answers.as_ref());
    if let Some(answers) = answers {
        let mut line = format!(
            "{} awaited answers took {} polls, {:.1} for each",
            answers.answers,
            answers.polls,
            answers.polls_per_answer()
        );
        if let Some(sandbox) = &account.sandbox {
            let stats = sandbox.space().stats();
            line.push_str(&format!(
                ". All {} requests went over {} connections, at most {} at once",
                stats.requests, stats.connections_total, stats.connections_peak
            ));
        }
        line.push('.');
        page.text(&line)?;
    }
    Ok(())
}
