//! What the example programs share: how they end, and their own settings.

use std::env;
use std::error::Error;
use std::process::ExitCode;

/// How a program, or a step of it, ends.
pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Ends a program: well, or with the error, and with what to change if it is one of the client's.
pub fn finish(outcome: Outcome) -> ExitCode {
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    eprintln!("{error}");
    if let Some(error) = error.downcast_ref::<uppzy::Error>() {
        eprintln!("{}", error.hint());
    }
    ExitCode::FAILURE
}

/// A setting of the program's own, from the environment.
///
/// # Errors
/// A sentence that says which is missing.
pub fn setting(name: &str) -> Outcome<String> {
    env::var(name).map_err(|_| format!("set {name} in the environment").into())
}

/// A number from the environment, or the default.
///
/// # Errors
/// A sentence that says which is none.
pub fn number(name: &str, default: u64) -> Outcome<u64> {
    match env::var(name) {
        Ok(text) => text.parse().map_err(|_| format!("{name} must be a whole number").into()),
        Err(_) => Ok(default),
    }
}
