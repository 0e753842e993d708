// Makes `dist` of `ts`: modules of CommonJS, and for each entry one of ECMAScript over it, so that
// there is only one copy of every class.

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(folder, "dist");
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, "--project", folder], { stdio: "inherit" });
for (const entry of ["index", "testing"]) {
  // By name, since `export *` would take along what only CommonJS has.
  const compiled = readFileSync(join(dist, `${entry}.js`), "utf8");
  const found = compiled.matchAll(/^(?:Object\.defineProperty\(exports, "|exports\.)(\w+)/gm);
  const names = new Set([...found].map(([, name]) => name));
  names.delete("__esModule");
  writeFileSync(
    join(dist, `${entry}.mjs`),
    `export { ${[...names].sort().join(", ")} } from "./${entry}.js";\n`,
  );
  writeFileSync(join(dist, `${entry}.d.mts`), `export * from "./${entry}.js";\n`);
}
