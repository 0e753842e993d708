//! Each rule is seen to be broken by a run that breaks it, and by no other.

use super::{Finding, RULES, Rule, check, show, summary};
use crate::evidence::{Call, Evidence, Resumed, Seen, sha256};
use crate::orders::{CallOrder, End, Ending};

const SESSION: &str = "s-1";

fn call(operation: &str) -> Call {
    let order = CallOrder {
        id: 1,
        operation: operation.to_owned(),
        session: SESSION.to_owned(),
        title: "t-1.md".to_owned(),
        timeout_ms: 1_000,
        ..CallOrder::default()
    };
    let end = End {
        id: 1,
        began_ms: 1_000_000,
        elapsed_ms: 900,
        session: Some(SESSION.to_owned()),
        attempts: Some(1),
        ..End::default()
    };
    Call { order, worker: "rust#1".to_owned(), ends: vec![end], ..Call::default() }
}

fn failed(operation: &str, kind: &str, outcome: &str) -> Call {
    let mut call = call(operation);
    for end in &mut call.ends {
        end.result = Ending::Error;
        end.kind = Some(kind.to_owned());
        end.outcome = Some(outcome.to_owned());
        end.session = None;
    }
    call
}

fn accepted(at: &str) -> Seen {
    Seen {
        run: 1,
        seq: 1,
        at: at.to_owned(),
        operation: "chat.submit".to_owned(),
        status: Some(202),
        processed: true,
        fate: "answered".to_owned(),
        session_sha256: Some(sha256(SESSION)),
        ..Seen::default()
    }
}

/// A run with this call, whose question or document was taken in so often.
fn run(call: Call, times: usize) -> Evidence {
    let mut evidence = Evidence::default();
    if call.order.operation.starts_with("documents") {
        evidence.documents = vec![call.order.title.clone(); times];
    } else {
        evidence.questions = vec![(call.order.session.clone(), "r-1".to_owned()); times];
    }
    evidence.calls.insert(1, call);
    evidence
}

