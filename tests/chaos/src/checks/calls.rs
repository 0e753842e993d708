//! Rules about how calls end.

use std::collections::HashMap;

use super::{Finding, Rule};
use crate::evidence::{Call, Evidence};
use crate::orders::{End, Ending};

/// How much later than its deadline a call may end. The machine may have stood still in between: this
/// finds what hangs, and measures nothing.
const TOLERANCE_MS: u64 = 20_000;

pub(super) fn check(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    let sessions: HashMap<&str, &str> = evidence
        .calls
        .values()
        .filter_map(|call| Some((call.token.as_deref()?, call.order.session.as_str())))
        .collect();
    for call in evidence.calls.values() {
        match call.ends.len() {
            0 if !call.killed => {
                findings.push(Finding::of(Rule::EndsOnce, call, "never ended"));
            }
            0 | 1 => {}
            more => {
                findings.push(Finding::of(Rule::EndsOnce, call, format!("ended {more} times")));
            }
        }
        for end in &call.ends {
            late(call, end, &mut findings);
            foreign(call, end, &sessions, &mut findings);
            let kind = end.kind.as_deref();
            if kind == Some("internal") {
                findings.push(Finding::of(Rule::NoFault, call, "ended in an internal error"));
            }
            if call.key_file && kind == Some("authentication") {
                let text = "was refused for its key, though the file had a valid one";
                findings.push(Finding::of(Rule::RotationUnnoticed, call, text));
            }
        }
    }
    findings
}

fn late(call: &Call, end: &End, findings: &mut Vec<Finding>) {
    let calls = if call.order.operation == "chat.submit" { 2 } else { 1 };
    let allowed = match end.result {
        Ending::Cancelled => call.order.cancel_after_ms,
        _ => call.order.timeout_ms * calls,
    };
    let took = end.elapsed_ms.saturating_sub(call.halted_ms);
    if took > allowed + TOLERANCE_MS {
        let text = format!("took {took} ms where {allowed} ms were allowed");
        findings.push(Finding::of(Rule::InTime, call, text));
    }
}

/// An answer that belongs to another question.
fn foreign(call: &Call, end: &End, sessions: &HashMap<&str, &str>, findings: &mut Vec<Finding>) {
    let Some(session) = end.session.as_deref().filter(|_| end.result == Ending::Answered) else {
        return;
    };
    let own = match call.order.token.as_str() {
        "" => Some(call.order.session.as_str()),
        token => sessions.get(token).copied(),
    };
    if own.is_some_and(|own| own != session) {
        let text = format!("has the answer of session {session}");
        findings.push(Finding::of(Rule::OwnAnswer, call, text));
    }
}
