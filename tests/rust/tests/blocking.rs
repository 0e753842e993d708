//! The blocking client against the sandbox.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tokio::runtime::Runtime;
use uppzy::blocking::Client;
use uppzy::{
    AskManyOptions, CallOptions, CancelToken, Cancelled, ChatRequest, DocumentStatus, ErrorKind,
    Feedback, Outcome, PollOutcome, PollSchedule, RequestStatus, Upload,
};
use uppzy_sandbox::{Progression, Rule, Sandbox, SandboxOptions, Space};

/// The server's runtime, so that the tests' own threads have none.
static SERVER: LazyLock<(Runtime, Sandbox)> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start(SandboxOptions::new())).unwrap();
    (runtime, sandbox)
});

fn space() -> Space {
    SERVER.1.create_space(None)
}

fn builder(space: &Space) -> uppzy::ClientBuilder {
    Client::builder()
        .environment([("UPPZY_API_KEY", space.api_key())])
        .base_url(space.base_url())
        .tenant_id(space.tenant_id())
        .site_id(space.site_id())
}

/// A client that polls so often that waiting takes next to no time.
fn client(space: &Space) -> Client {
    let often = Duration::from_millis(2);
    let poll = PollSchedule { first: often, least: often, most: often, ..PollSchedule::default() };
    builder(space).poll(poll).max_poll_rate(1000.0).build_blocking().unwrap()
}

fn rules(json: serde_json::Value) -> Vec<Rule> {
    Rule::list_from_value(json).unwrap()
}

fn requests(space: &Space, operation: &str) -> usize {
    space.journal().iter().filter(|entry| entry.operation == operation).count()
}

/// Looks until it is so, for 20 s at most.
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..2000 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("never happened: {what}");
}

fn question(number: usize) -> ChatRequest {
    ChatRequest::new(format!("session-{number}"), format!("Question {number}?"))
}

fn assert_refused(error: &uppzy::Error) {
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!((error.field(), error.outcome()), (Some("blocking"), Outcome::NotSent));
    assert!(error.message().contains("uppzy::Client"), "{error}");
}

#[test]
fn every_family_works() {
    let space = space();
    let client = client(&space);
    for read in [
        client.tenant().get(&[]),
        client.tenant().limits(&[]),
        client.tenant().usage(&[]),
        client.tenant().usage_history(&[("from", "2026-01-01")]),
        client.tenant().statistics(&[]),
        client.site().get(&[]),
        client.site().statistics(&[]),
        client.site().widget_config(),
        client.site().update_widget_config(&json!({"theme": "dark"})),
    ] {
        assert!(!read.unwrap().fields.is_empty());
    }
    assert_eq!(client.site().widget_config().unwrap().get("theme"), Some(&json!("dark")));

    let documents = client.documents();
    let text = documents.create_text("Hours", "We answer from 9 to 17.", Some("support")).unwrap();
    let pair = documents.create_qa("Returns", "May I return?", "Within 30 days.", None).unwrap();
    documents.update(&text.id, &json!({"title": "Opening hours"})).unwrap();
    documents.set_status(&[&text.id, &pair.id], DocumentStatus::Active).unwrap();
    let titles: BTreeSet<_> =
        documents.list(&[]).unwrap().into_iter().filter_map(|document| document.title).collect();
    assert_eq!(titles, BTreeSet::from(["Opening hours".to_owned(), "Returns".to_owned()]));

    let request = ChatRequest::new("ticket-1", "May I return?").email("ann@example.org");
    let answer = client.chat().send(&request).unwrap();
    assert_eq!(answer.text(), "Within 30 days.");
    let receipt = client.chat().feedback("ticket-1", &answer.request_id, Feedback::Good).unwrap();
    assert!(receipt.is_first());
    assert!(!client.site().user_statistics("ann@example.org").unwrap().fields.is_empty());
    let session = client.sessions().latest_open("ann@example.org").unwrap().unwrap();
    assert_eq!(client.sessions().list(Some("ann@example.org"), &[]).unwrap().len(), 1);
    client.sessions().close(&session.id).unwrap();
    assert!(client.sessions().latest_open("ann@example.org").unwrap().is_none());
    documents.delete(&[text.id, pair.id]).unwrap();
    assert!(documents.list(&[]).unwrap().is_empty());
    assert_eq!(
        client.metrics().operations.values().map(|operation| operation.calls).sum::<u64>(),
        24
    );
}

