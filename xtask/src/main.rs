//! The project's own commands: `cargo xtask --help` lists them.

mod bill_of_materials;
mod cargo;
mod chaos;
mod counts;
mod deny;
mod fuzz;
mod guard;
mod kotlin;
mod lanes;
mod languages;
mod libtest;
mod memory;
mod native;
mod node;
mod nodetest;
mod openapi;
mod packages;
mod parity;
mod part;
mod pytest;
mod python;
mod readme;
mod scenarios;
mod schedule;
mod screen;
mod servers;
mod surefire;
mod swift;
mod swifttest;
mod test;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand};

/// The commands of this project
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the client at work against a server on this machine
    #[command(disable_help_flag = true)]
    Demo {
        /// Arguments of the demo: `cargo xtask demo --help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Run every check of the project
    Test {
        /// Only check this language; may be repeated
        #[arg(
            long = "lang",
            value_name = "LANGUAGE",
            value_parser = PossibleValuesParser::new(languages::names()),
        )]
        languages: Vec<String>,
    },
    /// Hold the languages against each other: scenarios, surfaces, documented defaults
    Parity {
        /// Run nothing; compare what `cargo xtask test` or `parity` has written last
        #[arg(long)]
        only_report: bool,
    },
    /// Measure the client against others
    #[command(disable_help_flag = true)]
    Bench {
        /// Arguments of the benchmark: `cargo xtask bench --help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Compare what a call costs, in instructions and allocations, with the committed numbers
    Guard {
        /// Commit to the numbers of now
        #[arg(long)]
        write: bool,
    },
    /// Run the clients of all languages against one sandbox that breaks, and check what must hold
    Chaos(chaos::Options),
    /// Check the dependencies against deny.toml
    Deny,
    /// Check the sandbox against its own description
    Openapi,
    /// Try inputs that nobody would write, new ones each time
    Fuzz {
        /// How long each target runs
        #[arg(long, default_value_t = 10.0)]
        minutes: f64,
        /// Only this target; may be repeated
        #[arg(long = "target", value_name = "TARGET")]
        targets: Vec<String>,
    },
    /// Make the environment in which Python is checked, and print its folder
    Python,
    /// Make everything with which Node is checked
    Node,
    /// Make everything with which Swift is checked, or do one of the checks in it
    Swift {
        /// The check; without one everything is made that they need
        check: Option<swift::Check>,
    },
    /// Make everything with which Kotlin is checked
    Kotlin,
    /// Install nginx, Apache and Squid where they are missing, and build what starts them for the checks
    Servers,
    /// Look for faults of memory in the native layers; takes many minutes
    Memory {
        /// Only check this language; may be repeated
        #[arg(
            long = "lang",
            value_name = "LANGUAGE",
            value_parser = PossibleValuesParser::new(memory::LANGUAGES),
        )]
        languages: Vec<String>,
        /// Run only a part of the calls
        #[arg(long)]
        quick: bool,
    },
    /// Build the packages of a language as they are published, and print their folder
    Package {
        #[arg(value_parser = ["python", "node", "kotlin"])]
        language: String,
    },
    /// Print what a native library or program is linked from, in CycloneDX's form
    Bill {
        /// Its crate, such as uppzy-node
        name: String,
        /// The machine it is built for, as Rust names it; this one by default
        #[arg(long)]
        target: Option<String>,
    },
    /// Write the tables of README.md anew from those of the code
    Readme {
        /// Change nothing; fail where README.md differs
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Demo { arguments } => cargo::run(&["--package", "uppzy-demo"], &arguments),
        Command::Bench { arguments } => {
            cargo::run(&["--release", "--package", "uppzy-bench"], &arguments)
        }
        Command::Guard { write } => guard::run(write),
        Command::Test { languages } => {
            let cleared = if languages.is_empty() { scenarios::clear() } else { Ok(()) };
            cleared.map(|()| test::run(languages::chosen(&languages)))
        }
        Command::Parity { only_report } => {
            let cleared = if only_report { Ok(()) } else { scenarios::clear() };
            cleared.map(|()| test::run(parity::parts(only_report)))
        }
        Command::Chaos(options) => chaos::run(&options),
        Command::Deny => deny::run().map(|()| ExitCode::SUCCESS),
        Command::Openapi => openapi::run().map(|()| ExitCode::SUCCESS),
        Command::Fuzz { minutes, targets } => {
            fuzz::run(minutes, &targets).map(|()| ExitCode::SUCCESS)
        }
        Command::Python => python::make_environment().map(|()| ExitCode::SUCCESS),
        Command::Node => node::make_environment().map(|()| ExitCode::SUCCESS),
        Command::Swift { check: None } => swift::make_environment().map(|()| ExitCode::SUCCESS),
        Command::Swift { check: Some(check) } => {
            swift::run_check(check).map(|()| ExitCode::SUCCESS)
        }
        Command::Kotlin => kotlin::make_environment().map(|()| ExitCode::SUCCESS),
        Command::Servers => servers::make_environment().map(|()| ExitCode::SUCCESS),
        Command::Memory { languages, quick } => {
            memory::run(&languages, quick).map(|()| ExitCode::SUCCESS)
        }
        Command::Package { language } => {
            let make = match language.as_str() {
                "node" => node::make_packages,
                "kotlin" => native::make_packages,
                _ => python::make_packages,
            };
            make().map(|()| ExitCode::SUCCESS)
        }
        Command::Bill { name, target } => bill_of_materials::of_crate(&name, target.as_deref())
            .map(|bill| {
                print!("{}", bill.text());
                ExitCode::SUCCESS
            }),
        Command::Readme { check } => readme::run(check).map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|reason| {
        eprintln!("error: {reason}");
        ExitCode::FAILURE
    })
}
