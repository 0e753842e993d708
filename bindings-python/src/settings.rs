//! A client's options, read from Python.

use std::path::PathBuf;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMapping};
use uppzy::{Client, ClientBuilder};
use uppzy_boundary::duration;

use crate::clock::Clock;
use crate::failure::OrRaise as _;
use crate::policies::{PollSchedule, RetryPolicy};

/// The builder for these options; those that are None are left to the environment and the defaults.
pub(crate) fn builder(options: &Bound<'_, PyDict>) -> PyResult<ClientBuilder> {
    let mut builder = Client::builder();
    for (name, value) in options.iter() {
        if !value.is_none() {
            builder = set(builder, &name.extract::<String>()?, &value)?;
        }
    }
    Ok(builder)
}

fn set(builder: ClientBuilder, name: &str, value: &Bound<'_, PyAny>) -> PyResult<ClientBuilder> {
    let wrong = |expected: &str| {
        let found = value.get_type().name().map(|name| name.to_string()).unwrap_or_default();
        PyTypeError::new_err(format!("{name} must be {expected}, not {found}"))
    };
    let text = || value.extract::<String>().map_err(|_| wrong("str"));
    let path = || value.extract::<PathBuf>().map_err(|_| wrong("str or os.PathLike"));
    let flag = || value.extract::<bool>().map_err(|_| wrong("bool"));
    let count = || value.extract::<usize>().map_err(|_| wrong("a whole number from 0 on"));
    let number = || value.extract::<f64>().map_err(|_| wrong("a number"));
    let time = |field| duration(field, number()?).or_raise(value.py());
    let pairs = || -> PyResult<Vec<(String, String)>> {
        let mapping = value.cast::<PyMapping>().map_err(|_| wrong("a mapping of str to str"))?;
        mapping.items()?.extract().map_err(|_| wrong("a mapping of str to str"))
    };
    Ok(match name {
        "api_key" => builder.api_key(text()?),
        "api_key_file" => builder.api_key_file(path()?),
        "bearer_token" => builder.bearer_token(text()?),
        "base_url" => builder.base_url(text()?),
        "tenant_id" => builder.tenant_id(text()?),
        "site_id" => builder.site_id(text()?),
        "headers" => {
            pairs()?.into_iter().fold(builder, |builder, (name, value)| builder.header(name, value))
        }
        "allow_http" => builder.allow_http(flag()?),
        "ca_file" => builder.ca_file(path()?),
        "ca_pem" => match value.cast::<PyBytes>() {
            Ok(pem) => builder.ca_pem(pem.as_bytes()),
            Err(_) => builder.ca_pem(value.extract::<String>().map_err(|_| wrong("str or bytes"))?),
        },
        "proxy" => builder.proxy(text()?),
        "timeout" => builder.timeout(time("timeout")?),
        "send_timeout" => builder.send_timeout(time("send_timeout")?),
        "upload_timeout" => builder.upload_timeout(time("upload_timeout")?),
        "ask_timeout" => builder.ask_timeout(time("ask_timeout")?),
        "connect_timeout" => builder.connect_timeout(time("connect_timeout")?),
        "body_stall_timeout" => builder.body_stall_timeout(time("body_stall_timeout")?),
        "max_in_flight" => builder.max_in_flight(count()?),
        "retry" => {
            let policy = value.cast::<RetryPolicy>().map_err(|_| wrong("uppzy.RetryPolicy"))?;
            builder.retry(policy.get().0.clone())
        }
        "retry_unknown" => builder.retry_unknown(flag()?),
        "poll" => {
            let schedule = value.cast::<PollSchedule>().map_err(|_| wrong("uppzy.PollSchedule"))?;
            builder.poll(schedule.get().0.clone())
        }
        "max_poll_rate" => builder.max_poll_rate(number()?),
        "journal_capacity" => builder.journal_capacity(count()?),
        "user_agent_suffix" => builder.user_agent_suffix(text()?),
        "environment" => builder.environment(pairs()?),
        "clock" => {
            let clock = value.cast::<Clock>().map_err(|_| wrong("a clock of uppzy.testing"))?;
            builder.clock(clock.get().0.clone())
        }
        _ => return Err(PyTypeError::new_err(format!("there is no option {name}"))),
    })
}
