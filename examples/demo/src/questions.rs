//! Asking one by one, and many at once.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use uppzy::{Answer, AskManyOptions, AskOutcome, ChatRequest, ConfidenceLevel};

use crate::account::Account;
use crate::failure::Failure;
use crate::knowledge;
use crate::page::{Page, duration};

const QUESTIONS: &str = "questions.txt";
/// The person of the first questions; the address is one that nobody can have.
const EMAIL: &str = "visitor@northwind-lamps.example";
/// How many questions are asked one by one.
pub(crate) const ONE_BY_ONE: usize = 2;

/// Asks in each of the two ways there are.
pub(crate) async fn one_by_one(
    account: &Account,
    page: &mut Page<'_>,
) -> Result<[Answer; ONE_BY_ONE], Failure> {
    let session_id =
        account.session_ids.per_user(EMAIL).map_err(Failure::while_doing("making a session id"))?;
    let chat = account.client.chat();
    let request = |question: &str| ChatRequest::new(&session_id, question).email(EMAIL);
    account.note_session(&session_id);

    page.text("chat.send: one request, answered on the open connection.")?;
    let question = "Within how many days can I return a lamp?";
    let sent = waiting("chat.send", chat.send(&request(question)))
        .await
        .map_err(Failure::while_doing("chat.send"))?;
    show(question, &sent, page)?;

    page.blank()?;
    page.text(
        "chat.ask: handed in, then polled until it is there, so that a broken connection loses \
         nothing. The first look is after 2 s, as real answers take 5 to 30 s.",
    )?;
    let question = "What are the support hours?";
    let asked = waiting("chat.ask", chat.ask(&request(question)))
        .await
        .map_err(Failure::while_doing("chat.ask"))?;
    show(question, &asked, page)?;
    Ok([sent, asked])
}

/// Awaits a call; a terminal shows that it is under way.
async fn waiting<T>(name: &'static str, call: impl Future<Output = T>) -> T {
    let bar = ProgressBar::new_spinner().with_message(format!("waiting for {name}"));
    bar.enable_steady_tick(Duration::from_millis(100));
    let result = call.await;
    bar.finish_and_clear();
    result
}

fn show(question: &str, answer: &Answer, page: &mut Page<'_>) -> Result<(), Failure> {
    page.labelled("Q", question)?;
    page.labelled("A", answer.text())?;
    let mut facts = Vec::new();
    if let Some(source) = source(answer) {
        facts.push(format!("source {source}"));
    }
    facts.push(confidence(answer));
    facts.push(match answer.meta.polls {
        0 => duration(answer.meta.elapsed),
        1 => format!("{} with 1 poll", duration(answer.meta.elapsed)),
        polls => format!("{} with {polls} polls", duration(answer.meta.elapsed)),
    });
    page.labelled("", &facts.join("; "))?;
    Ok(())
}

fn confidence(answer: &Answer) -> String {
    let level = answer.confidence_level.as_ref().map_or("not told", ConfidenceLevel::as_str);
    match answer.confidence_score {
        Some(score) => format!("confidence {level} ({score})"),
        None => format!("confidence {level}"),
    }
}

/// The title of the document that the answer quotes. Only the sandbox tells it.
fn source(answer: &Answer) -> Option<&str> {
    answer.extra.get("sources")?.get(0)?.get("title")?.as_str()
}

/// What became of many questions.
pub(crate) struct Many {
    /// The answer with the least confidence.
    pub(crate) least_sure: Option<Answer>,
    failed: Vec<uppzy::Error>,
    total: usize,
}

impl Many {
    /// An error when questions remained without an answer.
    pub(crate) fn into_result(self) -> Result<(), Failure> {
        let count = self.failed.len();
        match self.failed.into_iter().next() {
            None => Ok(()),
            Some(error) => {
                let doing = format!("{count} of {} questions: chat.ask_many", self.total);
                Err(Failure::while_doing(doing)(error))
            }
        }
    }
}

