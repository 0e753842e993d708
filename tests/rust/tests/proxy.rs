//! The ways through a proxy: named for the client, named by the environment, or none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use uppzy::{ClientBuilder, Error, ErrorKind, Outcome, RetryPolicy};

const ANSWER: &str = r#"{"tenant_id":"tenant-1","name":"Lamps"}"#;
/// No wait for the other side may last longer than this.
const PATIENCE: Duration = Duration::from_secs(30);
/// Tells the process of a test that it is the one with the environment.
const SERVER: &str = "UPPZY_TEST_SERVER";
const PLAIN: &str = "http://uppzy.invalid/api/v1";

/// A proxy, or a server, that answers one request; and the head of that request, line by line.
fn answering(status: &'static str, body: &'static str) -> (String, Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, heads) = channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let lines = reader.by_ref().lines().map_while(Result::ok);
        let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        let length = body.len();
        let head_of_answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n");
        let _ = stream.write_all(format!("{head_of_answer}{body}").as_bytes());
        let _ = sender.send(head);
    });
    (url, heads)
}

fn builder(base_url: &str) -> ClientBuilder {
    uppzy::Client::builder()
        .api_key("uppzy_test_key_000000")
        .tenant_id("tenant-1")
        .base_url(base_url)
        .allow_http(true)
        .timeout(PATIENCE)
        .retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() })
}

async fn ask(builder: ClientBuilder) -> Result<(), Error> {
    builder.build().unwrap().tenant().get(&[]).await.map(drop)
}

fn has(head: &[String], header: &str) -> bool {
    head.iter().any(|line| line.eq_ignore_ascii_case(header))
}

#[tokio::test]
async fn a_proxy_gets_the_whole_url_and_its_own_password() {
    let (proxy, heads) = answering("200 OK", ANSWER);
    let with_password = proxy.replace("http://", "http://ada:pass%20word@");
    ask(builder(PLAIN).proxy(with_password)).await.unwrap();
    let head = heads.recv_timeout(PATIENCE).unwrap();
    let target = "http://uppzy.invalid/api/v1/m2m/tenants/tenant-1";
    assert_eq!(head[0], format!("GET {target} HTTP/1.1"));
    assert!(has(&head, "proxy-authorization: Basic YWRhOnBhc3Mgd29yZA=="), "{head:?}");
    assert!(has(&head, "host: uppzy.invalid"), "{head:?}");
}

#[tokio::test]
async fn a_tunnel_that_the_proxy_refuses_is_a_connection_that_was_not_made() {
    for status in ["502 Bad Gateway", "407 Proxy Authentication Required"] {
        let (proxy, heads) = answering(status, "");
        let error = ask(builder("https://uppzy.invalid/api").proxy(proxy)).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent));
        assert!(!error.message().contains("uppzy_test_key"), "{error:?}");
        let head = heads.recv_timeout(PATIENCE).unwrap();
        assert_eq!(head[0], "CONNECT uppzy.invalid:443 HTTP/1.1");
        assert!(!head.iter().any(|line| line.contains("uppzy_test_key")), "{head:?}");
    }
}

#[tokio::test]
async fn a_server_on_this_machine_is_reached_without_the_proxy() {
    let (server, heads) = answering("200 OK", ANSWER);
    ask(builder(&format!("{server}/api")).proxy("http://127.0.0.1:1")).await.unwrap();
    assert_eq!(heads.recv_timeout(PATIENCE).unwrap()[0], "GET /api/m2m/tenants/tenant-1 HTTP/1.1");
}

/// Runs this test once more in a process of its own with these variables, in which it calls the
/// server. The name of the test is that of the function.
fn in_environment(test: &str, server: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]).env(SERVER, server);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "no_proxy"] {
        command.env_remove(name);
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[tokio::test]
async fn the_environment_names_a_proxy() {
    const TEST: &str = "the_environment_names_a_proxy";
    if let Ok(server) = std::env::var(SERVER) {
        let ended = ask(builder(&server)).await.map_err(|error| error.kind());
        println!("ended: {ended:?}");
        return;
    }
    let (proxy, heads) = answering("200 OK", ANSWER);
    let said = in_environment(TEST, PLAIN, &[("HTTP_PROXY", &proxy), ("http_proxy", &proxy)]);
    assert!(said.contains("ended: Ok"), "{said}");
    let target = "http://uppzy.invalid/api/v1/m2m/tenants/tenant-1";
    assert_eq!(heads.recv_timeout(PATIENCE).unwrap()[0], format!("GET {target} HTTP/1.1"));

    let (proxy, heads) = answering("200 OK", ANSWER);
    let except = [("http_proxy", proxy.as_str()), ("NO_PROXY", "uppzy.invalid")];
    let said = in_environment(TEST, PLAIN, &except);
    assert!(said.contains("ended: Err(Connect)"), "no such host, and no proxy: {said}");
    assert!(heads.try_recv().is_err());
}
