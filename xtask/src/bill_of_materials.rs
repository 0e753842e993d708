//! What a native library or program is linked from, in CycloneDX's form.
//!
//! From `cargo tree` and not from `cargo metadata`, which other tools for this read: that joins the features of the
//! whole workspace, and would name crates that are not in there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::cargo::{cargo, root};

/// How a bill's file name ends; before that it is named as what it is of.
const EXTENSION: &str = "cdx.json";

/// A crate, or the package that holds a library.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) licence: String,
    /// Its name among the packages of all languages.
    pub(crate) purl: String,
}

/// Crates, and which of them asks for which, each by its name and version.
#[derive(Default)]
struct Tree {
    root: String,
    crates: BTreeMap<String, Part>,
    edges: BTreeMap<String, BTreeSet<String>>,
}

/// What something is, what is in it, and what of that asks for what else.
pub(crate) struct Bill {
    whole: Value,
    parts: Vec<Value>,
    dependencies: Vec<Value>,
}

/// The bill of a crate that is built for that machine, or for this one.
pub(crate) fn of_crate(name: &str, target: Option<&str>) -> Result<Bill, String> {
    let lock = root().join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    bill(parse(&tree(name, target)?)?, &checksums(&lock))
}

impl Bill {
    /// The bill of the package that holds what this one is of.
    pub(crate) fn in_package(mut self, package: &Part) -> Self {
        let inside = std::mem::replace(&mut self.whole, package.component(None));
        let reference = inside.get("bom-ref");
        let depends = json!({"ref": package.purl, "dependsOn": [reference]});
        self.dependencies.insert(0, depends);
        self.parts.insert(0, inside);
        self
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> String {
        let bill = json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "version": 1,
            "metadata": {"component": self.whole},
            "components": self.parts,
            "dependencies": self.dependencies,
        });
        format!("{bill:#}\n")
    }

    /// Writes it; one that is there already and the same is left alone.
    pub(crate) fn write(&self, file: &Path) -> Result<(), String> {
        let text = self.text();
        if fs::read_to_string(file).ok().as_deref() == Some(&text) {
            return Ok(());
        }
        let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
        folder
            .and_then(|()| fs::write(file, text))
            .map_err(|error| format!("{}: {error}", file.display()))
    }
}

/// Puts the bill of a crate beside what was built of it for that machine.
pub(crate) fn write_beside(built: &Path, name: &str, target: Option<&str>) -> Result<(), String> {
    of_crate(name, target)?.write(&built.with_extension(EXTENSION))
}

/// The names and versions of the crates that are linked into one, itself included, a crate a line.
pub(crate) fn linked(name: &str) -> Result<String, String> {
    let said = cargo_tree(name, None, &["--prefix", "none", "--format", "{p}"])?;
    let crates: BTreeSet<String> = said
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once(" v")?;
            Some(format!("{name} {}", rest.split(' ').next()?))
        })
        .collect();
    Ok(crates.into_iter().collect::<Vec<_>>().join("\n"))
}

fn tree(name: &str, target: Option<&str>) -> Result<String, String> {
    cargo_tree(name, target, &["--prefix", "depth", "--format", "\t{p}\t{l}\t"])
}

fn cargo_tree(name: &str, target: Option<&str>, form: &[&str]) -> Result<String, String> {
    let mut command = cargo();
    command.args(["tree", "--locked", "--package", name, "--edges", "normal"]).args(form);
    if let Some(target) = target {
        command.args(["--target", target]);
    }
    let said = command.output().map_err(|error| format!("cargo tree: {error}"))?;
    if !said.status.success() {
        return Err(format!("cargo tree: {}", String::from_utf8_lossy(&said.stderr)));
    }
    Ok(String::from_utf8_lossy(&said.stdout).into_owned())
}

/// Reads lines of depth, crate and licence. What a crate asks for stands below its first line, one deeper.
fn parse(said: &str) -> Result<Tree, String> {
    let mut tree = Tree::default();
    let mut above: Vec<String> = Vec::new();
    for line in said.lines().filter(|line| !line.is_empty()) {
        let unread = || format!("cargo tree says what cannot be read: {line:?}");
        let mut fields = line.split('\t');
        let mut next = || fields.next().ok_or_else(unread);
        let depth: usize = next()?.parse().map_err(|_| unread())?;
        let (name, rest) = next()?.split_once(" v").ok_or_else(unread)?;
        let version = rest.split(' ').next().ok_or_else(unread)?;
        let part = Part::of_crate(name, version, next()?);
        above.truncate(depth);
        match above.last() {
            Some(parent) => {
                tree.edges.entry(parent.clone()).or_default().insert(part.purl.clone());
            }
            None => tree.root.clone_from(&part.purl),
        }
        above.push(part.purl.clone());
        tree.crates.insert(part.purl.clone(), part);
    }
    Ok(tree)
}

fn bill(mut tree: Tree, checksums: &BTreeMap<String, String>) -> Result<Bill, String> {
    let root = tree.crates.remove(&tree.root).ok_or("cargo tree says nothing")?;
    let unlicensed = tree.crates.values().find(|part| part.licence.is_empty());
    if let Some(part) = unlicensed {
        return Err(format!("{} names no licence", part.purl));
    }
    let component = |part: &Part| part.component(checksums.get(&part.purl));
    let depends = |purl: &String| {
        let asked = tree.edges.get(purl).cloned().unwrap_or_default();
        json!({"ref": purl, "dependsOn": asked})
    };
    let all = std::iter::once(&tree.root).chain(tree.crates.keys());
    Ok(Bill {
        whole: component(&root),
        parts: tree.crates.values().map(component).collect(),
        dependencies: all.map(depends).collect(),
    })
}

