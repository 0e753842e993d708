//! Questions and answers.

use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDict};

use super::{Shown, model};
use crate::values::{map_to_python, to_datetime};

model! {
    /// The assistant's answer to a question.
    Answer {
        /// The conversation it belongs to.
        #[getter]
        fn session_id(&self) -> &str {
            &self.0.session_id
        }

        /// The API's id of the question, needed to rate the answer. Empty for a fallback.
        #[getter]
        fn request_id(&self) -> &str {
            &self.0.request_id
        }

        /// The text. None when the server says that it is done but gave none.
        #[getter]
        fn answer(&self) -> Option<&str> {
            self.0.answer.as_deref()
        }

        /// The text; empty when there is none.
        #[getter]
        fn text(&self) -> &str {
            self.0.text()
        }

        /// How sure the assistant is: `high`, `medium`, `low`, or what else the server says.
        #[getter]
        fn confidence_level(&self) -> Option<&str> {
            self.0.confidence_level.as_ref().map(|level| level.as_str())
        }

        /// The same as a number. The vendor's samples suggest 0 to 100.
        #[getter]
        fn confidence_score(&self) -> Option<f64> {
            self.0.confidence_score
        }

        /// Whether the text is the caller's own fallback, since the assistant could not answer.
        #[getter]
        fn is_fallback(&self) -> bool {
            self.0.is_fallback
        }

        /// Every other field, and those above that could not be read as their type.
        #[getter]
        fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
            map_to_python(py, &self.0.extra)
        }
    }
}

impl Answer {
    fn shown(&self) -> String {
        let mut shown = Shown::new("Answer");
        shown.text("session_id", Some(&self.0.session_id));
        shown.text("request_id", Some(&self.0.request_id));
        shown.hidden("answer", self.0.answer.as_deref());
        shown.text("confidence_level", self.confidence_level());
        match self.0.confidence_score {
            Some(score) => shown.plain("confidence_score", format_args!("{score:?}")),
            None => shown.plain("confidence_score", "None"),
        }
        shown.flag("is_fallback", self.0.is_fallback);
        shown.names("extra", &self.0.extra);
        shown.end()
    }
}

model! {
    /// How far the server is with a question.
    ChatStatus {
        /// The question.
        #[getter]
        fn request_id(&self) -> &str {
            &self.0.request_id
        }

        /// The conversation, if the server repeats it.
        #[getter]
        fn session_id(&self) -> Option<&str> {
            self.0.session_id.as_deref()
        }

        /// How far the server is: `pending`, `completed`, `failed`, or what else the server says.
        #[getter]
        fn status(&self) -> &str {
            self.0.status.as_str()
        }

        /// The same as the server wrote it.
        #[getter]
        fn status_text(&self) -> &str {
            &self.0.status_text
        }

        /// Whether the server will not change it any more.
        #[getter]
        fn is_finished(&self) -> bool {
            self.0.status.is_finished()
        }

        /// The text, once there is one.
        #[getter]
        fn answer(&self) -> Option<&str> {
            self.0.answer.as_deref()
        }

        /// Why there will be none.
        #[getter]
        fn error(&self) -> Option<&str> {
            self.0.error.as_deref()
        }

        /// How sure the assistant is. The vendor does not document it here.
        #[getter]
        fn confidence_level(&self) -> Option<&str> {
            self.0.confidence_level.as_ref().map(|level| level.as_str())
        }

        /// The same as a number. The vendor does not document it here.
        #[getter]
        fn confidence_score(&self) -> Option<f64> {
            self.0.confidence_score
        }

        /// Every other field, and those above that could not be read as their type.
        #[getter]
        fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
            map_to_python(py, &self.0.extra)
        }
    }
}

impl ChatStatus {
    fn shown(&self) -> String {
        let mut shown = Shown::new("ChatStatus");
        shown.text("request_id", Some(&self.0.request_id));
        shown.text("session_id", self.0.session_id.as_deref());
        shown.text("status", Some(self.0.status.as_str()));
        shown.hidden("answer", self.0.answer.as_deref());
        shown.hidden("error", self.0.error.as_deref());
        shown.names("extra", &self.0.extra);
        shown.end()
    }
}

model! {
    /// What the server says to a rating.
    FeedbackReceipt {
        /// `ok`, by the vendor's pages.
        #[getter]
        fn status(&self) -> Option<&str> {
            self.0.status.as_deref()
        }

        /// The question whose answer was rated.
        #[getter]
        fn request_id(&self) -> &str {
            &self.0.request_id
        }

        /// The rating that counts.
        #[getter]
        fn feedback(&self) -> Option<&str> {
            self.0.feedback.as_deref()
        }

        /// When this rating was taken, in UTC; None when the answer had been rated before.
        #[getter]
        fn feedback_submitted_at<'py>(
            &self,
            py: Python<'py>,
        ) -> PyResult<Option<Bound<'py, PyDateTime>>> {
            to_datetime(py, self.0.feedback_submitted_at)
        }

        /// Whether this was the answer's first rating: only then does the server give a time.
        #[getter]
        fn is_first(&self) -> bool {
            self.0.is_first()
        }

        /// Every other field, and those above that could not be read as their type.
        #[getter]
        fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
            map_to_python(py, &self.0.extra)
        }
    }
}

impl FeedbackReceipt {
    fn shown(&self) -> String {
        let mut shown = Shown::new("FeedbackReceipt");
        shown.text("status", self.0.status.as_deref());
        shown.text("request_id", Some(&self.0.request_id));
        shown.text("feedback", self.0.feedback.as_deref());
        shown.time("feedback_submitted_at", self.0.feedback_submitted_at);
        shown.names("extra", &self.0.extra);
        shown.end()
    }
}
