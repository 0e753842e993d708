//! One run of a scenario.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tokio::task::JoinHandle;
use uppzy::{CancelToken, Client, Clock, Transport};

use crate::calls::{Fault, Made};
use crate::canonical::Placeholders;
use crate::client;
use crate::control::Control;
use crate::files::Folder;
use crate::forms::error_json;
use crate::host::Outcome;
use crate::matching::mismatches;
use crate::references::{resolve, resolve_fields};
use crate::scenario::{ClockKind, Expectation, Options, Requests, Scenario, Step, StepKind};

/// How long the server may take to show in its journal what has happened.
const SETTLING: Duration = Duration::from_secs(5);
/// How often it is asked.
const LOOK: Duration = Duration::from_millis(10);
const SEED: u64 = 7;

/// One of the crate's surfaces.
pub(crate) trait Caller {
    /// What calls are made on.
    type Native: Clone + Send + 'static;

    fn client(client: Client) -> Self::Native;

    /// What sends the requests of a client with these options, where it is not its own transport.
    fn transport(
        _options: &Map<String, Value>,
        _clock: &Clock,
    ) -> Result<Option<Arc<dyn Transport>>, String> {
        Ok(None)
    }

    fn call(
        on: Self::Native,
        name: String,
        arguments: Map<String, Value>,
        options: Options,
        token: CancelToken,
    ) -> impl Future<Output = Result<Made<Self::Native>, Fault>> + Send + 'static;
}

type Running<N> = (JoinHandle<Result<Made<N>, Fault>>, CancelToken);

/// One run of a scenario.
pub(crate) struct Execution<'a, C: Caller> {
    scenario: &'a Scenario,
    space: &'a Control,
    other: &'a Control,
    clock: Clock,
    began: Instant,
    folder: Folder,
    saved: Map<String, Value>,
    natives: BTreeMap<String, C::Native>,
    background: BTreeMap<String, Running<C::Native>>,
    steps: Vec<Value>,
    failures: Vec<String>,
}

impl<'a, C: Caller> Execution<'a, C> {
    pub(crate) async fn run(
        scenario: &'a Scenario,
        space: &'a Control,
        other: &'a Control,
        saved: Map<String, Value>,
    ) -> Result<Outcome, String> {
        let clock = match scenario.clock {
            ClockKind::Virtual => {
                let silence = Duration::try_from_secs_f64(scenario.silence);
                let silence = silence.map_err(|error| error.to_string())?;
                Clock::virtual_time_with_silence(SEED, silence)
            }
            ClockKind::Manual => Clock::manual(SEED),
            ClockKind::System => Clock::system(),
        };
        let mut execution = Self {
            scenario,
            space,
            other,
            began: clock.now(),
            clock,
            folder: Folder::new()?,
            saved,
            natives: BTreeMap::new(),
            background: BTreeMap::new(),
            steps: Vec::new(),
            failures: Vec::new(),
        };
        execution.prepare().await?;
        for (index, step) in scenario.steps.iter().enumerate() {
            let result = execution.step(index, step).await;
            result.map_err(|reason| format!("step {}: {reason}", index + 1))?;
        }
        execution.finish().await
    }

    async fn prepare(&mut self) -> Result<(), String> {
        self.folder.write(&self.scenario.files, &mut self.saved)?;
        let settings = resolve_fields(&self.scenario.sandbox, &self.saved)?;
        self.space.change(&settings).await?;
        if !self.scenario.client.is_null() {
            let made = self.make_client(&self.scenario.client)?;
            let made = made.map_err(|fault| format!("the client was not made: {fault:?}"))?;
            self.natives.extend(made.native.map(|native| ("main".to_owned(), native)));
        }
        Ok(())
    }

    fn make_client(&self, options: &Value) -> Result<Result<Made<C::Native>, Fault>, String> {
        let Value::Object(options) = resolve(options, &self.saved)? else {
            return Err("the client's options are no object".to_owned());
        };
        Ok(
            match client::make(
                &options,
                self.space,
                &self.clock,
                C::transport(&options, &self.clock)?,
            )? {
                Ok(client) => Ok(Made { value: Value::Null, native: Some(C::client(client)) }),
                Err(error) => Err(error.into()),
            },
        )
    }

