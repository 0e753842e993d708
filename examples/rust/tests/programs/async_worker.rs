//! The program `async_worker`, killed and started again.

use serde_json::json;
use uppzy_sandbox::Progression;

use crate::support::{Folder, count, entries, eventually, processed, program, rules, run, sandbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_async_worker");

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_resumes_and_submits_nothing_again() {
    let (_sandbox, space) = sandbox().await;
    let folder = Folder::new();
    let database = folder.file("jobs.sqlite3");
    space.set_progression(Progression::never());
    let questions = ["When are you open?", "Where are you?", "Do you ship abroad?"];
    let mut worker = program(PROGRAM, &space).arg(&database).args(questions).spawn().unwrap();
    let waiting = "SELECT COUNT(*) FROM jobs WHERE state = 'waiting' AND token IS NOT NULL";
    eventually("every job's token is saved", || count(&database, waiting) == Some(3)).await;
    worker.kill().await.unwrap();
    assert_eq!(processed(&space, "chat.submit"), 3);

    // Killed once more while it waits.
    let polls = entries(&space, "chat.status").len();
    let mut worker = program(PROGRAM, &space).arg(&database).spawn().unwrap();
    eventually("it polls again", || entries(&space, "chat.status").len() > polls).await;
    worker.kill().await.unwrap();

    space.set_progression(Progression::immediate());
    let ended = run(program(PROGRAM, &space).arg(&database)).await;
    ended.assert_success();
    assert!(ended.stdout.ends_with("3 done, 0 failed, 0 unclear\n"), "{}", ended.stdout);
    assert_eq!(entries(&space, "chat.submit").len(), 3, "each job was submitted exactly once");
    let messages: std::collections::BTreeSet<_> =
        entries(&space, "chat.submit").into_iter().map(|entry| entry.message_sha256).collect();
    assert_eq!(messages.len(), 3);
    let answered = "SELECT COUNT(*) FROM jobs WHERE state = 'done' AND result <> ''";
    assert_eq!(count(&database, answered), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_may_have_been_submitted_is_left_to_a_person() {
    let (_sandbox, space) = sandbox().await;
    let folder = Folder::new();
    let database = folder.file("jobs.sqlite3");
    // The server has the question, but its answer does not arrive.
    space.set_rules(rules(json!([
        {"match": {"operation": "chat.submit"}, "effect": {"stall": "head", "process": true}}
    ])));
    let mut worker =
        program(PROGRAM, &space).arg(&database).arg("When are you open?").spawn().unwrap();
    eventually("the server has the question", || processed(&space, "chat.submit") == 1).await;
    worker.kill().await.unwrap();
    space.clear_rules();
    let ended = run(program(PROGRAM, &space).arg(&database)).await;
    assert!(!ended.success);
    assert!(ended.stdout.ends_with("0 done, 0 failed, 1 unclear\n"), "{}", ended.stdout);
    assert_eq!(entries(&space, "chat.submit").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_heeded_as_they_advise() {
    let (_sandbox, space) = sandbox().await;
    let folder = Folder::new();
    let database = folder.file("jobs.sqlite3");
    space.set_rules(rules(json!([
        {"match": {"operation": "chat.submit", "nth": 1}, "effect": {"status": 422}}
    ])));
    let mut worker = program(PROGRAM, &space);
    let ended = run(worker.arg(&database).args(["Too odd?", "When are you open?"])).await;
    assert!(!ended.success);
    assert!(ended.stdout.ends_with("1 done, 1 failed, 0 unclear\n"), "{}", ended.stdout);

    space.revoke_key(&space.api_key());
    let ended = run(program(PROGRAM, &space)
        .env("UPPZY_API_KEY", "revoked")
        .arg(&database)
        .args(["One?", "Two?"]))
    .await;
    assert!(!ended.success);
    let refused =
        entries(&space, "chat.submit").iter().filter(|entry| entry.status == Some(401)).count();
    assert_eq!(refused, 1, "the worker stops at the first");
    let open = "SELECT COUNT(*) FROM jobs WHERE state = 'new'";
    assert_eq!(count(&database, open), Some(2), "both jobs wait for a key that works");
}
