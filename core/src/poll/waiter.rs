//! One wait: poll, judge, wait for the next poll, until there is an answer or the time is up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::PollSchedule;
use super::gate::Waits;
use super::learned::SiteTimes;
use crate::api::status_call;
use crate::client::Client;
use crate::clock::{Waiting, later};
use crate::error::redact::{excerpt, looks_like_code};
use crate::error::{Error, ErrorKind, Outcome, Result};
use crate::events::{Event, EventKind};
use crate::model::{Answer, ChatStatus, RequestStatus};
use crate::pipeline::Composed;
use crate::token::TokenContent;

/// A status right after a question was accepted may not be visible yet.
const NOT_FOUND_GRACE: Duration = Duration::from_secs(5);
/// Faults double the wait up to here.
const WIDEST: Duration = Duration::from_secs(10);
/// The last poll leaves this early, so that its answer lands on the deadline: a share of the whole
/// time, within bounds.
const LAST_POLL_SHARE: u32 = 100;
const LAST_POLL_LEAST: Duration = Duration::from_millis(50);
const LAST_POLL_MOST: Duration = Duration::from_secs(1);

/// The question whose answer is awaited.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) request_id: String,
    pub(crate) session_id: String,
    pub(crate) submitted_at: Timestamp,
    /// The moment of acceptance on the client's clock.
    pub(crate) accepted: Instant,
    /// How often the question was sent; 0 when another process did.
    pub(crate) attempts: u32,
    /// What the person who asks wrote, not to come back in an error; none when another process asked.
    pub(crate) personal: Option<Arc<[String]>>,
}

impl Target {
    pub(crate) fn token(&self, client: &Client) -> Result<String> {
        let site = client.scope.site_id()?;
        let content = TokenContent::new(
            site,
            &self.request_id,
            &self.session_id,
            self.submitted_at,
            &client.shared.origin(),
        );
        Ok(content.encode())
    }

    /// What a status means to somebody who wants the answer.
    pub(crate) fn judge(&self, client: &Client, status: ChatStatus) -> Judged {
        match &status.status {
            RequestStatus::Completed => {
                Judged::Completed(Box::new(Answer::from_status(status, &self.session_id)))
            }
            RequestStatus::Failed => Judged::Failed(self.failed(client, &status)),
            RequestStatus::Pending | RequestStatus::Other(_) => Judged::Pending,
        }
    }

    fn failed(&self, client: &Client, status: &ChatStatus) -> Error {
        let reason = status.error.as_deref().and_then(|reason| self.printable(client, reason));
        let message = match (&reason, &status.error) {
            (Some(reason), _) => format!("the server could not answer: {reason}"),
            (None, Some(_)) => "the server could not answer; its reason is in the status alone, \
                                as it may hold what was asked"
                .to_owned(),
            (None, None) => "the server could not answer, and gave no reason".to_owned(),
        };
        let mut error = self.error(client, ErrorKind::ChatFailed, message);
        let data = error.data_mut();
        data.server_message = reason;
        data.http_status = Some(status.meta.http_status);
        data.http_request_id = status.meta.http_request_id.clone();
        error
    }

    /// The server's reason without anything of the question. Where nobody knows the question, nobody can take it out:
    /// then only a code is let through.
    fn printable(&self, client: &Client, reason: &str) -> Option<String> {
        let mut secrets = client.shared.secrets();
        match &self.personal {
            Some(personal) => secrets.extend_from_slice(personal),
            None if looks_like_code(reason) => {}
            None => return None,
        }
        Some(excerpt(reason, &secrets))
    }

    fn error(&self, client: &Client, kind: ErrorKind, message: String) -> Error {
        let mut error = Error::new(kind, Outcome::Accepted, message);
        let data = error.data_mut();
        data.operation = Some("chat.ask");
        data.token = self.token(client).ok();
        data.journal = Some(client.shared.observer.journal().clone());
        error
    }

