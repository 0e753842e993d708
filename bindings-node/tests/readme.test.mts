/** The examples of the READMEs run as they are printed. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Sandbox } from "uppzy/testing";

const examples = fileURLToPath(new URL("readme/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "uppzy-readme-"));
let sandbox: Sandbox;
before(async () => {
  sandbox = await Sandbox.start();
});
after(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

const files = readdirSync(examples).filter((name) => name.endsWith(".mjs"));

test("there are examples", () => {
  assert.ok(files.length >= 8);
});

for (const file of files) {
  test(file, async () => {
    const child = spawn(process.execPath, [join(examples, file)], {
      cwd: folder,
      env: { ...process.env, ...sandbox.environment },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    let errors = "";
    child.stdout.resume();
    child.stderr.on("data", (text: Buffer) => {
      errors += text.toString();
    });
    const [code] = (await once(child, "close")) as [number | null];
    assert.equal(code, 0, errors);
  });
}
