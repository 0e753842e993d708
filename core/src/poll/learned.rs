//! When the answers of a site begin to come, learned from those that were awaited.
//!
//! A site whose answers take 20 s need not be asked after 2 s. The first poll goes out when a few of a
//! hundred answers are there, and those after it come in steps that fit the time answers take: fewer
//! polls, and less delay. docs/polling.md compares both.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::PollSchedule;

/// How many answers of a site are remembered.
const REMEMBERED: usize = 32;
/// With fewer of them nothing is known yet.
const ENOUGH: usize = 16;
/// Of so many answers one may be there before the first poll.
const EARLY_ONE_IN: usize = 20;
/// Where answers get quicker all of a sudden, many may be under way: they are asked for after this at
/// the latest.
const LATEST: Duration = Duration::from_secs(8);
/// An answer that is there at the first poll came before: it counts with this share of the time, so
/// that the first poll moves forward when answers get quicker.
const AT_FIRST_POLL: f64 = 0.6;
/// The wait between polls, as a share of the time in which half of the answers are there.
const STEP: f64 = 0.11;
/// Later on the wait grows with the time since the question was accepted: this share of it.
const GROWTH: f64 = 0.04;
/// Sites beyond this many are not learned.
const MOST_SITES: usize = 1_000;

/// What a client knows of its sites.
#[derive(Default)]
pub(crate) struct CompletionTimes(Mutex<HashMap<String, Arc<SiteTimes>>>);

impl CompletionTimes {
    /// What is known of a site.
    pub(crate) fn of(&self, site_id: &str) -> Option<Arc<SiteTimes>> {
        let mut sites = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(site) = sites.get(site_id) {
            return Some(Arc::clone(site));
        }
        (sites.len() < MOST_SITES).then(|| Arc::clone(sites.entry(site_id.to_owned()).or_default()))
    }
}

/// How long the latest answers of a site took.
#[derive(Default)]
pub(crate) struct SiteTimes {
    awaited: AtomicU64,
    times: Mutex<Times>,
}

#[derive(Default)]
struct Times {
    /// By the number of the answer, in the order in which they were begun to be waited for. Where
    /// many are under way the slow ones end last, and would soon be all that is remembered.
    seen: [Option<(u64, Duration)>; REMEMBERED],
    learned: Option<Learned>,
}

#[derive(Clone, Copy)]
struct Learned {
    /// When answers begin to come.
    early: Duration,
    /// When half of them are there.
    middle: Duration,
}

impl SiteTimes {
    /// The number of an answer that is waited for from now on.
    pub(crate) fn next_number(&self) -> u64 {
        self.awaited.fetch_add(1, Ordering::Relaxed)
    }

    /// The schedule, changed by what is known.
    pub(crate) fn apply(&self, schedule: &PollSchedule) -> PollSchedule {
        let learned = self.times.lock().unwrap_or_else(PoisonError::into_inner).learned;
        match learned {
            Some(Learned { early, middle }) if early > schedule.first => PollSchedule {
                first: early.min(LATEST),
                least: middle.mul_f64(STEP).clamp(schedule.least, schedule.most),
                share: GROWTH,
                ..schedule.clone()
            },
            _ => schedule.clone(),
        }
    }

