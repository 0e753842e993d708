//! Running programs and looking at what they did.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};
use uppzy_sandbox::{JournalEntry, Rule, Sandbox, SandboxOptions, Space};

/// Long enough for a busy machine; nothing waits for it when all is well.
const LONGEST: Duration = Duration::from_secs(60);

pub(crate) async fn sandbox() -> (Sandbox, Space) {
    let sandbox = Sandbox::start(SandboxOptions::new()).await.unwrap();
    let space = sandbox.space();
    (sandbox, space)
}

pub(crate) fn rules(json: Value) -> Vec<Rule> {
    Rule::list_from_value(json).unwrap()
}

/// An example program, set up for that space by the environment alone.
pub(crate) fn program(path: &str, space: &Space) -> Command {
    let mut command = Command::new(path);
    command
        .env_remove("UPPZY_API_KEY_FILE")
        .env_remove("UPPZY_CA_FILE")
        .env("UPPZY_BASE_URL", space.base_url())
        .env("UPPZY_API_KEY", space.api_key())
        .env("UPPZY_TENANT_ID", space.tenant_id())
        .env("UPPZY_SITE_ID", space.site_id())
        .env("SESSION_SECRET", "a secret for these tests only")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// What a program left behind.
pub(crate) struct Ended {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    pub(crate) fn assert_success(&self) {
        assert!(self.success, "{}\n{}", self.stdout, self.stderr);
    }
}

pub(crate) async fn run(command: &mut Command) -> Ended {
    end(command.spawn().unwrap()).await
}

/// Runs a program that reads this text.
pub(crate) async fn run_with_input(command: &mut Command, input: &str) -> Ended {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    end(child).await
}

pub(crate) async fn end(child: Child) -> Ended {
    let output = timeout(LONGEST, child.wait_with_output()).await.expect("the program ends");
    let output = output.unwrap();
    Ended {
        success: output.status.success(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Looks until it is so.
pub(crate) async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let looking = async {
        while !is_so() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(timeout(LONGEST, looking).await.is_ok(), "never happened: {what}");
}

pub(crate) fn entries(space: &Space, operation: &str) -> Vec<JournalEntry> {
    space.journal().into_iter().filter(|entry| entry.operation == operation).collect()
}

/// How many requests of an operation took effect.
pub(crate) fn processed(space: &Space, operation: &str) -> usize {
    entries(space, operation).iter().filter(|entry| entry.processed).count()
}

/// A folder that is gone when the test is over.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("uppzy-examples-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The only value that a query of a database finds; none while the table is not there yet.
pub(crate) fn count(database: &Path, query: &str) -> Option<i64> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let database = rusqlite::Connection::open_with_flags(database, flags).ok()?;
    database.query_row(query, [], |row| row.get(0)).ok()
}
