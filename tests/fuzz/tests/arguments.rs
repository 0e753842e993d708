//! Ids, addresses, names and queries of any kind: the request goes where it should, with all that was
//! given, or it is refused before anything is sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use percent_encoding::percent_decode_str;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use uppzy::{ChatRequest, Client, Error, ErrorKind, Feedback, Outcome, SessionIds};
use uppzy_fuzz::{Canned, Reply, client_of, hold, json};

fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[a-zA-Z0-9_@.+-]{1,30}",
        2 => any::<String>(),
        2 => select(vec![
            "", " ", ".", "..", "../..", "a/../../b", "a?b=c&d", "a#b", "%2e%2e", "%2F", "\\..\\",
            "//evil.test", "http://evil.test/", "\r\nX-Evil: 1", "\u{0}", "é", "\u{202e}", "a b", "&=+%",
        ])
        .prop_map(str::to_owned),
        1 => "\\PC{300,600}",
    ]
}

/// Method, URL and body.
type Request = (String, String, Vec<u8>);

/// Makes the call and gives the requests that it made.
fn seen(make: impl AsyncFnOnce(&Client) -> Option<Error>) -> (Option<Error>, Vec<Request>) {
    let server = Canned::new(Reply::success(
        r#"{"id":"d-1","request_id":"req-1","answer":"a","status":"pending","sessions":[]}"#,
    ));
    let client = client_of(&server);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(make(&client));
    (error, server.requests())
}

/// Refused before anything was sent, by a name; or one request, to the right server.
fn refused_or_sent(
    error: Option<Error>,
    requests: &[Request],
) -> Result<Option<(http::Uri, Vec<u8>)>, TestCaseError> {
    if let Some(error) = error {
        prop_assert!(
            matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Config),
            "{:?}",
            error
        );
        prop_assert!(error.field().is_some() && error.outcome() == Outcome::NotSent, "{:?}", error);
        prop_assert_eq!(requests.len(), 0);
        return Ok(None);
    }
    prop_assert_eq!(requests.len(), 1);
    let uri: http::Uri = requests[0].1.parse().unwrap();
    prop_assert_eq!(uri.authority().unwrap().as_str(), "api.uppzy.com");
    prop_assert!(uri.path().is_ascii() && !uri.path().contains('\\'), "{}", uri);
    Ok(Some((uri, requests[0].2.clone())))
}

/// The segments of a path, decoded; none of them leads to another path.
fn segments(uri: &http::Uri) -> Result<Vec<String>, TestCaseError> {
    let encoded: Vec<&str> = uri.path().split('/').skip(1).collect();
    for segment in &encoded {
        prop_assert!(!matches!(*segment, "" | "." | ".."), "{}", uri);
    }
    let decode = |segment: &&str| percent_decode_str(segment).decode_utf8().unwrap().into_owned();
    Ok(encoded.iter().map(decode).collect())
}

#[test]
fn ids_stay_in_their_place_of_the_path() {
    hold(&(id(), id(), 0_u8..6), |(one, two, which)| {
        let (error, requests) = seen(async |client| match which {
            0 => client.chat().status(&two).await.err(),
            1 => client.documents().update(&two, &json!({"title": "t"})).await.err(),
            2 => client.site().user_statistics(&two).await.err(),
            3 => match client.for_site(&one) {
                Ok(client) => client.chat().status(&two).await.err(),
                Err(error) => Some(error),
            },
            4 => match client.for_tenant(&one) {
                Ok(client) => client.tenant().usage(&[]).await.err(),
                Err(error) => Some(error),
            },
            _ => match client.for_site(&one) {
                Ok(client) => client.site().get(&[]).await.err(),
                Err(error) => Some(error),
            },
        });
        let Some((uri, _)) = refused_or_sent(error, &requests)? else { return Ok(()) };
        let expected: Vec<&str> = match which {
            0 => vec!["sites", "site-1", "chat", "requests", &two],
            1 => vec!["sites", "site-1", "documents", &two],
            2 => vec!["sites", "site-1", "users", &two, "statistics"],
            3 => vec!["sites", &one, "chat", "requests", &two],
            4 => vec!["tenants", &one, "usage"],
            _ => vec!["sites", &one],
        };
        prop_assert_eq!(uri.query(), None);
        let found = segments(&uri)?;
        prop_assert_eq!(&found[..3], ["api", "v1", "m2m"]);
        prop_assert_eq!(&found[3..], &expected[..], "{}", uri);
        Ok(())
    });
}

#[test]
fn queries_arrive_as_they_were_given() {
    hold(&vec((id(), id()), 0..5), |pairs| {
        let given: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (error, requests) =
            seen(async |client| client.sessions().list(None, &given).await.err());
        let Some((uri, _)) = refused_or_sent(error, &requests)? else { return Ok(()) };
        let decode = |text: &str| {
            percent_decode_str(&text.replace('+', " ")).decode_utf8().unwrap().into_owned()
        };
        let arrived: Vec<(String, String)> = uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        prop_assert_eq!(arrived, pairs);
        prop_assert_eq!(uri.path(), "/api/v1/m2m/sites/site-1/sessions");
        Ok(())
    });
}

#[test]
fn words_arrive_as_they_were_given() {
    hold(&(id(), id(), id(), id(), json(), 0_u8..5), |(one, two, three, four, patch, which)| {
        let question = ChatRequest::new(&one, &two).email(&three).response_language(&four);
        let (error, requests) = seen(async |client| match which {
            0 => client.chat().send(&question).await.err(),
            1 => client.documents().create_text(&one, &two, Some(&three)).await.err(),
            2 => client.documents().create_qa(&one, &two, &three, None).await.err(),
            3 => client.chat().feedback(&one, &two, Feedback::Good).await.err(),
            _ => client.site().update_widget_config(&patch).await.err(),
        });
        let Some((_, body)) = refused_or_sent(error, &requests)? else { return Ok(()) };
        let sent: Value = serde_json::from_slice(&body).unwrap();
        let given = match which {
            0 => {
                json!({"session_id": one, "message": two, "email": three, "response_language": four})
            }
            1 => json!({"title": one, "content": two, "category": three}),
            2 => json!({"title": one, "question": two, "answer": three}),
            3 => json!({"session_id": one, "request_id": two, "feedback": "good"}),
            _ => serde_json::from_str(&patch.to_string()).unwrap(),
        };
        prop_assert_eq!(sent, given);
        Ok(())
    });
}

/// An id is made of what a person is called, and says nothing of it.
#[test]
fn session_ids_tell_nothing_and_stay_the_same() {
    hold(&("\\PC{16,40}", id(), id()), |(secret, person, thread)| {
        let Ok(ids) = SessionIds::new(&secret) else { return Ok(()) };
        let Ok(user) = ids.per_user(&person) else {
            prop_assert!(person.trim().is_empty(), "{:?}", person);
            return Ok(());
        };
        prop_assert!(user.is_ascii() && user.len() <= 200, "{}", user);
        prop_assert_eq!(&user, &SessionIds::new(&secret).unwrap().per_user(&person).unwrap());
        if person.chars().count() >= 6 {
            prop_assert!(!user.contains(&person), "{}", user);
        }
        if let Ok(other) = ids.per_user(&thread) {
            prop_assert_eq!(user == other, person == thread);
        }
        Ok(())
    });
}
