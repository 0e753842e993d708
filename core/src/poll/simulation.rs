//! The schedule beside the vendor's fixed ones, on simulated completion times: what docs/polling.md
//! says. `UPPZY_WRITE_DOCS=1 cargo test -p uppzy simulation` writes that page anew.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::PollSchedule;
use super::gate::{PollGate, Waits, rate_for};
use super::learned::SiteTimes;
use crate::clock::Clock;

const ANSWERS: usize = 2_000;

/// How long answers take.
#[derive(Clone, Copy)]
enum Times {
    /// Log-normal: 90 of 100 within these, in seconds.
    Within(f64, f64),
    /// The same, but one in ten takes evenly spread 30 to 60 s.
    WithTail(f64, f64),
    /// The first half of the answers takes the one, the second half the other.
    Change((f64, f64), (f64, f64)),
}

/// When questions are handed in.
#[derive(Clone, Copy, PartialEq)]
enum Arrivals {
    /// One in 2 s on average.
    Steady,
    /// Many at once, when those before are done.
    Batches,
    /// So many at once, and polls at the rate that a client keeps to.
    Crowds(usize),
}

impl Arrivals {
    /// How many answers there are in all.
    fn answers(self) -> usize {
        match self {
            Self::Steady | Self::Batches => ANSWERS,
            Self::Crowds(size) => size * (ANSWERS / size).max(3),
        }
    }
}

/// What happens to a question next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    HandIn,
    /// Its poll is due, and may have to wait for its turn.
    Due,
    Poll,
}

const CASES: [(&str, Times); 8] = [
    ("5 to 30 s", Times::Within(5.0, 30.0)),
    ("5 to 30 s, and one in ten 30 to 60 s", Times::WithTail(5.0, 30.0)),
    ("5 to 60 s", Times::Within(5.0, 60.0)),
    ("10 to 20 s", Times::Within(10.0, 20.0)),
    ("25 to 50 s", Times::Within(25.0, 50.0)),
    ("5 to 30 s, then 25 to 50 s", Times::Change((5.0, 30.0), (25.0, 50.0))),
    ("25 to 50 s, then 5 to 30 s", Times::Change((25.0, 50.0), (5.0, 30.0))),
    ("1 to 4 s", Times::Within(1.0, 4.0)),
];

fn within((low, high): (f64, f64), clock: &Clock) -> f64 {
    // Box and Muller's way to a normal number; 1.645 deviations either way hold 90 of 100.
    let (one, two) = (1.0 - clock.random(), clock.random());
    let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * two).cos();
    let (low, high) = (low.ln(), high.ln());
    (f64::midpoint(low, high) + (high - low) / (2.0 * 1.645) * normal).exp()
}

impl Times {
    fn of(self, number: usize, clock: &Clock) -> Duration {
        let seconds = match self {
            Self::Within(low, high) => within((low, high), clock),
            Self::WithTail(..) if clock.random() < 0.1 => clock.random_between(30.0, 60.0),
            Self::WithTail(low, high) => within((low, high), clock),
            Self::Change(before, after) => {
                within(if number < ANSWERS / 2 { before } else { after }, clock)
            }
        };
        Duration::from_secs_f64(seconds)
    }
}

/// What a schedule led to.
#[derive(Clone, Copy, Debug)]
struct Cost {
    /// For each answer.
    polls: f64,
    /// From an answer being there to the poll that found it, in seconds.
    mean: f64,
    p50: f64,
    p95: f64,
    p99: f64,
}

/// One question under way.
struct Question<'a> {
    waits: Option<Waits<'a>>,
    number: u64,
    submitted: Duration,
    takes: Duration,
    schedule: PollSchedule,
    pending: Option<Duration>,
}

