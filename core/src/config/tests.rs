//! Every way to get the configuration wrong names its field, its origin and the remedy.

use std::time::Duration;

use super::ClientBuilder;
use crate::client::Client;
use crate::error::{Error, ErrorKind};

const NO_ENVIRONMENT: [(&str, &str); 0] = [];

fn builder() -> ClientBuilder {
    Client::builder().environment(NO_ENVIRONMENT).api_key("key")
}

/// The error of a configuration that must be refused.
fn refused(builder: ClientBuilder) -> Error {
    let error = builder.build().expect_err("must be refused");
    assert_eq!(error.kind(), ErrorKind::Config);
    error
}

fn assert_refused(builder: ClientBuilder, field: &str, words: &[&str]) {
    let error = refused(builder);
    assert_eq!(error.field(), Some(field), "{error}");
    for word in words {
        assert!(error.message().contains(word), "{word:?} is not in: {}", error.message());
    }
}

#[test]
fn arguments_come_before_the_environment_and_that_before_defaults() {
    let environment = [
        ("UPPZY_API_KEY", "from-environment"),
        ("UPPZY_BASE_URL", "https://env.example/api/"),
        ("UPPZY_TENANT_ID", "tenant-env"),
        ("UPPZY_SITE_ID", "site-env"),
    ];
    let client =
        Client::builder().environment(environment).site_id("site-argument").build().unwrap();
    assert_eq!(client.base_url(), "https://env.example/api");
    assert_eq!((client.tenant_id(), client.site_id()), (Some("tenant-env"), Some("site-argument")));
    let client = builder().build().unwrap();
    assert_eq!(client.base_url(), super::DEFAULT_BASE_URL);
    assert_eq!(client.site_id(), None);
}

#[test]
fn a_missing_or_bad_key_is_explained_without_being_shown() {
    let none = || Client::builder().environment(NO_ENVIRONMENT);
    assert_refused(none(), "api_key", &["UPPZY_API_KEY", "UPPZY_API_KEY_FILE"]);
    assert_refused(none().api_key("canary\nkey"), "api_key", &["argument", "line break"]);
    assert_refused(none().api_key("canaryé"), "api_key", &["ASCII"]);
    let in_environment = Client::builder().environment([("UPPZY_API_KEY", "canary ")]);
    assert_refused(in_environment, "api_key", &["UPPZY_API_KEY", "space"]);
    for key in ["canary\nkey", "canaryé", "canary "] {
        assert!(!format!("{:?}", refused(none().api_key(key))).contains("canary"));
    }
}

#[test]
fn base_urls_are_checked() {
    let with = |url: &str| builder().base_url(url);
    assert_refused(with("not a url"), "base_url", &["https://api.uppzy.com/api/v1"]);
    assert_refused(with("ftp://a.example"), "base_url", &["https://"]);
    assert_refused(with("http://a.example"), "base_url", &["clear text", "allow_http"]);
    assert_refused(with("https://user:canary@a.example"), "base_url", &["user name"]);
    assert_refused(with("https://a.example/?x=1"), "base_url", &["query"]);
    assert!(!refused(with("https://user:canary@a.example")).message().contains("canary"));
    for fine in [
        "http://127.0.0.1:8080/api/v1",
        "http://localhost:1",
        "http://[::1]:1/",
        "https://a.example/x/",
    ] {
        assert!(with(fine).build().is_ok(), "{fine}");
    }
    assert!(with("http://a.example").allow_http(true).build().is_ok());
}

