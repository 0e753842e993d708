//! Finished calls on their way to Kotlin: many in one crossing. A thread of the virtual machine waits for
//! them in here, and takes all that are there at once.
//!
//! Through the Java bindings a crossing costs more than all that the client does for a call, and the
//! general form of an asynchronous function takes a handful of them, one of which calls back.

mod crossing;

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use futures_util::future::AbortHandle;
use tokio::sync::Notify;
use uniffi::{Lift, Lower};
use uppzy_boundary::{background, caught, in_background, locked};

use crate::UniFfiTag;
use crate::call::guarded;
use crate::failure::CallError;
use crate::operations::{Call, Request};
use crate::reply::Reply;
use crate::settings::CallSettings;

/// A place for results that grew beyond this, in bytes, is given up once it is empty.
const LARGEST_KEPT: usize = 1 << 20;
/// Before each result: the number of its call, and its length, both with the highest byte first.
const HEAD: usize = 8 + 4;

/// The way of one virtual machine's results.
#[derive(Default)]
pub(crate) struct Delivery {
    /// How the calls under way are ended.
    calls: Mutex<HashMap<u64, AbortHandle>>,
    finished: Mutex<Finished>,
    arrived: Condvar,
    /// Asks for the taker to be woken, once all that is ready to finish has finished.
    wake: Notify,
}

/// Results that wait for their taker.
#[derive(Default)]
struct Finished {
    bytes: Vec<u8>,
    /// So many of them were taken.
    taken: usize,
    /// The taker sleeps, and nobody is about to wake it.
    is_asleep: bool,
}

/// What the taker gets.
#[derive(Debug, PartialEq, Eq)]
enum Taken {
    /// So many bytes, of whole results.
    Bytes(usize),
    /// Nothing, as the next result alone needs so many.
    Needs(usize),
}

/// One for each loader of the package; they are never closed.
static OPEN: Mutex<Vec<Arc<Delivery>>> = Mutex::new(Vec::new());

/// Opens a way for results, and gives its number.
#[uniffi::export]
pub fn open_delivery() -> Result<u64, CallError> {
    guarded(|| {
        let delivery = Delivery::open()?;
        let mut open = locked(&OPEN);
        open.push(delivery);
        let number = u64::try_from(open.len());
        number.map_err(|_| CallError::internal("there are too many loaders"))
    })
}

/// The way of that number, from 1.
fn delivery_of(number: u64) -> Option<Arc<Delivery>> {
    let place = usize::try_from(number).ok()?.checked_sub(1)?;
    locked(&OPEN).get(place).cloned()
}

/// A call as it crosses: settings, then the request.
fn lifted(client: u64, mut bytes: &[u8]) -> Result<Call, CallError> {
    let unread = |fault| CallError::internal(format!("a request could not be read: {fault}"));
    let settings = <CallSettings as Lift<UniFfiTag>>::try_read(&mut bytes).map_err(unread)?;
    let request = <Request as Lift<UniFfiTag>>::try_read(&mut bytes).map_err(unread)?;
    request.call(client, &settings)
}

impl Delivery {
    fn open() -> Result<Arc<Self>, CallError> {
        let delivery = Arc::<Self>::default();
        let waker = Arc::clone(&delivery);
        in_background(Box::pin(async move {
            loop {
                waker.wake.notified().await;
                waker.arrived.notify_one();
            }
        }))?;
        Ok(delivery)
    }

    /// Begins a call. Whatever happens, its result arrives, unless it is cancelled.
    fn start(self: &Arc<Self>, client: u64, call: u64, request: &[u8]) {
        self.begin(call, || lifted(client, request));
    }

    fn begin(self: &Arc<Self>, call: u64, work: impl FnOnce() -> Result<Call, CallError>) {
        let begun = guarded(|| {
            let work = caught(work()?);
            let background = background()?;
            let (abort, ended) = AbortHandle::new_pair();
            locked(&self.calls).insert(call, abort);
            let delivery = Arc::clone(self);
            background.spawn_until(ended, async move {
                let reply = work.await;
                // One that was cancelled meanwhile is awaited by nobody.
                if locked(&delivery.calls).remove(&call).is_some() {
                    delivery.finish(call, reply.into());
                }
            });
            Ok::<_, CallError>(())
        });
        if let Err(fault) = begun {
            self.finish(call, Err(fault).into());
        }
    }

    /// Ends a call: nothing more is sent, its socket is released, and no result arrives.
    fn cancel(&self, call: u64) {
        let ended = locked(&self.calls).remove(&call);
        if let Some(abort) = ended {
            abort.abort();
        }
    }

    fn finish(&self, call: u64, reply: Reply) {
        let mut finished = locked(&self.finished);
        finished.put(call, reply);
        if std::mem::take(&mut finished.is_asleep) {
            drop(finished);
            self.wake.notify_one();
        }
    }

    /// Waits for results, and puts as many as there is room for.
    fn take(&self, place: &mut [u8]) -> Taken {
        let mut finished = locked(&self.finished);
        while finished.is_empty() {
            finished.is_asleep = true;
            finished = self.arrived.wait(finished).unwrap_or_else(PoisonError::into_inner);
        }
        finished.is_asleep = false;
        finished.take(place)
    }
}

impl Finished {
    fn is_empty(&self) -> bool {
        self.bytes.len() == self.taken
    }

    fn put(&mut self, call: u64, reply: Reply) {
        self.bytes.extend_from_slice(&call.to_be_bytes());
        let length_at = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        <Reply as Lower<UniFfiTag>>::write(reply, &mut self.bytes);
        let length = self.bytes.len().saturating_sub(length_at).saturating_sub(4);
        // An answer has at most some megabytes.
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        if let Some(place) = self.bytes.get_mut(length_at..).and_then(<[u8]>::first_chunk_mut) {
            *place = length.to_be_bytes();
        }
    }

    fn take(&mut self, place: &mut [u8]) -> Taken {
        let waiting = self.bytes.get(self.taken..).unwrap_or_default();
        let whole = if waiting.len() <= place.len() {
            waiting.len()
        } else {
            fitting(waiting, place.len())
        };
        let (Some(from), Some(to)) = (waiting.get(..whole), place.get_mut(..whole)) else {
            return Taken::Needs(whole);
        };
        to.copy_from_slice(from);
        self.taken += whole;
        if self.is_empty() {
            self.taken = 0;
            self.bytes.clear();
            self.bytes.shrink_to(LARGEST_KEPT);
        }
        Taken::Bytes(whole)
    }
}

/// How many bytes of whole results fit; the length of the first if not even that does.
fn fitting(results: &[u8], room: usize) -> usize {
    let mut whole = 0;
    while let Some(length) = results.get(whole + 8..).and_then(<[u8]>::first_chunk) {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let next = whole.saturating_add(HEAD).saturating_add(length);
        if next > room && whole > 0 {
            break;
        }
        whole = next;
        if whole > room {
            break;
        }
    }
    whole
}

#[cfg(test)]
mod tests;
