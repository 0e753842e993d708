//! Results on their way to Python: plain Rust until a thread that is attached takes them.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use serde_json::Value;
use uppzy::{AskOutcome, AskProgress, Error, PollOutcome};

use crate::client::Scoped;
use crate::failure::Failure;
use crate::models::{
    Answer, ChatRequest, ChatStatus, Document, FeedbackReceipt, Listing, OpenObject, Session,
};
use crate::pending::Pending;
use crate::values::to_python;

/// What a call can come to.
pub(crate) enum Produced {
    Nothing,
    Flag(bool),
    Json(Value),
    Answer(Box<uppzy::Answer>),
    Status(Box<uppzy::ChatStatus>),
    Receipt(Box<uppzy::FeedbackReceipt>),
    Open(Box<uppzy::OpenObject>),
    Document(Box<uppzy::Document>),
    Documents(Box<uppzy::Listing<uppzy::Document>>),
    Sessions(Box<uppzy::Listing<uppzy::Session>>),
    Session(Option<Box<uppzy::Session>>),
    Pending(Box<(uppzy::PendingAnswer, Scoped)>),
    Polled(Box<PollOutcome>),
    Asked(Box<(AskOutcome, AskProgress)>),
    Waited(Box<(usize, String, Result<uppzy::Answer, Error>)>),
    Progress(u64, Option<u64>),
    Many(Vec<Produced>),
}

macro_rules! produced_from {
    ($($from:ty => $variant:ident;)+) => { $(
        impl From<$from> for Produced {
            fn from(value: $from) -> Self {
                Self::$variant(Box::new(value))
            }
        }
    )+ };
}

produced_from! {
    uppzy::Answer => Answer;
    uppzy::ChatStatus => Status;
    uppzy::FeedbackReceipt => Receipt;
    uppzy::OpenObject => Open;
    uppzy::Document => Document;
    uppzy::Listing<uppzy::Document> => Documents;
    uppzy::Listing<uppzy::Session> => Sessions;
    PollOutcome => Polled;
}

impl From<()> for Produced {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

impl From<Option<uppzy::Session>> for Produced {
    fn from(session: Option<uppzy::Session>) -> Self {
        Self::Session(session.map(Box::new))
    }
}

impl Produced {
    pub(crate) fn into_python(self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Ok(match self {
            Self::Nothing | Self::Session(None) => py.None(),
            Self::Flag(flag) => flag.into_pyobject(py)?.to_owned().into_any().unbind(),
            Self::Json(value) => to_python(py, &value)?.unbind(),
            Self::Answer(answer) => Py::new(py, Answer(*answer))?.into_any(),
            Self::Status(status) => Py::new(py, ChatStatus(*status))?.into_any(),
            Self::Receipt(receipt) => Py::new(py, FeedbackReceipt(*receipt))?.into_any(),
            Self::Open(object) => Py::new(py, OpenObject(*object))?.into_any(),
            Self::Document(document) => Py::new(py, Document(*document))?.into_any(),
            Self::Documents(listing) => Py::new(py, Listing::documents(py, *listing)?)?.into_any(),
            Self::Sessions(listing) => Py::new(py, Listing::sessions(py, *listing)?)?.into_any(),
            Self::Session(Some(session)) => Py::new(py, Session(*session))?.into_any(),
            Self::Pending(pending) => {
                let (pending, scope) = *pending;
                Py::new(py, Pending::new(pending, scope))?.into_any()
            }
            Self::Polled(outcome) => polled(py, *outcome)?.into_any().unbind(),
            Self::Asked(asked) => {
                let (outcome, progress) = *asked;
                asked_tuple(py, outcome, progress)?.into_any().unbind()
            }
            Self::Waited(waited) => {
                let (index, token, result) = *waited;
                let (answer, error) = answer_or_error(py, result)?;
                (index, token, answer, error).into_pyobject(py)?.into_any().unbind()
            }
            Self::Progress(sent, total) => (sent, total).into_pyobject(py)?.into_any().unbind(),
            Self::Many(items) => {
                let list = PyList::empty(py);
                for item in items {
                    list.append(item.into_python(py)?)?;
                }
                list.into_any().unbind()
            }
        })
    }
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
            let error = Failure::from(error).into_exception(py)?;
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
        Err(error) => (None, Some(Failure::from(error).into_exception(py)?)),
    })
}
