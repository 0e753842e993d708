//! The process's one runtime, on one background thread: started by the first call, shared by all threads,
//! and never ended, as the process's exit takes it along. For languages whose callers do not wait on
//! threads of their own, and that do not fork.

use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use futures_util::FutureExt as _;
use futures_util::future::{AbortHandle, AbortRegistration, Abortable};
use tokio::runtime::Builder;
use uppzy::{Error, Result};

use crate::begun::Begun;
use crate::intake::Intake;
use crate::locks::locked;
use crate::work::Task;

/// The way into the runtime.
pub struct Background {
    intake: Arc<Intake>,
    begun: Begun,
}

static BACKGROUND: OnceLock<Background> = OnceLock::new();
/// Held while the runtime starts, so that two threads do not start one each.
static STARTING: Mutex<()> = Mutex::new(());

/// The process's runtime; the first call starts it.
///
/// # Errors
///
/// `internal` when the system gives no thread for it.
pub fn background() -> Result<&'static Background> {
    if let Some(background) = BACKGROUND.get() {
        return Ok(background);
    }
    let _starting = locked(&STARTING);
    if let Some(background) = BACKGROUND.get() {
        return Ok(background);
    }
    let background = Background::start()
        .map_err(|fault| Error::internal(format!("no background thread could start: {fault}")))?;
    Ok(BACKGROUND.get_or_init(|| background))
}

/// Runs a task in the process's runtime.
///
/// # Errors
///
/// Those of [`background`].
pub fn in_background(task: Task) -> Result<()> {
    background()?.intake.push(task);
    Ok(())
}

impl Background {
    fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let intake = Arc::<Intake>::default();
        let begun = Begun::new(runtime.handle().clone(), Arc::clone(&intake));
        let driven = Arc::clone(&intake);
        thread::Builder::new()
            .name("uppzy".to_owned())
            .spawn(move || runtime.block_on(driven.run()))?;
        Ok(Self { intake, begun })
    }

    /// Runs a task until it ends or is ended, all of it in the background.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let (abort, ended) = AbortHandle::new_pair();
        self.spawn_until(ended, task);
        abort
    }

    /// The same, but for its first step, which is made here: it should be a short one.
    pub fn begin(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let (abort, ended) = AbortHandle::new_pair();
        self.begun.begin(Box::pin(Abortable::new(task, ended).map(drop)));
        abort
    }

    /// The same as `spawn`, where the caller has the handle before the task begins.
    pub fn spawn_until(
        &self,
        ended: AbortRegistration,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        // Ended before its time or not: nobody asks.
        self.intake.push(Box::pin(Abortable::new(task, ended).map(drop)));
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::Duration;

    use super::*;
    use crate::testing::LONGEST;

    #[test]
    fn all_threads_share_one_runtime() {
        let (tell, told) = channel();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let tell = tell.clone();
                    let task = Box::pin(async move { tell.send(thread::current().id()).unwrap() });
                    in_background(task).unwrap();
                });
            }
        });
        let threads: Vec<_> = (0..8).map(|_| told.recv_timeout(LONGEST).unwrap()).collect();
        assert!(threads.windows(2).all(|pair| pair[0] == pair[1]));
        assert_ne!(threads[0], thread::current().id());
    }

    #[test]
    fn a_task_begins_here_with_the_runtimes_timers_and_goes_on_there() {
        let (tell, told) = channel();
        background().unwrap().begin(async move {
            let first = thread::current().id();
            tokio::time::sleep(Duration::from_millis(1)).await;
            tell.send((first, thread::current().id())).unwrap();
        });
        let (first, second) = told.recv_timeout(LONGEST).unwrap();
        assert_eq!(first, thread::current().id());
        assert_ne!(second, first);
    }

    #[test]
    fn a_task_that_is_ended_lets_go_of_what_it_has() {
        let (held, released) = channel::<()>();
        let abort = background().unwrap().begin(async move {
            let _held = held;
            pending().await
        });
        abort.abort();
        assert_eq!(released.recv_timeout(LONGEST), Err(RecvTimeoutError::Disconnected));
    }
}
