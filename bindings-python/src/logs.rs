//! Events of all clients for Python's `logging`, taken in batches by a thread of Python's.

use std::future::Future as _;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyList;
use uppzy::{Event, EventStream};
use uppzy_boundary::{duration, locked};

use crate::client::{Root, WeakRoot};
use crate::failure::OrRaise as _;
use crate::runtime::OfRuntime;
use crate::values::to_python;

/// Events of one client that may wait; older ones are dropped.
const CAPACITY: usize = 2_048;
/// More than this at once would hold the interpreter up.
const LARGEST_BATCH: usize = 512;

static HUB: Mutex<Hub> = Mutex::new(Hub { roots: Vec::new(), fresh: Vec::new(), reader: None });
static LISTENING: AtomicBool = AtomicBool::new(false);

struct Hub {
    /// All clients, for those that exist before somebody listens.
    roots: Vec<WeakRoot>,
    /// Streams that the reader has not taken over yet.
    fresh: Vec<OfRuntime<EventStream>>,
    reader: Option<Thread>,
}

/// Remembers a client.
pub(crate) fn register(root: &Arc<Root>) {
    let mut hub = locked(&HUB);
    if hub.roots.len() == hub.roots.capacity() {
        hub.roots.retain(|root| root.strong_count() > 0);
    }
    hub.roots.push(Arc::downgrade(root));
}

/// Listens to a client that was just made, if anybody listens.
pub(crate) fn subscribe(client: &uppzy::Client) {
    if LISTENING.load(Ordering::Acquire) {
        let mut hub = locked(&HUB);
        hub.fresh.push(OfRuntime::new(client.events(CAPACITY)));
        if let Some(reader) = &hub.reader {
            reader.unpark();
        }
    }
}

/// Takes the events of all clients. One at a time.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct LogReader {
    streams: Mutex<Vec<OfRuntime<EventStream>>>,
    closed: AtomicBool,
}

#[pymethods]
impl LogReader {
    #[new]
    fn new() -> Self {
        // What a reader before this one never took.
        locked(&HUB).fresh.clear();
        LISTENING.store(true, Ordering::Release);
        let roots: Vec<_> = locked(&HUB).roots.iter().filter_map(WeakRoot::upgrade).collect();
        let streams = roots
            .iter()
            .filter_map(|root| root.existing())
            .map(|client| OfRuntime::new(client.events(CAPACITY)))
            .collect();
        Self { streams: Mutex::new(streams), closed: AtomicBool::new(false) }
    }

    /// The next events, as `(line, event)`, waiting for at most so many seconds. None after `close`.
    fn next<'py>(&self, py: Python<'py>, seconds: f64) -> PyResult<Option<Bound<'py, PyList>>> {
        let longest = duration("seconds", seconds).or_raise(py)?;
        // Before anything is read: what came until then is read, also of clients that are new since the last time.
        let closed = self.closed.load(Ordering::Acquire);
        let mut streams = std::mem::take(&mut *locked(&self.streams));
        {
            let mut hub = locked(&HUB);
            streams.append(&mut hub.fresh);
            hub.reader = Some(thread::current());
        }
        let (streams, events) = py.detach(move || {
            let events = take(&mut streams, longest, &self.closed);
            (streams, events)
        });
        locked(&self.streams).extend(streams);
        if closed && events.is_empty() {
            return Ok(None);
        }
        let list = PyList::empty(py);
        for event in events {
            list.append((event.to_string(), to_python(py, &event.to_json())?))?;
        }
        Ok(Some(list))
    }

    /// Ends the reading, once what has come was read.
    fn close(&self) {
        self.closed.store(true, Ordering::Release);
        LISTENING.store(false, Ordering::Release);
        if let Some(reader) = locked(&HUB).reader.take() {
            reader.unpark();
        }
    }
}

/// The events of all streams; if there are none, whatever comes until this thread is woken.
fn take(
    streams: &mut Vec<OfRuntime<EventStream>>,
    longest: Duration,
    closed: &AtomicBool,
) -> Vec<Event> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut events = Vec::new();
    streams.retain_mut(|stream| read(stream, &mut context, &mut events));
    if events.is_empty() && !closed.load(Ordering::Acquire) {
        thread::park_timeout(longest);
        streams.retain_mut(|stream| read(stream, &mut context, &mut events));
    }
    events
}

/// Reads what a stream holds, and says whether more can come.
fn read(
    stream: &mut OfRuntime<EventStream>,
    context: &mut Context<'_>,
    events: &mut Vec<Event>,
) -> bool {
    let Some(stream) = stream.current_mut() else { return false };
    while events.len() < LARGEST_BATCH {
        match pin!(stream.next()).poll(context) {
            Poll::Ready(Some(event)) => events.push(event),
            Poll::Ready(None) => return false,
            Poll::Pending => return true,
        }
    }
    true
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// For a forked child, in which no thread reads.
#[pyfunction]
pub(crate) fn forget_log_reader(_py: Python<'_>) {
    LISTENING.store(false, Ordering::Release);
    let mut hub = locked(&HUB);
    hub.fresh.clear();
    hub.reader = None;
}
