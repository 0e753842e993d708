//! Prints the client's own tables in Markdown, for documents that show them.

use std::fmt::Write as _;
use std::time::Duration;

use uppzy::operation::{ALL, ASK_TIMEOUT, Operation, RetryClass};
use uppzy::{ErrorKind, PollSchedule, RetryPolicy};

fn main() {
    let blocks = [
        ("operations", operations()),
        ("retries", retries()),
        ("defaults", defaults()),
        ("errors", errors()),
    ];
    for (name, block) in blocks {
        println!("<!-- begin {name} -->\n{block}<!-- end {name} -->");
    }
}

fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = String::new();
    let mut line = |cells: &[String]| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    };
    line(&head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
    line(&vec!["---".to_owned(); head.len()]);
    for row in rows {
        line(&row);
    }
    text
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

fn operations() -> String {
    let row = |operation: &&Operation| {
        vec![
            code(operation.name),
            code(&format!("{} {}", operation.method, operation.template)),
            seconds(operation.timeout),
            match operation.retry {
                RetryClass::Repeatable => "harmless",
                RetryClass::SideEffect => "can double it",
            }
            .to_owned(),
        ]
    };
    table(&["operation", "HTTP", "total time", "a repeat"], ALL.iter().map(row))
}

/// The names of the operations that are repeated alike.
fn repeated_as(class: RetryClass, reads: bool) -> String {
    ALL.iter()
        .filter(|operation| operation.retry == class && (operation.method == "GET") == reads)
        .map(|operation| code(operation.name))
        .collect::<Vec<_>>()
        .join(", ")
}

fn retries() -> String {
    let row = |operations: String, cells: [&str; 5]| {
        let mut row = vec![operations];
        row.extend(cells.map(str::to_owned));
        row
    };
    table(
        &[
            "operation",
            "not sent",
            "429, 503",
            "500",
            "502, 504, 408",
            "lost or timed out after sending",
        ],
        [
            row("every GET".to_owned(), ["yes"; 5]),
            row(repeated_as(RetryClass::Repeatable, false), ["yes"; 5]),
            row(
                repeated_as(RetryClass::SideEffect, false),
                ["yes", "yes", "yes, once", "no", "no"],
            ),
        ],
    )
}

fn defaults() -> String {
    let retry = RetryPolicy::default();
    let poll = PollSchedule::default();
    let backoff = |base: Duration, cap: Duration| {
        format!("10 to 100 % of {}, doubled with each retry up to {}", seconds(base), seconds(cap))
    };
    let operation = |name: &str| {
        uppzy::operation::by_name(name).map_or_else(String::new, |found| seconds(found.timeout))
    };
    let rows = [
        ("attempts of a call", retry.max_attempts.to_string()),
        ("wait before a retry", backoff(retry.base, retry.cap)),
        ("the same after 429 and 503", backoff(retry.throttled_base, retry.throttled_cap)),
        (
            "`Retry-After`",
            format!(
                "that wait and up to 10 % more; above {} no retry",
                seconds(retry.max_retry_after)
            ),
        ),
        ("total time of a call", operation("tenant.get")),
        ("total time of `chat.send`", operation("chat.send")),
        ("total time of `documents.upload`", operation("documents.upload")),
        ("total time of `chat.ask` and of waiting for an answer", seconds(ASK_TIMEOUT)),
        ("first poll", format!("{} after the question was accepted", seconds(poll.first))),
        (
            "further polls",
            format!(
                "after {} % of the time since then, but {} to {}, give or take {} %",
                poll.share * 100.0,
                seconds(poll.least),
                seconds(poll.most),
                poll.jitter * 100.0,
            ),
        ),
    ];
    table(&["what", "default"], rows.map(|(what, default)| vec![what.to_owned(), default]))
}

fn errors() -> String {
    let rows = ErrorKind::TABLE.iter().map(|row| {
        vec![code(row.name), row.when.to_owned(), row.outcome.to_owned(), row.retryable.to_owned()]
    });
    table(&["kind", "when", "outcome", "retried"], rows)
}
