//! Figures of the core by itself.

use std::fs::File;
use std::path::PathBuf;

use serde_json::Value;

use crate::Outcome;
use crate::contenders::Language;
use crate::jobs::Chosen;
use crate::processes::{Server, number, own};
use crate::report::Row;
use crate::server::ALL_COMPLETED;

const MEBIBYTE: f64 = 1024.0 * 1024.0;
const ANSWERS: u64 = 10_000;
const UPLOAD_BYTES: u64 = 1 << 30;

fn pick(figures: &[Value], name: &str) -> Outcome<Vec<f64>> {
    figures.iter().map(|figures| number(figures, name)).collect()
}

/// Ten thousand answers awaited at once by the core.
pub(crate) fn many(chosen: &Chosen) -> Outcome<Vec<Row>> {
    if !chosen.has_language(Language::Rust) {
        return Ok(Vec::new());
    }
    eprintln!("many: {ANSWERS} answers in Rust");
    let server = Server::start(0)?;
    server.reset()?;
    let figures = own(&["many", "uppzy", &server.url, &ANSWERS.to_string()])?;
    let counts = server.counts()?;
    let row = |what, unit, value: f64| Row::new("many", what, unit, &[value]);
    let peak_memory = number(&figures, "peak_memory")? / MEBIBYTE;
    // The connection that asks for the counts is one of them.
    let opened = number(&counts, "connections_opened")? - 1.0;
    let polls = number(&counts, "polls")? / ANSWERS as f64;
    let delay = number(&figures, "seconds")? - ALL_COMPLETED.as_secs_f64();
    Ok(vec![
        row("peak memory", "MiB", peak_memory).aim(60.0),
        row("connections at once", "", number(&counts, "connections_peak")?).aim(64.0),
        row("connections opened", "", opened),
        row("CPU per answer", "us", number(&figures, "cpu_per_answer_us")?),
        row("polls per answer", "", polls),
        row("delay of the last answer", "s", delay),
        row("median time to an answer", "s", number(&figures, "completion_p50")?),
    ])
}

/// A file without content on the disk; gone with this value.
struct SparseFile(PathBuf);

impl SparseFile {
    fn new(bytes: u64) -> Outcome<Self> {
        let name = format!("uppzy-bench-{}.bin", std::process::id());
        let path = std::env::temp_dir().join(name);
        File::create(&path)?.set_len(bytes)?;
        Ok(Self(path))
    }
}

impl Drop for SparseFile {
    fn drop(&mut self) {
        // Nothing can be done about a file that somebody else took away.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A file of 1 GiB, sent by the core.
pub(crate) fn upload(chosen: &Chosen) -> Outcome<Vec<Row>> {
    if !chosen.has_language(Language::Rust) {
        return Ok(Vec::new());
    }
    let repeats = if chosen.quick { 2 } else { 3 };
    let server = Server::start(0)?;
    let file = SparseFile::new(UPLOAD_BYTES)?;
    let path = file.0.to_str().ok_or("the path of the temporary folder is no text")?;
    let mut figures = Vec::new();
    for repeat in 1..=repeats {
        eprintln!("upload: {} MiB, {repeat} of {repeats}", UPLOAD_BYTES >> 20);
        server.reset()?;
        figures.push(own(&["upload", &server.url, path])?);
        if number(&server.counts()?, "bytes")? < UPLOAD_BYTES as f64 {
            return Err("the server did not get the whole file".into());
        }
    }
    let growth: Vec<f64> =
        pick(&figures, "memory_growth")?.iter().map(|bytes| bytes / MEBIBYTE).collect();
    Ok(vec![
        Row::new("upload", "memory growth", "MiB", &growth).aim(40.0),
        Row::new("upload", "speed", "MB/s", &pick(&figures, "megabytes_per_second")?),
        Row::new("upload", "CPU per GiB", "s", &pick(&figures, "cpu")?),
    ])
}
