//! The program `feedback_loop`, with a user who types.

use serde_json::{Value, json};

use crate::support::{Folder, entries, processed, program, rules, run_with_input, sandbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_feedback_loop");

fn tickets(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_take_over_where_the_assistant_is_not_sure() {
    let (_sandbox, space) = sandbox().await;
    let folder = Folder::new();
    let file = folder.file("tickets.jsonl");
    let answers =
        [("high", "Open from 9 to 17."), ("low", "Perhaps."), ("high", "Wrong."), ("high", "Yes.")];
    let rule = |(at, (level, answer)): (usize, &(&str, &str))| {
        json!({
            "match": {"operation": "chat.status", "nth": at + 1},
            "effect": {"patch": {"confidence_level": level, "answer": answer}},
        })
    };
    space.set_rules(rules(answers.iter().enumerate().map(rule).collect()));
    let typed = "When are you open?\ngood\n\
        What is the meaning of life?\n\n\
        Do you ship abroad?\nbad\n\
        Can I talk to a human, please?\ngood\n";
    let ended = run_with_input(program(PROGRAM, &space).arg(&file), typed).await;
    ended.assert_success();
    assert!(ended.stdout.contains("Open from 9 to 17."), "{}", ended.stdout);
    assert!(ended.stdout.ends_with("2 good, 1 bad\n"), "{}", ended.stdout);
    assert_eq!(processed(&space, "chat.feedback"), 3);
    let text = std::fs::read_to_string(&file).unwrap();
    let tickets = tickets(&text);
    let reasons: Vec<_> = tickets.iter().map(|ticket| ticket["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["low_confidence", "bad_feedback", "asked_for_a_person"]);
    assert!(tickets.iter().all(|ticket| ticket["request_id"] != "" && ticket["session_id"] != ""));
    assert!(!text.contains("life"), "no text of the conversation: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_is_a_ticket_too() {
    let (_sandbox, space) = sandbox().await;
    let folder = Folder::new();
    let file = folder.file("tickets.jsonl");
    space.set_rules(rules(
        json!([{"match": {"operation": "chat.submit"}, "effect": {"status": 500}}]),
    ));
    let ended = run_with_input(program(PROGRAM, &space).arg(&file), "When are you open?\n").await;
    ended.assert_success();
    assert!(ended.stdout.starts_with("I cannot answer that right now."), "{}", ended.stdout);
    let tickets = tickets(&std::fs::read_to_string(&file).unwrap());
    assert_eq!(tickets[0]["reason"], "no_answer");
    assert!(entries(&space, "chat.feedback").is_empty());
}
