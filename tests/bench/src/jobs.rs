//! The jobs: which clients run in which order, and what is made of their figures.

use std::fs::File;
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::Value;

use crate::Outcome;
use crate::clients::Engine;
use crate::processes::{Server, number, run as run_client};
use crate::report::{Row, publish};
use crate::server::ALL_COMPLETED;

const MEBIBYTE: f64 = 1024.0 * 1024.0;
const ANSWERS: usize = 10_000;
const UPLOAD_BYTES: u64 = 1 << 30;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Job {
    /// Processor time of a question, against bare reqwest
    Overhead,
    /// Ten thousand answers awaited at once
    Many,
    /// A file of 1 GiB
    Upload,
    /// From the start of a process to its first answer, over plain HTTP
    Cold,
}

/// Runs the jobs, all when none is named.
pub(crate) fn run(jobs: &[Job], quick: bool) -> Outcome<()> {
    let mut rows = Vec::new();
    for job in Job::value_variants() {
        if jobs.is_empty() || jobs.contains(job) {
            rows.extend(match job {
                Job::Overhead => overhead(quick)?,
                Job::Many => many(if quick { 1 } else { 3 })?,
                Job::Upload => upload(if quick { 2 } else { 5 })?,
                Job::Cold => cold(if quick { 10 } else { 30 })?,
            });
        }
    }
    publish(&rows, quick)
}

fn pick(figures: &[Value], name: &str) -> Outcome<Vec<f64>> {
    figures.iter().map(|figures| number(figures, name)).collect()
}

/// Runs both clients in turn; gives the figures of each.
fn in_turn(
    repeats: usize,
    arguments: impl Fn(Engine) -> Vec<String>,
) -> Outcome<(Vec<Value>, Vec<Value>)> {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    let one = |engine| {
        let arguments = arguments(engine);
        run_client(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    for repeat in 0..repeats {
        // Whoever comes second finds the machine as the first left it: they change places.
        if repeat % 2 == 0 {
            ours.push(one(Engine::Uppzy)?);
            bare.push(one(Engine::Reqwest)?);
        } else {
            bare.push(one(Engine::Reqwest)?);
            ours.push(one(Engine::Uppzy)?);
        }
    }
    Ok((ours, bare))
}

fn ratios(ours: &[f64], bare: &[f64]) -> Vec<f64> {
    ours.iter().zip(bare).map(|(ours, bare)| ours / bare).collect()
}

fn overhead(quick: bool) -> Outcome<Vec<Row>> {
    let (repeats, requests) = if quick { (7, 10_000) } else { (15, 30_000) };
    let server = Server::start()?;
    let mut rows = Vec::new();
    for concurrency in [1, 32] {
        eprintln!("overhead: {concurrency} at once, {repeats} repeats of {requests}");
        let (ours, bare) = in_turn(repeats, |engine| {
            let (requests, concurrency) = (requests.to_string(), concurrency.to_string());
            let engine = engine.name().to_owned();
            vec!["send".into(), engine, server.url.clone(), requests, concurrency]
        })?;
        let cpu = [pick(&ours, "cpu_per_10k")?, pick(&bare, "cpu_per_10k")?];
        let [of_ours, of_bare] = &cpu;
        let what = |text: &str| format!("{text}, {concurrency} at once");
        rows.push(Row::new("overhead", what("uppzy"), "CPU s per 10,000", of_ours));
        rows.push(Row::new("overhead", what("reqwest"), "CPU s per 10,000", of_bare));
        let ratios = ratios(of_ours, of_bare);
        rows.push(Row::new("overhead", what("ratio"), "times", &ratios).aim(1.25));
        let speed = pick(&ours, "requests_per_second")?;
        rows.push(Row::new("overhead", what("uppzy"), "requests/s", &speed));
        let memory: Vec<f64> =
            pick(&ours, "peak_memory")?.iter().map(|bytes| bytes / MEBIBYTE).collect();
        rows.push(Row::new("overhead", what("peak memory"), "MiB", &memory));
    }
    Ok(rows)
}

fn many(repeats: usize) -> Outcome<Vec<Row>> {
    let (mut figures, mut counts) = (Vec::new(), Vec::new());
    for repeat in 1..=repeats {
        eprintln!("many: {ANSWERS} answers, {repeat} of {repeats}");
        let server = Server::start()?;
        server.reset()?;
        figures.push(run_client(&["many", &server.url, &ANSWERS.to_string()])?);
        counts.push(server.counts()?);
    }
    let scaled = |name: &str, unit: f64| {
        Outcome::Ok(pick(&figures, name)?.iter().map(|value| value / unit).collect::<Vec<_>>())
    };
    let peaks = pick(&counts, "connections_peak")?;
    // The connection that asks for the counts is one of them.
    let opened: Vec<f64> =
        pick(&counts, "connections_opened")?.iter().map(|opened| opened - 1.0).collect();
    let polls: Vec<f64> =
        pick(&counts, "polls")?.iter().map(|polls| polls / ANSWERS as f64).collect();
    let delay: Vec<f64> =
        scaled("seconds", 1.0)?.iter().map(|took| took - ALL_COMPLETED.as_secs_f64()).collect();
    Ok(vec![
        Row::new("many", "peak memory", "MiB", &scaled("peak_memory", MEBIBYTE)?).aim(60.0),
        Row::new("many", "connections at once", "", &peaks).aim(64.0),
        Row::new("many", "connections opened", "", &opened),
        Row::new("many", "CPU per answer", "us", &scaled("cpu_per_answer_us", 1.0)?),
        Row::new("many", "polls per answer", "", &polls),
        Row::new("many", "delay of the last answer", "s", &delay),
        Row::new("many", "median time to an answer", "s", &scaled("completion_p50", 1.0)?),
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

fn upload(repeats: usize) -> Outcome<Vec<Row>> {
    let server = Server::start()?;
    let file = SparseFile::new(UPLOAD_BYTES)?;
    let path = file.0.to_str().ok_or("the path of the temporary folder is no text")?;
    let mut figures = Vec::new();
    for repeat in 1..=repeats {
        eprintln!("upload: {} MiB, {repeat} of {repeats}", UPLOAD_BYTES >> 20);
        server.reset()?;
        figures.push(run_client(&["upload", &server.url, path])?);
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

fn cold(repeats: usize) -> Outcome<Vec<Row>> {
    eprintln!("cold: {repeats} repeats");
    let server = Server::start()?;
    let (ours, bare) = in_turn(repeats, |engine| {
        vec!["cold".into(), engine.name().to_owned(), server.url.clone()]
    })?;
    Ok(vec![
        Row::new("cold", "uppzy, start to first answer", "CPU ms", &pick(&ours, "cpu_ms")?),
        Row::new("cold", "reqwest, start to first answer", "CPU ms", &pick(&bare, "cpu_ms")?),
    ])
}
