//! Which processes hold connections to a port, as the operating system shows it.

use std::fs;
use std::path::Path;

/// A line for each socket and each process that has it.
pub(crate) fn of_port(port: u16) -> Vec<String> {
    let table = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let end = format!(":{port:04X}");
    let mut found = Vec::new();
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (Some(local), Some(remote), Some(state), Some(inode)) =
            (fields.get(1), fields.get(2), fields.get(3), fields.get(9))
        else {
            continue;
        };
        // 0A: who listens is no holder.
        if *state == "0A" || !(local.ends_with(&end) || remote.ends_with(&end)) {
            continue;
        }
        let side = if remote.ends_with(&end) { "client" } else { "sandbox" };
        let who = processes(inode).join(", ");
        found.push(format!("{side} {local} {remote} state {state}: {who}"));
    }
    found
}

/// Number and command of each process that has the socket with this number.
fn processes(inode: &str) -> Vec<String> {
    let socket = format!("socket:[{inode}]");
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            let files = fs::read_dir(entry.path().join("fd")).into_iter().flatten().flatten();
            files
                .filter_map(|file| fs::read_link(file.path()).ok())
                .any(|target| target == Path::new(&socket))
        })
        .map(|entry| {
            let command = fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
            let number = entry.file_name().to_string_lossy().into_owned();
            format!("{number} {}", command.replace('\0', " ").trim())
        })
        .collect()
}
