//! Spaces: independent copies of everything the sandbox keeps, so that tests can share a server.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::journal::{Journal, JournalEntry};
use crate::knowledge_base::KnowledgeBase;
use crate::locking::lock;
use crate::model::Keys;
use crate::options::{Latency, SandboxOptions};
use crate::progression::Progression;
use crate::rules::{Rule, RuleSet, Selected};
use crate::state::State;
use crate::store::{Store, Stored};

/// Counts of the connections that carried requests to one space.
#[derive(Debug, Default)]
pub(crate) struct ConnectionCounts {
    open: AtomicU64,
    peak: AtomicU64,
    total: AtomicU64,
}

impl ConnectionCounts {
    pub(crate) fn opened(&self) {
        self.total.fetch_add(1, Ordering::AcqRel);
        let open = self.open.fetch_add(1, Ordering::AcqRel) + 1;
        self.peak.fetch_max(open, Ordering::AcqRel);
    }

    pub(crate) fn closed(&self) {
        self.open.fetch_sub(1, Ordering::AcqRel);
    }

    pub(crate) fn open(&self) -> u64 {
        self.open.load(Ordering::Acquire)
    }
}

/// Connections and requests of a space. Only requests to the API count, not those that control
/// the sandbox, nor the connections that carried nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Stats {
    /// Connections open now.
    pub connections_open: u64,
    /// Most connections open at the same time.
    pub connections_peak: u64,
    /// Connections ever.
    pub connections_total: u64,
    /// Requests ever.
    pub requests: u64,
    /// Requests not answered yet.
    pub in_progress: u64,
    /// Journal entries dropped because the journal was full.
    pub journal_dropped: u64,
    /// Open connections of the whole server, of every kind.
    pub server_connections_open: u64,
}

/// What answers look like in time.
#[derive(Debug, Clone)]
struct Pace {
    progression: Arc<Progression>,
    latency: Latency,
    chance: SmallRng,
}

impl Pace {
    fn of(options: &SandboxOptions) -> Self {
        Self {
            progression: Arc::new(options.progression.clone()),
            latency: options.latency,
            chance: SmallRng::seed_from_u64(options.seed),
        }
    }
}

/// Everything of one space.
#[derive(Debug)]
pub(crate) struct SpaceCore {
    /// None for the default space.
    pub(crate) name: Option<String>,
    /// What the space is reset to. Its credentials are those of this space.
    options: SandboxOptions,
    pub(crate) clock: Clock,
    pub(crate) journal: Arc<Journal>,
    pub(crate) knowledge: Arc<KnowledgeBase>,
    pub(crate) connections: Arc<ConnectionCounts>,
    requests: AtomicU64,
    in_progress: AtomicI64,
    state: Mutex<State>,
    rules: Mutex<RuleSet>,
    has_rules: AtomicBool,
    pace: Mutex<Pace>,
    store: Option<Store>,
}

impl SpaceCore {
    pub(crate) fn new(
        name: Option<String>,
        options: SandboxOptions,
        kept: Option<(Store, Stored)>,
    ) -> Self {
        let clock = Clock::default();
        let knowledge = Arc::new(KnowledgeBase::default());
        let keys = Keys::only(&options.api_key);
        let mut state = State::new(clock.now(), keys, knowledge.clone(), kept.is_some());
        let store = kept.map(|(store, stored)| {
            let is_new = stored.settings.is_none();
            state.load(stored);
            if is_new {
                state.save_settings();
                state.save_keys();
            } else if !state.keys.revoked.contains(&options.api_key) {
                state.keys.add(&options.api_key);
                state.save_keys();
            }
            store.send(state.take_unsaved());
            store
        });
        clock.set_advanced(state.settings.clock_advanced);
        let rules = RuleSet::new(options.seed, options.rules.clone());
        Self {
            name,
            clock,
            journal: Arc::default(),
            knowledge,
            connections: Arc::default(),
            requests: AtomicU64::new(0),
            in_progress: AtomicI64::new(0),
            state: Mutex::new(state),
            has_rules: AtomicBool::new(!rules.is_empty()),
            rules: Mutex::new(rules),
            pace: Mutex::new(Pace::of(&options)),
            options,
            store,
        }
    }

