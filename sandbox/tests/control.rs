//! Control: spaces, journal, keys, plan, limits, clock, progression, reset.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Caller, start, start_with};
use uppzy_sandbox::{Latency, Progression, Rule, Sandbox, SandboxError, SandboxOptions};

#[tokio::test]
async fn spaces_share_nothing() {
    let (sandbox, default) = start().await;
    let one = Caller::new(sandbox.create_space(Some("one"))).await;
    let created = default.control(Method::POST, "/spaces", Some(json!({"name": "two"}))).await;
    let created = created.expect(201);
    assert_eq!(created["name"], "two");
    let base = created["base_url"].as_str().unwrap();
    assert!(base.ends_with("/space/two/api/v1"), "{base}");

    one.add_text("Returns", "Lamps can be returned within 30 days.").await;
    one.ask("s", "Can lamps be returned?").await.expect(200);
    one.rules(json!({"match": {"operation": "site.get"}, "effect": {"status": 500}}));
    one.space.set_progression(Progression::never());
    one.space.advance_clock(Duration::from_secs(3600));

    let usage = default.get(&default.tenant("/usage")).await.expect(200);
    assert_eq!((&usage["messages"], &usage["documents"]), (&json!(0), &json!(0)));
    default.get(&default.site("")).await.expect(200);
    let id = default.submit("s", "x?").await;
    assert_eq!(default.status(&id).await.expect(200)["status"], "completed");
    assert_eq!(one.space.journal().len(), 2);
    assert_eq!(one.space.stats().requests, 2);
    assert_eq!(default.space.stats().requests, 4);

    // Keys and ids of one space mean nothing in another.
    let url = format!("{base}{}", default.tenant("/limits"));
    let foreign = default.http.get(&url).header("X-API-Key", default.space.api_key());
    support::read(foreign.send().await.unwrap()).await.expect_error(401, "invalid_api_key");
    let key = created["api_key"].as_str().unwrap();
    let foreign = default.http.get(&url).header("X-API-Key", key);
    support::read(foreign.send().await.unwrap()).await.expect_error(404, "tenant not found");

    let again = default.control(Method::POST, "/spaces", Some(json!({"name": "two"}))).await;
    assert_eq!(again.status, 409);
    let invalid = default.control(Method::POST, "/spaces", Some(json!({"name": "a/b"}))).await;
    assert_eq!(invalid.status, 409);
    let unnamed = default.control(Method::POST, "/spaces", None).await.expect(201);
    assert_ne!(unnamed["name"], created["name"]);
    default.control(Method::DELETE, "/spaces/two", None).await.expect(200);
    default.control(Method::DELETE, "/spaces/two", None).await.expect_error(404, "space not found");
    let gone = default.http.get(&url).header("X-API-Key", key).send().await.unwrap();
    support::read(gone).await.expect_error(404, "space not found");
    assert_ne!(sandbox.create_space(Some("one")).base_url(), one.space.base_url());
}