/// Asks that many questions of different people at once. Shows answers that differ from those that
/// were shown before.
pub(crate) async fn at_once(
    account: &Account,
    count: usize,
    shown: &[Answer],
    page: &mut Page<'_>,
) -> Result<Many, Failure> {
    page.text(
        "chat.ask_many: each question from another visitor, all awaited by one task with few \
         connections.",
    )?;
    let text = knowledge::read(QUESTIONS)?;
    let questions: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let mut requests = Vec::with_capacity(count);
    for (visitor, question) in questions.iter().cycle().take(count).enumerate() {
        let session_id = account
            .session_ids
            .per_thread(&visitor.to_string())
            .map_err(Failure::while_doing("making a session id"))?;
        account.note_session(&session_id);
        requests.push(ChatRequest::new(session_id, *question));
    }

    let bar = ProgressBar::new(count as u64);
    let template = "  {bar:40} {pos}/{len} answered in {elapsed}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    let began = Instant::now();
    let options = AskManyOptions { concurrency: count, ..AskManyOptions::default() };
    let mut outcomes: Vec<AskOutcome> = Vec::with_capacity(count);
    let mut results = account.client.chat().ask_many(requests, options);
    while let Some(outcome) = results.next().await {
        bar.inc(1);
        outcomes.push(outcome);
    }
    bar.finish_and_clear();
    let took = began.elapsed();
    // As they came they are in no order that a reader could follow.
    outcomes.sort_by_key(|outcome| outcome.index);
    let least_sure = report(&outcomes, took, shown, page)?;
    let failed = outcomes.into_iter().filter_map(|outcome| outcome.result.err()).collect();
    Ok(Many { least_sure, failed, total: count })
}

/// Shows what came, and gives the least sure answer.
fn report(
    outcomes: &[AskOutcome],
    took: Duration,
    shown: &[Answer],
    page: &mut Page<'_>,
) -> Result<Option<Answer>, Failure> {
    let answered: Vec<(&str, &Answer)> = outcomes
        .iter()
        .filter_map(|outcome| {
            Some((outcome.request.message.as_str(), outcome.result.as_ref().ok()?))
        })
        .collect();
    page.row(
        "answered",
        &format!("{} of {} in {}", answered.len(), outcomes.len(), duration(took)),
    )?;
    let mut failures: BTreeMap<&str, usize> = BTreeMap::new();
    for error in outcomes.iter().filter_map(|outcome| outcome.result.as_ref().err()) {
        *failures.entry(error.kind().as_str()).or_default() += 1;
    }
    if !failures.is_empty() {
        page.row("failed", &tally(failures))?;
    }
    let mut levels: BTreeMap<&str, usize> = BTreeMap::new();
    let mut sources: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, answer) in &answered {
        let level = answer.confidence_level.as_ref().map_or("not told", ConfidenceLevel::as_str);
        *levels.entry(level).or_default() += 1;
        if let Some(source) = source(answer) {
            *sources.entry(source).or_default() += 1;
        }
    }
    page.row("confidence", &tally(levels))?;
    if !sources.is_empty() {
        page.row("quoted", &tally(sources))?;
    }
    let score = |answer: &Answer| answer.confidence_score.unwrap_or_default();
    let by_score =
        |one: &&(&str, &Answer), other: &&(&str, &Answer)| score(one.1).total_cmp(&score(other.1));
    // Of equals the first one in either case.
    let is_new = |(_, answer): &&(&str, &Answer)| {
        shown.iter().all(|shown| {
            shown.answer != answer.answer
                && source(shown).is_none_or(|it| source(answer) != Some(it))
        })
    };
    let most = answered.iter().rev().filter(is_new).max_by(by_score);
    let least = answered.iter().min_by(by_score);
    for (title, found) in [("One of the surest answers:", most), ("The least sure one:", least)] {
        if let Some((question, answer)) = found {
            page.blank()?;
            page.text(title)?;
            show(question, answer, page)?;
        }
    }
    Ok(least.map(|(_, answer)| (*answer).clone()))
}

/// Counts in words, the largest first.
fn tally(counts: BTreeMap<&str, usize>) -> String {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}
