use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn latency(count: u64, longest: u64) -> LatencySummary {
    LatencySummary {
        count,
        sum: Duration::from_millis(longest * count),
        mean: Duration::from_millis(longest),
        p50: Duration::from_millis(longest),
        p95: Duration::from_millis(longest),
        p99: Duration::from_millis(longest),
        max: Duration::from_millis(longest),
    }
}

fn metrics() -> Metrics {
    let send = OperationMetrics {
        calls: 4,
        succeeded: 1,
        failed: BTreeMap::from([("server", 1), ("rate_limit", 2)]),
        outcomes: BTreeMap::from([("unknown", 1), ("rejected", 2)]),
        retries: 3,
        throttled: 5,
        server_errors: 1,
        latency: latency(4, 1500),
        answers: None,
    };
    let ask = OperationMetrics {
        calls: 2,
        succeeded: 2,
        latency: latency(2, 12_250),
        answers: Some(AnswerMetrics {
            answers: 2,
            polls: 9,
            polls_max: 6,
            completion: latency(2, 12_000),
        }),
        ..Default::default()
    };
    Metrics {
        operations: BTreeMap::from([("chat.send", send), ("chat.ask", ask)]),
        feedback_good: 3,
        feedback_bad: 1,
        events_dropped: 7,
    }
}

/// One sample: name, labels in their order, value.
type Sample = (String, Vec<(String, String)>, f64);

fn labels_of(mut rest: &str) -> Vec<(String, String)> {
    let mut labels = Vec::new();
    while !rest.is_empty() {
        let (label, quoted) = rest.split_once("=\"").expect("a label and a quoted value");
        let mut value = String::new();
        let mut characters = quoted.char_indices();
        let end = loop {
            match characters.next().expect("a closing quote") {
                (end, '"') => break end,
                (_, '\\') => value.push(match characters.next().expect("an escape").1 {
                    'n' => '\n',
                    other => other,
                }),
                (_, other) => value.push(other),
            }
        };
        labels.push((label.to_owned(), value));
        rest = quoted[end + 1..].trim_start_matches(',');
    }
    labels
}

/// Reads the text as a strict scraper would.
fn parse(text: &str) -> Vec<Sample> {
    assert!(text.ends_with('\n') && !text.contains("\n\n"));
    let mut samples: Vec<Sample> = Vec::new();
    let mut families = BTreeSet::new();
    let (mut helped, mut family, mut kind) = (String::new(), String::new(), String::new());
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').expect("a name and its help");
            assert!(!words.is_empty());
            assert!(families.insert(name.to_owned()), "{name} comes twice");
            helped = name.to_owned();
        } else if let Some(type_line) = line.strip_prefix("# TYPE ") {
            let (name, its_kind) = type_line.split_once(' ').expect("a name and its type");
            assert!(["counter", "gauge", "summary"].contains(&its_kind), "{line}");
            assert_eq!(name, helped, "HELP and TYPE belong together");
            (family, kind) = (name.to_owned(), its_kind.to_owned());
        } else {
            let (series, value) = line.rsplit_once(' ').expect("a series and a value");
            let (name, labels) = match series.split_once('{') {
                Some((name, labels)) => {
                    (name, labels_of(labels.strip_suffix('}').expect("a closing brace")))
                }
                None => (series, Vec::new()),
            };
            let of_summary =
                || name.strip_suffix("_sum").or(name.strip_suffix("_count")) == Some(&family);
            assert!(name == family || (kind == "summary" && of_summary()), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            let value: f64 = value.parse().expect("a number");
            assert!(value.is_finite() && value >= 0.0);
            assert!(!samples.iter().any(|other| other.0 == name && other.1 == labels));
            samples.push((name.to_owned(), labels, value));
        }
    }
    samples
}

fn value(samples: &[Sample], name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let same = |found: &[(String, String)]| {
        found
            .iter()
            .map(|(label, value)| (label.as_str(), value.as_str()))
            .eq(labels.iter().copied())
    };
    samples.iter().find(|sample| sample.0 == name && same(&sample.1)).map(|sample| sample.2)
}