#[tokio::test]
async fn the_journal_holds_nothing_personal() {
    let (_sandbox, caller) = start().await;
    let (message, email, session) =
        ("planted-message-4711", "planted@example.org", "planted-session");
    let body = json!({"session_id": session, "message": message, "email": email});
    let url = format!("{}?email={email}&limit=3", caller.site("/chat"));
    let request = caller.request(Method::POST, &url).header("User-Agent", "test/1").json(&body);
    let answer = caller.send(request).await.expect(200);
    caller.get(&caller.site("/users/planted%40example.org/statistics")).await.expect(200);
    let request_id = answer["request_id"].as_str().unwrap();
    caller.status(request_id).await.expect(200);

    let journal = caller.control(Method::GET, "/journal", None).await.expect(200);
    let stats = caller.control(Method::GET, "/stats", None).await.expect(200);
    let key = caller.space.api_key();
    for planted in [message, email, session, &key, request_id, "planted"] {
        assert!(!journal.to_string().contains(planted), "{planted} in {journal}");
        assert!(!stats.to_string().contains(planted), "{planted} in {stats}");
    }
    let entry = &journal["entries"][0];
    assert_eq!(entry["seq"], 1);
    assert_eq!(entry["operation"], "chat.send");
    assert_eq!(entry["template"], "/m2m/sites/{site}/chat");
    assert_eq!(entry["query_keys"], json!(["email", "limit"]));
    assert_eq!(entry["user_agent"], "test/1");
    assert_eq!(entry["content_type"], "application/json");
    assert_eq!(entry["request_bytes"], body.to_string().len());
    // printf %s planted-message-4711 | sha256sum
    let hash = "1570d65f091a9a5a";
    let actual = entry["message_sha256"].as_str().unwrap();
    assert_eq!(actual.len(), 64);
    assert_eq!(&actual[..16], hash);
    assert_eq!(entry["session_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(entry["key_fingerprint"], "db6bcf6a");
    let names = entry["header_names"].as_array().unwrap();
    assert!(names.contains(&json!("x-api-key")));

    let filtered = caller.control(Method::GET, "/journal?operation=chat.status", None).await;
    assert_eq!(filtered.expect(200)["entries"].as_array().unwrap().len(), 1);
    let later = caller.control(Method::GET, "/journal?after=2", None).await.expect(200);
    assert_eq!(later["entries"][0]["seq"], 3);
    let wrong = caller.control(Method::GET, "/journal?after=x", None).await;
    wrong.expect_error(400, "after must be a whole number");
    caller.control(Method::DELETE, "/journal", None).await.expect(200);
    assert!(caller.space.journal().is_empty());
}

#[tokio::test]
async fn rules_over_http() {
    let (_sandbox, caller) = start().await;
    let rule = json!({"id": "a", "match": {"operation": "site.get"}, "effect": {"status": 500}});
    caller.control(Method::POST, "/rules", Some(rule.clone())).await.expect(200);
    let both = json!([{"effect": {"delay_ms": 1}}, {"effect": {"close": "after"}, "times": 1}]);
    caller.control(Method::POST, "/rules", Some(both)).await.expect(200);
    let described = caller.control(Method::GET, "/rules", None).await.expect(200);
    assert_eq!(described["rules"].as_array().unwrap().len(), 3);
    assert_eq!(described["rules"][0], rule);
    caller.get(&caller.tenant("")).await.expect(200);
    let described = caller.control(Method::GET, "/rules", None).await.expect(200);
    assert_eq!(described["counters"][0], json!({"seen": 0, "applied": 0}));
    assert_eq!(described["counters"][1], json!({"seen": 1, "applied": 1}));
    assert_eq!(described["counters"][2], json!({"seen": 1, "applied": 0}));
    let wrong = json!([{"effect": {"statsu": 500}}]);
    let refused = caller.control(Method::PUT, "/rules", Some(wrong)).await.expect(400);
    assert!(refused["error"].as_str().unwrap().contains("statsu"), "{refused}");
    let described = caller.control(Method::PUT, "/rules", Some(json!([]))).await.expect(200);
    assert_eq!(described["rules"], json!([]));
    caller.control(Method::POST, "/rules", Some(rule)).await.expect(200);
    caller.control(Method::DELETE, "/rules", None).await.expect(200);
    caller.get(&caller.site("")).await.expect(200);
}

#[tokio::test]
async fn keys_are_added_and_revoked() {
    let (_sandbox, caller) = start().await;
    let limits = async |key: &str| {
        let url = format!("{}{}", caller.space.base_url(), caller.tenant("/limits"));
        caller.http.get(url).header("X-API-Key", key).send().await.unwrap().status().as_u16()
    };
    let first = caller.space.api_key();
    assert_eq!((limits(&first).await, limits("next").await), (200, 401));
    caller.control(Method::POST, "/keys", Some(json!({"add": "next"}))).await.expect(200);
    assert_eq!((limits(&first).await, limits("next").await), (200, 200));
    caller.control(Method::POST, "/keys", Some(json!({"revoke": first}))).await.expect(200);
    assert_eq!((limits(&first).await, limits("next").await), (401, 200));
    assert_eq!(caller.space.api_key(), "next");
    caller.space.add_key(&first);
    caller.space.revoke_key("next");
    assert_eq!((limits(&first).await, limits("next").await), (200, 401));
    let wrong = caller.control(Method::POST, "/keys", Some(json!({}))).await;
    wrong.expect_error(400, "add or revoke is required");
}

#[tokio::test]
async fn the_daily_limit_ends_with_the_day() {
    let (_sandbox, caller) = start().await;
    caller.go_to_noon().await;
    let change = json!({"daily_messages": 2});
    let limits = caller.control(Method::PUT, "/limits", Some(change)).await.expect(200);
    assert_eq!(
        (&limits["daily_messages"], &limits["max_upload_bytes"]),
        (&json!(2), &json!(67_108_864))
    );
    caller.ask("s", "one?").await.expect(200);
    caller.submit("s", "two?").await;
    let refused = caller.ask("s", "three?").await;
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=86_400).contains(&seconds));
    refused.expect_error(429, "daily message limit reached");
    assert!(!caller.space.journal().last().unwrap().processed);
    assert_eq!(caller.get(&caller.tenant("/limits")).await.expect(200)["daily_messages"], 2);
    caller.space.advance_clock(Duration::from_secs(86_400));
    caller.ask("s", "three?").await.expect(200);
    let history = caller.get(&caller.tenant("/usage/history")).await.expect(200);
    let days: Vec<_> = history["history"].as_array().unwrap().iter().collect();
    assert_eq!((&days[0]["messages"], &days[1]["messages"]), (&json!(1), &json!(2)));
    let change = json!({"daily_messages": null});
    let limits = caller.control(Method::PUT, "/limits", Some(change)).await.expect(200);
    assert_eq!(limits["daily_messages"], Value::Null);
}

