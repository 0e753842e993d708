/** Each package says in CycloneDX's form what is in it, and what that was linked from. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Spec, Validation } from "@cyclonedx/cyclonedx-library";

import { built, nameOf, tarballs } from "./built.mjs";

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly "bom-ref": string;
  readonly licenses: readonly { readonly expression: string }[];
}

interface Bill {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: string[] }[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The crates that the packages with something compiled hold. */
const CRATES: Readonly<Record<string, string>> = {
  "uppzy-PLATFORM": "uppzy-node",
  "uppzy-sandbox-PLATFORM": "uppzy-sandbox",
};
const checkout = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

/** The text of a file in a package. */
function textIn(tarball: string, file: string): string {
  const arguments_ = ["-xOzf", join(built, tarball), `package/${file}`];
  return execFileSync("tar", arguments_, { encoding: "utf8", maxBuffer: 10_000_000 });
}

function billOf(tarball: string): Bill {
  return JSON.parse(textIn(tarball, "sbom.cdx.json")) as Bill;
}

/** The crates that are linked into one, itself included, each with its version. */
function linked(crate: string): string[] {
  const question = ["--package", crate, "--edges", "normal", "--prefix", "none", "--format", "{p}"];
  const tree = execFileSync("cargo", ["tree", "--locked", ...question], {
    cwd: checkout,
    encoding: "utf8",
  });
  const lines = tree.split("\n").filter((line) => line !== "");
  return [...new Set(lines.map((line) => line.split(" ").slice(0, 2).join(" ")))].sort();
}

test("every package has a bill of materials that keeps to the form", async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot5);
  assert.equal(tarballs.length, 4);
  for (const tarball of tarballs) {
    const faults = await validator.validate(textIn(tarball, "sbom.cdx.json"));
    assert.equal(faults, null, `${tarball}: ${JSON.stringify(faults)}`);
  }
});

test("it is that of the package, and every part has a name, a version, a licence and an address", () => {
  for (const tarball of tarballs) {
    const { name, version, license } = JSON.parse(textIn(tarball, "package.json")) as Manifest;
    const { metadata, components, dependencies } = billOf(tarball);
    const { component } = metadata;
    assert.deepEqual([component.name, component.version], [name, version]);
    assert.deepEqual(
      [component.purl, component.licenses],
      [`pkg:npm/${name}@${version}`, [{ expression: license }]],
    );
    for (const part of components) {
      assert.match(part.version, /^\d+\.\d+\.\d+/, part.name);
      assert.match(part.licenses.map(({ expression }) => expression).join(), /\w{3}/, part.name);
      const version = encodeURIComponent(part.version);
      assert.match(part.purl, /^pkg:(cargo|npm)\//);
      assert.ok(part.purl.endsWith(`/${part.name}@${version}`), part.purl);
    }
    const known = [component, ...components].map((part) => part["bom-ref"]);
    const asked = dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    assert.deepEqual([...new Set(asked)].sort(), known.sort(), "all are asked for by others");
  }
});

test("what is compiled names every crate that it is linked from, and no other", () => {
  const compiled = tarballs.filter((tarball) => nameOf(tarball) in CRATES);
  assert.equal(compiled.length, 2);
  for (const tarball of compiled) {
    const named = billOf(tarball).components.map(({ name, version }) => `${name} v${version}`);
    assert.deepEqual(named.sort(), linked(CRATES[nameOf(tarball)] ?? ""), tarball);
    const telling = nameOf(tarball) === "uppzy-PLATFORM" ? "rustls v" : "rusqlite v";
    assert.ok(named.some((part) => part.startsWith(telling)));
  }
});

test("what is not compiled names the packages that it asks for", () => {
  const asking = tarballs.filter((tarball) => !(nameOf(tarball) in CRATES));
  assert.deepEqual(asking.map(nameOf).sort(), ["uppzy", "uppzy-sandbox"]);
  for (const tarball of asking) {
    const { optionalDependencies } = JSON.parse(textIn(tarball, "package.json")) as Manifest;
    const named = billOf(tarball).components.map(({ name, version }) => [name, version]);
    assert.deepEqual(Object.fromEntries(named), optionalDependencies);
    assert.ok(named.length > 0);
  }
});
