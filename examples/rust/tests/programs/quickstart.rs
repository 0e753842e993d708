//! The program `quickstart`.

use crate::support::{processed, program, run, sandbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_quickstart");

#[tokio::test(flavor = "multi_thread")]
async fn it_asks_about_the_document_that_it_put_in_once() {
    let (_sandbox, space) = sandbox().await;
    for time in 1..=2 {
        let ended = run(&mut program(PROGRAM, &space)).await;
        ended.assert_success();
        assert!(ended.stdout.contains("Send it back within 30 days."), "{}", ended.stdout);
        assert!(ended.stdout.contains("Confidence: high"), "{}", ended.stdout);
        assert_eq!(processed(&space, "documents.create_qa"), 1);
        assert_eq!(processed(&space, "chat.feedback"), time);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_ends_with_what_to_change() {
    let (_sandbox, space) = sandbox().await;
    let ended = run(program(PROGRAM, &space).env("UPPZY_API_KEY", "wrong-key")).await;
    assert!(!ended.success);
    assert!(ended.stderr.contains("tenant.limits"), "{}", ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 2, "the error, and the hint: {}", ended.stderr);
    assert!(!ended.stderr.contains("wrong-key"));
}