async fn status_name(caller: &Caller, id: &str) -> String {
    caller.status(id).await.expect(200)["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn progression_by_polls_with_everything() {
    let (_sandbox, caller) = start().await;
    let progression = json!({
        "mode": "after_polls", "polls": 3, "statuses": ["queued", "processing"],
        "completed_status": "Complete", "visible_after_polls": 1, "retry_after": 3,
    });
    let set = caller.control(Method::PUT, "/progression", Some(progression.clone())).await;
    assert_eq!(set.expect(200), progression);
    let id = caller.submit("s", "x?").await;
    caller.feedback("s", &id, "good").await.expect_error(409, "request is not completed");
    caller.status(&id).await.expect_error(404, "request not found");
    for expected in ["queued", "processing", "processing"] {
        let reply = caller.status(&id).await;
        assert_eq!(reply.header("retry-after"), Some("3"));
        let body = reply.expect(200);
        assert_eq!((body["status"].as_str(), body.get("answer")), (Some(expected), None));
    }
    let reply = caller.status(&id).await;
    assert_eq!(reply.header("retry-after"), None);
    let body = reply.expect(200);
    assert_eq!(body["status"], "Complete");
    assert!(body["answer"].is_string());
    caller.feedback("s", &id, "good").await.expect(200);
    let wrong = json!({"mode": "after_polls"});
    let refused = caller.control(Method::PUT, "/progression", Some(wrong)).await;
    refused.expect_error(400, "mode after_polls needs the field polls");
}

#[tokio::test]
async fn progression_by_the_clock() {
    let (_sandbox, caller) = start().await;
    caller.space.set_progression(Progression::after_seconds(3_600.0));
    let id = caller.submit("s", "x?").await;
    assert_eq!(status_name(&caller, &id).await, "pending");
    let before = caller.control(Method::GET, "/clock", None).await.expect(200);
    let advance = json!({"advance_seconds": 3_600});
    let after = caller.control(Method::POST, "/clock", Some(advance)).await.expect(200);
    assert_eq!(
        (&before["advanced_seconds"], &after["advanced_seconds"]),
        (&json!(0.0), &json!(3600.0))
    );
    assert!(after["now"].as_str() > before["now"].as_str());
    assert_eq!(status_name(&caller, &id).await, "completed");
    let wrong = json!({"advance_seconds": -1});
    assert_eq!(caller.control(Method::POST, "/clock", Some(wrong)).await.status, 400);
}

#[tokio::test]
async fn progression_never_failing_and_without_answer() {
    let (_sandbox, caller) = start().await;
    caller.space.set_progression(Progression::never());
    let waiting = caller.submit("s", "x?").await;
    for _ in 0..5 {
        assert_eq!(status_name(&caller, &waiting).await, "pending");
    }
    caller.space.set_progression(Progression::fail("no model"));
    let failed = caller.submit("s", "x?").await;
    let body = caller.status(&failed).await.expect(200);
    assert_eq!((&body["status"], &body["error"]), (&json!("failed"), &json!("no model")));
    caller.feedback("s", &failed, "bad").await.expect_error(409, "request is not completed");
    let without = Progression { without_answer: true, ..Progression::immediate() };
    caller.space.set_progression(without);
    let body = caller.status(&waiting).await.expect(200);
    assert_eq!((&body["status"], body.get("answer")), (&json!("completed"), None));
    // What ended stays as it ended.
    assert_eq!(status_name(&caller, &failed).await, "failed");
    caller.space.set_progression(Progression::never());
    assert_eq!(status_name(&caller, &waiting).await, "completed");
    let statistics = caller.get(&caller.site("/statistics")).await.expect(200);
    assert_eq!((&statistics["answers"], &statistics["failures"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn latency_delays_answers_and_their_making() {
    let options = SandboxOptions::new().latency(Latency::Vendor { factor: 0.001 });
    let (_sandbox, caller) = start_with(options).await;
    caller.ask("s", "x?").await.expect(200);
    let latency = json!({"mode": "vendor", "factor": 100.0});
    assert_eq!(
        caller.control(Method::PUT, "/latency", Some(latency.clone())).await.expect(200),
        latency
    );
    let request = caller.request(Method::POST, &caller.site("/chat/async"));
    let body = json!({"session_id": "s", "message": "x?"});
    let error = request.json(&body).timeout(Duration::from_millis(200)).send().await.unwrap_err();
    assert!(error.is_timeout());
    let none = json!({"mode": "none"});
    caller.control(Method::PUT, "/latency", Some(none.clone())).await.expect(200);
    assert_eq!(caller.control(Method::GET, "/latency", None).await.expect(200), none);
    let wrong = json!({"mode": "vendor", "factor": -1});
    assert_eq!(caller.control(Method::PUT, "/latency", Some(wrong)).await.status, 400);
}

#[tokio::test]
async fn vendor_latency_lets_asynchronous_answers_take_their_time() {
    let (_sandbox, caller) = start().await;
    caller.space.set_latency(Latency::Vendor { factor: 1.0 });
    let id = caller.submit("s", "x?").await;
    caller.space.set_latency(Latency::None);
    assert_eq!(status_name(&caller, &id).await, "pending");
    caller.space.advance_clock(Duration::from_secs(31));
    assert_eq!(status_name(&caller, &id).await, "completed");
}

#[tokio::test]
async fn reset_brings_back_the_start() {
    let rules = Rule::parse_list(
        r#"{"match": {"operation": "tenant.get", "nth": 1}, "effect": {"status": 500}}"#,
    );
    let (_sandbox, caller) = start_with(SandboxOptions::new().rules(rules.unwrap())).await;
    let first = caller.space.api_key();
    caller.add_text("Returns", "Lamps can be returned within 30 days.").await;
    caller.ask("s", "Can lamps be returned?").await.expect(200);
    caller.post(&caller.site("/chat/session/close"), json!({"session_id": "s"})).await.expect(200);
    caller.patch(&caller.site("/widget-config"), json!({"theme": "dark"})).await.expect(200);
    caller.space.add_key("other");
    caller.space.revoke_key(&first);
    caller.space.clear_rules();
    caller.space.set_progression(Progression::never());
    caller.space.advance_clock(Duration::from_secs(1_000));
    let limits = json!({"daily_messages": 1, "discard_uploads": true, "max_upload_bytes": 5});
    caller.control(Method::PUT, "/limits", Some(limits)).await.expect(200);
    caller.control(Method::PUT, "/plan", Some(json!({"m2m": false}))).await.expect(200);

    caller.control(Method::POST, "/reset", None).await.expect(200);
    assert!(caller.space.journal().is_empty());
    assert_eq!(caller.space.api_key(), first);
    let url = format!("{}{}", caller.space.base_url(), caller.tenant(""));
    let status = caller.http.get(&url).header("X-API-Key", &first).send().await.unwrap().status();
    assert_eq!(status.as_u16(), 500, "the rule of the start is in force again");
    let usage = caller.get(&caller.tenant("/usage")).await.expect(200);
    for name in ["messages", "documents", "document_bytes", "sessions", "tokens_estimated"] {
        assert_eq!(usage[name], 0, "{name}");
    }
    assert_eq!(usage["daily_messages"], Value::Null);
    assert_eq!(caller.get(&caller.site("/widget-config")).await.expect(200)["theme"], "system");
    let answer = caller.ask("s", "Can lamps be returned?").await.expect(200);
    assert_eq!((&answer["confidence_level"], &answer["sources"]), (&json!("low"), &json!([])));
    let id = caller.submit("s", "x?").await;
    assert_eq!(status_name(&caller, &id).await, "completed");
    let clock = caller.control(Method::GET, "/clock", None).await.expect(200);
    assert_eq!(clock["advanced_seconds"], 0.0);
    let limits = caller.control(Method::GET, "/limits", None).await.expect(200);
    assert_eq!(limits["discard_uploads"], false);
}

#[tokio::test]
async fn only_loopback_unless_allowed() {
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = Sandbox::start(SandboxOptions::new().bind(everywhere)).await;
    assert!(matches!(refused, Err(SandboxError::NotLoopback(_))));
    let (sandbox, _caller) = start().await;
    let taken = sandbox.base_url();
    let port = reqwest::Url::parse(&taken).unwrap().port().unwrap();
    let options = SandboxOptions::new().bind(SocketAddr::from(([127, 0, 0, 1], port)));
    assert!(matches!(Sandbox::start(options).await, Err(SandboxError::Bind { .. })));
}

#[tokio::test]
async fn dropping_the_sandbox_stops_it() {
    let (sandbox, caller) = start().await;
    caller.control(Method::GET, "/health", None).await.expect(200);
    let url = format!("{}/health", sandbox.control_url());
    drop(sandbox);
    let http = support::http_client();
    for _ in 0..500 {
        if http.get(&url).send().await.is_err_and(|error| error.is_connect()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it still answers");
}
