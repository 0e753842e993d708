//! The wait that a server asks for, in all forms: never one that is shorter than asked, and never a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::tz::TimeZone;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use uppzy::{Client, Clock, Error, RetryPolicy, RetryStoppedBy, Transport};
use uppzy_fuzz::{Canned, Reply, hold, mutated};

/// No wait is told to be longer.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// A moment late in the year 9999, in seconds.
const LAST: i64 = 253_402_000_000;

/// What a call ends in that is answered so, under that policy.
fn refused(status: u16, headers: Vec<(String, Vec<u8>)>, policy: RetryPolicy) -> (Error, usize) {
    let server = Canned::new(Reply { status, headers, body: Vec::new() });
    let client = Client::builder()
        .environment(Vec::<(String, String)>::new())
        .api_key("test-key")
        .tenant_id("tenant-1")
        .retry(policy)
        .clock(Clock::virtual_time(1))
        .transport(Arc::clone(&server) as Arc<dyn Transport>)
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(client.tenant().limits(&[])).unwrap_err();
    (error, server.requests().len())
}

fn header(name: &str, value: impl Into<Vec<u8>>) -> (String, Vec<u8>) {
    (name.to_owned(), value.into())
}

fn status() -> impl Strategy<Value = u16> {
    select(vec![429_u16, 503, 500, 502, 400, 301])
}

/// Policies from one that never waits to one that would wait for ever.
fn policy() -> impl Strategy<Value = RetryPolicy> {
    let most = select(vec![
        Duration::ZERO,
        Duration::from_secs(60),
        Duration::from_secs(86_400),
        Duration::MAX,
    ]);
    (1_u32..4, most, prop_oneof![Just(Duration::MAX), Just(Duration::from_secs(20))]).prop_map(
        |(max_attempts, max_retry_after, throttled_cap)| RetryPolicy {
            max_attempts,
            max_retry_after,
            throttled_cap,
            ..RetryPolicy::default()
        },
    )
}

/// No wait between two attempts was shorter than what was asked for before it.
fn waited_as_told(error: &Error) -> Result<(), TestCaseError> {
    let Some(told) = error.retry_after() else { return Ok(()) };
    for attempt in error.attempts() {
        if let Some(delay) = attempt.delay_before_next {
            prop_assert!(delay >= told, "waited {delay:?}, told {told:?}");
        }
    }
    if told > Duration::from_secs(86_400) {
        prop_assert_eq!(error.attempts().len(), 1);
    }
    Ok(())
}

/// Whole seconds with any number of digits mean that many seconds, or longer than anybody waits.
#[test]
fn seconds_are_read_whatever_their_number() {
    let digits = prop_oneof!["[0-9]{1,3}", "[0-9]{1,40}", "0{0,30}[0-9]{1,12}", "[0-9]{300,400}"];
    let blank = select(vec!["", " ", "\t", "  "]);
    hold(&(digits, blank, status(), policy()), |(digits, blank, status, policy)| {
        let text = format!("{blank}{digits}{blank}");
        let (error, requests) = refused(status, vec![header("retry-after", text)], policy);
        let told = error.retry_after();
        match digits.trim_start_matches('0').parse::<u64>() {
            Ok(seconds) => {
                let expected = Duration::from_secs(seconds).min(LONGEST);
                prop_assert_eq!(told, Some(expected), "{}", digits);
            }
            Err(_) if digits.chars().all(|digit| digit == '0') => {
                prop_assert_eq!(told, Some(Duration::ZERO));
            }
            Err(_) => prop_assert_eq!(told, Some(LONGEST), "{}", digits),
        }
        prop_assert_eq!(requests, error.attempts().len());
        waited_as_told(&error)
    });
}

/// A date in each of the three forms of HTTP, against the answer's own date.
#[test]
fn dates_are_read_in_every_form() {
    // From 1970 to 9999; the form of RFC 850 has two digits for the year.
    let moment = prop_oneof![0_i64..LAST, 946_684_800_i64..3_000_000_000];
    let cases = (moment, -100_000_i64..400_000_000, 0_usize..3, status(), policy());
    hold(&cases, |(sent, after, form, status, policy)| {
        let until = (sent + after).clamp(0, LAST);
        let moment = |seconds| Timestamp::from_second(seconds).unwrap().to_zoned(TimeZone::UTC);
        let year = moment(until).year();
        let text = match form {
            0 => DateTimePrinter::new()
                .timestamp_to_rfc9110_string(&moment(until).timestamp())
                .unwrap(),
            1 if (1970..2070).contains(&year) => {
                moment(until).strftime("%A, %d-%b-%y %H:%M:%S GMT").to_string()
            }
            _ => moment(until).strftime("%a %b %e %H:%M:%S %Y").to_string(),
        };
        let date =
            DateTimePrinter::new().timestamp_to_rfc9110_string(&moment(sent).timestamp()).unwrap();
        let headers = vec![header("retry-after", text.clone()), header("date", date)];
        let (error, _) = refused(status, headers, policy);
        let expected = Duration::from_secs(u64::try_from(until - sent).unwrap_or_default());
        prop_assert_eq!(error.retry_after(), Some(expected.min(LONGEST)), "{}", text);
        waited_as_told(&error)
    });
}

/// Whatever else stands there is no wait, or one that is kept.
#[test]
fn nonsense_does_no_harm() {
    let value = prop_oneof![
        vec(any::<u8>(), 0..60),
        "[-+]?[0-9]{0,30}\\.?[0-9]{0,30}([eE][-+]?[0-9]{0,6})?".prop_map(String::into_bytes),
        select(vec!["NaN", "inf", "-inf", "infinity", "0x10", "1e400", "-1", "-0", "1,2"])
            .prop_map(|text| text.as_bytes().to_vec()),
        mutated(b"Sun, 06 Nov 1994 08:49:37 GMT".to_vec()),
        mutated(b"Sunday, 06-Nov-94 08:49:37 GMT".to_vec()),
        mutated(b"Sun Nov  6 08:49:37 1994".to_vec()),
    ];
    let date =
        prop_oneof![Just(None), mutated(b"Sun, 06 Nov 1994 08:49:37 GMT".to_vec()).prop_map(Some)];
    hold(&(vec(value, 1..3), date, status(), policy()), |(values, date, status, policy)| {
        let mut headers: Vec<_> =
            values.into_iter().map(|value| header("retry-after", value)).collect();
        headers.extend(date.map(|date| header("date", date)));
        let (error, requests) = refused(status, headers, policy);
        prop_assert_eq!(error.http_status(), Some(status));
        prop_assert!(error.to_json().is_object());
        prop_assert!(!error.queue_verdict().to_json().is_null());
        prop_assert_eq!(requests, error.attempts().len());
        waited_as_told(&error)
    });
}

#[test]
fn a_wait_without_end_is_no_retry() {
    for seconds in ["61", "18446744073709551615", "18446744073709551616", &"9".repeat(400)] {
        let policy = RetryPolicy::default();
        let (error, requests) = refused(503, vec![header("retry-after", seconds)], policy);
        assert_eq!(error.retry_stopped_by(), Some(RetryStoppedBy::RetryAfterTooLong), "{seconds}");
        assert_eq!(requests, 1, "{seconds}");
    }
}
