//! The checks of the Kotlin package, and the folders that they run in.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{cargo, root, run_tool as run, target_folder, xtask};
use crate::part::{Count, Part};
use crate::{bill_of_materials, native, python, scenarios, servers};

const PACKAGE: &str = "bindings-uniffi/kotlin";
const EXAMPLES: &str = "examples/kotlin";
const CHAOS: &str = "tests/chaos/kotlin";
const LIBRARY: &str = "uppzy_uniffi";
/// The file that the bindgen writes, below its own folder for the package.
const GENERATED: &str = "com/uppzy/internal/generated/uppzy_uniffi.kt";
const OLDEST_JAVA: u32 = 17;
const FORMATTING: &str = "formatting";

/// What is kept outside of the checkout.
fn kept() -> PathBuf {
    target_folder().join("kotlin")
}

fn build_folder() -> PathBuf {
    kept().join("build")
}

fn sandbox() -> PathBuf {
    target_folder().join("debug").join(format!("uppzy-sandbox{}", env::consts::EXE_SUFFIX))
}

/// Maven in the folder of a project, told where to keep what it loads and what it makes.
fn maven(folder: &str) -> Command {
    let mut command = Command::new(if cfg!(windows) { "mvn.cmd" } else { "mvn" });
    command
        .current_dir(root().join(folder))
        .args(["--batch-mode", "--no-transfer-progress", "--errors"])
        .arg(format!("-Dmaven.repo.local={}", kept().join("repository").display()))
        .env("UPPZY_SANDBOX", sandbox());
    let build = match folder {
        PACKAGE => build_folder(),
        CHAOS => kept().join("chaos"),
        _ => kept().join("examples"),
    };
    command.arg(format!("-Duppzy.build={}", build.display()));
    command
}

/// Java and Maven, where the machine has none.
fn install_tools() -> Result<(), String> {
    let Err(reason) = machine_version() else { return Ok(()) };
    eprintln!("{reason}: installing them");
    run(Command::new("bash").arg(root().join(PACKAGE).join("tools").join("setup.sh")))?;
    machine_version()
}

/// Whether the machine's Maven runs on a Java that is new enough.
fn machine_version() -> Result<(), String> {
    let needed =
        format!("the checks of Kotlin need a JDK, version {OLDEST_JAVA} or newer, and mvn");
    let ask = |program: &str| {
        let said = Command::new(program).arg("-version").output();
        said.map_err(|error| format!("{needed}: {program}: {error}"))
    };
    // A machine may have a Java that runs programs and does not compile them.
    ask("javac")?;
    let said = ask("mvn")?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    if java_version(&said).is_some_and(|found| found >= OLDEST_JAVA) {
        Ok(())
    } else {
        Err(format!("{needed}; found {said:?}"))
    }
}