    async fn step(&mut self, index: usize, step: &Step) -> Result<(), String> {
        match step.kind()? {
            StepKind::Call(name) => {
                for repetition in 1..=step.repeat.unwrap_or(1) {
                    let token = CancelToken::new();
                    if step.cancelled {
                        token.cancel();
                    }
                    let call = self.call(name, step, &token)?;
                    if let Some(background) = &step.background {
                        let running = (tokio::spawn(call), token);
                        self.background.insert(background.clone(), running);
                    } else {
                        let result = call.await;
                        if repetition == step.repeat.unwrap_or(1) {
                            self.came(index, step, name, result)?;
                        }
                    }
                }
            }
            StepKind::NewClient(options) => {
                let made = self.make_client(options)?;
                self.came(index, step, "new_client", made)?;
            }
            StepKind::Await(name) => {
                let running = self.background.remove(name);
                let (call, _) = running.ok_or_else(|| format!("{name} does not run"))?;
                let result = call.await.map_err(|error| error.to_string())?;
                self.came(index, step, name, result)?;
            }
            StepKind::Cancel(name) => {
                let running = self.background.get(name);
                running.ok_or_else(|| format!("{name} does not run"))?.1.cancel();
            }
            StepKind::Sandbox(settings) => {
                self.space.change(&resolve_fields(settings, &self.saved)?).await?;
            }
            StepKind::AdvanceClock(seconds) => {
                let by = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
                self.clock.advance(by);
            }
            StepKind::WaitForRequests(count) => self.wait_for_requests(count).await?,
            StepKind::Pause(seconds) => {
                let pause = Duration::try_from_secs_f64(seconds);
                tokio::time::sleep(pause.map_err(|error| error.to_string())?).await;
            }
            StepKind::WriteFiles(files) => self.folder.write(files, &mut self.saved)?,
        }
        Ok(())
    }

