//! What a client has done, in numbers and as events.

use futures_util::FutureExt as _;
use napi::Env;
use napi_derive::napi;
use serde_json::Value;
use uppzy::{Event, EventStream};
use uppzy_boundary::call;

use crate::bridge::Bridge;

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
pub struct Events(uppzy_boundary::Events);

impl Events {
    pub(crate) fn new(events: EventStream) -> Self {
        Self(uppzy_boundary::Events::new(events))
    }
}

#[napi]
impl Events {
    /// A call that comes to the events that are there, at least one, or to null at the end. The
    /// process does not wait for it.
    #[napi(catch_unwind)]
    pub fn next(&self, env: Env, bridge: &Bridge, id: u32) {
        let taken = call(self.0.next(LARGEST_BATCH).map(Ok));
        bridge.start(&env, id, Ok(taken), false);
    }

    /// The events that are there as JSON, without waiting.
    #[napi(catch_unwind)]
    pub fn read(&self) -> String {
        self.0.read().iter().map(Event::to_json).collect::<Value>().to_string()
    }

    /// How many events were dropped for want of room.
    #[napi(getter)]
    pub fn dropped(&self) -> f64 {
        // Exact up to 2^53.
        self.0.dropped() as f64
    }
}
