//! One conversation for each user, which ends by itself when nobody goes on with it.
//!
//! ```text
//! SESSION_SECRET="$(openssl rand -hex 32)" \
//! cargo run -p uppzy-examples --bin user_sessions -- ann@example.org "When are you open?"
//! ```
//!
//! The user's open conversation is gone on with. One that was idle for a day (`IDLE_SECONDS`) is
//! closed, so that an old topic does not colour new answers. A closed conversation takes no more
//! messages: the next one needs another id, and here the number of the user's conversations makes it so.

use std::env;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use uppzy::blocking::Client;
use uppzy::{ChatRequest, Session, SessionIds};
use uppzy_examples::{Outcome, finish, number, setting};

fn main() -> ExitCode {
    finish(run())
}

fn run() -> Outcome {
    let mut arguments = env::args().skip(1);
    let (Some(email), Some(question)) = (arguments.next(), arguments.next()) else {
        return Err("usage: user_sessions EMAIL QUESTION".into());
    };
    // One form of each address, or one user would have several conversations.
    let email = email.trim().to_lowercase();
    let ids = SessionIds::new(setting("SESSION_SECRET")?)?;
    let longest_idle = Duration::from_secs(number("IDLE_SECONDS", 24 * 3600)?);
    let client = Client::from_env()?;

    let open = client.sessions().latest_open(&email)?;
    let session_id = match open {
        Some(session) if !is_idle(&session, longest_idle) => {
            println!("Going on with {}.", session.id);
            session.id
        }
        open => {
            if let Some(idle) = open {
                client.sessions().close(&idle.id)?;
                println!("Closed {}.", idle.id);
            }
            // A keyed hash: nobody who reads a log learns whose conversation it is.
            let earlier = client.sessions().list(Some(&email), &[])?.len();
            let session_id = ids.per_thread(&format!("{email}/{earlier}"))?;
            println!("Beginning {session_id}.");
            session_id
        }
    };
    // With the address the server lists the conversation as this user's.
    let request = ChatRequest::new(session_id, question).email(email);
    println!("{}", client.chat().ask(&request)?.text());
    Ok(())
}

fn is_idle(session: &Session, longest: Duration) -> bool {
    let last = session.updated_at.or(session.created_at);
    // A session without times, or from the future, is taken to be in use.
    last.and_then(|last| SystemTime::from(last).elapsed().ok()).is_some_and(|idle| idle >= longest)
}
