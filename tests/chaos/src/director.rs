//! Runs the sandbox and the workers, tells all of them what to do, and keeps what they leave.

mod calls;
mod hearing;
mod quiet;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::Outcome;
use crate::evidence::{Call, Evidence};
use crate::faults::{self, Deck};
use crate::orders::{CallOrder, Order};
use crate::sandbox::{Sandbox, Stop};
use crate::worker::{Event, Kind, Worker};
use calls::{Drawing, Known};

const TICK: Duration = Duration::from_millis(50);
/// Calls that a worker has under way at the most.
const AT_ONCE: usize = 8;
/// A worker that does not say so loses the old key nevertheless.
const KEY_PATIENCE_MS: u64 = 3_000;
/// What is made in forked children: nothing that waits for long.
const IN_CHILDREN: [&str; 4] = ["chat.ask", "chat.send", "documents.create_text", "tenant.get"];

/// What a run is to be.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) sandbox: PathBuf,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) time: Duration,
    pub(crate) seed: u64,
}

/// What is done again and again, and how many milliseconds lie between, at the least and most.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Faults,
    Progression,
    Latency,
    Restart,
    Rotate,
    Kill,
    Renew,
    Halt,
    HaltSandbox,
    Fork,
    Journal,
}

const DEEDS: [(Deed, u64, u64); 11] = [
    (Deed::Faults, 1_000, 4_000),
    (Deed::Progression, 2_000, 8_000),
    (Deed::Latency, 5_000, 15_000),
    (Deed::Restart, 12_000, 25_000),
    (Deed::Rotate, 6_000, 15_000),
    (Deed::Kill, 5_000, 12_000),
    (Deed::Renew, 4_000, 10_000),
    (Deed::Halt, 4_000, 10_000),
    (Deed::HaltSandbox, 10_000, 20_000),
    (Deed::Fork, 3_000, 8_000),
    (Deed::Journal, 1_000, 2_000),
];

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

struct Director {
    drawing: Drawing,
    known: Known,
    sandbox: Sandbox,
    workers: Vec<Worker>,
    heard: mpsc::UnboundedReceiver<Event>,
    events: mpsc::UnboundedSender<Event>,
    evidence: Evidence,
    folder: PathBuf,
    key: u64,
    /// The key before, as long as it is valid, and since when it should not be in use.
    old_key: Option<(String, u64)>,
    /// Workers that have not yet said that they use the new key.
    unsure: Vec<usize>,
    deck: Deck,
    rules: Value,
    progression: Value,
    latency: Value,
    restarts: u64,
    /// From here on nothing is broken any more.
    quiet: bool,
    /// Until when each halted worker is, by its place.
    halts: Vec<(usize, u64)>,
}

