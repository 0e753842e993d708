/** What is published: the packages of the client and of the sandbox, optimised, for this platform. */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { built, nameOf, tarballs } from "./built.mjs";

/** The largest that npm may have to fetch, in bytes. The sandbox brings SQLite, and readers of PDF, DOCX and HTML. */
const MEGABYTE = 1_000_000;
const LARGEST: Record<string, number> = {
  uppzy: 0.1 * MEGABYTE,
  "uppzy-PLATFORM": 3 * MEGABYTE,
  "uppzy-sandbox": 0.02 * MEGABYTE,
  "uppzy-sandbox-PLATFORM": 5 * MEGABYTE,
};

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies?: object;
  readonly scripts?: object;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const folder = mkdtempSync(join(tmpdir(), "uppzy-packages-"));

/** Runs a program where nothing names a sandbox. */
function run(program: string, ...arguments_: string[]): string {
  return execFileSync(program, arguments_, {
    cwd: folder,
    env: environment(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
}

/** That of this process, without the sandbox that other tests use. */
function environment(): NodeJS.ProcessEnv {
  const { UPPZY_SANDBOX: _sandbox, ...rest } = process.env;
  return rest;
}

function manifestOf(name: string): Manifest {
  return JSON.parse(
    readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"),
  ) as Manifest;
}

before(() => {
  const dependencies = Object.fromEntries(
    tarballs.map((name) => [name.replace(/-\d+\.\d+\.\d+\.tgz$/, ""), `file:${join(built, name)}`]),
  );
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, type: "module", dependencies }),
  );
  run("npm", "install", "--offline", "--no-audit", "--no-fund");
});
after(() => {
  rmSync(folder, { recursive: true });
});

test("they are small: somebody waits for the download at every start of a container", (t) => {
  assert.deepEqual(tarballs.map(nameOf).sort(), Object.keys(LARGEST).sort());
  for (const tarball of tarballs) {
    const { size } = statSync(join(built, tarball));
    t.diagnostic(`${tarball}: ${size.toLocaleString("en")} bytes`);
    assert.ok(size <= (LARGEST[nameOf(tarball)] ?? 0), `${tarball}: ${size} bytes`);
  }
});

test("each asks for its own platforms of the same version, and for nothing else", () => {
  const installed = readdirSync(join(folder, "node_modules")).filter(
    (name) => !name.startsWith("."),
  );
  assert.equal(installed.length, tarballs.length);
  const { version } = manifestOf("uppzy");
  for (const name of installed) {
    const manifest = manifestOf(name);
    assert.equal(manifest.version, version);
    assert.equal(manifest.license, "MIT OR Apache-2.0");
    assert.deepEqual([manifest.dependencies, manifest.scripts], [undefined, undefined]);
    const inside = readdirSync(join(folder, "node_modules", name));
    assert.ok(
      ["LICENSE-APACHE", "LICENSE-MIT", "README.md"].every((part) => inside.includes(part)),
    );
  }
  for (const name of ["uppzy", "uppzy-sandbox"]) {
    const [[platform, of] = [], ...others] = Object.entries(
      manifestOf(name).optionalDependencies ?? {},
    );
    assert.deepEqual([platform?.startsWith(`${name}-${process.platform}`), of], [true, version]);
    assert.deepEqual(others, []);
  }
});

test("the sandbox that a test starts is that of the package", () => {
  writeFileSync(
    join(folder, "asks.mjs"),
    `import { Sandbox } from "uppzy/testing";
     const sandbox = await Sandbox.start();
     const client = sandbox.client();
     await client.documents.createText({ title: "Hours", content: "We are open from 9 to 17." });
     const answer = await client.chat.ask({ message: "When are you open?", sessionId: "s" });
     console.log(answer.text);
     await sandbox.stop();`,
  );
  // Nothing of that name on the path: it must be the package's.
  const asks = execFileSync(process.execPath, ["asks.mjs"], {
    cwd: folder,
    env: { ...environment(), PATH: "" },
    encoding: "utf8",
  });
  assert.match(asks, /9 to 17/);
});

test("it is found from any folder, and its path has a type", () => {
  writeFileSync(
    join(folder, "path.mjs"),
    'import { path } from "uppzy-sandbox"; console.log(path);',
  );
  const path = run(process.execPath, "path.mjs").trim();
  assert.ok(
    path.startsWith(join(folder, "node_modules", "uppzy-sandbox-")) && statSync(path).isFile(),
  );
  writeFileSync(
    join(folder, "elsewhere.mjs"),
    `process.chdir(${JSON.stringify(tmpdir())});
     const { Sandbox } = await import("uppzy/testing");
     await (await Sandbox.start()).stop();`,
  );
  run(process.execPath, "elsewhere.mjs");
});

test("it is a command as well, which ends when it is told to", async () => {
  const version = run("npm", "exec", "--offline", "--no", "--", "uppzy-sandbox", "--version");
  assert.ok(version.trim().endsWith(manifestOf("uppzy-sandbox").version), version);
  const command = join(folder, "node_modules", "uppzy-sandbox", "run.js");
  const child = spawn(process.execPath, [command, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: environment(),
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { base_url: baseUrl } = JSON.parse(line) as { base_url: string };
  child.kill("SIGTERM");
  // Its output ends when the program itself has ended.
  await once(child, "close");
  await assert.rejects(fetch(baseUrl));
  assert.throws(() => run(process.execPath, command, "--no-such-option"), { status: 2 });
});

test("a package without its platform says which one is missing", () => {
  const [platform = ""] = Object.keys(manifestOf("uppzy-sandbox").optionalDependencies ?? {});
  assert.notEqual(platform, "");
  rmSync(join(folder, "node_modules", platform), { recursive: true });
  writeFileSync(
    join(folder, "misses.mjs"),
    `import { Sandbox } from "uppzy/testing";
     process.env.PATH = "";
     await Sandbox.start().catch((error) => console.log(error.message));`,
  );
  assert.match(run(process.execPath, "misses.mjs"), new RegExp(`package ${platform},`));
  assert.throws(() => run(process.execPath, "-e", 'require("uppzy-sandbox")'), /no program for/);
});
