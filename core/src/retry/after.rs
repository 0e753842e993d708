//! The Retry-After header, in seconds or as a date.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// A wait that is longer counts as this one: nobody waits so long, and every language can hold it.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The wait that the server asks for. A date is read against the answer's own `Date`, so that a
/// wrong clock on either side does no harm; without one, against `now`.
pub(crate) fn parse_retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        // A number too large for any type is still a number, unlike the word for infinity.
        let asked = seconds >= 0.0 && text.contains(|character: char| character.is_ascii_digit());
        return asked.then(|| Duration::try_from_secs_f64(seconds).map_or(LONGEST, shortened));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let sent = headers
        .get(DATE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| httpdate::parse_http_date(text).ok())
        .unwrap_or(now);
    Some(shortened(date.duration_since(sent).unwrap_or(Duration::ZERO)))
}

fn shortened(wait: Duration) -> Duration {
    wait.min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(http::HeaderName, &str)]) -> Option<Duration> {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap()));
        parse_retry_after(&headers.collect(), SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(read(&[(RETRY_AFTER, "7")]), Some(Duration::from_secs(7)));
        assert_eq!(read(&[(RETRY_AFTER, "1.5")]), Some(Duration::from_millis(1500)));
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let earlier = "Sun, 06 Nov 1994 08:49:07 GMT";
        assert_eq!(read(&[(RETRY_AFTER, date), (DATE, earlier)]), Some(Duration::from_secs(30)));
        assert_eq!(read(&[(RETRY_AFTER, earlier), (DATE, date)]), Some(Duration::ZERO));
        assert!(read(&[(RETRY_AFTER, date)]).unwrap() > Duration::from_secs(3600));
    }

    #[test]
    fn a_number_beyond_every_type_is_a_long_wait() {
        for text in ["9".repeat(30), "9".repeat(400), "1e300".to_owned(), "1e999".to_owned()] {
            assert_eq!(read(&[(RETRY_AFTER, &text)]), Some(LONGEST), "{text}");
        }
        let date = [(RETRY_AFTER, "Fri, 31 Dec 9999 23:59:59 GMT")];
        assert_eq!(read(&date), Some(LONGEST));
    }

    #[test]
    fn nonsense_is_no_wait() {
        for text in ["soon", "-3", "NaN", "inf", "infinity", "-1e400", ""] {
            assert_eq!(read(&[(RETRY_AFTER, text)]), None, "{text}");
        }
        assert_eq!(read(&[]), None);
    }
}
