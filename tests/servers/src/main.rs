//! `uppzy-servers COMMAND…`: runs a command with the servers at hand, and ends as it ends.
//!
//! `UPPZY_SERVERS` names a file for it, with the sandbox's `control_url`, what scenarios find by
//! reference as `known`, and the folder of the `cases`. The runners of all languages look for it, and
//! run these in the place of the shared scenarios.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use tempfile::NamedTempFile;
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};
use uppzy_sandbox::{Sandbox, SandboxOptions};
use uppzy_servers::Servers;

fn main() -> ExitCode {
    // One thread: a server ends with the thread that started it.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(run()),
        Err(error) => Err(error.to_string()),
    };
    ended.unwrap_or_else(|reason| {
        eprintln!("uppzy-servers: {reason}");
        ExitCode::FAILURE
    })
}

async fn run() -> Result<ExitCode, String> {
    let mut words = std::env::args_os().skip(1);
    let program = words.next().ok_or("name the command to run")?;
    let started = Sandbox::start(SandboxOptions::new()).await;
    let sandbox = started.map_err(|error| error.to_string())?;
    let servers = Servers::start(&sandbox.control_url()).await?;
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let (control_url, known) = (sandbox.control_url(), &servers.known);
    let told = json!({"cases": cases, "control_url": control_url, "known": known});
    let file = NamedTempFile::with_prefix("uppzy-servers-").map_err(|error| error.to_string())?;
    std::fs::write(file.path(), told.to_string()).map_err(|error| error.to_string())?;
    let stopped = |kind| signal(kind).map_err(|error: std::io::Error| error.to_string());
    let (mut terminated, mut interrupted) =
        (stopped(SignalKind::terminate())?, stopped(SignalKind::interrupt())?);
    let mut command = Command::new(&program);
    command.args(words).env("UPPZY_SERVERS", file.path()).kill_on_drop(true);
    let named = |error: std::io::Error| format!("{}: {error}", program.display());
    let mut child = command.spawn().map_err(named)?;
    let status = tokio::select! {
        status = child.wait() => status.map_err(named)?,
        _ = terminated.recv() => return Err("stopped".to_owned()),
        _ = interrupted.recv() => return Err("interrupted".to_owned()),
    };
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