#[test]
fn answers_are_awaited_in_every_way() {
    let space = space();
    space.set_progression(Progression::after_polls(2));
    let client = client(&space);
    let answer = client.chat().ask(&question(1)).unwrap();
    assert_eq!((answer.meta.polls, answer.is_fallback), (3, false));

    let pending = client.chat().submit(&question(2)).unwrap();
    assert_eq!(pending.session_id(), "session-2");
    assert_eq!(pending.status().unwrap().status, RequestStatus::Pending);
    let looked = pending.poll_once(&CallOptions::default()).unwrap();
    assert!(matches!(looked, PollOutcome::Pending { .. }));
    assert_eq!(pending.result().unwrap().request_id, pending.request_id());

    let token = client.chat().submit(&question(3)).unwrap().token();
    assert!(matches!(client.chat().poll_once(&token).unwrap(), PollOutcome::Pending { .. }));
    let resumed = client.chat().resume(&token).unwrap();
    assert_eq!(client.chat().status(resumed.request_id()).unwrap().status, RequestStatus::Pending);
    assert!(resumed.result_within(Duration::from_secs(60)).is_ok());
    assert!(matches!(client.chat().poll_once(&token).unwrap(), PollOutcome::Completed(_)));
    assert_eq!(requests(&space, "chat.submit"), 3);

    space.set_progression(Progression::never());
    let hasty = client.chat().timeout(Duration::from_millis(500));
    let fallback = hasty.ask_with_fallback(&question(4), "We will write to you.").unwrap();
    assert_eq!((fallback.text(), fallback.is_fallback), ("We will write to you.", true));
    let pending = client.chat().submit(&question(5)).unwrap();
    let error = pending.result_within(Duration::from_millis(100)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PollTimeout);
    assert_eq!(error.token(), Some(pending.token().as_str()));
}

#[test]
fn states_come_as_they_change() {
    let space = space();
    let statuses = vec!["queued".into(), "queued".into(), "reading".into()];
    space.set_progression(Progression { statuses, ..Progression::after_polls(3) });
    let pending = client(&space).chat().submit(&question(1)).unwrap();
    let states: Vec<_> = pending.states().map(|state| state.unwrap().status_text).collect();
    assert_eq!(states, ["queued", "reading", "completed"]);
    assert_eq!(requests(&space, "chat.status"), 4);
    let mut first = pending.states();
    assert_eq!(first.next().unwrap().unwrap().status, RequestStatus::Completed);
    assert!(first.next().is_none());
    assert!(first.next().is_none(), "an iterator that is over stays so");
}

#[test]
fn many_questions_have_one_result_each() {
    let space = space();
    space.set_rules(rules(json!([
        {"match": {"operation": "chat.submit", "nth": [3, 7]}, "effect": {"status": 422}}
    ])));
    let progress = Arc::new(AtomicUsize::new(0));
    let on_progress = {
        let progress = Arc::clone(&progress);
        move |seen: uppzy::AskProgress| progress.store(seen.done, Ordering::SeqCst)
    };
    let options = AskManyOptions { concurrency: 4, on_progress: Some(Arc::new(on_progress)) };
    let questions: Vec<_> = (0..20).map(question).collect();
    let outcomes: Vec<_> = client(&space).chat().ask_many(questions.clone(), options).collect();
    let indices: BTreeSet<_> = outcomes.iter().map(|outcome| outcome.index).collect();
    assert_eq!((outcomes.len(), indices), (20, (0..20).collect()));
    assert!(outcomes.iter().all(|outcome| outcome.request == questions[outcome.index]));
    assert_eq!(outcomes.iter().filter(|outcome| outcome.result.is_err()).count(), 2);
    assert_eq!(progress.load(Ordering::SeqCst), 20);
}

#[test]
fn many_tokens_have_one_result_each() {
    let space = space();
    space.set_progression(Progression::after_polls(1));
    let client = client(&space);
    let tokens: Vec<_> =
        (0..10).map(|number| client.chat().submit(&question(number)).unwrap().token()).collect();
    let given = tokens.iter().cloned().chain(["damaged".to_owned()]);
    let results: Vec<_> = client.chat().wait_many(given).collect();
    assert_eq!(results.len(), 11);
    for (token, result) in results {
        match result {
            Ok(answer) => {
                let pending = client.chat().resume(&token).unwrap();
                assert_eq!(answer.request_id, pending.request_id());
            }
            Err(error) => assert_eq!((token.as_str(), error.field()), ("damaged", Some("token"))),
        }
    }
}

#[test]
fn results_are_made_while_the_caller_is_busy_with_another() {
    let space = space();
    let client = client(&space);
    let mut results = client.chat().ask_many((0..40).map(question), AskManyOptions::default());
    assert_eq!(requests(&space, "chat.submit"), 0, "an iterator is lazy");
    assert!(results.next().unwrap().result.is_ok());
    eventually("all answers were read from the server", || requests(&space, "chat.status") >= 40);
    assert_eq!(results.filter(|outcome| outcome.result.is_ok()).count(), 39);
}