/// Polls until every answer is there, as a waiting client does; learns where told to.
fn run(schedule: &PollSchedule, learns: bool, times: Times, arrivals: Arrivals) -> Cost {
    // The same answers for every schedule.
    let (clock, jitter) = (Clock::manual(7), Clock::manual(11));
    let (site, gate, origin) = (SiteTimes::default(), PollGate::new(None), Instant::now());
    let mut now = Duration::ZERO;
    // What happens next.
    let mut queue = BinaryHeap::new();
    let mut questions: Vec<Question<'_>> = (0..arrivals.answers())
        .map(|number| {
            now += match arrivals {
                Arrivals::Steady => Duration::from_secs_f64(-2.0 * (1.0 - clock.random()).ln()),
                Arrivals::Batches if number % 500 == 0 => Duration::from_secs(600),
                Arrivals::Crowds(size) if number % size == 0 => Duration::from_secs(600),
                Arrivals::Batches | Arrivals::Crowds(_) => Duration::ZERO,
            };
            queue.push(Reverse((now, number, Step::HandIn)));
            let takes = times.of(number, &clock);
            let schedule = schedule.clone();
            Question { waits: None, number: 0, submitted: now, takes, schedule, pending: None }
        })
        .collect();
    let (mut polls, mut delays) = (0_u32, Vec::new());
    let due = match arrivals {
        Arrivals::Steady | Arrivals::Batches => Step::Poll,
        Arrivals::Crowds(_) => Step::Due,
    };
    while let Some(Reverse((now, index, step))) = queue.pop() {
        let question = &mut questions[index];
        let since = now - question.submitted;
        match step {
            Step::HandIn => {
                question.waits = Some(gate.join());
                if learns {
                    question.number = site.next_number();
                    question.schedule = site.apply(schedule);
                }
                queue.push(Reverse((now + question.schedule.first, index, due)));
            }
            Step::Due => {
                let turn = gate.slot(origin + now) - origin;
                queue.push(Reverse((turn, index, Step::Poll)));
            }
            Step::Poll => {
                polls += 1;
                if since >= question.takes {
                    question.waits = None;
                    site.note(question.number, question.pending, since);
                    delays.push((since - question.takes).as_secs_f64());
                } else {
                    question.pending = Some(since);
                    let next = question.schedule.next(since, &jitter);
                    queue.push(Reverse((now + next, index, due)));
                }
            }
        }
    }
    delays.sort_by(f64::total_cmp);
    let part = |percent: usize| delays[delays.len() * percent / 100];
    let count = delays.len() as f64;
    Cost {
        polls: f64::from(polls) / count,
        mean: delays.iter().sum::<f64>() / count,
        p50: part(50),
        p95: part(95),
        p99: part(99),
    }
}

fn every(seconds: f64) -> PollSchedule {
    let interval = Duration::from_secs_f64(seconds);
    PollSchedule {
        first: interval,
        share: 0.0,
        least: interval,
        most: interval,
        jitter: 0.0,
        timeout: None,
    }
}

/// The polls of the fixed schedule that has this delay on average.
fn fixed_with_delay(delay: f64, times: Times) -> f64 {
    let (mut low, mut high) = (0.2, 12.0);
    for _ in 0..8 {
        let middle = f64::midpoint(low, high);
        let cost = run(&every(middle), false, times, Arrivals::Steady);
        if cost.mean < delay { low = middle } else { high = middle }
    }
    // The one with less delay, so that it is not done an injustice.
    run(&every(high), false, times, Arrivals::Steady).polls
}

fn line(text: &mut String, name: &str, schedule: &str, cost: Cost) {
    let Cost { polls, mean, p50, p95, p99 } = cost;
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "| {name} | {schedule} | {polls:.1} | {mean:.2} | {p50:.2} | {p95:.1} | {p99:.1} |"
    );
}