fn rules(evidence: &Evidence) -> Vec<Rule> {
    check(evidence).into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_good_run_has_no_findings() {
    assert_eq!(rules(&Evidence::default()), []);
    for operation in ["chat.ask", "chat.send", "chat.submit", "chat.ask_many"] {
        assert_eq!(rules(&run(call(operation), 1)), [], "{operation}");
    }
    assert_eq!(rules(&run(call("documents.upload"), 1)), []);
    assert_eq!(rules(&run(failed("chat.send", "connection_lost", "unknown"), 1)), []);
    assert_eq!(rules(&run(failed("chat.send", "service_unavailable", "rejected"), 0)), []);
}

#[test]
fn what_is_doubled_is_found_by_either_record() {
    for operation in ["chat.ask", "chat.send", "documents.create_text"] {
        assert_eq!(rules(&run(call(operation), 2)), [Rule::NotDoubled], "{operation}");
    }
    let mut by_journal = run(call("chat.ask"), 1);
    for seq in [1, 2] {
        let entry = Seen { seq, ..accepted("2026-01-01T00:00:00Z") };
        by_journal.journal.insert((1, seq), entry);
    }
    assert_eq!(rules(&by_journal), [Rule::NotDoubled]);
    // Of two entries, one was answered with an error.
    by_journal.journal.entry((1, 2)).and_modify(|entry| entry.processed = false);
    assert_eq!(rules(&by_journal), []);
}

#[test]
fn retry_unknown_allows_as_many_as_there_were_attempts() {
    let mut twice = call("chat.ask");
    twice.order.retry_unknown = true;
    twice.ends.first_mut().unwrap().attempts = Some(2);
    assert_eq!(rules(&run(twice.clone(), 2)), []);
    assert_eq!(rules(&run(twice, 3)), [Rule::NotDoubled]);
}

#[test]
fn a_question_that_nobody_asked_is_found() {
    let mut evidence = run(call("chat.ask"), 1);
    evidence.questions.push(("s-other".to_owned(), "r-2".to_owned()));
    assert_eq!(rules(&evidence), [Rule::NotDoubled]);
}

#[test]
fn late_ends_are_found_but_not_those_of_halted_workers() {
    let mut late = call("chat.ask");
    late.ends.first_mut().unwrap().elapsed_ms = 30_000;
    assert_eq!(rules(&run(late.clone(), 1)), [Rule::InTime]);
    late.halted_ms = 15_000;
    assert_eq!(rules(&run(late, 1)), []);
    let mut cancelled = call("chat.ask");
    cancelled.order.timeout_ms = 60_000;
    let end = cancelled.ends.first_mut().unwrap();
    (end.result, end.elapsed_ms) = (Ending::Cancelled, 30_000);
    assert_eq!(rules(&run(cancelled, 1)), [Rule::InTime]);
}

#[test]
fn a_call_ends_once() {
    let mut never = call("tenant.get");
    never.ends.clear();
    assert_eq!(rules(&run(never.clone(), 0)), [Rule::EndsOnce]);
    never.killed = true;
    assert_eq!(rules(&run(never, 0)), []);
    let mut twice = call("tenant.get");
    twice.ends.push(twice.ends.first().unwrap().clone());
    assert_eq!(rules(&run(twice, 0)), [Rule::EndsOnce]);
}

#[test]
fn an_error_must_not_deny_what_was_done() {
    for outcome in ["not_sent", "rejected"] {
        for operation in ["chat.send", "chat.submit", "documents.upload"] {
            let denied = failed(operation, "service_unavailable", outcome);
            assert_eq!(rules(&run(denied, 1)), [Rule::NotDenied], "{operation} {outcome}");
        }
    }
}

#[test]
fn what_was_accepted_has_a_token() {
    let mut forgotten = failed("chat.ask", "poll_timeout", "accepted");
    assert_eq!(rules(&run(forgotten.clone(), 1)), [Rule::NotForgotten]);
    forgotten.token = Some("v1.x".to_owned());
    assert_eq!(rules(&run(forgotten, 1)), []);
    // The worker was told long before the call ended, and knows nothing of it.
    let mut evidence = run(failed("chat.ask", "connection_lost", "unknown"), 1);
    let told = accepted("1970-01-01T00:16:40Z");
    evidence.journal.insert((1, 1), told.clone());
    assert_eq!(rules(&evidence), []);
    let end = |evidence: &mut Evidence| {
        let call = evidence.calls.get_mut(&1).unwrap();
        call.order.timeout_ms = 10_000;
        call.ends.first_mut().unwrap().elapsed_ms = 9_000;
    };
    end(&mut evidence);
    assert_eq!(rules(&evidence), [Rule::NotForgotten]);
    // An answer that cannot be read has no token in it, but this one could be read.
    let mut unread = failed("chat.ask", "response_decode", "accepted");
    evidence.calls.insert(1, unread.clone());
    assert_eq!(rules(&evidence), [Rule::NotForgotten]);
    unread.token = Some("v1.x".to_owned());
    evidence.calls.insert(1, unread);
    assert_eq!(rules(&evidence), []);
    let mut evidence = run(failed("chat.ask", "response_decode", "accepted"), 1);
    assert_eq!(rules(&evidence), []);
    evidence.calls.insert(1, failed("chat.ask", "connection_lost", "unknown"));
    end(&mut evidence);
    let lost = Seen { fate: "reset".to_owned(), ..told };
    evidence.journal.insert((1, 1), lost);
    assert_eq!(rules(&evidence), []);
}

#[test]
fn tokens_come_to_their_answers() {
    let mut evidence = Evidence::default();
    for (token, resumed) in [("a", Resumed::Answered), ("b", Resumed::Failed)] {
        evidence.resumed.insert(token.to_owned(), resumed);
    }
    assert_eq!(rules(&evidence), []);
    evidence.resumed.insert("c".to_owned(), Resumed::Lost("chat_gone".to_owned()));
    assert_eq!(rules(&evidence), [Rule::Resumable]);
}

#[test]
fn an_answer_belongs_to_its_question() {
    let mut swapped = call("chat.ask");
    swapped.ends.first_mut().unwrap().session = Some("s-2".to_owned());
    assert_eq!(rules(&run(swapped, 1)), [Rule::OwnAnswer]);
    assert_eq!(rules(&run(call("chat.send"), 0)), [Rule::OwnAnswer]);
    // By its token, another worker has taken up the answer.
    let mut asked = call("chat.submit");
    asked.token = Some("v1.x".to_owned());
    let mut evidence = run(asked, 1);
    let mut resumed = call("chat.resume");
    resumed.order.id = 2;
    resumed.order.session.clear();
    resumed.order.token = "v1.x".to_owned();
    evidence.calls.insert(2, resumed.clone());
    assert_eq!(rules(&evidence), []);
    resumed.ends.first_mut().unwrap().session = Some("s-2".to_owned());
    evidence.calls.insert(2, resumed);
    assert_eq!(rules(&evidence), [Rule::OwnAnswer]);
}

#[test]
fn a_rotation_of_the_key_file_is_not_noticed() {
    let mut refused = failed("tenant.get", "authentication", "rejected");
    assert_eq!(rules(&run(refused.clone(), 0)), []);
    refused.key_file = true;
    assert_eq!(rules(&run(refused, 0)), [Rule::RotationUnnoticed]);
}

#[test]
fn faults_of_processes_are_found() {
    let mut evidence = run(failed("tenant.get", "internal", "unknown"), 0);
    assert_eq!(rules(&evidence), [Rule::NoFault]);
    evidence.processes.connections_open = 1;
    let text = || vec!["node#1: something".to_owned()];
    evidence.processes.bad_ends = text();
    evidence.processes.leaks = text();
    evidence.processes.complaints = text();
    let expected =
        [Rule::ConnectionsClosed, Rule::EndsWell, Rule::NoFault, Rule::NoFault, Rule::NothingShown];
    assert_eq!(rules(&evidence), expected);
}

#[test]
fn a_finding_is_shown_with_its_call_and_its_requests() {
    let mut evidence = run(call("chat.ask"), 2);
    evidence.journal.insert((1, 1), accepted("2026-01-01T00:00:00Z"));
    let finding = check(&evidence).pop().unwrap();
    let text = show(&finding, &evidence);
    for part in ["taken in 2 times", "call 1 of rust#1", "took 900 ms", "\"fate\":\"answered\""] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn the_last_line_is_the_sum() {
    let held = format!("{} rules held, 0 broken; seed 7", RULES.len());
    assert_eq!(summary(&[], 7).lines().last(), Some(held.as_str()));
    let findings = [Rule::InTime, Rule::InTime].map(|rule| Finding::new(rule, "late"));
    let text = summary(&findings, 7);
    assert!(text.contains("BROKEN 2 times   every call ends by its deadline"), "{text}");
    assert!(text.ends_with(&format!("{} rules held, 1 broken; seed 7", RULES.len() - 1)), "{text}");
}
