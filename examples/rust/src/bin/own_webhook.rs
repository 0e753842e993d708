//! Answers delivered to your own URL, since the vendor calls nobody.
//!
//! ```text
//! WEBHOOK_URL=http://127.0.0.1:9000/answers WEBHOOK_SECRET=... \
//! cargo run -p uppzy-examples --bin own_webhook -- outbox.sqlite3 "When are you open?"
//! ```
//!
//! Each question given is submitted. Then all pending answers are awaited at once, also those of
//! earlier runs, and each is posted as JSON with these headers:
//!
//! - `X-Webhook-Id`: the request id. Delivery is at least once: a receiver ignores an id that it knows.
//! - `X-Webhook-Timestamp`: seconds since 1970. A receiver refuses what is older than some minutes.
//! - `X-Webhook-Signature`: `sha256=` and, in hexadecimal, the HMAC-SHA256 under the secret of the
//!   timestamp, a dot and the body. A receiver computes the same and compares in constant time.

use std::env;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::StreamExt as _;
use futures_util::future::{join, join_all};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rusqlite::{Connection, params};
use serde_json::json;
use sha2::Sha256;
use uppzy::{Answer, ChatRequest, Client, Error, QueueVerdict};
use uppzy_examples::{Outcome, finish, setting};

/// Milliseconds before each try of a delivery; after the last one it is left to the next run.
const WAITS: [u64; 4] = [0, 500, 1000, 2000];

const TABLE: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS outbox (
        token TEXT PRIMARY KEY,
        id TEXT NOT NULL,
        body TEXT,                         -- none while the answer is being made
        delivered INTEGER NOT NULL DEFAULT FALSE
    );";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    finish(run().await)
}

async fn run() -> Outcome {
    let mut arguments = env::args().skip(1);
    let file = arguments.next().ok_or("usage: own_webhook DATABASE [QUESTION...]")?;
    let outbox = Connection::open(file)?;
    outbox.execute_batch(TABLE)?;
    let webhook = Webhook::from_env()?;
    let chat = Client::from_env()?.chat();
    for (number, question) in arguments.enumerate() {
        let session = format!("webhook-{}-{number}", std::process::id());
        let pending = chat.submit(&ChatRequest::new(session, question)).await?;
        let add = "INSERT INTO outbox (token, id) VALUES (?1, ?2)";
        outbox.execute(add, [&pending.token(), pending.request_id()])?;
    }

    // What an earlier run could not deliver, and what comes now. No limit: a slow receiver must not
    // keep the other answers from being awaited.
    let earlier = tokens(&outbox, "body IS NOT NULL AND NOT delivered")?;
    let earlier = join_all(earlier.iter().map(|token| deliver(&outbox, &webhook, token)));
    let fresh = chat.wait_many(tokens(&outbox, "body IS NULL")?).map(async |(token, result)| {
        if keep(&outbox, &token, result)? {
            deliver(&outbox, &webhook, &token).await?;
        }
        Ok(())
    });
    let fresh = fresh.buffer_unordered(usize::MAX).collect::<Vec<_>>();
    let (earlier, fresh) = join(earlier, fresh).await;
    earlier.into_iter().chain(fresh).collect::<Outcome>()?;

    let left = tokens(&outbox, "NOT delivered")?.len();
    if left > 0 { Err(format!("{left} not delivered: run this again").into()) } else { Ok(()) }
}

fn tokens(outbox: &Connection, which: &str) -> rusqlite::Result<Vec<String>> {
    let mut select = outbox.prepare(&format!("SELECT token FROM outbox WHERE {which}"))?;
    select.query_map([], |row| row.get(0))?.collect()
}

/// Keeps what is to be told before anything tells it. False while there is nothing to tell.
fn keep(outbox: &Connection, token: &str, result: Result<Answer, Error>) -> Outcome<bool> {
    let body = match result {
        Ok(answer) => json!({
            "answer": answer.text(),
            "confidence_level": answer.confidence_level,
            "request_id": answer.request_id,
            "session_id": answer.session_id,
        }),
        Err(error) => match error.queue_verdict() {
            // No detail of the API: who reads this may be an end user.
            QueueVerdict::GiveUp { .. } => json!({"error": error.user_message()}),
            _ => {
                eprintln!("{error}");
                return Ok(false);
            }
        },
    };
    let keep = "UPDATE outbox SET body = ?2 WHERE token = ?1";
    outbox.execute(keep, params![token, body.to_string()])?;
    Ok(true)
}

async fn deliver(outbox: &Connection, webhook: &Webhook, token: &str) -> Outcome {
    let select = "SELECT id, body FROM outbox WHERE token = ?1";
    let (id, body): (String, String) =
        outbox.query_row(select, [token], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for wait in WAITS {
        tokio::time::sleep(Duration::from_millis(wait)).await;
        match webhook.post(&id, &body).await {
            Ok(()) => {
                // Killed before this line, the next run delivers once more: at least once.
                outbox.execute("UPDATE outbox SET delivered = TRUE WHERE token = ?1", [token])?;
                return Ok(());
            }
            Err(fault) => eprintln!("{id} was not delivered: {fault}"),
        }
    }
    Ok(())
}

struct Webhook {
    http: reqwest::Client,
    url: String,
    signing: Hmac<Sha256>,
}

impl Webhook {
    fn from_env() -> Outcome<Self> {
        // The one that the client uses; it fails only if there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
        let signing = Hmac::new_from_slice(setting("WEBHOOK_SECRET")?.as_bytes())?;
        Ok(Self { http, url: setting("WEBHOOK_URL")?, signing })
    }

    async fn post(&self, id: &str, body: &str) -> Outcome {
        // Signed anew for each try: an old timestamp would be refused.
        let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().to_string();
        let signing = self.signing.clone().chain_update(&timestamp).chain_update(".");
        let signature = signing.chain_update(body).finalize().into_bytes();
        let signature: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
        let post = self.http.post(&self.url).header("Content-Type", "application/json");
        let post = post.header("X-Webhook-Id", id).header("X-Webhook-Timestamp", timestamp);
        let post = post.header("X-Webhook-Signature", format!("sha256={signature}"));
        post.body(body.to_owned()).send().await?.error_for_status()?;
        Ok(())
    }
}
