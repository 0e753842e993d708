//! The demo as a person runs it, and as a guest of an account that is not its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::json;
use tokio::process::Command;
use uppzy_demo::Options;
use uppzy_sandbox::{JournalEntry, Rule, Sandbox, SandboxOptions};

const README: &str = include_str!("../../../README.md");

/// What the demo prints of itself with its defaults.
async fn default_output() -> String {
    let mut output = Vec::new();
    uppzy_demo::run(&Options::default(), &mut output, false).await.unwrap();
    String::from_utf8(output).unwrap()
}

/// Runs the program as a guest of the sandbox.
async fn guest(sandbox: &Sandbox, arguments: &[&str]) -> Output {
    guest_with_key(sandbox, &sandbox.api_key(), arguments).await
}

async fn guest_with_key(sandbox: &Sandbox, key: &str, arguments: &[&str]) -> Output {
    guest_command(sandbox, key, arguments).output().await.unwrap()
}

fn guest_command(sandbox: &Sandbox, key: &str, arguments: &[&str]) -> Command {
    let mut command = demo();
    command
        .args(["--base-url", &sandbox.base_url()])
        .args(arguments)
        .env("UPPZY_API_KEY", key)
        .env("UPPZY_TENANT_ID", sandbox.tenant_id())
        .env("UPPZY_SITE_ID", sandbox.site_id())
        .kill_on_drop(true);
    command
}

fn demo() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_uppzy-demo"));
    for name in ["API_KEY", "API_KEY_FILE", "BASE_URL", "TENANT_ID", "SITE_ID", "CA_FILE"] {
        command.env_remove(format!("UPPZY_{name}"));
    }
    command
}

