//! Calls that go on while the key is replaced, and none of them is lost.
//!
//! ```text
//! UPPZY_API_KEY_FILE=/run/secrets/uppzy cargo run -p uppzy-examples --bin key_rotation
//! ```
//!
//! Rotate in this order: make the new key in the dashboard, replace the file (write another and rename
//! it, so that nobody reads half a key), see the new key in use, revoke the old one. The client looks
//! at the file every second, and at once when a key is refused; the refused call is then sent again
//! with the new key. A program that gets keys in another way calls `client.set_api_key`.

use std::process::ExitCode;

use futures_util::future::join_all;
use uppzy::Client;
use uppzy_examples::{Outcome, finish, number, setting};

const AT_ONCE: u64 = 8;

#[tokio::main]
async fn main() -> ExitCode {
    finish(run().await)
}

async fn run() -> Outcome {
    let calls = number("CALLS", 1000)?;
    let client = Client::builder().api_key_file(setting("UPPZY_API_KEY_FILE")?).build()?;
    let lost: u64 =
        join_all((0..AT_ONCE).map(|_| work(&client, calls / AT_ONCE))).await.iter().sum();
    for (operation, metrics) in &client.metrics().operations {
        println!(
            "{operation}: {} calls, {lost} lost, P95 {:.0?}",
            metrics.calls, metrics.latency.p95
        );
    }
    if lost > 0 { Err("calls were lost".into()) } else { Ok(()) }
}

/// Makes calls one after the other, and says how many failed.
async fn work(client: &Client, calls: u64) -> u64 {
    let mut lost = 0;
    for _ in 0..calls {
        if let Err(error) = client.site().get(&[]).await {
            eprintln!("{error}");
            lost += 1;
        }
    }
    lost
}
