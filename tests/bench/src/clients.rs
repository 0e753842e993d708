//! The clients that are measured. Each prints one line of JSON with what it used.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uppzy::{AskManyOptions, ChatRequest, Client, Upload};

use crate::Outcome;
use crate::measure::{memory, processor_time};

const MESSAGE: &str = "Can I return a lamp that I bought three weeks ago without its box?";
const SESSION: &str = "bench-session";
const KEY: &str = "bench-key-0123456789";
/// Requests before the measured ones, so that connections stand and caches are warm.
const WARM_UP: u64 = 1_000;

/// Which client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// This project's client.
    Uppzy,
    /// The HTTP library below it, used the shortest way.
    Reqwest,
}

impl Engine {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Uppzy => "uppzy",
            Self::Reqwest => "reqwest",
        }
    }
}

fn client(url: &str) -> Outcome<Client> {
    let client = Client::builder()
        .environment(Vec::<(String, String)>::new())
        .base_url(url)
        .api_key(KEY)
        .site_id("site-bench")
        .build()?;
    Ok(client)
}

/// The request of the bare client: the same bytes as the other's.
#[derive(Serialize)]
struct Question<'a> {
    session_id: &'a str,
    message: &'a str,
}

/// The answer of the bare client, in a struct of its own.
#[derive(Deserialize)]
struct Reply {
    session_id: String,
    request_id: String,
    answer: String,
    confidence_level: String,
    confidence_score: f64,
}

struct Bare {
    client: reqwest::Client,
    url: String,
}

impl Bare {
    fn new(url: &str) -> Outcome<Self> {
        // A second installation is refused, and not needed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = format!("uppzy-bench/{}", uppzy::VERSION);
        let client = reqwest::Client::builder()
            .user_agent(agent)
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .build()?;
        Ok(Self { client, url: format!("{url}/m2m/sites/site-bench/chat") })
    }

    async fn send(&self) -> Outcome<()> {
        let body = serde_json::to_vec(&Question { session_id: SESSION, message: MESSAGE })?;
        let answer = self
            .client
            .post(&self.url)
            .header("x-api-key", KEY)
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await?
            .error_for_status()?;
        let reply: Reply = serde_json::from_slice(&answer.bytes().await?)?;
        let Reply { session_id, request_id, answer, confidence_level, confidence_score } = reply;
        let whole = !session_id.is_empty() && !request_id.is_empty() && !answer.is_empty();
        check(whole && confidence_level == "high" && confidence_score > 0.0)
    }
}

fn check(right: bool) -> Outcome<()> {
    if right { Ok(()) } else { Err("the answer was not the expected one".into()) }
}

async fn send_with_uppzy(client: &Client) -> Outcome<()> {
    let answer = client.chat().send(&ChatRequest::new(SESSION, MESSAGE)).await?;
    check(!answer.text().is_empty() && answer.confidence_score.is_some())
}

fn block_on<F: Future>(future: F) -> Outcome<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}

