/**
 * Runs shared scenarios with the npm package, slowly: `node_calls.mjs RUNNER THEME…`, where RUNNER is the
 * folder of the built runner.
 *
 * Under a tool that makes everything many times slower a virtual clock must be more patient with the
 * server, and fewer scenarios run at once.
 */

import { pathToFileURL } from "node:url";

const [runner, ...themes] = process.argv.slice(2);
const from = (name) => import(pathToFileURL(`${runner}/${name}.js`).href);
const [{ Host }, { runScenario }, { load }] = await Promise.all([
  from("host"),
  from("execution"),
  from("scenario"),
]);

/** How much slower everything is. */
const SLOWER = 12;
/** One in so many may fail. */
const TOLERATED = 10;
const { UPPZY_SCENARIO = "" } = process.env;

const host = await Host.start();
let ran = 0;
let failed = 0;
for (const theme of themes) {
  for (const scenario of load(theme)) {
    // What takes real time is not the same when it takes longer.
    if (scenario.clock === "system" || !scenario.name.includes(UPPZY_SCENARIO)) {
      continue;
    }
    ran += 1;
    let failures;
    try {
      const slow = { ...scenario, silence: scenario.silence * SLOWER };
      ({ failures } = await runScenario(host, slow));
    } catch (error) {
      failures = [String(error)];
    }
    if (failures.length > 0) {
      failed += 1;
      console.log([`FAILED ${scenario.name}`, ...failures].join("\n  "));
    }
  }
  console.log(`${theme}: ${ran} so far`);
}
await host.stop();
console.log(`${ran} scenarios, ${failed} failed`);
// Some wait in vain for what takes so long; that the others made their calls is what counts.
process.exitCode = failed * TOLERATED < ran ? 0 : 1;
