//! Taking up by their tokens what workers have left behind.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use uppzy::{Client, ErrorKind};

use crate::Outcome;
use crate::evidence::Resumed;

const EACH: Duration = Duration::from_secs(60);
const AT_ONCE: usize = 50;

/// What comes of these tokens when nothing is broken.
pub(crate) async fn resume(
    base_url: &str,
    key: &str,
    tokens: Vec<String>,
) -> Outcome<BTreeMap<String, Resumed>> {
    let client = Client::builder()
        .base_url(base_url)
        .api_key(key)
        .tenant_id("tenant-sandbox")
        .site_id("site-sandbox")
        .environment(Vec::<(String, String)>::new())
        .build()?;
    let chat = client.chat();
    let one = |token: String| {
        let chat = chat.clone();
        async move {
            let result = match chat.resume(&token) {
                Ok(pending) => pending.result_within(EACH).await,
                Err(error) => Err(error),
            };
            let resumed = match result {
                Ok(_) => Resumed::Answered,
                Err(error) if error.kind() == ErrorKind::ChatFailed => Resumed::Failed,
                Err(error) => Resumed::Lost(error.kind().as_str().to_owned()),
            };
            (token, resumed)
        }
    };
    let results = futures_util::stream::iter(tokens).map(one).buffer_unordered(AT_ONCE);
    Ok(results.collect().await)
}
