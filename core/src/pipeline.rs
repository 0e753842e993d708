//! The one attempt loop: deadline, send, classify, back off, record.

mod attempt;
mod failure;
mod request;

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::HeaderMap;

use crate::client::{Client, Shared};
use crate::clock::{CallGuard, Waiting, later};
use crate::error::{AttemptRecord, Error, ErrorKind, Outcome, Phase, Result, RetryStoppedBy};
use crate::events::{CallSummary, Event, EventKind};
use crate::model::{DecodeFault, Meta};
use crate::operation::{Operation, RetryClass};
use crate::retry::{Allowance, Cost, FailedAttempt, table_allows};
use attempt::Answered;
use failure::Failure;
pub(crate) use request::{BodySource, RequestBody, check_segment};

/// The longest wait that a caller can ask for; a longer one is a mistake in the unit.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 3600);

/// How one call differs from the client's defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallOptions {
    /// The whole time of the call: queueing, attempts, waits, polls and reading the answer.
    pub timeout: Option<Duration>,
    /// Repeat even where a repeat can double a message or a document.
    pub retry_unknown: Option<bool>,
}

/// The moment by which a call must have ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    pub(crate) began: Instant,
    pub(crate) at: Instant,
}

impl Deadline {
    pub(crate) fn new(client: &Client, options: &CallOptions, default: Duration) -> Result<Self> {
        let timeout = options.timeout.unwrap_or(default);
        if timeout.is_zero() || timeout > LONGEST_TIMEOUT {
            return Err(Error::invalid_input(
                "timeout",
                format!("timeout must be more than 0 and at most 24 hours, not {timeout:?}"),
            ));
        }
        let began = client.shared.clock.now();
        Ok(Self { began, at: later(began, timeout) })
    }

    pub(crate) fn total(&self) -> Duration {
        self.at - self.began
    }
}

/// The composed call that a call is part of.
#[derive(Clone)]
pub(crate) struct Composed {
    pub(crate) deadline: Deadline,
    pub(crate) under_way: CallGuard,
}

impl Composed {
    /// One that begins now and ends after the options' time, or after the client's `ask_timeout`.
    pub(crate) fn begin(client: &Client, options: &CallOptions) -> Result<Self> {
        let deadline = Deadline::new(client, options, client.shared.ask_timeout)?;
        Ok(Self { deadline, under_way: client.shared.clock.enter_call() })
    }
}

/// One call: an operation with everything that belongs to it.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'static Operation,
    /// Values of the template's placeholders, beyond tenant and site.
    pub(crate) path: &'a [(&'static str, &'a str)],
    /// Pairs of the query, as the caller gave them.
    pub(crate) query: &'a [(String, String)],
    pub(crate) body: RequestBody,
    pub(crate) options: &'a CallOptions,
    pub(crate) part_of: Option<Composed>,
    /// Whether something else than the retry policy decides on further attempts.
    pub(crate) once: bool,
}

impl<'a> Call<'a> {
    pub(crate) fn new(operation: &'static Operation, options: &'a CallOptions) -> Self {
        let body = RequestBody::None;
        Self { operation, path: &[], query: &[], body, options, part_of: None, once: false }
    }
}

/// Makes the call and reads its answer with `decode`.
pub(crate) async fn execute<T: Send>(
    client: &Client,
    call: Call<'_>,
    mut decode: impl FnMut(&[u8], Meta) -> std::result::Result<T, DecodeFault> + Send,
) -> Result<T> {
    execute_with_headers(client, call, |body, meta, _| decode(body, meta)).await
}

/// The same for an answer whose headers matter too.
pub(crate) async fn execute_with_headers<T: Send>(
    client: &Client,
    call: Call<'_>,
    mut decode: impl FnMut(&[u8], Meta, &HeaderMap) -> std::result::Result<T, DecodeFault> + Send,
) -> Result<T> {
    let mut decoded = None;
    let mut read = |body: &[u8], meta: Meta, headers: &HeaderMap| {
        decoded = Some(decode(body, meta, headers)?);
        Ok(())
    };
    run(client, call, &mut read).await?;
    // `run` returns well only after `read` did.
    decoded.ok_or_else(|| Error::internal("a call ended without a result"))
}

