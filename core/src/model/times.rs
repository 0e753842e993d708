//! Moments in the forms that servers write them in.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Number, Value};

/// From here on a number counts milliseconds: as seconds it would be the year 5138.
const SMALLEST_MILLISECONDS: u64 = 100_000_000_000;

/// Reads RFC 3339 (with `T` or a space; without an offset it is UTC), a date alone (midnight UTC),
/// and seconds or milliseconds since 1970 as a number.
pub(crate) fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => from_text(text.trim()),
        Value::Number(number) => from_number(number),
        _ => None,
    }
}

fn from_text(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let time: DateTime = text.parse().ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn from_number(number: &Number) -> Option<Timestamp> {
    if let Some(whole) = number.as_i64() {
        return if whole.unsigned_abs() < SMALLEST_MILLISECONDS {
            Timestamp::from_second(whole).ok()
        } else {
            Timestamp::from_millisecond(whole).ok()
        };
    }
    let number = number.as_f64()?;
    let seconds = if number.abs() < SMALLEST_MILLISECONDS as f64 { number } else { number / 1e3 };
    // Beyond microseconds a float of this size holds noise only. The cast saturates, and what
    // saturates is out of the range that is accepted.
    Timestamp::from_microsecond((seconds * 1e6).round() as i64).ok()
}

/// Whether a field that could not be read as a moment tells of one all the same: text, or `true`.
pub(crate) fn tells_of_one(unread: Option<&Value>) -> bool {
    match unread {
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(_)) => true,
        _ => false,
    }
}

/// The moment as JSON: ISO 8601 in UTC, or null.
pub(crate) fn to_json(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Null, |time| Value::String(time.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(value: Value) -> Option<String> {
        read(&value).map(|time| time.to_string())
    }

    #[test]
    fn every_form_is_read() {
        for (value, expected) in [
            (json!("2024-06-13T14:32:45Z"), "2024-06-13T14:32:45Z"),
            (json!("2024-06-13t14:32:45z"), "2024-06-13T14:32:45Z"),
            (json!("2024-06-13T14:32:45.123456789Z"), "2024-06-13T14:32:45.123456789Z"),
            (json!("2024-06-13T14:32:45+03:00"), "2024-06-13T11:32:45Z"),
            (json!("2024-06-13T14:32:45-0330"), "2024-06-13T18:02:45Z"),
            (json!("2024-06-13 14:32:45Z"), "2024-06-13T14:32:45Z"),
            (json!("2024-06-13 14:32:45+00:00"), "2024-06-13T14:32:45Z"),
            (json!("2024-06-13T14:32:45"), "2024-06-13T14:32:45Z"),
            (json!("2024-06-13 14:32:45.5"), "2024-06-13T14:32:45.5Z"),
            (json!("2024-06-13T14:32"), "2024-06-13T14:32:00Z"),
            (json!("2024-06-13"), "2024-06-13T00:00:00Z"),
            (json!(" 2024-06-13T14:32:45Z\n"), "2024-06-13T14:32:45Z"),
            (json!(1_718_289_165), "2024-06-13T14:32:45Z"),
            (json!(1_718_289_165_250_i64), "2024-06-13T14:32:45.25Z"),
            (json!(1_718_289_165.5), "2024-06-13T14:32:45.5Z"),
            (json!(1_718_289_165_250.0), "2024-06-13T14:32:45.25Z"),
            (json!(0), "1970-01-01T00:00:00Z"),
            (json!(-1), "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(text(value.clone()).as_deref(), Some(expected), "{value}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for value in [
            json!("yesterday"),
            json!(""),
            json!("14:32"),
            json!("2024-02-30T00:00:00Z"),
            json!("2024-06-13T25:00:00Z"),
            json!(true),
            json!(null),
            json!([1]),
            json!({"seconds": 1}),
            json!(i64::MAX),
            json!(u64::MAX),
            json!(1e300),
            json!(-1e300),
        ] {
            assert_eq!(text(value.clone()), None, "{value}");
        }
    }
}
