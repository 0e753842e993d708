//! `cargo xtask demo`: the Rust crate at work, against a sandbox or a real account.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use clap::Parser;
use uppzy_demo::Options;

/// Shows the client at work, against a sandbox on this machine or a real account
#[derive(Debug, Parser)]
#[command(name = "cargo xtask demo", bin_name = "cargo xtask demo", version)]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    let Arguments { options } = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut output = io::stdout();
    let coloured = output.is_terminal() && console::colors_enabled();
    match runtime.block_on(uppzy_demo::run(&options, &mut output, coloured)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Whoever read the output has gone: there is nobody to tell.
            if !failure.is_closed_output() {
                eprintln!("\nerror: {failure}");
            }
            ExitCode::FAILURE
        }
    }
}
