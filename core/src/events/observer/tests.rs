use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};
use std::thread;

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{Interest, with_default};
use tracing::{Dispatch, Metadata, Subscriber};

use super::*;

const TEMPLATE: &str = "/m2m/sites/{site}/chat";

fn summary(call: u64) -> CallSummary {
    CallSummary {
        call,
        operation: "chat.send",
        template: TEMPLATE,
        attempts: 1,
        elapsed: Duration::from_millis(250),
        status: Some(200),
        error: None,
        outcome: None,
        throttled: 0,
        server_errors: 0,
        started: Timestamp::UNIX_EPOCH,
    }
}

fn refused(call: u64) -> CallSummary {
    CallSummary {
        attempts: 3,
        status: Some(429),
        error: Some(ErrorKind::RateLimit),
        outcome: Some(Outcome::Rejected),
        throttled: 2,
        server_errors: 1,
        ..summary(call)
    }
}

fn event(kind: EventKind) -> Event {
    Event { call: 1, operation: "chat.send", template: TEMPLATE, kind }
}

/// One traced event: its level and its fields.
type Heard = (Level, BTreeMap<&'static str, String>);

/// Keeps what is traced, down to a level.
#[derive(Clone)]
struct Listener {
    level: Option<Level>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Listener {
    fn new(level: Option<Level>) -> Self {
        Self { level, heard: Arc::default() }
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

impl Subscriber for Listener {
    // "Sometimes", or the answer for this thread would be cached for all others.
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET && self.level.is_some_and(|level| *metadata.level() <= level)
    }
    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level.into())
    }
    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields(BTreeMap::new());
        event.record(&mut fields);
        self.heard.lock().unwrap().push((*event.metadata().level(), fields.0));
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

/// Runs with the listener as this thread's subscriber.
fn listen(listener: &Listener, run: impl FnOnce()) {
    // While there is only one subscriber, tracing lets whichever thread comes first, with or without
    // it, decide for all whether it hears an event. So there are two, one of them deaf.
    static DEAF: OnceLock<Dispatch> = OnceLock::new();
    DEAF.get_or_init(|| Dispatch::new(Listener::new(None)));
    with_default(listener.clone(), run);
}

#[test]
fn no_event_is_made_when_nobody_listens() {
    let observer = Observer::new(4);
    listen(&Listener::new(None), || {
        observer.emit(|| panic!("nobody asked for this event"));
    });
    let mut stream = observer.subscribe(4);
    listen(&Listener::new(None), || observer.emit(|| event(EventKind::CallStarted)));
    assert_eq!(stream.try_next(), Some(event(EventKind::CallStarted)));
    drop(stream);
    listen(&Listener::new(None), || {
        observer.emit(|| panic!("nobody asks for this event any more"));
    });
}

/// One event of every sort, and a failed call.
fn emit_all(observer: &Observer) {
    let delay = Duration::from_millis(1500);
    observer.emit(|| event(EventKind::CallStarted));
    observer.emit(|| {
        event(EventKind::Attempt { attempt: 1, duration: delay, status: Some(503), error: None })
    });
    observer.emit(|| event(EventKind::Retry { attempt: 1, delay, error: ErrorKind::Server }));
    observer.emit(|| event(EventKind::Poll { poll: 2, finished: true, next_in: None }));
    observer.call_ended(summary(1));
    observer.call_ended(refused(2));
}

#[test]
fn each_sort_of_event_is_traced_at_its_level() {
    let listener = Listener::new(Some(Level::TRACE));
    listen(&listener, || emit_all(&Observer::new(4)));
    let traced: Vec<String> = listener
        .heard()
        .into_iter()
        .map(|(level, fields)| {
            let fields: Vec<_> = fields
                .into_iter()
                .filter(|(name, _)| !["operation", "template"].contains(name))
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            format!("{level} {}", fields.join(" "))
        })
        .collect();
    assert_eq!(
        traced,
        [
            "TRACE call=1 message=call started",
            "DEBUG attempt=1 call=1 duration=1.5 message=attempt status=503",
            "INFO attempt=1 call=1 delay=1.5 error=\"server\" message=retry",
            "TRACE call=1 finished=true message=poll poll=2",
            "DEBUG attempts=1 call=1 elapsed=0.25 message=call ended status=200",
            "WARN attempts=3 call=2 elapsed=0.25 error=\"rate_limit\" message=call failed \
             outcome=\"rejected\" status=429",
        ]
    );
    for (_, fields) in listener.heard() {
        assert_eq!(fields["operation"], "\"chat.send\"");
        assert_eq!(fields["template"], format!("{TEMPLATE:?}"));
    }
}

#[test]
fn a_level_hides_what_is_more_verbose() {
    for (level, count) in [(Level::WARN, 1), (Level::INFO, 2), (Level::DEBUG, 4)] {
        let listener = Listener::new(Some(level));
        listen(&listener, || emit_all(&Observer::new(4)));
        assert_eq!(listener.heard().len(), count, "{level}");
    }
}

#[test]
fn a_call_that_ended_is_counted_noted_and_told() {
    let observer = Observer::new(4);
    let mut stream = observer.subscribe(4);
    observer.call_ended(summary(1));
    observer.call_ended(refused(2));

    let metrics = observer.metrics();
    let send = &metrics.operations["chat.send"];
    assert_eq!((send.calls, send.succeeded, send.retries), (2, 1, 2));
    assert_eq!((send.throttled, send.server_errors), (2, 1));
    assert_eq!(send.failed, BTreeMap::from([("rate_limit", 1)]));
    assert_eq!(send.outcomes, BTreeMap::from([("rejected", 1)]));
    assert_eq!(send.latency.count, 2);
    assert_eq!(send.latency.max, Duration::from_millis(250));
    assert_eq!(send.answers, None);

    let lines: Vec<_> = observer.journal().recent().iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "1970-01-01T00:00:00Z chat.send 0.250 s, 1 attempt, status 200",
            "1970-01-01T00:00:00Z chat.send 0.250 s, 3 attempts, status 429, rate_limit, \
             outcome rejected",
        ]
    );

    let told: Vec<_> = std::iter::from_fn(|| stream.try_next()).collect();
    assert_eq!(told.iter().map(|event| event.call).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(
        told[1].kind,
        EventKind::CallEnded {
            attempts: 3,
            elapsed: Duration::from_millis(250),
            status: Some(429),
            error: Some(ErrorKind::RateLimit),
            outcome: Some(Outcome::Rejected),
        }
    );
}

#[test]
fn every_kind_and_outcome_is_counted_under_its_name() {
    let observer = Observer::new(0);
    let outcomes = [Outcome::NotSent, Outcome::Rejected, Outcome::Accepted, Outcome::Unknown];
    for (row, outcome) in ErrorKind::TABLE.iter().zip(outcomes.into_iter().cycle()) {
        let (error, outcome) = (Some(row.kind), Some(outcome));
        observer.call_ended(CallSummary { attempts: 0, error, outcome, ..summary(1) });
    }
    let send = &observer.metrics().operations["chat.send"];
    let expected: BTreeMap<_, _> = ErrorKind::TABLE.iter().map(|row| (row.name, 1)).collect();
    assert_eq!(send.failed, expected);
    assert_eq!(send.outcomes.values().sum::<u64>(), send.calls);
    assert_eq!(
        send.outcomes.keys().copied().collect::<Vec<_>>(),
        ["accepted", "not_sent", "rejected", "unknown"]
    );
    assert_eq!((send.succeeded, send.retries), (0, 0));
}

#[test]
fn answers_and_ratings_are_counted() {
    let observer = Observer::new(0);
    observer.answer_completed("chat.ask", Duration::from_secs(4), 2);
    observer.answer_completed("chat.ask", Duration::from_secs(8), 5);
    observer.feedback(true);
    observer.feedback(true);
    observer.feedback(false);
    let metrics = observer.metrics();
    let ask = &metrics.operations["chat.ask"];
    let answers = ask.answers.unwrap();
    assert_eq!((answers.answers, answers.polls, answers.polls_max), (2, 7, 5));
    assert_eq!(answers.polls_per_answer(), 3.5);
    assert_eq!(answers.completion.mean, Duration::from_secs(6));
    assert_eq!(answers.completion.max, Duration::from_secs(8));
    assert_eq!((ask.calls, ask.latency.count), (0, 0));
    assert_eq!((metrics.feedback_good, metrics.feedback_bad), (2, 1));
}

#[test]
fn dropped_events_are_in_the_metrics() {
    let observer = Observer::new(0);
    let stream = observer.subscribe(1);
    (1..=3).for_each(|call| observer.call_ended(summary(call)));
    assert_eq!((stream.dropped(), observer.metrics().events_dropped), (2, 2));
}

#[test]
fn a_stream_ends_with_its_client() {
    let observer = Arc::new(Observer::new(0));
    let scope = Arc::clone(&observer);
    let mut stream = observer.subscribe(4);
    drop(observer);
    assert!(!stream.is_closed(), "a scope of the client is still there");
    drop(scope);
    assert_eq!(stream.next_blocking(Duration::MAX), None);
    assert!(stream.is_closed());
}

#[test]
fn concurrent_calls_are_all_counted_and_snapshots_fit_together() {
    const THREADS: u64 = 4;
    const EACH: u64 = 500;
    let observer = Arc::new(Observer::new(16));
    let callers: Vec<_> = (0..THREADS)
        .map(|_| {
            let observer = Arc::clone(&observer);
            thread::spawn(move || {
                let mut numbers = Vec::new();
                for round in 0..EACH {
                    let call = observer.next_call();
                    numbers.push(call);
                    let ended = if round % 5 == 0 { refused(call) } else { summary(call) };
                    observer.call_ended(ended);
                }
                numbers
            })
        })
        .collect();
    let check = || {
        let metrics = observer.metrics();
        let Some(send) = metrics.operations.get("chat.send") else {
            return 0;
        };
        let failed = send.failed.values().sum::<u64>();
        assert_eq!(send.calls, send.succeeded + failed);
        assert_eq!(send.calls, send.latency.count);
        assert_eq!((send.retries, send.throttled), (2 * failed, 2 * failed));
        assert_eq!(send.outcomes.values().sum::<u64>(), failed);
        send.calls
    };
    let mut calls = 0;
    for _ in 0..200 {
        let now = check();
        assert!(now >= calls, "counters never go back");
        calls = now;
    }
    let mut numbers: Vec<u64> =
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(1..=THREADS * EACH), "each number once");
    assert_eq!(check(), THREADS * EACH);
    assert_eq!(observer.metrics().operations["chat.send"].failed["rate_limit"], THREADS * EACH / 5);
    assert_eq!(observer.journal().recent().len(), 16);
}
