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
    let Made { sessions, documents } = account.take_made();
    for id in documents {
        account.note_document(&id);
    }
    let results = close(account, &sessions).await;
    let closed = results.iter().filter(|(_, result)| result.is_ok()).count();
    page.row("sessions.close", &format!("{} closed", counted(closed, "session")))?;
    let mut failure = None;
    for (id, result) in results {
        if let Err(error) = result {
            account.note_session(&id);
            failure = Some(error);
        }
    }
    failure.map_or(Ok(()), |error| Err(Failure::while_doing("sessions.close")(error)))
}

async fn close(account: &Account, sessions: &[String]) -> Vec<(String, Result<(), Error>)> {
    let handle = account.client.sessions();
    let handle = &handle;
    stream::iter(sessions)
        .map(|id| async move { (id.clone(), handle.close(id).await) })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await
}

/// Deletes the documents that this demo made.
pub(crate) async fn delete_documents(
    account: &Account,
    page: &mut Page<'_>,
) -> Result<(), Failure> {
    let made = account.take_made();
    let deleted = account.client.documents().delete(&made.documents).await;
    if let Err(error) = deleted {
        for id in &made.documents {
            account.note_document(id);
        }
        return Err(Failure::while_doing("documents.delete")(error));
    }
    page.blank()?;
    page.row(
        "documents.delete",
        &format!("{} deleted", counted(made.documents.len(), "document")),
    )?;
    Ok(())
}

/// After a failure: closes and deletes what an account that is not the demo's own is left with.
pub(crate) async fn take_away_what_is_left(
    account: &Account,
    page: &mut Page<'_>,
) -> Result<(), Failure> {
    let Made { documents, sessions } = account.take_made();
    let left_open = close(account, &sessions)
        .await
        .into_iter()
        .filter_map(|(id, result)| result.is_err().then_some(id))
        .collect::<Vec<_>>();
    if !left_open.is_empty() {
        page.blank()?;
        page.text(&format!("{} could not be closed.", counted(left_open.len(), "session")))?;
    }
    if documents.is_empty() {
        return Ok(());
    }
    page.blank()?;
    match account.client.documents().delete(&documents).await {
        Ok(_) => {
            let documents = counted(documents.len(), "document");
            page.text(&format!("{documents} that the demo had made are deleted again."))?;
        }
        Err(_) => {
            page.text(&format!("These documents are left behind: {}.", documents.join(", ")))?;
        }
    }
    Ok(())
}