/// Compares the schedules, and writes it all down.
fn table(arrivals: Arrivals) -> String {
    let mut text = String::from(
        "| answers take | schedule | polls each | delay s, mean | p50 | p95 | p99 |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let usual = PollSchedule::default();
    for (name, times) in CASES {
        for interval in [1.0, 2.0, 2.5, 3.0] {
            let cost = run(&every(interval), false, times, arrivals);
            line(&mut text, name, &format!("every {interval} s"), cost);
        }
        let before = run(&usual, false, times, arrivals);
        let learned = run(&usual, true, times, arrivals);
        line(&mut text, name, "default, before it learned", before);
        line(&mut text, name, "default", learned);
        match name {
            // Nothing to gain where answers come as soon as the first poll.
            "1 to 4 s" => {
                assert!((learned.polls - before.polls).abs() < 1e-9, "{learned:?}, not {before:?}");
                assert!((learned.mean - before.mean).abs() < 1e-9, "{learned:?}, not {before:?}");
            }
            // Nobody can know of the change before the first poll of the whole batch.
            "25 to 50 s, then 5 to 30 s" if arrivals == Arrivals::Batches => {
                assert!(learned.polls < before.polls * 0.7, "{name}: {learned:?}, not {before:?}");
                assert!(learned.mean < before.mean * 1.2, "{name}: {learned:?}, not {before:?}");
            }
            _ => {
                assert!(learned.polls < before.polls * 0.95, "{name}: {learned:?}, not {before:?}");
                assert!(learned.mean < before.mean * 0.98, "{name}: {learned:?}, not {before:?}");
            }
        }
        if arrivals == Arrivals::Steady {
            let fixed = fixed_with_delay(learned.mean, times);
            assert!(learned.polls < fixed, "{name}: {learned:?}, not {fixed} polls");
            let delay = learned.mean;
            let _ = writeln!(
                text,
                "| {name} | fixed, of the same delay | {fixed:.1} | {delay:.2} | | | |"
            );
        }
    }
    text
}

/// What the rate does to so many answers that are waited for at once.
fn rates() -> String {
    let mut text = String::from(
        "| at once | polls a second | one of each in s | polls each, before it learned | delay s, \
         mean | p95 | polls each | delay s, mean | p95 |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let (usual, (_, times)) = (PollSchedule::default(), CASES[0]);
    let mut delays = Vec::new();
    for size in [1, 10, 20, 50, 100, 200, 500, 1_000, 10_000] {
        let rate = rate_for(size);
        let before = run(&usual, false, times, Arrivals::Crowds(size));
        let learned = run(&usual, true, times, Arrivals::Crowds(size));
        let each = size as f64 / rate;
        let _ = writeln!(
            text,
            "| {size} | {rate:.0} | {each:.1} | {:.1} | {:.2} | {:.1} | {:.1} | {:.2} | {:.1} |",
            before.polls, before.mean, before.p95, learned.polls, learned.mean, learned.p95,
        );
        // The vendor's own pages poll every answer each second, or in a worker every 2.5 s.
        assert!(size < 20 || rate < size as f64, "{size}: {rate}");
        assert!(size < 50 || rate < size as f64 / 2.5, "{size}: {rate}");
        delays.push((size, before.mean, learned.mean));
    }
    // More at once never means less delay, but for what chance does to it.
    for pair in delays.windows(2) {
        let [(_, before, learned), (size, before_more, learned_more)] = pair else { continue };
        assert!(*before_more > before * 0.9, "{size}: {delays:?}");
        assert!(*learned_more > learned * 0.9, "{size}: {delays:?}");
    }
    text
}

#[test]
fn learning_means_fewer_polls_and_less_delay_as_the_page_about_it_says() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/polling.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let begin = "<!-- simulation -->\n";
    let (before, _) = text.split_once(begin).unwrap();
    let now = format!(
        "{before}{begin}\n## The rate\n\n{}\n## One question in 2 s on average\n\n{}\n\
         ## 500 questions at once\n\n{}",
        rates(),
        table(Arrivals::Steady),
        table(Arrivals::Batches),
    );
    if std::env::var_os("UPPZY_WRITE_DOCS").is_some() {
        std::fs::write(&page, now).unwrap();
    } else {
        assert!(text == now, "docs/polling.md is not what the simulation gives:\n{now}");
    }
}
