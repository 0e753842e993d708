//! Operations on the site's documents.

use pyo3::prelude::*;

use super::{borrowed, options};
use crate::call::Call;
use crate::client::Scoped;
use crate::upload::{Upload, source};
use crate::values::{from_python, query_pairs, texts};

/// Operations on the site's documents.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Documents(pub(crate) Scoped);

#[pymethods]
impl Documents {
    fn list(
        &self,
        py: Python<'_>,
        query: Option<Bound<'_, PyAny>>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let query = query_pairs(query.as_ref())?;
        let documents =
            self.0.client(py)?.documents().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { documents.list(&borrowed(&query)).await }))
    }

    /// `kind` says what `content` is: `path`, `bytes`, or `pieces`, which are then handed over piece
    /// by piece. `length` is that of the pieces together, if known.
    #[allow(clippy::too_many_arguments, reason = "the facade's parameters, by position")]
    fn upload(
        &self,
        py: Python<'_>,
        kind: &str,
        content: &Bound<'_, PyAny>,
        length: Option<u64>,
        file_name: Option<String>,
        content_type: Option<String>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Upload> {
        let source = source(kind, content, length)?;
        let documents =
            self.0.client(py)?.documents().options(options(py, timeout, retry_unknown)?);
        Ok(Upload::new(documents, source, file_name, content_type))
    }

    fn create_text(
        &self,
        py: Python<'_>,
        title: String,
        content: String,
        category: Option<String>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let documents =
            self.0.client(py)?.documents().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(
            async move { documents.create_text(&title, &content, category.as_deref()).await },
        ))
    }

    #[allow(clippy::too_many_arguments, reason = "the facade's parameters, by position")]
    fn create_qa(
        &self,
        py: Python<'_>,
        title: String,
        question: String,
        answer: String,
        category: Option<String>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let documents =
            self.0.client(py)?.documents().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move {
            documents.create_qa(&title, &question, &answer, category.as_deref()).await
        }))
    }

    fn update(
        &self,
        py: Python<'_>,
        document_id: String,
        patch: &Bound<'_, PyAny>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let patch = from_python(patch)?;
        let documents =
            self.0.client(py)?.documents().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { documents.update(&document_id, &patch).await }))
    }

    fn set_status(
        &self,
        py: Python<'_>,
        ids: &Bound<'_, PyAny>,
        status: String,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let ids = texts("ids", ids)?;
        let documents =
            self.0.client(py)?.documents().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { documents.set_status(&ids, status).await }))
    }

    fn delete(
        &self,
        py: Python<'_>,
        ids: &Bound<'_, PyAny>,
        timeout: Option<f64>,
        retry_unknown: Option<bool>,
    ) -> PyResult<Call> {
        let ids = texts("ids", ids)?;
        let documents =
            self.0.client(py)?.documents().options(options(py, timeout, retry_unknown)?);
        Ok(Call::new(async move { documents.delete(&ids).await }))
    }
}