    /// Reads or changes the state. Changes go to the data file in the order in which they happen.
    pub(crate) fn with_state<R>(&self, action: impl FnOnce(&mut State) -> R) -> R {
        let mut state = lock(&self.state);
        let result = action(&mut state);
        if let Some(store) = &self.store {
            store.send(state.take_unsaved());
        }
        result
    }

    /// Waits until everything that happened so far is on disk, where there is a data file.
    pub(crate) async fn saved(&self) -> Result<(), String> {
        match &self.store {
            Some(store) => store.saved().await,
            None => Ok(()),
        }
    }

    /// Closes the data file, where there is one. The thread that ends then can be waited for.
    pub(crate) fn close_store(&self) -> Option<JoinHandle<()>> {
        self.store.as_ref().and_then(Store::close)
    }

    pub(crate) fn tenant_id(&self) -> &str {
        &self.options.tenant_id
    }

    pub(crate) fn site_id(&self) -> &str {
        &self.options.site_id
    }

    /// A key that is accepted now; the one the space began with if it still is.
    pub(crate) fn api_key(&self) -> String {
        let begun_with = &self.options.api_key;
        self.with_state(|state| {
            let valid = Some(begun_with).filter(|key| state.keys.accepts(key));
            valid.or(state.keys.valid.first()).unwrap_or(begun_with).clone()
        })
    }

    /// Path prefix of the space.
    pub(crate) fn prefix(&self) -> String {
        self.name.as_ref().map_or_else(String::new, |name| format!("/space/{name}"))
    }

    // Rules

    pub(crate) fn select_rule(&self, operation: &str, key: Option<&str>) -> Option<Selected> {
        if !self.has_rules.load(Ordering::Acquire) {
            return None;
        }
        lock(&self.rules).select(operation, key)
    }

    pub(crate) fn set_rules(&self, rules: Vec<Rule>) {
        self.change_rules(|set| *set = RuleSet::new(self.options.seed, rules));
    }

    pub(crate) fn add_rules(&self, rules: Vec<Rule>) {
        self.change_rules(|set| set.add(rules));
    }

    fn change_rules(&self, change: impl FnOnce(&mut RuleSet)) {
        let mut rules = lock(&self.rules);
        change(&mut rules);
        self.has_rules.store(!rules.is_empty(), Ordering::Release);
    }

    pub(crate) fn describe_rules(&self) -> serde_json::Value {
        lock(&self.rules).describe()
    }

    // Pace

    pub(crate) fn progression(&self) -> Arc<Progression> {
        lock(&self.pace).progression.clone()
    }

    pub(crate) fn set_progression(&self, progression: Progression) {
        lock(&self.pace).progression = Arc::new(progression);
    }

    pub(crate) fn latency(&self) -> Latency {
        lock(&self.pace).latency
    }

    pub(crate) fn set_latency(&self, latency: Latency) {
        lock(&self.pace).latency = latency;
    }

    /// How long the operation takes.
    pub(crate) fn delay_of(&self, operation: &str) -> Duration {
        let mut pace = lock(&self.pace);
        if pace.latency == Latency::None {
            return Duration::ZERO;
        }
        let chance = pace.chance.random();
        Duration::from_millis(pace.latency.of_operation(operation, chance))
    }

    /// Milliseconds that making an asynchronous answer takes.
    pub(crate) fn answer_time(&self) -> u64 {
        let mut pace = lock(&self.pace);
        let chance = pace.chance.random();
        pace.latency.answer_time(chance)
    }

    // Clock and reset

    pub(crate) fn advance_clock(&self, milliseconds: i64) {
        self.clock.advance(milliseconds);
        self.with_state(|state| {
            state.settings.clock_advanced = self.clock.advanced();
            state.save_settings();
        });
    }

