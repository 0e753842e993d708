//! The clients for Rust. Each prints one line of JSON with what it used.

mod answer;
mod blocking;
mod hyper;
mod reqwest;
mod socket;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use futures_util::StreamExt as _;
use serde_json::json;
use uppzy::{AskManyOptions, ChatRequest, Client, Upload};

use self::answer::{KEY, MESSAGE, SESSION, check};
use self::hyper::Connections;
use self::reqwest::Bare;
use self::socket::Sockets;
use crate::Outcome;
use crate::measure::{kernel_time, memory, processor_time};

/// Of the measured requests, so many come before, so that connections stand and caches are warm.
const WARM_UP: u64 = 5;

/// Which client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// This project's client.
    Uppzy,
    /// The HTTP library that most would take.
    Reqwest,
    /// The HTTP library below that.
    Hyper,
    /// A socket.
    Socket,
    /// This project's client on the caller's thread.
    #[value(name = "blocking:uppzy")]
    BlockingUppzy,
    /// A socket on the caller's thread.
    #[value(name = "blocking:socket")]
    BlockingSocket,
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

/// Host and port, and the path, of a base URL.
fn parts(url: &str) -> Outcome<(String, String)> {
    let rest = url.strip_prefix("http://").ok_or("not an http URL")?;
    let (address, path) = rest.split_once('/').unwrap_or((rest, ""));
    Ok((address.to_owned(), format!("/{path}")))
}

async fn send_with_uppzy(client: &Client) -> Outcome<()> {
    let answer = client.chat().send(&ChatRequest::new(SESSION, MESSAGE)).await?;
    check(!answer.text().is_empty() && answer.confidence_score.is_some())
}

fn block_on<F: Future>(future: F) -> Outcome<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}

/// Sends that many requests in all, each task one after the other; gives the time of each.
async fn in_tasks<C, F>(
    client: &Arc<C>,
    requests: u64,
    tasks: u64,
    send: F,
) -> Outcome<Vec<Duration>>
where
    C: Send + Sync + 'static,
    F: AsyncFn(&C) -> Outcome<()> + Copy + 'static,
{
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let client = Arc::clone(client);
            tokio::task::spawn_local(async move {
                let mut times = Vec::new();
                for _ in 0..requests / tasks {
                    let began = Instant::now();
                    send(&client).await?;
                    times.push(began.elapsed());
                }
                Outcome::Ok(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    Ok(times)
}

fn measured<C, F>(client: C, requests: u64, concurrency: u64, send: F) -> Outcome<()>
where
    C: Send + Sync + 'static,
    F: AsyncFn(&C) -> Outcome<()> + Copy + 'static,
{
    block_on(tokio::task::LocalSet::new().run_until(async {
        let client = Arc::new(client);
        in_tasks(&client, requests / WARM_UP, concurrency, send).await?;
        let before = Used::now()?;
        before.print(in_tasks(&client, requests, concurrency, send).await?)
    }))?
}

/// What the process had used at some moment.
struct Used {
    whole: Duration,
    kernel: Duration,
    moment: Instant,
}

impl Used {
    fn now() -> Outcome<Self> {
        Ok(Self { whole: processor_time(), kernel: kernel_time()?, moment: Instant::now() })
    }

    /// Prints what questions that took these times have used since then.
    fn print(&self, mut times: Vec<Duration>) -> Outcome<()> {
        let now = Self::now()?;
        let (whole, kernel) = (now.whole - self.whole, now.kernel.saturating_sub(self.kernel));
        times.sort_unstable();
        let sent = times.len();
        let part = |percent: usize| {
            let time = times.get(sent * percent / 100).or(times.last()).copied();
            time.unwrap_or_default().as_secs_f64() * 1e3
        };
        print(&json!({
            "cpu_per_10k": whole.as_secs_f64() * 10_000.0 / sent as f64,
            "kernel_per_10k": kernel.as_secs_f64() * 10_000.0 / sent as f64,
            "requests_per_second": sent as f64 / (now.moment - self.moment).as_secs_f64(),
            "p50_ms": part(50),
            "p99_ms": part(99),
            "peak_memory": memory()?.peak,
        }));
        Ok(())
    }
}

/// The job of questions that are answered at once.
pub(crate) fn send(engine: Engine, url: &str, requests: u64, concurrency: u64) -> Outcome<()> {
    match engine {
        Engine::Uppzy => measured(client(url)?, requests, concurrency, send_with_uppzy),
        Engine::Reqwest => measured(Bare::new(url)?, requests, concurrency, Bare::send),
        Engine::Hyper => measured(Connections::new(url)?, requests, concurrency, Connections::send),
        Engine::Socket => measured(Sockets::new(url)?, requests, concurrency, Sockets::send),
        Engine::BlockingUppzy => {
            let client = client(url)?.into();
            blocking::measured(requests, || blocking::send_with_uppzy(&client))
        }
        Engine::BlockingSocket => {
            let mut socket = blocking::Socket::new(url)?;
            blocking::measured(requests, || socket.send())
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
        "cpu_per_10k": used.as_secs_f64() * 10_000.0 / answers as f64,
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
        Engine::Uppzy => block_on(send_with_uppzy(&client(url)?))??,
        Engine::Reqwest => block_on(Bare::new(url)?.send())??,
        Engine::Hyper => block_on(async { Connections::new(url)?.send().await })??,
        Engine::Socket => block_on(async { Sockets::new(url)?.send().await })??,
        Engine::BlockingUppzy => blocking::send_with_uppzy(&client(url)?.into())?,
        Engine::BlockingSocket => blocking::Socket::new(url)?.send()?,
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
