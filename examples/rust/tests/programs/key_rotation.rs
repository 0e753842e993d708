//! The program `key_rotation`, with a key that is replaced under way.

use std::collections::BTreeSet;
use std::fs;

use serde_json::json;

use crate::support::{Folder, end, entries, eventually, program, rules, sandbox};

const PROGRAM: &str = env!("CARGO_BIN_EXE_key_rotation");

#[tokio::test(flavor = "multi_thread")]
async fn no_call_is_lost_when_the_key_is_replaced() {
    let (_sandbox, space) = sandbox().await;
    let folder = Folder::new();
    let (file, next) = (folder.file("key"), folder.file("key.new"));
    let mut key = space.api_key();
    fs::write(&file, format!("{key}\n")).unwrap();
    // Slow enough that the program is not done before the keys are replaced.
    space.set_rules(rules(json!([{"effect": {"delay_ms": 10}}])));
    let mut command = program(PROGRAM, &space);
    command.env_remove("UPPZY_API_KEY").env("UPPZY_API_KEY_FILE", &file).env("CALLS", "1600");
    let running = command.spawn().unwrap();
    for rotation in 1..=3 {
        let before = entries(&space, "site.get").len();
        eventually("calls go on", || entries(&space, "site.get").len() >= before + 100).await;
        let new = format!("rotated-key-{rotation}");
        space.add_key(&new);
        fs::write(&next, format!("{new}\n")).unwrap();
        fs::rename(&next, &file).unwrap();
        space.revoke_key(&key);
        key = new;
    }
    let ended = end(running).await;
    ended.assert_success();
    assert!(ended.stdout.starts_with("site.get: 1600 calls, 0 lost"), "{}", ended.stdout);
    let sent = entries(&space, "site.get");
    let keys: BTreeSet<_> = sent.iter().map(|entry| entry.key_fingerprint.clone()).collect();
    assert_eq!(keys.len(), 4, "each key was in use for a while");
    assert_eq!(sent.iter().filter(|entry| entry.processed).count(), 1600);
    assert!(sent.iter().any(|entry| entry.status == Some(401)), "and some calls met a revoked one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_without_a_new_one_is_an_error() {
    let (_sandbox, space) = sandbox().await;
    let folder = Folder::new();
    let file = folder.file("key");
    fs::write(&file, space.api_key()).unwrap();
    space.revoke_key(&space.api_key());
    let mut command = program(PROGRAM, &space);
    command.env_remove("UPPZY_API_KEY").env("UPPZY_API_KEY_FILE", &file).env("CALLS", "8");
    let ended = end(command.spawn().unwrap()).await;
    assert!(!ended.success);
    assert!(ended.stdout.contains("8 calls, 8 lost"), "{}", ended.stdout);
    assert!(ended.stderr.ends_with("calls were lost\n"), "{}", ended.stderr);
}
