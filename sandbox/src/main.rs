//! `uppzy-sandbox`: runs the sandbox until it is told to stop.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;
use uppzy_sandbox::{Latency, Progression, Rule, Sandbox, SandboxError, SandboxOptions};

/// The Uppzy M2M API on this machine. Answers are simulated.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    bind: IpAddr,
    /// Allow an address that other machines can reach
    #[arg(long)]
    allow_remote: bool,
    /// Keep everything in this SQLite file; it is made when it does not exist
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Fault rules to begin with, a JSON list
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// How asynchronous answers come about: immediate, never, fail, or JSON such as
    /// {"mode":"after_polls","polls":3}
    #[arg(long, value_name = "NAME|JSON", value_parser = Progression::parse)]
    progression: Option<Progression>,
    /// How long answers take: none, vendor, or vendor:FACTOR
    #[arg(long, value_name = "NAME", value_parser = Latency::parse)]
    latency: Option<Latency>,
    /// Seed of everything left to chance
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The API key that is accepted
    #[arg(long, value_name = "KEY")]
    api_key: Option<String>,
}

impl Arguments {
    fn options(self) -> Result<SandboxOptions, String> {
        let mut options = SandboxOptions::new()
            .bind(SocketAddr::new(self.bind, self.port))
            .allow_remote(self.allow_remote)
            .seed(self.seed);
        if let Some(data) = self.data {
            options = options.data(data);
        }
        if let Some(file) = self.rules {
            let named = |reason: String| format!("--rules {}: {reason}", file.display());
            let json = std::fs::read_to_string(&file).map_err(|error| named(error.to_string()))?;
            options = options.rules(Rule::parse_list(&json).map_err(named)?);
        }
        if let Some(progression) = self.progression {
            options = options.progression(progression);
        }
        if let Some(latency) = self.latency {
            options = options.latency(latency);
        }
        if let Some(key) = self.api_key {
            options = options.api_key(key);
        }
        Ok(options)
    }
}

fn main() -> ExitCode {
    let options = match Arguments::parse().options() {
        Ok(options) => options,
        Err(reason) => return fail(&reason),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.to_string()),
    };
    match runtime.block_on(run(options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => fail(&reason),
    }
}

/// Exit code 2: it was started wrongly, or with a file that cannot be used.
fn fail(reason: &str) -> ExitCode {
    eprintln!("uppzy-sandbox: {reason}");
    ExitCode::from(2)
}

async fn run(options: SandboxOptions) -> Result<(), String> {
    // Listening to signals first: whoever reads the line below may send one at once.
    let stopped = stop_signal().map_err(|error| error.to_string())?;
    let sandbox = Sandbox::start(options).await.map_err(|error: SandboxError| error.to_string())?;
    eprintln!("uppzy-sandbox: answers are simulated, quoted from the documents that are put in");
    let line = json!({
        "base_url": sandbox.base_url(),
        "api_key": sandbox.api_key(),
        "tenant_id": sandbox.tenant_id(),
        "site_id": sandbox.site_id(),
        "control_url": sandbox.control_url(),
    });
    // Nobody may be reading; the sandbox works without.
    let _ = writeln!(std::io::stdout(), "{line}");
    let _ = std::io::stdout().flush();
    stopped.await;
    sandbox.stop().await;
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
