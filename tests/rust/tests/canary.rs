//! Keys, tokens, words and addresses are planted wherever a caller can put them, and looked for in
//! everything that comes out of the client but the results themselves: logs, errors, events, metrics,
//! debug output. Even servers that say back what they were sent must not get them out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod canary_tools;

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use canary_tools::{
    ANSWER, BEARER, ECHOES, EMAIL, Echo, EchoServer, HEADER, KEY, Logs, MESSAGE, NEW_KEY,
    PROXY_PASSWORD, SESSION_SECRET, TITLE, clean,
};
use futures_util::StreamExt as _;
use serde_json::json;
use uppzy::{
    AskManyOptions, BoxFuture, ChatRequest, Client, ClientBuilder, Clock, Error, Feedback,
    PollOutcome, RetryPolicy, SessionIds, Transport, TransportFault, TransportRequest,
    TransportResponse, Upload,
};
use uppzy_sandbox::{Progression, Rule, Sandbox, SandboxOptions};

/// Looks at debug output, in both of its forms.
fn clean_debug(place: &str, value: &impl Debug) {
    clean(place, &format!("{value:?}"));
    clean(place, &format!("{value:#?}"));
}

/// Looks at every form of an error.
fn clean_error(place: &str, error: &Error) {
    clean_debug(place, error);
    clean(place, &error.to_string());
    clean(place, error.message());
    clean(place, error.user_message());
    clean(place, error.hint());
    clean(place, &error.to_json().to_string());
    clean(place, &error.report());
    clean(place, &error.queue_verdict().to_json().to_string());
    clean_debug(place, &error.queue_verdict());
    clean_debug(place, &error.attempts());
    clean(place, error.http_request_id().unwrap_or_default());
    if let Some(cause) = error.cause() {
        clean_error(place, cause);
    }
}

/// Looks at a result: at all of an error, and at the debug output of a value.
fn clean_result<T: Debug>(place: &str, result: Result<T, Error>) -> Option<T> {
    clean_debug(place, &result);
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            clean_error(place, &error);
            None
        }
    }
}

fn question() -> ChatRequest {
    ChatRequest::new("s-1", MESSAGE).email(EMAIL).response_language("en")
}

fn builder() -> ClientBuilder {
    // Few attempts and no budget's end: every call is to meet the server.
    let retry = RetryPolicy { max_attempts: 2, ..RetryPolicy::default() };
    Client::builder()
        .environment(Vec::<(String, String)>::new())
        .tenant_id("tenant-1")
        .site_id("site-1")
        .retry(retry)
        .clock(Clock::virtual_time(4))
}

/// Makes a call of each operation that carries something of a person; gives the number of errors.
async fn call_everything(place: &str, client: &Client) -> usize {
    let mut failed = 0;
    macro_rules! call {
        ($call:expr) => {{
            let result = clean_result(&format!("{place}: {}", stringify!($call)), $call.await);
            failed += usize::from(result.is_none());
            result
        }};
    }
    let (chat, documents) = (client.chat(), client.documents());
    let question = question();
    call!(chat.send(&question));
    if let Some(pending) = call!(chat.submit(&question)) {
        clean(place, &pending.token());
        call!(pending.status());
        call!(chat.poll_once(&pending.token()));
    }
    call!(chat.timeout(Duration::from_secs(60)).ask(&question));
    call!(client.chat().status("req_1"));
    call!(client.chat().feedback("s-1", "req_1", Feedback::Bad));
    call!(documents.create_text(TITLE, ANSWER, Some("lamps")));
    call!(documents.create_qa(TITLE, MESSAGE, ANSWER, None));
    call!(documents.update("doc-1", &json!({"title": TITLE, "content": ANSWER})));
    call!(documents.upload(Upload::bytes("lamps.txt", "All lamps hum.")));
    call!(client.site().user_statistics(EMAIL));
    call!(client.site().update_widget_config(&json!({"footer": "Made of lamps"})));
    call!(client.sessions().list(Some(EMAIL), &[("limit", "5")]));
    call!(client.sessions().latest_open(EMAIL));
    call!(client.sessions().close("s-2"));
    call!(client.tenant().limits(&[]));
    failed
}

/// Looks at what the client itself shows.
fn clean_client(place: &str, client: &Client) {
    clean_debug(place, client);
    let metrics = client.metrics();
    clean_debug(place, &metrics);
    clean(place, &metrics.to_json().to_string());
    clean(place, &metrics.to_prometheus());
    clean_debug(place, &(client.tenant(), client.site(), client.documents()));
    clean_debug(place, &(client.chat(), client.sessions()));
}

