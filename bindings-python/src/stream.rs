//! Results that come one after the other.

use pyo3::prelude::*;
use uppzy::{Chat, ChatRequest, Error, PendingAnswer};
use uppzy_boundary::Batches;

use crate::call::Call;
use crate::failure::{OrRaise as _, raised};
use crate::produced::Produced;
use crate::runtime::{OfRuntime, spawn};

/// More than this at once would hold the caller's thread up.
const LARGEST_BATCH: usize = 256;

/// Results that come one after the other. The work begins with the first `next`, and ends with the
/// stream.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Stream(OfRuntime<Batches<Produced>>);

impl Stream {
    pub(crate) fn asked(chat: Chat, questions: Vec<ChatRequest>, concurrency: usize) -> Self {
        Self(OfRuntime::new(Batches::asked(LARGEST_BATCH, chat, questions, concurrency)))
    }

    pub(crate) fn waited(chat: Chat, tokens: Vec<String>) -> Self {
        Self(OfRuntime::new(Batches::waited(LARGEST_BATCH, chat, tokens)))
    }

    pub(crate) fn states(pending: PendingAnswer) -> Self {
        Self(OfRuntime::new(Batches::states(LARGEST_BATCH, pending)))
    }
}

#[pymethods]
impl Stream {
    /// A call that comes to a list of what is there, at least one, or to none at the end.
    fn next(&self, py: Python<'_>) -> PyResult<Call> {
        let Some(batches) = self.0.current() else {
            let message =
                "these results are of the process before a fork: take the tokens, and begin again";
            return Err(raised(py, Error::closed(message)));
        };
        batches.next(|work| spawn(py, work)).map(Call::new).or_raise(py)
    }

    /// Ends the work. What the server has accepted goes on there.
    fn close(&self) {
        if let Some(batches) = self.0.current() {
            batches.end();
        }
    }
}
