//! The process's one runtime, on one background thread: started by the first call, and never ended,
//! as the process's exit takes it along.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use futures_util::FutureExt as _;
use futures_util::future::{AbortHandle, AbortRegistration, Abortable, BoxFuture};
use tokio::runtime::Builder;
use tokio::sync::Notify;

use crate::failure::CallError;

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tasks on their way into the runtime: any number of them for one wake-up.
#[derive(Default)]
struct Intake {
    tasks: Mutex<Vec<BoxFuture<'static, ()>>>,
    /// A wake-up is on its way that the runtime has not taken yet.
    called: AtomicBool,
    call: Notify,
}

impl Intake {
    fn push(&self, task: BoxFuture<'static, ()>) {
        locked(&self.tasks).push(task);
        if !self.called.swap(true, Ordering::SeqCst) {
            self.call.notify_one();
        }
    }

    /// Starts tasks as they come in.
    async fn run(&self) {
        loop {
            self.call.notified().await;
            // Before the tasks are taken: who comes after that calls again.
            self.called.store(false, Ordering::SeqCst);
            for task in std::mem::take(&mut *locked(&self.tasks)) {
                tokio::spawn(task);
            }
        }
    }
}

/// The way into the runtime.
pub(crate) struct Running(Arc<Intake>);

static RUNNING: OnceLock<Running> = OnceLock::new();
/// Held while the runtime starts, so that two threads do not start one each.
static STARTING: Mutex<()> = Mutex::new(());

/// The process's runtime; the first call starts it.
pub(crate) fn running() -> Result<&'static Running, CallError> {
    if let Some(running) = RUNNING.get() {
        return Ok(running);
    }
    let _starting = locked(&STARTING);
    if let Some(running) = RUNNING.get() {
        return Ok(running);
    }
    let running = Running::start().map_err(|fault| {
        CallError::internal(format!("no background thread could start: {fault}"))
    })?;
    Ok(RUNNING.get_or_init(|| running))
}

impl Running {
    fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let intake = Arc::<Intake>::default();
        let driven = Arc::clone(&intake);
        thread::Builder::new()
            .name("uppzy".to_owned())
            .spawn(move || runtime.block_on(driven.run()))?;
        Ok(Self(intake))
    }

    /// Runs a task in the background, until it or its guard ends.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortOnDrop {
        let (abort, registration) = AbortHandle::new_pair();
        self.spawn_until(registration, task);
        AbortOnDrop(abort)
    }

    /// Runs a task in the background as long as the process lives.
    pub(crate) fn spawn_for_ever(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.push(Box::pin(task));
    }

    /// Runs a task in the background, until it ends or is ended.
    pub(crate) fn spawn_until(
        &self,
        ended: AbortRegistration,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        // Ended before its time or not: nobody asks.
        self.0.push(Box::pin(Abortable::new(task, ended).map(drop)));
    }
}

/// Ends a task when it is let go.
pub(crate) struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
