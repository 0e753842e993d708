//! Planted secrets, a server that says back whatever it is sent, and everything that was logged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tracing_subscriber::fmt::MakeWriter;

pub(crate) const KEY: &str = "KeyPlant7Gq2Xw9Zt4";
pub(crate) const NEW_KEY: &str = "NextPlant5Tz8Rv3Mb";
pub(crate) const BEARER: &str = "BearerPlant3Vb8Nm6Kd";
pub(crate) const HEADER: &str = "HeaderPlant5Yc1Rf7Lp";
pub(crate) const PROXY_PASSWORD: &str = "ProxyPlant6Hs0Wd4Jk";
pub(crate) const MESSAGE: &str = "MessagePlant9 Uj3Ea8 why does my \"green\" lampüp hum?";
pub(crate) const ANSWER: &str = "AnswerPlant2 Ok6Bt1 because its choke is old";
pub(crate) const TITLE: &str = "TitlePlant8 Pz4Xs7 humming lamps";
pub(crate) const EMAIL: &str = "email.plant4+lq0@canary-shop.test";
pub(crate) const SESSION_SECRET: &str = "SessionPlant1-Gh5Tf9Vc3";

/// A run of this many characters of a plant, in any output, is a leak.
const LEAK: usize = 12;

static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The leaks found so far.
pub(crate) fn leaks() -> Vec<String> {
    LEAKS.lock().unwrap().clone()
}

/// Notes a leak when the text holds a part of a plant.
pub(crate) fn clean(place: &str, text: &str) {
    let plants = [
        KEY,
        NEW_KEY,
        BEARER,
        HEADER,
        PROXY_PASSWORD,
        MESSAGE,
        ANSWER,
        TITLE,
        EMAIL,
        SESSION_SECRET,
    ];
    let characters = plants.map(|plant| plant.chars().collect::<Vec<char>>());
    let runs = characters.iter().flat_map(|plant| plant.windows(LEAK));
    let shown = runs
        .map(|run| run.iter().collect::<String>())
        .chain(["canary-shop".to_owned(), "email.plant4".to_owned()])
        .find(|run| text.contains(run));
    if let Some(run) = shown {
        let (before, after) = text.split_at(text.find(&run).unwrap_or_default());
        let skipped = before.chars().count().saturating_sub(200);
        let near: String = before.chars().skip(skipped).chain(after.chars().take(200)).collect();
        LEAKS.lock().unwrap().push(format!("{place}: {run:?} in {near}"));
    }
}

/// How the server says back what it was sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Echo {
    JsonText,
    JsonCode,
    JsonNested,
    JsonUnknown,
    JsonList,
    JsonKeys,
    JsonInText,
    Html,
    Plain,
    RequestId,
    CutJson,
    Garbage,
}

pub(crate) const ECHOES: [Echo; 12] = [
    Echo::JsonText,
    Echo::JsonCode,
    Echo::JsonNested,
    Echo::JsonUnknown,
    Echo::JsonList,
    Echo::JsonKeys,
    Echo::JsonInText,
    Echo::Html,
    Echo::Plain,
    Echo::RequestId,
    Echo::CutJson,
    Echo::Garbage,
];

/// What came in with a request.
struct Request {
    path: String,
    head: String,
    body: String,
}

impl Request {
    /// The values of the headers that hold a secret.
    fn secrets(&self) -> Vec<String> {
        let names = ["x-api-key", "authorization", "x-gateway"];
        let headers = self.head.lines().filter_map(|line| line.split_once(':'));
        headers
            .filter(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()))
            .map(|(_, value)| value.trim().to_owned())
            .collect()
    }

    /// The strings of the body.
    fn strings(&self) -> Vec<String> {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let fields = body.as_object().cloned().unwrap_or_default();
        fields.values().filter_map(|value| value.as_str().map(str::to_owned)).collect()
    }
}

