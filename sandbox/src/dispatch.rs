//! From a request on a connection to an answer, or to the end of the connection.

use std::sync::Arc;

use http::header::{ALLOW, AUTHORIZATION};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use sha2::{Digest, Sha256};

use crate::answer::Answer;
use crate::body::AnswerBody;
use crate::connection::{Broken, Connection};
use crate::control;
use crate::effects;
use crate::endpoints::{self, Endpoint, Payload, Route, UNMATCHED};
use crate::handlers::{self, Call};
use crate::journal::{Entry, Fate, Record};
use crate::openapi;
use crate::request::{self, ReadBody, Received, UploadLimits};
use crate::rules::Selected;
use crate::server::Server;
use crate::space::SpaceCore;

/// Handles one request.
pub(crate) async fn handle(
    server: &Arc<Server>,
    connection: &Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Broken> {
    let path = request.uri().path().to_owned();
    let (space, path) = match path.strip_prefix("/space/") {
        None => (Some(server.default_space().clone()), path.as_str()),
        Some(rest) => {
            let (name, _) = rest.split_once('/').unwrap_or((rest, ""));
            (server.space(name), rest.get(name.len()..).unwrap_or_default())
        }
    };
    let Some(space) = space else {
        return Ok(effects::plain(Answer::not_found("space not found")));
    };
    if let Some(path) = path.strip_prefix("/api/v1") {
        return api(&space, connection, path, request).await;
    }
    if let Some(path) = path.strip_prefix("/__sandbox") {
        return control::handle(server, &space, path, request).await;
    }
    let answer = match (request.method(), path) {
        (&Method::GET, "/openapi.json") => {
            let base_url = format!("http://{}{}/api/v1", server.address(), space.prefix());
            Answer::ok(openapi::description(&base_url, space.tenant_id(), space.site_id()))
        }
        (_, "/openapi.json") => method_not_allowed("GET"),
        _ => Answer::not_found("not found"),
    };
    Ok(effects::plain(answer))
}

fn method_not_allowed(methods: &str) -> Answer {
    Answer::error(StatusCode::METHOD_NOT_ALLOWED, "method not allowed")
        .header(ALLOW.as_str(), methods)
}

/// What a request is, before anything of its body is known.
struct Target<'path> {
    operation: &'static str,
    template: &'static str,
    payload: Payload,
    /// The endpoint with its parameters, or what to answer without one.
    route: Result<(&'static Endpoint, [&'path str; 2]), Answer>,
}

fn target<'path>(method: &Method, path: &'path str) -> Target<'path> {
    let refused = |answer| Target {
        operation: UNMATCHED,
        template: UNMATCHED,
        payload: Payload::Nothing,
        route: Err(answer),
    };
    match endpoints::route(method, path) {
        Route::Endpoint { endpoint, parameters } => Target {
            operation: endpoint.operation,
            template: endpoint.template,
            payload: endpoint.payload,
            route: Ok((endpoint, parameters)),
        },
        Route::OtherMethods(methods) => refused(method_not_allowed(&methods.join(", "))),
        Route::Nowhere => refused(Answer::not_found("not found")),
    }
}

async fn api(
    space: &Arc<SpaceCore>,
    connection: &Arc<Connection>,
    path: &str,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Broken> {
    connection.count_for(&space.connections);
    let _in_progress = space.request_began();
    let (head, body) = request.into_parts();
    let target = target(&head.method, path);
    let query = parse_query(head.uri.query());
    let key = presented_key(&head.headers);
    let rule = space.select_rule(target.operation, key);
    let entry = space.journal.begin(Record {
        at: space.clock.now(),
        operation: target.operation,
        method: head.method,
        template: target.template,
        query_keys: query.iter().map(|(name, _)| name.clone()).collect(),
        status: None,
        processed: false,
        rule: rule.as_ref().map(Selected::name),
        fate: Fate::InProgress,
        client_gone: false,
        connection: connection.number(),
        request_bytes: 0,
        message_sha256: None,
        session_sha256: None,
        head: connection.head_facts(&head.headers),
        file: None,
        key_fingerprint: key.map(fingerprint),
    });
    let limits = space.with_state(|state| UploadLimits {
        most_bytes: state.settings.max_upload_bytes,
        discard: state.settings.discard_uploads,
    });
    let body = request::read(target.payload, &head.headers, body, limits).await?;
    note_body(&entry, &body);

    let effect = rule.as_ref().map(|selected| &selected.rule.effect);
    let answer = if effect.is_none_or(crate::rules::Effect::processes) {
        let answer = match target.route {
            Err(answer) => answer,
            Ok((endpoint, parameters)) => {
                let call =
                    Call { space, endpoint, parameters, query, key, received: body.received };
                handlers::run(call).await
            }
        };
        // Nothing is answered that a crash could take back.
        let answer = match space.saved().await {
            Ok(()) => answer,
            Err(reason) => Answer::error(StatusCode::INTERNAL_SERVER_ERROR, &reason),
        };
        let processed = answer.status.is_success();
        entry.update(|record| record.processed = processed);
        Some(answer)
    } else {
        None
    };

    let delay = space.delay_of(target.operation);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match effect {
        Some(effect) => effects::apply(effect, answer, connection, entry).await,
        None => {
            let answer = answer.unwrap_or_else(|| Answer::not_found("not found"));
            entry.settle(Fate::Answered, Some(answer.status.as_u16()));
            Ok(effects::plain(answer))
        }
    }
}

/// The key that a request shows: in the API's own header, or as a bearer token for a gateway.
fn presented_key(headers: &HeaderMap) -> Option<&str> {
    let bearer = || {
        let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    };
    headers.get("x-api-key").and_then(|value| value.to_str().ok()).or_else(bearer)
}

fn fingerprint(key: &str) -> [u8; 4] {
    let hash: [u8; 32] = Sha256::digest(key).into();
    let [first, second, third, fourth, ..] = hash;
    [first, second, third, fourth]
}

fn note_body(entry: &Entry, body: &ReadBody) {
    let hash = |name: &str| {
        let Received::Json(value) = &body.received else { return None };
        value.get(name)?.as_str().map(|text| Sha256::digest(text).into())
    };
    let (message, session) = (hash("message"), hash("session_id"));
    let file = match &body.received {
        Received::File(file) => Some(Box::new(file.facts.clone())),
        _ => None,
    };
    entry.update(|record| {
        record.request_bytes = body.bytes;
        record.message_sha256 = message;
        record.session_sha256 = session;
        record.file = file;
    });
}

/// The query's names and values, decoded.
pub(crate) fn parse_query(query: Option<&str>) -> Vec<(String, String)> {
    let Some(query) = query else { return Vec::new() };
    let decode = |text: &str| handlers::decode(&text.replace('+', " "));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}
