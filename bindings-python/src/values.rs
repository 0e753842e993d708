//! JSON and Python objects, each as the other.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyDateTime, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple, PyTzInfo,
};
use serde_json::{Map, Number, Value};

/// Deeper nesting than this is a cycle, or will be refused by every server.
const DEEPEST: usize = 128;

pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        Value::Number(number) => number_to_python(py, number)?,
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(to_python(py, item)?)?;
            }
            list.into_any()
        }
        Value::Object(fields) => map_to_python(py, fields)?.into_any(),
    })
}

pub(crate) fn map_to_python<'py>(
    py: Python<'py>,
    fields: &Map<String, Value>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in fields {
        dict.set_item(name, to_python(py, value)?)?;
    }
    Ok(dict)
}

fn number_to_python<'py>(py: Python<'py>, number: &Number) -> PyResult<Bound<'py, PyAny>> {
    Ok(if let Some(whole) = number.as_i64() {
        whole.into_pyobject(py)?.into_any()
    } else if let Some(whole) = number.as_u64() {
        whole.into_pyobject(py)?.into_any()
    } else {
        PyFloat::new(py, number.as_f64().unwrap_or(f64::NAN)).into_any()
    })
}

/// Reads plain data: what `json.dumps` would take, without its looser forms.
pub(crate) fn from_python(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    read(value, 0)
}

fn read(value: &Bound<'_, PyAny>, depth: usize) -> PyResult<Value> {
    if depth > DEEPEST {
        return Err(PyValueError::new_err(format!("nested more than {DEEPEST} levels deep")));
    }
    if value.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Value::String(text.extract()?));
    }
    // Before the numbers: True is an int.
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(Value::Bool(flag.is_true()));
    }
    if value.is_instance_of::<PyInt>() {
        return read_whole(value);
    }
    if value.is_instance_of::<PyFloat>() {
        let number = Number::from_f64(value.extract()?);
        return number
            .map(Value::Number)
            .ok_or_else(|| PyValueError::new_err("JSON has no number for nan and infinity"));
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        return value.try_iter()?.map(|item| read(&item?, depth + 1)).collect();
    }
    if let Ok(mapping) = value.cast::<PyMapping>() {
        let mut fields = Map::new();
        for pair in mapping.items()?.iter() {
            let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
            let Ok(name) = name.extract::<String>() else {
                let found = name.get_type().name()?;
                return Err(PyTypeError::new_err(format!("names must be str, not {found}")));
            };
            fields.insert(name, read(&value, depth + 1)?);
        }
        return Ok(Value::Object(fields));
    }
    let found = value.get_type().name()?;
    Err(PyTypeError::new_err(format!("{found} has no form in JSON")))
}

fn read_whole(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    if let Ok(number) = value.extract::<i64>() {
        return Ok(Value::from(number));
    }
    match value.extract::<u64>() {
        Ok(number) => Ok(Value::from(number)),
        Err(_) => Err(PyValueError::new_err("a whole number of more than 64 bits")),
    }
}

/// A query's parameters. A list gives its name to each of its values.
pub(crate) fn query_pairs(query: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let Some(query) = query else { return Ok(pairs) };
    let mapping = query.cast::<PyMapping>().map_err(|_| {
        PyTypeError::new_err("query must be a mapping of names to values, such as {\"page\": 2}")
    })?;
    for pair in mapping.items()?.iter() {
        let (name, value): (String, Bound<'_, PyAny>) = pair.extract()?;
        if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            for item in value.try_iter()? {
                pairs.push((name.clone(), query_text(&item?)?));
            }
        } else {
            pairs.push((name, query_text(&value)?));
        }
    }
    Ok(pairs)
}

/// Texts in a list or another iterable; a single text is most likely a mistake.
pub(crate) fn texts(name: &str, values: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if values.is_instance_of::<PyString>() {
        let message = format!("{name} must be a list or another iterable of str, not a single str");
        return Err(PyTypeError::new_err(message));
    }
    values.try_iter()?.map(|value| value?.extract()).collect()
}

fn query_text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = value.extract::<String>() {
        return Ok(text);
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(if flag.is_true() { "true" } else { "false" }.to_owned());
    }
    if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
        return value.str()?.extract();
    }
    let found = value.get_type().name()?;
    Err(PyTypeError::new_err(format!(
        "values of query must be str, int, float or bool, not {found}"
    )))
}

/// The moment as `datetime` in UTC; nanoseconds are cut off.
pub(crate) fn to_datetime<'py>(
    py: Python<'py>,
    time: Option<Timestamp>,
) -> PyResult<Option<Bound<'py, PyDateTime>>> {
    let Some(time) = time else { return Ok(None) };
    let time = time.to_zoned(TimeZone::UTC).datetime();
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    let zone = PyTzInfo::utc(py)?;
    let datetime = PyDateTime::new(
        py,
        time.year().into(),
        small(time.month()),
        small(time.day()),
        small(time.hour()),
        small(time.minute()),
        small(time.second()),
        u32::try_from(time.subsec_nanosecond() / 1_000).unwrap_or_default(),
        Some(&zone),
    )?;
    Ok(Some(datetime))
}
