//! Ten thousand questions on a bad network: each has exactly one result, and none is processed
//! twice unless the caller said that this is fine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uppzy::{Answer, AskManyOptions, ChatRequest, Client, ClientBuilder, Clock, Error, Outcome};
use uppzy_sandbox::{JournalEntry, Progression, Rule, Sandbox, SandboxOptions, Space};

const CONCURRENCY: usize = 64;

/// Faults for that share of all requests, evenly spread over everything that can go wrong.
fn faults(share: f64) -> Vec<Rule> {
    let effects = [
        json!({"status": 503}),
        json!({"status": 503, "headers": {"Retry-After": "2"}}),
        json!({"status": 500}),
        json!({"status": 429, "headers": {"Retry-After": "1"}}),
        json!({"reset": "before"}),
        json!({"reset": "after"}),
        json!({"close": "before"}),
        json!({"close": "after"}),
        json!({"truncate": 20}),
        json!({"status": 502, "process": true}),
        json!({"status": 504, "process": false}),
        json!({"garbage": true}),
        json!({"status": 200, "body": "<html>", "process": true}),
        json!({"delay_ms": 5}),
        json!({"close_connection": true}),
    ];
    let mut left = 1.0;
    let each = share / effects.len() as f64;
    let rules: Vec<Value> = effects
        .iter()
        .map(|effect| {
            // The first rule that matches wins: later ones see fewer requests.
            let probability = each / left;
            left -= each;
            json!({"match": {"probability": probability}, "effect": effect})
        })
        .collect();
    Rule::list_from_value(Value::Array(rules)).unwrap()
}

fn builder(space: &Space) -> ClientBuilder {
    Client::builder()
        .environment(Vec::<(String, String)>::new())
        .base_url(space.base_url())
        .api_key(space.api_key())
        .tenant_id(space.tenant_id())
        .site_id(space.site_id())
        .clock(Clock::virtual_time(11))
}

fn questions(sort: &str, count: usize) -> Vec<ChatRequest> {
    let question = |number| {
        ChatRequest::new(format!("{sort}-session-{number}"), format!("{sort} question {number}"))
    };
    (0..count).map(question).collect()
}

/// One result for each question.
struct Results {
    questions: Vec<ChatRequest>,
    results: Vec<Option<Result<Answer, Error>>>,
}

impl Results {
    fn new(questions: &[ChatRequest]) -> Self {
        let results = questions.iter().map(|_| None).collect();
        Self { questions: questions.to_vec(), results }
    }

    fn note(&mut self, index: usize, result: Result<Answer, Error>) {
        let before = self.results[index].replace(result);
        assert!(before.is_none(), "question {index} has two results: {before:?}");
    }

    fn pairs(&self) -> impl Iterator<Item = (&ChatRequest, &Result<Answer, Error>)> {
        self.questions.iter().zip(&self.results).map(|(question, result)| {
            (question, result.as_ref().unwrap_or_else(|| panic!("no result: {question:?}")))
        })
    }
}

async fn send_all(client: &Client, questions: &[ChatRequest]) -> Results {
    let mut results = Results::new(questions);
    let calls = questions.iter().cloned().enumerate().map(|(index, question)| {
        let client = client.clone();
        async move { (index, client.chat().send(&question).await) }
    });
    let mut calls = futures_util::stream::iter(calls).buffer_unordered(CONCURRENCY);
    while let Some((index, result)) = calls.next().await {
        results.note(index, result);
    }
    results
}

async fn ask_all(client: &Client, questions: &[ChatRequest]) -> Results {
    let mut results = Results::new(questions);
    let options = AskManyOptions { concurrency: 500, ..AskManyOptions::default() };
    let mut outcomes = client.chat().ask_many(questions.to_vec(), options);
    while let Some(outcome) = outcomes.next().await {
        assert_eq!(outcome.request.message, questions[outcome.index].message);
        results.note(outcome.index, outcome.result);
    }
    results
}

/// The requests of each question that took effect, by the hash of its message.
fn processed(space: &Space) -> HashMap<String, Vec<JournalEntry>> {
    assert_eq!(space.stats().journal_dropped, 0, "the journal must be whole");
    let mut by_message: HashMap<String, Vec<JournalEntry>> = HashMap::new();
    for entry in space.journal() {
        if entry.processed
            && let Some(hash) = entry.message_sha256.clone()
        {
            by_message.entry(hash).or_default().push(entry);
        }
    }
    by_message
}

