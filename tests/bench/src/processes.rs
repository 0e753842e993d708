//! The server's and the clients' processes, as the benchmark sees them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::Outcome;
use crate::programs::pinned;

/// The server in a process of its own; ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

impl Server {
    /// Each of its answers takes so many milliseconds.
    pub(crate) fn start(latency: u64) -> Outcome<Self> {
        let mut child = pinned(&std::env::current_exe()?, 0)
            .args(["server", &latency.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the server has no output")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url)?;
        Ok(Self { child, url: url.trim().to_owned() })
    }

    /// What the server has counted.
    pub(crate) fn counts(&self) -> Outcome<Value> {
        self.get("counts")
    }

    /// Begins to count anew.
    pub(crate) fn reset(&self) -> Outcome<()> {
        self.get("reset").map(drop)
    }

    fn get(&self, path: &str) -> Outcome<Value> {
        let address = self.url.trim_start_matches("http://").trim_end_matches("/api/v1");
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "GET /{path} HTTP/1.1\r\n\r\n")?;
        stream.shutdown(std::net::Shutdown::Write)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or("the server's answer has no body")?;
        Ok(serde_json::from_str(body)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends when its standard input does; waiting for it leaves no zombie.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Runs this program as a client, and reads the figures that it prints.
pub(crate) fn own(arguments: &[&str]) -> Outcome<Value> {
    output(pinned(&std::env::current_exe()?, 1).args(arguments).stdin(Stdio::null()))
}

/// Runs a client, and reads the figures that it prints.
pub(crate) fn output(command: &mut Command) -> Outcome<Value> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        let named: Vec<_> = command.get_args().map(|part| part.to_string_lossy()).collect();
        return Err(format!("{}: {}", named.join(" "), output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// A number among figures.
pub(crate) fn number(figures: &Value, name: &str) -> Outcome<f64> {
    let number = figures.get(name).and_then(Value::as_f64);
    number.ok_or_else(|| format!("no {name} in {figures}").into())
}
