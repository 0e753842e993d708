//! Holds the languages against each other, and says where they differ: `cargo xtask parity` runs it.

mod claims;
mod columns;
mod comparison;
mod difference;
mod grid;
mod html;
mod scenarios;
mod surface;
mod text;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use crate::grid::Grid;

/// Says where the languages differ
#[derive(Debug, Parser)]
struct Arguments {
    /// The project's folder
    #[arg(long, value_name = "FOLDER")]
    root: PathBuf,
    /// Where the runners have written their results, a folder for each client
    #[arg(long, value_name = "FOLDER")]
    results: PathBuf,
    /// Where what each client has is written, a file for each
    #[arg(long, value_name = "FOLDER")]
    surfaces: PathBuf,
    /// The page to write
    #[arg(long, value_name = "FILE")]
    page: PathBuf,
}

fn main() -> ExitCode {
    match report(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the report; whether there is no difference.
fn report(arguments: &Arguments) -> Result<bool, String> {
    let themes = scenarios::load(&arguments.root.join("tests").join("scenarios"))?;
    let (core, blocking) = surface::core_surface(&arguments.root)?;
    let grids = [
        comparison::compare(&arguments.results, &themes),
        surface::report(&core, &blocking, &arguments.surfaces),
        claims::report(&arguments.root, &core)?,
    ];
    write(&arguments.page, &html::page(&grids))?;
    for grid in &grids {
        println!("{}", text::text(grid));
    }
    println!("{}", arguments.page.display());
    Ok(grids.iter().all(Grid::is_well))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let written = path.parent().map_or(Ok(()), fs::create_dir_all);
    written
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}
