/** The packages as they are published, installed in an empty folder. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { Sandbox } from "uppzy/testing";
import webpack from "webpack";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "uppzy-package-"));
const project = join(folder, "project");
let sandbox: Sandbox;

function node(...arguments_: string[]): string {
  return execFileSync(process.execPath, arguments_, {
    cwd: project,
    env: { ...process.env, ...sandbox.environment },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

const ASKS = `
  const client = new Uppzy();
  client.chat.send({ message: "When are you open?", sessionId: "s" })
    .then((answer) => console.log(answer instanceof Answer, answer.meta.httpStatus));
`;

before(async () => {
  sandbox = await Sandbox.start();
  execFileSync(process.execPath, [join(root, "tools", "pack.mjs"), folder, "--only-built"]);
  const packed = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  assert.equal(packed.length, 2);
  mkdirSync(project);
  const dependencies = Object.fromEntries(
    packed.map((name) => [name.replace(/-\d+\.\d+\.\d+\.tgz$/, ""), `file:../${name}`]),
  );
  write("package.json", JSON.stringify({ private: true, type: "module", dependencies }));
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund"], {
    cwd: project,
    shell: process.platform === "win32",
  });
});
after(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

test("what is installed is all there is", () => {
  const installed = join(project, "node_modules", "uppzy");
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as object;
  assert.ok(!("dependencies" in manifest) && !("scripts" in manifest));
  assert.deepEqual(readdirSync(installed).sort(), [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "dist",
    "native",
    "package.json",
    "sbom.cdx.json",
    "testing",
  ]);
  assert.deepEqual(readdirSync(join(installed, "native")), ["native.d.ts"]);
});

test("works in a module of ECMAScript", () => {
  write("module.mjs", `import { Answer, Uppzy } from "uppzy";${ASKS}`);
  assert.equal(node("module.mjs"), "true 200\n");
});

test("works in a module of CommonJS", () => {
  write("common.cjs", `const { Answer, Uppzy } = require("uppzy");${ASKS}`);
  assert.equal(node("common.cjs"), "true 200\n");
});

const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const STRICT = [
  "--strict",
  "--exactOptionalPropertyTypes",
  "--target",
  "es2022",
  "--types",
  "node",
];

for (const [name, file, ...module] of [
  ["modules of ECMAScript", "typed.mts", "--module", "node16"],
  ["modules of CommonJS", "typed.cts", "--module", "node16"],
  ["a bundler's resolution", "typed.ts", "--module", "esnext", "--moduleResolution", "bundler"],
] as const) {
  test(`works in strict TypeScript with ${name}`, () => {
    write(
      file,
      `import { Answer, isUppzyError, Uppzy } from "uppzy";
       import { Sandbox } from "uppzy/testing";
       export type { Sandbox };
       export const isOurs: (error: unknown) => boolean = (error) => isUppzyError(error, "server");
       ${ASKS}`,
    );
    const roots = ["--typeRoots", join(root, "node_modules", "@types")];
    // The declarations are checked as well: no skipLibCheck.
    node(compiler, ...STRICT, ...roots, ...module, file);
    const compiled = file.replace("ts", "js");
    assert.equal(node(compiled), "true 200\n");
  });
}

test("works when esbuild has bundled the program, by the README's recipe", async () => {
  write("bundled.mjs", `import { Answer, Uppzy } from "uppzy";${ASKS}`);
  await build({
    entryPoints: [join(project, "bundled.mjs")],
    outfile: join(project, "esbuild.mjs"),
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    external: ["uppzy"],
    logLevel: "silent",
  });
  assert.equal(node("esbuild.mjs"), "true 200\n");
});

test("works when webpack has bundled the program, by the README's recipe", async () => {
  write("packed.mjs", `import { Answer, Uppzy } from "uppzy";${ASKS}`);
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    webpack(
      {
        mode: "production",
        target: "node",
        context: project,
        entry: "./packed.mjs",
        output: { path: project, filename: "webpack.cjs" },
        externals: { uppzy: "commonjs uppzy" },
      },
      (error, done) => (error ? reject(error) : resolve(done)),
    );
  });
  assert.equal(stats?.hasErrors(), false, stats?.toString());
  assert.equal(node("webpack.cjs"), "true 200\n");
});

test("a bundle that has swallowed the package says what to do", async () => {
  await build({
    entryPoints: [join(project, "bundled.mjs")],
    outfile: join(folder, "swallowed.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "silent",
  });
  assert.throws(
    () => execFileSync(process.execPath, [join(folder, "swallowed.cjs")], { stdio: "pipe" }),
    /mark it as external/,
  );
});
