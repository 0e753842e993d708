// Makes `dist` of `ts`: modules of CommonJS, and for each entry one of ECMAScript over it, so that
// there is only one copy of every class.

import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(folder, "dist");
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, "--project", folder], { stdio: "inherit" });
for (const entry of ["index", "testing"]) {
  const text = `export * from "./${entry}.js";\n`;
  writeFileSync(join(dist, `${entry}.mjs`), text);
  writeFileSync(join(dist, `${entry}.d.mts`), text);
}
