//! Scenarios as they stand in the files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

/// One scenario: how the server behaves, what the client is told to do, and what must come of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name, unique over all files.
    pub name: String,
    /// The rule that it holds, in a sentence.
    pub holds: String,
    /// Whether its results are the same in every run, so that they can be compared between
    /// languages. What the scenario expects holds either way.
    #[serde(default = "yes")]
    pub compared: bool,
    /// Where the client takes time from.
    #[serde(default)]
    pub clock: ClockKind,
    /// How many real seconds the server may be silent before a virtual clock stops waiting for it.
    #[serde(default = "patience")]
    pub silence: f64,
    /// Settings of the sandbox, by the name of the control path.
    #[serde(default)]
    pub sandbox: Map<String, Value>,
    /// Files to make before the first step, by the name under which `$name.path` finds them.
    #[serde(default)]
    pub files: BTreeMap<String, FileContent>,
    /// Options of the client `main`; null for a scenario that makes its clients itself.
    #[serde(default = "no_options")]
    pub client: Value,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// Requests that the server has seen in the end.
    #[serde(default)]
    pub requests: Option<Requests>,
    /// Requests that took effect, by operation. What is not named took none.
    #[serde(default)]
    pub processed: Option<BTreeMap<String, u64>>,
    /// Entries of the server's journal, from the first on, as far as they are given.
    #[serde(default)]
    pub journal: Vec<Value>,
    /// How many requests the second server has seen.
    #[serde(default)]
    pub other_requests: Option<u64>,
    /// How many connections the client has made.
    #[serde(default)]
    pub connections: Option<u64>,
    /// Least and most seconds that passed on the client's clock, for a virtual clock.
    #[serde(default)]
    pub elapsed: Option<[f64; 2]>,
}

impl Scenario {
    /// Whether the server falls silent in it, so that it waits for most of its time.
    #[must_use]
    pub fn falls_silent(&self) -> bool {
        self.silence < patience()
    }
}

fn yes() -> bool {
    true
}

/// No server is silent for so long unless a scenario makes it.
fn patience() -> f64 {
    10.0
}

fn no_options() -> Value {
    Value::Object(Map::new())
}

/// Where a client takes time from.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ClockKind {
    /// Jumps over waits.
    #[default]
    Virtual,
    /// Moves only when told.
    Manual,
    /// Real time.
    System,
}

/// Requests that a server has seen.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Requests {
    /// The operations in their order.
    InOrder(Vec<String>),
    /// How often each operation came; the ones not named never.
    Counts(BTreeMap<String, u64>),
}

/// A file to make.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileContent {
    /// Its name, without a folder.
    pub name: String,
    /// Its content as text.
    #[serde(default)]
    pub text: Option<String>,
    /// Its content in base64.
    #[serde(default)]
    pub base64: Option<String>,
    /// A content of that many bytes, all of them the letter x.
    #[serde(default)]
    pub size: Option<usize>,
}

/// One step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The name of a call, such as `chat.send`.
    #[serde(default)]
    pub call: Option<String>,
    /// What the call is made on: a client, or a saved result.
    #[serde(default)]
    pub on: Option<String>,
    /// The arguments of the call, by name.
    #[serde(default)]
    pub arguments: Map<String, Value>,
    /// How the call differs from the client's defaults.
    #[serde(default)]
    pub options: Options,
    /// Does not wait for the call; a later step awaits or cancels it by this name.
    #[serde(default)]
    pub background: Option<String>,
    /// The call is cancelled before it starts.
    #[serde(default)]
    pub cancelled: bool,
    /// Makes the call that often, one after the other; only the last result counts.
    #[serde(default)]
    pub repeat: Option<u32>,
    /// Makes a client with these options.
    #[serde(default)]
    pub new_client: Option<Value>,
    /// Waits for a call in the background.
    #[serde(default, rename = "await")]
    pub awaited: Option<String>,
    /// Cancels a call in the background.
    #[serde(default)]
    pub cancel: Option<String>,
    /// Changes settings of the sandbox, by the name of the control path.
    #[serde(default)]
    pub sandbox: Option<Map<String, Value>>,
    /// Moves the client's clock forward by that many seconds.
    #[serde(default)]
    pub advance_clock: Option<f64>,
    /// Waits until the server's journal has that many entries.
    #[serde(default)]
    pub wait_for_requests: Option<u64>,
    /// Lets that many real seconds pass.
    #[serde(default)]
    pub pause: Option<f64>,
    /// Makes files, or changes them.
    #[serde(default)]
    pub write_files: Option<BTreeMap<String, FileContent>>,
    /// The name under which later steps find what came of it.
    #[serde(default)]
    pub save_as: Option<String>,
    /// What must come of it: a result, unless told otherwise.
    #[serde(default)]
    pub expect: Option<Expectation>,
}

/// How a call differs from the client's defaults.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// The total time in seconds.
    #[serde(default)]
    pub timeout: Option<f64>,
    /// Whether to repeat what may have been processed.
    #[serde(default)]
    pub retry_unknown: Option<bool>,
}

/// What must come of a step.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expectation {
    /// A result that holds this.
    Result(Value),
    /// An error that holds this.
    Error(Value),
    /// The call was cancelled.
    Cancelled(bool),
    /// Anything.
    Anything(bool),
}

/// What a step does.
#[derive(Clone, Copy, Debug)]
pub enum StepKind<'a> {
    /// Makes the call of that name.
    Call(&'a str),
    /// Makes a client.
    NewClient(&'a Value),
    /// Waits for a call in the background.
    Await(&'a str),
    /// Cancels a call in the background.
    Cancel(&'a str),
    /// Changes settings of the sandbox.
    Sandbox(&'a Map<String, Value>),
    /// Moves the client's clock.
    AdvanceClock(f64),
    /// Waits until the server has seen that many requests.
    WaitForRequests(u64),
    /// Lets real time pass.
    Pause(f64),
    /// Makes files.
    WriteFiles(&'a BTreeMap<String, FileContent>),
}

impl Step {
    /// What the step does.
    ///
    /// # Errors
    /// When it does nothing, or more than one thing.
    pub fn kind(&self) -> Result<StepKind<'_>, String> {
        let kinds = [
            self.call.as_deref().map(StepKind::Call),
            self.new_client.as_ref().map(StepKind::NewClient),
            self.awaited.as_deref().map(StepKind::Await),
            self.cancel.as_deref().map(StepKind::Cancel),
            self.sandbox.as_ref().map(StepKind::Sandbox),
            self.advance_clock.map(StepKind::AdvanceClock),
            self.wait_for_requests.map(StepKind::WaitForRequests),
            self.pause.map(StepKind::Pause),
            self.write_files.as_ref().map(StepKind::WriteFiles),
        ];
        let mut given = kinds.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(kind), None) => Ok(kind),
            _ => Err("a step must do exactly one thing".to_owned()),
        }
    }
}

/// The folder of the shared scenarios.
#[must_use]
pub fn scenario_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios")
}

/// The scenarios of one file.
///
/// # Errors
/// When the file cannot be read or is not as described, with its name.
pub fn load(file: &Path) -> Result<Vec<Scenario>, String> {
    let named = |reason: String| format!("{}: {reason}", file.display());
    let text = std::fs::read_to_string(file).map_err(|error| named(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| named(error.to_string()))
}