#[test]
fn a_panic_of_the_caller_s_own_function_is_seen() {
    let space = space();
    let on_progress = |_: uppzy::AskProgress| panic!("the caller's own fault");
    let options = AskManyOptions { on_progress: Some(Arc::new(on_progress)), ..Default::default() };
    let mut results = client(&space).chat().ask_many([question(1)], options);
    let next = panic::catch_unwind(AssertUnwindSafe(|| results.next()));
    let fault = next.unwrap_err();
    assert_eq!(fault.downcast_ref(), Some(&"the caller's own fault"));
    assert!(results.next().is_none());
}

#[test]
fn dropping_an_iterator_stops_the_work() {
    let space = space();
    space.set_rules(rules(json!([
        {"match": {"operation": "chat.submit", "nth": 1}, "effect": {"status": 422}},
        {"match": {"operation": "chat.submit"}, "effect": {"stall": "head"}}
    ])));
    let client = builder(&space).build_blocking().unwrap();
    let options = AskManyOptions { concurrency: 5, ..AskManyOptions::default() };
    let mut results = client.chat().ask_many((0..100).map(question), options);
    assert!(results.next().unwrap().result.is_err());
    eventually("five more are under way", || requests(&space, "chat.submit") == 6);
    drop(results);
    eventually("all are given up", || {
        let gone = space.journal().iter().filter(|entry| entry.client_gone).count();
        gone == 5 && space.stats().connections_open == 0
    });
    assert_eq!(requests(&space, "chat.submit"), 6);
}

#[test]
fn many_threads_share_a_client() {
    const THREADS: usize = 32;
    const CALLS: usize = 20;
    let space = space();
    let client = builder(&space).build_blocking().unwrap();
    thread::scope(|scope| {
        for number in 0..THREADS {
            let chat = client.chat();
            scope.spawn(move || {
                for call in 0..CALLS {
                    let request = question(number * CALLS + call);
                    let answer = chat.send(&request).unwrap();
                    assert_eq!(answer.session_id, request.session_id);
                }
            });
        }
    });
    assert_eq!(requests(&space, "chat.send"), THREADS * CALLS);
    let connections = space.stats().connections_total;
    assert!(connections <= 2 * THREADS as u64, "{connections} connections for {THREADS} threads");
    assert_eq!(client.metrics().operations.len(), 1);
}

#[test]
fn calls_on_a_thread_that_runs_tasks_are_refused() {
    let space = space();
    let client = client(&space);
    let pending = client.chat().submit(&question(0)).unwrap();
    let before = space.journal().len();
    for runtime in [
        tokio::runtime::Builder::new_current_thread().build().unwrap(),
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap(),
    ] {
        runtime.block_on(async {
            let token = CancelToken::new();
            assert_refused(&client.tenant().limits(&[]).unwrap_err());
            assert_refused(&pending.result().unwrap_err());
            let cancellable = client.chat().cancel_with(&token);
            assert_refused(&cancellable.ask(&question(1)).unwrap().unwrap_err());
            let states: Vec<_> = pending.states().collect();
            assert_eq!(states.len(), 1);
            assert_refused(states[0].as_ref().unwrap_err());
            let asked: Vec<_> =
                client.chat().ask_many((0..3).map(question), AskManyOptions::default()).collect();
            assert_eq!(asked.iter().map(|outcome| outcome.index).collect::<Vec<_>>(), [0, 1, 2]);
            asked.iter().for_each(|outcome| assert_refused(outcome.result.as_ref().unwrap_err()));
            let waited: Vec<_> = client.chat().wait_many([pending.token()]).collect();
            assert_eq!(waited[0].0, pending.token());
            assert_refused(waited[0].1.as_ref().unwrap_err());
        });
        let spawned = client.clone();
        let error = runtime.block_on(async {
            tokio::spawn(async move { spawned.tenant().limits(&[]).unwrap_err() }).await.unwrap()
        });
        assert_refused(&error);
    }
    assert_eq!(space.journal().len(), before, "nothing was sent");
}

#[test]
fn calls_on_a_runtime_s_threads_for_blocking_work_are_made() {
    let space = space();
    let client = client(&space);
    let runtime = Runtime::new().unwrap();
    let asking = client.clone();
    runtime.block_on(async {
        let answer = tokio::task::spawn_blocking(move || asking.chat().ask(&question(1))).await;
        assert!(answer.unwrap().is_ok());
        assert!(tokio::task::block_in_place(|| client.tenant().limits(&[])).is_ok());
        assert!(client.as_async().tenant().limits(&[]).await.is_ok(), "one client, both ways");
    });
    drop(runtime);
    assert!(
        client.tenant().limits(&[]).is_ok(),
        "connections of a runtime that is gone are let go"
    );
}

