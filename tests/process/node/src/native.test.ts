/** A native library that cannot be loaded says why, and what to do. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const installed = join(dirname(fileURLToPath(import.meta.resolve("uppzy"))), "..");
const folder = mkdtempSync(join(tmpdir(), "uppzy-native-"));
after(() => rmSync(folder, { recursive: true }));

// The package as npm would install it without its optional dependency.
mkdirSync(join(folder, "node_modules"));
const bare = join(folder, "node_modules", "uppzy");
cpSync(join(installed, "dist"), join(bare, "dist"), { recursive: true });
cpSync(join(installed, "package.json"), join(bare, "package.json"));

function load(environment: NodeJS.ProcessEnv = {}): { status: number | null; text: string } {
  const script = 'require("uppzy"); console.log("loaded")';
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], {
    cwd: folder,
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  return { status, text: stdout + stderr };
}

test("a library that is not installed is named with its platform and libc", () => {
  const { status, text } = load();
  assert.equal(status, 1);
  const { platform, arch } = process;
  assert.match(text, new RegExp(`native library for ${platform}-${arch}`));
  assert.match(text, platform === "linux" ? /\((glibc \d|musl)/ : /./);
  assert.match(text, new RegExp(`the package uppzy-${platform}-${arch}`));
  assert.match(text, /Cannot find module/);
  assert.match(text, /--omit=optional/);
  assert.match(text, /UPPZY_NATIVE_LIBRARY/);
});

test("a library that is broken gives the system's own reason", () => {
  const broken = join(folder, "broken.node");
  writeFileSync(broken, "not a library");
  const { status, text } = load({ UPPZY_NATIVE_LIBRARY: broken });
  assert.equal(status, 1);
  assert.match(text, /broken\.node/);
});

test("a library of another version is refused", () => {
  const other = join(folder, "node_modules", "uppzy-other");
  mkdirSync(other);
  const text = 'exports.version = () => "9.9.9";';
  writeFileSync(join(other, "index.js"), text);
  const loaded = load({ UPPZY_NATIVE_LIBRARY: join(other, "index.js") });
  assert.equal(loaded.status, 1);
  assert.match(loaded.text, /is of version 9\.9\.9/);
});

const READS_PROC = { skip: process.platform === "linux" ? false : "there is no /proc" };
test("loading starts no thread and opens no socket", READS_PROC, () => {
  const script = `
    const { readdirSync } = require("node:fs");
    const threads = () => readdirSync("/proc/self/task").length;
    const sockets = () => readdirSync("/proc/self/fd").length;
    const before = [threads(), sockets()];
    require("uppzy");
    console.log(JSON.stringify([before, [threads(), sockets()]]));
  `;
  const cwd = dirname(fileURLToPath(import.meta.url));
  const output = execFileSync(process.execPath, ["-e", script], { cwd, encoding: "utf8" });
  const [before, after_] = JSON.parse(output) as [number[], number[]];
  assert.deepEqual(after_, before);
});

test("no memory of the library is handed to JavaScript", () => {
  // Electron has no room for buffers outside of its own heap: texts are copied, and nothing else comes.
  const types = readFileSync(join(installed, "native", "native.d.ts"), "utf8");
  assert.match(types, /Uint8Array/);
  assert.doesNotMatch(types, /\):[^\n]*(?:Buffer|Array<number>|Uint8Array)/);
});
