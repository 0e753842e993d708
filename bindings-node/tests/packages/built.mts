/** The packages that `cargo xtask package node` has built. */

import { readdirSync, readFileSync } from "node:fs";

const file = process.env["UPPZY_PACKAGES"];
if (file === undefined) {
  throw new Error("UPPZY_PACKAGES names no file with the folder of `cargo xtask package node`");
}

/** Their folder. */
export const built = readFileSync(file, "utf8").trim();

/** Their names in it. */
export const tarballs = readdirSync(built).filter((name) => name.endsWith(".tgz"));

/** The name of a package, whatever the platform it was built on. */
export function nameOf(tarball: string): string {
  const name = tarball.replace(/-\d+\.\d+\.\d+\.tgz$/, "");
  return name.replace(/^(uppzy(-sandbox)?)-(?!sandbox).+$/, "$1-PLATFORM");
}
