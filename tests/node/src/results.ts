/** Results of scenarios, to be compared between languages. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { mismatches } from "./matching.js";
import { type Fields, inOrder } from "./values.js";

/** Keeps the results of a theme. */
export function writeResults(folder: string, theme: string, results: unknown[]): void {
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify(inOrder(results), null, 2);
  writeFileSync(join(folder, `${theme}.json`), `${text}\n`);
}

/** Where the results of a theme differ from those that another language has written to the folder. */
export function differences(folder: string, theme: string, results: unknown[]): string[] {
  const reference = JSON.parse(readFileSync(join(folder, `${theme}.json`), "utf8")) as Fields[];
  const known = new Map(reference.map((result) => [result["name"], result]));
  const lines: string[] = [];
  for (const result of results as (Fields | null)[]) {
    // What gave no result has failed, and was told already.
    if (result === null) {
      continue;
    }
    const other = known.get(result["name"]);
    // Both ways, since either may hold more than the other.
    const found = new Set([...mismatches(other, result), ...mismatches(result, other)]);
    if (found.size > 0) {
      lines.push(`DIFFERENT ${String(result["name"])}`);
      lines.push(...[...found].sort().map((line) => `  ${line}`));
    }
  }
  return lines;
}
