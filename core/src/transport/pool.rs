//! Connections that no request uses at the moment, and requests that wait for one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::connection::{Common, Connection, Made, Single};
use super::connector::Connector;
use super::{SendProgress, TransportFault};

/// All connections of a client. The tasks that it has started end with it.
#[derive(Default)]
pub(super) struct Pool {
    state: Mutex<State>,
    /// With a lock of their own: a runtime that has ended drops what it is given, and then the state is
    /// asked for.
    tasks: Mutex<JoinSet<()>>,
}

#[derive(Default)]
struct State {
    /// The one that was used last is at the end.
    idle: Vec<Idle>,
    common: Option<Common>,
    /// Each of these has a connection of its own being made, whoever comes first.
    waiters: VecDeque<Waiter>,
    next_waiter: u64,
    sweep: Option<Sweep>,
    /// Nothing is kept from here on.
    closed: bool,
}

struct Idle {
    connection: Single,
    until: Instant,
}

/// What a request that waits for a connection gets.
type Handed = Result<Connection, TransportFault>;

/// A request that waits for a connection.
struct Waiter {
    number: u64,
    hand: oneshot::Sender<Handed>,
}

/// The task that closes connections which have idled long enough.
struct Sweep {
    task: AbortHandle,
    /// When it looks next.
    at: Instant,
}

impl Pool {
    /// A connection for a request: an idle one, or else whichever comes first of one that becomes
    /// idle and a new one.
    pub(super) async fn connection(
        self: &Arc<Self>,
        connector: &Arc<Connector>,
        progress: &SendProgress,
    ) -> Result<Connection, TransportFault> {
        let mut waiting = match self.take_or_wait() {
            Ok(connection) => {
                progress.on_open_connection();
                return Ok(connection);
            }
            Err(waiting) => waiting,
        };
        progress.connecting();
        self.connect(Arc::clone(connector), waiting.number);
        let connection =
            (&mut waiting.handed).await.unwrap_or_else(|_| Err(runtime_has_ended()))?;
        if connection.is_fresh() {
            progress.connected();
        } else {
            progress.on_open_connection();
        }
        Ok(connection)
    }

    fn take_or_wait(self: &Arc<Self>) -> Result<Connection, Waiting> {
        let mut state = locked(&self.state);
        let now = Instant::now();
        if let Some(common) = state.usable_common(now) {
            return Ok(common.share(false));
        }
        while let Some(mut idle) = state.idle.pop() {
            if now < idle.until && idle.connection.is_usable() {
                return Ok(Connection::Single(idle.connection));
            }
        }
        let (hand, handed) = oneshot::channel();
        let number = state.next_waiter;
        state.next_waiter += 1;
        state.waiters.push_back(Waiter { number, hand });
        Err(Waiting { pool: Arc::clone(self), number, handed })
    }

    /// Makes a connection for that waiter. A request that no longer needs it does not end this: the
    /// connection will be of use to another one.
    fn connect(self: &Arc<Self>, connector: Arc<Connector>, waiter: u64) {
        let pool = Arc::downgrade(self);
        let promise = Promise { pool: Weak::clone(&pool), waiter };
        let task = async move {
            match connector.connect(&pool).await {
                Ok(Some(made)) => {
                    if let Some(pool) = pool.upgrade() {
                        pool.deliver(made, waiter);
                    }
                }
                Ok(None) => {}
                Err(fault) => promise.fail(fault),
            }
        };
        self.spawn(task);
    }

    /// Tells that waiter, unless it has got another connection.
    fn fail(&self, waiter: u64, fault: TransportFault) {
        let waiter = locked(&self.state).remove_waiter(waiter);
        if let Some(waiter) = waiter {
            drop(waiter.hand.send(Err(fault)));
        }
    }

    /// Hands a new connection to the request it was made for, or else to whom it may help.
    fn deliver(self: &Arc<Self>, made: Made, waiter: u64) {
        match made {
            Made::Single(mut connection) => {
                let mut state = locked(&self.state);
                if let Some(waiter) = state.remove_waiter(waiter) {
                    match waiter.hand.send(Ok(Connection::Single(connection))) {
                        Err(Ok(Connection::Single(refused))) => connection = refused,
                        _ => return,
                    }
                }
                self.keep(state, connection);
            }
            Made::Common(new) => {
                let mut state = locked(&self.state);
                let now = Instant::now();
                let common = match state.usable_common(now) {
                    Some(_) => state.common.take(),
                    None => Some(new),
                };
                let Some(common) = common else { return };
                for waiter in std::mem::take(&mut state.waiters) {
                    // A share that comes too late just ends.
                    drop(waiter.hand.send(Ok(common.share(true))));
                }
                if !state.closed {
                    let until = common.idles_until(now);
                    state.common = Some(common);
                    self.sweep_at(&mut state, until);
                }
            }
        }
    }

