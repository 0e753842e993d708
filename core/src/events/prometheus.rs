//! Metrics as Prometheus text, format 0.0.4.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use super::metrics::{AnswerMetrics, LatencySummary, Metrics, OperationMetrics};
use crate::seconds;

/// The whole text; families and samples always come in the same order.
pub(super) fn text(metrics: &Metrics) -> String {
    let mut text = Text(String::new());
    calls(&mut text, metrics);
    text.counter(metrics, "uppzy_retries_total", "Attempts beyond the first of a call.", |each| {
        Some(each.retries)
    });
    text.counter(metrics, "uppzy_throttled_total", "Attempts answered with 429.", |each| {
        Some(each.throttled)
    });
    text.counter(metrics, "uppzy_server_errors_total", "Attempts answered with 5xx.", |each| {
        Some(each.server_errors)
    });
    text.latency(
        metrics,
        "uppzy_call_duration_seconds",
        "Time from a call's start to its end, waits and retries included.",
        |each| Some(each.latency),
    );
    text.latency(
        metrics,
        "uppzy_answer_completion_seconds",
        "Time from handing a question in to its answer.",
        |each| each.answers.as_ref().map(|answers| answers.completion),
    );
    text.counter(
        metrics,
        "uppzy_answer_polls_total",
        "Reads of the state of answers that were completed.",
        |each| each.answers.as_ref().map(|answers: &AnswerMetrics| answers.polls),
    );
    text.family("uppzy_feedback_total", "counter", "Ratings of answers that the server took.");
    for (rating, count) in [("good", metrics.feedback_good), ("bad", metrics.feedback_bad)] {
        text.sample("uppzy_feedback_total", &[("rating", rating)], count);
    }
    text.family("uppzy_events_dropped_total", "counter", "Events whose reader was too slow.");
    text.sample("uppzy_events_dropped_total", &[], metrics.events_dropped);
    text.0
}

fn calls(text: &mut Text, metrics: &Metrics) {
    const CALLS: &str = "uppzy_calls_total";
    text.family(CALLS, "counter", "Calls that ended, by result: success or the error's kind.");
    for (operation, each) in &metrics.operations {
        // Present at zero too, so that a rate of failures can be formed from the start.
        text.sample(CALLS, &[("operation", operation), ("result", "success")], each.succeeded);
        for (kind, count) in &each.failed {
            text.sample(CALLS, &[("operation", operation), ("result", kind)], *count);
        }
    }
    const FAILED: &str = "uppzy_failed_calls_total";
    text.family(FAILED, "counter", "Calls that went wrong, by what became of the request.");
    for (operation, each) in &metrics.operations {
        for (outcome, count) in &each.outcomes {
            text.sample(FAILED, &[("operation", operation), ("outcome", outcome)], *count);
        }
    }
}

struct Text(String);

// Writing to a String cannot fail, so the results are let go.
impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (index, (label, value)) in labels.iter().enumerate() {
            let opening = if index == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{opening}{label}=\"{}\"", escaped(value));
        }
        if !labels.is_empty() {
            self.0.push('}');
        }
        let _ = writeln!(self.0, " {value}");
    }

    fn counter(
        &mut self,
        metrics: &Metrics,
        name: &str,
        help: &str,
        value: impl Fn(&OperationMetrics) -> Option<u64>,
    ) {
        self.family(name, "counter", help);
        for (operation, each) in &metrics.operations {
            if let Some(value) = value(each) {
                self.sample(name, &[("operation", operation)], value);
            }
        }
    }

    fn latency(
        &mut self,
        metrics: &Metrics,
        name: &str,
        help: &str,
        value: impl Fn(&OperationMetrics) -> Option<LatencySummary>,
    ) {
        let measured: Vec<(&str, LatencySummary)> = metrics
            .operations
            .iter()
            .filter_map(|(operation, each)| Some((*operation, value(each)?)))
            .filter(|(_, latency)| latency.count > 0)
            .collect();
        self.family(name, "summary", help);
        for (operation, latency) in &measured {
            let quantiles: [(&str, Duration); 3] =
                [("0.5", latency.p50), ("0.95", latency.p95), ("0.99", latency.p99)];
            for (quantile, took) in quantiles {
                let labels = [("operation", *operation), ("quantile", quantile)];
                self.sample(name, &labels, seconds(took));
            }
            let labels = [("operation", *operation)];
            self.sample(&format!("{name}_sum"), &labels, seconds(latency.sum));
            self.sample(&format!("{name}_count"), &labels, latency.count);
        }
        // A summary has no place for the maximum.
        let longest = name.replace("_seconds", "_max_seconds");
        self.family(&longest, "gauge", &format!("The longest of {name} so far."));
        for (operation, latency) in &measured {
            self.sample(&longest, &[("operation", *operation)], seconds(latency.max));
        }
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests;
