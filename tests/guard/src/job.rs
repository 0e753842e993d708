//! What is counted: the ways of a call that every program takes again and again.

use std::error::Error;
use std::time::Duration;

use uppzy::{ChatRequest, Client, PollSchedule};

use crate::server;

const SESSION: &str = "guard-session";
const MESSAGE: &str = "Can I return a lamp that I bought three weeks ago without its box?";
/// Long enough that the time is never over before the poll before has ended: every wait is one.
const BETWEEN_POLLS: Duration = Duration::from_millis(4);

/// A way of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// One `chat.send` after the other.
    Send,
    /// Polls for one answer.
    Poll,
}

impl Job {
    pub(crate) const ALL: [Self; 2] = [Self::Send, Self::Poll];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Send => "chat.send",
            Self::Poll => "poll",
        }
    }

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job| job.name() == name)
    }

    /// How often it is done, in the shorter of two runs: their difference holds no start.
    pub(crate) fn times(self) -> u64 {
        match self {
            Self::Send => 1_000,
            Self::Poll => 400,
        }
    }

    /// Does it so often.
    pub(crate) fn run(self, times: u64) -> Result<(), Box<dyn Error>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(tokio::task::LocalSet::new().run_until(async {
            match self {
                Self::Send => send(times).await,
                Self::Poll => poll(times).await,
            }
        }))
    }
}

fn client(url: String) -> Result<Client, uppzy::Error> {
    Client::builder()
        .environment(Vec::<(String, String)>::new())
        .base_url(url)
        .api_key("guard-key-0123456789")
        .site_id("guard")
        .ask_timeout(Duration::from_secs(3600))
        .poll(PollSchedule {
            first: BETWEEN_POLLS,
            share: 0.0,
            least: BETWEEN_POLLS,
            most: BETWEEN_POLLS,
            ..PollSchedule::default()
        })
        .max_poll_rate(1e6)
        .build()
}

async fn send(times: u64) -> Result<(), Box<dyn Error>> {
    let client = client(server::start(0).await?)?;
    for _ in 0..times {
        let answer = client.chat().send(&ChatRequest::new(SESSION, MESSAGE)).await?;
        check(!answer.text().is_empty() && answer.meta.attempts == 1)?;
    }
    Ok(())
}

async fn poll(times: u64) -> Result<(), Box<dyn Error>> {
    // The last poll finds the answer.
    let client = client(server::start(times - 1).await?)?;
    let answer = client.chat().ask(&ChatRequest::new(SESSION, MESSAGE)).await?;
    check(!answer.text().is_empty() && u64::from(answer.meta.polls) == times)
}

fn check(right: bool) -> Result<(), Box<dyn Error>> {
    if right { Ok(()) } else { Err("the client was not answered as expected".into()) }
}
