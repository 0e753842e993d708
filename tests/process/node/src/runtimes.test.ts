/** The package in other runtimes that load Node's native libraries. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";

import { Sandbox } from "uppzy/testing";

import { runWith } from "./support.js";

let sandbox: Sandbox;
before(async () => {
  sandbox = await Sandbox.start();
});
after(async () => {
  await sandbox.stop();
});

/** The program that an npm package brings; its own resolution would hide it. */
function program(name: string): string {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve(`${name}/package.json`);
  const { bin } = require(manifest) as { bin: string | Record<string, string> };
  return join(dirname(manifest), typeof bin === "string" ? bin : (bin[name] ?? name));
}

for (const [runtime, command] of [
  ["Node", [process.execPath]],
  ["Bun", [program("bun")]],
  ["Deno", [process.execPath, program("deno"), "run", "--allow-all", "--no-lock"]],
] as const) {
  test(`a program does the same in ${runtime}`, async () => {
    const ended = await runWith(command, sandbox, "tour");
    assert.deepEqual([ended.code, ended.errors], [0, ""]);
    assert.deepEqual(ended.lines, [
      "send 200 1",
      "resume true",
      "states completed",
      "askMany 3",
      "upload true",
      "refused message",
      "aborted true",
      "done",
    ]);
  });
}
