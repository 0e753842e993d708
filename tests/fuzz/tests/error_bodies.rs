//! Whatever a server says with an error: the error has its kind, is short, and repeats nobody's words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use uppzy::{ChatRequest, Client, Clock, Error, ErrorKind, RetryPolicy, Transport};
use uppzy_fuzz::{Canned, Reply, hold, hold_some, json, json_text, mutated};

const KEY: &str = "KeyPlant7Gq2Xw9Zt4";
const MESSAGE: &str = "MessagePlant9 Uj3Ea8 why does my \"green\" lampüp hum?\nAnd glow";
const EMAIL: &str = "email.plant4+lq0@canary-shop.test";
/// A run of this many characters of what was sent is an echo.
const ECHO: usize = 12;

fn client(reply: Reply) -> Client {
    Client::builder()
        .environment(Vec::<(String, String)>::new())
        .api_key(KEY)
        .tenant_id("tenant-1")
        .site_id("site-1")
        .retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() })
        .clock(Clock::virtual_time(1))
        .transport(Canned::new(reply) as Arc<dyn Transport>)
        .build()
        .unwrap()
}

/// The error of a question, or of a call with an address in its path, that is answered so.
fn refused(reply: Reply, question: bool) -> Option<Error> {
    let client = client(reply);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        if question {
            let question = ChatRequest::new("s-1", MESSAGE).email(EMAIL);
            client.chat().send(&question).await.err()
        } else {
            client.site().user_statistics(EMAIL).await.err()
        }
    })
}

/// All texts of an error.
fn texts(error: &Error) -> Vec<String> {
    let mut texts = vec![
        error.to_string(),
        error.message().to_owned(),
        error.user_message().to_owned(),
        error.hint().to_owned(),
        error.server_message().unwrap_or_default().to_owned(),
        error.body_excerpt().unwrap_or_default().to_owned(),
        error.code().unwrap_or_default().to_owned(),
        error.http_request_id().unwrap_or_default().to_owned(),
    ];
    texts.extend(error.cause().map(texts_of).into_iter().flatten());
    texts
}

fn texts_of(error: &Error) -> Vec<String> {
    texts(error)
}

fn kind_of(status: u16) -> ErrorKind {
    match status {
        400 => ErrorKind::BadRequest,
        401 => ErrorKind::Authentication,
        403 => ErrorKind::PermissionDenied,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        413 => ErrorKind::PayloadTooLarge,
        422 => ErrorKind::Unprocessable,
        429 => ErrorKind::RateLimit,
        503 | 529 => ErrorKind::ServiceUnavailable,
        408 | 502 | 504 => ErrorKind::GatewayTimeout,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::UnexpectedStatus,
    }
}

/// One line each, short, and fit for a log.
fn is_fit_for_a_log(error: &Error) -> Result<(), TestCaseError> {
    for text in texts(error) {
        prop_assert!(!text.chars().any(char::is_control), "{:?}", text);
        prop_assert!(
            !text.contains(['\u{2028}', '\u{2029}', '\u{202e}', '\u{2066}']),
            "{:?}",
            text
        );
        prop_assert!(text.chars().count() < 900, "{} characters", text.chars().count());
    }
    prop_assert!(error.report().len() < 20_000);
    prop_assert!(error.to_json().is_object());
    let excerpt = error.body_excerpt().unwrap_or_default().chars().count();
    let message = error.server_message().unwrap_or_default().chars().count();
    prop_assert!(excerpt <= 301 && message <= 301, "{} {}", excerpt, message);
    Ok(())
}

/// Nothing of a person or a secret, in any form of the error.
fn repeats_nothing(error: &Error) -> Result<(), TestCaseError> {
    let mut all = texts(error);
    all.push(error.to_json().to_string());
    all.push(error.report());
    all.push(format!("{error:?} {error:#?}"));
    let all = all.join("\n");
    for plant in [KEY, MESSAGE, EMAIL] {
        let characters: Vec<char> = plant.chars().collect();
        for run in characters.windows(ECHO) {
            let run: String = run.iter().collect();
            prop_assert!(!all.contains(&run), "{:?} in {}", run, all);
        }
    }
    prop_assert!(!all.contains("canary-shop"), "{}", all);
    Ok(())
}

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![
        3 => select(vec![
            400_u16, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529,
        ]),
        1 => 300_u16..400,
        1 => 300_u16..1000,
    ]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let page = b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n<body>\n<h1>Bad Gateway</h1></body></html>";
    prop_oneof![
        3 => json_text(),
        1 => vec(any::<u8>(), 0..400),
        1 => any::<String>().prop_map(String::into_bytes),
        1 => mutated(page.to_vec()),
        2 => mutated(br#"{"error":{"code":"quota","message":"out of quota","type":"limit"}}"#.to_vec()),
        1 => "[\\x00-\\x20\\u{80}-\\u{a0}\\u{2000}-\\u{206f}a]{0,900}".prop_map(String::into_bytes),
    ]
}

