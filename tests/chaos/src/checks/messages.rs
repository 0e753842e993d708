//! Rules about what the sandbox has taken in: nothing twice, nothing denied, nothing forgotten.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::{Finding, Rule};
use crate::evidence::{Call, Evidence, Resumed, Seen, sha256};
use crate::orders::{End, Ending};

/// An answer that came so shortly before a call's end may not have been read.
const JUST_NOW_MS: u64 = 3_000;

/// Three by the default policy, and one each for a stale connection and for a changed key.
const MOST_ATTEMPTS: usize = 5;

pub(super) fn check(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    let taken = Taken::of(evidence);
    for call in evidence.calls.values() {
        let Some(count) = taken.count(call) else { continue };
        doubled(call, count, &mut findings);
        denied(call, count, &mut findings);
        if count == 0 && is_question(call) && ended(call, Ending::Answered).is_some() {
            let text = "was answered, and the sandbox knows nothing of it";
            findings.push(Finding::of(Rule::OwnAnswer, call, text));
        }
        if count > 0 {
            forgotten(call, taken.heard(call), &mut findings);
        }
    }
    for (session, _) in &evidence.questions {
        if !taken.known.contains(&session.as_str()) {
            let text = format!("a question of session {session}, which nobody asked");
            findings.push(Finding::new(Rule::NotDoubled, text));
        }
    }
    for (token, resumed) in &evidence.resumed {
        if let Resumed::Lost(kind) = resumed {
            let of = |call: &&Call| call.token.as_ref() == Some(token);
            let call = evidence.calls.values().find(of).map(|call| call.order.id);
            let text = format!("a token ended in {kind}");
            findings.push(Finding { rule: Rule::Resumable, text, call });
        }
    }
    findings
}

/// How often the sandbox took in what, by its data file and by its journal.
struct Taken<'evidence> {
    known: Vec<&'evidence str>,
    questions: HashMap<&'evidence str, usize>,
    documents: HashMap<&'evidence str, usize>,
    journal: BTreeMap<&'evidence str, Vec<&'evidence Seen>>,
}

impl<'evidence> Taken<'evidence> {
    fn of(evidence: &'evidence Evidence) -> Self {
        let mut questions = HashMap::new();
        for (session, _) in &evidence.questions {
            *questions.entry(session.as_str()).or_default() += 1;
        }
        let mut documents = HashMap::new();
        for title in &evidence.documents {
            *documents.entry(title.as_str()).or_default() += 1;
        }
        let mut journal: BTreeMap<&str, Vec<&Seen>> = BTreeMap::new();
        for entry in evidence.journal.values() {
            let is_question = entry.operation == "chat.send" || entry.operation == "chat.submit";
            if let (true, Some(session)) = (is_question, &entry.session_sha256) {
                journal.entry(session).or_default().push(entry);
            }
        }
        let known = evidence.calls.values().map(|call| call.order.session.as_str()).collect();
        Self { known, questions, documents, journal }
    }

    /// How often the call's question or document was taken in; none where it has neither.
    fn count(&self, call: &Call) -> Option<usize> {
        let order = &call.order;
        if is_question(call) {
            let kept = self.questions.get(order.session.as_str()).copied().unwrap_or_default();
            let entries = self.entries(call);
            let processed = entries.iter().filter(|entry| entry.processed).count();
            return Some(kept.max(processed));
        }
        order
            .operation
            .starts_with("documents.")
            .then(|| self.documents.get(order.title.as_str()).copied().unwrap_or_default())
    }

    fn entries(&self, call: &Call) -> &[&'evidence Seen] {
        self.journal.get(sha256(&call.order.session).as_str()).map_or(&[], Vec::as_slice)
    }

    /// When the worker was told that the question is accepted, if it was told so in full.
    fn heard(&self, call: &Call) -> Option<u64> {
        let told = |entry: &&&Seen| {
            let is_whole = entry.fate == "answered" && !entry.client_gone && entry.rule.is_none();
            is_whole && entry.status == Some(202)
        };
        let at: Timestamp = self.entries(call).iter().find(told)?.at.parse().ok()?;
        u64::try_from(at.as_millisecond()).ok()
    }
}

fn is_question(call: &Call) -> bool {
    ["chat.ask", "chat.send", "chat.submit", "chat.ask_many"].contains(&&*call.order.operation)
}

fn ended(call: &Call, result: Ending) -> Option<&End> {
    call.ends.iter().find(|end| end.result == result)
}

fn doubled(call: &Call, count: usize, findings: &mut Vec<Finding>) {
    let attempts = ended(call, Ending::Answered).and_then(|end| end.attempts);
    let allowed = match attempts {
        _ if !call.order.retry_unknown => 1,
        Some(attempts) => usize::try_from(attempts).unwrap_or(usize::MAX).max(1),
        // The attempts of an error are those of the poll that failed, not of the submission.
        None => MOST_ATTEMPTS,
    };
    if count > allowed {
        let text = format!("was taken in {count} times, where {allowed} were allowed");
        findings.push(Finding::of(Rule::NotDoubled, call, text));
    }
}

fn denied(call: &Call, count: usize, findings: &mut Vec<Finding>) {
    let Some(end) = ended(call, Ending::Error) else { return };
    let outcome = end.outcome.as_deref().unwrap_or("none");
    if count > 0 && ["not_sent", "rejected"].contains(&outcome) {
        let text = format!("was taken in, and ended with the outcome {outcome}");
        findings.push(Finding::of(Rule::NotDenied, call, text));
    }
}

/// The question was accepted, and the worker was told at that time, if `heard` says so.
fn forgotten(call: &Call, heard: Option<u64>, findings: &mut Vec<Finding>) {
    if !is_question(call) || call.order.operation == "chat.send" {
        return;
    }
    let Some(end) = ended(call, Ending::Error) else { return };
    let has_token = end.token.is_some() || call.token.is_some();
    // An answer, though no good one.
    let failed = end.kind.as_deref() == Some("chat_failed");
    // It could not read what it was told.
    let unread = end.kind.as_deref() == Some("response_decode");
    if has_token || failed || (unread && heard.is_none()) {
        return;
    }
    if end.outcome.as_deref() == Some("accepted") {
        let text = "was accepted, and its error has no token";
        findings.push(Finding::of(Rule::NotForgotten, call, text));
    } else if call.halted_ms == 0
        && heard.is_some_and(|heard| heard + JUST_NOW_MS < end.began_ms + end.elapsed_ms)
    {
        let text = "was told in full that it is accepted, and its error has no token";
        findings.push(Finding::of(Rule::NotForgotten, call, text));
    }
}
