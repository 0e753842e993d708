//! A panic in code that the caller supplied ends the call it happened in, and nothing else: the
//! client's places, locks and queues stay usable.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::{FutureExt as _, StreamExt as _};
use uppzy::{
    AskManyOptions, BoxFuture, ChatRequest, Client, ClientBuilder, Clock, ResponseBody, Transport,
    TransportFault, TransportRequest, TransportResponse, Upload,
};
use uppzy_sandbox::{Sandbox, SandboxOptions};

fn builder() -> ClientBuilder {
    Client::builder()
        .environment(Vec::<(String, String)>::new())
        .api_key("test-key")
        .tenant_id("tenant-1")
        .site_id("site-1")
        .clock(Clock::virtual_time(1))
}

/// Panics on every request whose path holds a marker, while it is sent or while its answer is read.
struct Panicking;

struct Body(bool, Option<bytes::Bytes>);

impl ResponseBody for Body {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<bytes::Bytes>, TransportFault>> {
        Box::pin(async move {
            assert!(!self.0, "planned panic");
            Ok(self.1.take())
        })
    }
}

impl Transport for Panicking {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportFault>> {
        Box::pin(async move {
            let path = request.uri.path().to_owned();
            assert!(!path.contains("panic-send"), "planned panic");
            let body = Body(path.contains("panic-body"), Some(bytes::Bytes::from_static(b"{}")));
            Ok(TransportResponse {
                status: 200,
                headers: http::HeaderMap::new(),
                body: Box::new(body),
            })
        })
    }
}

#[tokio::test]
async fn a_panicking_transport_takes_no_place_with_it() {
    let client = builder().transport(Arc::new(Panicking)).max_in_flight(1).build().unwrap();
    for tenant in ["panic-send", "panic-body"] {
        for _ in 0..5 {
            let broken = client.for_tenant(tenant).unwrap();
            let tenants = broken.tenant();
            let call = AssertUnwindSafe(tenants.limits(&[]));
            assert!(call.catch_unwind().await.is_err(), "{tenant}");
        }
        client.tenant().limits(&[]).await.unwrap();
    }
    assert_eq!(client.metrics().operations["tenant.limits"].succeeded, 2);
}

#[tokio::test]
async fn a_panicking_progress_callback_leaves_the_client_usable() {
    let sandbox = Sandbox::start(SandboxOptions::new()).await.unwrap();
    let client = Client::builder()
        .environment(Vec::<(String, String)>::new())
        .base_url(sandbox.base_url())
        .api_key(sandbox.api_key())
        .site_id(sandbox.site_id())
        .max_in_flight(8)
        .clock(Clock::virtual_time(1))
        .build()
        .unwrap();
    // More than there are places for questions and polls.
    for _ in 0..40 {
        let options = AskManyOptions {
            concurrency: 4,
            on_progress: Some(Arc::new(|_| panic!("planned panic"))),
        };
        let questions = (0..4).map(|number| ChatRequest::new("s", format!("question {number}")));
        let mut outcomes = client.chat().ask_many(questions.collect::<Vec<_>>(), options);
        assert!(AssertUnwindSafe(outcomes.next()).catch_unwind().await.is_err());
    }
    for _ in 0..12 {
        let upload =
            Upload::bytes("a.txt", "Lamps are dimmable.").on_progress(|_| panic!("planned panic"));
        let documents = client.documents();
        // The body is read where the connection lives: the panic may end that instead of the call.
        let call = AssertUnwindSafe(documents.upload(upload)).catch_unwind().await;
        assert!(!matches!(call, Ok(Ok(_))), "a panic is no success");
    }
    let questions = (0..20).map(|number| ChatRequest::new("s", format!("again {number}")));
    let outcomes: Vec<_> = client
        .chat()
        .ask_many(questions.collect::<Vec<_>>(), AskManyOptions::default())
        .collect()
        .await;
    assert!(outcomes.iter().all(|outcome| outcome.result.is_ok()));
    sandbox.stop().await;
}
