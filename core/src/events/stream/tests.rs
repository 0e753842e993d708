use std::sync::atomic::AtomicUsize;
use std::task::Wake;
use std::thread;

use futures_util::StreamExt as _;

use super::super::EventKind;
use super::*;

/// Longer than any test: a wait that is ended by what is tested, or fails.
const LONG: Duration = Duration::from_secs(60);

fn event(call: u64) -> Event {
    Event {
        call,
        operation: "site.get",
        template: "/m2m/sites/{site}",
        kind: EventKind::CallStarted,
    }
}

fn subscribers() -> Arc<Subscribers> {
    Arc::new(Subscribers::new())
}

fn drain(stream: &mut EventStream) -> Vec<u64> {
    std::iter::from_fn(|| stream.try_next()).map(|event| event.call).collect()
}

#[test]
fn the_oldest_events_make_room_and_are_counted() {
    let subscribers = subscribers();
    let mut stream = subscribers.subscribe(3);
    for call in 1..=5 {
        subscribers.publish(event(call));
    }
    assert_eq!((stream.dropped(), subscribers.dropped()), (2, 2));
    assert_eq!(drain(&mut stream), [3, 4, 5]);
    subscribers.publish(event(6));
    assert_eq!((stream.dropped(), drain(&mut stream)), (2, vec![6]));
}

#[test]
fn a_queue_holds_at_least_one_event() {
    let subscribers = subscribers();
    let mut stream = subscribers.subscribe(0);
    subscribers.publish(event(1));
    subscribers.publish(event(2));
    assert_eq!((stream.dropped(), drain(&mut stream)), (1, vec![2]));
}

#[test]
fn every_subscriber_has_its_own_queue() {
    let subscribers = subscribers();
    assert!(!subscribers.listening());
    let mut small = subscribers.subscribe(1);
    subscribers.publish(event(1));
    let mut late = subscribers.subscribe(8);
    subscribers.publish(event(2));
    assert_eq!((drain(&mut small), small.dropped()), (vec![2], 1));
    assert_eq!((drain(&mut late), late.dropped()), (vec![2], 0));
    drop(small);
    assert!(subscribers.listening());
    subscribers.publish(event(3));
    assert_eq!(drain(&mut late), [3]);
    drop(late);
    assert!(!subscribers.listening());
    assert_eq!(subscribers.dropped(), 1, "the drops of a gone stream still count");
}

#[tokio::test]
async fn the_end_comes_after_the_last_event() {
    let subscribers = subscribers();
    let mut stream = subscribers.subscribe(8);
    subscribers.publish(event(1));
    drop(subscribers);
    assert!(!stream.is_closed(), "an event is still to be read");
    assert_eq!(EventStream::next(&mut stream).await, Some(event(1)));
    assert!(stream.is_closed());
    assert_eq!(EventStream::next(&mut stream).await, None);
    assert_eq!((stream.try_next(), stream.next_blocking(LONG)), (None, None));
}

#[tokio::test]
async fn it_is_a_stream() {
    let subscribers = subscribers();
    let stream = subscribers.subscribe(8);
    subscribers.publish(event(1));
    subscribers.publish(event(2));
    drop(subscribers);
    assert_eq!(stream.size_hint(), (2, None));
    let calls: Vec<_> = stream.map(|event| event.call).collect().await;
    assert_eq!(calls, [1, 2]);
}

#[tokio::test]
async fn an_event_or_the_end_wakes_a_task_that_waits() {
    let subscribers = subscribers();
    let mut stream = subscribers.subscribe(8);
    let reader = tokio::spawn(async move {
        let first = EventStream::next(&mut stream).await;
        (first, EventStream::next(&mut stream).await)
    });
    // On the current-thread runtime the reader runs, and waits, whenever the test yields.
    tokio::task::yield_now().await;
    subscribers.publish(event(1));
    tokio::task::yield_now().await;
    drop(subscribers);
    let read = tokio::time::timeout(LONG, reader).await.expect("woken").unwrap();
    assert_eq!(read, (Some(event(1)), None));
}