/// The one test of this file: what is logged belongs to the whole process.
#[tokio::test]
async fn nothing_planted_comes_out() {
    let logs = Logs::listen();
    let panics = Arc::new(Mutex::new(Vec::new()));
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new({
        let panics = Arc::clone(&panics);
        move |panic| {
            panics.lock().unwrap().push(panic.to_string());
            hook(panic);
        }
    }));

    local_refusals();
    on_success(&logs).await;
    on_faults_of_the_sandbox(&logs).await;
    with_echoes(&logs).await;
    with_a_transport_that_prints().await;
    assert_eq!(*panics.lock().unwrap(), Vec::<String>::new());
    let leaks = canary_tools::leaks();
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}

/// What is refused before anything is sent.
fn local_refusals() {
    let key = |key: &str| builder().api_key(key);
    let proxy = format!("ht!tp://user:{PROXY_PASSWORD}@proxy:1");
    let url = format!("https://user:{KEY}@host.test/api");
    let refused = [
        key(&format!("{KEY}\n")).build(),
        key(&format!(" {KEY}")).build(),
        key(&format!("{KEY}é")).build(),
        key(KEY).bearer_token(BEARER).build(),
        key(KEY).proxy(proxy).build(),
        key(KEY).base_url(url).build(),
        key(KEY).base_url(format!("http://host.test/?key={KEY}")).build(),
        key(KEY).header("x-gateway", format!("{HEADER}\n")).build(),
        key(KEY).header("x-api-key", HEADER).build(),
        builder().environment([("UPPZY_API_KEY", format!("{KEY}\r"))]).build(),
    ];
    for (number, result) in refused.into_iter().enumerate() {
        clean_error(&format!("refusal {number}"), &result.unwrap_err());
    }
    let builder = key(KEY)
        .header("x-gateway", HEADER)
        .proxy(format!("http://user:{PROXY_PASSWORD}@127.0.0.1:1"))
        .ca_pem(KEY);
    clean_debug("builder", &builder);
    clean_debug("question", &question());
    clean_debug("upload", &Upload::bytes(format!("{TITLE}.txt"), MESSAGE));
    let blocking = key(KEY).header("x-gateway", HEADER).build_blocking().unwrap();
    clean_debug("blocking", &(blocking.chat(), blocking.documents(), blocking.sessions()));
    clean_debug("blocking", &(blocking.site(), blocking.tenant(), blocking));
    clean_debug("session ids", &SessionIds::new(SESSION_SECRET).unwrap());
    clean("session id", &SessionIds::new(SESSION_SECRET).unwrap().per_user(EMAIL).unwrap());
    let client = key(KEY).build().unwrap();
    clean_error("key", &client.set_api_key(&format!("{NEW_KEY}\n")).unwrap_err());
    clean_error("token", &client.set_bearer_token(BEARER).unwrap_err());
    clean_error("token", &client.chat().resume(MESSAGE).unwrap_err());
    clean_error("token", &client.chat().resume(&format!("v1.{KEY}")).unwrap_err());
}

/// Calls that go well; the answer that was planted must really have come.
async fn on_success(logs: &Logs) {
    let sandbox = Sandbox::start(SandboxOptions::new().api_key(KEY)).await.unwrap();
    let client = builder()
        .base_url(sandbox.base_url())
        .api_key(KEY)
        .tenant_id(sandbox.tenant_id())
        .site_id(sandbox.site_id())
        .header("x-gateway", HEADER)
        .build()
        .unwrap();
    let mut events = client.events(10_000);
    client.documents().create_qa(TITLE, MESSAGE, ANSWER, None).await.unwrap();
    let answer = client.chat().ask(&question()).await.unwrap();
    assert_eq!(answer.text(), ANSWER);
    clean_debug("answer", &answer);

    let failed = call_everything("success", &client).await;
    assert!(failed <= 3, "only what names an unknown request or document: {failed}");
    let outcomes: Vec<_> = client
        .chat()
        .ask_many(vec![question(), question()], AskManyOptions::default())
        .collect()
        .await;
    clean_debug("outcomes", &outcomes);
    let pending = client.chat().submit(&question()).await.unwrap();
    let states: Vec<_> = pending.states().collect().await;
    clean_debug("states", &states);
    clean_debug("pending", &pending);
    clean_debug("status", &pending.status().await.unwrap());
    let found = client.chat().poll_once(&pending.token()).await.unwrap();
    assert!(matches!(&found, PollOutcome::Completed(answer) if answer.text() == ANSWER));
    clean_debug("found", &found);
    let fallback = client.chat().ask_with_fallback(&question(), ANSWER).await.unwrap();
    clean_debug("fallback", &fallback);

    let mut seen = 0;
    while let Some(event) = events.try_next() {
        seen += 1;
        clean("event", &format!("{event} {event:?} {}", event.to_json()));
    }
    assert!(seen > 50, "{seen}");
    clean_debug("events", &events);
    clean_client("success", &client);
    client.close();
    clean_result("closed", client.tenant().limits(&[]).await);
    let logged = logs.take();
    assert!(logged.contains("chat.send"), "the events must have been logged");
    assert!(logged.contains("hyper"), "and what libraries log");
    clean("log", &logged);
    sandbox.stop().await;
}