async fn sandbox() -> Sandbox {
    Sandbox::start(SandboxOptions::new()).await.unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn count(journal: &[JournalEntry], operation: &str) -> usize {
    journal.iter().filter(|entry| json!(entry)["operation"] == operation).count()
}

fn changes(journal: &[JournalEntry]) -> Vec<String> {
    let entries = journal.iter().map(|entry| json!(entry));
    let changing = entries.filter(|entry| entry["method"] != "GET");
    changing.map(|entry| entry["operation"].to_string()).collect()
}

/// The line without what differs from run to run: numbers, and the unit behind a duration.
fn comparable(line: &str) -> String {
    let words = line.split_whitespace().map(|word| match word {
        "ms" | "s" => "time",
        word if word.parse::<f64>().is_ok() => "number",
        word => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_demo_is_readable_and_is_what_the_readme_shows() {
    let output = default_output().await;
    for line in output.lines() {
        assert!(line.chars().count() <= 80, "too long: {line}");
        assert!(!line.contains('\u{1b}'), "coloured: {line:?}");
    }
    for expected in ["200 of 200", "confidence low (0)", "source shipping-guide.docx"] {
        assert!(output.contains(expected), "{expected} is missing:\n{output}");
    }

    let (_, excerpt) = README.split_once("<!-- excerpt of the demo's output").unwrap();
    let (_, excerpt) = excerpt.split_once("```text\n").unwrap();
    let (excerpt, _) = excerpt.split_once("```").unwrap();
    assert!(excerpt.lines().count() > 15);
    let mut lines = output.lines().map(comparable);
    for wanted in excerpt.lines().filter(|line| *line != "...") {
        let wanted = comparable(wanted);
        assert!(
            lines.any(|line| line == wanted),
            "README.md shows a line that the demo does not print there: {wanted}\n{output}"
        );
    }
}

#[tokio::test]
async fn a_guest_only_reads_without_yes() {
    let sandbox = sandbox().await;
    let output = guest(&sandbox, &[]).await;
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    for expected in ["Not done without --yes", "upload return-policy.pdf", "ask 202 questions"] {
        assert!(text.contains(expected), "{expected} is missing:\n{text}");
    }
    let journal = sandbox.space().journal();
    assert!(count(&journal, "tenant.limits") == 1 && count(&journal, "site.statistics") == 1);
    assert_eq!(changes(&journal), [] as [String; 0]);
}

#[tokio::test]
async fn a_guest_with_yes_leaves_nothing_behind() {
    let sandbox = sandbox().await;
    let output = guest(&sandbox, &["--yes", "--questions", "3"]).await;
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("3 of 3") && text.contains("11 documents deleted"), "{text}");
    let journal = sandbox.space().journal();
    assert_eq!(count(&journal, "chat.submit"), 4);
    assert_eq!(count(&journal, "sessions.close"), 4);
    assert_eq!(count(&journal, "chat.feedback"), 3);
}

#[tokio::test]
async fn a_failure_is_told_and_what_was_made_is_taken_away() {
    let sandbox = sandbox().await;
    let rules = json!([{"match": {"operation": "chat.send"},
                        "effect": {"status": 400, "body": {"error": "invalid payload"}}}]);
    sandbox.space().set_rules(Rule::parse_list(&rules.to_string()).unwrap());
    let output = guest(&sandbox, &["--yes"]).await;
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    for expected in ["chat.send failed", "bad_request", "rejected"] {
        assert!(told.contains(expected), "{expected} is missing:\n{told}");
    }
    assert!(stdout(&output).contains("11 documents deleted."), "{}", stdout(&output));
    let journal = sandbox.space().journal();
    assert_eq!((count(&journal, "documents.delete"), count(&journal, "chat.submit")), (1, 0));
}

#[tokio::test]
async fn questions_that_fail_make_the_demo_fail_at_its_end() {
    let sandbox = sandbox().await;
    let rules = json!([{"match": {"operation": "chat.submit", "nth": [3]},
                        "effect": {"status": 422, "body": {"error": "not this one"}}}]);
    sandbox.space().set_rules(Rule::parse_list(&rules.to_string()).unwrap());
    let output = guest(&sandbox, &["--yes", "--questions", "4"]).await;
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains("3 of 4") && text.contains("unprocessable 1"), "{text}");
    assert!(text.contains("11 documents deleted"), "{text}");
    assert!(stderr(&output).contains("1 of 4 questions"), "{}", stderr(&output));
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named() {
    let sandbox = sandbox().await;
    let refused = guest_with_key(&sandbox, "not-the-key", &[]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("authentication"), "{}", stderr(&refused));
    assert!(!stderr(&refused).contains("not-the-key"));

    let url = sandbox.base_url();
    let keyless = demo().args(["--base-url", &url]).output().await.unwrap();
    assert_eq!(keyless.status.code(), Some(1));
    assert!(stderr(&keyless).contains("UPPZY_API_KEY"), "{}", stderr(&keyless));
    let scopeless =
        demo().args(["--base-url", &url]).env("UPPZY_API_KEY", "k").output().await.unwrap();
    assert_eq!(scopeless.status.code(), Some(1));
    assert!(stderr(&scopeless).contains("UPPZY_TENANT_ID"), "{}", stderr(&scopeless));

    let both = demo().args(["--base-url", &url, "--latency", "vendor"]).output().await.unwrap();
    assert_eq!(both.status.code(), Some(2));
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_guest_takes_away_what_it_made() {
    let sandbox = sandbox().await;
    let rules = json!([{"match": {"operation": "chat.send"}, "effect": {"stall": "head"}}]);
    sandbox.space().set_rules(Rule::parse_list(&rules.to_string()).unwrap());
    let child = guest_command(&sandbox, &sandbox.api_key(), &["--yes"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Then the documents are there, and the demo is waiting.
    for _ in 0..3_000 {
        if count(&sandbox.space().journal(), "chat.send") > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().await.unwrap().success());
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("interrupted"), "{}", stderr(&output));
    let journal = sandbox.space().journal();
    assert_eq!((count(&journal, "documents.delete"), count(&journal, "sessions.close")), (1, 1));
}