fn java_version(said: &str) -> Option<u32> {
    let line = said.lines().find_map(|line| line.strip_prefix("Java version: "))?;
    line.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// Makes the native library, the sources that call it, the sandbox, and builds everything.
pub(crate) fn make_environment() -> Result<(), String> {
    install_tools()?;
    let mut sandbox = cargo();
    run(sandbox
        .args(["build", "--locked", "--workspace", "--all-features", "--quiet"])
        .args(["--bin", "uppzy-sandbox"]))?;
    generate()?;
    run(maven(PACKAGE).args(["--quiet", "-DskipTests", "install"]))?;
    run(maven(EXAMPLES).args(["--quiet", "-DskipTests", "package"]))
}

/// Builds the worker of the chaos run in an environment that was made, and says how it is started.
pub(crate) fn chaos_worker() -> Result<Vec<OsString>, String> {
    run(maven(CHAOS).args(["--quiet", "package"]))?;
    let build = kept().join("chaos");
    let classes = format!("{0}/classes:{0}/beside/*", build.display());
    // Small and quick to start: it lives for seconds, beside many others.
    let options = ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"];
    let words = options.into_iter().chain([classes.as_str(), "com.uppzy.chaos.WorkerKt"]);
    Ok(words.map(OsString::from).collect())
}

/// Builds the native library, and writes the sources that call it.
fn generate() -> Result<(), String> {
    let built = native::build()?;
    let file = format!("{}{LIBRARY}{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    let library = built.join(&file);
    let fresh = kept().join("generated");
    let mut bindgen = Command::new(built.join("uniffi-bindgen"));
    bindgen.current_dir(root()).args(["generate", "--language", "kotlin", "--no-format"]);
    run(bindgen.arg("--out-dir").arg(&fresh).arg(&library))?;
    let text = fs::read_to_string(fresh.join(GENERATED))
        .map_err(|error| format!("{}: {error}", fresh.display()))?;
    update(
        &build_folder().join("generated").join(GENERATED),
        internal(&changed(&text)?).as_bytes(),
    )?;
    let library = fs::read(&library).map_err(|error| format!("{}: {error}", library.display()))?;
    let natives = build_folder().join("natives");
    update(&natives.join("com/uppzy/natives").join(platform()).join(file), &library)?;
    write_bill(&natives.join("META-INF/sbom"))
}

/// Puts the bill of materials of the jar with this machine's library to what goes into the jar.
fn write_bill(folder: &Path) -> Result<(), String> {
    let version = env!("CARGO_PKG_VERSION");
    let jar = bill_of_materials::Part {
        name: "uppzy".to_owned(),
        version: version.to_owned(),
        licence: env!("CARGO_PKG_LICENSE").to_owned(),
        purl: format!("pkg:maven/com.uppzy/uppzy@{version}"),
    };
    let bill = bill_of_materials::of_crate(native::CRATE, None)?.in_package(&jar);
    bill.write(&folder.join(format!("uppzy-{}.cdx.json", platform())))
}

/// The platform as JNA names it.
fn platform() -> String {
    let os = match env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let arch = match env::consts::ARCH {
        "x86_64" => "x86-64",
        other => other,
    };
    format!("{os}-{arch}")
}

/// Writes a file that differs, so that nothing is compiled again without need.
fn update(place: &Path, content: &[u8]) -> Result<(), String> {
    if fs::read(place).ok().as_deref() == Some(content) {
        return Ok(());
    }
    let written = place.parent().map_or(Ok(()), fs::create_dir_all);
    written
        .and_then(|()| fs::write(place, content))
        .map_err(|error| format!("{}: {error}", place.display()))
}

/// The beginnings of declarations that the bindgen leaves public.
const DECLARATIONS: [&str; 10] = [
    "class ",
    "data class ",
    "enum class ",
    "fun ",
    "inline fun ",
    "interface ",
    "object ",
    "open class ",
    "sealed class ",
    "typealias ",
];

/// What the generated sources do in another way than the bindgen would, and why.
const CHANGES: [(&str, &str); 2] = [
    // Half a character, such as an emoji that was cut in two, is sent as the replacement character, and
    // does not raise an exception of a class that the package does not document.
    (
        "onMalformedInput(CodingErrorAction.REPORT)",
        "onMalformedInput(CodingErrorAction.REPLACE); replaceWith(byteArrayOf(-17, -65, -67))",
    ),
    // Half the processor time of a call went into making places for the success of its crossings.
    (
        "    var status = UniffiRustCallStatus()\n    val return_value = callback(status)\n",
        "    val status = com.uppzy.internal.CallStatuses.ofThread()\n    \
         val return_value = callback(status)\n    \
         if (status.code != UNIFFI_CALL_SUCCESS) com.uppzy.internal.CallStatuses.keep(status)\n",
    ),
];

/// The generated sources with these changes, each of which must have its place.
fn changed(text: &str) -> Result<String, String> {
    CHANGES.iter().try_fold(text.to_owned(), |text, (from, to)| {
        if text.contains(from) {
            Ok(text.replace(from, to))
        } else {
            Err(format!("the generated sources have no place for a change any more: {from:?}"))
        }
    })
}

/// The generated sources with nothing in them public: what is public is written by hand.
fn internal(text: &str) -> String {
    let mut kept = String::with_capacity(text.len() + 4096);
    for line in text.lines() {
        let declared = line.strip_prefix("public ").unwrap_or(line);
        let declares = DECLARATIONS.iter().any(|beginning| declared.starts_with(beginning));
        if declares {
            kept.push_str("internal ");
            kept.push_str(declared);
        } else {
            // Functions outside of classes stand behind what belongs to them.
            let line = line.replace("*/ fun `", "*/ internal fun `");
            let line = line.replace("::class) fun `", "::class) internal fun `");
            kept.push_str(
                &line.replace(" suspend fun `perform`", " internal suspend fun `perform`"),
            );
        }
        kept.push('\n');
    }
    kept
}

/// All checks of Kotlin.
pub(crate) fn parts() -> Vec<Part> {
    let mut make = xtask();
    make.arg("kotlin");
    let environment = ("kotlin", "environment");
    let part = |name, count, folder, arguments: &[&str]| {
        let mut command = maven(folder);
        scenarios::tell(&mut command);
        command.args(arguments);
        let part = Part::new("kotlin", name, count, command).needs(&[environment]);
        // Two Mavens that load what they lack at the same time would be in each other's way.
        if name == FORMATTING { part.beside_tests() } else { part.after(&[("kotlin", FORMATTING)]) }
    };
    let mut examples = part("examples", Count::Surefire, EXAMPLES, &["surefire:test"]);
    // One of them is an app, and its gateway is in Python. Without a Python its environment fails, and this with it.
    if let Ok(python) = python::interpreter() {
        examples.command.env("UPPZY_PYTHON", python);
    }
    vec![
        Part::build("kotlin", "environment", make),
        native::PACKAGES.part("native library"),
        part(FORMATTING, Count::Whole, PACKAGE, &["antrun:run@ktlint"]),
        part("tests", Count::Surefire, PACKAGE, &["surefire:test"]).after(&scenarios::WRITTEN),
        servers::around(part(
            "servers",
            Count::Surefire,
            PACKAGE,
            &["surefire:test", "-Dtest=ScenariosTest"],
        )),
        examples.needs(&[python::ENVIRONMENT]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_generated_stays_public() {
        let text = "public object A {\n    fun b()\n}\ndata class C(\n)\nprivate fun d()\n */ fun `e`()\n \
                    @Throws(F::class) fun `g`()\n     suspend fun `perform`()";
        let expected = "internal object A {\n    fun b()\n}\ninternal data class C(\n)\nprivate fun d()\n \
                        */ internal fun `e`()\n @Throws(F::class) internal fun `g`()\n     internal suspend fun `perform`()\n";
        assert_eq!(internal(text), expected);
    }

    #[test]
    fn a_change_without_a_place_is_told() {
        let text: String = CHANGES.iter().map(|(from, _)| *from).collect();
        assert!(changed(&text).is_ok_and(|text| text.contains("CallStatuses")));
        assert!(changed("nothing").is_err());
    }

    #[test]
    fn versions_are_read() {
        let said = "Apache Maven 3.8.7\nJava version: 17.0.15, vendor: Debian";
        assert_eq!(java_version(said), Some(17));
        assert_eq!(java_version("Java version: none"), None);
    }
}
