//! How asynchronous answers come about.

use serde::{Deserialize, Serialize};

/// When an asynchronous chat is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgressionMode {
    /// At once: the first status read finds the answer. With vendor latency, after its answer time.
    #[default]
    Immediate,
    /// Some seconds after it was submitted, by the clock of the space.
    AfterSeconds,
    /// After some status reads that find it pending.
    AfterPolls,
    /// Never.
    Never,
    /// It fails; `seconds` or `polls` say when, at once without them.
    Fail,
}

/// How asynchronous chats progress. It is looked at on every status read, so that changing it also
/// releases chats that wait; what was completed once stays so.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progression {
    /// When an answer is there.
    pub mode: ProgressionMode,
    /// For `after_seconds` and `fail`: seconds since it was submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// For `after_polls` and `fail`: number of status reads that find it pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polls: Option<u32>,
    /// For `fail`: the reason that the status answer gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What pending status reads say, in turn; the last one repeats. `pending` when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<String>,
    /// What a completed status read says; `completed` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_status: Option<String>,
    /// Number of first status reads that are answered with 404.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub visible_after_polls: u32,
    /// Whether a completed status read lacks the answer.
    #[serde(default, skip_serializing_if = "is_false")]
    pub without_answer: bool,
    /// Seconds in the `Retry-After` header of pending status reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// What a status read finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stage {
    /// As if the request did not exist.
    Hidden,
    /// Not answered yet, under this name.
    Pending(String),
    Completed,
    Failed(String),
}

impl Progression {
    fn of_mode(mode: ProgressionMode) -> Self {
        Self { mode, ..Self::default() }
    }

    /// Answers are there at the first status read.
    #[must_use]
    pub fn immediate() -> Self {
        Self::of_mode(ProgressionMode::Immediate)
    }

    /// Answers are there that many seconds after the chat was submitted.
    #[must_use]
    pub fn after_seconds(seconds: f64) -> Self {
        Self { seconds: Some(seconds), ..Self::of_mode(ProgressionMode::AfterSeconds) }
    }

    /// The first `polls` status reads find the chat pending, the next one finds the answer.
    #[must_use]
    pub fn after_polls(polls: u32) -> Self {
        Self { polls: Some(polls), ..Self::of_mode(ProgressionMode::AfterPolls) }
    }

    /// Answers never come.
    #[must_use]
    pub fn never() -> Self {
        Self::of_mode(ProgressionMode::Never)
    }

    /// Chats fail for this reason.
    #[must_use]
    pub fn fail(error: &str) -> Self {
        Self { error: Some(error.to_owned()), ..Self::of_mode(ProgressionMode::Fail) }
    }

    /// Reads a bare mode (`immediate`, `never`, `fail`) or the JSON form.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let progression: Self = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| error.to_string())?
        } else {
            let mode = serde_json::Value::String(text.to_owned());
            Self::of_mode(serde_json::from_value(mode).map_err(|error| error.to_string())?)
        };
        progression.validate()?;
        Ok(progression)
    }

    pub(crate) fn validate(&self) -> Result<(), String> {
        if self.mode == ProgressionMode::AfterSeconds && self.seconds.is_none() {
            return Err("mode after_seconds needs the field seconds".to_owned());
        }
        if self.mode == ProgressionMode::AfterPolls && self.polls.is_none() {
            return Err("mode after_polls needs the field polls".to_owned());
        }
        if self.seconds.is_some_and(|seconds| !(0.0..=1e9).contains(&seconds)) {
            return Err("seconds must be between 0 and 1000000000".to_owned());
        }
        Ok(())
    }

    /// What the status read number `poll` (1-based) finds, `elapsed` milliseconds after submission.
    /// `answer_time` is how many milliseconds the latency wants an answer to take.
    pub(crate) fn stage(&self, poll: u32, elapsed: i64, answer_time: u64) -> Stage {
        if poll <= self.visible_after_polls {
            return Stage::Hidden;
        }
        let visible = poll - self.visible_after_polls;
        let seconds_over =
            self.seconds.is_none_or(|seconds| elapsed as f64 >= (seconds * 1000.0).floor());
        let polls_over = self.polls.is_none_or(|polls| visible > polls);
        let done = match self.mode {
            ProgressionMode::Immediate => u64::try_from(elapsed).unwrap_or_default() >= answer_time,
            ProgressionMode::AfterSeconds => seconds_over,
            ProgressionMode::AfterPolls => polls_over,
            ProgressionMode::Never => false,
            ProgressionMode::Fail => seconds_over && polls_over,
        };
        if !done {
            let position = usize::try_from(visible).unwrap_or(usize::MAX).saturating_sub(1);
            let status = self.statuses.get(position).or(self.statuses.last());
            return Stage::Pending(status.map_or("pending", String::as_str).to_owned());
        }
        match self.mode {
            ProgressionMode::Fail => {
                let reason = self.error.as_deref().unwrap_or("the answer could not be made");
                Stage::Failed(reason.to_owned())
            }
            _ => Stage::Completed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(name: &str) -> Stage {
        Stage::Pending(name.to_owned())
    }

    #[test]
    fn polls_count_from_the_first_visible_one() {
        let progression = Progression {
            visible_after_polls: 2,
            statuses: vec!["queued".into(), "processing".into()],
            ..Progression::after_polls(3)
        };
        let stages: Vec<_> = (1..=6).map(|poll| progression.stage(poll, 0, 0)).collect();
        let expected = [
            Stage::Hidden,
            Stage::Hidden,
            pending("queued"),
            pending("processing"),
            pending("processing"),
            Stage::Completed,
        ];
        assert_eq!(stages, expected);
    }

    #[test]
    fn seconds_count_from_submission() {
        let progression = Progression::after_seconds(7.0);
        assert_eq!(progression.stage(1, 6_999, 0), pending("pending"));
        assert_eq!(progression.stage(1, 7_000, 0), Stage::Completed);
    }

    #[test]
    fn failure_may_come_late() {
        assert_eq!(Progression::fail("why").stage(1, 0, 0), Stage::Failed("why".into()));
        let late = Progression { polls: Some(1), ..Progression::fail("why") };
        assert_eq!(late.stage(1, 0, 0), pending("pending"));
        assert_eq!(late.stage(2, 0, 0), Stage::Failed("why".into()));
    }

    #[test]
    fn immediate_waits_for_the_latency() {
        assert_eq!(Progression::immediate().stage(1, 10, 50), pending("pending"));
        assert_eq!(Progression::immediate().stage(1, 50, 50), Stage::Completed);
    }

    #[test]
    fn parsing_names_what_is_wrong() {
        assert_eq!(Progression::parse("never"), Ok(Progression::never()));
        let json = r#"{"mode":"after_polls","polls":3}"#;
        assert_eq!(Progression::parse(json), Ok(Progression::after_polls(3)));
        let missing = Progression::parse("after_seconds").unwrap_err();
        assert!(missing.contains("seconds"), "{missing}");
        let unknown = Progression::parse(r#"{"mode":"never","pols":3}"#).unwrap_err();
        assert!(unknown.contains("pols"), "{unknown}");
    }
}
