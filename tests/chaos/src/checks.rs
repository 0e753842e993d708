//! What must hold, whatever broke.

mod calls;
mod messages;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use crate::evidence::{Call, Evidence, sha256};
use crate::orders::End;

/// The longest timeout of a call; a submitted question has it twice.
pub(crate) const LONGEST_MS: u64 = 40_000;

/// A rule that a run has to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    NotDoubled,
    InTime,
    EndsOnce,
    NotDenied,
    NotForgotten,
    Resumable,
    OwnAnswer,
    RotationUnnoticed,
    ConnectionsClosed,
    EndsWell,
    NoFault,
    NothingShown,
}

/// All of them, and what each says.
pub(crate) const RULES: [(Rule, &str); 12] = [
    (Rule::NotDoubled, "no message and no document is doubled without retry_unknown"),
    (Rule::InTime, "every call ends by its deadline"),
    (Rule::EndsOnce, "every call ends, and once"),
    (Rule::NotDenied, "no error says that nothing was accepted where something was"),
    (Rule::NotForgotten, "whoever heard that a question was accepted has its answer or its token"),
    (Rule::Resumable, "every token comes to its answer"),
    (Rule::OwnAnswer, "every answer is that of its own question"),
    (Rule::RotationUnnoticed, "no call with the key in a file fails for a change of keys"),
    (Rule::ConnectionsClosed, "a closed client leaves no connection open"),
    (Rule::EndsWell, "every process ends by itself, and well"),
    (Rule::NoFault, "no panic, no internal error, nothing on an error output"),
    (Rule::NothingShown, "no key, message, document or address is shown"),
];

/// A rule that was broken, and by what.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) rule: Rule,
    pub(crate) text: String,
    /// The call that it is about.
    pub(crate) call: Option<u64>,
}

impl Finding {
    fn new(rule: Rule, text: impl Into<String>) -> Self {
        Self { rule, text: text.into(), call: None }
    }

    fn of(rule: Rule, call: &Call, text: impl Into<String>) -> Self {
        Self { rule, text: text.into(), call: Some(call.order.id) }
    }
}

/// Everything that did not hold.
pub(crate) fn check(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = messages::check(evidence);
    findings.extend(calls::check(evidence));
    let processes = &evidence.processes;
    if processes.connections_open > 0 {
        let holders = processes.holders.join("\n  ");
        let text = format!("{} are left open\n  {holders}", processes.connections_open);
        findings.push(Finding::new(Rule::ConnectionsClosed, text));
    }
    for (rule, texts) in [
        (Rule::EndsWell, &processes.bad_ends),
        (Rule::NoFault, &processes.complaints),
        (Rule::NothingShown, &processes.leaks),
    ] {
        findings.extend(texts.iter().map(|text| Finding::new(rule, text)));
    }
    findings.sort_by_key(|finding| finding.rule);
    findings
}

/// Findings of one kind that are shown in full; the rest is counted.
const MOST_SHOWN: usize = 5;

/// A finding with all that is known of its call.
pub(crate) fn show(finding: &Finding, evidence: &Evidence) -> String {
    let mut text = format!("BROKEN {:?}: {}", finding.rule, finding.text);
    let Some(call) = finding.call.and_then(|id| evidence.calls.get(&id)) else { return text };
    let order = &call.order;
    let killed = if call.killed { ", killed" } else { "" };
    // Writing to a text cannot fail.
    let _ = write!(
        text,
        "\n  call {} of {}{killed}: {}, timeout {} ms, retry_unknown {}, session {}, ordered at {}, halted {} ms",
        order.id,
        call.worker,
        order.operation,
        order.timeout_ms,
        order.retry_unknown,
        order.session,
        call.ordered_ms,
        call.halted_ms,
    );
    for end in &call.ends {
        let End { began_ms, elapsed_ms, result, kind, outcome, attempts, token, .. } = end;
        let _ = write!(
            text,
            "\n  began {began_ms}, took {elapsed_ms} ms: {result:?} {kind:?} {outcome:?}, attempts {attempts:?}, token {}",
            token.is_some() || call.token.is_some(),
        );
    }
    let session = sha256(&order.session);
    let entries = evidence.journal.values().filter(|entry| {
        entry.session_sha256.as_ref() == Some(&session)
            || entry.file_name.as_ref() == Some(&order.title)
    });
    for entry in entries {
        let line = serde_json::to_string(entry).unwrap_or_default();
        let _ = write!(text, "\n  journal {line}");
    }
    text
}

/// The findings to be shown: not hundreds of one kind.
pub(crate) fn shown(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    let mut before = Vec::new();
    findings.iter().filter(move |finding| {
        before.push(finding.rule);
        before.iter().filter(|rule| **rule == finding.rule).count() <= MOST_SHOWN
    })
}

/// A line for each rule, and the sum in the last one.
pub(crate) fn summary(findings: &[Finding], seed: u64) -> String {
    let mut text = String::new();
    for (rule, meaning) in RULES {
        let count = findings.iter().filter(|finding| finding.rule == rule).count();
        let verdict = if count == 0 { "held".to_owned() } else { format!("BROKEN {count} times") };
        let _ = writeln!(text, "{verdict:<16} {meaning}");
    }
    let broken = RULES.iter().filter(|(rule, _)| findings.iter().any(|found| found.rule == *rule));
    let broken = broken.count();
    let _ = write!(text, "{} rules held, {broken} broken; seed {seed}", RULES.len() - broken);
    text
}
