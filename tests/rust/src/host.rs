//! The servers that scenarios run against.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use uppzy_sandbox::{Sandbox, SandboxOptions};
use uppzy_servers::Servers;

use crate::calls;
use crate::control::Control;
use crate::execution::{Caller, Execution};
use crate::over_reqwest::OverReqwest;
use crate::scenario::Scenario;

/// A scenario that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(60);

/// Which of the crate's clients makes the calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// `uppzy::Client`.
    Asynchronous,
    /// `uppzy::blocking::Client`.
    Blocking,
    /// `uppzy::Client` over `uppzy::ReqwestTransport`.
    OverReqwest,
}

impl Surface {
    /// The name under which its results are kept.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Asynchronous => "rust",
            Self::Blocking => "rust-blocking",
            Self::OverReqwest => "rust-over-reqwest",
        }
    }
}

/// What became of a scenario.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What came of every step and what the server saw, in the form that all languages share.
    pub canonical: Value,
    /// What is not as the scenario expects.
    pub failures: Vec<String>,
}

/// What the plain server says to everybody, whatever they say.
const PLAIN_ANSWER: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Two sandboxes, a port where nobody listens, one where nobody answers, and one where no TLS is
/// spoken.
pub struct Host {
    sandbox: Sandbox,
    other: Sandbox,
    /// Bound but not listening, so that nobody else takes the port.
    dead: TcpSocket,
    silent: TcpListener,
    plain: SocketAddr,
    plain_server: JoinHandle<()>,
    /// What else stands in front of the sandbox.
    servers: Option<Servers>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.plain_server.abort();
    }
}

async fn answer_plainly(listener: TcpListener) {
    while let Ok((mut stream, _)) = listener.accept().await {
        // Who has gone by now does not need an answer.
        let _ = stream.write_all(PLAIN_ANSWER).await;
        let _ = stream.shutdown().await;
        let mut rest = [0; 4096];
        // Closing before everything is read would reset the connection.
        let read_out = async { while matches!(stream.read(&mut rest).await, Ok(1..)) {} };
        let _ = tokio::time::timeout(Duration::from_secs(1), read_out).await;
    }
}

impl Host {
    /// Starts the servers on 127.0.0.1.
    ///
    /// # Errors
    /// When a server cannot start.
    pub async fn start() -> Result<Self, String> {
        let start = || async {
            let started = Sandbox::start(SandboxOptions::new()).await;
            started.map_err(|error| error.to_string())
        };
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let dead = TcpSocket::new_v4().map_err(|error| error.to_string())?;
        dead.bind(free).map_err(|error| error.to_string())?;
        let listen = || async {
            TcpListener::bind(free).await.map_err(|error: std::io::Error| error.to_string())
        };
        let (silent, plain) = (listen().await?, listen().await?);
        let address = plain.local_addr().map_err(|error| error.to_string())?;
        Ok(Self {
            sandbox: start().await?,
            other: start().await?,
            dead,
            silent,
            plain: address,
            plain_server: tokio::spawn(answer_plainly(plain)),
            servers: None,
        })
    }

    /// The same with the servers of `tests/servers/` in front of the sandbox.
    ///
    /// # Errors
    /// When a server cannot start.
    pub async fn start_with_servers() -> Result<Self, String> {
        let mut host = Self::start().await?;
        host.servers = Some(Servers::start(&host.sandbox.control_url()).await?);
        Ok(host)
    }

    /// Runs the scenario in a space of its own.
    pub async fn run(&self, scenario: &Scenario, surface: Surface) -> Outcome {
        let run = async {
            match surface {
                Surface::Asynchronous => self.run_with::<calls::Asynchronous>(scenario).await,
                Surface::Blocking => self.run_with::<calls::Blocking>(scenario).await,
                Surface::OverReqwest => self.run_with::<OverReqwest>(scenario).await,
            }
        };
        let result = match tokio::time::timeout(LONGEST, run).await {
            Ok(result) => result,
            Err(_) => Err(format!("still running after {LONGEST:?}")),
        };
        result.unwrap_or_else(|reason| Outcome { canonical: Value::Null, failures: vec![reason] })
    }

    async fn run_with<C: Caller>(&self, scenario: &Scenario) -> Result<Outcome, String> {
        let space = Control::new_space(&self.sandbox.control_url()).await?;
        let other = Control::new_space(&self.other.control_url()).await?;
        let saved = self.known(&space, &other)?;
        let result = Execution::<C>::run(scenario, &space, &other, saved).await;
        space.remove().await?;
        other.remove().await?;
        result
    }

    /// What references find from the beginning.
    fn known(&self, space: &Control, other: &Control) -> Result<Map<String, Value>, String> {
        let address =
            |result: std::io::Result<SocketAddr>| result.map_err(|error| error.to_string());
        let dead = address(self.dead.local_addr())?;
        let silent = address(self.silent.local_addr())?;
        let known = json!({
            "sandbox": space.space,
            "other": other.space,
            "dead": {"base_url": format!("http://{dead}/api/v1")},
            "silent": {
                "base_url": format!("http://{silent}/api/v1"),
                "https_base_url": format!("https://{silent}/api/v1"),
            },
            "plain": {"https_base_url": format!("https://{}/api/v1", self.plain)},
        });
        match known {
            Value::Object(mut known) => {
                if let Some(servers) = &self.servers {
                    let base_url = space.text("base_url")?;
                    known.extend(uppzy_servers::for_space(&servers.known, &base_url)?);
                }
                Ok(known)
            }
            _ => Err("the known values are no object".to_owned()),
        }
    }
}
