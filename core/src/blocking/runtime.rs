//! The background thread, and waiting on the caller's.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::coop;

use crate::error::{Error, Result};

/// Never shut down: it ends with the process.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();
static STARTING: Mutex<()> = Mutex::new(());

/// More steps than a task may take in a row.
const MORE_THAN_A_TASK_MAY: u16 = 256;

/// The process's runtime, or why a blocking call cannot be made here.
pub(super) fn runtime() -> Result<&'static Handle> {
    if runs_tasks() {
        return Err(Error::config(
            "blocking",
            "a blocking call was made on a thread that runs asynchronous tasks and would hold them \
             up: use uppzy::Client there, or move the call into tokio::task::spawn_blocking",
        ));
    }
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime.handle());
    }
    let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime.handle());
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("uppzy")
        .enable_all()
        .build()
        .map_err(|fault| Error::internal(format!("no background thread could start: {fault}")))?;
    Ok(RUNTIME.get_or_init(|| runtime).handle())
}

/// Whether other tasks would be held up if this thread waited. Tokio limits how long the tasks of a
/// thread may run in a row; threads that it keeps for blocking work have no such limit.
fn runs_tasks() -> bool {
    match Handle::try_current() {
        Ok(_) => is_limited(&mut Context::from_waker(Waker::noop()), MORE_THAN_A_TASK_MAY),
        // The thread is ending: nothing asynchronous can be done on it any more.
        Err(fault) => fault.is_thread_local_destroyed(),
    }
}

/// Whether that many steps are too many. Each is taken back on the way out.
fn is_limited(context: &mut Context<'_>, steps: u16) -> bool {
    let Some(left) = steps.checked_sub(1) else { return false };
    match coop::poll_proceed(context) {
        Poll::Pending => true,
        Poll::Ready(_taken_back_when_dropped) => is_limited(context, left),
    }
}

/// Waits for a call on this thread.
pub(super) fn wait<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    wait_for(runtime()?, call)
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future on this thread; sockets and timers are the runtime's. Tokio's own `block_on` would
/// panic where it recognises an asynchronous thread and [`runs_tasks`] does not.
pub(super) fn wait_for<F: Future>(runtime: &Handle, future: F) -> F::Output {
    let _timers_and_sockets = runtime.enter();
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        thread::park();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::task;

    use super::*;

    #[test]
    fn ordinary_threads_may_wait() {
        let runtime = runtime().unwrap();
        let slept = async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            tokio::spawn(async { 7 }).await.unwrap()
        };
        assert_eq!(wait_for(runtime, slept), 7);
        let _entered = runtime.enter();
        assert!(!runs_tasks(), "a thread that only knows of a runtime runs none of its tasks");
    }

    #[test]
    fn threads_that_run_tasks_may_not() {
        let current = Builder::new_current_thread().build().unwrap();
        let many = Builder::new_multi_thread().worker_threads(1).build().unwrap();
        for runtime in [&current, &many] {
            assert!(runtime.block_on(async { runs_tasks() }));
            runtime.block_on(async {
                assert!(task::spawn(async { runs_tasks() }).await.unwrap());
                assert!(!task::spawn_blocking(runs_tasks).await.unwrap());
                assert!(!thread::spawn(runs_tasks).join().unwrap());
            });
        }
        many.block_on(async { assert!(!task::block_in_place(runs_tasks)) });
        let local = task::LocalSet::new();
        local.block_on(&current, async {
            assert!(task::spawn_local(async { runs_tasks() }).await.unwrap());
        });
        let error = current.block_on(async { super::runtime().unwrap_err() });
        assert_eq!((error.kind().as_str(), error.field()), ("config", Some("blocking")));
    }

    #[test]
    fn asking_costs_a_task_nothing() {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for _ in 0..1000 {
                assert!(runs_tasks());
            }
            assert!(coop::has_budget_remaining());
        });
    }
}
