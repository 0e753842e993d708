//! What comes before the first answer: starting, importing, downloading.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Outcome;
use crate::contenders::{Group, Language};
use crate::jobs::Chosen;
use crate::processes::{Server, number, output};
use crate::programs::Program;
use crate::report::Row;
use crate::side_by_side::{Programs, groups};

const MEGABYTE: f64 = 1e6;
/// Prints what the interpreter has used, and whether asyncio was imported.
const USED: &str = "import resource,sys;u=resource.getrusage(resource.RUSAGE_SELF);\
print('{\"cpu_ms\":%f,\"asyncio\":%d}'%((u.ru_utime+u.ru_stime)*1e3,'asyncio' in sys.modules))";
/// Modules whose import is measured, ours first.
const MODULES: [&str; 6] = ["uppzy", "requests", "httpx", "aiohttp", "pyreqwest.client", "openai"];

fn repeats(chosen: &Chosen) -> usize {
    if chosen.quick { 5 } else { 9 }
}

/// From the start of a process to its first answer, beyond what its language takes by itself.
pub(crate) fn cold(programs: &Programs, chosen: &Chosen) -> Outcome<Vec<Row>> {
    let server = Server::start(0)?;
    let mut rows = Vec::new();
    for group in groups(chosen) {
        eprintln!("cold: {}", group.title);
        let program = programs.of(group.language)?;
        let is_rust = group.language == Language::Rust;
        let mut own = vec![Vec::new(); group.contenders.len()];
        for _ in 0..repeats(chosen) {
            // Rust has nothing that would run by itself.
            let bare = if is_rust { 0.0 } else { first_answer(program, group, "", &server)? };
            for (contender, own) in group.contenders.iter().zip(&mut own) {
                if contender.name == "uppzy" || chosen.has_peer(contender.name) {
                    let name = contender.name.split('+').next().unwrap_or_default();
                    own.push(first_answer(program, group, name, &server)? - bare);
                }
            }
        }
        for (contender, own) in group.contenders.iter().zip(&own) {
            // The same client in another event loop starts no differently.
            if own.is_empty() || contender.name.contains('+') {
                continue;
            }
            let what = format!("{}: {}, start to first answer", group.title, contender.name);
            let row = Row::new("cold", what, "CPU ms", own);
            rows.push(match (contender.name, group.language, group.surface) {
                ("uppzy", Language::Python, "sync:") => row.aim(15.0),
                ("uppzy", Language::Node, _) => row.aim(20.0),
                _ => row,
            });
        }
    }
    Ok(rows)
}

fn first_answer(program: &Program, group: &Group, name: &str, server: &Server) -> Outcome<f64> {
    let client = if name.is_empty() { String::new() } else { format!("{}{name}", group.surface) };
    let mut command = program.command()?;
    command.args(["cold", &client, &server.url]).stdin(Stdio::null());
    number(&output(&mut command)?, "cpu_ms")
}

/// What an import takes beyond the bare interpreter.
pub(crate) fn import(programs: &Programs, chosen: &Chosen) -> Outcome<Vec<Row>> {
    if !chosen.has_language(Language::Python) {
        return Ok(Vec::new());
    }
    eprintln!("import: Python");
    let program = programs.of(Language::Python)?;
    let mut used = vec![Vec::new(); MODULES.len()];
    let mut asyncio = Vec::new();
    for _ in 0..repeats(chosen) * 2 {
        let bare = number(&imported(program, "sys")?, "cpu_ms")?;
        for (module, used) in MODULES.iter().zip(&mut used) {
            let figures = imported(program, module)?;
            used.push(number(&figures, "cpu_ms")? - bare);
            if *module == "uppzy" {
                asyncio.push(number(&figures, "asyncio")?);
            }
        }
    }
    let mut rows = Vec::new();
    for (module, used) in MODULES.iter().zip(&used) {
        let row = Row::new("import", format!("import {module}"), "CPU ms", used);
        rows.push(if *module == "uppzy" { row.aim(6.0) } else { row });
    }
    rows.push(Row::new("import", "import uppzy imports asyncio", "0 or 1", &asyncio).aim(0.0));
    Ok(rows)
}

fn imported(program: &Program, module: &str) -> Outcome<Value> {
    let mut command = program.interpreter("-c", &format!("import {module}\n{USED}"))?;
    output(command.stdin(Stdio::null()))
}

/// The sizes of what is downloaded, and of what is then on the disk.
pub(crate) fn sizes(programs: &Programs, chosen: &Chosen) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for language in [Language::Python, Language::Node, Language::Kotlin] {
        if !chosen.has_language(language) {
            continue;
        }
        let program = programs.of(language)?;
        let package = program.package.as_deref().ok_or("a language without a package")?;
        let (name, packed, installed) = match language {
            Language::Kotlin => ("native library of Kotlin", gzipped(package)?, size(package)?),
            Language::Node => ("npm platform package", size(package)?, untarred(package)?),
            _ => ("wheel", size(package)?, unzipped(program, package)?),
        };
        rows.push(Row::new("size", format!("{name}, download"), "MB", &[packed]).aim(2.5));
        rows.push(Row::new("size", format!("{name}, installed"), "MB", &[installed]).aim(6.0));
    }
    Ok(rows)
}

fn size(path: &Path) -> Outcome<f64> {
    Ok(std::fs::metadata(path)?.len() as f64 / MEGABYTE)
}

/// What a jar makes of a file is of about this size.
fn gzipped(path: &Path) -> Outcome<f64> {
    let output = Command::new("gzip").args(["-9", "--stdout"]).arg(path).output()?;
    Ok(output.stdout.len() as f64 / MEGABYTE)
}

fn untarred(package: &Path) -> Outcome<f64> {
    let output = Command::new("tar").args(["-xzO", "-f"]).arg(package).output()?;
    Ok(output.stdout.len() as f64 / MEGABYTE)
}

fn unzipped(program: &Program, wheel: &Path) -> Outcome<f64> {
    let text = format!(
        "import zipfile; print(sum(file.file_size for file in zipfile.ZipFile({:?}).infolist()))",
        wheel.display().to_string()
    );
    let bytes = output(program.interpreter("-c", &text)?.stdin(Stdio::null()))?;
    Ok(bytes.as_f64().ok_or("the size of the wheel is no number")? / MEGABYTE)
}
