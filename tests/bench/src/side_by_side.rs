//! Jobs that several clients do in turn, and what each took beside ours.

use std::collections::HashMap;
use std::process::Stdio;

use serde_json::Value;

use crate::Outcome;
use crate::contenders::{Contender, GROUPS, Group, Language};
use crate::jobs::{Chosen, Job};
use crate::processes::{Server, number, output};
use crate::programs::Program;
use crate::report::{Comparison, Spread, Standing};

/// So often each client sends its questions in a run.
const REPEATS: usize = 3;
const LATENCY_MS: u64 = 20;
/// So often each task asks when answers take that long: 2 seconds in all.
const ROUNDS: u64 = 100;

/// What one client printed in each of its runs.
type Runs = Vec<Value>;

/// The programs of the languages that were chosen, each prepared once.
pub(crate) struct Programs(HashMap<&'static str, Program>);

impl Programs {
    pub(crate) fn prepare(chosen: &Chosen) -> Outcome<Self> {
        let mut programs = HashMap::new();
        for group in groups(chosen) {
            if !programs.contains_key(key(group.language)) {
                programs.insert(key(group.language), Program::prepare(group.language)?);
            }
        }
        Ok(Self(programs))
    }

    pub(crate) fn of(&self, language: Language) -> Outcome<&Program> {
        self.0.get(key(language)).ok_or_else(|| "a language that was not prepared".into())
    }
}

fn key(language: Language) -> &'static str {
    match language {
        Language::Rust => "rust",
        Language::Python => "python",
        Language::Node => "node",
        Language::Kotlin => "kotlin",
        Language::Swift => "swift",
    }
}

/// The groups of the languages that were chosen.
pub(crate) fn groups(chosen: &Chosen) -> impl Iterator<Item = &'static Group> {
    GROUPS.iter().filter(|group| chosen.has_language(group.language))
}

