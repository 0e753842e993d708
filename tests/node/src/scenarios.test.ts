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
import { runAll } from "./run.js";
import { load, themes } from "./scenario.js";

let host: Host;
before(async () => {
  host = await Host.start();
});
after(async () => {
  await host.stop();
});

const { UPPZY_SCENARIO = "", UPPZY_SCENARIO_RESULTS, UPPZY_SCENARIO_REFERENCE } = process.env;

for (const theme of themes()) {
  test(`scenarios: ${theme}`, async () => {
    const scenarios = load(theme).filter(({ name }) => name.includes(UPPZY_SCENARIO));
    const outcomes = await runAll(host, scenarios);
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
