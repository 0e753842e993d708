//! The way of tasks into a runtime of one thread.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use crate::locks::locked;
use crate::work::Task;

/// Tasks on their way into the runtime: any number of them for one wake-up.
#[derive(Default)]
pub struct Intake {
    tasks: Mutex<Vec<Task>>,
    /// A wake-up is on its way that the runtime has not taken yet.
    called: AtomicBool,
    call: Notify,
}

impl Intake {
    /// Hands a task in.
    pub fn push(&self, task: Task) {
        locked(&self.tasks).push(task);
        if !self.called.swap(true, Ordering::SeqCst) {
            self.call.notify_one();
        }
    }

    /// Whether a wake-up is on its way, which takes along what is handed in now.
    pub(crate) fn has_called(&self) -> bool {
        self.called.load(Ordering::Relaxed)
    }

    /// Starts tasks as they come in, for ever. For the runtime.
    pub async fn run(&self) {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::testing::next;

    #[tokio::test]
    async fn tasks_of_any_time_are_started() {
        let (tell, mut told) = unbounded_channel();
        let intake = Arc::<Intake>::default();
        let push = |number: u32| {
            let tell = tell.clone();
            intake.push(Box::pin(async move { tell.send(number).unwrap() }));
        };
        push(1);
        push(2);
        let runs = Arc::clone(&intake);
        tokio::spawn(async move { runs.run().await });
        assert_eq!((next(&mut told).await, next(&mut told).await), (Some(1), Some(2)));
        push(3);
        assert_eq!(next(&mut told).await, Some(3));
    }
}