/// Sends that many requests in all, each task one after the other.
async fn in_tasks<C, F>(client: Arc<C>, requests: u64, tasks: u64, send: F) -> Outcome<()>
where
    C: Send + Sync + 'static,
    F: AsyncFn(&C) -> Outcome<()> + Copy + 'static,
{
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let client = Arc::clone(&client);
            tokio::task::spawn_local(async move {
                for _ in 0..requests / tasks {
                    send(&client).await?;
                }
                Outcome::Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(())
}

/// The overhead job.
pub(crate) fn send(engine: Engine, url: &str, requests: u64, concurrency: u64) -> Outcome<()> {
    async fn measured<C, F>(client: C, requests: u64, concurrency: u64, send: F) -> Outcome<()>
    where
        C: Send + Sync + 'static,
        F: AsyncFn(&C) -> Outcome<()> + Copy + 'static,
    {
        let client = Arc::new(client);
        in_tasks(Arc::clone(&client), WARM_UP, concurrency, send).await?;
        let (used, began) = (processor_time(), Instant::now());
        in_tasks(client, requests, concurrency, send).await?;
        let (used, took) = (processor_time() - used, began.elapsed());
        let sent = requests / concurrency * concurrency;
        print(&json!({
            "cpu_per_10k": used.as_secs_f64() * 10_000.0 / sent as f64,
            "requests_per_second": sent as f64 / took.as_secs_f64(),
            "peak_memory": memory()?.peak,
        }));
        Ok(())
    }
    let local = tokio::task::LocalSet::new();
    match engine {
        Engine::Uppzy => {
            let client = client(url)?;
            block_on(local.run_until(measured(client, requests, concurrency, send_with_uppzy)))?
        }
        Engine::Reqwest => {
            let bare = Bare::new(url)?;
            block_on(local.run_until(measured(bare, requests, concurrency, Bare::send)))?
        }
    }
}

/// The job of many answers at once.
pub(crate) fn many(url: &str, answers: usize) -> Outcome<()> {
    let client = client(url)?;
    let before = memory()?;
    let (used, began) = (processor_time(), Instant::now());
    let failed = block_on(async {
        let question = |number| ChatRequest::new(SESSION, format!("{MESSAGE} ({number})"));
        let options = AskManyOptions { concurrency: answers, ..AskManyOptions::default() };
        let chat = client.chat().timeout(Duration::from_secs(300));
        let mut outcomes = chat.ask_many((0..answers).map(question), options);
        let mut failed = 0;
        while let Some(outcome) = outcomes.next().await {
            failed += usize::from(outcome.result.is_err());
        }
        failed
    })?;
    check(failed == 0)?;
    let (used, took, memory) = (processor_time() - used, began.elapsed(), memory()?);
    print(&json!({
        "seconds": took.as_secs_f64(),
        "cpu_per_answer_us": used.as_secs_f64() * 1e6 / answers as f64,
        "peak_memory": memory.peak,
        "memory_before": before.resident,
        "completion_p50": completion(&client, |answers| answers.completion.p50),
        "completion_p99": completion(&client, |answers| answers.completion.p99),
    }));
    Ok(())
}

fn completion(client: &Client, pick: impl Fn(&uppzy::AnswerMetrics) -> Duration) -> Option<f64> {
    let metrics = client.metrics();
    let answers = metrics.operations.values().find_map(|operation| operation.answers.as_ref())?;
    Some(pick(answers).as_secs_f64())
}

/// The upload job.
pub(crate) fn upload(url: &str, path: PathBuf) -> Outcome<()> {
    let client = client(url)?;
    let bytes = std::fs::metadata(&path)?.len();
    let before = memory()?;
    let (used, began) = (processor_time(), Instant::now());
    block_on(async { client.documents().upload(Upload::path(path)).await })??;
    let (used, took, memory) = (processor_time() - used, began.elapsed(), memory()?);
    print(&json!({
        "megabytes_per_second": bytes as f64 / 1e6 / took.as_secs_f64(),
        "cpu": used.as_secs_f64(),
        "memory_growth": memory.peak.saturating_sub(before.resident),
    }));
    Ok(())
}

/// The cold start job: everything from the process's start to the first answer.
pub(crate) fn cold(engine: Engine, url: &str) -> Outcome<()> {
    match engine {
        Engine::Uppzy => {
            let client = client(url)?;
            block_on(async { send_with_uppzy(&client).await })??;
        }
        Engine::Reqwest => {
            let bare = Bare::new(url)?;
            block_on(async { bare.send().await })??;
        }
    }
    print(&json!({
        "cpu_ms": processor_time().as_secs_f64() * 1e3,
        "peak_memory": memory()?.peak,
    }));
    Ok(())
}

fn print(figures: &serde_json::Value) {
    println!("{figures}");
}
