//! The program `user_sessions`, run by users who come back.

use tokio::process::Command;
use uppzy_sandbox::Space;

use crate::support::{Ended, entries, processed, program, run, sandbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_user_sessions");

async fn ask(space: &Space, email: &str, change: impl FnOnce(&mut Command)) -> Ended {
    let mut command = program(PROGRAM, space);
    command.args([email, "When are you open?"]);
    change(&mut command);
    let ended = run(&mut command).await;
    ended.assert_success();
    ended
}

/// The session that the newest question was part of.
fn newest(space: &Space) -> Option<String> {
    entries(space, "chat.submit").pop().unwrap().session_sha256
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_until_it_was_idle() {
    let (_sandbox, space) = sandbox().await;
    let begun = ask(&space, "ann@example.org", |_| {}).await;
    assert!(begun.stdout.starts_with("Beginning thread-"), "{}", begun.stdout);
    assert!(!begun.stdout.contains("ann@"), "the id tells nothing about the user");
    let first = newest(&space);
    let gone_on = ask(&space, " Ann@Example.org", |_| {}).await;
    assert!(gone_on.stdout.starts_with("Going on with thread-"), "{}", gone_on.stdout);
    assert_eq!(newest(&space), first);

    ask(&space, "bob@example.org", |_| {}).await;
    assert_ne!(newest(&space), first, "another user, another conversation");

    let idle = |command: &mut Command| {
        command.env("IDLE_SECONDS", "0");
    };
    let anew = ask(&space, "ann@example.org", idle).await;
    assert!(anew.stdout.starts_with("Closed thread-"), "{}", anew.stdout);
    assert_eq!(processed(&space, "sessions.close"), 1);
    let second = newest(&space);
    assert_ne!(second, first, "a closed conversation takes no more messages");
    ask(&space, "ann@example.org", |_| {}).await;
    assert_eq!(newest(&space), second);
}
