/** Makes clients from the options of a scenario. */

import { type PollSchedule, type RetryPolicy, Uppzy, type UppzyOptions } from "uppzy";
import { type Clock, manualClock, virtualClock } from "uppzy/testing";

import type { Space } from "./control.js";
import { camelCase } from "./names.js";
import type { Scenario } from "./scenario.js";
import { type Fields, isObject } from "./values.js";

const SEED = 7;
/** Options that are times. */
const TIMES = new Set([
  "timeout",
  "send_timeout",
  "upload_timeout",
  "ask_timeout",
  "connect_timeout",
  "body_stall_timeout",
  "base",
  "cap",
  "throttled_base",
  "throttled_cap",
  "max_retry_after",
  "first",
  "least",
  "most",
]);

/** The clock of a scenario; none for real time. */
export function makeClock({ clock, silence }: Scenario): Clock | undefined {
  switch (clock) {
    case "virtual":
      return virtualClock({ seed: SEED, silenceMs: silence * 1_000 });
    case "manual":
      return manualClock({ seed: SEED });
    default:
      return undefined;
  }
}

/** A client with these options; null means not given at all. */
export function makeClient(options: Fields, space: Space, clock: Clock | undefined): Uppzy {
  const { base_url, api_key, tenant_id, site_id } = space;
  const given = { base_url, api_key, tenant_id, site_id, environment: {}, ...options };
  const named = inCamelCase(given);
  for (const name of ["retry", "poll"] as const) {
    const policy = named[name];
    if (isObject(policy)) {
      named[name] = inCamelCase(policy) as RetryPolicy & PollSchedule;
    }
  }
  return new Uppzy({ ...named, clock });
}

function inCamelCase(options: Fields): UppzyOptions & Fields {
  const entries = Object.entries(options).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([name, value]) =>
      TIMES.has(name)
        ? [`${camelCase(name)}Ms`, (value as number) * 1_000]
        : [camelCase(name), value],
    ),
  );
}