type Decode<'a> =
    &'a mut (dyn FnMut(&[u8], Meta, &HeaderMap) -> std::result::Result<(), DecodeFault> + Send);

async fn run(client: &Client, call: Call<'_>, decode: Decode<'_>) -> Result<()> {
    let shared = &*client.shared;
    let operation = call.operation;
    // One call to the clock, of however many parts: its time is not skipped between two of them.
    let _under_way = match &call.part_of {
        Some(composed) => composed.under_way.clone(),
        None => shared.clock.enter_call(),
    };
    let number = shared.observer.next_call();
    let started = shared.clock.wall_now();
    shared.observer.emit(|| event(number, operation, EventKind::CallStarted));
    let began = shared.clock.now();
    let mut progress = Progress::default();
    let result = attempts(client, call, decode, number, began, &mut progress).await;
    let elapsed = shared.clock.now().saturating_duration_since(began);
    let error = result.as_ref().err();
    shared.observer.call_ended(CallSummary {
        call: number,
        operation: operation.name,
        template: operation.template,
        attempts: progress.made,
        elapsed,
        status: progress.status,
        error: error.map(Error::kind),
        outcome: error.map(Error::outcome),
        throttled: progress.throttled,
        server_errors: progress.server_errors,
        started,
    });
    result.map_err(|mut error| {
        let data = error.data_mut();
        data.operation = Some(operation.name);
        data.elapsed = elapsed;
        data.attempts = progress.records;
        data.journal = Some(shared.observer.journal().clone());
        error
    })
}

fn event(call: u64, operation: &'static Operation, kind: EventKind) -> Event {
    Event { call, operation: operation.name, template: operation.template, kind }
}

/// What is known of a call's attempts so far.
#[derive(Default)]
struct Progress {
    made: u32,
    /// Attempts that count against the policy's maximum: replays for free do not.
    counted: u32,
    records: Vec<AttemptRecord>,
    status: Option<u16>,
    throttled: u32,
    server_errors: u32,
    /// Attempts of the kind `server`: unlike other 5xx, these may have had an effect.
    unclear_server_errors: u32,
    last_retry: Option<Cost>,
    replayed_stale: bool,
    replayed_key: bool,
    /// The error of the attempt before, had it been the last.
    previous: Option<Error>,
}

