//! What the tests of the running sandbox share: a client that checks every answer against the
//! OpenAPI description, and raw connections.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    unreachable_pub,
    missing_docs
)]

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Once;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uppzy_sandbox::{Rule, Sandbox, SandboxOptions, Space};

/// An HTTP client for plain HTTP.
pub fn http_client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(60))
        .build()
        .unwrap()
}

/// An answer that was read whole.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    #[track_caller]
    pub fn expect_error(self, status: u16, text: &str) {
        assert_eq!((self.status, &self.body), (status, &json!({"error": text})));
    }
}

/// A client of one space.
pub struct Caller {
    pub http: reqwest::Client,
    pub space: Space,
    pub description: Value,
}

/// A sandbox with a client of its default space.
pub async fn start() -> (Sandbox, Caller) {
    start_with(SandboxOptions::new()).await
}

pub async fn start_with(options: SandboxOptions) -> (Sandbox, Caller) {
    let sandbox = Sandbox::start(options).await.unwrap();
    let caller = Caller::new(sandbox.space()).await;
    (sandbox, caller)
}

impl Caller {
    pub async fn new(space: Space) -> Self {
        let http = http_client();
        let url = space.base_url().replace("/api/v1", "/openapi.json");
        let description = http.get(url).send().await.unwrap().json().await.unwrap();
        Self { http, space, description }
    }

    pub fn tenant(&self, rest: &str) -> String {
        format!("/m2m/tenants/{}{rest}", self.space.tenant_id())
    }

    pub fn site(&self, rest: &str) -> String {
        format!("/m2m/sites/{}{rest}", self.space.site_id())
    }

    /// A request with the key of the space.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.space.base_url());
        self.http.request(method, url).header("X-API-Key", self.space.api_key())
    }

    /// Sends a request, and checks its answer against the description.
    #[track_caller]
    pub fn send(&self, request: RequestBuilder) -> impl Future<Output = Reply> {
        let request = request.build().unwrap();
        async move {
            let method = request.method().as_str().to_ascii_lowercase();
            let prefix = reqwest::Url::parse(&self.space.base_url()).unwrap().path().to_owned();
            let path = request.url().path().strip_prefix(&prefix).unwrap().to_owned();
            let reply = read(self.http.execute(request).await.unwrap()).await;
            check(&self.description, &method, &path, &reply);
            reply
        }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// A request to the control API.
    pub async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let url = format!("{}{path}", self.space.control_url());
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(request.send().await.unwrap()).await
    }

    /// Advances the clock to some noon, so that no test runs over the end of a day.
    pub async fn go_to_noon(&self) {
        let clock = self.control(Method::GET, "/clock", None).await.expect(200);
        let hour: u64 = clock["now"].as_str().unwrap()[11..13].parse().unwrap();
        self.space.advance_clock(Duration::from_secs((36 - hour) * 3_600));
    }

    /// Puts rules in force.
    pub fn rules(&self, rules: Value) {
        self.space.set_rules(Rule::list_from_value(rules).unwrap());
    }

    pub async fn add_text(&self, title: &str, content: &str) -> String {
        let body = json!({"title": title, "content": content, "category": "test"});
        let document = self.post(&self.site("/documents/text"), body).await.expect(201);
        document["id"].as_str().unwrap().to_owned()
    }

    pub async fn ask(&self, session: &str, message: &str) -> Reply {
        let body = json!({"session_id": session, "message": message});
        self.post(&self.site("/chat"), body).await
    }

    pub async fn submit(&self, session: &str, message: &str) -> String {
        let body = json!({"session_id": session, "message": message});
        let submitted = self.post(&self.site("/chat/async"), body).await.expect(202);
        assert_eq!(submitted["status"], "pending");
        submitted["request_id"].as_str().unwrap().to_owned()
    }

    pub async fn status(&self, request_id: &str) -> Reply {
        self.get(&self.site(&format!("/chat/requests/{request_id}"))).await
    }

    pub async fn feedback(&self, session: &str, request_id: &str, feedback: &str) -> Reply {
        let body = json!({"session_id": session, "request_id": request_id, "feedback": feedback});
        self.post(&self.site("/chat/feedback"), body).await
    }
}

pub async fn read(response: reqwest::Response) -> Reply {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
    let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| text());
    Reply { status, headers, body }
}

/// Fails unless the description knows this operation, its status, and the shape of its answer.
fn check(description: &Value, method: &str, path: &str, reply: &Reply) {
    let paths = description["paths"].as_object().unwrap();
    let fits = |template: &str| {
        let expected: Vec<_> = template.split('/').collect();
        let actual: Vec<_> = path.split('/').collect();
        expected.len() == actual.len()
            && expected.iter().zip(&actual).all(|(one, two)| one.starts_with('{') || one == two)
    };
    let operation = paths
        .iter()
        .filter(|(template, _)| fits(template))
        .filter_map(|(template, item)| Some((template.contains("{document}"), item.get(method)?)))
        .min_by_key(|(generic, _)| *generic)
        .map(|(_, operation)| operation);
    let operation = operation.unwrap_or_else(|| panic!("{method} {path} is not described"));
    let response = &operation["responses"][reply.status.to_string()];
    let schema = &response["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{method} {path} does not describe {}", reply.status);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let schema = json!({"$ref": schema["$ref"], "components": description["components"]});
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> =
        validator.iter_errors(&reply.body).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{method} {path}: {errors:?} in {}", reply.body);
}

/// How a raw connection ended.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum End {
    /// TCP FIN.
    Closed,
    /// TCP RST.
    Reset,
    /// Nothing came for as long as the test waited.
    Silent,
}

/// A raw connection to the sandbox.
pub struct Raw {
    stream: TcpStream,
    host: String,
    prefix: String,
    key: String,
}

impl Raw {
    pub fn connect(space: &Space) -> Self {
        let url = reqwest::Url::parse(&space.base_url()).unwrap();
        let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let stream = TcpStream::connect(&host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, host, prefix: url.path().to_owned(), key: space.api_key() }
    }

    /// Sends a request as one write.
    pub fn send(&mut self, method: &str, path: &str, body: Option<&Value>) {
        let body = body.map(ToString::to_string).unwrap_or_default();
        let length = body.len();
        let headers = format!("Content-Type: application/json\r\nContent-Length: {length}");
        self.write(method, path, &headers, &body);
    }

    /// Sends a head with these headers, and then whatever is meant to be the body.
    pub fn write(&mut self, method: &str, path: &str, headers: &str, body: &str) {
        let (prefix, host, key) = (&self.prefix, &self.host, &self.key);
        let request = format!(
            "{method} {prefix}{path} HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {key}\r\n\
             {headers}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).unwrap();
    }

    /// Everything until the connection ends, or until nothing came for so long.
    pub fn read_to_end(&mut self, patience: Duration) -> (Vec<u8>, End) {
        self.stream.set_read_timeout(Some(patience)).unwrap();
        let mut bytes = Vec::new();
        let mut buffer = [0_u8; 65_536];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return (bytes, End::Closed),
                Ok(length) => bytes.extend_from_slice(&buffer[..length]),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    return (bytes, End::Reset);
                }
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    return (bytes, End::Silent);
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// Head and body of a raw answer.
pub fn split(bytes: &[u8]) -> (String, Vec<u8>) {
    let position = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..position].to_vec()).unwrap();
    (head.to_ascii_lowercase(), bytes[position + 4..].to_vec())
}

/// Waits until something holds; fails when it does not within ten seconds.
pub async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..1_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}");
}
