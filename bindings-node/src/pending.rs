//! A question that the server has accepted.

use napi::Env;
use napi_derive::napi;
use uppzy::{Error, PendingAnswer, Result};
use uppzy_boundary::call;

use crate::arguments::{arguments, read};
use crate::bridge::Bridge;
use crate::produced::Call;
use crate::stream::Stream;

arguments! { Waiting {} }

/// A question that the server has accepted. Private: `PendingAnswer` is made over it.
#[napi]
pub struct Pending(PendingAnswer);

impl Pending {
    pub(crate) fn new(pending: PendingAnswer) -> Self {
        Self(pending)
    }

    fn call(&self, name: &str, json: &str) -> Result<Call> {
        let options = read::<Waiting>(json)?.options()?;
        let pending = self.0.clone();
        match name {
            "result" => Ok(call(async move {
                match options.timeout {
                    Some(timeout) => pending.result_within(timeout).await,
                    None => pending.result().await,
                }
            })),
            "status" => Ok(call(async move { pending.status_with(&options).await })),
            "poll_once" => Ok(call(async move { pending.poll_once(&options).await })),
            _ => Err(Error::internal(format!("there is no call {name} of a pending answer"))),
        }
    }
}

#[napi]
impl Pending {
    #[napi(getter)]
    pub fn request_id(&self) -> String {
        self.0.request_id().to_owned()
    }

    #[napi(getter)]
    pub fn session_id(&self) -> String {
        self.0.session_id().to_owned()
    }

    /// As ISO 8601 in UTC.
    #[napi(getter)]
    pub fn submitted_at(&self) -> String {
        self.0.submitted_at().to_string()
    }

    #[napi(getter)]
    pub fn token(&self) -> String {
        self.0.token()
    }

    /// Makes the call of that name with arguments in JSON; its result comes under the id.
    #[napi(catch_unwind)]
    pub fn start(&self, env: Env, bridge: &Bridge, id: u32, name: String, json: String) {
        bridge.start(&env, id, self.call(&name, &json), true);
    }

    /// The states of the answer as they change.
    #[napi(catch_unwind)]
    pub fn states(&self) -> Stream {
        Stream::states(self.0.clone())
    }
}
