//! What waiting for answers costs, from a hundred to a hundred thousand at once.

use serde::Serialize;

use crate::Outcome;
use crate::contenders::Language;
use crate::jobs::Chosen;
use crate::processes::{Server, number, own};
use crate::report::{Row, Spread, show};

const MEBIBYTE: f64 = 1024.0 * 1024.0;
const ANSWERS: [u32; 4] = [100, 1_000, 10_000, 100_000];
/// With little time the largest number is left out.
const QUICK: usize = 3;

pub(crate) const TITLE: &str = "Rust: answers awaited at once in one process";

pub(crate) const HEADER: [&str; 8] = [
    "answers",
    "CPU s",
    "CPU us each",
    "memory MiB",
    "memory KiB each",
    "polls each",
    "mean delay s",
    "connections",
];

/// What so many answers took.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Point {
    answers: f64,
    /// Seconds.
    pub(crate) cpu: f64,
    /// The most there was beyond what the process had before, in MiB.
    pub(crate) memory: f64,
    /// For each answer.
    polls: f64,
    /// From an answer being there to the poll that found it, in seconds, on average.
    delay: f64,
    /// At once.
    connections: f64,
}

impl Point {
    /// The median of each figure; none of no points.
    pub(crate) fn median(points: &[Self]) -> Option<Self> {
        let of = |figure: fn(&Self) -> f64| {
            Spread::of(&points.iter().map(figure).collect::<Vec<_>>()).median
        };
        (!points.is_empty()).then(|| Self {
            answers: of(|point| point.answers),
            cpu: of(|point| point.cpu),
            memory: of(|point| point.memory),
            polls: of(|point| point.polls),
            delay: of(|point| point.delay),
            connections: of(|point| point.connections),
        })
    }
}

/// Awaits more and more of them.
pub(crate) fn measure(chosen: &Chosen) -> Outcome<Vec<Point>> {
    if !chosen.has_language(Language::Rust) {
        return Ok(Vec::new());
    }
    let most = if chosen.quick { QUICK } else { ANSWERS.len() };
    ANSWERS
        .into_iter()
        .take(most)
        .map(|answers| {
            eprintln!("scale: {answers} answers in Rust");
            let server = Server::start(0)?;
            let figures = own(&["many", "uppzy", &server.url, &answers.to_string()])?;
            let counts = server.counts()?;
            let answers = f64::from(answers);
            let memory = number(&figures, "peak_memory")? - number(&figures, "memory_before")?;
            Ok(Point {
                answers,
                cpu: number(&figures, "cpu_per_answer_us")? * answers / 1e6,
                memory: memory / MEBIBYTE,
                polls: number(&counts, "polls")? / answers,
                delay: number(&counts, "late")? / answers / 1e3,
                // The one that asks for the counts may be among them.
                connections: number(&counts, "connections_peak")?,
            })
        })
        .collect()
}

/// How much more than in proportion the last step took.
pub(crate) fn rows(points: &[Point]) -> Vec<Row> {
    let [.., before, last] = points else { return Vec::new() };
    let answers = last.answers / before.answers;
    let row =
        |what, factor: f64| Row::new("scale", what, "x", &[factor / answers]).aim(MORE_THAN_LINEAR);
    vec![
        row("CPU of ten times the answers, beside ten times the CPU", last.cpu / before.cpu),
        row(
            "memory of ten times the answers, beside ten times the memory",
            last.memory / before.memory,
        ),
    ]
}

/// No worse than linear, but for what two runs differ by anyway.
const MORE_THAN_LINEAR: f64 = 1.1;

/// The cells of a line.
pub(crate) fn cells(point: &Point) -> [String; 8] {
    let Point { answers, cpu, memory, polls, delay, connections } = *point;
    [
        format!("{answers}"),
        show(cpu),
        show(cpu * 1e6 / answers),
        show(memory),
        show(memory * 1024.0 / answers),
        show(polls),
        show(delay),
        format!("{connections}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_beyond_proportion_misses_the_aim() {
        let point = |answers, cpu, memory| Point {
            answers,
            cpu,
            memory,
            polls: 2.0,
            delay: 1.0,
            connections: 32.0,
        };
        let met = |cpu, memory| {
            let rows = rows(&[point(100.0, 1.0, 1.0), point(1_000.0, cpu, memory)]);
            rows.iter().map(Row::is_met).collect::<Vec<_>>()
        };
        assert_eq!(met(10.5, 9.0), [Some(true), Some(true)]);
        assert_eq!(met(12.0, 10.0), [Some(false), Some(true)]);
        assert_eq!(met(10.0, 30.0), [Some(true), Some(false)]);
        assert!(rows(&[point(100.0, 1.0, 1.0)]).is_empty());
    }
}
