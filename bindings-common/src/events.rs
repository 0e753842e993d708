//! Events of a client, taken in batches.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Mutex;
use uppzy::{Event, EventStream};

/// Events of a client. Whoever asks first gets the next.
pub struct Events(Arc<Mutex<EventStream>>);

impl Events {
    /// Those of the stream.
    pub fn new(events: EventStream) -> Self {
        Self(Arc::new(Mutex::new(events)))
    }

    /// The events that are there, at least one and so many at most; none at the end.
    pub fn next(&self, most: usize) -> impl Future<Output = Vec<Event>> + Send + use<> {
        let stream = Arc::clone(&self.0);
        async move {
            let mut stream = stream.lock().await;
            let first = stream.next().await;
            first.into_iter().chain(std::iter::from_fn(|| stream.try_next())).take(most).collect()
        }
    }

    /// The events that are there, without waiting.
    pub fn read(&self) -> Vec<Event> {
        // Somebody else is waiting for the next one and will get it.
        let Ok(mut stream) = self.0.try_lock() else { return Vec::new() };
        std::iter::from_fn(|| stream.try_next()).collect()
    }

    /// How many events were dropped for want of room.
    pub fn dropped(&self) -> u64 {
        self.0.try_lock().map(|stream| stream.dropped()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Answers, client};

    #[tokio::test]
    async fn events_come_in_batches_that_have_a_limit() {
        let client = client(Answers::new("{}"));
        let events = Events::new(client.events(8));
        client.site().get(&[]).await.unwrap();
        let names: Vec<_> = events.next(2).await.iter().map(Event::name).collect();
        assert_eq!(names, ["call_started", "attempt"]);
        let names: Vec<_> = events.next(2).await.iter().map(Event::name).collect();
        assert_eq!(names, ["call_ended"]);
        assert!(events.read().is_empty());
        client.close();
        drop(client);
        assert!(events.next(2).await.is_empty());
    }

    #[tokio::test]
    async fn reading_leaves_what_somebody_waits_for() {
        let client = client(Answers::new("{}"));
        let events = Events::new(client.events(2));
        let waiting = tokio::spawn(events.next(8));
        tokio::task::yield_now().await;
        client.site().get(&[]).await.unwrap();
        assert!(events.read().is_empty(), "another one waits");
        assert!(!waiting.await.unwrap().is_empty());
        client.site().get(&[]).await.unwrap();
        assert_eq!(events.read().len(), 2);
        assert!(events.dropped() > 0);
    }
}
