//! Bounded queues of events, one per subscriber: the newest events stay, the emitter never waits.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use futures_core::Stream;

use super::Event;

struct Queue {
    capacity: usize,
    state: Mutex<QueueState>,
    arrived: Condvar,
}

struct QueueState {
    events: VecDeque<Event>,
    dropped: u64,
    closed: bool,
    waker: Option<Waker>,
    /// A thread is blocked until something arrives. Waking nobody would cost a system call.
    blocked: bool,
}

impl Queue {
    fn new(capacity: usize) -> Self {
        let state = QueueState {
            events: VecDeque::new(),
            dropped: 0,
            closed: false,
            waker: None,
            blocked: false,
        };
        Self { capacity: capacity.max(1), state: Mutex::new(state), arrived: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an event and says whether the oldest had to make room for it.
    fn push(&self, event: Event) -> bool {
        let mut state = self.lock();
        let full = state.events.len() >= self.capacity;
        if full {
            state.events.pop_front();
            state.dropped = state.dropped.saturating_add(1);
        }
        state.events.push_back(event);
        self.wake(state);
        full
    }

    fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        self.wake(state);
    }

    /// Wakes the reader with the lock released, since a waker may run any code.
    fn wake(&self, mut state: MutexGuard<'_, QueueState>) {
        let waker = state.waker.take();
        let blocked = std::mem::take(&mut state.blocked);
        drop(state);
        if blocked {
            self.arrived.notify_one();
        }
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The queues of all subscribers. The list is replaced, never changed, so that events are handed out
/// with no lock of the list held.
pub(super) struct Subscribers {
    queues: RwLock<Arc<[Arc<Queue>]>>,
    listening: AtomicBool,
    dropped: AtomicU64,
}

impl Subscribers {
    pub(super) fn new() -> Self {
        Self {
            queues: RwLock::new(Arc::from([])),
            listening: AtomicBool::new(false),
            dropped: AtomicU64::new(0),
        }
    }

    /// Whether anybody listens.
    pub(super) fn listening(&self) -> bool {
        self.listening.load(Ordering::Relaxed)
    }

    /// How many events were dropped for want of room, in all queues that ever were.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Gives the event to every subscriber.
    pub(super) fn publish(&self, event: Event) {
        let queues = Arc::clone(&self.queues.read().unwrap_or_else(PoisonError::into_inner));
        let dropped = queues.iter().filter(|queue| queue.push(event)).count();
        if dropped > 0 {
            self.dropped.fetch_add(dropped as u64, Ordering::Relaxed);
        }
    }

    pub(super) fn subscribe(self: &Arc<Self>, capacity: usize) -> EventStream {
        let queue = Arc::new(Queue::new(capacity));
        self.replace(|queues| queues.iter().cloned().chain([Arc::clone(&queue)]).collect());
        EventStream { queue, subscribers: Arc::downgrade(self) }
    }

    /// Lets every stream end once what it holds was read.
    pub(super) fn close(&self) {
        let queues = Arc::clone(&self.queues.read().unwrap_or_else(PoisonError::into_inner));
        queues.iter().for_each(|queue| queue.close());
    }

    fn unsubscribe(&self, gone: &Arc<Queue>) {
        self.replace(|queues| {
            queues.iter().filter(|queue| !Arc::ptr_eq(queue, gone)).cloned().collect()
        });
    }

    fn replace(&self, change: impl FnOnce(&[Arc<Queue>]) -> Arc<[Arc<Queue>]>) {
        let mut queues = self.queues.write().unwrap_or_else(PoisonError::into_inner);
        *queues = change(&queues);
        self.listening.store(!queues.is_empty(), Ordering::Relaxed);
    }
}

impl Drop for Subscribers {
    fn drop(&mut self) {
        let queues = self.queues.get_mut().unwrap_or_else(PoisonError::into_inner);
        queues.iter().for_each(|queue| queue.close());
    }
}

/// The events of a client, from the moment of subscribing on.
///
/// It holds a fixed number of events that were not read yet. When a further one comes, the oldest is
/// dropped and counted, so a slow reader never holds up a call. Dropping the stream unsubscribes.
pub struct EventStream {
    queue: Arc<Queue>,
    subscribers: Weak<Subscribers>,
}

impl EventStream {
    /// The next event; none when the client was closed, or is gone with all its calls, and every
    /// event was read.
    /// Dropping the future loses no event.
    pub async fn next(&mut self) -> Option<Event> {
        poll_fn(|context| self.poll(context)).await
    }

    /// The next event, if one is there already.
    pub fn try_next(&mut self) -> Option<Event> {
        self.queue.lock().events.pop_front()
    }

    /// The next event, waiting for it on the caller's thread for at most `wait`.
    ///
    /// None when none came in that time or none will come any more; [`EventStream::is_closed`] tells
    /// which. Not for use on a thread that runs asynchronous tasks.
    pub fn next_blocking(&mut self, wait: Duration) -> Option<Event> {
        // A wait too long for the clock to express is one without an end.
        let until = Instant::now().checked_add(wait);
        let mut state = self.queue.lock();
        loop {
            if let Some(event) = state.events.pop_front() {
                return Some(event);
            }
            if state.closed {
                return None;
            }
            let arrived = &self.queue.arrived;
            state.blocked = true;
            state = match until.map(|until| until.saturating_duration_since(Instant::now())) {
                Some(Duration::ZERO) => return None,
                Some(left) => {
                    arrived.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
                None => arrived.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// How many events this stream has dropped for want of room.
    pub fn dropped(&self) -> u64 {
        self.queue.lock().dropped
    }

    /// Whether the client was closed, or is gone with all its calls, and every event was read.
    pub fn is_closed(&self) -> bool {
        let state = self.queue.lock();
        state.closed && state.events.is_empty()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut state = self.queue.lock();
        if let Some(event) = state.events.pop_front() {
            return Poll::Ready(Some(event));
        }
        if state.closed {
            return Poll::Ready(None);
        }
        let previous = state.waker.replace(context.waker().clone());
        // Dropping a waker may run any code, so not under the lock.
        drop(state);
        drop(previous);
        Poll::Pending
    }
}

impl Stream for EventStream {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.get_mut().poll(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.queue.lock().events.len(), None)
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        if let Some(subscribers) = self.subscribers.upgrade() {
            subscribers.unsubscribe(&self.queue);
        }
    }
}

impl std::fmt::Debug for EventStream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.queue.lock();
        formatter
            .debug_struct("EventStream")
            .field("capacity", &self.queue.capacity)
            .field("waiting", &state.events.len())
            .field("dropped", &state.dropped)
            .field("closed", &state.closed)
            .finish()
    }
}

#[cfg(test)]
mod tests;
