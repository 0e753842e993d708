//! Time that jumps when every call only waits for it must stand while a call is about to begin.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use futures_util::StreamExt as _;
use uppzy::{AskManyOptions, AskProgress, ChatRequest, Client, Clock, PollSchedule};
use uppzy_sandbox::{Sandbox, SandboxOptions};

/// Far longer than the clock takes to see that there are only waits.
const WHILE: Duration = Duration::from_millis(30);
const HOUR: Duration = Duration::from_secs(3600);

/// A question that waits, so that there is a moment for the clock to jump to.
async fn waiting(client: Client) {
    let pending = client.chat().submit(&ChatRequest::new("other", "Are you there?")).await.unwrap();
    pending.result_within(2 * HOUR).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_stands_between_a_question_and_the_one_that_follows() {
    let sandbox = Sandbox::start(SandboxOptions::new()).await.unwrap();
    // Longer than the test: only waits move the time.
    let clock = Clock::virtual_time_with_silence(1, Duration::from_secs(60));
    let builder = || {
        Client::builder()
            .environment(Vec::<(String, String)>::new())
            .base_url(sandbox.base_url())
            .api_key(sandbox.api_key())
            .site_id(sandbox.site_id())
            .clock(clock.clone())
    };
    let seldom = PollSchedule { first: HOUR, ..PollSchedule::default() };
    let other = tokio::spawn(waiting(builder().poll(seldom).build().unwrap()));

    let client = builder().build().unwrap();
    let began = clock.now();
    let stood = Arc::new(Mutex::new(Vec::new()));
    let options = AskManyOptions {
        concurrency: 1,
        on_progress: Some(Arc::new({
            let (clock, stood) = (clock.clone(), Arc::clone(&stood));
            move |_: AskProgress| {
                let before = clock.now();
                thread::sleep(WHILE);
                stood.lock().unwrap().push(clock.now() == before);
            }
        })),
    };
    let questions: Vec<_> =
        (0..4).map(|number| ChatRequest::new("s", format!("Question {number}"))).collect();
    let outcomes: Vec<_> = client.chat().ask_many(questions, options).collect().await;
    assert!(outcomes.iter().all(|outcome| outcome.result.is_ok()));
    // Also after the last one, as the stream has not ended yet.
    assert_eq!(*stood.lock().unwrap(), [true; 4]);
    assert_eq!(clock.now() - began, Duration::from_secs(4 * 2));

    // With no more questions there is nothing to stand for.
    other.await.unwrap();
    assert!(clock.now() - began >= HOUR);
    sandbox.stop().await;
}
