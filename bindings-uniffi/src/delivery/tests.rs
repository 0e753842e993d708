#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "these are tests")]

use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::*;
use crate::client::NativeClient;
use crate::operations::{ChatRequestData, TenantRequest};
use crate::records::QuestionData;
use crate::stream::WaitedData;

fn request(request: Request) -> Vec<u8> {
    let mut bytes = Vec::new();
    <CallSettings as Lower<UniFfiTag>>::write(CallSettings::default(), &mut bytes);
    <Request as Lower<UniFfiTag>>::write(request, &mut bytes);
    bytes
}

fn limits() -> Vec<u8> {
    request(Request::Tenant { request: TenantRequest::Limits { query: Vec::new() } })
}

/// The results in these bytes.
fn read(mut bytes: &[u8]) -> Vec<(u64, Reply)> {
    let mut results = Vec::new();
    while !bytes.is_empty() {
        let call = u64::from_be_bytes(bytes[..8].try_into().unwrap());
        let length = u32::from_be_bytes(bytes[8..12].try_into().unwrap()) as usize;
        let mut reply = &bytes[12..12 + length];
        results.push((call, <Reply as Lift<UniFfiTag>>::try_read(&mut reply).unwrap()));
        assert!(reply.is_empty(), "the length of {call} is not its own");
        bytes = &bytes[12 + length..];
    }
    results
}

/// What is there; a result that never arrives fails the test, and does not hold it up for ever.
fn taken(delivery: &Arc<Delivery>, room: usize) -> Vec<(u64, Reply)> {
    let (tell, told) = channel();
    let taker = Arc::clone(delivery);
    thread::spawn(move || {
        let mut place = vec![0; room];
        let results = match taker.take(&mut place) {
            Taken::Bytes(bytes) => read(&place[..bytes]),
            Taken::Needs(_) => Vec::new(),
        };
        let _ = tell.send(results);
    });
    told.recv_timeout(Duration::from_secs(60)).unwrap()
}

#[test]
fn what_cannot_be_begun_arrives_as_an_error() {
    let delivery = Delivery::open().unwrap();
    delivery.start(0, 1, &limits());
    delivery.start(0, 2, &[9; 5]);
    let mut results = Vec::new();
    while results.len() < 2 {
        results.extend(taken(&delivery, 1 << 20));
    }
    for (place, (call, reply)) in results.into_iter().enumerate() {
        assert_eq!(call, place as u64 + 1);
        assert!(matches!(reply, Reply::Failed { details } if details.kind == "internal"));
    }
}

#[test]
fn a_panic_arrives_as_an_error() {
    let delivery = Delivery::open().unwrap();
    delivery.begin(1, || {
        Ok(Box::pin(async { if true { panic!("it broke") } else { Ok(Reply::Done) } }))
    });
    delivery.begin(2, || if true { panic!("it broke at once") } else { Err(CallError::Cancelled) });
    let mut results = Vec::new();
    while results.len() < 2 {
        results.extend(taken(&delivery, 1 << 20));
    }
    for (_, reply) in results {
        assert!(matches!(reply, Reply::Failed { details } if details.kind == "internal"));
    }
    assert!(locked(&delivery.calls).is_empty());
}

#[test]
fn many_results_come_at_once_and_only_whole_ones() {
    let delivery = Arc::<Delivery>::default();
    for call in 0..10 {
        delivery.finish(call, Reply::Done);
    }
    delivery.finish(10, Reply::Cancelled);
    let one = HEAD + 4;
    let mut place = vec![0; 3 * one + 1];
    assert_eq!(delivery.take(&mut place[..1]), Taken::Needs(one));
    assert_eq!(delivery.take(&mut place), Taken::Bytes(3 * one));
    assert_eq!(
        read(&place[..3 * one]).iter().map(|(call, _)| *call).collect::<Vec<_>>(),
        [0, 1, 2]
    );
    let rest = taken(&delivery, 1 << 20);
    assert_eq!(
        rest.iter().map(|(call, _)| *call).collect::<Vec<_>>(),
        (3..=10).collect::<Vec<_>>()
    );
    assert!(locked(&delivery.finished).is_empty());
}

#[test]
fn room_for_large_results_is_not_kept() {
    let delivery = Arc::<Delivery>::default();
    let token = "t".repeat(3 << 20);
    let result = WaitedData { index: 0, token, answer: None, error: None };
    delivery.finish(1, vec![result].into());
    assert_eq!(taken(&delivery, 4 << 20).len(), 1);
    assert!(locked(&delivery.finished).bytes.capacity() <= LARGEST_KEPT);
}

#[test]
fn a_taker_sleeps_until_something_arrives() {
    let delivery = Delivery::open().unwrap();
    let taker = Arc::clone(&delivery);
    let taker = thread::spawn(move || taken(&taker, 1 << 20));
    while !locked(&delivery.finished).is_asleep {
        thread::sleep(Duration::from_millis(1));
    }
    delivery.finish(7, Reply::Done);
    assert_eq!(taker.join().unwrap().iter().map(|(call, _)| *call).collect::<Vec<_>>(), [7]);
}

#[test]
fn a_call_that_was_cancelled_gives_no_result() {
    // Connects, and is never answered.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = uppzy::Client::builder()
        .environment(Vec::<(String, String)>::new())
        .base_url(format!("http://{}", silent.local_addr().unwrap()))
        .api_key("key-of-a-test")
        .tenant_id("t")
        .site_id("s")
        .build()
        .unwrap();
    let client = NativeClient::numbered(client);
    let delivery = Delivery::open().unwrap();
    let question = QuestionData {
        session_id: "s".to_owned(),
        message: "m".to_owned(),
        email: None,
        response_language: None,
        resume_token: None,
    };
    let request = request(Request::Chat { request: ChatRequestData::Send { question } });
    delivery.start(client.number(), 1, &request);
    delivery.cancel(1);
    delivery.cancel(1);
    assert!(locked(&delivery.calls).is_empty());
    delivery.start(0, 2, &request);
    assert_eq!(taken(&delivery, 1 << 20).iter().map(|(call, _)| *call).collect::<Vec<_>>(), [2]);
}
