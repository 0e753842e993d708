//! Conversations, questions and feedback.

use std::sync::Arc;

use super::{MOST_REQUESTS, State, new_id};
use crate::clock;
use crate::knowledge_base::FoundAnswer;
use crate::model::{ChatRequest, Counts, Judgement, Progress, Session};
use crate::progression::{Progression, Stage};
use crate::store::Table;

/// A question that was asked, with the answer found for it.
#[derive(Debug)]
pub(crate) struct Asked<'request> {
    pub(crate) session_id: &'request str,
    pub(crate) email: Option<&'request str>,
    pub(crate) message: &'request str,
    pub(crate) answer: Arc<FoundAnswer>,
    pub(crate) progress: Progress,
    pub(crate) answer_time: u64,
}

/// Why a question is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    SessionClosed,
    /// Seconds until the next day.
    DailyLimit(i64),
}

/// Why a judgement is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FeedbackRefusal {
    Unknown,
    NotCompleted,
}

impl State {
    pub(crate) fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }

    /// Number of conversations, and how many of them are open.
    pub(crate) fn session_counts(&self) -> (u64, u64) {
        (u64::try_from(self.sessions.len()).unwrap_or(u64::MAX), self.open_sessions)
    }

    /// Closes a conversation; an unknown or closed one is left alone.
    pub(crate) fn close_session(&mut self, now: i64, id: &str) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        if session.closed_at.is_some() {
            return;
        }
        session.closed_at = Some(now);
        session.updated_at = now;
        self.open_sessions = self.open_sessions.saturating_sub(1);
        let session = session.clone();
        self.save(Table::Sessions, id, &session);
    }

    /// Takes a question, unless there is a reason not to.
    pub(crate) fn ask(&mut self, now: i64, asked: Asked<'_>) -> Result<Arc<str>, Refusal> {
        if self.sessions.get(asked.session_id).is_some_and(|session| session.closed_at.is_some()) {
            return Err(Refusal::SessionClosed);
        }
        let today = clock::day(now);
        let used = self.days.get(&today).map_or(0, |counts| counts.messages);
        if self.settings.daily_messages.is_some_and(|limit| used >= limit) {
            return Err(Refusal::DailyLimit(clock::seconds_to_next_day(now)));
        }
        let session = self.touch_session(now, asked.session_id, asked.email);
        let characters = asked.message.chars().count() + asked.answer.text.chars().count();
        let delta = Counts {
            messages: 1,
            tokens: u64::try_from(characters.div_ceil(4)).unwrap_or_default(),
            ..Counts::default()
        };
        let ordinal = self.ordinal();
        let mut request = ChatRequest {
            id: new_id("req_").into(),
            ordinal,
            session_id: session.id,
            email: session.email,
            created_at: now,
            progress: Progress::Pending,
            polls: 0,
            answer_time: asked.answer_time,
            answer: asked.answer,
            judgement: None,
        };
        self.count(now, request.email.as_deref(), delta);
        self.settle(now, &mut request, asked.progress);
        self.save(Table::Requests, &request.id, &request);
        let id = request.id.clone();
        self.request_order.push_back(id.clone());
        self.requests.insert(id.clone(), request);
        if self.request_order.len() > MOST_REQUESTS
            && let Some(oldest) = self.request_order.pop_front()
        {
            self.requests.remove(&oldest);
            self.forget(Table::Requests, &oldest);
        }
        Ok(id)
    }

    fn touch_session(&mut self, now: i64, id: &str, email: Option<&str>) -> Session {
        let key: Arc<str> = match self.sessions.get_key_value(id) {
            Some((known, _)) => known.clone(),
            None => id.into(),
        };
        let mut is_new = false;
        let session = self.sessions.entry(key.clone()).or_insert_with(|| {
            is_new = true;
            Session {
                id: key,
                email: None,
                created_at: now,
                updated_at: now,
                closed_at: None,
                message_count: 0,
            }
        });
        session.message_count += 1;
        session.updated_at = now;
        let email_before = session.email.clone();
        if let Some(email) = email.filter(|email| session.email.as_deref() != Some(*email)) {
            session.email = Some(email.into());
        }
        let session = session.clone();
        self.open_sessions += u64::from(is_new);
        if let (Some(email), true) = (&session.email, session.email != email_before) {
            let user = self.users.entry(email.clone()).or_default();
            user.sessions += 1;
            if user.first_seen == 0 {
                user.first_seen = now;
            }
        }
        self.save(Table::Sessions, id, &session);
        session
    }

    /// Adds to the counts of the day and of the user.
    fn count(&mut self, now: i64, email: Option<&str>, delta: Counts) {
        let today = clock::day(now);
        let counts = self.days.entry(today).or_default();
        counts.add(&delta);
        let counts = *counts;
        self.save(Table::Days, &today.to_string(), &counts);
        if let Some(user) = email.and_then(|email| self.users.get_mut(email)) {
            user.counts.add(&delta);
            user.last_seen = now;
            let user = user.clone();
            self.save(Table::Users, email.unwrap_or_default(), &user);
        }
    }

    fn settle(&mut self, now: i64, request: &mut ChatRequest, progress: Progress) {
        let delta = match &progress {
            Progress::Pending => return,
            Progress::Completed => Counts {
                answers: 1,
                confidence_sum: request.answer.confidence_score.into(),
                ..Counts::default()
            },
            Progress::Failed(_) => Counts { failures: 1, ..Counts::default() },
        };
        request.progress = progress;
        self.count(now, request.email.as_deref(), delta);
    }

    pub(crate) fn request(&self, id: &str) -> Option<&ChatRequest> {
        self.requests.get(id)
    }

    /// What a status read of a request finds. `read` says whether it counts as one.
    pub(crate) fn stage(
        &mut self,
        now: i64,
        id: &str,
        progression: &Progression,
        read: bool,
    ) -> Option<Stage> {
        let request = self.requests.get_mut(id)?;
        request.polls = request.polls.saturating_add(u32::from(read));
        let stage = match &request.progress {
            Progress::Completed => return Some(Stage::Completed),
            Progress::Failed(reason) => return Some(Stage::Failed(reason.clone())),
            Progress::Pending => {
                let elapsed = now.saturating_sub(request.created_at);
                progression.stage(request.polls.max(1), elapsed, request.answer_time)
            }
        };
        let progress = match &stage {
            Stage::Completed => Progress::Completed,
            Stage::Failed(reason) => Progress::Failed(reason.clone()),
            Stage::Hidden | Stage::Pending(_) => return Some(stage),
        };
        let mut request = request.clone();
        self.settle(now, &mut request, progress);
        self.save(Table::Requests, id, &request);
        self.requests.insert(request.id.clone(), request);
        Some(stage)
    }

    /// Takes a judgement. The answer is the judgement in force, and whether it is new.
    pub(crate) fn judge(
        &mut self,
        now: i64,
        session_id: &str,
        request_id: &str,
        judgement: Judgement,
        progression: &Progression,
    ) -> Result<(Judgement, bool), FeedbackRefusal> {
        let of_session = |request: &&ChatRequest| &*request.session_id == session_id;
        if self.requests.get(request_id).filter(of_session).is_none() {
            return Err(FeedbackRefusal::Unknown);
        }
        if self.stage(now, request_id, progression, false) != Some(Stage::Completed) {
            return Err(FeedbackRefusal::NotCompleted);
        }
        let Some(request) = self.requests.get_mut(request_id) else {
            return Err(FeedbackRefusal::Unknown);
        };
        if let Some(before) = request.judgement {
            return Ok((before, false));
        }
        request.judgement = Some(judgement);
        let request = request.clone();
        let good = u64::from(judgement == Judgement::Good);
        let delta = Counts { good, bad: 1 - good, ..Counts::default() };
        self.count(now, request.email.as_deref(), delta);
        self.save(Table::Requests, request_id, &request);
        Ok((judgement, true))
    }
}
