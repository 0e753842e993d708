//! Time for tests: stands still, or jumps to the next timer when nothing else can happen.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::Waiting;

/// How often the driver looks, in real time.
const LOOK: Duration = Duration::from_micros(500);
/// A longer gap between two looks counts as this much: the machine was too busy for the driver, and
/// so it may have been for the server.
const LONGEST_LOOK: Duration = Duration::from_millis(5);

#[derive(Debug)]
pub(super) struct VirtualTime {
    base: Instant,
    wall_base: jiff::Timestamp,
    activity: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    offset: Duration,
    calls: usize,
    idle: usize,
    next_number: u64,
    timers: BTreeMap<(Duration, u64), Timer>,
}

#[derive(Debug)]
struct Timer {
    waiting: Waiting,
    fire: oneshot::Sender<()>,
}

/// Takes the timer off the list when its wait is dropped.
struct Registration<'a> {
    time: &'a VirtualTime,
    key: (Duration, u64),
}

impl Drop for Registration<'_> {
    fn drop(&mut self) {
        let mut state = self.time.lock();
        if let Some(timer) = state.timers.remove(&self.key) {
            state.forget(timer.waiting);
        }
        drop(state);
        self.time.note_activity();
    }
}

impl State {
    fn forget(&mut self, waiting: Waiting) {
        if waiting == Waiting::Idle {
            self.idle = self.idle.saturating_sub(1);
        }
    }

    /// Moves to that offset and fires what was due on the way.
    fn move_to(&mut self, offset: Duration) {
        self.offset = self.offset.max(offset);
        while let Some(entry) = self.timers.first_entry() {
            if entry.key().0 > self.offset {
                break;
            }
            let timer = entry.remove();
            self.forget(timer.waiting);
            // The waiting side may just have been dropped.
            let _ = timer.fire.send(());
        }
    }
}

impl VirtualTime {
    pub(super) fn standing() -> Arc<Self> {
        Arc::new(Self {
            base: Instant::now(),
            wall_base: jiff::Timestamp::now(),
            activity: AtomicU64::new(0),
            state: Mutex::default(),
        })
    }

    pub(super) fn advancing(silence: Duration) -> Arc<Self> {
        let time = Self::standing();
        let weak = Arc::downgrade(&time);
        thread::spawn(move || drive(&weak, silence));
        time
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Instant {
        self.base + self.lock().offset
    }

    pub(super) fn wall_now(&self) -> jiff::Timestamp {
        self.wall_base.checked_add(self.lock().offset).unwrap_or(jiff::Timestamp::MAX)
    }

    pub(super) fn advance(&self, by: Duration) {
        let mut state = self.lock();
        let target = state.offset.saturating_add(by);
        state.move_to(target);
    }

    pub(super) fn call_began(&self) {
        self.lock().calls += 1;
        self.note_activity();
    }

    pub(super) fn call_ended(&self) {
        let mut state = self.lock();
        state.calls = state.calls.saturating_sub(1);
        drop(state);
        self.note_activity();
    }

    pub(super) fn note_activity(&self) {
        self.activity.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) async fn sleep_until(&self, until: Instant, waiting: Waiting) {
        let offset = until.saturating_duration_since(self.base);
        let (fire, fired) = oneshot::channel();
        let registration = {
            let mut state = self.lock();
            if offset <= state.offset {
                return;
            }
            let key = (offset, state.next_number);
            state.next_number += 1;
            if waiting == Waiting::Idle {
                state.idle += 1;
            }
            state.timers.insert(key, Timer { waiting, fire });
            Registration { time: self, key }
        };
        self.note_activity();
        let _ = fired.await;
        drop(registration);
    }
}

/// Jumps to the next timer whenever no call is at work, or none has made progress for a while.
fn drive(time: &Weak<VirtualTime>, silence: Duration) {
    let mut seen = 0;
    let mut silent = Duration::ZERO;
    let mut was_waiting = false;
    let mut looked = Instant::now();
    while let Some(time) = time.upgrade() {
        silent += looked.elapsed().min(LONGEST_LOOK);
        looked = Instant::now();
        let activity = time.activity.load(Ordering::Relaxed);
        if activity != seen {
            seen = activity;
            silent = Duration::ZERO;
            was_waiting = false;
        }
        let mut state = time.lock();
        let only_waiting = state.idle > 0 && state.idle >= state.calls;
        // Seen twice, as a call that follows on one that has ended may be about to begin.
        if (only_waiting && was_waiting || silent >= silence)
            && let Some((next, _)) = state.timers.keys().next().copied()
        {
            state.move_to(next);
            silent = Duration::ZERO;
            was_waiting = false;
        } else {
            was_waiting = only_waiting;
        }
        drop(state);
        drop(time);
        thread::sleep(LOOK);
    }
}
