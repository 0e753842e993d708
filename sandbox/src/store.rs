//! The data file: everything the default space keeps, in SQLite.
//!
//! One thread writes. It takes all changes that wait, commits them in one transaction, and only
//! then lets the requests that made them be answered.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::watch;

use crate::error::SandboxError;
use crate::locking::lock;
use crate::model::{ChatRequest, Counts, Document, Keys, Session, Settings, User};

/// `PRAGMA application_id` of data files: "Uppz".
const APPLICATION_ID: i64 = 0x5570_707a;

/// `PRAGMA user_version` of data files.
const FORMAT_VERSION: i64 = 1;

/// First bytes of every SQLite file.
const SQLITE_HEADER: &[u8] = b"SQLite format 3\0";

/// Batches in one transaction at most.
const MOST_BATCHES: usize = 10_000;

/// A table of the data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Settings,
    Documents,
    Sessions,
    Requests,
    Days,
    Users,
}

impl Table {
    const ALL: [Self; 6] =
        [Self::Settings, Self::Documents, Self::Sessions, Self::Requests, Self::Days, Self::Users];

    fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Documents => "documents",
            Self::Sessions => "sessions",
            Self::Requests => "requests",
            Self::Days => "days",
            Self::Users => "users",
        }
    }
}

/// One change of the data file.
#[derive(Debug)]
pub(crate) enum Change {
    Put { table: Table, key: String, json: String },
    Delete { table: Table, key: String },
    Clear,
}

/// What a data file held.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    pub(crate) settings: Option<Settings>,
    pub(crate) keys: Option<Keys>,
    pub(crate) widget_config: Option<Value>,
    pub(crate) documents: Vec<Document>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) requests: Vec<ChatRequest>,
    pub(crate) days: Vec<(i64, Counts)>,
    pub(crate) users: Vec<(String, User)>,
}

impl Stored {
    pub(crate) const SETTINGS: &'static str = "settings";
    pub(crate) const KEYS: &'static str = "keys";
    pub(crate) const WIDGET_CONFIG: &'static str = "widget_config";
}

/// How far the writer is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Written {
    /// Everything up to this batch is on disk.
    UpTo(u64),
    /// Writing failed; nothing is written any more.
    Failed(String),
}

/// What the writer is told.
#[derive(Debug)]
enum Order {
    Write(Vec<Change>),
    /// Write what was ordered before, and end.
    Close,
}

/// The writer of a data file.
#[derive(Debug)]
pub(crate) struct Store {
    sender: mpsc::Sender<Order>,
    sent: AtomicU64,
    written: watch::Receiver<Written>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens a data file, or makes it, and reads what it holds. Blocking.
    pub(crate) fn open(path: &Path) -> Result<(Self, Stored), SandboxError> {
        let failed = |reason: String| SandboxError::Data { path: path.to_owned(), reason };
        let is_new = check(path).map_err(failed)?;
        let mut connection = Connection::open(path).map_err(|error| failed(explain(&error)))?;
        prepare(&connection, is_new).map_err(|error| failed(explain(&error)))?;
        let stored = read_all(&connection).map_err(failed)?;
        let (sender, receiver) = mpsc::channel();
        let (progress, written) = watch::channel(Written::UpTo(0));
        let thread = std::thread::Builder::new().name("sandbox-store".to_owned());
        let spawned = thread.spawn(move || write_all(&mut connection, &receiver, &progress));
        let writer =
            spawned.map_err(|error| failed(format!("no thread can be started: {error}")))?;
        let writer = Mutex::new(Some(writer));
        Ok((Self { sender, sent: AtomicU64::new(0), written, writer }, stored))
    }

    /// Lets the writer end; what is handed over from here on is lost.
    pub(crate) fn close(&self) -> Option<JoinHandle<()>> {
        let _ = self.sender.send(Order::Close);
        lock(&self.writer).take()
    }

    /// Hands over changes that belong together; to be called under the lock that guards the state.
    pub(crate) fn send(&self, changes: Vec<Change>) {
        if !changes.is_empty() {
            // Fails only after the writer ended, which `written` tells those who wait.
            let _ = self.sender.send(Order::Write(changes));
            self.sent.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Waits until everything handed over so far is on disk.
    pub(crate) async fn saved(&self) -> Result<(), String> {
        let target = self.sent.load(Ordering::Acquire);
        let mut written = self.written.clone();
        let reached = |written: &Written| match written {
            Written::UpTo(number) => *number >= target,
            Written::Failed(_) => true,
        };
        let written = written.wait_for(reached).await;
        match written.as_deref() {
            Ok(Written::UpTo(_)) => Ok(()),
            Ok(Written::Failed(reason)) => Err(reason.clone()),
            Err(_) => Err("the writer has ended".to_owned()),
        }
    }
}

/// Checks an existing file without changing it. The answer is whether the file is to be made.
fn check(path: &Path) -> Result<bool, String> {
    let remedy = "it was left as it is. Move it away, or name another file with --data";
    let beginning = match read_beginning(path) {
        Ok(beginning) => beginning,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(format!("cannot be read: {error}")),
    };
    if beginning.is_empty() {
        return Ok(true);
    }
    if beginning != SQLITE_HEADER {
        return Err(format!("is not a data file of the sandbox (not SQLite); {remedy}"));
    }
    // Read-only: a writer would replay or delete the log beside a file that may be broken.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let damaged = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => explain(&error),
        _ => format!("is damaged ({error}); {remedy}"),
    };
    let connection = Connection::open_with_flags(path, flags).map_err(damaged)?;
    let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
    if number("PRAGMA application_id").map_err(damaged)? != APPLICATION_ID {
        return Err(format!("is the SQLite file of another program; {remedy}"));
    }
    let version = number("PRAGMA user_version").map_err(damaged)?;
    if version != FORMAT_VERSION {
        return Err(format!(
            "has format version {version}, this sandbox reads version {FORMAT_VERSION}; {remedy}"
        ));
    }
    let verdict = "PRAGMA integrity_check(1)";
    let verdict: String = connection.query_row(verdict, [], |row| row.get(0)).map_err(damaged)?;
    if verdict != "ok" {
        let first = verdict.lines().next().unwrap_or_default();
        return Err(format!("is damaged ({first}); {remedy}"));
    }
    Ok(false)
}

fn read_beginning(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut beginning = Vec::new();
    let length = u64::try_from(SQLITE_HEADER.len()).unwrap_or_default();
    std::fs::File::open(path)?.take(length).read_to_end(&mut beginning)?;
    Ok(beginning)
}

fn explain(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "is in use by another process; stop that one, or name another file with --data"
                .to_owned()
        }
        _ => format!("cannot be opened: {error}"),
    }
}

