//! Who moves the runtime's sockets and timers on: a blocking caller while it waits, which saves two
//! thread switches for each call, and else a background thread, as long as there is something to do.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use futures_util::future::{AbortHandle, abortable};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};
use uppzy_boundary::{Begun, Intake, Task, locked};

/// How often the background thread looks whether it is still needed.
const TICK: Duration = Duration::from_millis(500);
/// How many quiet ticks it stays: until connections that idle have been closed, which the pool does after
/// 4 s, and a little longer.
const QUIET_TICKS: u32 = 10;
/// After so long a time without anybody moving sockets on, some may have been closed unseen.
const UNSEEN: Duration = Duration::from_millis(5);
/// How long the exit waits for threads that are inside a call.
const LONGEST_WAIT_AT_EXIT: Duration = Duration::from_millis(200);

/// The background thread waits until it is needed.
const RESTS: u8 = 0;
/// Blocking callers are at work: it looks after the connections when they have stopped.
const WATCHES: u8 = 1;
/// It moves sockets and timers on.
const DRIVES: u8 = 2;

/// A runtime, and who works with it.
pub(crate) struct Running {
    runtime: Runtime,
    intake: Arc<Intake>,
    begun: Begun,
    began: Instant,
    /// Tasks that nobody waits for on a thread of theirs.
    background: AtomicUsize,
    spawned: AtomicU64,
    /// Threads that are inside a blocking call, and how many such calls there were.
    blocked: AtomicUsize,
    blocking_calls: AtomicU64,
    /// When a blocking call last moved sockets on, in microseconds since the beginning.
    last_moved: AtomicU64,
    mode: AtomicU8,
    rest: Mutex<()>,
    needed: Condvar,
    ending: AtomicBool,
    leave: Notify,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Running {
    /// Starts a runtime and its background thread.
    pub(crate) fn start() -> std::io::Result<Arc<Self>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let intake = Arc::<Intake>::default();
        let taken = Arc::clone(&intake);
        runtime.spawn(async move { taken.run().await });
        let running = Arc::new(Self {
            begun: Begun::new(runtime.handle().clone(), Arc::clone(&intake)),
            runtime,
            intake,
            began: Instant::now(),
            background: AtomicUsize::new(0),
            spawned: AtomicU64::new(0),
            blocked: AtomicUsize::new(0),
            blocking_calls: AtomicU64::new(0),
            last_moved: AtomicU64::new(0),
            mode: AtomicU8::new(RESTS),
            rest: Mutex::new(()),
            needed: Condvar::new(),
            ending: AtomicBool::new(false),
            leave: Notify::new(),
            thread: Mutex::new(None),
        });
        let driven = Arc::clone(&running);
        let thread =
            thread::Builder::new().name("uppzy".to_owned()).spawn(move || driven.drive())?;
        *locked(&running.thread) = Some(thread);
        Ok(running)
    }

