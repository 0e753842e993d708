//! Finished calls on their way to an event loop: any number of them for one wake-up.
//!
//! The runtime's thread writes results into batches and wakes the loop; it never touches JavaScript.
//! The promises stay on the loop's side.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::AbortHandle;
use napi::bindgen_prelude::{Either, Function};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Result, Status, sys};
use napi_derive::napi;
use uppzy_boundary::{FirstSteps, background, locked};

use crate::batch::{Batch, Handle};
use crate::failure::ErrorDetails;
use crate::pending::Pending;
use crate::produced::{Call, Produced};

/// Wakes the event loop. Weak: it does not keep the loop alive by itself.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// What the runtime's thread sees of a bridge.
struct Finished {
    batches: Mutex<VecDeque<Batch>>,
    /// A wake-up is on its way that was not taken yet.
    pending: AtomicBool,
    wake: Wake,
}

impl Finished {
    fn add(&self, id: u32, outcome: uppzy::Result<Produced>) {
        let mut batches = locked(&self.batches);
        match batches.back_mut() {
            Some(batch) if !batch.is_full() => batch.push(id, outcome),
            _ => {
                let mut batch = Batch::default();
                batch.push(id, outcome);
                batches.push_back(batch);
            }
        }
    }

    /// For a task of the runtime. The loop is woken after the tasks that are ready by now, since they
    /// are likely to finish too.
    fn push(self: &Arc<Self>, id: u32, outcome: uppzy::Result<Produced>) {
        self.add(id, outcome);
        if !self.pending.swap(true, Ordering::AcqRel) {
            let finished = Arc::clone(self);
            tokio::spawn(async move { finished.signal() });
        }
    }

    /// For the loop's own thread.
    fn push_here(&self, id: u32, outcome: uppzy::Result<Produced>) {
        self.add(id, outcome);
        if !self.pending.swap(true, Ordering::AcqRel) {
            self.signal();
        }
    }

    fn signal(&self) {
        // A loop that is ending does not want to know.
        self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
    }

    /// The next batch, and whether there are more.
    fn take(&self) -> Option<(Batch, bool)> {
        // Before the results are taken: what comes after that wakes again.
        self.pending.store(false, Ordering::Release);
        let mut batches = locked(&self.batches);
        let batch = batches.pop_front()?;
        Some((batch, !batches.is_empty()))
    }
}

/// A call under way.
struct Started {
    task: Option<AbortHandle>,
    /// Whether the process waits for it.
    holds: bool,
}

/// The calls of one event loop.
#[napi]
pub struct Bridge {
    finished: Arc<Finished>,
    started: RefCell<HashMap<u32, Started>>,
    /// Calls that the process waits for.
    holding: Cell<usize>,
    first_steps: FirstSteps,
    /// Of the results that were taken last.
    handles: RefCell<Vec<Handle>>,
}

#[napi]
impl Bridge {
    /// `wake` is called when there is something to take.
    #[napi(constructor)]
    pub fn new(wake: Function<(), ()>) -> Result<Self> {
        let wake: Wake =
            wake.build_threadsafe_function().callee_handled::<false>().weak::<true>().build()?;
        let batches = Mutex::default();
        Ok(Self {
            finished: Arc::new(Finished { batches, pending: AtomicBool::new(false), wake }),
            started: RefCell::default(),
            holding: Cell::new(0),
            first_steps: FirstSteps::default(),
            handles: RefCell::default(),
        })
    }

    /// How many calls are under way.
    #[napi(getter)]
    pub fn pending(&self) -> u32 {
        u32::try_from(self.started.borrow().len()).unwrap_or(u32::MAX)
    }

    /// Ends a call: nothing more is sent, its socket is released, and nothing is told of it.
    #[napi]
    pub fn cancel(&self, env: Env, id: u32) {
        let started = self.started.borrow_mut().remove(&id);
        if let Some(Started { task, holds }) = started {
            if let Some(task) = task {
                task.abort();
            }
            self.let_go(&env, usize::from(holds));
        }
    }

    /// The results of calls that have finished; none if there are none.
    ///
    /// The first text is JSON: `id, tag, value` for each result, one after the other. The tag is 0 for a
    /// value, 1 for the place of a handle, 2 for the place of an error, 3 for a model, whose last field,
    /// the text that the server sent, is the next of the other texts. The JSON ends with whether there is
    /// more to take, after other work was let in, and whether there are handles.
    #[napi]
    pub fn take(&self, env: Env) -> Option<Vec<String>> {
        let (batch, more) = self.finished.take()?;
        self.first_steps.delivered(batch.ids().len());
        let mut started = self.started.borrow_mut();
        let ended = batch.ids().iter().filter_map(|id| started.remove(id));
        let held = ended.filter(|ended| ended.holds).count();
        drop(started);
        self.let_go(&env, held);
        let (texts, handles) = batch.into_delivery(more);
        self.handles.replace(handles);
        Some(texts)
    }

    /// What the results that were taken last refer to by its place.
    #[napi]
    pub fn take_handles(&self) -> Vec<Either<ErrorDetails, Pending>> {
        self.handles.take().into_iter().map(Handle::into_javascript).collect()
    }
}

impl Bridge {
    /// Makes the call in the background, but for the first step if that is ours. If `holds`, the process waits for it.
    pub(crate) fn start(&self, env: &Env, id: u32, call: uppzy::Result<Call>, holds: bool) {
        let task = call.and_then(|call| {
            let finished = Arc::clone(&self.finished);
            let call = async move {
                let outcome = call.await;
                finished.push(id, outcome);
            };
            let background = background()?;
            Ok(match self.first_steps.is_callers() {
                true => background.begin(call),
                false => background.spawn(call),
            })
        });
        let task = task.map_err(|error| self.finished.push_here(id, Err(error))).ok();
        self.started.borrow_mut().insert(id, Started { task, holds });
        if holds {
            self.hold(env);
        }
    }

    fn hold(&self, env: &Env) {
        if self.holding.replace(self.holding.get() + 1) == 0 {
            self.refer(env, true);
        }
    }

    fn let_go(&self, env: &Env, held: usize) {
        let before = self.holding.get();
        let left = before.saturating_sub(held);
        self.holding.set(left);
        if before > 0 && left == 0 {
            self.refer(env, false);
        }
    }

    /// Whether the event loop waits for the function that wakes it.
    #[allow(unsafe_code, reason = "napi has no way to do it for a shared function")]
    fn refer(&self, env: &Env, refer: bool) {
        let wake = &self.finished.wake;
        if wake.aborted() {
            return;
        }
        // SAFETY: this is the thread of the loop that the function belongs to, where alone it can be
        // ended, and it was not ended yet.
        unsafe {
            match refer {
                true => sys::napi_ref_threadsafe_function(env.raw(), wake.raw()),
                false => sys::napi_unref_threadsafe_function(env.raw(), wake.raw()),
            };
        }
    }
}

/// The event loop has ended, as that of a worker: nobody will ask for the rest.
impl Drop for Bridge {
    fn drop(&mut self) {
        let started = std::mem::take(&mut *self.started.borrow_mut());
        started.into_values().filter_map(|started| started.task).for_each(|task| task.abort());
    }
}
