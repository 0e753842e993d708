// Takes the examples out of the READMEs of the package and of the project, to be compiled with the
// tests and run by one of them.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const folder = new URL("../tests/readme/", import.meta.url);
const texts = ["../README.md", "../../README.md"].map((path) =>
  readFileSync(new URL(path, import.meta.url), "utf8"),
);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
let number = 0;
for (const [, example] of texts.join("\n").matchAll(/^```ts\n(.*?)^```/gms)) {
  number += 1;
  writeFileSync(new URL(`example-${number}.mts`, folder), example);
}
if (number === 0) {
  throw new Error("the READMEs have no examples");
}