    /// Runs a task in the background.
    pub(crate) fn spawn(
        self: &Arc<Self>,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> AbortHandle {
        let (task, abort) = self.counted(task);
        self.intake.push(task);
        if self.mode.load(Ordering::SeqCst) != DRIVES {
            self.call_for_the_thread();
        }
        abort
    }

    /// Runs a task, its first step here if somebody is there to move its socket on afterwards.
    pub(crate) fn begin(
        self: &Arc<Self>,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> AbortHandle {
        // Counted before anything is looked at: who drives now goes on to drive.
        let (task, abort) = self.counted(task);
        if self.mode.load(Ordering::SeqCst) == DRIVES {
            self.begun.begin(task);
        } else {
            self.intake.push(task);
            self.call_for_the_thread();
        }
        abort
    }

    /// A task that counts as one in the background.
    fn counted(
        self: &Arc<Self>,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> (Task, AbortHandle) {
        self.background.fetch_add(1, Ordering::SeqCst);
        self.spawned.fetch_add(1, Ordering::SeqCst);
        let counted = Counted(Arc::clone(self));
        let (task, abort) = abortable(task);
        let task = Box::pin(async move {
            let _counted = counted;
            // Ended before its time or not: nobody asks.
            let _ = task.await;
        });
        (task, abort)
    }

    /// Runs a future on this thread for so long at most, and moves everything else on meanwhile.
    pub(crate) fn block_on<F: Future + Unpin>(
        &self,
        future: &mut F,
        longest: Duration,
    ) -> Option<F::Output> {
        let _blocked = Blocked::new(self);
        if self.is_ending() {
            return None;
        }
        let unseen = self.microseconds().saturating_sub(self.last_moved.load(Ordering::Relaxed));
        let result = self.runtime.block_on(async {
            if Duration::from_micros(unseen) > UNSEEN {
                self.look_around().await;
            }
            timeout(longest, future).await.ok()
        });
        self.last_moved.store(self.microseconds(), Ordering::Relaxed);
        result
    }

    /// Drops what belongs to the runtime, and lets it close its sockets.
    pub(crate) fn drop_inside<T>(&self, value: T) {
        let _blocked = Blocked::new(self);
        if self.is_ending() {
            return std::mem::forget(value);
        }
        self.runtime.block_on(async {
            drop(value);
            self.look_around().await;
        });
    }

    /// Takes notice of what has happened to the sockets: once round to hear of it, and once more for
    /// the connections to act on it.
    async fn look_around(&self) {
        for _ in 0..2 {
            yield_now().await;
        }
    }

    /// Whether the interpreter is exiting: nobody may touch it or the runtime any more.
    pub(crate) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::SeqCst)
    }

    /// Ends everything, and waits for that no longer than this.
    pub(crate) fn end(self: Arc<Self>, longest: Duration) {
        let began = Instant::now();
        self.ending.store(true, Ordering::SeqCst);
        self.leave.notify_one();
        self.call_for_the_thread();
        let thread = locked(&self.thread).take();
        let is_busy = || {
            self.blocked.load(Ordering::SeqCst) > 0
                || thread.as_ref().is_some_and(|thread| !thread.is_finished())
        };
        while is_busy() && began.elapsed() < LONGEST_WAIT_AT_EXIT.min(longest) {
            thread::sleep(Duration::from_millis(1));
        }
        // If somebody is still at work, the process's end takes the runtime along.
        if let Some(Self { runtime, .. }) = Arc::into_inner(self) {
            runtime.shutdown_timeout(longest.saturating_sub(began.elapsed()));
        }
    }

    fn microseconds(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn call_for_the_thread(&self) {
        drop(locked(&self.rest));
        self.needed.notify_one();
    }

    /// The background thread.
    fn drive(&self) {
        let mut seen = 0;
        while self.wait_until_needed(&mut seen) {
            self.runtime.block_on(self.until_quiet(seen));
        }
    }

    /// Waits until there are tasks, or connections that blocking callers have left. False at the end.
    fn wait_until_needed(&self, seen: &mut u64) -> bool {
        let mut left_behind = false;
        let mut rest = locked(&self.rest);
        loop {
            // Before anything is looked at, so that who comes after that will call.
            self.mode.store(RESTS, Ordering::SeqCst);
            if self.is_ending() {
                return false;
            }
            let calls = self.blocking_calls.load(Ordering::SeqCst);
            let quiet = calls == *seen;
            if self.background.load(Ordering::SeqCst) > 0 || (left_behind && quiet) {
                *seen = calls;
                self.mode.store(DRIVES, Ordering::SeqCst);
                return true;
            }
            if quiet {
                rest = self.needed.wait(rest).unwrap_or_else(PoisonError::into_inner);
            } else {
                *seen = calls;
                left_behind = true;
                self.mode.store(WATCHES, Ordering::SeqCst);
                rest =
                    self.needed.wait_timeout(rest, TICK).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }

    /// Runs until there has been nothing to do for a while, or blocking callers take over.
    async fn until_quiet(&self, seen: u64) {
        let mut spawned = self.spawned.load(Ordering::SeqCst);
        let mut quiet = 0;
        while quiet < QUIET_TICKS && !self.is_ending() {
            tokio::select! {
                () = sleep(TICK) => {}
                () = self.leave.notified() => {}
            }
            let now = self.spawned.load(Ordering::SeqCst);
            if self.background.load(Ordering::SeqCst) > 0 || now != spawned {
                spawned = now;
                quiet = 0;
            } else if self.blocking_calls.load(Ordering::SeqCst) != seen {
                return;
            } else {
                quiet += 1;
            }
        }
    }
}

/// A task in the background.
struct Counted(Arc<Running>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.background.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A thread inside a blocking call.
struct Blocked<'a>(&'a Running);

impl<'a> Blocked<'a> {
    fn new(running: &'a Running) -> Self {
        running.blocked.fetch_add(1, Ordering::SeqCst);
        running.blocking_calls.fetch_add(1, Ordering::SeqCst);
        if running.mode.load(Ordering::SeqCst) == RESTS {
            running.call_for_the_thread();
        }
        Self(running)
    }
}

impl Drop for Blocked<'_> {
    fn drop(&mut self) {
        self.0.blocked.fetch_sub(1, Ordering::SeqCst);
    }
}
