//! Rating answers, closing conversations, and leaving nothing behind.

use futures_util::{StreamExt as _, stream};
use uppzy::{Answer, Error, Feedback};

use crate::account::{Account, Made};
use crate::failure::Failure;
use crate::page::{Page, counted};

/// How many conversations are closed at once.
const AT_ONCE: usize = 16;

/// Rates answers.
pub(crate) async fn rate(
    account: &Account,
    answers: &[(&Answer, Feedback)],
    page: &mut Page<'_>,
) -> Result<(), Failure> {
    let mut rated = Vec::new();
    for (answer, rating) in answers {
        account
            .client
            .chat()
            .feedback(&answer.session_id, &answer.request_id, *rating)
            .await
            .map_err(Failure::while_doing("chat.feedback"))?;
        rated.push(rating.as_str());
    }
    page.row(
        "chat.feedback",
        &format!("{}: {}", counted(rated.len(), "answer"), rated.join(", ")),
    )?;
    Ok(())
}

/// Lists the conversations and closes those of this demo.
pub(crate) async fn close_sessions(account: &Account, page: &mut Page<'_>) -> Result<(), Failure> {
    let listed = account
        .client
        .sessions()
        .list(None, &[])
        .await
        .map_err(Failure::while_doing("sessions.list"))?;
    let open = listed.iter().filter(|session| session.is_open()).count();
    page.row(
        "sessions.list",
        &format!("{}, {open} of them open", counted(listed.len(), "session")),
    )?;
    let (closed, failure) = close(account).await;
    page.row("sessions.close", &format!("{} closed", counted(closed, "session")))?;
    failure.map_or(Ok(()), |error| Err(Failure::while_doing("sessions.close")(error)))
}

/// Closes the sessions of this demo: how many were closed, and an error if one was not.
async fn close(account: &Account) -> (usize, Option<Error>) {
    let sessions = account.client.sessions();
    let sessions = &sessions;
    let mut results = stream::iter(account.made().sessions)
        .map(|id| async move { (sessions.close(&id).await, id) })
        .buffer_unordered(AT_ONCE);
    let (mut closed, mut failure) = (0, None);
    while let Some((result, id)) = results.next().await {
        match result {
            Ok(()) => {
                account.forget_session(&id);
                closed += 1;
            }
            Err(error) => failure = Some(error),
        }
    }
    (closed, failure)
}

/// Deletes the documents that this demo made.
pub(crate) async fn delete_documents(
    account: &Account,
    page: &mut Page<'_>,
) -> Result<(), Failure> {
    let documents = account.made().documents;
    account
        .client
        .documents()
        .delete(&documents)
        .await
        .map_err(Failure::while_doing("documents.delete"))?;
    account.forget_documents();
    page.blank()?;
    page.row("documents.delete", &format!("{} deleted", counted(documents.len(), "document")))?;
    Ok(())
}

/// After a failure: closes and deletes what an account that is not the demo's own is left with.
pub(crate) async fn take_away_what_is_left(
    account: &Account,
    page: &mut Page<'_>,
) -> Result<(), Failure> {
    let Made { documents, sessions } = account.made();
    if documents.is_empty() && sessions.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.text("Taking away what the demo has made.")?;
    close(account).await;
    let left = account.made().sessions.len();
    if left > 0 {
        page.text(&format!("{} could not be closed.", counted(left, "session")))?;
    }
    if documents.is_empty() {
        return Ok(());
    }
    match account.client.documents().delete(&documents).await {
        Ok(_) => {
            account.forget_documents();
            page.text(&format!("{} deleted.", counted(documents.len(), "document")))?;
        }
        Err(_) => {
            page.text(&format!("These documents are left behind: {}.", documents.join(", ")))?;
        }
    }
    Ok(())
}
