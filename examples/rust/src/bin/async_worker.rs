//! A worker that answers the questions of a jobs table, and can be killed at any moment.
//!
//! ```text
//! cargo run -p uppzy-examples --bin async_worker -- jobs.sqlite3 "When are you open?"
//! ```
//!
//! Each question given becomes a job; the worker runs until no job is open. The token of a question
//! is in the database before anything waits for the answer, so a worker that is started again goes on
//! waiting and does not ask a second time. A worker killed in the moment of submitting cannot know
//! whether the server has the question: such a job is marked `unclear` for a person to decide.

use std::env;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension as _, params};
use uppzy::blocking::{Chat, Client};
use uppzy::{ChatRequest, Error, Outcome as Sent, PollOutcome, QueueVerdict};
use uppzy_examples::{Outcome, finish};

const FIRST_LOOK: Duration = Duration::from_secs(2); // answers take 5 to 60 s
const LONGEST_WAIT: Duration = Duration::from_secs(600); // what is not there by then will not come
const MOST_TRIES: u32 = 4;

const TABLE: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS jobs (
        id INTEGER PRIMARY KEY,
        question TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'new', -- submitting, waiting, done, failed, unclear
        due INTEGER NOT NULL DEFAULT 0,    -- not before, in milliseconds since 1970
        tries INTEGER NOT NULL DEFAULT 0,
        token TEXT,
        result TEXT                        -- the answer, or what went wrong
    );
    UPDATE jobs SET state = 'unclear', result = 'the worker ended while it submitted this'
        WHERE state = 'submitting';";

struct Job {
    id: i64,
    question: String,
    due: i64,
    tries: u32,
    token: Option<String>,
}

fn main() -> ExitCode {
    finish(run())
}

fn run() -> Outcome {
    let mut arguments = env::args().skip(1);
    let file = arguments.next().ok_or("usage: async_worker DATABASE [QUESTION...]")?;
    let database = Connection::open(file)?;
    database.execute_batch(TABLE)?;
    for question in arguments {
        database.execute("INSERT INTO jobs (question) VALUES (?1)", [question])?;
    }
    let chat = Client::from_env()?.chat();
    while let Some(job) = next_job(&database)? {
        let wait = job.due - after(Duration::ZERO);
        thread::sleep(Duration::from_millis(wait.try_into().unwrap_or(0)));
        match &job.token {
            None => submit(&database, &chat, &job)?,
            Some(token) => look(&database, &chat, &job, token)?,
        }
    }
    let [done, failed, unclear] = ["done", "failed", "unclear"].map(|state| {
        let count = "SELECT COUNT(*) FROM jobs WHERE state = ?1";
        database.query_row(count, [state], |row| row.get::<_, u32>(0))
    });
    let (done, failed, unclear) = (done?, failed?, unclear?);
    println!("{done} done, {failed} failed, {unclear} unclear");
    if failed + unclear > 0 { Err("some jobs need a person".into()) } else { Ok(()) }
}

fn next_job(database: &Connection) -> rusqlite::Result<Option<Job>> {
    let next = "SELECT id, question, due, tries, token FROM jobs
        WHERE state IN ('new', 'waiting') ORDER BY due, id LIMIT 1";
    let job = database.query_row(next, [], |row| {
        let (id, question) = (row.get(0)?, row.get(1)?);
        Ok(Job { id, question, due: row.get(2)?, tries: row.get(3)?, token: row.get(4)? })
    });
    job.optional()
}

fn submit(database: &Connection, chat: &Chat, job: &Job) -> Outcome {
    database.execute("UPDATE jobs SET state = 'submitting' WHERE id = ?1", [job.id])?;
    let request = ChatRequest::new(format!("job-{}", job.id), &job.question);
    match chat.submit(&request) {
        Ok(pending) => {
            let save = "UPDATE jobs SET state = 'waiting', token = ?2, due = ?3 WHERE id = ?1";
            database.execute(save, params![job.id, pending.token(), after(FIRST_LOOK)])?;
            Ok(())
        }
        Err(error) => give_back(database, job, &error),
    }
}

fn look(database: &Connection, chat: &Chat, job: &Job, token: &str) -> Outcome {
    let submitted = SystemTime::from(chat.resume(token)?.submitted_at());
    let too_late = submitted.elapsed().is_ok_and(|age| age > LONGEST_WAIT);
    match chat.poll_once(token) {
        Ok(PollOutcome::Completed(answer)) => end(database, job, "done", answer.text()),
        Ok(PollOutcome::Failed(error)) => end(database, job, "failed", error.message()),
        _ if too_late => end(database, job, "failed", "no answer came in time"),
        Ok(PollOutcome::Pending { retry_in }) => {
            let later = "UPDATE jobs SET due = ?2 WHERE id = ?1";
            database.execute(later, params![job.id, after(retry_in)])?;
            Ok(())
        }
        Err(error) => give_back(database, job, &error),
    }
}

/// Does with a job what the error advises.
fn give_back(database: &Connection, job: &Job, error: &Error) -> Outcome {
    let back = "UPDATE jobs SET state = ?2, tries = tries + 1, due = ?3 WHERE id = ?1";
    let state = if job.token.is_some() { "waiting" } else { "new" };
    match error.queue_verdict() {
        QueueVerdict::RetryIn(delay) | QueueVerdict::Resume { delay, .. }
            if job.token.is_some() || job.tries + 1 < MOST_TRIES =>
        {
            database.execute(back, params![job.id, state, after(delay)])?;
            Ok(())
        }
        // Every job would fail the same way: stop, and leave them all for later.
        QueueVerdict::ConfigIncident { .. } => {
            database.execute(back, params![job.id, state, job.due])?;
            Err(error.clone().into())
        }
        _ if job.token.is_none() && error.outcome() == Sent::Unknown => {
            end(database, job, "unclear", error.message())
        }
        _ => end(database, job, "failed", error.message()),
    }
}

fn end(database: &Connection, job: &Job, state: &str, result: &str) -> Outcome {
    let end = "UPDATE jobs SET state = ?2, result = ?3 WHERE id = ?1";
    database.execute(end, params![job.id, state, result])?;
    println!("job {}: {state}", job.id);
    Ok(())
}

/// Milliseconds since 1970.
fn after(wait: Duration) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now + wait).as_millis().try_into().unwrap_or(i64::MAX)
}
