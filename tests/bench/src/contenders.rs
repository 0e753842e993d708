//! The clients that are measured side by side, and how much less ours should take than each.

use std::ops::RangeInclusive;

use clap::ValueEnum;

use crate::jobs::Job;

/// What a client is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// The core
    Rust,
    /// The package for Python
    Python,
    /// The package for Node
    Node,
    /// The package for Kotlin and Java
    Kotlin,
    /// The package for Swift
    Swift,
}

/// How often ours should be contained in the other's processor time, at so many in flight.
pub(crate) struct Aim {
    pub(crate) job: Job,
    pub(crate) in_flight: RangeInclusive<u64>,
    pub(crate) times: f64,
}

/// A client. The first one of each group is ours.
pub(crate) struct Contender {
    /// What it is called, here and where it is run.
    pub(crate) name: &'static str,
    /// No client at all, but bytes on a socket: what is beyond it is beyond any client.
    pub(crate) is_floor: bool,
    /// One that takes many times longer is measured with fewer requests.
    pub(crate) is_slow: bool,
    pub(crate) aims: &'static [Aim],
}

/// Clients that are compared with each other.
pub(crate) struct Group {
    pub(crate) language: Language,
    pub(crate) title: &'static str,
    /// What comes before the name where it is run.
    pub(crate) surface: &'static str,
    pub(crate) contenders: &'static [Contender],
    pub(crate) in_flight: &'static [u64],
    /// Whether it is compared with answers that take a while.
    pub(crate) with_latency: bool,
    /// Which one awaits so many answers at once beside ours.
    pub(crate) many: Option<(&'static str, u64)>,
}

const fn aim(job: Job, in_flight: RangeInclusive<u64>, times: f64) -> Aim {
    Aim { job, in_flight, times }
}

const fn ours() -> Contender {
    Contender { name: "uppzy", is_floor: false, is_slow: false, aims: &[] }
}

const fn quick(name: &'static str, aims: &'static [Aim]) -> Contender {
    Contender { name, is_floor: false, is_slow: false, aims }
}

const fn slow(name: &'static str, aims: &'static [Aim]) -> Contender {
    Contender { name, is_floor: false, is_slow: true, aims }
}

const fn floor() -> Contender {
    Contender { name: "socket", is_floor: true, is_slow: false, aims: &[] }
}

pub(crate) static GROUPS: [Group; 7] = [
    Group {
        language: Language::Rust,
        title: "Rust",
        surface: "",
        contenders: &[
            ours(),
            quick("reqwest", &[aim(Job::Send, 32..=32, 0.85)]),
            quick("hyper", &[]),
            floor(),
        ],
        in_flight: &[1, 32, 256],
        with_latency: false,
        many: None,
    },
    // What a thread that waits costs the kernel is in every language the same.
    Group {
        language: Language::Rust,
        title: "Rust, blocking",
        surface: "blocking:",
        contenders: &[ours(), floor()],
        in_flight: &[1],
        with_latency: false,
        many: None,
    },
    Group {
        language: Language::Python,
        title: "Python, asyncio",
        surface: "async:",
        contenders: &[
            ours(),
            quick(
                "aiohttp",
                &[
                    aim(Job::Send, 32..=256, 5.0),
                    aim(Job::Latency, 32..=256, 4.0),
                    aim(Job::Many, 10_000..=10_000, 4.0),
                ],
            ),
            quick("aiohttp+uvloop", &[]),
            quick("pyreqwest", &[aim(Job::Send, 32..=256, 1.6), aim(Job::Latency, 32..=256, 1.5)]),
            quick("impit", &[]),
            slow("httpx", &[aim(Job::Send, 32..=256, 40.0)]),
            slow("openai", &[aim(Job::Send, 32..=256, 60.0)]),
            floor(),
        ],
        in_flight: &[1, 32, 256],
        with_latency: true,
        many: Some(("aiohttp", 10_000)),
    },
    Group {
        language: Language::Python,
        title: "Python, blocking",
        surface: "sync:",
        contenders: &[
            ours(),
            quick("pycurl", &[aim(Job::Send, 1..=1, 1.1)]),
            quick("pyreqwest", &[]),
            quick("impit", &[]),
            slow("httpx", &[aim(Job::Send, 1..=1, 12.0)]),
            slow("requests", &[aim(Job::Send, 1..=1, 25.0)]),
            slow("openai", &[]),
            floor(),
        ],
        in_flight: &[1, 32],
        with_latency: false,
        many: None,
    },
    Group {
        language: Language::Node,
        title: "Node",
        surface: "",
        contenders: &[
            ours(),
            quick("undici", &[aim(Job::Send, 32..=32, 1.4), aim(Job::Many, 10_000..=10_000, 2.5)]),
            slow("fetch", &[aim(Job::Send, 32..=32, 12.0)]),
            slow("axios", &[aim(Job::Send, 32..=32, 10.0)]),
            slow("got", &[]),
            slow("openai", &[aim(Job::Send, 32..=32, 20.0)]),
            floor(),
        ],
        in_flight: &[1, 32, 256],
        with_latency: false,
        many: Some(("undici", 10_000)),
    },
    Group {
        language: Language::Kotlin,
        title: "Kotlin",
        surface: "",
        contenders: &[
            ours(),
            quick("okhttp", &[aim(Job::Send, 32..=32, 1.5), aim(Job::Many, 2_000..=2_000, 2.0)]),
            slow("ktor", &[aim(Job::Send, 32..=32, 2.0)]),
        ],
        in_flight: &[1, 32, 256],
        with_latency: false,
        many: Some(("okhttp", 2_000)),
    },
    Group {
        language: Language::Swift,
        title: "Swift",
        surface: "",
        contenders: &[
            ours(),
            slow("URLSession", &[aim(Job::Send, 32..=32, 3.0), aim(Job::Many, 2_000..=2_000, 2.0)]),
        ],
        in_flight: &[1, 32, 256],
        with_latency: false,
        many: Some(("URLSession", 2_000)),
    },
];

impl Contender {
    /// The aim for the job at so many in flight.
    pub(crate) fn aim(&self, job: Job, in_flight: u64) -> Option<f64> {
        let fits = |aim: &&Aim| aim.job == job && aim.in_flight.contains(&in_flight);
        self.aims.iter().find(fits).map(|aim| aim.times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_comes_first_in_each_group_and_is_measured_against_no_aim() {
        for group in &GROUPS {
            let first = group.contenders.first().map(|contender| contender.name);
            assert_eq!(first, Some("uppzy"), "{}", group.title);
            assert!(group.contenders.iter().skip(1).all(|peer| peer.name != "uppzy"));
            let is_there = |(name, _)| group.contenders.iter().any(|peer| peer.name == name);
            assert!(group.many.is_none_or(is_there));
        }
    }

    #[test]
    fn an_aim_holds_at_its_numbers_in_flight() {
        static AIMS: [Aim; 1] = [aim(Job::Send, 32..=256, 5.0)];
        let contender = quick("x", &AIMS);
        assert_eq!(contender.aim(Job::Send, 32), Some(5.0));
        assert_eq!(contender.aim(Job::Send, 1), None);
        assert_eq!(contender.aim(Job::Latency, 32), None);
    }
}