/// Runs everything, and gives what is left.
pub(crate) async fn run(plan: Plan) -> Outcome<Evidence> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).ok_or("the program is in no target folder")?;
    let folder = target.join("chaos").join(format!("run-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let drawing = Drawing::new(SmallRng::seed_from_u64(plan.seed), plan.seed);
    let key = format!("{}key-0", drawing.canary);
    let sandbox =
        Sandbox::start(&plan.sandbox, folder.join("data.sqlite"), plan.seed, &key).await?;
    let (events, heard) = mpsc::unbounded_channel();
    let mut director = Director {
        drawing,
        known: Known::default(),
        sandbox,
        workers: Vec::new(),
        heard,
        events,
        evidence: Evidence::default(),
        folder: folder.clone(),
        key: 0,
        old_key: None,
        unsure: Vec::new(),
        deck: Deck::default(),
        rules: json!([]),
        progression: json!({"mode": "immediate"}),
        latency: json!({"mode": "none"}),
        restarts: 0,
        quiet: false,
        halts: Vec::new(),
    };
    director.write_key()?;
    for (place, kind) in plan.kinds.into_iter().enumerate() {
        let worker = director.start_worker(kind, place, 1)?;
        director.workers.push(worker);
    }
    director.chaos(plan.time).await?;
    director.calm_down().await?;
    let evidence = director.evidence;
    let _ = fs::remove_dir_all(&folder);
    Ok(evidence)
}

impl Director {
    fn key(&self) -> String {
        format!("{}key-{}", self.drawing.canary, self.key)
    }

    fn key_file(&self) -> PathBuf {
        self.folder.join("key")
    }

    /// As an operator does it: nobody ever finds half a key.
    fn write_key(&self) -> Outcome<()> {
        let fresh = self.folder.join("key.new");
        fs::write(&fresh, self.key())?;
        Ok(fs::rename(fresh, self.key_file())?)
    }

    fn start_worker(&self, kind: Kind, place: usize, generation: u32) -> Outcome<Worker> {
        let mut variables = vec![
            ("UPPZY_BASE_URL", self.sandbox.base_url()),
            ("UPPZY_TENANT_ID", "tenant-sandbox".to_owned()),
            ("UPPZY_SITE_ID", "site-sandbox".to_owned()),
        ];
        if kind.key_file {
            variables.push(("UPPZY_API_KEY_FILE", self.key_file().display().to_string()));
        } else {
            variables.push(("UPPZY_API_KEY", self.key()));
        }
        Worker::start(kind, place, generation, &variables, &self.events)
    }

    fn count(&mut self, deed: &'static str) {
        *self.evidence.deeds.entry(deed).or_default() += 1;
    }

    fn between(&mut self, least: u64, most: u64) -> u64 {
        self.drawing.chance.random_range(least..most)
    }

    async fn chaos(&mut self, time: Duration) -> Outcome<()> {
        // Starting all of them takes long on a small machine, and is no part of the time.
        self.wait_for(Duration::from_secs(120), |director| {
            director.workers.iter().all(|worker| worker.ready)
        })
        .await?;
        let until = Instant::now() + time;
        let mut due: Vec<u64> = DEEDS.iter().map(|(_, least, _)| now_ms() + least).collect();
        while Instant::now() < until {
            self.listen(TICK).await?;
            for (place, (deed, least, most)) in DEEDS.into_iter().enumerate() {
                if due.get(place).is_some_and(|due| *due <= now_ms()) {
                    self.perform(deed).await?;
                    let next = now_ms() + self.between(least, most);
                    if let Some(due) = due.get_mut(place) {
                        *due = next;
                    }
                }
            }
            self.end_halts(false);
            self.let_go_of_old_key(false).await?;
            self.hand_out_calls()?;
        }
        Ok(())
    }

    /// Listens until that is so, or the time is over. Whether it is so.
    async fn wait_for(&mut self, time: Duration, is_so: impl Fn(&Self) -> bool) -> Outcome<bool> {
        let until = Instant::now() + time;
        while !is_so(self) {
            if Instant::now() > until {
                return Ok(false);
            }
            self.listen(TICK).await?;
        }
        Ok(true)
    }

    /// Takes what the workers say for that long.
    async fn listen(&mut self, time: Duration) -> Outcome<()> {
        let until = Instant::now() + time;
        while let Ok(Some(event)) = tokio::time::timeout_at(until, self.heard.recv()).await {
            self.take(event)?;
        }
        Ok(())
    }

    fn hand_out_calls(&mut self) -> Outcome<()> {
        for place in 0..self.workers.len() {
            let Some(worker) = self.workers.get(place) else { continue };
            let is_free = worker.ready && !worker.gone && worker.halted_since.is_none();
            if is_free && worker.open.len() < AT_ONCE && self.drawing.chance.random_bool(0.3) {
                let cancels = worker.kind.cancels;
                let order = self.drawing.call(cancels, &[], &self.known);
                self.order_call(place, order)?;
            }
        }
        Ok(())
    }

    /// Notes a call as made by that worker.
    fn note_call(&mut self, place: usize, order: &CallOrder) {
        let Some(worker) = self.workers.get_mut(place) else { return };
        let call = Call {
            order: order.clone(),
            worker: worker.name(),
            language: worker.kind.language,
            key_file: worker.kind.key_file,
            ordered_ms: now_ms(),
            ..Call::default()
        };
        if order.questions.is_empty() {
            worker.open.push(order.id);
            self.evidence.calls.insert(order.id, call);
            return;
        }
        // Each question ends by itself.
        for question in &order.questions {
            worker.open.push(question.id);
            let order = CallOrder {
                id: question.id,
                session: question.session.clone(),
                message: String::new(),
                questions: Vec::new(),
                ..order.clone()
            };
            self.evidence.calls.insert(question.id, Call { order, ..call.clone() });
        }
    }

    fn order_call(&mut self, place: usize, order: CallOrder) -> Outcome<()> {
        self.note_call(place, &order);
        match self.workers.get(place) {
            Some(worker) => worker.order(&Order::Call(order)),
            None => Ok(()),
        }
    }

    fn any_worker(&mut self, fits: impl Fn(&Worker) -> bool) -> Option<usize> {
        let fits = |worker: &Worker| {
            worker.ready && !worker.gone && worker.halted_since.is_none() && fits(worker)
        };
        let places: Vec<usize> = (0..self.workers.len())
            .filter(|place| self.workers.get(*place).is_some_and(fits))
            .collect();
        let count = places.len().max(1);
        places.get(self.drawing.chance.random_range(0..count)).copied()
    }

    async fn perform(&mut self, deed: Deed) -> Outcome<()> {
        match deed {
            Deed::Journal => self.read_journal().await?,
            Deed::Faults => {
                let key = self.key();
                self.rules = faults::rules(&mut self.deck, &mut self.drawing.chance, &key);
                self.sandbox.control("PUT", "/rules", &self.rules).await?;
                self.count("changes of faults");
            }
            Deed::Progression => {
                self.progression = faults::progression(&mut self.drawing.chance);
                self.sandbox.control("PUT", "/progression", &self.progression).await?;
            }
            Deed::Latency => {
                self.latency = faults::latency(&mut self.drawing.chance);
                self.sandbox.control("PUT", "/latency", &self.latency).await?;
            }
            Deed::Restart => self.restart().await?,
            Deed::Rotate => self.rotate().await?,
            Deed::Kill => {
                // Only one that has something to lose.
                let place = self.any_worker(|worker| !worker.open.is_empty());
                if let Some(worker) = place.and_then(|place| self.workers.get(place)) {
                    worker.signal(Signal::KILL);
                    self.lose_calls(place.unwrap_or_default());
                    self.count("kills of workers");
                }
            }
            Deed::Renew => {
                let key = self.key();
                let place = self.any_worker(|worker| !worker.open.is_empty());
                if let Some(worker) = place.and_then(|place| self.workers.get(place)) {
                    let key = (!worker.kind.key_file).then_some(key);
                    worker.order(&Order::Renew { key })?;
                    self.count("clients closed in the middle");
                }
            }
            Deed::Halt => {
                let time = self.between(200, 3_000);
                if let Some(place) = self.any_worker(|_| true) {
                    self.halts.push((place, now_ms() + time));
                    if let Some(worker) = self.workers.get_mut(place) {
                        worker.signal(Signal::STOP);
                        worker.halted_since = Some(now_ms());
                    }
                    self.count("halts of workers");
                }
            }
            Deed::HaltSandbox => {
                let time = self.between(100, 1_500);
                self.sandbox.halt(Duration::from_millis(time)).await?;
                self.count("halts of the sandbox");
            }
            Deed::Fork => {
                if let Some(place) = self.any_worker(|worker| worker.kind.forks) {
                    self.fork(place)?;
                }
            }
        }
        Ok(())
    }

    fn fork(&mut self, place: usize) -> Outcome<()> {
        let pool = self.drawing.chance.random_bool(0.5);
        let calls: Vec<CallOrder> =
            (0..3).map(|_| self.drawing.call(false, &IN_CHILDREN, &self.known)).collect();
        for call in &calls {
            self.note_call(place, call);
        }
        if let Some(worker) = self.workers.get_mut(place) {
            worker.children += 1;
            worker.order(&Order::Fork { pool, calls })?;
        }
        self.count(if pool { "forks of a pool" } else { "forks" });
        Ok(())
    }

    async fn read_journal(&mut self) -> Outcome<()> {
        for entry in self.sandbox.journal().await? {
            self.evidence.journal.insert((entry.run, entry.seq), entry);
        }
        Ok(())
    }

    async fn restart(&mut self) -> Outcome<()> {
        self.restarts += 1;
        let how = if self.restarts.is_multiple_of(2) { Stop::Orderly } else { Stop::Killed };
        // What comes after this and before the end is known from the data file only.
        self.read_journal().await?;
        self.sandbox.restart(how).await?;
        self.sandbox.control("PUT", "/rules", &self.rules).await?;
        self.sandbox.control("PUT", "/progression", &self.progression).await?;
        self.sandbox.control("PUT", "/latency", &self.latency).await?;
        self.count(match how {
            Stop::Orderly => "restarts of the sandbox, told to stop",
            Stop::Killed => "restarts of the sandbox, killed",
        });
        Ok(())
    }

    /// The new key is valid before anybody uses it, and the old one until everybody can know.
    async fn rotate(&mut self) -> Outcome<()> {
        if self.old_key.is_some() {
            return Ok(());
        }
        let old = self.key();
        self.key += 1;
        self.sandbox.add_key(&self.key()).await?;
        self.write_key()?;
        self.old_key = Some((old, now_ms()));
        let order = Order::SetKey { key: self.key() };
        self.unsure.clear();
        for (place, worker) in self.workers.iter().enumerate() {
            if !worker.kind.key_file && !worker.gone {
                worker.order(&order)?;
                self.unsure.push(place);
            }
        }
        self.count("rotations of the key");
        Ok(())
    }

    async fn let_go_of_old_key(&mut self, now: bool) -> Outcome<()> {
        let Some((key, since)) = &self.old_key else { return Ok(()) };
        if now || self.unsure.is_empty() || now_ms() > since + KEY_PATIENCE_MS {
            self.sandbox.revoke_key(key).await?;
            self.old_key = None;
        }
        Ok(())
    }

    fn end_halts(&mut self, all: bool) {
        let now = now_ms();
        for (place, until) in std::mem::take(&mut self.halts) {
            if until > now && !all {
                self.halts.push((place, until));
                continue;
            }
            let Some(worker) = self.workers.get_mut(place) else { continue };
            let Some(since) = worker.halted_since.take() else { continue };
            for id in &worker.open {
                if let Some(call) = self.evidence.calls.get_mut(id) {
                    call.halted_ms += now.saturating_sub(since.max(call.ordered_ms));
                }
            }
            worker.signal(Signal::CONT);
        }
    }

    /// The calls of a worker that is killed; what was accepted goes to others.
    fn lose_calls(&mut self, place: usize) {
        let Some(worker) = self.workers.get_mut(place) else { return };
        worker.ready = false;
        worker.children = 0;
        for id in worker.open.drain(..) {
            if let Some(call) = self.evidence.calls.get_mut(&id) {
                call.killed = true;
            }
        }
    }

    /// Another process takes up what the one before had stored.
    fn replace(&mut self, place: usize) -> Outcome<()> {
        let Some(worker) = self.workers.get(place) else { return Ok(()) };
        let (kind, generation, name) = (worker.kind.clone(), worker.generation, worker.name());
        let left: Vec<String> = self
            .evidence
            .calls
            .values()
            .rev()
            .filter(|call| call.worker == name && call.killed && call.ends.is_empty())
            .filter_map(|call| call.token.clone())
            .collect();
        if self.quiet {
            return Ok(());
        }
        let worker = self.start_worker(kind, place, generation + 1)?;
        if let Some(former) = self.workers.get_mut(place) {
            *former = worker;
        }
        for token in left {
            let order = self.drawing.resume(&token);
            self.order_call(place, order)?;
            self.count("answers taken up after a kill");
        }
        Ok(())
    }
}
