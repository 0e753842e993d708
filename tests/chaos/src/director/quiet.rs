//! The end of a run: nothing is broken any more, and everything has to come to its end.

use std::collections::BTreeSet;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Director, TICK};
use crate::Outcome;
use crate::orders::{Ending, Order};
use crate::resuming;
use crate::sandbox::Stop;
use crate::{checks, holders};

/// How long anything may take that has nothing to wait for. Only to find what hangs.
const PATIENCE: Duration = Duration::from_secs(60);

impl Director {
    pub(super) async fn calm_down(&mut self) -> Outcome<()> {
        self.end_halts(true);
        self.sandbox.control("DELETE", "/rules", &Value::Null).await?;
        self.sandbox.control("PUT", "/progression", &json!({"mode": "immediate"})).await?;
        self.sandbox.control("PUT", "/latency", &json!({"mode": "none"})).await?;
        self.let_go_of_old_key(true).await?;
        let longest = Duration::from_millis(checks::LONGEST_MS) + PATIENCE;
        // What does not end here is found by the checks.
        self.wait_for(longest, |director| {
            let mut workers = director.workers.iter();
            workers.all(|worker| worker.ready && worker.open.is_empty() && worker.children == 0)
        })
        .await?;
        self.quiet = true;
        self.close_workers().await?;
        self.finish_workers().await?;
        self.resume_all().await?;
        self.read_journal().await?;
        self.sandbox.stop(Stop::Orderly).await?;
        let stored = self.sandbox.stored()?;
        self.evidence.questions = stored.questions;
        self.evidence.documents = stored.documents;
        let complaints = std::mem::take(&mut self.sandbox.complaints);
        self.evidence.processes.complaints.extend(complaints);
        Ok(())
    }

    /// All clients are closed while their processes live on: no connection may be left.
    async fn close_workers(&mut self) -> Outcome<()> {
        for worker in &self.workers {
            worker.order(&Order::Close)?;
        }
        let closed =
            |director: &Self| director.workers.iter().all(|worker| worker.closed || worker.gone);
        self.wait_for(PATIENCE, closed).await?;
        let until = Instant::now() + PATIENCE;
        loop {
            let open = self.sandbox.connections().await?;
            self.evidence.processes.connections_open = open;
            if open == 0 {
                break;
            }
            if Instant::now() > until {
                self.evidence.processes.holders = holders::of_port(self.sandbox.port);
                break;
            }
            self.listen(TICK * 4).await?;
        }
        Ok(())
    }

    async fn finish_workers(&mut self) -> Outcome<()> {
        for worker in &self.workers {
            worker.order(&Order::Finish)?;
        }
        self.wait_for(PATIENCE, |director| director.workers.iter().all(|worker| worker.gone))
            .await?;
        for worker in &self.workers {
            let hangs = match (worker.closed, worker.gone) {
                (true, true) => continue,
                (false, true) => "ended without closing its client",
                (true, false) => "closed its client, and did not end",
                (false, false) => "did neither close its client nor end",
            };
            self.evidence.processes.bad_ends.push(format!("{} {hangs}", worker.name()));
            worker.signal(Signal::KILL);
        }
        Ok(())
    }

    /// Every token that nobody has the answer of is taken up, by the client in Rust.
    async fn resume_all(&mut self) -> Outcome<()> {
        let (mut all, mut answered) = (BTreeSet::new(), BTreeSet::new());
        for call in self.evidence.calls.values() {
            let own = (!call.order.token.is_empty()).then_some(&call.order.token);
            let ended = call.ends.iter().filter_map(|end| end.token.as_ref());
            let tokens: Vec<_> = call.token.iter().chain(own).chain(ended).cloned().collect();
            if call.ends.iter().any(|end| end.result == Ending::Answered) {
                answered.extend(tokens.iter().cloned());
            }
            all.extend(tokens);
        }
        let left = all.difference(&answered).cloned().collect();
        let url = self.sandbox.base_url();
        self.evidence.resumed = resuming::resume(&url, &self.key(), left).await?;
        Ok(())
    }
}