/// Runs a job with every client of the group in turn.
fn in_turn(
    program: &Program,
    group: &Group,
    contenders: &[&'static Contender],
    repeats: usize,
    arguments: impl Fn(&Contender) -> Outcome<Vec<String>>,
) -> Outcome<Vec<Runs>> {
    let mut runs = vec![Runs::new(); contenders.len()];
    for repeat in 0..repeats {
        for place in 0..contenders.len() {
            // Whoever comes later finds the machine as the others left it: they change places.
            let place = (place + repeat) % contenders.len();
            let (Some(contender), Some(runs)) = (contenders.get(place), runs.get_mut(place)) else {
                continue;
            };
            let arguments = arguments(contender)?;
            let (job, rest) = arguments.split_first().ok_or("no job")?;
            let mut command = program.command()?;
            command.arg(job).arg(format!("{}{}", group.surface, contender.name)).args(rest);
            runs.push(output(command.stdin(Stdio::null()))?);
        }
    }
    Ok(runs)
}

/// The clients of a group that were chosen, ours always among them.
fn contenders(group: &'static Group, chosen: &Chosen) -> Vec<&'static Contender> {
    let is_chosen =
        |contender: &&Contender| contender.name == "uppzy" || chosen.has_peer(contender.name);
    group.contenders.iter().filter(is_chosen).collect()
}

fn pick(runs: &[Value], name: &str) -> Outcome<Vec<f64>> {
    runs.iter().map(|figures| number(figures, name)).collect()
}

/// Puts the runs beside those of the first client.
fn standings(
    job: Job,
    in_flight: u64,
    contenders: &[&'static Contender],
    runs: &[Runs],
) -> Outcome<Vec<Standing>> {
    let ours = pick(runs.first().ok_or("no runs")?, "cpu_per_10k")?;
    let floor = contenders.iter().position(|contender| contender.is_floor);
    let floor = floor.and_then(|place| pick(runs.get(place)?, "cpu_per_10k").ok());
    let ratios = |cpu: &[f64], other: &[f64]| -> Vec<f64> {
        cpu.iter().zip(other).map(|(cpu, other)| cpu / other).collect()
    };
    contenders
        .iter()
        .zip(runs)
        .enumerate()
        .map(|(place, (contender, runs))| {
            let cpu = pick(runs, "cpu_per_10k")?;
            let optional = |name| {
                let values = pick(runs, name);
                values.ok().map(|values| Spread::of(&values).median)
            };
            Ok(Standing {
                client: contender.name,
                cpu: Spread::of(&cpu),
                kernel: optional("kernel_per_10k").map(|kernel| kernel / Spread::of(&cpu).median),
                ratio: (place > 0).then(|| Spread::of(&ratios(&cpu, &ours))),
                beside_floor: floor.as_ref().map(|floor| Spread::of(&ratios(&cpu, floor)).median),
                aim: contender.aim(job, in_flight),
                requests_per_second: optional("requests_per_second"),
                p50_ms: optional("p50_ms"),
                p99_ms: optional("p99_ms"),
                peak_memory: optional("peak_memory"),
            })
        })
        .collect()
}

/// Single questions, answered at once or after a while.
pub(crate) fn send(programs: &Programs, chosen: &Chosen, job: Job) -> Outcome<Vec<Comparison>> {
    let latency = if job == Job::Latency { LATENCY_MS } else { 0 };
    let most = if chosen.quick { 6_000 } else { 30_000 };
    let server = Server::start(latency)?;
    let mut comparisons = Vec::new();
    for group in groups(chosen).filter(|group| job == Job::Send || group.with_latency) {
        for &in_flight in group.in_flight {
            if !chosen.has_in_flight(in_flight)
                || job == Job::Latency && in_flight == 1
                || chosen.quick && !is_main(group, in_flight)
            {
                continue;
            }
            eprintln!("{}: {}, {in_flight} in flight", job.name(), group.title);
            let contenders = contenders(group, chosen);
            let runs =
                in_turn(programs.of(group.language)?, group, &contenders, REPEATS, |peer| {
                    let requests = if peer.is_slow { most / 10 } else { most }.max(in_flight * 4);
                    // With latency no client is quick, and each takes its time.
                    let longest = if latency > 0 { in_flight * ROUNDS } else { most };
                    let requests = requests.min(longest);
                    let numbers = [requests, in_flight].map(|number| number.to_string());
                    let [requests, in_flight] = numbers;
                    Ok(vec!["send".into(), server.url.clone(), requests, in_flight])
                })?;
            let after = if latency > 0 { format!(", {latency} ms latency") } else { String::new() };
            comparisons.push(Comparison {
                title: format!("{}: one question each, {in_flight} in flight{after}", group.title),
                standings: standings(job, in_flight, &contenders, &runs)?,
            });
        }
    }
    Ok(comparisons)
}

/// The number in flight that is measured when there is little time.
fn is_main(group: &Group, in_flight: u64) -> bool {
    group.in_flight == [in_flight] || in_flight == if group.surface == "sync:" { 1 } else { 32 }
}

/// Many answers awaited at once.
pub(crate) fn many(programs: &Programs, chosen: &Chosen) -> Outcome<Vec<Comparison>> {
    let mut comparisons = Vec::new();
    for group in groups(chosen) {
        let Some((peer, answers)) = group.many else { continue };
        eprintln!("many: {}", group.title);
        let takes_part = |contender: &&Contender| ["uppzy", peer].contains(&contender.name);
        let contenders: Vec<_> = group.contenders.iter().filter(takes_part).collect();
        let server = Server::start(0)?;
        let runs = in_turn(programs.of(group.language)?, group, &contenders, 1, |_| {
            Ok(vec!["many".into(), server.url.clone(), answers.to_string()])
        })?;
        comparisons.push(Comparison {
            title: format!("{}: {answers} answers awaited at once, per 10,000", group.title),
            standings: standings(Job::Many, answers, &contenders, &runs)?,
        });
    }
    Ok(comparisons)
}