/// Every error kind that a misbehaving server can provoke.
async fn on_faults_of_the_sandbox(logs: &Logs) {
    let sandbox = Sandbox::start(SandboxOptions::new().api_key(KEY)).await.unwrap();
    let space = sandbox.space();
    let client = builder()
        .base_url(space.base_url())
        .api_key(KEY)
        .tenant_id(space.tenant_id())
        .site_id(space.site_id())
        .build()
        .unwrap();
    client.documents().create_qa(TITLE, MESSAGE, ANSWER, None).await.unwrap();
    let effects = [
        json!({"reset": "after"}),
        json!({"truncate": 60}),
        json!({"garbage": true}),
        json!({"stall": "head"}),
        json!({"stall": "body"}),
        json!({"redirect": format!("https://elsewhere.test/?email={EMAIL}")}),
        // The answer is there, but what else must be is not.
        json!({"patch": {"request_id": null, "id": null, "status": null}}),
        json!({"content_type": "text/html", "process": true}),
        json!({"status": 500, "process": true}),
        json!({"status": 503, "process": true, "headers": {"Retry-After": "90"}}),
        json!({"status": 404, "process": true}),
    ];
    for effect in effects {
        let name = effect.to_string();
        space.set_rules(Rule::list_from_value(json!([{"effect": effect}])).unwrap());
        call_everything(&name, &client).await;
        clean(&name, &logs.take());
    }
    space.clear_rules();
    space.set_progression(Progression::fail(&format!("cannot answer {MESSAGE} for {EMAIL}")));
    for place in ["failed", "failed again"] {
        assert!(clean_result(place, client.chat().ask(&question()).await).is_none());
    }
    // Where nobody knows the question any more, and where it is told again.
    let token = client.chat().submit(&question()).await.unwrap().token();
    let resumed = client.chat().resume(&token).unwrap();
    assert!(clean_result("failed by token", resumed.result().await).is_none());
    let outcome = client.chat().poll_once(&token).await.unwrap();
    clean_debug("failed by token", &outcome);
    let PollOutcome::Failed(error) = outcome else { panic!("{outcome:?}") };
    clean_error("failed by token", &error);
    let mut again = question();
    again.resume_token = Some(token);
    assert!(clean_result("failed by token", client.chat().ask(&again).await).is_none());
    space.set_progression(Progression::never());
    let waiting = client.chat().timeout(Duration::from_secs(9));
    assert!(clean_result("never", waiting.ask(&question()).await).is_none());
    client.set_api_key(NEW_KEY).unwrap();
    call_everything("refused key", &client).await;
    clean_client("faults", &client);
    clean("log", &logs.take());
    sandbox.stop().await;
}

/// Servers that say back headers and bodies, in every form, under every status.
async fn with_echoes(logs: &Logs) {
    let server = EchoServer::start().await;
    let direct = || builder().base_url(&server.url).api_key(KEY);
    let gateway =
        || builder().base_url(&server.url).bearer_token(BEARER).header("x-gateway", HEADER);
    for echo in ECHOES {
        for status in [200, 302, 400, 401, 404, 422, 429, 500, 502] {
            if echo == Echo::JsonKeys && status == 200 {
                // The names of unknown fields are shown on purpose.
                continue;
            }
            server.set(echo, status);
            let mut clients = vec![("key", direct())];
            if [200, 401, 500].contains(&status) {
                clients.push(("gateway", gateway()));
            }
            for (name, client) in clients {
                let client = client.build().unwrap();
                let mut events = client.events(10_000);
                let place = format!("{echo:?} {status} {name}");
                let failed = call_everything(&place, &client).await;
                assert!(failed > 0 || (status == 200 && echo != Echo::Garbage), "{place}");
                clean_client(&place, &client);
                while let Some(event) = events.try_next() {
                    clean(&place, &format!("{event} {event:?} {}", event.to_json()));
                }
                clean(&place, &logs.take());
            }
        }
    }
}

/// A transport of the user's own may well print what it is handed.
struct Printing(Arc<Mutex<Vec<String>>>);

impl Transport for Printing {
    fn send(
        &self,
        request: TransportRequest,
    ) -> BoxFuture<'_, Result<TransportResponse, TransportFault>> {
        self.0.lock().unwrap().push(format!("{request:?}"));
        Box::pin(async { Err(TransportFault::Connect("unplugged".to_owned())) })
    }
}

async fn with_a_transport_that_prints() {
    let printed = Arc::new(Mutex::new(Vec::new()));
    let builders =
        [builder().api_key(KEY), builder().base_url("https://a.test").bearer_token(BEARER)];
    for builder in builders {
        let transport = Arc::new(Printing(Arc::clone(&printed)));
        let client = builder.header("x-gateway", HEADER).transport(transport).build().unwrap();
        call_everything("transport", &client).await;
    }
    let printed = std::mem::take(&mut *printed.lock().unwrap());
    assert!(printed.len() > 20);
    for request in printed {
        clean("a printed request", &request);
    }
}