    /// Notes an answer that was there that long after the question was accepted, and was not yet at
    /// the time of the poll before, if there was one.
    pub(crate) fn note(&self, number: u64, pending: Option<Duration>, there: Duration) {
        let took = match pending {
            Some(pending) => pending + there.saturating_sub(pending) / 2,
            None => there.mul_f64(AT_FIRST_POLL),
        };
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        // The remainder is below the length of the list.
        let place = usize::try_from(number % REMEMBERED as u64).unwrap_or_default();
        if let Some(place) = times.seen.get_mut(place)
            && place.is_none_or(|(before, _)| before < number)
        {
            *place = Some((number, took));
        }
        let mut seen = [Duration::MAX; REMEMBERED];
        let mut count = 0;
        for (place, (_, took)) in seen.iter_mut().zip(times.seen.iter().flatten()) {
            *place = *took;
            count += 1;
        }
        if count >= ENOUGH {
            // What was never seen is at the end.
            seen.sort_unstable();
            let early = seen.get(count / EARLY_ONE_IN).copied();
            let middle = seen.get(count / 2).copied();
            times.learned = early.zip(middle).map(|(early, middle)| Learned { early, middle });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: f64) -> Duration {
        Duration::from_secs_f64(count)
    }

    fn learn(site: &SiteTimes, answers: usize, took: f64) {
        for _ in 0..answers {
            site.note(site.next_number(), Some(seconds(took - 0.5)), seconds(took + 0.5));
        }
    }

    #[test]
    fn nothing_is_changed_until_enough_is_known() {
        let (site, usual) = (SiteTimes::default(), PollSchedule::default());
        assert_eq!(site.apply(&usual), usual);
        learn(&site, ENOUGH - 1, 12.0);
        assert_eq!(site.apply(&usual), usual);
        learn(&site, 1, 12.0);
        let learned = site.apply(&usual);
        assert_eq!(learned.first, LATEST);
        assert_eq!(learned.least, seconds(1.32));
        assert_eq!(learned.most, usual.most);
    }

    #[test]
    fn answers_that_come_soon_leave_the_schedule_as_it_is() {
        let (site, usual) = (SiteTimes::default(), PollSchedule::default());
        learn(&site, REMEMBERED, 1.5);
        assert_eq!(site.apply(&usual), usual);
    }

    #[test]
    fn the_first_poll_is_never_later_than_some_answers() {
        let (site, usual) = (SiteTimes::default(), PollSchedule::default());
        learn(&site, 30, 12.0);
        learn(&site, 2, 6.0);
        assert_eq!(site.apply(&usual).first, seconds(6.0));
        learn(&site, 40, 300.0);
        assert_eq!(site.apply(&usual).first, LATEST);
    }

    #[test]
    fn answers_that_are_there_at_the_first_poll_bring_it_forward() {
        let (site, usual) = (SiteTimes::default(), PollSchedule::default());
        learn(&site, REMEMBERED, 7.5);
        let mut firsts = Vec::new();
        for _ in 0..8 {
            let first = site.apply(&usual).first;
            site.note(site.next_number(), None, first);
            firsts.push(first);
        }
        let last = firsts.last().unwrap();
        assert!(*last < seconds(3.0), "{firsts:?}");
    }

    #[test]
    fn the_slow_ones_of_a_batch_do_not_displace_the_others() {
        let (site, usual) = (SiteTimes::default(), PollSchedule::default());
        // From 5 to 15 s, all begun at once, in an order that has nothing to do with it.
        let took = |number: u64| 5.0 + (number * 7919 % 1000) as f64 / 100.0;
        let mut batch: Vec<u64> = (0..1000).map(|_| site.next_number()).collect();
        batch.sort_by(|one, two| took(*one).total_cmp(&took(*two)));
        for number in batch {
            let took = took(number);
            site.note(number, Some(seconds(took - 0.5)), seconds(took + 0.5));
        }
        let first = site.apply(&usual).first.as_secs_f64();
        assert!((5.0..7.5).contains(&first), "{first}");
    }

    #[test]
    fn sites_are_learned_each_for_itself_and_not_without_end() {
        let sites = CompletionTimes::default();
        let one = sites.of("one").unwrap();
        learn(&one, ENOUGH, 6.0);
        let usual = PollSchedule::default();
        assert_eq!(sites.of("one").unwrap().apply(&usual).first, seconds(6.0));
        assert_eq!(sites.of("two").unwrap().apply(&usual), usual);
        for number in 2..MOST_SITES {
            assert!(sites.of(&number.to_string()).is_some());
        }
        assert!(sites.of("one too many").is_none());
        assert!(sites.of("one").is_some());
    }
}
