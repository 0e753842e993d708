//! What workers say, taken as evidence.

use super::Director;
use crate::Outcome;
use crate::orders::{End, Ending, Report};
use crate::worker::{Event, Heard};

impl Director {
    pub(super) fn take(&mut self, event: Event) -> Outcome<()> {
        let Event { worker: place, generation, heard } = event;
        let Some(worker) = self.workers.get(place) else { return Ok(()) };
        let name = format!("{}#{generation}", worker.kind.name);
        match heard {
            Heard::Output(line) => {
                self.look_for_leaks(&name, &line);
                match serde_json::from_str(&line) {
                    Ok(report) => self.take_report(place, generation, report)?,
                    Err(error) => {
                        let line = self.without_canary(&line);
                        self.evidence.processes.complaints.push(format!("{name}: {error}: {line}"));
                    }
                }
            }
            Heard::Complaint(line) => {
                self.look_for_leaks(&name, &line);
                let line = self.without_canary(&line);
                if !line.is_empty() {
                    self.evidence.processes.complaints.push(format!("{name}: {line}"));
                }
            }
            Heard::Gone { code } => self.take_end_of_process(place, generation, code)?,
        }
        Ok(())
    }

    fn without_canary(&self, line: &str) -> String {
        line.replace(&self.drawing.canary, "[canary]")
    }

    fn look_for_leaks(&mut self, name: &str, line: &str) {
        if let Some(place) = line.find(&self.drawing.canary) {
            let beginning: String = line.chars().take(200).collect();
            let (leak, _) =
                line.get(place..).unwrap_or_default().split_once([' ', '"']).unwrap_or_default();
            let what = self.without_canary(leak);
            let beginning = self.without_canary(&beginning);
            self.evidence.processes.leaks.push(format!("{name}: {what} in {beginning}"));
        }
    }

    fn take_report(&mut self, place: usize, generation: u32, report: Report) -> Outcome<()> {
        let Some(worker) = self.workers.get_mut(place) else { return Ok(()) };
        // The last words of one that was killed.
        let is_former = worker.generation != generation;
        match report {
            Report::Ended(end) => {
                if !is_former {
                    worker.open.retain(|id| *id != end.id);
                }
                self.take_end(end);
            }
            Report::Accepted { id, token } => {
                if let Some(call) = self.evidence.calls.get_mut(&id) {
                    call.token = Some(token);
                }
            }
            _ if is_former => {}
            Report::Ready => worker.ready = true,
            Report::KeySet => self.unsure.retain(|unsure| *unsure != place),
            Report::Forked => {}
            Report::Joined { code } => {
                worker.children = worker.children.saturating_sub(1);
                if code != 0 {
                    let text = format!("{}: a child ended with {code}", worker.name());
                    self.evidence.processes.bad_ends.push(text);
                }
            }
            Report::Closed { .. } => worker.closed = true,
        }
        Ok(())
    }

    fn take_end(&mut self, end: End) {
        let Some(call) = self.evidence.calls.get_mut(&end.id) else {
            let text = format!("the end of call {}, which nobody ordered", end.id);
            self.evidence.processes.complaints.push(text);
            return;
        };
        let token = end.token.clone().or_else(|| call.token.clone());
        if end.result == Ending::Answered {
            let of =
                if call.order.token.is_empty() { token } else { Some(call.order.token.clone()) };
            self.known.tokens.retain(|token| Some(token) != of.as_ref());
            if let (Some(session), Some(request)) = (&end.session, &end.request_id) {
                self.known.answered.push((session.clone(), request.clone()));
            }
            if self.known.answered.len() > 100 {
                self.known.answered.remove(0);
            }
        } else if let Some(token) = token
            && !self.known.tokens.contains(&token)
        {
            self.known.tokens.push(token);
        }
        // Kept until all has been checked; what was said was searched already.
        call.ends.push(End { said: None, ..end });
    }

    fn take_end_of_process(
        &mut self,
        place: usize,
        generation: u32,
        code: Option<i32>,
    ) -> Outcome<()> {
        let Some(worker) = self.workers.get_mut(place) else { return Ok(()) };
        if worker.generation != generation {
            return Ok(());
        }
        worker.gone = true;
        self.unsure.retain(|unsure| *unsure != place);
        self.halts.retain(|(halted, _)| *halted != place);
        if worker.closed {
            if code != Some(0) {
                let text = format!("{} ended with {code:?}", worker.name());
                self.evidence.processes.bad_ends.push(text);
            }
            return Ok(());
        }
        if worker.ready {
            // Nobody had killed it.
            let text = format!("{} ended in the middle, with {code:?}", worker.name());
            self.evidence.processes.bad_ends.push(text);
            self.lose_calls(place);
        }
        self.replace(place)
    }
}
