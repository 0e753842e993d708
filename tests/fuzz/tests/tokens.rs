//! Resume tokens: what goes in comes out, and whatever was changed is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use uppzy::{ChatRequest, Client, Error, ErrorKind};
use uppzy_fuzz::{Canned, Reply, client_of, hold, json, mutated};

const LONGEST: usize = 512;

fn submitted(site: &str, session: &str, request: &str) -> Result<(Client, String), Error> {
    let body = json!({"request_id": request, "session_id": session, "status": "pending"});
    let client = client_of(&Canned::new(Reply::success(body.to_string())));
    let client = client.for_site(site)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let question = ChatRequest::new("asked", "Why does it hum?");
    let pending = runtime.block_on(client.chat().submit(&question))?;
    let token = pending.token();
    Ok((client, token))
}

/// A token whose fields are those.
fn forged(content: &Value) -> String {
    let mut bytes = content.to_string().into_bytes();
    let checksum = crc32fast::hash(&bytes).to_be_bytes();
    bytes.extend_from_slice(&checksum);
    format!("v1.{}", URL_SAFE_NO_PAD.encode(bytes))
}

fn good() -> (Client, String) {
    submitted("site-1", "ticket-48291", "req_8Yt5").unwrap()
}

#[test]
fn what_goes_in_comes_out_in_any_process() {
    let dots = || select(vec![".", ".."]).prop_map(str::to_owned);
    let id = || prop_oneof!["[a-zA-Z0-9_-]{1,40}", any::<String>(), "\\PC{1,30}", dots()];
    hold(&(id(), id(), id()), |(site, session, request)| {
        let Ok((client, token)) = submitted(&site, &session, &request) else {
            // Refused before anything was sent, or an id in the answer that cannot be one.
            return Ok(());
        };
        prop_assert!(token.starts_with("v1.") && token.is_ascii());
        let resumed = client.for_site("another").unwrap().chat().resume(&token).unwrap();
        prop_assert_eq!(resumed.request_id(), request);
        prop_assert_eq!(resumed.token(), token.clone());
        let is_none = matches!(session.trim(), "" | "." | "..");
        if !resumed.session_id().is_empty() && !is_none {
            prop_assert_eq!(resumed.session_id(), session);
        }
        let padded = format!(" {token}\r\n");
        prop_assert!(client.chat().resume(&padded).is_ok(), "as a file or a form hands it over");
        Ok(())
    });
}

/// The longest site id, and request ids much longer than any that the vendor shows.
#[test]
fn a_token_fits_into_its_column() {
    let cases = ("[a-zA-Z0-9_.-]{1,200}", ".{0,600}", "[a-zA-Z0-9_-]{1,100}");
    hold(&cases, |(site, session, request)| {
        if let Ok((_, token)) = submitted(&site, &session, &request) {
            prop_assert!(token.len() <= LONGEST, "{} characters", token.len());
        }
        Ok(())
    });
}

fn is_refused(client: &Client, token: &str) -> Result<(), TestCaseError> {
    match client.chat().resume(token) {
        Ok(_) => Err(TestCaseError::fail(format!("accepted: {token:?}"))),
        Err(error) => {
            prop_assert_eq!(error.kind(), ErrorKind::InvalidInput);
            prop_assert_eq!(error.field(), Some("token"));
            prop_assert!(error.message().starts_with("token "), "{}", error.message());
            prop_assert!(!error.message().contains(char::is_control));
            Ok(())
        }
    }
}

#[test]
fn a_token_with_any_change_is_refused() {
    let (client, token) = good();
    let alphabet = "ABCxyz019-_.=+/ \u{e9}\n".chars().collect::<Vec<_>>();
    let cases = (any::<Index>(), select(alphabet), 0_usize..4, mutated(token.clone().into_bytes()));
    hold(&cases, |(at, character, how, mutated)| {
        let mut characters: Vec<char> = token.chars().collect();
        let at = at.index(characters.len());
        match how {
            0 => characters[at] = character,
            1 => characters.insert(at, character),
            2 => drop(characters.remove(at)),
            _ => characters.truncate(at),
        }
        let changed: String = characters.into_iter().collect();
        if changed.trim() != token {
            is_refused(&client, &changed)?;
        }
        let mutated = String::from_utf8_lossy(&mutated).into_owned();
        if mutated.trim() != token {
            is_refused(&client, &mutated)?;
        }
        Ok(())
    });
}

#[test]
fn no_text_at_all_harms() {
    let client = good().0;
    let text = prop_oneof![
        any::<String>(),
        any::<String>().prop_map(|text| format!("v1.{text}")),
        "v1\\.[A-Za-z0-9_-]{0,900}",
        vec(any::<u8>(), 0..200).prop_map(|bytes| format!("v1.{}", URL_SAFE_NO_PAD.encode(bytes))),
        json().prop_map(|value| forged(&value)),
    ];
    hold(&text, |text| is_refused(&client, &text));
}

/// A token is no secret: whoever can write to the table of pending chats can make one with a right
/// checksum. It leads to the status of a request of a site, or nowhere.
#[test]
fn a_forged_token_leads_nowhere_else() {
    let (_, token) = good();
    let bytes = URL_SAFE_NO_PAD.decode(&token[3..]).unwrap();
    let genuine: Value = serde_json::from_slice(&bytes[..bytes.len() - 4]).unwrap();
    let odd = || {
        prop_oneof![
            4 => any::<String>().prop_map(Value::from),
            4 => select(vec![
                "", ".", "..", "../..", "a/../../b", "%2e%2e", "a?b=c", "a#b", "\\", "//evil.test/",
                "\r\nX-Evil: 1", "http://evil.test", "@evil.test", "a b", "\u{0}", "é", " ",
            ])
            .prop_map(Value::from),
            1 => "[a-z]{0,3000}".prop_map(Value::from),
            1 => any::<i64>().prop_map(Value::from),
            1 => json(),
        ]
    };
    let name = select(vec!["s", "r", "c", "t", "o", "x"]);
    hold(&vec((name, odd()), 1..4), |changes| {
        let mut content = genuine.clone();
        for (name, value) in changes {
            content[name] = value;
        }
        let server = Canned::new(Reply::success(r#"{"status":"pending"}"#));
        let client = client_of(&server);
        let token = forged(&content);
        match client.chat().resume(&token) {
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::InvalidInput, "{}", error.message());
                prop_assert_eq!(error.field(), Some("token"));
            }
            Ok(pending) => {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let polled = runtime.block_on(client.chat().poll_once(&token));
                let requests = server.requests();
                prop_assert!(polled.is_ok(), "{:?}", polled);
                let (method, url, _) = &requests[0];
                prop_assert_eq!(method, "GET");
                let path = url.strip_prefix("https://api.uppzy.com").unwrap();
                let segments: Vec<&str> = path.split('/').collect();
                prop_assert_eq!(segments.len(), 9, "{}", url);
                prop_assert_eq!(&segments[..5], ["", "api", "v1", "m2m", "sites"]);
                prop_assert_eq!(&segments[6..8], ["chat", "requests"]);
                let asked =
                    percent_encoding::percent_decode_str(segments[8]).decode_utf8().unwrap();
                prop_assert_eq!(asked.as_ref(), pending.request_id());
                for segment in [segments[5], segments[8]] {
                    prop_assert!(!matches!(segment, "" | "." | ".."), "{}", url);
                    prop_assert!(
                        segment.is_ascii() && !segment.contains(['?', '#', '\\']),
                        "{}",
                        url
                    );
                }
            }
        }
        Ok(())
    });
}
