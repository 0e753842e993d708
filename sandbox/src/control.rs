//! Control of a space over HTTP, under `/__sandbox`.

use std::sync::Arc;

use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::body::AnswerBody;
use crate::clock::timestamp;
use crate::connection::Broken;
use crate::dispatch::parse_query;
use crate::effects;
use crate::options::Latency;
use crate::progression::Progression;
use crate::request;
use crate::rules::Rule;
use crate::server::Server;
use crate::space::{Space, SpaceCore};

/// Handles a control request.
pub(crate) async fn handle(
    server: &Arc<Server>,
    space: &Arc<SpaceCore>,
    path: &str,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Broken> {
    let (head, body) = request.into_parts();
    let body = request::read_control(body).await?;
    let query = parse_query(head.uri.query());
    let control = Control { server, space, query, body: &body };
    let answer = control.answer(&head.method, path).unwrap_or_else(|answer| answer);
    let answer = match space.saved().await {
        Ok(()) => answer,
        Err(reason) => Answer::error(StatusCode::INTERNAL_SERVER_ERROR, &reason),
    };
    Ok(effects::plain(answer))
}

struct Control<'request> {
    server: &'request Arc<Server>,
    space: &'request Arc<SpaceCore>,
    query: Vec<(String, String)>,
    body: &'request [u8],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdvanceClock {
    advance_seconds: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeKeys {
    add: Option<String>,
    revoke: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangePlan {
    m2m: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeLimits {
    /// An explicit null takes the limit away.
    #[serde(default, deserialize_with = "given")]
    daily_messages: Option<Option<u64>>,
    max_upload_bytes: Option<u64>,
    discard_uploads: Option<bool>,
}

fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct NewSpace {
    name: Option<String>,
}

fn done() -> Answer {
    Answer::ok(json!({"status": "ok"}))
}

impl Control<'_> {
    fn answer(&self, method: &Method, path: &str) -> Result<Answer, Answer> {
        let space = self.space;
        if let Some(name) = path.strip_prefix("/spaces/") {
            return match *method {
                Method::DELETE if self.server.delete_space(name) => Ok(done()),
                Method::DELETE => Err(Answer::not_found("space not found")),
                _ => Err(Self::refuse(path)),
            };
        }
        match (method, path) {
            (&Method::GET, "/health") => Ok(done()),
            (&Method::POST, "/reset") => {
                space.reset();
                Ok(done())
            }
            (&Method::GET, "/journal") => self.journal(),
            (&Method::DELETE, "/journal") => {
                space.journal.clear();
                Ok(done())
            }
            (&Method::GET, "/stats") => {
                let stats = space.stats(self.server.connections_open());
                Ok(Answer::ok(json!(stats)))
            }
            (&Method::GET, "/rules") => Ok(Answer::ok(space.describe_rules())),
            (&Method::POST, "/rules") => self.change_rules(SpaceCore::add_rules),
            (&Method::PUT, "/rules") => self.change_rules(SpaceCore::set_rules),
            (&Method::DELETE, "/rules") => {
                space.set_rules(Vec::new());
                Ok(Answer::ok(space.describe_rules()))
            }
            (&Method::GET, "/progression") => Ok(Answer::ok(json!(*space.progression()))),
            (&Method::PUT, "/progression") => {
                let progression: Progression = self.json()?;
                progression.validate().map_err(|reason| Answer::bad_request(&reason))?;
                let answer = Answer::ok(json!(progression));
                space.set_progression(progression);
                Ok(answer)
            }
            (&Method::GET, "/latency") => Ok(Answer::ok(json!(space.latency()))),
            (&Method::PUT, "/latency") => {
                let latency: Latency = self.json()?;
                latency.validate().map_err(|reason| Answer::bad_request(&reason))?;
                space.set_latency(latency);
                Ok(Answer::ok(json!(latency)))
            }
            (&Method::GET, "/clock") => Ok(self.clock()),
            (&Method::POST, "/clock") => {
                let AdvanceClock { advance_seconds } = self.json()?;
                if !(0.0..=3e9).contains(&advance_seconds) {
                    let text = "advance_seconds must be between 0 and 3000000000";
                    return Err(Answer::bad_request(text));
                }
                space.advance_clock((advance_seconds * 1000.0).round() as i64);
                Ok(self.clock())
            }
            (&Method::POST, "/keys") => self.change_keys(),
            (&Method::GET, "/plan") => Ok(self.plan()),
            (&Method::PUT, "/plan") => {
                let ChangePlan { m2m } = self.json()?;
                space.with_state(|state| {
                    state.settings.m2m = m2m;
                    state.save_settings();
                });
                Ok(self.plan())
            }
            (&Method::GET, "/limits") => Ok(self.limits()),
            (&Method::PUT, "/limits") => self.change_limits(),
            (&Method::POST, "/spaces") => self.create_space(),
            _ => Err(Self::refuse(path)),
        }
    }

    /// Which methods a control path has, where it exists.
    fn refuse(path: &str) -> Answer {
        let methods = match path {
            "/health" | "/stats" => "GET",
            "/reset" | "/keys" | "/spaces" => "POST",
            "/journal" => "GET, DELETE",
            "/rules" => "GET, POST, PUT, DELETE",
            "/progression" | "/latency" | "/plan" | "/limits" => "GET, PUT",
            "/clock" => "GET, POST",
            path if path.starts_with("/spaces/") => "DELETE",
            _ => return Answer::not_found("not found"),
        };
        Answer::error(StatusCode::METHOD_NOT_ALLOWED, "method not allowed").header("allow", methods)
    }

    /// The body, or what is wrong with it.
    fn json<T: DeserializeOwned>(&self) -> Result<T, Answer> {
        serde_json::from_slice(self.body).map_err(|error| Answer::bad_request(&error.to_string()))
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn journal(&self) -> Result<Answer, Answer> {
        let wrong = |_| Answer::bad_request("after must be a whole number");
        let after = self.query("after").map(str::parse).transpose().map_err(wrong)?;
        let journal = &self.space.journal;
        let entries = journal.entries(after.unwrap_or(0), self.query("operation"));
        Ok(Answer::ok(json!({"entries": entries, "dropped": journal.dropped()})))
    }

    fn change_rules(&self, change: fn(&SpaceCore, Vec<Rule>)) -> Result<Answer, Answer> {
        let value: Value = self.json()?;
        let rules = Rule::list_from_value(value).map_err(|reason| Answer::bad_request(&reason))?;
        change(self.space, rules);
        Ok(Answer::ok(self.space.describe_rules()))
    }

    fn clock(&self) -> Answer {
        let clock = &self.space.clock;
        Answer::ok(json!({
            "now": timestamp(clock.now()),
            "advanced_seconds": clock.advanced() as f64 / 1000.0,
        }))
    }

    fn change_keys(&self) -> Result<Answer, Answer> {
        let change: ChangeKeys = self.json()?;
        if change.add.is_none() && change.revoke.is_none() {
            return Err(Answer::bad_request("add or revoke is required"));
        }
        self.space.with_state(|state| {
            if let Some(key) = &change.add {
                state.keys.add(key);
            }
            if let Some(key) = &change.revoke {
                state.keys.revoke(key);
            }
            state.save_keys();
        });
        Ok(done())
    }

    fn plan(&self) -> Answer {
        let m2m = self.space.with_state(|state| state.settings.m2m);
        Answer::ok(json!({"m2m": m2m}))
    }

    fn limits(&self) -> Answer {
        let settings = self.space.with_state(|state| state.settings.clone());
        Answer::ok(json!({
            "daily_messages": settings.daily_messages,
            "max_upload_bytes": settings.max_upload_bytes,
            "discard_uploads": settings.discard_uploads,
        }))
    }

    fn change_limits(&self) -> Result<Answer, Answer> {
        let change: ChangeLimits = self.json()?;
        self.space.with_state(|state| {
            let settings = &mut state.settings;
            settings.daily_messages = change.daily_messages.unwrap_or(settings.daily_messages);
            settings.max_upload_bytes =
                change.max_upload_bytes.unwrap_or(settings.max_upload_bytes);
            settings.discard_uploads = change.discard_uploads.unwrap_or(settings.discard_uploads);
            state.save_settings();
        });
        Ok(self.limits())
    }

    fn create_space(&self) -> Result<Answer, Answer> {
        let new: NewSpace = if self.body.is_empty() { NewSpace::default() } else { self.json()? };
        let Some(core) = self.server.create_space(new.name.as_deref()) else {
            let text = "a space of this name exists, or the name is none: 1 to 64 letters, digits, - and _";
            return Err(Answer::error(StatusCode::CONFLICT, text));
        };
        let space = Space { core, server: self.server.clone() };
        Ok(Answer::with_status(
            StatusCode::CREATED,
            json!({
                "name": space.core.name,
                "base_url": space.base_url(),
                "control_url": space.control_url(),
                "api_key": space.api_key(),
                "tenant_id": space.tenant_id(),
                "site_id": space.site_id(),
            }),
        ))
    }
}
