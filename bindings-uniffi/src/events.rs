//! What a client does, as it happens.

use std::sync::Arc;
use std::time::Duration;

use uppzy::{Event, EventKind, EventStream};
use uppzy_boundary::Events;

use crate::call::guarded;
use crate::failure::CallError;

/// More than this at once would hold the taker up.
const LARGEST_BATCH: usize = 512;

/// Something that happened.
#[derive(Clone, Debug, uniffi::Record)]
pub struct EventData {
    /// What, in one word.
    pub name: String,
    /// Numbers the call within its client.
    pub call: u64,
    /// The operation's name.
    pub operation: String,
    /// The path with placeholders.
    pub template: String,
    /// What, in full.
    pub kind: EventKindData,
    /// The event as one line.
    pub line: String,
}

/// What happened.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum EventKindData {
    /// A call began.
    CallStarted,
    /// An attempt ended.
    Attempt {
        /// Its number.
        attempt: u32,
        /// How long it took.
        duration: Duration,
        /// The HTTP status.
        status: Option<u16>,
        /// What went wrong.
        error: Option<String>,
    },
    /// The request will be sent again.
    Retry {
        /// The number of the attempt that failed.
        attempt: u32,
        /// The wait before the next one.
        delay: Duration,
        /// What went wrong.
        error: String,
    },
    /// The state of a pending answer was read.
    Poll {
        /// The poll's number.
        poll: u32,
        /// Whether the answer is done or failed.
        finished: bool,
        /// The wait before the next poll.
        next_in: Option<Duration>,
    },
    /// A call ended.
    CallEnded {
        /// How many attempts it took.
        attempts: u32,
        /// How long it took.
        elapsed: Duration,
        /// The last HTTP status.
        status: Option<u16>,
        /// What went wrong.
        error: Option<String>,
        /// Whether it may have reached the server.
        outcome: Option<String>,
    },
}

impl From<Event> for EventData {
    fn from(event: Event) -> Self {
        let (name, line) = (event.name().to_owned(), event.to_string());
        let Event { call, operation, template, kind } = event;
        let kind = match kind {
            EventKind::CallStarted => EventKindData::CallStarted,
            EventKind::Attempt { attempt, duration, status, error } => {
                let error = error.map(|kind| kind.as_str().to_owned());
                EventKindData::Attempt { attempt, duration, status, error }
            }
            EventKind::Retry { attempt, delay, error } => {
                EventKindData::Retry { attempt, delay, error: error.as_str().to_owned() }
            }
            EventKind::Poll { poll, finished, next_in } => {
                EventKindData::Poll { poll, finished, next_in }
            }
            EventKind::CallEnded { attempts, elapsed, status, error, outcome } => {
                let error = error.map(|kind| kind.as_str().to_owned());
                let outcome = outcome.map(|outcome| outcome.as_str().to_owned());
                EventKindData::CallEnded { attempts, elapsed, status, error, outcome }
            }
        };
        let (operation, template) = (operation.to_owned(), template.to_owned());
        Self { name, call, operation, template, kind, line }
    }
}

/// Events of a client.
#[derive(uniffi::Object)]
pub struct NativeEvents(Events);

impl NativeEvents {
    pub(crate) fn new(events: EventStream) -> Arc<Self> {
        Arc::new(Self(Events::new(events)))
    }

    /// The events that are there, at least one; none at the end.
    pub(crate) async fn next(&self) -> uppzy::Result<Vec<EventData>> {
        let events = self.0.next(LARGEST_BATCH).await;
        Ok(events.into_iter().map(Into::into).collect())
    }
}

#[uniffi::export]
impl NativeEvents {
    /// The events that are there, without waiting.
    pub fn read(&self) -> Result<Vec<EventData>, CallError> {
        guarded(|| Ok::<_, CallError>(self.0.read().into_iter().map(Into::into).collect()))
    }

    /// How many events were dropped for want of room.
    pub fn dropped(&self) -> u64 {
        self.0.dropped()
    }
}
