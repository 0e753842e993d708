//! Runs a property: some cases, the same every time; or for a while, with new ones.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// How long each property is tried, in seconds. Not set: a fixed number of cases.
const SECONDS: &str = "UPPZY_FUZZ_SECONDS";
/// Cases of a property in the usual run.
const CASES: u32 = 256;
/// Cases between two looks at the clock.
const BATCH: u32 = 500;

/// Tries the property with the usual number of cases.
///
/// # Panics
///
/// Where it does not hold, with the smallest case that shows it.
pub fn hold<S: Strategy>(strategy: &S, property: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S::Value: Debug,
{
    hold_some(CASES, strategy, property);
}

/// Tries the property with that number of cases.
///
/// # Panics
///
/// Where it does not hold, with the smallest case that shows it.
pub fn hold_some<S: Strategy>(
    cases: u32,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) where
    S::Value: Debug,
{
    let told = std::env::var(SECONDS).ok().map(|text| text.parse().expect("a number of seconds"));
    hold_for(told.map(Duration::from_secs_f64), cases, strategy, property);
}

/// Tries the property with new cases for that long, or with a fixed set of that many.
///
/// # Panics
///
/// Where it does not hold, with the smallest case that shows it.
pub fn hold_for<S: Strategy>(
    time: Option<Duration>,
    cases: u32,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) where
    S::Value: Debug,
{
    let began = Instant::now();
    let mut tried = 0_u64;
    loop {
        let batch = if time.is_some() { BATCH.min(cases) } else { cases };
        let config = Config {
            cases: batch,
            failure_persistence: None,
            // Small cases are worth more than a quick answer, but not minutes.
            max_shrink_iters: 20_000,
            max_shrink_time: 60_000,
            ..Config::default()
        };
        let random = match time {
            Some(_) => TestRng::from_rng_seed(),
            None => TestRng::deterministic_rng(RngAlgorithm::ChaCha),
        };
        let mut runner = TestRunner::new_with_rng(config, random);
        if let Err(fault) = runner.run(strategy, &property) {
            panic!("after {tried} cases: {fault}");
        }
        tried += u64::from(batch);
        if time.is_none_or(|time| began.elapsed() >= time) {
            println!("{tried} cases");
            return;
        }
    }
}

/// A generator of its own for each run.
trait Fresh {
    fn from_rng_seed() -> TestRng;
}

impl Fresh for TestRng {
    fn from_rng_seed() -> TestRng {
        // The runner's own default is seeded by the system.
        TestRunner::new(Config::default()).new_rng()
    }
}
