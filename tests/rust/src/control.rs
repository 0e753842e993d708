//! Control of a sandbox over HTTP, as the runners of all languages do it.

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Map, Value, json};

/// One space of a sandbox.
#[derive(Clone)]
pub(crate) struct Control {
    http: Client<HttpConnector, Full<Bytes>>,
    root: String,
    url: String,
    /// What the sandbox says of the space: `base_url`, `api_key`, `tenant_id` and more.
    pub(crate) space: Value,
    name: String,
}

impl Control {
    /// Makes a space in the sandbox with that control URL.
    pub(crate) async fn new_space(root: &str) -> Result<Self, String> {
        let mut control = Self {
            http: Client::builder(TokioExecutor::new()).build_http(),
            root: root.to_owned(),
            url: root.to_owned(),
            space: Value::Null,
            name: String::new(),
        };
        control.space = control.send(Method::POST, "/spaces", Some(&json!({}))).await?;
        control.name = control.text("name")?;
        control.url = control.text("control_url")?;
        Ok(control)
    }

    /// A text that the sandbox says of the space.
    pub(crate) fn text(&self, name: &str) -> Result<String, String> {
        let text = self.space.get(name).and_then(Value::as_str);
        text.map(str::to_owned).ok_or_else(|| format!("the space has no {name}"))
    }

    /// Changes settings: each is named after its path, and its value is the body.
    pub(crate) async fn change(&self, settings: &Map<String, Value>) -> Result<(), String> {
        for (name, body) in settings {
            let method = match name.as_str() {
                "keys" | "clock" => Method::POST,
                "rules" | "progression" | "latency" | "plan" | "limits" => Method::PUT,
                "journal" => Method::DELETE,
                _ => return Err(format!("the sandbox has no setting {name}")),
            };
            let body = (method != Method::DELETE).then_some(body);
            self.send(method, &format!("/{name}"), body).await?;
        }
        Ok(())
    }

    /// The journal, oldest entry first.
    pub(crate) async fn journal(&self) -> Result<Vec<Value>, String> {
        match self.send(Method::GET, "/journal", None).await?.get_mut("entries") {
            Some(Value::Array(entries)) => Ok(std::mem::take(entries)),
            _ => Err("the journal has no entries".to_owned()),
        }
    }

    /// How many connections have carried requests to the space.
    pub(crate) async fn connections(&self) -> Result<u64, String> {
        let stats = self.send(Method::GET, "/stats", None).await?;
        let total = stats.get("connections_total").and_then(Value::as_u64);
        total.ok_or_else(|| "the stats have no connections_total".to_owned())
    }

    /// Removes the space.
    pub(crate) async fn remove(&self) -> Result<(), String> {
        let url = format!("{}/spaces/{}", self.root, self.name);
        self.send_to(Method::DELETE, url, None).await.map(drop)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, String> {
        self.send_to(method, format!("{}{path}", self.url), body).await
    }

    async fn send_to(
        &self,
        method: Method,
        url: String,
        body: Option<&Value>,
    ) -> Result<Value, String> {
        let named = |reason: String| format!("{url}: {reason}");
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(&url)
            .body(Full::from(body))
            .map_err(|error| named(error.to_string()))?;
        let answer = self.http.request(request).await.map_err(|error| named(error.to_string()))?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|error| named(error.to_string()))?;
        let body = body.to_bytes();
        if !status.is_success() {
            return Err(named(format!("{status} {}", String::from_utf8_lossy(&body))));
        }
        serde_json::from_slice(&body).map_err(|error| named(error.to_string()))
    }
}
