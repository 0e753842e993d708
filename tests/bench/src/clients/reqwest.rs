//! Bare reqwest, used the shortest way.

use super::answer::{KEY, PATH, question, read};
use crate::Outcome;

pub(super) struct Bare {
    client: reqwest::Client,
    url: String,
}

impl Bare {
    pub(super) fn new(url: &str) -> Outcome<Self> {
        // A second installation is refused, and not needed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = format!("uppzy-bench/{}", uppzy::VERSION);
        let client = reqwest::Client::builder()
            .user_agent(agent)
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .build()?;
        Ok(Self { client, url: format!("{url}{PATH}") })
    }

    pub(super) async fn send(&self) -> Outcome<()> {
        let answer = self
            .client
            .post(&self.url)
            .header("x-api-key", KEY)
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .body(question()?)
            .send()
            .await?
            .error_for_status()?;
        read(&answer.bytes().await?)
    }
}
