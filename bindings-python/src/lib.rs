//! The native layer of the Python package `uppzy`: results as Python objects, two ways to make a
//! call, and nothing of the client's behaviour, which is the core's.

mod bridge;
mod call;
mod client;
mod clock;
mod driver;
mod failure;
mod logs;
mod metrics;
mod models;
mod operations;
mod pending;
mod policies;
mod produced;
mod runtime;
mod session_ids;
mod settings;
mod stream;
mod upload;
mod values;
mod wake;

use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;

/// Private: what is public is in the package `uppzy`.
// Not tried on an interpreter without a global lock, so not declared safe there.
#[pymodule(gil_used = true)]
mod _native {
    use super::{
        Bound, PyAnyMethods as _, PyModule, PyModuleMethods as _, PyResult,
        refuse_other_interpreters,
    };

    #[pymodule_export]
    use super::bridge::Bridge;
    #[pymodule_export]
    use super::call::Call;
    #[pymodule_export]
    use super::client::Client;
    #[pymodule_export]
    use super::clock::Clock;
    #[pymodule_export]
    use super::failure::{ErrorDetails, error_table, set_error_factory};
    #[pymodule_export]
    use super::logs::{LogReader, forget_log_reader};
    #[pymodule_export]
    use super::metrics::{Events, Metrics};
    #[pymodule_export]
    use super::models::{
        Answer, ChatRequest, ChatStatus, Document, FeedbackReceipt, Listing, Meta, OpenObject,
        Session, restored,
    };
    #[pymodule_export]
    use super::operation_names;
    #[pymodule_export]
    use super::operations::{Chat, Documents, Sessions, Site, Tenant};
    #[pymodule_export]
    use super::pending::Pending;
    #[pymodule_export]
    use super::policies::{PollSchedule, RetryPolicy, with_options};
    #[pymodule_export]
    use super::runtime::{after_fork_in_child, before_fork, shut_down};
    #[pymodule_export]
    use super::session_ids::SessionIds;
    #[pymodule_export]
    use super::stream::Stream;
    #[pymodule_export]
    use super::upload::Upload;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        refuse_other_interpreters(module.py())?;
        module.add("__version__", uppzy::VERSION)?;
        // What is public is said by the package.
        module.delattr("__all__")
    }
}

/// The interpreter that has imported the module, by the address of its own `sys`.
static INTERPRETER: AtomicUsize = AtomicUsize::new(0);

/// One runtime, one set of classes: they belong to the interpreter that came first.
fn refuse_other_interpreters(py: Python<'_>) -> PyResult<()> {
    let this = py.import("sys")?.as_ptr() as usize;
    let (success, failure) = (Ordering::SeqCst, Ordering::SeqCst);
    match INTERPRETER.compare_exchange(0, this, success, failure) {
        Err(first) if first != this => Err(PyImportError::new_err(
            "uppzy is in use by another interpreter of this process and cannot be used in a \
             sub-interpreter as well: use threads or processes instead",
        )),
        _ => Ok(()),
    }
}

/// The names of all operations, for tests.
#[pyfunction]
fn operation_names() -> Vec<&'static str> {
    uppzy::operation::ALL.iter().map(|operation| operation.name).collect()
}
