//! How a sandbox is started.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::SandboxError;
use crate::progression::Progression;
use crate::rules::Rule;

/// How a sandbox is started: address, storage, credentials, and the behaviour each space begins with.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    pub(crate) bind: SocketAddr,
    pub(crate) allow_remote: bool,
    pub(crate) data: Option<PathBuf>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) progression: Progression,
    pub(crate) latency: Latency,
    pub(crate) seed: u64,
    pub(crate) api_key: String,
    pub(crate) tenant_id: String,
    pub(crate) site_id: String,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_remote: false,
            data: None,
            rules: Vec::new(),
            progression: Progression::immediate(),
            latency: Latency::None,
            seed: 0,
            api_key: "sandbox-key".to_owned(),
            tenant_id: "tenant-sandbox".to_owned(),
            site_id: "site-sandbox".to_owned(),
        }
    }
}

impl SandboxOptions {
    /// A free port of 127.0.0.1, everything in memory, no faults, no delays.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Address to listen on; port 0 takes a free one.
    #[must_use]
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.bind = address;
        self
    }

    /// Whether an address that other machines can reach is accepted. The sandbox is not hardened.
    #[must_use]
    pub fn allow_remote(mut self, allow: bool) -> Self {
        self.allow_remote = allow;
        self
    }

    /// SQLite file that the default space is kept in. It is made when it does not exist.
    #[must_use]
    pub fn data(mut self, file: impl Into<PathBuf>) -> Self {
        self.data = Some(file.into());
        self
    }

    /// Fault rules that every space begins with.
    #[must_use]
    pub fn rules(mut self, rules: Vec<Rule>) -> Self {
        self.rules = rules;
        self
    }

    /// How asynchronous answers come about in every new space.
    #[must_use]
    pub fn progression(mut self, progression: Progression) -> Self {
        self.progression = progression;
        self
    }

    /// How long answers take in every new space.
    #[must_use]
    pub fn latency(mut self, latency: Latency) -> Self {
        self.latency = latency;
        self
    }

    /// Seed of everything left to chance: rules with a probability, and latencies.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// API key of the default space.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = key.into();
        self
    }

    /// Tenant id of the default space.
    #[must_use]
    pub fn tenant_id(mut self, id: impl Into<String>) -> Self {
        self.tenant_id = id.into();
        self
    }

    /// Site id of the default space.
    #[must_use]
    pub fn site_id(mut self, id: impl Into<String>) -> Self {
        self.site_id = id.into();
        self
    }

    pub(crate) fn validate(&self) -> Result<(), SandboxError> {
        if !self.allow_remote && !self.bind.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(self.bind));
        }
        let texts = [
            ("api_key", &self.api_key),
            ("tenant_id", &self.tenant_id),
            ("site_id", &self.site_id),
        ];
        for (option, text) in texts {
            if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                let reason = "must be printable ASCII without spaces".to_owned();
                return Err(SandboxError::Option { option, reason });
            }
        }
        let option = "progression";
        self.progression.validate().map_err(|reason| SandboxError::Option { option, reason })?;
        let option = "latency";
        self.latency.validate().map_err(|reason| SandboxError::Option { option, reason })?;
        let option = "rules";
        self.rules
            .iter()
            .try_for_each(Rule::validate)
            .map_err(|reason| SandboxError::Option { option, reason })
    }
}

/// How long answers take.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum Latency {
    /// As fast as they can be made.
    #[default]
    None,
    /// The figures that the vendor documents: a synchronous chat takes 5 to 30 s, an asynchronous
    /// answer is ready after 5 to 30 s, a status read takes 10 ms, everything else 100 ms.
    Vendor {
        /// All figures are multiplied by this; 1 when left out.
        #[serde(default = "one")]
        factor: f64,
    },
}

fn one() -> f64 {
    1.0
}

impl Latency {
    /// Reads `none`, `vendor`, `vendor:0.1` (a factor) or the JSON form.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let latency = match text.split_once(':') {
            _ if text.starts_with('{') => {
                serde_json::from_str(text).map_err(|error| error.to_string())?
            }
            None if text == "none" => Self::None,
            None if text == "vendor" => Self::Vendor { factor: 1.0 },
            Some(("vendor", factor)) => {
                let factor = factor.parse().map_err(|_| format!("{factor:?} is not a number"))?;
                Self::Vendor { factor }
            }
            _ => return Err(format!("{text:?} is none of: none, vendor, vendor:FACTOR")),
        };
        latency.validate()?;
        Ok(latency)
    }

    pub(crate) fn validate(&self) -> Result<(), String> {
        match self {
            Self::Vendor { factor } if !(0.0..=100.0).contains(factor) => {
                Err("factor must be between 0 and 100".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Milliseconds until an operation is answered; `chance` is uniform in 0..1.
    pub(crate) fn of_operation(self, operation: &str, chance: f64) -> u64 {
        match operation {
            "chat.send" => self.answer_time(chance),
            "chat.status" => self.scaled(10.0),
            _ => self.scaled(100.0),
        }
    }

    /// Milliseconds that making an answer takes; `chance` is uniform in 0..1.
    pub(crate) fn answer_time(self, chance: f64) -> u64 {
        self.scaled(5_000.0 + 25_000.0 * chance)
    }

    fn scaled(self, milliseconds: f64) -> u64 {
        match self {
            Self::None => 0,
            Self::Vendor { factor } => (milliseconds * factor).round() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latency_is_read_from_its_short_and_its_json_form() {
        assert_eq!(Latency::parse("none"), Ok(Latency::None));
        assert_eq!(Latency::parse("vendor"), Ok(Latency::Vendor { factor: 1.0 }));
        assert_eq!(Latency::parse("vendor:0.5"), Ok(Latency::Vendor { factor: 0.5 }));
        let json = r#"{"mode":"vendor","factor":0.25}"#;
        assert_eq!(Latency::parse(json), Ok(Latency::Vendor { factor: 0.25 }));
        for wrong in ["fast", "vendor:x", "vendor:-1", "vendor:NaN", r#"{"mode":"vendor","f":1}"#] {
            assert!(Latency::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn vendor_latency_lies_in_the_documented_ranges() {
        let latency = Latency::Vendor { factor: 1.0 };
        assert_eq!(latency.of_operation("chat.send", 0.0), 5_000);
        assert_eq!(latency.of_operation("chat.send", 1.0), 30_000);
        assert_eq!(latency.of_operation("chat.status", 0.5), 10);
        assert_eq!(latency.of_operation("chat.submit", 0.5), 100);
        assert_eq!(Latency::None.of_operation("chat.send", 0.5), 0);
    }

    #[test]
    fn addresses_of_other_machines_need_permission() {
        let remote = SocketAddr::from(([0, 0, 0, 0], 0));
        let options = SandboxOptions::new().bind(remote);
        assert!(matches!(options.validate(), Err(SandboxError::NotLoopback(_))));
        assert!(options.allow_remote(true).validate().is_ok());
        assert!(SandboxOptions::new().api_key("two words").validate().is_err());
    }
}
