//! The sandbox against its own description, by a property-based tool.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::cargo::{cargo, root, run_tool, target_folder};

const FOLDER: &str = "tests/fuzz/openapi";

/// The tool in an environment of its own, one for each set of requirements.
fn tool() -> Result<PathBuf, String> {
    let requirements = root().join(FOLDER).join("requirements.txt");
    let text = fs::read(&requirements).map_err(|error| format!("requirements.txt: {error}"))?;
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let folder = target_folder().join("tools").join(format!("openapi-{:016x}", hasher.finish()));
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    if !folder.join("complete").exists() {
        let _ = fs::remove_dir_all(&folder);
        run_tool(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let mut install = Command::new(programs.join("python"));
        install.args(["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]);
        install.args(["--require-hashes", "--requirement"]).arg(requirements);
        run_tool(&mut install)?;
        fs::write(folder.join("complete"), "").map_err(|error| error.to_string())?;
    }
    Ok(programs.join("schemathesis"))
}

/// The sandbox as a program. Dropping it ends it.
struct Sandbox {
    process: Child,
    /// What it says of itself: one line of JSON.
    line: String,
}

impl Sandbox {
    fn start() -> Result<Self, String> {
        let mut build = cargo();
        build.args(["build", "--locked", "--workspace", "--all-features", "--quiet"]);
        run_tool(build.args(["--bin", "uppzy-sandbox"]))?;
        let program = format!("uppzy-sandbox{}", std::env::consts::EXE_SUFFIX);
        let mut command = Command::new(target_folder().join("debug").join(program));
        command.args(["--port", "0"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process =
            command.stderr(Stdio::null()).spawn().map_err(|error| error.to_string())?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
        }
        Ok(Self { process, line })
    }

    /// A field of what it says, all of which are texts without anything to unescape.
    fn says(&self, name: &str) -> Result<&str, String> {
        let found = self.line.split(&format!("\"{name}\":\"")).nth(1);
        let value = found.and_then(|rest| rest.split('"').next());
        value.ok_or_else(|| format!("the sandbox says no {name}: {:?}", self.line))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Tries every operation with what its description allows and with what it does not.
pub(crate) fn run() -> Result<(), String> {
    let tool = tool()?;
    let sandbox = Sandbox::start()?;
    let url = sandbox.says("base_url")?.replace("/api/v1", "/openapi.json");
    let key = format!("X-API-Key: {}", sandbox.says("api_key")?);
    let mut check = Command::new(tool);
    check.current_dir(target_folder()).arg("--config-file");
    check.arg(root().join(FOLDER).join("schemathesis.toml"));
    check.args(["run", &url, "--header", &key, "--no-color", "--continue-on-failure"]);
    run_tool(&mut check)
}
