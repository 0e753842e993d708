/** Runs many scenarios, a number of them at once. */

import { type Outcome, runScenario } from "./execution.js";
import type { Host } from "./host.js";
import type { Scenario } from "./scenario.js";

/** Scenarios that run at once. */
const AT_ONCE = 12;
/** A scenario that takes longer hangs; milliseconds. */
const LONGEST_MS = 90_000;

/** What became of each scenario, in their order. */
export async function runAll(host: Host, scenarios: readonly Scenario[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = scenarios.entries();
  const work = async (): Promise<void> => {
    // The workers share the iterator: each scenario is taken by one of them.
    for (const [index, scenario] of waiting) {
      outcomes[index] = await run(host, scenario);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

async function run(host: Host, scenario: Scenario): Promise<Outcome> {
  let impatience: NodeJS.Timeout | undefined;
  const hanging = new Promise<Outcome>((resolve) => {
    const failures = [`still running after ${LONGEST_MS} ms`];
    impatience = setTimeout(() => resolve({ canonical: null, failures }), LONGEST_MS);
  });
  try {
    return await Promise.race([runScenario(host, scenario), hanging]);
  } catch (error) {
    return { canonical: null, failures: [String(error)] };
  } finally {
    clearTimeout(impatience);
  }
}