#[test]
fn a_gateway_takes_the_place_of_the_key() {
    let none = || Client::builder().environment(NO_ENVIRONMENT);
    assert_refused(none().bearer_token("token"), "base_url", &["gateway"]);
    assert_refused(none().header("x-app", "1"), "base_url", &["gateway"]);
    let both = none().bearer_token("token").api_key("key").base_url("https://gateway.example");
    assert_refused(both, "bearer_token", &["both"]);
    let gateway = || none().base_url("https://gateway.example");
    let client = gateway().bearer_token("token").build().unwrap();
    assert!(client.set_bearer_token("next").is_ok());
    assert_eq!(client.set_api_key("key").unwrap_err().field(), Some("api_key"));
    assert!(gateway().header("x-app", "1").build().is_ok());
    assert_refused(gateway().header("X-API-Key", "canary"), "headers", &["client itself"]);
    assert_refused(gateway().header("x app", "1"), "headers", &["name"]);
    assert_refused(gateway().header("x-app", "canary\n"), "headers", &["one line"]);
    let reserved = gateway().bearer_token("token").header("Authorization", "canary");
    assert_refused(reserved, "headers", &["client itself"]);
}

#[test]
fn a_key_of_the_environment_is_not_sent_to_a_gateway() {
    let client = Client::builder()
        .environment([("UPPZY_API_KEY", "key")])
        .base_url("https://gateway.example")
        .header("x-app", "1")
        .build()
        .unwrap();
    let now = client.shared.clock.now();
    let (credential, headers) = client.shared.headers(now, false);
    assert!(credential.is_none());
    assert!(!headers.contains_key("x-api-key"));
}

#[test]
fn files_are_named_when_they_cannot_be_used() {
    let none = || Client::builder().environment(NO_ENVIRONMENT);
    assert_refused(
        none().api_key_file("/no/such/key"),
        "api_key_file",
        &["/no/such/key", "cannot be read"],
    );
    assert_refused(builder().ca_file("/no/such/ca"), "ca_file", &["argument", "/no/such/ca"]);
    assert_refused(builder().ca_pem("nonsense"), "ca_pem", &["certificate"]);
    let variable =
        Client::builder().environment([("UPPZY_API_KEY", "key"), ("UPPZY_CA_FILE", "/no/such/ca")]);
    assert_refused(variable, "ca_file", &["UPPZY_CA_FILE"]);
}

#[test]
fn numbers_and_ids_are_checked() {
    assert_refused(builder().timeout(Duration::ZERO), "timeout", &["more than 0"]);
    assert_refused(builder().ask_timeout(Duration::MAX), "ask_timeout", &["24 hours"]);
    assert_refused(builder().max_in_flight(0), "max_in_flight", &["at least 1"]);
    assert_refused(builder().max_poll_rate(0.0), "max_poll_rate", &["above 0"]);
    assert_refused(builder().max_poll_rate(f64::NAN), "max_poll_rate", &["above 0"]);
    assert_refused(builder().site_id(""), "site_id", &["empty"]);
    assert_refused(builder().tenant_id(".."), "tenant_id", &["argument"]);
    assert_refused(builder().site_id("a\n"), "site_id", &["line break"]);
    assert_refused(builder().user_agent_suffix("a\nb"), "user_agent_suffix", &["one line"]);
    assert_refused(builder().proxy("canary"), "proxy", &["http://proxy.example:3128"]);
    assert!(!refused(builder().proxy("canary")).message().contains("canary"));
    let policy = crate::RetryPolicy { max_attempts: 0, ..Default::default() };
    assert_refused(builder().retry(policy), "retry", &["at least 1"]);
}

#[tokio::test]
async fn an_operation_without_its_scope_says_how_to_give_it() {
    let client = builder().build().unwrap();
    let error = client.tenant().limits(&[]).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("tenant_id")));
    assert!(error.message().contains("UPPZY_TENANT_ID"), "{error}");
    assert_eq!(client.for_site("..").unwrap_err().field(), Some("site_id"));
}

#[tokio::test]
async fn a_closed_client_refuses_calls() {
    let client = builder().tenant_id("t").build().unwrap();
    let mut events = client.events(10);
    client.close();
    client.close();
    assert_eq!(events.next().await, None, "a closed client's events end");
    assert!(client.is_closed());
    let error = client.clone().tenant().limits(&[]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
}