impl Echo {
    fn answer(self, status: u16, request: &Request) -> Vec<u8> {
        let Request { path, head, body } = request;
        let secrets = request.secrets().join(" ");
        let words = request.strings().join(" / ");
        let all = format!("cannot handle {words} of {path} with {secrets}; {ANSWER_NOTE}");
        let (content_type, text) = match self {
            Self::JsonText => ("application/json", json!({"error": all}).to_string()),
            Self::JsonCode => {
                let code = request.secrets().pop().unwrap_or_default();
                ("application/json", json!({"code": code, "error": code}).to_string())
            }
            Self::JsonNested => {
                let inner = json!({"message": words, "code": secrets, "headers": head});
                ("application/json", json!({"error": inner, "request": body}).to_string())
            }
            Self::JsonUnknown => {
                let parsed: Value = serde_json::from_str(body).unwrap_or_default();
                ("application/json", json!({"you": {"sent": parsed, "head": head}}).to_string())
            }
            Self::JsonList => ("application/json", json!([words, secrets, path]).to_string()),
            Self::JsonKeys => {
                let keyed = json!({words.as_str(): 1, secrets.as_str(): {path.as_str(): true}});
                ("application/json", keyed.to_string())
            }
            Self::JsonInText => {
                ("application/json", json!({"detail": format!("bad body: {body}")}).to_string())
            }
            Self::Html => {
                let escaped = body.replace('"', "&quot;");
                let page = format!("<html><h1>{path}</h1><p>{secrets}</p><pre>{escaped}\n{words}");
                ("text/html", page)
            }
            Self::Plain => ("text/plain", format!("{words}\n{head}\n{body}")),
            Self::RequestId => ("application/json", json!({"error": "no"}).to_string()),
            Self::CutJson => ("application/json", json!({"error": all}).to_string()),
            Self::Garbage => return format!("{secrets} {words}\r\n{head}{body}").into_bytes(),
        };
        let mut headers = format!("content-type: {content_type}\r\n");
        if self == Self::RequestId {
            let id = request.secrets().pop().unwrap_or_default();
            headers.push_str(&format!("x-request-id: {id}\r\n"));
        }
        if (300..400).contains(&status) {
            headers.push_str(&format!("location: https://elsewhere.test{path}?k={secrets}\r\n"));
        }
        let kept = text.chars().count() / if self == Self::CutJson { 2 } else { 1 };
        let text: String = text.chars().take(kept).collect();
        let length = text.len();
        format!("HTTP/1.1 {status} Echo\r\n{headers}content-length: {length}\r\n\r\n{text}")
            .into_bytes()
    }
}

/// Words around an echo, as servers write them.
const ANSWER_NOTE: &str = "please check the request";

/// The server that says things back.
pub(crate) struct EchoServer {
    pub(crate) url: String,
    mode: Arc<Mutex<(Echo, u16)>>,
    accepting: JoinHandle<()>,
}

impl Drop for EchoServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl EchoServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let mode = Arc::new(Mutex::new((Echo::Plain, 400)));
        let accepting = tokio::spawn({
            let mode = Arc::clone(&mode);
            async move {
                let mut connections = tokio::task::JoinSet::new();
                while let Ok((stream, _)) = listener.accept().await {
                    connections.spawn(serve(stream, Arc::clone(&mode)));
                    while connections.try_join_next().is_some() {}
                }
            }
        });
        Self { url, mode, accepting }
    }

    pub(crate) fn set(&self, echo: Echo, status: u16) {
        *self.mode.lock().unwrap() = (echo, status);
    }
}

async fn serve(mut stream: TcpStream, mode: Arc<Mutex<(Echo, u16)>>) {
    let mut buffer = Vec::new();
    while let Some(request) = read(&mut stream, &mut buffer).await {
        let (echo, status) = *mode.lock().unwrap();
        if stream.write_all(&echo.answer(status, &request)).await.is_err() {
            return;
        }
        if echo == Echo::Garbage {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    let whole = loop {
        let text = String::from_utf8_lossy(buffer).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.trim().parse().unwrap());
            if buffer.len() >= head.len() + 4 + length {
                break (head.to_owned(), head.len() + 4, length);
            }
        }
        match stream.read_buf(buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(_) => {}
        }
    };
    let (head, begin, length) = whole;
    let body = String::from_utf8_lossy(&buffer[begin..begin + length]).into_owned();
    buffer.drain(..begin + length);
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    Some(Request { path, head, body })
}

/// Everything that was logged, by any library in the process, at any level.
#[derive(Clone, Default)]
pub(crate) struct Logs(Arc<Mutex<Vec<u8>>>);

impl Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logs {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Logs {
    /// Listens to `tracing` and `log` from now on, for the whole process.
    pub(crate) fn listen() -> Self {
        let logs = Self::default();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(logs.clone())
            .with_ansi(false)
            .init();
        logs
    }

    /// What was logged so far; taken away.
    pub(crate) fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}