async fn attempts(
    client: &Client,
    mut call: Call<'_>,
    decode: Decode<'_>,
    number: u64,
    began: Instant,
    progress: &mut Progress,
) -> Result<()> {
    let shared = &*client.shared;
    let operation = call.operation;
    let deadline = match &call.part_of {
        Some(composed) => composed.deadline,
        None => Deadline::new(client, call.options, shared.default_timeout(operation))?,
    };
    let retry_unknown = call.options.retry_unknown.unwrap_or(shared.retry_unknown);
    let uri = request::uri(client, &call)?;
    let first_byte = first_byte(&call, deadline);
    let _place = shared.place(deadline, operation).await?;
    loop {
        shared.refuse_if_closed().map_err(|error| progress.interrupted(error))?;
        progress.made += 1;
        progress.counted += 1;
        let attempt_began = shared.clock.now();
        let (credential, headers) = shared.headers(attempt_began, call.body.is_json());
        let outgoing = request::outgoing(operation, &uri, headers, &mut call.body)
            .await
            .map_err(|error| progress.interrupted(error))?;
        let limits = attempt::Limits { deadline, first_byte, body_stall: shared.body_stall };
        let result = attempt::send(shared, outgoing, limits).await;
        let attempt_ended = shared.clock.now();
        let took = attempt_ended.saturating_duration_since(attempt_began);
        let failure = match result {
            Ok(answered) => {
                progress.status = Some(answered.status);
                let is_secret = |text: &str| shared.is_secret(text, credential.as_ref());
                let http_request_id = failure::http_request_id(&answered.headers, is_secret);
                let meta = Meta {
                    attempts: progress.made,
                    polls: 0,
                    elapsed: attempt_ended.saturating_duration_since(began),
                    http_status: answered.status,
                    http_request_id: http_request_id.clone(),
                };
                match accept(shared, answered, meta, decode) {
                    Ok(()) => {
                        shared.observer.emit(|| {
                            event(
                                number,
                                operation,
                                EventKind::Attempt {
                                    attempt: progress.made,
                                    duration: took,
                                    status: progress.status,
                                    error: None,
                                },
                            )
                        });
                        shared.budget.succeeded(progress.last_retry);
                        return Ok(());
                    }
                    Err(failure) => failure.with_request_id(http_request_id),
                }
            }
            Err(failure) => failure,
        };
        let failure = call.body.take_fault().map_or(failure, Failure::from_body_source);
        progress.note(&failure, attempt_began.saturating_duration_since(began), took);
        shared.observer.emit(|| {
            event(
                number,
                operation,
                EventKind::Attempt {
                    attempt: progress.made,
                    duration: took,
                    status: failure.status,
                    error: Some(failure.kind),
                },
            )
        });
        let next = progress.next_step(&NextStep {
            shared,
            operation,
            retry_unknown,
            deadline,
            credential: &credential,
            replayable: call.body.is_replayable(),
            failure: &failure,
            once: call.once,
        });
        let secrets = || request::secrets(client, &call, &credential);
        let error = failure.to_error(operation, retry_unknown, secrets);
        match next {
            Ok(delay) => {
                progress.remember(error);
                if let Some(record) = progress.records.last_mut() {
                    record.delay_before_next = Some(delay);
                }
                shared.observer.emit(|| {
                    event(
                        number,
                        operation,
                        EventKind::Retry { attempt: progress.made, delay, error: failure.kind },
                    )
                });
                if !delay.is_zero() {
                    let until = later(shared.clock.now(), delay);
                    let pause = shared.pause(until, Waiting::Idle).await;
                    pause.map_err(|error| progress.interrupted(error))?;
                }
            }
            Err(stopped_by) => {
                let is_refused = failure.kind == ErrorKind::Authentication;
                // There is a new key: what the call lacks is the time to use it.
                let error = if is_refused && stopped_by == RetryStoppedBy::Deadline {
                    progress.remember(error);
                    Failure::refused_too_late().to_error(operation, retry_unknown, Vec::new)
                } else {
                    error
                };
                return Err(progress.last(error, stopped_by));
            }
        }
    }
}

/// A successful answer is decoded; any other is a failure.
fn accept(
    shared: &Shared,
    answered: Answered,
    meta: Meta,
    decode: Decode<'_>,
) -> std::result::Result<(), Failure> {
    if !(200..300).contains(&answered.status) {
        return Err(Failure::from_answer(answered, shared.clock.system_time()));
    }
    let fault = match &answered.body {
        Ok(body) => match decode(body, meta, &answered.headers) {
            Ok(()) => return Ok(()),
            Err(fault) => fault.message,
        },
        Err(fault) => fault.clone(),
    };
    Err(Failure::from_unreadable(answered, fault))
}

/// A longer timeout than usual for an operation that is not repeated after a silence stretches the
/// wait for the answer's head too: otherwise the caller's number would mean nothing.
fn first_byte(call: &Call<'_>, deadline: Deadline) -> Duration {
    let usual = call.operation.first_byte;
    let on_its_own = call.part_of.is_none() && call.options.timeout.is_some();
    if call.operation.retry == RetryClass::SideEffect && on_its_own {
        usual.max(deadline.total() * 5 / 6)
    } else {
        usual
    }
}

struct NextStep<'a> {
    shared: &'a Shared,
    operation: &'static Operation,
    retry_unknown: bool,
    deadline: Deadline,
    credential: &'a Option<http::HeaderValue>,
    replayable: bool,
    once: bool,
    failure: &'a Failure,
}

