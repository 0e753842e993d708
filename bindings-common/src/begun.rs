//! Tasks whose first step is made on the caller's thread.
//!
//! A call that goes out on an open connection is written to its socket in its first step. Made by the
//! caller, this step saves waking the runtime's thread, which costs more than the step itself. The
//! rest, from the answer on, is the runtime's.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use tokio::runtime::Handle;

use crate::intake::Intake;
use crate::locks::locked;
use crate::work::Task;

/// More results than this at once are a sign that the runtime's thread is awake: it takes new calls along,
/// which is cheaper then.
const FEW_RESULTS: usize = 4;

/// Whose the first steps of a caller's calls are.
pub struct FirstSteps {
    /// The caller's, before the next results.
    left: AtomicUsize,
}

impl Default for FirstSteps {
    fn default() -> Self {
        Self { left: AtomicUsize::new(1) }
    }
}

impl FirstSteps {
    /// The caller has got so many results: where these were few, it makes as many first steps next.
    pub fn delivered(&self, results: usize) {
        let left = if results <= FEW_RESULTS { results } else { 0 };
        self.left.store(left, Ordering::Relaxed);
    }

    /// Whether the next one is the caller's.
    pub fn is_callers(&self) -> bool {
        let less = |left: usize| left.checked_sub(1);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }
}

/// The way of tasks into a runtime that are begun here.
pub struct Begun {
    runtime: Handle,
    intake: Arc<Intake>,
}

impl Begun {
    /// Hands tasks to that runtime by its intake.
    pub fn new(runtime: Handle, intake: Arc<Intake>) -> Self {
        Self { runtime, intake }
    }

    /// Makes the task's first step, and leaves the rest to the runtime. If the runtime has been woken
    /// already, it makes the first step too.
    pub fn begin(&self, mut task: Task) {
        if self.intake.has_called() {
            return self.intake.push(task);
        }
        let runtime = self.runtime.clone();
        let step = Arc::new(Step { rest: Mutex::new(Rest::AtWork), runtime });
        let waker = Waker::from(Arc::clone(&step));
        let timers_and_sockets = self.runtime.enter();
        let is_done = task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        drop(timers_and_sockets);
        if !is_done {
            step.leave(task);
        }
    }
}

/// A task's first step. Whatever wakes it gives the rest to the runtime.
struct Step {
    rest: Mutex<Rest>,
    runtime: Handle,
}

enum Rest {
    /// The caller is at it.
    AtWork,
    /// The caller is at it, and there is more to do already.
    Woken,
    /// It waits for what wakes it.
    Waits(Task),
    /// The runtime has it.
    Gone,
}

impl Step {
    fn leave(&self, task: Task) {
        let mut rest = locked(&self.rest);
        if matches!(*rest, Rest::Woken) {
            *rest = Rest::Gone;
            drop(rest);
            self.runtime.spawn(task);
        } else {
            *rest = Rest::Waits(task);
        }
    }
}

impl Wake for Step {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut rest = locked(&self.rest);
        match std::mem::replace(&mut *rest, Rest::Gone) {
            Rest::AtWork | Rest::Woken => *rest = Rest::Woken,
            Rest::Waits(task) => {
                drop(rest);
                self.runtime.spawn(task);
            }
            Rest::Gone => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;

    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
    use tokio::sync::oneshot;
    use tokio::task::yield_now;

    use super::*;
    use crate::testing::next;

    /// A way into this test's runtime, whose tasks run on this thread too.
    fn begun() -> Begun {
        let intake = Arc::<Intake>::default();
        let runs = Arc::clone(&intake);
        tokio::spawn(async move { runs.run().await });
        Begun::new(Handle::current(), intake)
    }

    /// Tells of each of its steps.
    fn telling(tell: UnboundedSender<&'static str>, go_on: oneshot::Receiver<()>) -> Task {
        Box::pin(async move {
            tell.send("began").unwrap();
            go_on.await.unwrap();
            tell.send("ended").unwrap();
        })
    }

    fn told(told: &mut UnboundedReceiver<&'static str>) -> Option<&'static str> {
        told.try_recv().ok()
    }

    #[tokio::test]
    async fn the_first_step_is_the_callers_and_the_rest_the_runtimes() {
        let begun = begun();
        let (tell, mut steps) = unbounded_channel();
        let (go_on, told_to) = oneshot::channel();
        begun.begin(telling(tell, told_to));
        assert_eq!(told(&mut steps), Some("began"));
        go_on.send(()).unwrap();
        assert_eq!(told(&mut steps), None, "whoever wakes it does not do it");
        assert_eq!(next(&mut steps).await, Some("ended"));
    }

    #[tokio::test]
    async fn a_step_that_is_not_the_last_goes_on_at_once() {
        let begun = begun();
        let (tell, mut steps) = unbounded_channel();
        begun.begin(Box::pin(async move {
            tell.send("began").unwrap();
            yield_now().await;
            tell.send("ended").unwrap();
        }));
        assert_eq!(told(&mut steps), Some("began"));
        assert_eq!(next(&mut steps).await, Some("ended"));
    }

    #[tokio::test]
    async fn what_is_woken_while_it_is_at_work_goes_on() {
        let begun = begun();
        let (tell, mut steps) = unbounded_channel();
        let mut is_first = true;
        begun.begin(Box::pin(poll_fn(move |context| {
            if std::mem::take(&mut is_first) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            tell.send("ended").unwrap();
            Poll::Ready(())
        })));
        assert_eq!(next(&mut steps).await, Some("ended"));
    }

    #[tokio::test]
    async fn a_task_that_ends_in_its_first_step_is_gone() {
        let begun = begun();
        let (tell, mut steps) = unbounded_channel();
        begun.begin(Box::pin(async move { tell.send("ended").unwrap() }));
        assert_eq!(told(&mut steps), Some("ended"));
        assert_eq!(next(&mut steps).await, None);
    }

    #[test]
    fn after_few_results_the_caller_makes_as_many_first_steps() {
        let steps = FirstSteps::default();
        let callers = || std::iter::repeat_with(|| steps.is_callers()).take_while(|it| *it).count();
        assert_eq!(callers(), 1, "the first call of all");
        assert_eq!(callers(), 0);
        for (results, expected) in [(1, 1), (FEW_RESULTS, FEW_RESULTS), (FEW_RESULTS + 1, 0)] {
            steps.delivered(results);
            assert_eq!(callers(), expected, "after {results}");
        }
        steps.delivered(2);
        steps.delivered(1);
        assert_eq!(callers(), 1, "only the last results count");
    }

    #[tokio::test]
    async fn what_the_runtime_is_awake_for_comes_along() {
        let begun = begun();
        let (tell, mut steps) = unbounded_channel();
        begun.intake.push(Box::pin(async {}));
        begun.begin(Box::pin(async move { tell.send("began").unwrap() }));
        assert_eq!(told(&mut steps), None);
        assert_eq!(next(&mut steps).await, Some("began"));
    }
}