impl Part {
    fn of_crate(name: &str, version: &str, licence: &str) -> Self {
        // An old form of crates.
        let words: Vec<&str> = licence.split('/').map(str::trim).collect();
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: words.join(" OR "),
            purl: format!("pkg:cargo/{name}@{}", version.replace('+', "%2B")),
        }
    }

    fn component(&self, checksum: Option<&String>) -> Value {
        let mut component = json!({
            "type": "library",
            "bom-ref": self.purl,
            "name": self.name,
            "version": self.version,
            "licenses": [{"expression": self.licence}],
            "purl": self.purl,
        });
        if let (Some(checksum), Some(fields)) = (checksum, component.as_object_mut()) {
            let hashes = json!([{"alg": "SHA-256", "content": checksum}]);
            fields.insert("hashes".to_owned(), hashes);
        }
        component
    }
}

/// The checksums of a lock file, each by its crate.
fn checksums(lock: &str) -> BTreeMap<String, String> {
    let value = |package: &str, key: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(key))?;
        Some(line.strip_prefix(" = \"")?.strip_suffix('"')?.to_owned())
    };
    let packages = lock.split("\n[[package]]\n").skip(1);
    let named = packages.filter_map(|package| {
        let (name, version) = (value(package, "name")?, value(package, "version")?);
        Some((Part::of_crate(&name, &version, "").purl, value(package, "checksum")?))
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "0\tlib v1.0.0 (/a/lib)\tMIT\t\n1\ta v2.0.0+b\tMIT/Apache-2.0\t\n2\tc v3.0.0 (proc-macro)\tISC\t\n\
                        1\td v4.0.0\tZlib\t\n2\ta v2.0.0+b\tMIT/Apache-2.0\t (*)\n";

    fn json(bill: &Bill) -> Value {
        serde_json::from_str(&bill.text()).unwrap()
    }

    fn parsed() -> Bill {
        let lock = "version = 4\n\n[[package]]\nname = \"c\"\nversion = \"3.0.0\"\nchecksum = \"0a\"\n\n\
                    [[package]]\nname = \"lib\"\nversion = \"1.0.0\"\n";
        bill(parse(SAID).unwrap(), &checksums(lock)).unwrap()
    }

    #[test]
    fn a_tree_becomes_a_bill() {
        let bill = json(&parsed());
        assert_eq!(bill["metadata"]["component"]["purl"], "pkg:cargo/lib@1.0.0");
        let components = bill["components"].as_array().unwrap();
        let names: Vec<&str> = components.iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["a", "c", "d"]);
        assert_eq!(components[0]["version"], "2.0.0+b");
        assert_eq!(components[0]["purl"], "pkg:cargo/a@2.0.0%2Bb");
        assert_eq!(components[0]["licenses"], json!([{"expression": "MIT OR Apache-2.0"}]));
        assert_eq!(components[1]["hashes"], json!([{"alg": "SHA-256", "content": "0a"}]));
        let depends = |number: usize| bill["dependencies"][number].clone();
        assert_eq!(bill["dependencies"].as_array().unwrap().len(), 4);
        let both = ["pkg:cargo/a@2.0.0%2Bb", "pkg:cargo/d@4.0.0"];
        assert_eq!(depends(0), json!({"ref": "pkg:cargo/lib@1.0.0", "dependsOn": both}));
        assert_eq!(depends(3), json!({"ref": "pkg:cargo/d@4.0.0", "dependsOn": [both[0]]}));
    }

    #[test]
    fn a_package_stands_above_what_it_holds() {
        let package = Part {
            name: "held".to_owned(),
            version: "1.0.0".to_owned(),
            licence: "MIT".to_owned(),
            purl: "pkg:npm/held@1.0.0".to_owned(),
        };
        let bill = json(&parsed().in_package(&package));
        assert_eq!(bill["metadata"]["component"]["purl"], "pkg:npm/held@1.0.0");
        assert_eq!(bill["components"][0]["purl"], "pkg:cargo/lib@1.0.0");
        assert_eq!(bill["components"].as_array().unwrap().len(), 4);
        let first = json!({"ref": "pkg:npm/held@1.0.0", "dependsOn": ["pkg:cargo/lib@1.0.0"]});
        assert_eq!(bill["dependencies"][0], first);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert!(parse("0\tlib\tMIT\t").is_err());
        let nameless = parse("0\tlib v1.0.0\tMIT\t\n1\ta v1.0.0\t\t\n").unwrap();
        assert_eq!(
            bill(nameless, &BTreeMap::new()).err().unwrap(),
            "pkg:cargo/a@1.0.0 names no licence"
        );
        assert!(bill(Tree::default(), &BTreeMap::new()).is_err());
    }

    /// The bindgen shares a library with the native layer, and its features are not those of the layer.
    #[test]
    fn a_native_library_holds_what_it_is_linked_from_and_no_more() {
        let bill = json(&of_crate("uppzy-uniffi", None).unwrap());
        let linked = linked("uppzy-uniffi").unwrap();
        let named: BTreeSet<String> = bill["components"]
            .as_array()
            .unwrap()
            .iter()
            .chain([&bill["metadata"]["component"]])
            .map(|part| {
                format!("{} {}", part["name"].as_str().unwrap(), part["version"].as_str().unwrap())
            })
            .collect();
        assert_eq!(named.into_iter().collect::<Vec<_>>().join("\n"), linked);
        assert!(linked.contains("rustls ") && !linked.contains("uniffi_bindgen "), "{linked}");
    }
}