impl Progress {
    fn note(&mut self, failure: &Failure, started_after: Duration, duration: Duration) {
        self.status = failure.status;
        if failure.status == Some(429) {
            self.throttled += 1;
        }
        if failure.status.is_some_and(|status| status >= 500) {
            self.server_errors += 1;
        }
        if failure.kind == ErrorKind::Server {
            self.unclear_server_errors += 1;
        }
        self.records.push(AttemptRecord {
            started_after,
            duration,
            status: failure.status,
            kind: Some(failure.kind),
            delay_before_next: None,
        });
    }

    /// The wait before the next attempt, or what ends the call.
    fn next_step(&mut self, step: &NextStep<'_>) -> std::result::Result<Duration, RetryStoppedBy> {
        let NextStep { shared, operation, failure, .. } = *step;
        let left = step.deadline.at.saturating_duration_since(shared.clock.now());
        // The key was rotated while the request was on its way, or its file has a new one.
        if failure.kind == ErrorKind::Authentication
            && !self.replayed_key
            && step.replayable
            && shared.credentials.changed_since(step.credential.as_ref())
        {
            if left.is_zero() {
                return Err(RetryStoppedBy::Deadline);
            }
            self.replayed_key = true;
            self.counted -= 1;
            return Ok(Duration::ZERO);
        }
        // The server closed the idle connection just as the request went out on it.
        if failure.stale_connection
            && !self.replayed_stale
            && step.replayable
            && !left.is_zero()
            && table_allows(operation, failure.kind, failure.outcome, step.retry_unknown)
        {
            self.replayed_stale = true;
            self.counted -= 1;
            return Ok(Duration::ZERO);
        }
        if step.once {
            return Err(RetryStoppedBy::MaxAttempts);
        }
        let allowance = Allowance {
            operation,
            policy: &shared.retry,
            retry_unknown: step.retry_unknown,
            replayable: step.replayable,
            left,
            total: step.deadline.total(),
        };
        let failed = FailedAttempt {
            kind: failure.kind,
            outcome: failure.outcome_of(operation),
            retry_after: failure.retry_after,
            server_errors: self.unclear_server_errors,
            attempts: self.counted,
        };
        let (delay, cost) = allowance.next_delay(&failed, &shared.clock, &shared.budget)?;
        self.last_retry = Some(cost);
        Ok(delay)
    }

    fn remember(&mut self, mut error: Error) {
        if self.previous.as_ref().is_some_and(|before| before.outcome() == Outcome::Unknown) {
            error.data_mut().outcome = Outcome::Unknown;
        }
        self.previous = Some(error);
    }

    /// The error of something else than an attempt that ends the call, such as its client's end.
    fn interrupted(&self, mut error: Error) -> Error {
        // If an earlier attempt may have been processed, the call as a whole may have been.
        let earlier = self.previous.as_ref().map(Error::outcome);
        let data = error.data_mut();
        if earlier == Some(Outcome::Unknown) && data.outcome != Outcome::Accepted {
            data.outcome = Outcome::Unknown;
        }
        error
    }

    /// The error that ends the call.
    fn last(&mut self, error: Error, stopped_by: RetryStoppedBy) -> Error {
        let mut error = self.interrupted(error);
        let data = error.data_mut();
        data.retry_stopped_by = Some(stopped_by);
        if data.kind == ErrorKind::DeadlineExceeded {
            data.cause = self.previous.take();
        }
        error
    }
}

/// An error of the wait for a place among the calls in flight.
pub(crate) fn queue_timeout(operation: &'static Operation) -> Error {
    let mut error = Error::new(
        ErrorKind::DeadlineExceeded,
        Outcome::NotSent,
        "the call's time was used up waiting for one of the client's max_in_flight places",
    );
    let data = error.data_mut();
    data.phase = Some(Phase::Queue);
    data.operation = Some(operation.name);
    error
}

/// An answer's head and its body, or what made the body unreadable.
pub(crate) type Body = std::result::Result<Bytes, String>;
pub(crate) type Headers = HeaderMap;
