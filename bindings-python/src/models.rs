//! What the API answers with, as Python classes over the core's own data: a field becomes a Python
//! object when it is read.

mod chat;
mod documents;
mod listing;
mod open;
mod request;
mod sessions;
mod state;

pub(crate) use chat::{Answer, ChatStatus, FeedbackReceipt};
pub(crate) use documents::Document;
pub(crate) use listing::Listing;
pub(crate) use open::OpenObject;
pub(crate) use request::ChatRequest;
pub(crate) use sessions::Session;

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::Timestamp;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::{Map, Value};

use crate::values::{from_python, map_to_python, to_python};
use state::State;

/// A frozen class over a model of the core, with what all of them have.
macro_rules! model {
    ($(#[$doc:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$doc])*
        #[pyclass(frozen, module = "uppzy")]
        #[derive(Clone)]
        pub(crate) struct $name(pub(crate) uppzy::$name);

        #[pymethods]
        impl $name {
            $($own)*

            /// The JSON text that the server sent.
            #[getter]
            fn raw(&self) -> &str {
                &self.0.raw
            }

            /// How it came about: attempts, time, HTTP status.
            #[getter]
            fn meta(&self) -> $crate::models::Meta {
                $crate::models::Meta(self.0.meta.clone())
            }

            /// All fields but `raw` as plain data; times are ISO 8601 in UTC.
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                $crate::values::to_python(py, &self.0.to_json())
            }

            fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
                other.cast_exact::<Self>().is_ok_and(|other| other.get().0 == self.0)
            }

            fn __hash__(&self) -> u64 {
                $crate::models::hash_of(stringify!($name), &self.0.raw)
            }

            fn __repr__(&self) -> String {
                self.shown()
            }

            fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                $crate::models::reduced(py, stringify!($name), &self.0)
            }
        }
    };
}
pub(crate) use model;

/// How a result came about: what it took, and the ids to quote when asking about it.
#[pyclass(frozen, module = "uppzy")]
pub(crate) struct Meta(pub(crate) uppzy::Meta);

#[pymethods]
impl Meta {
    /// How many times the request was sent. For an awaited answer: the question, not its polls.
    #[getter]
    fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How many times the state of an awaited answer was read.
    #[getter]
    fn polls(&self) -> u32 {
        self.0.polls
    }

    /// Seconds from the start of the call to its result.
    #[getter]
    fn elapsed(&self) -> f64 {
        self.0.elapsed.as_secs_f64()
    }

    /// The status of the last HTTP answer; 0 for a result that no server gave, such as a fallback.
    #[getter]
    fn http_status(&self) -> u16 {
        self.0.http_status
    }

    /// The HTTP request id header of the last answer, if it had one. Not the API's `request_id`.
    #[getter]
    fn http_request_id(&self) -> Option<&str> {
        self.0.http_request_id.as_deref()
    }

    /// All fields as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.0.to_json())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast_exact::<Self>().is_ok_and(|other| other.get().0 == self.0)
    }

    fn __hash__(&self) -> u64 {
        hash_of("Meta", &format!("{:?}", self.0))
    }

    fn __repr__(&self) -> String {
        let mut shown = Shown::new("Meta");
        shown.plain("attempts", self.0.attempts);
        shown.plain("polls", self.0.polls);
        shown.plain("elapsed", format_args!("{:.6}", self.elapsed()));
        shown.plain("http_status", self.0.http_status);
        shown.text("http_request_id", self.http_request_id());
        shown.end()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        reduced(py, "Meta", &self.0)
    }
}

pub(crate) fn hash_of(class: &str, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    class.hash(&mut hasher);
    text.hash(&mut hasher);
    hasher.finish()
}

/// How pickle makes the object again: `_restored(class name, fields)`.
pub(crate) fn reduced<'py>(
    py: Python<'py>,
    class: &str,
    model: &impl State,
) -> PyResult<Bound<'py, PyAny>> {
    let restore = py.import("uppzy._native")?.getattr("_restored")?;
    let fields = map_to_python(py, &model.to_state())?;
    Ok((restore, (class, fields)).into_pyobject(py)?.into_any())
}

/// Makes a model of what pickle kept.
#[pyfunction]
#[pyo3(name = "_restored")]
pub(crate) fn restored<'py>(
    py: Python<'py>,
    class: &str,
    fields: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let Value::Object(fields) = from_python(fields)? else {
        return Err(PyValueError::new_err("expected fields"));
    };
    Ok(match class {
        "Answer" => Bound::new(py, Answer(read(&fields)?))?.into_any(),
        "ChatRequest" => Bound::new(py, ChatRequest(read(&fields)?))?.into_any(),
        "ChatStatus" => Bound::new(py, ChatStatus(read(&fields)?))?.into_any(),
        "Document" => Bound::new(py, Document(read(&fields)?))?.into_any(),
        "FeedbackReceipt" => Bound::new(py, FeedbackReceipt(read(&fields)?))?.into_any(),
        "Meta" => Bound::new(py, Meta(read(&fields)?))?.into_any(),
        "OpenObject" => Bound::new(py, OpenObject(read(&fields)?))?.into_any(),
        "Session" => Bound::new(py, Session(read(&fields)?))?.into_any(),
        "Documents" => Bound::new(py, Listing::documents(py, read(&fields)?)?)?.into_any(),
        "Sessions" => Bound::new(py, Listing::sessions(py, read(&fields)?)?)?.into_any(),
        _ => return Err(PyValueError::new_err(format!("there is no class {class}"))),
    })
}

fn read<T: State>(fields: &Map<String, Value>) -> PyResult<T> {
    T::from_state(fields)
        .ok_or_else(|| PyValueError::new_err("these fields were not made by this version of uppzy"))
}

/// A printed form as Python writes it, without any text of a person.
pub(crate) struct Shown(String);

impl Shown {
    pub(crate) fn new(class: &str) -> Self {
        Self(format!("{class}("))
    }

    fn name(&mut self, name: &str) {
        if !self.0.ends_with('(') {
            self.0.push_str(", ");
        }
        self.0.push_str(name);
        self.0.push('=');
    }

    pub(crate) fn plain(&mut self, name: &str, value: impl std::fmt::Display) {
        self.name(name);
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{value}");
    }

    pub(crate) fn flag(&mut self, name: &str, flag: bool) {
        self.plain(name, if flag { "True" } else { "False" });
    }

    /// A text that tells nothing of a person.
    pub(crate) fn text(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.plain(name, quoted(text)),
            None => self.plain(name, "None"),
        }
    }

    /// Only how long a text is.
    pub(crate) fn hidden(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.plain(name, format_args!("<{} characters>", text.chars().count())),
            None => self.plain(name, "None"),
        }
    }

    pub(crate) fn time(&mut self, name: &str, time: Option<Timestamp>) {
        match time {
            Some(time) => self.plain(name, format_args!("<{time}>")),
            None => self.plain(name, "None"),
        }
    }

    /// Only the names of further fields.
    pub(crate) fn names(&mut self, name: &str, fields: &Map<String, Value>) {
        if !fields.is_empty() {
            let names: Vec<String> = fields.keys().map(|name| quoted(name)).collect();
            self.plain(name, format_args!("<{}>", names.join(", ")));
        }
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push(')');
        self.0
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.escape_debug().to_string().replace("\\\"", "\""))
}
