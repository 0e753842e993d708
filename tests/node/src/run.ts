/** Runs many scenarios, a number of them at once. */

import { type Outcome, runScenario } from "./execution.js";
import type { Host } from "./host.js";
import { fallsSilent, type Scenario } from "./scenario.js";

/** Scenarios that run at once. */
const AT_ONCE = 12;
/** Beside them, scenarios whose server falls silent: these wait for most of their time. */
const SILENT_AT_ONCE = 24;
/** A scenario that takes longer hangs; milliseconds. */
const LONGEST_MS = 90_000;

/** What became of scenarios whose server falls silent, by their names. */
export type Silences = ReadonlyMap<string, Outcome>;

/** Runs those of these scenarios whose server falls silent. */
export async function runSilences(host: Host, scenarios: readonly Scenario[]): Promise<Silences> {
  const silent = scenarios.filter(fallsSilent);
  const outcomes = await runAtOnce(host, silent, SILENT_AT_ONCE);
  return new Map(silent.map(({ name }, index) => [name, outcomes[index] as Outcome]));
}

/** What became of each scenario, in their order; those whose server falls silent run already. */
export async function runAll(
  host: Host,
  scenarios: readonly Scenario[],
  silences: Promise<Silences>,
): Promise<Outcome[]> {
  const others = scenarios.filter((scenario) => !fallsSilent(scenario));
  const outcomes = (await runAtOnce(host, others, AT_ONCE)).values();
  const silent = await silences;
  return scenarios.map(({ name }) => silent.get(name) ?? (outcomes.next().value as Outcome));
}

async function runAtOnce(
  host: Host,
  scenarios: readonly Scenario[],
  places: number,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = scenarios.entries();
  const work = async (): Promise<void> => {
    // The workers share the iterator: each scenario is taken by one of them.
    for (const [index, scenario] of waiting) {
      outcomes[index] = await run(host, scenario);
    }
  };
  await Promise.all(Array.from({ length: places }, work));
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