#[test]
fn every_line_parses_and_holds_its_number() {
    let samples = parse(&metrics().to_prometheus());
    let (send, ask) = (("operation", "chat.send"), ("operation", "chat.ask"));
    type Expected<'a> = (&'a str, &'a [(&'a str, &'a str)], f64);
    let expected: &[Expected<'_>] = &[
        ("uppzy_calls_total", &[ask, ("result", "success")], 2.0),
        ("uppzy_calls_total", &[send, ("result", "success")], 1.0),
        ("uppzy_calls_total", &[send, ("result", "rate_limit")], 2.0),
        ("uppzy_calls_total", &[send, ("result", "server")], 1.0),
        ("uppzy_failed_calls_total", &[send, ("outcome", "rejected")], 2.0),
        ("uppzy_failed_calls_total", &[send, ("outcome", "unknown")], 1.0),
        ("uppzy_retries_total", &[ask], 0.0),
        ("uppzy_retries_total", &[send], 3.0),
        ("uppzy_throttled_total", &[ask], 0.0),
        ("uppzy_throttled_total", &[send], 5.0),
        ("uppzy_server_errors_total", &[ask], 0.0),
        ("uppzy_server_errors_total", &[send], 1.0),
        ("uppzy_call_duration_seconds", &[ask, ("quantile", "0.5")], 12.25),
        ("uppzy_call_duration_seconds", &[ask, ("quantile", "0.95")], 12.25),
        ("uppzy_call_duration_seconds", &[ask, ("quantile", "0.99")], 12.25),
        ("uppzy_call_duration_seconds_sum", &[ask], 24.5),
        ("uppzy_call_duration_seconds_count", &[ask], 2.0),
        ("uppzy_call_duration_seconds", &[send, ("quantile", "0.5")], 1.5),
        ("uppzy_call_duration_seconds", &[send, ("quantile", "0.95")], 1.5),
        ("uppzy_call_duration_seconds", &[send, ("quantile", "0.99")], 1.5),
        ("uppzy_call_duration_seconds_sum", &[send], 6.0),
        ("uppzy_call_duration_seconds_count", &[send], 4.0),
        ("uppzy_call_duration_max_seconds", &[ask], 12.25),
        ("uppzy_call_duration_max_seconds", &[send], 1.5),
        ("uppzy_answer_completion_seconds", &[ask, ("quantile", "0.5")], 12.0),
        ("uppzy_answer_completion_seconds", &[ask, ("quantile", "0.95")], 12.0),
        ("uppzy_answer_completion_seconds", &[ask, ("quantile", "0.99")], 12.0),
        ("uppzy_answer_completion_seconds_sum", &[ask], 24.0),
        ("uppzy_answer_completion_seconds_count", &[ask], 2.0),
        ("uppzy_answer_completion_max_seconds", &[ask], 12.0),
        ("uppzy_answer_polls_total", &[ask], 9.0),
        ("uppzy_feedback_total", &[("rating", "good")], 3.0),
        ("uppzy_feedback_total", &[("rating", "bad")], 1.0),
        ("uppzy_events_dropped_total", &[], 7.0),
    ];
    for (name, labels, number) in expected {
        assert_eq!(value(&samples, name, labels), Some(*number), "{name} {labels:?}");
    }
    let order: Vec<&str> = samples.iter().map(|sample| sample.0.as_str()).collect();
    let expected_order: Vec<&str> = expected.iter().map(|sample| sample.0).collect();
    assert_eq!(order, expected_order, "nothing more, and in this order");
}

#[test]
fn a_client_that_did_nothing_has_no_operations() {
    let samples = parse(&Metrics::default().to_prometheus());
    let names: Vec<&str> = samples.iter().map(|sample| sample.0.as_str()).collect();
    assert_eq!(
        names,
        ["uppzy_feedback_total", "uppzy_feedback_total", "uppzy_events_dropped_total"]
    );
}

#[test]
fn labels_are_escaped() {
    let mut metrics = Metrics::default();
    let odd = "a\"b\\c\nd";
    metrics.operations.insert(odd, OperationMetrics { retries: 2, ..Default::default() });
    let text = metrics.to_prometheus();
    assert!(text.contains(r#"uppzy_retries_total{operation="a\"b\\c\nd"} 2"#), "{text}");
    assert_eq!(value(&parse(&text), "uppzy_retries_total", &[("operation", odd)]), Some(2.0));
}