    pub(crate) fn reset(&self) {
        self.clock.set_advanced(0);
        self.set_rules(self.options.rules.clone());
        *lock(&self.pace) = Pace::of(&self.options);
        self.journal.clear();
        let keys = Keys::only(&self.options.api_key);
        self.with_state(|state| state.reset(self.clock.now(), keys));
    }

    // Stats

    /// Counts a request for as long as the guard lives.
    pub(crate) fn request_began(self: &Arc<Self>) -> InProgress {
        self.requests.fetch_add(1, Ordering::AcqRel);
        self.in_progress.fetch_add(1, Ordering::AcqRel);
        InProgress(self.clone())
    }

    pub(crate) fn stats(&self, server_connections_open: u64) -> Stats {
        let in_progress = self.in_progress.load(Ordering::Acquire);
        Stats {
            connections_open: self.connections.open(),
            connections_peak: self.connections.peak.load(Ordering::Acquire),
            connections_total: self.connections.total.load(Ordering::Acquire),
            requests: self.requests.load(Ordering::Acquire),
            in_progress: u64::try_from(in_progress).unwrap_or_default(),
            journal_dropped: self.journal.dropped(),
            server_connections_open,
        }
    }
}

/// A request under way.
#[derive(Debug)]
pub(crate) struct InProgress(Arc<SpaceCore>);

impl Drop for InProgress {
    fn drop(&mut self) {
        self.0.in_progress.fetch_sub(1, Ordering::AcqRel);
    }
}

/// One space of a running sandbox: credentials and controls, in process.
#[derive(Debug, Clone)]
pub struct Space {
    pub(crate) core: Arc<SpaceCore>,
    pub(crate) server: Arc<crate::server::Server>,
}

impl Space {
    fn url(&self, path: &str) -> String {
        format!("http://{}{}{path}", self.server.address(), self.core.prefix())
    }

    /// Base URL for clients, such as `http://127.0.0.1:4010/api/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.url("/api/v1")
    }

    /// URL under which this space is controlled.
    #[must_use]
    pub fn control_url(&self) -> String {
        self.url("/__sandbox")
    }

    /// A key that this space accepts.
    #[must_use]
    pub fn api_key(&self) -> String {
        self.core.api_key()
    }

    /// The tenant of this space.
    #[must_use]
    pub fn tenant_id(&self) -> &str {
        self.core.tenant_id()
    }

    /// The site of this space.
    #[must_use]
    pub fn site_id(&self) -> &str {
        self.core.site_id()
    }

    /// Brings everything back to the start: state, keys, rules, journal, progression, latency,
    /// clock.
    pub fn reset(&self) {
        self.core.reset();
    }

    /// The journal, oldest entry first.
    #[must_use]
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.core.journal.entries(0, None)
    }

    /// Empties the journal.
    pub fn clear_journal(&self) {
        self.core.journal.clear();
    }

    /// Adds rules behind those in force.
    pub fn add_rules(&self, rules: Vec<Rule>) {
        self.core.add_rules(rules);
    }

    /// Puts rules in the place of those in force; all counters begin anew.
    pub fn set_rules(&self, rules: Vec<Rule>) {
        self.core.set_rules(rules);
    }

    /// Takes all rules out of force.
    pub fn clear_rules(&self) {
        self.core.set_rules(Vec::new());
    }

    /// Sets how asynchronous answers come about.
    pub fn set_progression(&self, progression: Progression) {
        self.core.set_progression(progression);
    }

    /// Sets how long answers take.
    pub fn set_latency(&self, latency: Latency) {
        self.core.set_latency(latency);
    }

    /// Lets the clock of the space run ahead by that much more.
    pub fn advance_clock(&self, by: Duration) {
        self.core.advance_clock(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
    }

    /// Makes a key valid.
    pub fn add_key(&self, key: &str) {
        self.core.with_state(|state| {
            state.keys.add(key);
            state.save_keys();
        });
    }

    /// Makes a key invalid.
    pub fn revoke_key(&self, key: &str) {
        self.core.with_state(|state| {
            state.keys.revoke(key);
            state.save_keys();
        });
    }

    /// Counts of connections and requests.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.core.stats(self.server.connections_open())
    }
}