    /// Whether a 404 only means that the question is not visible yet.
    pub(crate) fn may_be_invisible(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.accepted) < NOT_FOUND_GRACE
    }

    pub(crate) fn gone(&self, client: &Client) -> Error {
        let mut error = self.error(
            client,
            ErrorKind::ChatGone,
            "the server no longer knows the request".to_owned(),
        );
        error.data_mut().http_status = Some(404);
        error
    }

    fn timed_out(&self, client: &Client, last: Option<Error>) -> Error {
        let mut error = self.error(
            client,
            ErrorKind::PollTimeout,
            "the answer was still pending when the time was up; resume with the token".to_owned(),
        );
        error.data_mut().cause = last;
        error
    }
}

/// What a status means.
pub(crate) enum Judged {
    Pending,
    Completed(Box<Answer>),
    Failed(Error),
}

/// A fault that says nothing about the answer itself.
fn is_transient(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Connect
            | ErrorKind::ConnectionLost
            | ErrorKind::RequestTimeout
            | ErrorKind::RateLimit
            | ErrorKind::Server
            | ErrorKind::ServiceUnavailable
            | ErrorKind::GatewayTimeout
            | ErrorKind::ResponseDecode
            | ErrorKind::DeadlineExceeded
    )
}

/// One wait under way.
pub(crate) struct Waiter<'a> {
    client: &'a Client,
    target: &'a Target,
    call: Composed,
    next: Instant,
    faults_in_row: u32,
    last_fault: Option<Error>,
    polls: u32,
    number: u64,
    began: Instant,
    least: Duration,
    share: f64,
    learning: Option<Learning>,
    _waits: Waits<'a>,
}

/// What is learned from a wait.
struct Learning {
    site: Arc<SiteTimes>,
    number: u64,
    /// The last moment at which the answer was known not to be there, since the acceptance.
    pending: Option<Duration>,
}

impl<'a> Waiter<'a> {
    pub(crate) fn new(client: &'a Client, target: &'a Target, call: Composed) -> Self {
        let shared = &client.shared;
        let now = shared.clock.now();
        let site = shared
            .completion_times
            .as_ref()
            .and_then(|times| client.scope.site_id().ok().and_then(|site_id| times.of(site_id)));
        let schedule = site.as_ref().map(|site| site.apply(&shared.poll));
        let PollSchedule { first, least, share, .. } = *schedule.as_ref().unwrap_or(&shared.poll);
        let first = later(target.accepted, first);
        // A wait that begins when the first poll is over says nothing about the time before.
        let learning = site.filter(|_| now < first).map(|site| Learning {
            number: site.next_number(),
            site,
            pending: None,
        });
        Self {
            client,
            target,
            call,
            next: first.max(now),
            least,
            share,
            learning,
            faults_in_row: 0,
            last_fault: None,
            polls: 0,
            number: shared.observer.next_call(),
            began: now,
            _waits: shared.gate.join(),
        }
    }

    /// Waits for the answer.
    pub(crate) async fn result(mut self) -> Result<Answer> {
        loop {
            let status = self.next_status().await?;
            match self.target.judge(self.client, status) {
                Judged::Pending => {}
                Judged::Completed(mut answer) => {
                    answer.meta.attempts = self.target.attempts;
                    answer.meta.polls = self.polls;
                    answer.meta.elapsed = self.elapsed();
                    let took = self
                        .client
                        .shared
                        .clock
                        .now()
                        .saturating_duration_since(self.target.accepted);
                    self.client.shared.observer.answer_completed("chat.ask", took, self.polls);
                    return Ok(*answer);
                }
                Judged::Failed(error) => return Err(self.finish(error)),
            }
        }
    }

    /// The next status that the server gives. Faults on the way widen the wait.
    pub(crate) async fn next_status(&mut self) -> Result<ChatStatus> {
        loop {
            let latest = self.latest_poll();
            let shared = &self.client.shared;
            let turn = shared.gate.together(self.next).min(latest).max(shared.clock.now());
            shared.pause(turn, Waiting::Idle).await.map_err(|error| self.finish(error))?;
            let poll = self.poll(latest).await;
            let now = shared.clock.now();
            let last = now >= latest;
            match poll {
                Ok((status, hint)) => {
                    let finished = status.status.is_finished();
                    self.faults_in_row = 0;
                    self.learn(&status.status, now);
                    let wait = hint.unwrap_or_else(|| self.usual_wait(now));
                    self.polled(finished, wait);
                    if last && !finished {
                        return Err(self.timed_out());
                    }
                    self.next = later(now, wait);
                    return Ok(status);
                }
                Err(error) => {
                    let wait = self.wait_after(&error, now);
                    let Some(wait) = wait else { return Err(self.finish(self.fatal(error))) };
                    self.last_fault = Some(error);
                    self.polled(false, wait);
                    if last {
                        return Err(self.timed_out());
                    }
                    self.next = later(now, wait);
                }
            }
        }
    }