    /// Takes a connection that a request has ended with.
    pub(super) fn put(self: &Arc<Self>, connection: Single) {
        self.keep(locked(&self.state), connection);
    }

    fn keep(self: &Arc<Self>, mut state: MutexGuard<'_, State>, mut connection: Single) {
        while let Some(waiter) = state.waiters.pop_front() {
            match waiter.hand.send(Ok(Connection::Single(connection))) {
                Err(Ok(Connection::Single(refused))) => connection = refused,
                _ => return,
            }
        }
        if state.closed {
            return;
        }
        connection.is_fresh = false;
        let until = Instant::now() + connection.idle;
        state.idle.push(Idle { connection, until });
        self.sweep_at(&mut state, until);
    }

    /// Whether there is a connection that all requests can share.
    pub(super) fn has_common(&self) -> bool {
        locked(&self.state).usable_common(Instant::now()).is_some()
    }

    /// Closes what idles, and keeps nothing from here on.
    pub(super) fn close(&self) {
        let mut state = locked(&self.state);
        state.closed = true;
        state.idle.drain(..).for_each(|idle| idle.connection.end());
        state.common = None;
        if let Some(sweep) = state.sweep.take() {
            sweep.task.abort();
        }
    }

    /// Sees to it that somebody looks for connections to close at that moment at the latest.
    fn sweep_at(self: &Arc<Self>, state: &mut State, at: Instant) {
        if let Some(sweep) = &state.sweep {
            // It may have ended with its runtime.
            if sweep.at <= at && !sweep.task.is_finished() {
                return;
            }
            sweep.task.abort();
        }
        let task = self.spawn(sweep(Arc::downgrade(self), at));
        state.sweep = task.map(|task| Sweep { task, at });
    }

    /// Closes what has idled long enough by then. When to look again, if anything idles.
    fn close_idle(&self, now: Instant) -> Option<Instant> {
        let mut state = locked(&self.state);
        let is_over = |idle: &mut Idle| now >= idle.until || !idle.connection.is_usable();
        state.idle.extract_if(.., is_over).for_each(|idle| idle.connection.end());
        let common = state.usable_common(now).map(|common| common.idles_until(now));
        let next = state.idle.iter().map(|idle| idle.until).chain(common).min();
        match (&mut state.sweep, next) {
            (Some(sweep), Some(next)) => sweep.at = next,
            _ => state.sweep = None,
        }
        next
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> Option<AbortHandle> {
        // None where nobody can drive tasks: then nobody uses connections either.
        let runtime = Handle::try_current().ok()?;
        let mut tasks = locked(&self.tasks);
        while tasks.try_join_next().is_some() {}
        Some(tasks.spawn_on(task, &runtime))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

impl State {
    fn usable_common(&mut self, now: Instant) -> Option<&Common> {
        self.common.take_if(|common| !common.is_open() || common.idles_until(now) <= now);
        self.common.as_ref()
    }

    fn remove_waiter(&mut self, number: u64) -> Option<Waiter> {
        let place = self.waiters.iter().position(|waiter| waiter.number == number)?;
        self.waiters.remove(place)
    }
}

async fn sweep(pool: Weak<Pool>, mut at: Instant) {
    loop {
        sleep_until(at).await;
        let next = pool.upgrade().and_then(|pool| pool.close_idle(Instant::now()));
        let Some(next) = next else { return };
        at = next;
    }
}

/// A connection that is being made for a waiter. Whatever becomes of it, the waiter hears.
struct Promise {
    pool: Weak<Pool>,
    waiter: u64,
}

impl Promise {
    fn fail(&self, fault: TransportFault) {
        if let Some(pool) = self.pool.upgrade() {
            pool.fail(self.waiter, fault);
        }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        // Nobody waits any more unless the task was dropped on its way.
        self.fail(runtime_has_ended());
    }
}

fn runtime_has_ended() -> TransportFault {
    TransportFault::Connect("the runtime has ended".to_owned())
}

/// A request's wait for a connection.
struct Waiting {
    pool: Arc<Pool>,
    number: u64,
    handed: oneshot::Receiver<Handed>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(locked(&self.pool.state).remove_waiter(self.number));
        // What was handed over but not taken is of use to others.
        self.handed.close();
        if let Ok(Ok(connection)) = self.handed.try_recv() {
            connection.give_back();
        }
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
