// Takes the examples out of README.md, to be compiled with the tests and run by one of them.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const folder = new URL("../tests/readme/", import.meta.url);
const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
let number = 0;
for (const [, example] of text.matchAll(/^```ts\n(.*?)^```/gms)) {
  number += 1;
  writeFileSync(new URL(`example-${number}.mts`, folder), example);
}
if (number === 0) {
  throw new Error("README.md has no examples");
}