fn headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let name = select(vec![
        "x-request-id",
        "request-id",
        "x-correlation-id",
        "content-type",
        "content-length",
        "location",
        "date",
        "content-encoding",
    ])
    .prop_map(str::to_owned);
    let value = prop_oneof![
        vec(any::<u8>(), 0..40),
        "[ -~]{0,200}".prop_map(String::into_bytes),
        Just(KEY.as_bytes().to_vec()),
    ];
    vec((name, value), 0..4)
}

#[test]
fn every_status_has_its_kind_whatever_the_body() {
    hold(&(status(), headers(), body(), any::<bool>()), |(status, headers, body, question)| {
        let error = refused(Reply { status, headers, body }, question).unwrap();
        prop_assert_eq!(error.kind(), kind_of(status));
        prop_assert_eq!(error.http_status(), Some(status));
        is_fit_for_a_log(&error)?;
        repeats_nothing(&error)
    });
}

/// How a server might write what it was sent.
fn echo_form() -> impl Strategy<Value = fn(&str) -> String> {
    let forms: Vec<fn(&str) -> String> = vec![
        str::to_owned,
        |text| Value::from(text).to_string(),
        |text| Value::from(Value::from(text).to_string()).to_string(),
        |text| text.replace('"', "&quot;").replace('ü', "&#252;"),
        |text| format!("<pre>{text}</pre>"),
        |text| text.chars().flat_map(|letter| [letter.to_string(), String::new()]).collect(),
        |text| format!("…{}", text.chars().skip(3).collect::<String>()),
        |text| text.split(' ').collect::<Vec<_>>().join("\n"),
        |text| text.replace('@', "%40").replace('+', "%2B").replace(' ', "+"),
    ];
    select(forms)
}

/// Bodies with what was sent in them, anywhere.
fn echo() -> impl Strategy<Value = Vec<u8>> {
    let plant = select(vec![KEY, MESSAGE, EMAIL]);
    let around = "[ -~]{0,400}";
    (plant, echo_form(), around, "[ -~]{0,40}", 0_usize..9, json()).prop_map(
        |(plant, form, before, after, shape, other)| {
            let text = format!("{before}{}{after}", form(plant));
            let text = match shape {
                0 => text,
                1 => json!({ "error": text }).to_string(),
                2 => json!({"error": {"message": text, "code": plant}}).to_string(),
                3 => json!({"detail": [{"input": text, "other": other}]}).to_string(),
                4 => json!({"code": plant, "type": plant, "title": text}).to_string(),
                5 => json!({"request": {"message": plant, "email": plant}, "a": other}).to_string(),
                6 => json!([text, [plant]]).to_string(),
                7 => format!("{{\"error\":\"{text}"),
                _ => json!(text).to_string(),
            };
            text.into_bytes()
        },
    )
}

#[test]
fn an_echo_of_what_was_sent_gets_into_no_error() {
    let status = prop_oneof![3 => status(), 1 => Just(200_u16)];
    hold_some(512, &(status, echo(), any::<Index>()), |(status, mut body, cut)| {
        // Cut off in the middle now and then, which is what makes an excerpt.
        if cut.index(3) == 0 {
            body.truncate(cut.index(body.len() + 1));
        }
        if let Some(error) =
            refused(Reply { status, headers: Vec::new(), body: body.clone() }, true)
        {
            is_fit_for_a_log(&error)?;
            repeats_nothing(&error)?;
        }
        let path = Reply { status: status.max(400), headers: Vec::new(), body };
        let error = refused(path, false).unwrap();
        // The question was not sent this time; the key and the address were.
        let all = format!("{} {} {error:?}", error.to_json(), error.report());
        prop_assert!(!all.contains(KEY) && !all.contains("canary-shop"), "{}", all);
        Ok(())
    });
}

/// Megabytes, and nesting without end: an error of a few lines all the same.
#[test]
fn a_huge_body_is_a_short_error() {
    let piece = select(vec![
        "a",
        "{\"error\":",
        "[",
        "ä",
        "<br>",
        "\u{0}",
        " ",
        "ann@example.org ",
        "\\u0000",
    ]);
    let count = prop_oneof![4 => 1_usize..300_000, 1 => 3_000_000_usize..3_000_001];
    hold_some(24, &(piece, count, status(), any::<bool>()), |(piece, count, status, wrapped)| {
        let mut text = piece.repeat(count);
        if wrapped {
            text = json!({ "error": text }).to_string();
        }
        let reply = Reply { status, headers: Vec::new(), body: text.into_bytes() };
        let error = refused(reply, true).unwrap();
        prop_assert_eq!(error.kind(), kind_of(status));
        is_fit_for_a_log(&error)
    });
}
