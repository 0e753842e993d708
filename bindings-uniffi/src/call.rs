//! A call: made on the runtime's thread, awaited by whoever asked for it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::oneshot;
use uppzy_boundary::{Work, caught, in_background, panicked};

use crate::cancel::Cancellation;
use crate::failure::CallError;

/// Makes a call in the background. Letting go of the returned future ends it, and so does the
/// cancellation: nothing more is sent, and its socket is released.
pub(crate) async fn run<F, T, E, R>(
    cancellation: Option<Arc<Cancellation>>,
    future: F,
) -> Result<R, CallError>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    // Turned into what crosses the boundary in the background as well.
    T: Into<R>,
    R: Send + 'static,
    CallError: From<E>,
{
    let (tell, told) = oneshot::channel();
    let call = async move {
        let call = caught(async move { future.await.map(Into::into).map_err(CallError::from) });
        let result = match cancellation {
            Some(cancellation) => cancellation.run(call).await,
            None => Ok(call.await),
        };
        // Nobody waits any more: the call is about to be ended.
        let _ = tell.send(result.unwrap_or(Err(CallError::Cancelled)));
    };
    let ends_with_us = Work::new(call);
    ends_with_us.begin(in_background)?;
    told.await.unwrap_or_else(|_| Err(CallError::internal("the call was ended from inside")))
}

/// Does something short on the caller's thread; a panic becomes an error.
pub(crate) fn guarded<T, E>(body: impl FnOnce() -> Result<T, E>) -> Result<T, CallError>
where
    CallError: From<E>,
{
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(result) => Ok(result?),
        Err(panic) => Err(panicked(&*panic).into()),
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "it is the subject")]
mod tests {
    use std::future::{pending, ready};
    use std::time::Duration;

    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> Result<T, std::io::Error> {
        Ok(tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(future))
    }

    fn kind_of<T>(result: Result<T, CallError>) -> String {
        match result {
            Ok(_) => "ok".to_owned(),
            Err(CallError::Cancelled) => "cancelled".to_owned(),
            Err(CallError::Failed { details }) => details.kind,
        }
    }

    #[test]
    fn a_panic_becomes_an_internal_error() -> Result<(), std::io::Error> {
        let call = async { if true { panic!("it broke") } else { Ok::<(), CallError>(()) } };
        assert_eq!(kind_of(block_on(run::<_, _, _, ()>(None, call))?), "internal");
        let short = guarded(|| if true { panic!("it broke") } else { Ok::<(), CallError>(()) });
        assert_eq!(kind_of(short), "internal");
        Ok(())
    }

    #[test]
    fn a_cancellation_ends_a_call_before_it_starts_and_while_it_runs() -> Result<(), std::io::Error>
    {
        let cancellation = Cancellation::new();
        let waiting = run::<_, (), CallError, ()>(Some(Arc::clone(&cancellation)), pending());
        let outcome = block_on(async {
            let both = tokio::join!(waiting, async {
                tokio::task::yield_now().await;
                cancellation.cancel();
            });
            both.0
        })?;
        assert_eq!(kind_of(outcome), "cancelled");
        let late = run::<_, (), CallError, ()>(Some(cancellation), ready(Ok(())));
        assert_eq!(kind_of(block_on(late)?), "cancelled");
        Ok(())
    }

    #[test]
    fn letting_go_ends_the_call() -> Result<(), std::io::Error> {
        let (held, mut released) = tokio::sync::mpsc::channel::<()>(1);
        let call = run::<_, (), CallError, ()>(None, async move {
            let _held = held;
            pending().await
        });
        let ended = block_on(async {
            let first = tokio::time::timeout(Duration::from_millis(20), call).await;
            // The receiver learns of it when the call's future is dropped.
            (first.is_err(), released.recv().await)
        })?;
        assert_eq!(ended, (true, None));
        Ok(())
    }
}
