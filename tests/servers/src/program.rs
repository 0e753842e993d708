//! A server's program: started, looked at, stopped.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

/// A server that is not there by then does not come. Machines that test are busy.
const STARTING: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(20);
/// Lines of a log that are shown.
const LAST_LINES: usize = 10;

/// A running server.
pub(crate) struct Program {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts the first of these programs that is installed.
    pub(crate) fn start(names: &[&str], arguments: &[&str], log: PathBuf) -> Result<Self, String> {
        let found = names.iter().find_map(|name| Some((*name, installed(name)?)));
        let Some((name, program)) = found else {
            return Err(format!(
                "{} is not installed: run tests/servers/setup.sh",
                names.join(" or ")
            ));
        };
        // Should this process be killed, the server goes with it.
        let mut command = match installed("setpriv") {
            Some(setpriv) => {
                let mut command = Command::new(setpriv);
                command.args(["--pdeathsig", "TERM", "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        let said = log.with_extension("said");
        let failed = |error| format!("{name}: {error}");
        let output = File::create(&said).map_err(failed)?;
        command.args(arguments).stdin(Stdio::null());
        command.stdout(output.try_clone().map_err(failed)?).stderr(output);
        let child = command.spawn().map_err(failed)?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Why the server is not running any more.
    fn end(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        Some(format!("{} ended with {status}: {}", self.name, self.last_words()))
    }

    fn last_words(&self) -> String {
        let read = |path: &PathBuf| fs::read_to_string(path).unwrap_or_default();
        let text = read(&self.log.with_extension("said")) + &read(&self.log);
        let lines: Vec<&str> = text.lines().collect();
        let skipped = lines.len().saturating_sub(LAST_LINES);
        lines.into_iter().skip(skipped).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has nothing to save, and what it has started ends with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where a program is. Those of servers are often not on the path of a user.
fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path);
    let more = ["/usr/sbin", "/usr/local/sbin", "/usr/bin"].map(PathBuf::from);
    folders.chain(more).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Waits until somebody listens there, as long as all programs run.
pub(crate) async fn wait_until_heard(
    address: SocketAddr,
    programs: &mut [Program],
) -> Result<(), String> {
    let until = Instant::now() + STARTING;
    while TcpStream::connect(address).await.is_err() {
        if let Some(reason) = programs.iter_mut().find_map(Program::end) {
            return Err(reason);
        }
        if Instant::now() > until {
            let words: Vec<String> = programs.iter().map(Program::last_words).collect();
            return Err(format!("nobody listens on {address}: {}", words.join("\n")));
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}