fn hash(question: &ChatRequest) -> String {
    Sha256::digest(&question.message).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every result agrees with what the server did; gives the number of answers.
fn check(results: &Results, processed: &HashMap<String, Vec<JournalEntry>>) -> usize {
    let mut answered = 0;
    for (question, result) in results.pairs() {
        let times = processed.get(&hash(question)).map_or(0, Vec::len);
        assert!(times <= 1, "{question:?} was processed {times} times: {result:?}");
        match result {
            Ok(answer) => {
                answered += 1;
                assert_eq!(times, 1, "{question:?}: {answer:?}");
                assert_eq!(answer.session_id, question.session_id, "somebody else's answer");
                assert!(!answer.is_fallback && !answer.text().is_empty());
            }
            Err(error) => match error.outcome() {
                Outcome::NotSent | Outcome::Rejected => assert_eq!(times, 0, "{error:?}"),
                Outcome::Accepted => assert_eq!(times, 1, "{error:?}"),
                Outcome::Unknown => {}
            },
        }
    }
    answered
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_questions_have_one_result_each_and_none_is_doubled() {
    let sandbox = Sandbox::start(SandboxOptions::new().seed(5)).await.unwrap();
    let space = sandbox.space();
    space.set_rules(faults(0.3));
    let client = builder(&space).build().unwrap();

    let sent = send_all(&client, &questions("send", 5_000)).await;
    space.set_progression(Progression::after_polls(1));
    let asked = ask_all(&client, &questions("ask", 5_000)).await;

    let processed = processed(&space);
    let (send_answers, ask_answers) = (check(&sent, &processed), check(&asked, &processed));
    // Some 18 % of all writes meet a fault that leaves their outcome open, and end there; the other
    // faults can be repeated safely, and polling gets over all of them.
    for answered in [send_answers, ask_answers] {
        assert!((3_750..4_400).contains(&answered), "{send_answers} {ask_answers}");
    }

    let metrics = client.metrics();
    assert_eq!(metrics.operations["chat.send"].calls, 5_000);
    assert_eq!(metrics.operations["chat.send"].succeeded, send_answers as u64);
    assert_eq!(metrics.operations["chat.submit"].calls, 5_000);
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doubling_happens_only_where_the_caller_allowed_it() {
    let sandbox = Sandbox::start(SandboxOptions::new().seed(6)).await.unwrap();
    let space = sandbox.space();
    space.set_rules(faults(0.5));
    let client = builder(&space).retry_unknown(true).build().unwrap();

    let sent = send_all(&client, &questions("send", 250)).await;
    let asked = ask_all(&client, &questions("ask", 250)).await;
    assert_eq!(sent.pairs().count() + asked.pairs().count(), 500);

    let mut doubled = 0;
    for entries in processed(&space).values() {
        let (_, repeated) = entries.split_last().unwrap();
        doubled += usize::from(!repeated.is_empty());
        for entry in repeated {
            // Only what the client could not tell: an answer that was lost or from a gateway.
            let untold = entry.fate != "answered" || entry.status == Some(502);
            assert!(untold, "{} {:?} was repeated", entry.fate, entry.status);
        }
    }
    assert!(doubled > 10, "{doubled} of 500");
    sandbox.stop().await;
}

/// Threads and open files of this process.
#[cfg(target_os = "linux")]
fn threads_and_files() -> (usize, usize) {
    let count = |folder| std::fs::read_dir(folder).unwrap().count();
    (count("/proc/self/task"), count("/proc/self/fd"))
}

/// Runs in a process of its own, since other tests open files and threads too.
#[cfg(target_os = "linux")]
#[test]
fn clients_leave_nothing_behind() {
    const MARK: &str = "UPPZY_TEST_CLIENTS_ALONE";
    if std::env::var_os(MARK).is_none() {
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["clients_leave_nothing_behind", "--exact", "--test-threads=1"])
            .env(MARK, "1")
            .status()
            .unwrap();
        assert!(status.success());
        return;
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::start(SandboxOptions::new()).await.unwrap();
        let space = sandbox.space();
        // Whatever is made once and kept is made now.
        make_clients(&space, 20).await;
        settled(&space, (usize::MAX, usize::MAX)).await;
        let before = threads_and_files();
        make_clients(&space, 10_000).await;
        settled(&space, before).await;
        sandbox.stop().await;
    });
}

/// Makes clients and drops them, most unused; some make a call, subscribe, or have virtual time.
#[cfg(target_os = "linux")]
async fn make_clients(space: &Space, count: usize) {
    for number in 0..count {
        let system = builder(space).clock(Clock::system());
        match number % 20 {
            0 => {
                let client = system.build().unwrap();
                client.tenant().limits(&[]).await.unwrap();
            }
            1 => drop(builder(space).build().unwrap()),
            2 => {
                let client = system.build().unwrap();
                let events = client.events(100);
                drop((client.for_site("other").unwrap(), client, events));
            }
            3 => {
                let client = system.build().unwrap();
                let call = client.chat().send(&ChatRequest::new("s", "m")).await;
                client.close();
                assert!(call.is_ok());
            }
            _ => drop(system.build().unwrap()),
        }
    }
}

/// Waits until all connections are closed and no more threads and files are there than before.
#[cfg(target_os = "linux")]
async fn settled(space: &Space, before: (usize, usize)) {
    let mut now = threads_and_files();
    for _ in 0..1_000 {
        now = threads_and_files();
        if space.stats().server_connections_open == 0 && now.0 <= before.0 && now.1 <= before.1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let open = space.stats().server_connections_open;
    panic!("threads and files: {before:?} before, {now:?} now; {open} connections open");
}
