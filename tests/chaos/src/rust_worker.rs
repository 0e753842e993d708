//! The worker in Rust. Those of the other languages do the same with their packages.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::task::JoinSet;
use uppzy::{
    Answer, AskManyOptions, CallOptions, ChatRequest, Client, Error, Feedback, PollOutcome, Upload,
};

use crate::Outcome;
use crate::director::now_ms;
use crate::orders::{CallOrder, End, Ending, Order, Report};

/// A worker, and the rule that it breaks on purpose.
#[derive(Clone)]
struct Rust {
    client: Client,
    broken: Arc<str>,
}

/// Works until its standard input ends, or until it is told to finish.
pub(crate) async fn run(broken: Option<String>) -> Outcome<()> {
    let mut worker =
        Rust { client: Client::from_env()?, broken: broken.unwrap_or_default().into() };
    let mut calls = JoinSet::new();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    say(&Report::Ready);
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Order::Call(order) => {
                let worker = worker.clone();
                calls.spawn(async move { worker.call(order).await });
            }
            Order::SetKey { key } => {
                worker.client.set_api_key(&key)?;
                say(&Report::KeySet);
            }
            Order::Renew { key } => {
                worker.client.close();
                worker.client = match key {
                    Some(key) => Client::builder().api_key(key).build()?,
                    None => Client::from_env()?,
                };
            }
            Order::Fork { .. } => return Err("Rust does not fork".into()),
            Order::Close => {
                worker.client.close();
                if worker.breaks("leave-open") {
                    leave_open(&worker.client).await?;
                }
                let metrics = worker.client.metrics();
                let said = format!("{:?} {:?} {}", worker.client, metrics, metrics.to_prometheus());
                say(&Report::Closed { said });
            }
            Order::Finish => break,
        }
        while calls.try_join_next().is_some() {}
    }
    if worker.breaks("linger") {
        std::future::pending::<()>().await;
    }
    Ok(())
}

/// A connection that has carried a request, and that nobody closes.
async fn leave_open(client: &Client) -> Outcome<()> {
    let address = client.base_url().trim_start_matches("http://").trim_end_matches("/api/v1");
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream.write_all(b"GET /api/v1/nothing HTTP/1.1\r\nHost: here\r\n\r\n").await?;
    std::mem::forget(stream);
    Ok(())
}

fn say(report: &Report) {
    // These types have string keys only, so that this cannot fail.
    println!("{}", serde_json::to_string(report).unwrap_or_default());
}

impl Rust {
    fn breaks(&self, rule: &str) -> bool {
        &*self.broken == rule
    }

    async fn call(&self, order: CallOrder) {
        let (began, began_ms) = (Instant::now(), now_ms());
        let finish = |mut end: End| {
            end.began_ms = began_ms;
            end.elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.distort(&mut end);
            say(&Report::Ended(end.clone()));
            if self.breaks("twice") {
                say(&Report::Ended(end));
            }
        };
        if self.breaks("hang") && order.operation == "chat.send" {
            return std::future::pending().await;
        }
        if order.operation == "chat.ask_many" {
            return self.ask_many(&order, finish).await;
        }
        let call = self.operation(&order);
        let end = if order.cancel_after_ms > 0 {
            let cancelled = Duration::from_millis(order.cancel_after_ms);
            let end = tokio::time::timeout(cancelled, call).await;
            end.unwrap_or(End { result: Ending::Cancelled, ..End::default() })
        } else {
            call.await
        };
        finish(End { id: order.id, ..end });
    }

    /// What the hidden option asks for, so that the checks can be seen to notice it.
    fn distort(&self, end: &mut End) {
        match &*self.broken {
            "swap" => end.session = end.session.take().map(|session| session + "0"),
            "drop-token" => end.token = None,
            "deny" if end.result == Ending::Error => end.outcome = Some("not_sent".to_owned()),
            "internal" if end.result == Ending::Error => end.kind = Some("internal".to_owned()),
            "slow" => end.elapsed_ms += 120_000,
            "complain" => eprintln!("thread 'main' panicked"),
            _ => {}
        }
    }