    async fn poll(&mut self, latest: Instant) -> Result<(ChatStatus, Option<Duration>)> {
        let shared = &self.client.shared;
        let Some(_place) = shared.gate.turn(&shared.clock, latest).await else {
            return Err(Error::new(
                ErrorKind::DeadlineExceeded,
                Outcome::Accepted,
                "the time was up before the poll's turn came",
            ));
        };
        self.polls += 1;
        // On the heap: a wait is mostly asleep, and there may be thousands.
        Box::pin(status_call(self.client, self.target, self.call.clone())).await
    }

    fn learn(&mut self, status: &RequestStatus, now: Instant) {
        let Some(learning) = &mut self.learning else { return };
        let since = now.saturating_duration_since(self.target.accepted);
        match status {
            RequestStatus::Completed => {
                learning.site.note(learning.number, learning.pending, since)
            }
            // Nobody knows how long the answer would have taken.
            RequestStatus::Failed => {}
            RequestStatus::Pending | RequestStatus::Other(_) => learning.pending = Some(since),
        }
    }

    /// The wait after a fault, or none if it ends the wait.
    fn wait_after(&mut self, error: &Error, now: Instant) -> Option<Duration> {
        if error.kind() == ErrorKind::NotFound {
            return self.target.may_be_invisible(now).then(|| self.usual_wait(now));
        }
        if !is_transient(error.kind()) {
            return None;
        }
        self.faults_in_row = (self.faults_in_row + 1).min(8);
        let widened = self.usual_wait(now).saturating_mul(1 << self.faults_in_row).min(WIDEST);
        Some(widened.max(error.retry_after().unwrap_or_default()))
    }

    fn fatal(&self, error: Error) -> Error {
        if error.kind() == ErrorKind::NotFound { self.target.gone(self.client) } else { error }
    }

    fn usual_wait(&self, now: Instant) -> Duration {
        let since = now.saturating_duration_since(self.target.accepted);
        let Self { least, share, .. } = *self;
        let schedule = PollSchedule { least, share, ..self.client.shared.poll.clone() };
        schedule.next(since, &self.client.shared.clock)
    }

    fn latest_poll(&self) -> Instant {
        let margin =
            (self.call.deadline.total() / LAST_POLL_SHARE).clamp(LAST_POLL_LEAST, LAST_POLL_MOST);
        self.call
            .deadline
            .at
            .checked_sub(margin.min(self.call.deadline.total() / 2))
            .unwrap_or(self.call.deadline.at)
    }

    fn polled(&self, finished: bool, wait: Duration) {
        let (call, poll) = (self.number, self.polls);
        self.client.shared.observer.emit(|| Event {
            call,
            operation: "chat.ask",
            template: "",
            kind: EventKind::Poll { poll, finished, next_in: (!finished).then_some(wait) },
        });
    }

    fn timed_out(&mut self) -> Error {
        let error = self.target.timed_out(self.client, self.last_fault.take());
        self.finish(error)
    }

    fn elapsed(&self) -> Duration {
        self.client.shared.clock.now().saturating_duration_since(self.began)
    }

    /// Whatever ends the wait, the question was accepted: the error keeps the way back to it.
    fn finish(&self, mut error: Error) -> Error {
        error.end_of_call(self.elapsed());
        let data = error.data_mut();
        data.operation = Some("chat.ask");
        data.outcome = Outcome::Accepted;
        if data.token.is_none() {
            data.token = self.target.token(self.client).ok();
        }
        error
    }
}
