//! The sandbox's process, and its control.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::Outcome;
use crate::evidence::Seen;

/// A debug build on a busy machine may take long to read its data.
const START: Duration = Duration::from_secs(60);
const CONTROL: Duration = Duration::from_secs(60);

/// How the sandbox is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// SIGTERM: it closes its data file.
    Orderly,
    /// SIGKILL: what it had promised has to be there nevertheless.
    Killed,
}

/// A sandbox that is stopped and started on one port, with one data file.
pub(crate) struct Sandbox {
    program: PathBuf,
    data: PathBuf,
    seed: u64,
    key: String,
    pub(crate) port: u16,
    running: Option<Running>,
    http: reqwest::Client,
    /// The journal ends with each process; this is the number of the process.
    pub(crate) run: u32,
    /// The last entry after which all entries have to be read again.
    settled: u64,
    pub(crate) complaints: Vec<String>,
}

/// What a data file holds, as far as it is looked at here.
pub(crate) struct Stored {
    /// Session and id of every question.
    pub(crate) questions: Vec<(String, String)>,
    /// The titles of all documents.
    pub(crate) documents: Vec<String>,
}

struct Running {
    child: Child,
    pid: Pid,
    complaints: JoinHandle<String>,
}

#[derive(Deserialize)]
struct Said {
    base_url: String,
}

impl Sandbox {
    pub(crate) async fn start(
        program: &Path,
        data: PathBuf,
        seed: u64,
        key: &str,
    ) -> Outcome<Self> {
        // reqwest wants one, though nothing here is encrypted. Another one that is there does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0);
        let mut sandbox = Self {
            program: program.to_owned(),
            data,
            seed,
            key: key.to_owned(),
            port: 0,
            running: None,
            http: http.timeout(CONTROL).build()?,
            run: 0,
            settled: 0,
            complaints: Vec::new(),
        };
        sandbox.run().await?;
        Ok(sandbox)
    }

    async fn run(&mut self) -> Outcome<()> {
        let mut command = Command::new(&self.program);
        command
            .args(["--port", &self.port.to_string(), "--seed", &self.seed.to_string()])
            .args(["--api-key", &self.key])
            .arg("--data")
            .arg(&self.data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| format!("the sandbox: {error}"))?;
        let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let mut errors = child.stderr.take().ok_or("the sandbox has no error output")?;
        let complaints = tokio::spawn(async move {
            let mut text = String::new();
            let _ = errors.read_to_string(&mut text).await;
            text
        });
        let output = child.stdout.take().ok_or("the sandbox has no output")?;
        let mut line = String::new();
        tokio::time::timeout(START, BufReader::new(output).read_line(&mut line)).await??;
        let Ok(said) = serde_json::from_str::<Said>(&line) else {
            let _ = child.wait().await;
            return Err(format!("the sandbox did not start: {}", complaints.await?).into());
        };
        let port = said.base_url.split(':').nth(2).and_then(|rest| rest.split('/').next());
        self.port = port.and_then(|port| port.parse().ok()).ok_or("the sandbox named no port")?;
        self.running = Some(Running { child, pid: pid.ok_or("no process id")?, complaints });
        self.run += 1;
        self.settled = 0;
        Ok(())
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/api/v1", self.port)
    }

    /// Stops it, and says so if it had stopped by itself before.
    pub(crate) async fn stop(&mut self, how: Stop) -> Outcome<()> {
        let Some(mut running) = self.running.take() else { return Ok(()) };
        if let Some(status) = running.child.try_wait()? {
            self.complaints.push(format!("the sandbox ended by itself: {status}"));
        } else {
            let signal = if how == Stop::Orderly { Signal::TERM } else { Signal::KILL };
            kill_process(running.pid, signal)?;
        }
        let status = tokio::time::timeout(START, running.child.wait()).await??;
        if how == Stop::Orderly && !status.success() {
            self.complaints.push(format!("the sandbox, told to stop, ended with {status}"));
        }
        let said = running.complaints.await?;
        let new = said.lines().filter(|line| !line.contains("answers are simulated"));
        self.complaints.extend(new.map(str::to_owned));
        Ok(())
    }

    pub(crate) async fn restart(&mut self, how: Stop) -> Outcome<()> {
        self.stop(how).await?;
        self.run().await
    }

    /// Halts the process for that long, with all its connections.
    pub(crate) async fn halt(&self, time: Duration) -> Outcome<()> {
        let Some(running) = &self.running else { return Ok(()) };
        kill_process(running.pid, Signal::STOP)?;
        tokio::time::sleep(time).await;
        Ok(kill_process(running.pid, Signal::CONT)?)
    }

    pub(crate) async fn control(&self, method: &str, path: &str, body: &Value) -> Outcome<Value> {
        let url = format!("http://127.0.0.1:{}/__sandbox{path}", self.port);
        let mut request = self.http.request(method.parse()?, url);
        if !body.is_null() {
            request = request.body(body.to_string());
        }
        let answer = request.send().await?;
        let (status, bytes) = (answer.status(), answer.bytes().await?);
        if !status.is_success() {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            return Err(format!("{method} {path}: {status}: {text}").into());
        }
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// What the journal has beyond what was read before; entries under way come again later.
    pub(crate) async fn journal(&mut self) -> Outcome<Vec<Seen>> {
        let path = format!("/journal?after={}", self.settled);
        let mut answer = self.control("GET", &path, &Value::Null).await?;
        let entries = answer.get_mut("entries").map_or(Value::Null, Value::take);
        let mut entries: Vec<Seen> = serde_json::from_value(entries)?;
        for entry in &mut entries {
            entry.run = self.run;
        }
        let open = entries.iter().find(|entry| entry.is_open()).map(|entry| entry.seq);
        let last = entries.last().map_or(self.settled, |entry| entry.seq);
        self.settled = open.map_or(last, |open| open.saturating_sub(1));
        Ok(entries)
    }

    /// Connections that carry or carried requests to the API.
    pub(crate) async fn connections(&self) -> Outcome<u64> {
        let stats = self.control("GET", "/stats", &Value::Null).await?;
        let open = stats.get("connections_open").and_then(Value::as_u64);
        open.ok_or_else(|| "no count of connections".into())
    }

    pub(crate) async fn add_key(&self, key: &str) -> Outcome<()> {
        self.control("POST", "/keys", &json!({"add": key})).await.map(drop)
    }

    pub(crate) async fn revoke_key(&self, key: &str) -> Outcome<()> {
        self.control("POST", "/keys", &json!({"revoke": key})).await.map(drop)
    }

    /// What the data file of a sandbox that was stopped holds.
    pub(crate) fn stored(&self) -> Outcome<Stored> {
        let file = rusqlite::Connection::open(&self.data)?;
        let read = |table: &str| -> Outcome<Vec<Value>> {
            let mut statement = file.prepare(&format!("SELECT value FROM {table}"))?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            rows.map(|row| Ok(serde_json::from_str(&row?)?)).collect()
        };
        let text = |value: &Value, name: &str| -> Outcome<String> {
            let text = value.get(name).and_then(Value::as_str).map(str::to_owned);
            text.ok_or_else(|| format!("the data file has an entry without {name}").into())
        };
        let questions = read("requests")?
            .iter()
            .map(|value| Ok((text(value, "session_id")?, text(value, "id")?)))
            .collect::<Outcome<_>>()?;
        let documents =
            read("documents")?.iter().map(|value| text(value, "title")).collect::<Outcome<_>>()?;
        Ok(Stored { questions, documents })
    }
}