fn prepare(connection: &Connection, is_new: bool) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_millis(200))?;
    // Exclusive: a second sandbox on the same file would overwrite what this one keeps in memory.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE;")?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.execute_batch("PRAGMA synchronous = FULL; BEGIN IMMEDIATE;")?;
    if is_new {
        for table in Table::ALL {
            let name = table.name();
            connection.execute_batch(&format!(
                "CREATE TABLE {name} (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);"
            ))?;
        }
        connection.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT_VERSION};"
        ))?;
    }
    connection.execute_batch("COMMIT;")
}

fn read_all(connection: &Connection) -> Result<Stored, String> {
    let mut stored = Stored {
        documents: values(connection, Table::Documents)?,
        sessions: values(connection, Table::Sessions)?,
        requests: values(connection, Table::Requests)?,
        users: rows(connection, Table::Users)?,
        ..Stored::default()
    };
    for (day, counts) in rows::<Counts>(connection, Table::Days)? {
        let day = day.parse().map_err(|_| format!("holds a day that is none: {day:?}"))?;
        stored.days.push((day, counts));
    }
    for (name, value) in rows::<Value>(connection, Table::Settings)? {
        let unreadable = |error| unreadable(Table::Settings, &error);
        match name.as_str() {
            Stored::SETTINGS => {
                stored.settings = Some(serde_json::from_value(value).map_err(unreadable)?);
            }
            Stored::KEYS => stored.keys = Some(serde_json::from_value(value).map_err(unreadable)?),
            Stored::WIDGET_CONFIG => stored.widget_config = Some(value),
            _ => {}
        }
    }
    Ok(stored)
}

fn unreadable(table: Table, error: &serde_json::Error) -> String {
    format!(
        "holds an entry in {} that cannot be read ({error}). Move it away, or name another file with --data",
        table.name()
    )
}

fn rows<T: DeserializeOwned>(
    connection: &Connection,
    table: Table,
) -> Result<Vec<(String, T)>, String> {
    let query = format!("SELECT key, value FROM {}", table.name());
    let mut statement = connection.prepare(&query).map_err(|error| explain(&error))?;
    let found = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .map_err(|error| explain(&error))?;
    let mut rows = Vec::new();
    for row in found {
        let (key, json) = row.map_err(|error| explain(&error))?;
        let value = serde_json::from_str(&json).map_err(|error| unreadable(table, &error))?;
        rows.push((key, value));
    }
    Ok(rows)
}

fn values<T: DeserializeOwned>(connection: &Connection, table: Table) -> Result<Vec<T>, String> {
    Ok(rows(connection, table)?.into_iter().map(|(_, value)| value).collect())
}

/// Writes until it is told to end, or the store is dropped.
fn write_all(
    connection: &mut Connection,
    receiver: &mpsc::Receiver<Order>,
    progress: &watch::Sender<Written>,
) {
    let mut written = 0_u64;
    let mut is_open = true;
    while is_open && let Ok(first) = receiver.recv() {
        let mut batches = Vec::new();
        for order in std::iter::once(first).chain(receiver.try_iter().take(MOST_BATCHES)) {
            match order {
                Order::Write(changes) => batches.push(changes),
                Order::Close => {
                    is_open = false;
                    break;
                }
            }
        }
        if let Err(error) = write(connection, &batches) {
            let reason = format!("writing the data file failed: {error}");
            eprintln!("uppzy-sandbox: {reason}; nothing is answered from here on");
            progress.send_replace(Written::Failed(reason));
            return;
        }
        written += u64::try_from(batches.len()).unwrap_or_default();
        progress.send_replace(Written::UpTo(written));
    }
}

fn write(connection: &mut Connection, batches: &[Vec<Change>]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for change in batches.iter().flatten() {
        match change {
            Change::Put { table, key, json } => {
                let statement =
                    format!("INSERT OR REPLACE INTO {} (key, value) VALUES (?1, ?2)", table.name());
                transaction.prepare_cached(&statement)?.execute([key, json])?;
            }
            Change::Delete { table, key } => {
                let statement = format!("DELETE FROM {} WHERE key = ?1", table.name());
                transaction.prepare_cached(&statement)?.execute([key])?;
            }
            Change::Clear => {
                for table in Table::ALL {
                    transaction.execute(&format!("DELETE FROM {}", table.name()), [])?;
                }
            }
        }
    }
    transaction.commit()
}

/// The data file of a path that may be relative, for messages that outlive the working directory.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
