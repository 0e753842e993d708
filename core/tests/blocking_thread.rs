//! The blocking client's background thread: one for the process, from the first call on. Alone in
//! this file, so that no other test starts it.
#![cfg(all(feature = "blocking", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use uppzy::blocking::Client;
use uppzy::{
    BoxFuture, ResponseBody, Transport, TransportFault, TransportRequest, TransportResponse,
};

struct Empty;

impl ResponseBody for Empty {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportFault>> {
        Box::pin(async { Ok(None) })
    }
}

/// A server that says yes.
struct Yes;

impl Transport for Yes {
    fn send(
        &self,
        _: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportFault>> {
        let answer = TransportResponse {
            status: 204,
            headers: http::HeaderMap::new(),
            body: Box::new(Empty),
        };
        Box::pin(async {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            Ok(answer)
        })
    }
}

fn client() -> Client {
    Client::builder()
        .environment([("UPPZY_API_KEY", "key")])
        .base_url("https://api.test/v1")
        .site_id("site")
        .transport(Arc::new(Yes))
        .build_blocking()
        .unwrap()
}

fn background_threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.filter_map(|task| fs::read_to_string(task.unwrap().path().join("comm")).ok());
    names.filter(|name| name.trim() == "uppzy").count()
}

#[test]
fn the_first_call_starts_the_only_thread() {
    let clients: Vec<_> = (0..4).map(|_| client()).collect();
    assert_eq!(background_threads(), 0, "making a client starts nothing");
    thread::scope(|scope| {
        for number in 0..16 {
            let sessions = clients[number % clients.len()].sessions();
            scope.spawn(move || sessions.close("session").unwrap());
        }
    });
    assert_eq!(background_threads(), 1);
}
