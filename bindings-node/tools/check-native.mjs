// Holds the types of the native library in the checkout against those that were generated anew.

import { readFileSync } from "node:fs";

const generated = process.argv[2];
if (generated === undefined) {
  throw new Error("name the file with the generated types");
}
const known = readFileSync(new URL("../native/native.d.ts", import.meta.url), "utf8");
if (known !== readFileSync(generated, "utf8")) {
  console.error(`native/native.d.ts is not what the library has: copy ${generated} over it`);
  process.exit(1);
}
