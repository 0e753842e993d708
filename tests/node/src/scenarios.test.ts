/**
 * Runs every shared scenario, one test for each file.
 *
 * With `UPPZY_SCENARIO_RESULTS=folder` the results are written there, in the form in which the
 * languages are compared: `node/<theme>.json`. With `UPPZY_SCENARIO_REFERENCE=folder` they are held
 * against those that another language has written.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Host } from "./host.js";
import { differences, writeResults } from "./results.js";
import { runAll, runSilences, type Silences } from "./run.js";
import { load, type Scenario, themes } from "./scenario.js";

let host: Host;
let silences: Promise<Silences>;
before(async () => {
  host = await Host.start();
  // They wait for most of their time: those of all themes begin together.
  silences = runSilences(host, themes().flatMap(chosen));
});
after(async () => {
  await host.stop();
});

const { UPPZY_SCENARIO = "", UPPZY_SCENARIO_RESULTS, UPPZY_SCENARIO_REFERENCE } = process.env;

/** The scenarios of a theme, or those of them that are asked for. */
function chosen(theme: string): Scenario[] {
  return load(theme).filter(({ name }) => name.includes(UPPZY_SCENARIO));
}

for (const theme of themes()) {
  test(`scenarios: ${theme}`, async () => {
    const scenarios = chosen(theme);
    const outcomes = await runAll(host, scenarios, silences);
    assert.equal(outcomes.length, scenarios.length);
    const results = outcomes.map(({ canonical }) => canonical);
    if (UPPZY_SCENARIO_RESULTS) {
      writeResults(join(UPPZY_SCENARIO_RESULTS, "node"), theme, results);
    }
    const lines = outcomes.flatMap(({ failures }, index) => {
      const { name = "", holds = "" } = scenarios[index] ?? {};
      return failures.length === 0
        ? []
        : [`FAILED ${name}`, `  holds: ${holds}`, ...failures.map((line) => `  ${line}`)];
    });
    if (UPPZY_SCENARIO_REFERENCE) {
      lines.push(...differences(UPPZY_SCENARIO_REFERENCE, theme, results));
    }
    assert.ok(lines.length === 0, lines.join("\n"));
  });
}
