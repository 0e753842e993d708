//! A worker's process: told by its standard input, heard on its output.

use std::path::PathBuf;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;

use crate::Outcome;
use crate::orders::Order;

/// A kind of worker: a language, or one of its surfaces.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) language: &'static str,
    /// The program and its arguments.
    pub(crate) words: Vec<PathBuf>,
    /// Whether it takes the key from a file, and not by order.
    pub(crate) key_file: bool,
    /// Whether calls can be cancelled there.
    pub(crate) cancels: bool,
    /// Whether it can fork.
    pub(crate) forks: bool,
}

/// What comes from a worker.
#[derive(Debug)]
pub(crate) enum Heard {
    Output(String),
    Complaint(String),
    /// The process is gone and its output read.
    Gone {
        code: Option<i32>,
    },
}

/// From which worker, and which of its processes.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) worker: usize,
    pub(crate) generation: u32,
    pub(crate) heard: Heard,
}

/// One process of a worker.
#[derive(Debug)]
pub(crate) struct Worker {
    pub(crate) kind: Kind,
    pub(crate) generation: u32,
    pub(crate) ready: bool,
    pub(crate) closed: bool,
    pub(crate) gone: bool,
    pub(crate) halted_since: Option<u64>,
    /// Calls under way.
    pub(crate) open: Vec<u64>,
    /// Children that were ordered and are not gone.
    pub(crate) children: u64,
    pid: Pid,
    orders: mpsc::UnboundedSender<String>,
}

impl Worker {
    pub(crate) fn start(
        kind: Kind,
        place: usize,
        generation: u32,
        variables: &[(&'static str, String)],
        events: &mpsc::UnboundedSender<Event>,
    ) -> Outcome<Self> {
        let (program, arguments) = kind.words.split_first().ok_or("a worker without a program")?;
        let mut child = Command::new(program)
            .args(arguments)
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // So that a signal reaches its children too.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let pid = pid.ok_or("a worker without a process id")?;
        let (orders, mut waiting) = mpsc::unbounded_channel::<String>();
        let mut input = child.stdin.take().ok_or("a worker without an input")?;
        tokio::spawn(async move {
            while let Some(line) = waiting.recv().await {
                // A worker that is gone is noticed elsewhere.
                if input.write_all(line.as_bytes()).await.is_err() {
                    break;
                }
            }
        });
        let tell = {
            let events = events.clone();
            move |heard| {
                // The director may have stopped listening.
                let _ = events.send(Event { worker: place, generation, heard });
            }
        };
        let output = child.stdout.take().ok_or("a worker without an output")?;
        let errors = child.stderr.take().ok_or("a worker without an error output")?;
        let output = tokio::spawn(read(output, Heard::Output, tell.clone()));
        let errors = tokio::spawn(read(errors, Heard::Complaint, tell.clone()));
        tokio::spawn(async move {
            let code = child.wait().await.ok().and_then(|status| status.code());
            let _ = (output.await, errors.await);
            tell(Heard::Gone { code });
        });
        Ok(Self {
            kind,
            generation,
            ready: false,
            closed: false,
            gone: false,
            halted_since: None,
            open: Vec::new(),
            children: 0,
            pid,
            orders,
        })
    }

    /// The name of this process.
    pub(crate) fn name(&self) -> String {
        format!("{}#{}", self.kind.name, self.generation)
    }

    pub(crate) fn order(&self, order: &Order) -> Outcome<()> {
        let line = serde_json::to_string(order)? + "\n";
        // A worker that is gone is noticed elsewhere.
        let _ = self.orders.send(line);
        Ok(())
    }

    /// Sends a signal to it and its children.
    pub(crate) fn signal(&self, signal: Signal) {
        if !self.gone {
            // It may be gone without our knowing yet.
            let _ = kill_process_group(self.pid, signal);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

async fn read(from: impl AsyncRead + Unpin, heard: fn(String) -> Heard, tell: impl Fn(Heard)) {
    let mut from = BufReader::new(from);
    let mut bytes = Vec::new();
    while from.read_until(b'\n', &mut bytes).await.is_ok_and(|read| read > 0) {
        tell(heard(String::from_utf8_lossy(&bytes).trim_end().to_owned()));
        bytes.clear();
    }
}
