//! Arguments that are refused before the core sees them, by the same words in all languages.

use std::time::Duration;

use uppzy::{CallOptions, Error, Result};

/// A time that a caller gave in seconds.
///
/// # Errors
///
/// `invalid_input` for what is no time.
pub fn duration(field: &str, seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        let message = format!("{field} must be a number of seconds from 0 on, not {seconds}");
        Error::invalid_input(field, message)
    })
}

/// How one call differs from the client's defaults; the time is in seconds.
///
/// # Errors
///
/// `invalid_input` for what is no time.
pub fn call_options(timeout: Option<f64>, retry_unknown: Option<bool>) -> Result<CallOptions> {
    let timeout = timeout.map(|seconds| duration("timeout", seconds)).transpose()?;
    Ok(CallOptions { timeout, retry_unknown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_time_is_refused_by_name() {
        assert_eq!(duration("timeout", 1.5).unwrap(), Duration::from_millis(1_500));
        for (seconds, shown) in [(-1.0, "-1"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
            let error = call_options(Some(seconds), None).unwrap_err();
            assert_eq!((error.kind().as_str(), error.field()), ("invalid_input", Some("timeout")));
            let text = format!("timeout must be a number of seconds from 0 on, not {shown}");
            assert_eq!(error.message(), text);
        }
    }

    #[test]
    fn what_is_absent_is_left_to_the_client() {
        let options = call_options(None, Some(true)).unwrap();
        assert_eq!((options.timeout, options.retry_unknown), (None, Some(true)));
    }
}