#[test]
fn dropping_a_wait_loses_no_event() {
    let subscribers = subscribers();
    let mut stream = subscribers.subscribe(8);
    let mut context = Context::from_waker(Waker::noop());
    {
        let mut waiting = std::pin::pin!(EventStream::next(&mut stream));
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        subscribers.publish(event(1));
    }
    assert_eq!(drain(&mut stream), [1]);
}

#[test]
fn a_thread_that_waits_is_woken_by_an_event_and_by_the_end() {
    let subscribers = subscribers();
    let mut stream = subscribers.subscribe(8);
    let (ready, waits) = std::sync::mpsc::channel();
    let reader = thread::spawn(move || {
        let mut read = Vec::new();
        for _ in 0..2 {
            ready.send(()).unwrap();
            read.push(stream.next_blocking(Duration::MAX));
        }
        read
    });
    waits.recv_timeout(LONG).unwrap();
    subscribers.publish(event(1));
    waits.recv_timeout(LONG).unwrap();
    drop(subscribers);
    assert_eq!(reader.join().unwrap(), [Some(event(1)), None]);
}

#[test]
fn a_wait_on_a_thread_ends() {
    let subscribers = subscribers();
    let mut stream = subscribers.subscribe(8);
    assert_eq!(stream.next_blocking(Duration::ZERO), None);
    assert_eq!(stream.next_blocking(Duration::from_millis(5)), None);
    assert!(!stream.is_closed());
    subscribers.publish(event(1));
    assert_eq!(stream.next_blocking(Duration::ZERO), Some(event(1)));
}

/// Does when woken what is hardest for the emitter: publishes, and drops another stream.
struct Meddler {
    subscribers: Arc<Subscribers>,
    other: Mutex<Option<EventStream>>,
    woken: AtomicUsize,
}

impl Wake for Meddler {
    fn wake(self: Arc<Self>) {
        if self.woken.fetch_add(1, Ordering::Relaxed) == 0 {
            self.subscribers.publish(event(2));
            self.other.lock().unwrap().take();
        }
    }
}

#[test]
fn a_waker_may_run_any_code() {
    let subscribers = subscribers();
    let mut stream = subscribers.subscribe(8);
    let meddler = Arc::new(Meddler {
        subscribers: Arc::clone(&subscribers),
        other: Mutex::new(Some(subscribers.subscribe(8))),
        woken: AtomicUsize::new(0),
    });
    let waker = Waker::from(Arc::clone(&meddler));
    assert!(stream.poll(&mut Context::from_waker(&waker)).is_pending());
    subscribers.publish(event(1));
    assert_eq!(meddler.woken.load(Ordering::Relaxed), 1, "one wake-up until it waits again");
    assert!(meddler.other.lock().unwrap().is_none());
    assert_eq!(drain(&mut stream), [1, 2]);
}

#[test]
fn no_event_of_concurrent_emitters_is_lost_uncounted() {
    const EMITTERS: u64 = 4;
    const EACH: u64 = 1_000;
    let subscribers = subscribers();
    let mut stream = subscribers.subscribe(64);
    let emitters: Vec<_> = (0..EMITTERS)
        .map(|emitter| {
            let subscribers = Arc::clone(&subscribers);
            thread::spawn(move || {
                for number in 0..EACH {
                    subscribers.publish(event(emitter * EACH + number));
                }
            })
        })
        .collect();
    drop(subscribers);
    let mut newest = [None; EMITTERS as usize];
    let mut read = 0;
    while let Some(event) = stream.next_blocking(LONG) {
        let newest = &mut newest[(event.call / EACH) as usize];
        assert!(newest.is_none_or(|newest| newest < event.call), "out of order");
        *newest = Some(event.call);
        read += 1;
    }
    emitters.into_iter().for_each(|emitter| emitter.join().unwrap());
    assert!(stream.is_closed());
    assert_eq!(read + stream.dropped(), EMITTERS * EACH);
}

#[test]
fn it_can_go_to_another_thread_and_is_printable() {
    fn movable<T: Send + Sync + Unpin + 'static>(_: &T) {}
    let subscribers = subscribers();
    let stream = subscribers.subscribe(2);
    movable(&stream);
    (1..=3).for_each(|call| subscribers.publish(event(call)));
    assert_eq!(
        format!("{stream:?}"),
        "EventStream { capacity: 2, waiting: 2, dropped: 1, closed: false }"
    );
}
