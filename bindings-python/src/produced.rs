//! Results on their way to Python: plain Rust until a thread that is attached takes them.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use uppzy::{AskOutcome, AskProgress, Error, PendingAnswer, PollOutcome, UploadProgress};
use uppzy_boundary::{Asked, Waited};

use crate::client::Scoped;
use crate::failure::exception;
use crate::models::{
    Answer, ChatRequest, ChatStatus, Document, FeedbackReceipt, Listing, OpenObject, Session,
};
use crate::pending::Pending;
use crate::values::to_python;

pub(crate) type Produced = uppzy_boundary::Produced<(PendingAnswer, Scoped)>;

pub(crate) fn into_python(py: Python<'_>, produced: Produced) -> PyResult<Py<PyAny>> {
    Ok(match produced {
        Produced::Nothing => py.None(),
        Produced::PieceWanted => true.into_pyobject(py)?.to_owned().into_any().unbind(),
        Produced::Sent(UploadProgress { sent, total }) => {
            (sent, total).into_pyobject(py)?.into_any().unbind()
        }
        Produced::Events(events) => to_python(py, &events)?.unbind(),
        Produced::Answer(answer) => Py::new(py, Answer(*answer))?.into_any(),
        Produced::Status(status) => Py::new(py, ChatStatus(*status))?.into_any(),
        Produced::Receipt(receipt) => Py::new(py, FeedbackReceipt(*receipt))?.into_any(),
        Produced::Open(object) => Py::new(py, OpenObject(*object))?.into_any(),
        Produced::Document(document) => Py::new(py, Document(*document))?.into_any(),
        Produced::Documents(listing) => Py::new(py, Listing::documents(py, *listing)?)?.into_any(),
        Produced::Sessions(listing) => Py::new(py, Listing::sessions(py, *listing)?)?.into_any(),
        Produced::Session(session) => Py::new(py, Session(*session))?.into_any(),
        Produced::Pending(pending) => {
            let (pending, scope) = *pending;
            Py::new(py, Pending::new(pending, scope))?.into_any()
        }
        Produced::Polled(outcome) => polled(py, *outcome)?.into_any().unbind(),
        Produced::Asked(asked) => {
            let Asked { outcome, progress } = *asked;
            asked_tuple(py, outcome, progress)?.into_any().unbind()
        }
        Produced::Waited(waited) => {
            let Waited { index, token, result } = *waited;
            let (answer, error) = answer_or_error(py, result)?;
            (index, token, answer, error).into_pyobject(py)?.into_any().unbind()
        }
        Produced::Many(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(into_python(py, item)?)?;
            }
            list.into_any().unbind()
        }
    })
}

/// `(state, retry_in, answer, error)`
fn polled(py: Python<'_>, outcome: PollOutcome) -> PyResult<Bound<'_, PyTuple>> {
    match outcome {
        PollOutcome::Pending { retry_in } => {
            ("pending", retry_in.as_secs_f64(), py.None(), py.None()).into_pyobject(py)
        }
        PollOutcome::Completed(answer) => {
            ("completed", py.None(), Bound::new(py, Answer(*answer))?, py.None()).into_pyobject(py)
        }
        PollOutcome::Failed(error) => {
            let error = exception(py, error)?;
            ("failed", py.None(), py.None(), error).into_pyobject(py)
        }
    }
}

/// `(index, request, answer, error, done, failed, total)`
fn asked_tuple(
    py: Python<'_>,
    outcome: AskOutcome,
    progress: AskProgress,
) -> PyResult<Bound<'_, PyTuple>> {
    let AskOutcome { index, request, result } = outcome;
    let (answer, error) = answer_or_error(py, result)?;
    let request = Bound::new(py, ChatRequest(request))?;
    let AskProgress { done, failed, total } = progress;
    (index, request, answer, error, done, failed, total).into_pyobject(py)
}

type AnswerOrError<'py> = (Option<Bound<'py, Answer>>, Option<Bound<'py, PyAny>>);

fn answer_or_error(
    py: Python<'_>,
    result: Result<uppzy::Answer, Error>,
) -> PyResult<AnswerOrError<'_>> {
    Ok(match result {
        Ok(answer) => (Some(Bound::new(py, Answer(answer))?), None),
        Err(error) => (None, Some(exception(py, error)?)),
    })
}
