//! The asynchronous client's calls, sent with reqwest.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use uppzy::{CancelToken, Client, Clock, ReqwestTransport, Transport};

use crate::calls::{Asynchronous, Fault, Made};
use crate::client::seconds;
use crate::execution::Caller;
use crate::scenario::Options;

/// As long as by default.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct OverReqwest;

impl Caller for OverReqwest {
    type Native = <Asynchronous as Caller>::Native;

    fn client(client: Client) -> Self::Native {
        Asynchronous::client(client)
    }

    fn transport(
        options: &Map<String, Value>,
        clock: &Clock,
    ) -> Result<Option<Arc<dyn Transport>>, String> {
        let timeout = options.get("connect_timeout").and_then(seconds).unwrap_or(CONNECT_TIMEOUT);
        let builder = reqwest::Client::builder().no_proxy();
        let transport = ReqwestTransport::new(builder, clock.clone(), timeout);
        transport.map(|own| Some(Arc::new(own) as _)).map_err(|error| error.to_string())
    }

    async fn call(
        on: Self::Native,
        name: String,
        arguments: Map<String, Value>,
        options: Options,
        token: CancelToken,
    ) -> Result<Made<Self::Native>, Fault> {
        Asynchronous::call(on, name, arguments, options, token).await
    }
}
