//! What the demo can be asked to do.

use clap::{Args, value_parser};
use uppzy_sandbox::Latency;

/// The most questions that are asked at once.
const MOST_QUESTIONS: i64 = 10_000;

/// What the demo can be asked to do.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Use this API in place of a sandbox: needs UPPZY_API_KEY, UPPZY_TENANT_ID and UPPZY_SITE_ID.
    /// Only reads, unless --yes is given
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// With --base-url: also upload, ask, rate, close and delete there
    #[arg(long, requires = "base_url")]
    pub yes: bool,
    /// How many questions are asked at once in the main part
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "200",
        value_parser = value_parser!(u16).range(1..=MOST_QUESTIONS),
    )]
    pub questions: u16,
    /// How long the sandbox takes: none, vendor (5 to 30 s for an answer), or vendor:FACTOR
    #[arg(
        long,
        value_name = "NAME",
        default_value = "none",
        value_parser = Latency::parse,
        conflicts_with = "base_url",
    )]
    pub latency: Latency,
}

impl Default for Options {
    fn default() -> Self {
        Self { base_url: None, yes: false, questions: 200, latency: Latency::None }
    }
}
