//! A text about an error to paste into a ticket.

use std::fmt::Write as _;

use super::Error;
use crate::seconds;

impl Error {
    /// The error, its attempts and the client's latest calls as text for a support ticket. Holds no
    /// key, no message text, no email address and no id of a person or session.
    pub fn report(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_report(&mut text);
        text
    }

    fn write_report(&self, text: &mut String) -> std::fmt::Result {
        writeln!(
            text,
            "uppzy {} on {}-{}",
            crate::VERSION,
            std::env::consts::OS,
            std::env::consts::ARCH
        )?;
        writeln!(text, "error: {} ({})", self.kind(), self)?;
        writeln!(text, "hint: {}", self.hint())?;
        writeln!(text, "outcome: {}, retryable: {}", self.outcome(), self.retryable())?;
        if let Some(status) = self.http_status() {
            writeln!(text, "HTTP status: {status}")?;
        }
        if let Some(id) = self.http_request_id() {
            writeln!(text, "HTTP request id: {id}")?;
        }
        if let Some(words) = self.server_message() {
            writeln!(text, "server: {words}")?;
        }
        if let Some(stopped_by) = self.retry_stopped_by() {
            writeln!(text, "retries stopped by: {stopped_by}")?;
        }
        writeln!(
            text,
            "elapsed: {:.3} s, attempts: {}",
            seconds(self.elapsed()),
            self.attempts().len()
        )?;
        for (index, attempt) in self.attempts().iter().enumerate() {
            write!(text, "  {}: at {:.3} s", index + 1, seconds(attempt.started_after))?;
            write!(text, ", took {:.3} s", seconds(attempt.duration))?;
            match (attempt.status, attempt.kind) {
                (Some(status), _) => write!(text, ", status {status}")?,
                (None, Some(kind)) => write!(text, ", {kind}")?,
                (None, None) => {}
            }
            match attempt.delay_before_next {
                Some(delay) => writeln!(text, ", next after {:.3} s", seconds(delay))?,
                None => writeln!(text)?,
            }
        }
        let mut cause = self.cause();
        while let Some(error) = cause {
            writeln!(text, "caused by: {} ({error})", error.kind())?;
            cause = error.cause();
        }
        if let Some(journal) = &self.0.journal {
            writeln!(text, "latest calls of this client, newest last:")?;
            for record in journal.recent() {
                writeln!(text, "  {record}")?;
            }
        }
        Ok(())
    }
}