#[test]
fn a_token_ends_calls_of_other_threads() {
    let space = space();
    space.set_rules(rules(json!([
        {"match": {"operation": "chat.send"}, "effect": {"stall": "head"}}
    ])));
    space.set_progression(Progression::never());
    let client = builder(&space).build_blocking().unwrap();
    let token = CancelToken::new();
    let chat = client.chat().cancel_with(&token);
    let pending = chat.submit(&question(1)).unwrap().unwrap();
    let resumed = chat.resume(&pending.token()).unwrap();
    assert_eq!(resumed.pending().request_id(), pending.request_id());
    let ended = thread::scope(|scope| {
        let sending = scope.spawn(|| chat.send(&question(2)).map(drop));
        let asking = scope.spawn(|| chat.ask(&question(3)).map(drop));
        let waiting = scope.spawn(|| resumed.result().map(drop));
        let stating = scope.spawn(|| resumed.states().count());
        let many = scope.spawn(|| chat.ask_many((4..8).map(question), Default::default()).count());
        let tokens = scope.spawn(|| chat.wait_many([pending.token()]).count());
        eventually("all are under way", || {
            requests(&space, "chat.send") == 1 && requests(&space, "chat.submit") == 6
        });
        token.cancel();
        assert_eq!((many.join().unwrap(), tokens.join().unwrap()), (0, 0));
        assert!(stating.join().unwrap() <= 1, "only the first state was there to see");
        [sending, asking, waiting].map(|call| call.join().unwrap())
    });
    for result in ended {
        assert_eq!(result, Err(Cancelled));
    }
    eventually("the socket is released", || {
        space.journal().iter().any(|entry| entry.operation == "chat.send" && entry.client_gone)
    });
    let before = space.journal().len();
    assert_eq!(client.tenant().cancel_with(&token).limits(&[]).map(drop), Err(Cancelled));
    assert_eq!(space.journal().len(), before, "a cancelled token starts nothing");
}

/// Gives its bytes in small pieces, some of them after an interruption. Cannot be shared.
struct Slow {
    left: usize,
    reads: std::cell::Cell<usize>,
}

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads.set(self.reads.get() + 1);
        if self.reads.get().is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = self.left.min(700).min(buffer.len());
        buffer[..length].fill(b'x');
        self.left -= length;
        Ok(length)
    }
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("unplugged"))
    }
}

#[test]
fn whatever_can_be_read_can_be_uploaded() {
    let space = space();
    let client = client(&space);
    let slow = Slow { left: 50_000, reads: std::cell::Cell::new(0) };
    let upload = Upload::blocking_reader("notes.txt", slow, Some(50_000));
    client.documents().upload(upload).unwrap();
    let unknown = Upload::blocking_reader("more.txt", io::Cursor::new("more words"), None);
    client.documents().upload(unknown).unwrap();
    let sizes: Vec<_> = space.journal().iter().map(|entry| entry.file_bytes).collect();
    assert_eq!(sizes, [Some(50_000), Some(10)]);

    let broken = Upload::blocking_reader("broken.txt", Broken, Some(3));
    let error = client.documents().upload(broken).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FileRead);
    assert!(error.message().contains("unplugged"), "{error}");
}

#[test]
fn a_client_is_made_without_a_connection() {
    let space = space();
    let client = builder(&space).build_blocking().unwrap();
    assert_eq!(space.stats().connections_total, 0);
    assert_eq!(client.base_url().trim_end_matches('/'), space.base_url());
    assert_eq!(
        (client.tenant_id(), client.site_id()),
        (Some(space.tenant_id()), Some(space.site_id()))
    );
    let other = client.for_site("other").unwrap().for_tenant("another").unwrap();
    assert_eq!((other.tenant_id(), other.site_id()), (Some("another"), Some("other")));
    let mut events = client.events(10);
    client.tenant().limits(&[]).unwrap();
    assert!(events.next_blocking(Duration::from_secs(5)).is_some());
    space.add_key("second-key");
    space.revoke_key(&space.api_key());
    client.set_api_key("second-key").unwrap();
    client.tenant().limits(&[]).unwrap();
    assert!(client.set_bearer_token("token").is_err(), "the client uses a key");
    client.close();
    assert!(client.is_closed() && other.is_closed());
    assert_eq!(client.tenant().limits(&[]).unwrap_err().kind(), ErrorKind::Closed);
    let error = Client::builder().environment::<&str, &str>([]).build_blocking().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}