    fn call(
        &self,
        name: &str,
        step: &Step,
        token: &CancelToken,
    ) -> Result<impl Future<Output = Result<Made<C::Native>, Fault>> + Send + 'static, String> {
        let on = step.on.as_deref().unwrap_or("main");
        let native = self.natives.get(on).ok_or_else(|| format!("there is no {on}"))?;
        let arguments = resolve_fields(&step.arguments, &self.saved)?;
        Ok(C::call(native.clone(), name.to_owned(), arguments, step.options, token.clone()))
    }

    /// Holds what came of a step against what is expected, and keeps it.
    fn came(
        &mut self,
        index: usize,
        step: &Step,
        name: &str,
        result: Result<Made<C::Native>, Fault>,
    ) -> Result<(), String> {
        let (outcome, native) = match result {
            Ok(Made { value, native }) => (json!({"result": value}), native),
            Err(Fault::Error(error)) => (json!({"error": error_json(&error)}), None),
            Err(Fault::Cancelled) => (json!({"cancelled": true}), None),
            Err(Fault::Wrong(reason)) => return Err(reason),
        };
        let expected = match &step.expect {
            None | Some(Expectation::Anything(_)) => json!({}),
            Some(Expectation::Cancelled(_)) => json!({"cancelled": true}),
            Some(Expectation::Result(expected)) => json!({"result": expected}),
            Some(Expectation::Error(expected)) => json!({"error": expected}),
        };
        // A result may well be null.
        if step.expect.is_none() && outcome.get("result").is_none() {
            self.failures.push(format!("step {} {name}: expected a result: {outcome}", index + 1));
        } else if step.expect.is_some() {
            let expected = resolve(&expected, &self.saved)?;
            let found = mismatches(&expected, &outcome);
            let explained = outcome.get("error").and_then(|error| error.get("report"));
            let explained = explained.filter(|_| !found.is_empty());
            self.failures
                .extend(found.into_iter().map(|line| format!("step {} {name}: {line}", index + 1)));
            self.failures.extend(explained.map(|report| format!("report: {report}")));
        }
        if let Some(name) = &step.save_as {
            let value = outcome.get("result").or(outcome.get("error")).cloned();
            self.saved.insert(name.clone(), value.unwrap_or_default());
            self.natives.extend(native.map(|native| (name.clone(), native)));
        }
        let mut shown = outcome;
        if let Value::Object(fields) = &mut shown {
            fields.insert("step".to_owned(), json!(index + 1));
            fields.insert("call".to_owned(), json!(name));
        }
        self.steps.push(shown);
        Ok(())
    }

    async fn wait_for_requests(&self, count: u64) -> Result<(), String> {
        let until = Instant::now() + SETTLING;
        loop {
            let seen = self.space.journal().await?.len() as u64;
            if seen >= count {
                return Ok(());
            }
            if Instant::now() >= until {
                return Err(format!("the server has seen {seen} requests, not {count}"));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn finish(mut self) -> Result<Outcome, String> {
        let elapsed = self.clock.now().saturating_duration_since(self.began).as_secs_f64();
        if let Some([least, most]) = self.scenario.elapsed
            && !(least..=most).contains(&elapsed)
        {
            self.failures.push(format!("elapsed: expected {least} to {most} s, found {elapsed} s"));
        }
        if !self.background.is_empty() {
            return Err("a call in the background was never awaited".to_owned());
        }
        let until = Instant::now() + SETTLING;
        let journal = loop {
            let journal = self.space.journal().await?;
            let found = self.journal_mismatches(&journal)?;
            if found.is_empty() {
                break journal;
            }
            if Instant::now() >= until {
                self.failures.extend(found);
                break journal;
            }
            tokio::time::sleep(LOOK).await;
        };
        if let Some(expected) = self.scenario.connections {
            let found = self.space.connections().await?;
            if found != expected {
                self.failures.push(format!("connections: expected {expected}, found {found}"));
            }
        }
        if let Some(expected) = self.scenario.other_requests {
            let found = self.other.journal().await?.len() as u64;
            if found != expected {
                self.failures.push(format!("other_requests: expected {expected}, found {found}"));
            }
        }
        if !self.scenario.compared {
            let canonical = json!({"name": self.scenario.name, "compared": false});
            return Ok(Outcome { canonical, failures: self.failures });
        }
        let canonical = json!({
            "name": self.scenario.name,
            "steps": self.steps,
            "requests": counts(&journal, |_| true),
            "processed": counts(&journal, is_processed),
        });
        let canonical = self.placeholders()?.apply(&canonical);
        Ok(Outcome { canonical, failures: self.failures })
    }

    fn journal_mismatches(&self, journal: &[Value]) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        match &self.scenario.requests {
            Some(Requests::InOrder(expected)) => {
                let seen: Vec<&str> = journal.iter().map(operation).collect();
                if *expected != seen {
                    found.push(format!("requests: expected {expected:?}, found {seen:?}"));
                }
            }
            Some(Requests::Counts(expected)) => {
                let seen = counts(journal, |_| true);
                if *expected != seen {
                    found.push(format!("requests: expected {expected:?}, found {seen:?}"));
                }
            }
            None => {}
        }
        if let Some(expected) = &self.scenario.processed {
            let seen = counts(journal, is_processed);
            if *expected != seen {
                found.push(format!("processed: expected {expected:?}, found {seen:?}"));
            }
        }
        for (index, expected) in self.scenario.journal.iter().enumerate() {
            let expected = resolve(expected, &self.saved)?;
            let lines = match journal.get(index) {
                Some(entry) => mismatches(&expected, entry),
                None => vec!["there is no such entry".to_owned()],
            };
            found.extend(lines.into_iter().map(|line| format!("journal[{index}]: {line}")));
        }
        Ok(found)
    }

    fn placeholders(&self) -> Result<Placeholders, String> {
        let mut pairs = vec![(self.folder.path(), "<folder>".to_owned())];
        for (space, prefix) in [(self.space, ""), (self.other, "other_")] {
            for name in ["api_key", "tenant_id", "site_id", "base_url"] {
                pairs.push((space.text(name)?, format!("<{prefix}{name}>")));
            }
        }
        for server in ["sandbox", "other", "dead", "silent", "plain"] {
            let known = self.saved.get(server);
            let url = known.and_then(|known| known.get("base_url").or(known.get("https_base_url")));
            let address = url.and_then(Value::as_str).and_then(|url| url.split('/').nth(2));
            pairs.extend(address.map(|address| (address.to_owned(), format!("<{server}>"))));
        }
        for (server, known) in &self.saved {
            let origin = known.get("origin").and_then(Value::as_str);
            let address = origin.and_then(|origin| origin.split('/').nth(2));
            pairs.extend(address.map(|address| (address.to_owned(), format!("<{server}>"))));
        }
        Ok(Placeholders::new(pairs))
    }
}

fn operation(entry: &Value) -> &str {
    entry.get("operation").and_then(Value::as_str).unwrap_or_default()
}

fn is_processed(entry: &Value) -> bool {
    entry.get("processed") == Some(&Value::Bool(true))
}

/// How often each operation came, among the entries that count.
fn counts(journal: &[Value], counts_for: impl Fn(&Value) -> bool) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for entry in journal.iter().filter(|entry| counts_for(entry)) {
        *counts.entry(operation(entry).to_owned()).or_default() += 1;
    }
    counts
}
