//! The demo from its first line to its last.

use std::io::Write;

use uppzy::Feedback;

use crate::account::Account;
use crate::closing;
use crate::failure::Failure;
use crate::knowledge;
use crate::options::Options;
use crate::page::Page;
use crate::questions;
use crate::statistics;

/// Runs the demo. What it made in an account that is not its own is taken away again, also when it
/// is interrupted.
///
/// # Errors
/// The first call that failed, or why it could not begin.
pub async fn run(options: &Options, output: &mut dyn Write, coloured: bool) -> Result<(), Failure> {
    let account = Account::open(options).await?;
    let mut page = Page::new(output, coloured);
    let shown = tokio::select! {
        shown = show(options, &account, &mut page) => shown,
        _ = tokio::signal::ctrl_c() => Err(Failure::Other("interrupted".to_owned())),
    };
    if shown.is_err() && account.sandbox.is_none() {
        closing::take_away_what_is_left(&account, &mut page).await?;
    }
    account.client.close();
    if let Some(sandbox) = account.sandbox {
        sandbox.stop().await;
    }
    shown
}

async fn show(options: &Options, account: &Account, page: &mut Page<'_>) -> Result<(), Failure> {
    introduce(account, page)?;
    page.section("Are key, tenant and network right?")?;
    statistics::limits(account, page).await?;
    if !account.may_write {
        page.section("What is there")?;
        statistics::what_is_there(account, page).await?;
        return would_write(options, page);
    }
    page.section("Give the assistant something to know")?;
    knowledge::upload(account, page).await?;
    page.section("Ask one question")?;
    let shown = questions::one_by_one(account, page).await?;
    page.section(&format!("Ask {} questions at once", options.questions))?;
    let count = usize::from(options.questions);
    let many = questions::at_once(account, count, &shown, page).await?;
    let mut rated: Vec<_> = shown.iter().map(|answer| (answer, Feedback::Good)).collect();
    rated.extend(many.least_sure.as_ref().map(|answer| (answer, Feedback::Bad)));
    page.section("Rate answers, close conversations")?;
    closing::rate(account, &rated, page).await?;
    closing::close_sessions(account, page).await?;
    page.section("What the server counted")?;
    statistics::what_is_there(account, page).await?;
    closing::delete_documents(account, page).await?;
    page.section("What the client measured")?;
    statistics::latencies(account, page)?;
    many.into_result()
}

fn introduce(account: &Account, page: &mut Page<'_>) -> Result<(), Failure> {
    page.heading(&format!("uppzy {}: the demo", uppzy::VERSION))?;
    let url = account.client.base_url();
    if account.sandbox.is_some() {
        page.text(&format!(
            "The server is a sandbox on this machine, {url}. It simulates the assistant: an answer \
             quotes the passage of a document that fits best."
        ))?;
    } else {
        page.text(&format!("The server is {url}."))?;
    }
    Ok(())
}

fn would_write(options: &Options, page: &mut Page<'_>) -> Result<(), Failure> {
    page.section("Not done without --yes")?;
    page.text("With --yes the demo would change this account. It would")?;
    for line in knowledge::plan()?.into_iter().chain([
        format!(
            "ask {} questions, which count against the plan's limits",
            usize::from(options.questions) + questions::ONE_BY_ONE
        ),
        "rate three of the answers, two good and one bad".to_owned(),
        "close the conversations that it began".to_owned(),
        "delete the documents that it made".to_owned(),
    ]) {
        page.labelled("-", &line)?;
    }
    Ok(())
}
