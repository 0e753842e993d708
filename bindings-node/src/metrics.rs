//! What a client has done, in numbers and as events.

use std::sync::Arc;

use napi::Env;
use napi_derive::napi;
use serde_json::Value;
use uppzy::EventStream;

use crate::bridge::Bridge;
use crate::call::call;
use crate::failure::Failure;
use crate::produced::Produced;

/// More than this at once would hold the event loop up.
const LARGEST_BATCH: usize = 512;

/// What a client and its clones have done so far.
#[napi]
pub struct Metrics(uppzy::Metrics);

impl Metrics {
    pub(crate) fn new(metrics: uppzy::Metrics) -> Self {
        Self(metrics)
    }
}

#[napi]
impl Metrics {
    /// All numbers, as JSON; durations are seconds.
    #[napi]
    pub fn fields(&self) -> String {
        self.0.to_json().to_string()
    }

    /// The numbers in Prometheus' text format.
    #[napi]
    pub fn to_prometheus(&self) -> String {
        self.0.to_prometheus()
    }
}

/// Events of a client. Private: iterators are made over it.
#[napi]
pub struct Events(Arc<tokio::sync::Mutex<EventStream>>);

impl Events {
    pub(crate) fn new(events: EventStream) -> Self {
        Self(Arc::new(tokio::sync::Mutex::new(events)))
    }
}

#[napi]
impl Events {
    /// A call that comes to the events that are there, at least one, or to null at the end. The
    /// process does not wait for it.
    #[napi(catch_unwind)]
    pub fn next(&self, env: Env, bridge: &Bridge, id: u32) {
        let stream = Arc::clone(&self.0);
        let taken = call(async move {
            let mut stream = stream.lock().await;
            let first = stream.next().await;
            let events: Vec<Value> = first
                .into_iter()
                .chain(std::iter::from_fn(|| stream.try_next()))
                .take(LARGEST_BATCH)
                .map(|event| event.to_json())
                .collect();
            let nothing = events.is_empty();
            Ok::<_, Failure>(match nothing {
                true => Produced::Nothing,
                false => Produced::Json(Value::Array(events)),
            })
        });
        bridge.start(&env, id, Ok(taken), false);
    }

    /// The events that are there as JSON, without waiting.
    #[napi(catch_unwind)]
    pub fn read(&self) -> String {
        // Somebody else is waiting for the next one and will get it.
        let Ok(mut stream) = self.0.try_lock() else { return "[]".to_owned() };
        let events = std::iter::from_fn(|| stream.try_next()).map(|event| event.to_json());
        Value::Array(events.collect()).to_string()
    }

    /// How many events were dropped for want of room.
    #[napi(getter)]
    pub fn dropped(&self) -> f64 {
        let dropped = self.0.try_lock().map(|stream| stream.dropped()).unwrap_or_default();
        // Exact up to 2^53.
        dropped as f64
    }
}
