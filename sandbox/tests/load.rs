//! Many requests: nothing grows, nothing gets lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::json;
use support::{eventually, start};

const REQUESTS: usize = 20_000;
const CLIENTS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_requests_leave_nothing_behind() {
    let (_sandbox, caller) = start().await;
    let caller = Arc::new(caller);
    caller.add_text("Returns", "Lamps can be returned within 30 days.").await;
    let mut tasks = Vec::new();
    for client in 0..CLIENTS {
        let caller = caller.clone();
        tasks.push(tokio::spawn(async move {
            let url = format!("{}{}", caller.space.base_url(), caller.site("/chat"));
            let key = caller.space.api_key();
            let mut ids = Vec::new();
            for number in 0..REQUESTS / CLIENTS {
                let message = format!("Can lamp number {} be returned?", number % 200);
                let body = json!({"session_id": format!("s{client}"), "message": message});
                let request = caller.http.post(&url).header("X-API-Key", &key).json(&body);
                let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
                ids.push(answer["request_id"].as_str().unwrap().to_owned());
            }
            ids
        }));
    }
    let mut ids = HashSet::new();
    for task in tasks {
        ids.extend(task.await.unwrap());
    }
    assert_eq!(ids.len(), REQUESTS);
    let stats = caller.space.stats();
    assert!(stats.connections_peak <= CLIENTS as u64 + 2, "{stats:?}");
    assert_eq!((stats.requests, stats.in_progress), (REQUESTS as u64 + 1, 0));
    let journal = caller.space.journal();
    assert_eq!(journal.len(), REQUESTS + 1);
    assert!(journal.iter().all(|entry| entry.fate == "answered" && entry.processed));
    let statistics = caller.get(&caller.site("/statistics")).await.expect(200);
    assert_eq!(statistics["messages"], REQUESTS);
    assert_eq!(statistics["sessions"], CLIENTS);
    let space = caller.space.clone();
    drop(caller);
    eventually("all connections are closed", || space.stats().connections_open == 0).await;
}