    async fn ask_many(&self, order: &CallOrder, finish: impl Fn(End)) {
        let questions = order.questions.iter().map(|question| {
            ChatRequest::new(&*question.session, &*question.message).email(&*order.email)
        });
        let chat = self.client.chat().options(options(order));
        let mut results = chat.ask_many(questions, AskManyOptions::default());
        let mut left: Vec<u64> = order.questions.iter().map(|question| question.id).collect();
        let all = left.clone();
        let cancelled = async {
            match order.cancel_after_ms {
                0 => std::future::pending().await,
                after => tokio::time::sleep(Duration::from_millis(after)).await,
            }
        };
        tokio::pin!(cancelled);
        loop {
            tokio::select! {
                outcome = results.next() => {
                    let Some(outcome) = outcome else { break };
                    let id = all.get(outcome.index).copied().unwrap_or_default();
                    left.retain(|other| *other != id);
                    finish(End { id, ..outcome.result.map_or_else(failed, answered) });
                }
                () = &mut cancelled => {
                    for id in std::mem::take(&mut left) {
                        finish(End { id, result: Ending::Cancelled, ..End::default() });
                    }
                    break;
                }
            }
        }
    }

    async fn operation(&self, order: &CallOrder) -> End {
        self.try_operation(order).await.unwrap_or_else(failed)
    }

    async fn try_operation(&self, order: &CallOrder) -> Result<End, Error> {
        let options = options(order);
        let chat = self.client.chat().options(options.clone());
        let documents = self.client.documents().options(options.clone());
        let question = ChatRequest::new(&*order.session, &*order.message).email(&*order.email);
        let timeout = Duration::from_millis(order.timeout_ms);
        match &*order.operation {
            "chat.ask" => Ok(answered(chat.ask(&question).await?)),
            "chat.send" => {
                if self.breaks("double-send") {
                    chat.send(&question).await?;
                }
                if self.breaks("shout") {
                    eprintln!("sending {}", order.message);
                }
                Ok(answered(chat.send(&question).await?))
            }
            "chat.submit" => {
                let pending = chat.submit(&question).await?;
                if !self.breaks("drop-token") {
                    say(&Report::Accepted { id: order.id, token: pending.token() });
                }
                Ok(answered(pending.result_within(timeout).await?))
            }
            "chat.resume" => Ok(answered(chat.resume(&order.token)?.result_within(timeout).await?)),
            "chat.poll_once" => match chat.poll_once(&order.token).await? {
                PollOutcome::Completed(answer) => Ok(answered(*answer)),
                PollOutcome::Failed(error) => Err(error),
                PollOutcome::Pending { .. } => {
                    Ok(End { result: Ending::Pending, ..End::default() })
                }
            },
            "chat.feedback" => {
                chat.feedback(&order.session, &order.request_id, Feedback::Good).await?;
                Ok(End::default())
            }
            "sessions.close" => {
                self.client.sessions().options(options).close(&order.session).await?;
                Ok(End::default())
            }
            "documents.create_text" => {
                if self.breaks("double-send") {
                    documents.create_text(&order.title, &order.message, None).await?;
                }
                documents.create_text(&order.title, &order.message, None).await?;
                Ok(End::default())
            }
            "documents.upload" => {
                let content = order.message.clone().into_bytes();
                documents.upload(Upload::bytes(&*order.title, content)).await?;
                Ok(End::default())
            }
            "tenant.get" => {
                self.client.tenant().options(options).get(&[]).await?;
                Ok(End::default())
            }
            other => Err(Error::invalid_input("operation", format!("{other} is none"))),
        }
    }
}

fn options(order: &CallOrder) -> CallOptions {
    CallOptions {
        timeout: Some(Duration::from_millis(order.timeout_ms)),
        retry_unknown: Some(order.retry_unknown),
    }
}

fn answered(answer: Answer) -> End {
    End {
        result: Ending::Answered,
        session: Some(answer.session_id.clone()),
        request_id: Some(answer.request_id.clone()),
        attempts: Some(answer.meta.attempts.into()),
        // The texts of answers are hidden there; the question's must not be either.
        said: Some(format!("{answer:?}")),
        ..End::default()
    }
}

fn failed(error: Error) -> End {
    let json: Value = error.to_json();
    let said = format!("{error} {error:?} {json} {} {}", error.report(), error.hint());
    End {
        result: Ending::Error,
        kind: Some(error.kind().as_str().to_owned()),
        outcome: Some(error.outcome().as_str().to_owned()),
        attempts: u64::try_from(error.attempts().len()).ok(),
        token: error.token().map(str::to_owned),
        said: Some(said),
        ..End::default()
    }
}
