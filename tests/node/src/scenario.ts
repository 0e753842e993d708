/** Scenarios as they stand in the files. */

import { readdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { parseExactly } from "./numbers.js";
import { started } from "./servers.js";
import { type Fields, inOrder } from "./values.js";

/** No server is silent for so long unless a scenario makes it; seconds. */
const PATIENCE = 10;
/** What a step can do, by the field that says so. */
const STEP_KINDS = [
  "call",
  "new_client",
  "await",
  "cancel",
  "sandbox",
  "advance_clock",
  "wait_for_requests",
  "pause",
  "write_files",
] as const;
const OF_CALLS = ["on", "arguments", "options", "background", "cancelled", "repeat"];
const OF_RESULTS = ["save_as", "expect"];
const OF_SCENARIOS = [
  "name",
  "holds",
  "steps",
  "clock",
  "silence",
  "compared",
  "sandbox",
  "files",
  "client",
  "requests",
  "processed",
  "journal",
  "other_requests",
  "connections",
  "elapsed",
];

/** One step: what it does, and the fields that go with it. */
export interface Step {
  readonly kind: (typeof STEP_KINDS)[number];
  /** The value of the field that says what it does. */
  readonly what: unknown;
  readonly fields: {
    readonly on?: string;
    readonly arguments?: Fields;
    readonly options?: { readonly timeout?: number; readonly retry_unknown?: boolean };
    readonly background?: string;
    readonly cancelled?: boolean;
    readonly repeat?: number;
    readonly save_as?: string;
    readonly expect?: Fields;
  };
}

/** How the server behaves, what the client is told to do, and what must come of it. */
export interface Scenario {
  readonly name: string;
  readonly holds: string;
  readonly steps: readonly Step[];
  readonly clock: "virtual" | "manual" | "system";
  readonly silence: number;
  readonly compared: boolean;
  readonly sandbox: Fields;
  readonly files: Record<string, Fields>;
  readonly client: Fields | null;
  readonly requests?: readonly string[] | Record<string, number>;
  readonly processed?: Record<string, number>;
  readonly journal: readonly Fields[];
  readonly other_requests?: number;
  readonly connections?: number;
  readonly elapsed?: readonly [number, number];
}

function refuseUnknown(given: Fields, known: readonly string[], what: string): void {
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`${what} has unknown fields: ${unknown.join(", ")}`);
  }
}

/** Checks that the step does one thing, and that all its fields are known. */
export function readStep(given: Fields): Step {
  const [kind, ...others] = STEP_KINDS.filter((name) => name in given);
  if (kind === undefined || others.length > 0) {
    throw new Error(`a step must do exactly one thing: ${JSON.stringify(given)}`);
  }
  refuseUnknown(given, [kind, ...OF_CALLS, ...OF_RESULTS], "a step");
  const { [kind]: what, ...fields } = given;
  return { kind, what, fields };
}

/** Checks that all fields are known. */
export function readScenario(given: Fields): Scenario {
  refuseUnknown(given, OF_SCENARIOS, "a scenario");
  const steps = (given["steps"] as Fields[]).map(readStep);
  const defaults = {
    clock: "virtual",
    silence: PATIENCE,
    compared: true,
    sandbox: {},
    files: {},
    client: {},
    journal: [],
  };
  return { ...defaults, ...given, steps } as unknown as Scenario;
}

/** Whether the server falls silent in it, so that it waits for most of its time. */
export function fallsSilent({ silence }: Scenario): boolean {
  return silence < PATIENCE;
}

/** The names of the calls in the background that a step cancels. */
export function cancelledCalls(scenario: Scenario): Set<unknown> {
  return new Set(scenario.steps.filter(({ kind }) => kind === "cancel").map(({ what }) => what));
}

/** The folder of the shared scenarios, or of those for servers that are not ours. */
const FOLDER =
  started === undefined
    ? new URL("../../scenarios/", import.meta.url)
    : pathToFileURL(`${started.cases}/`);

/** The scenarios of one file. */
export function load(theme: string): Scenario[] {
  const text = readFileSync(new URL(`${theme}.json`, FOLDER), "utf8");
  return (inOrder(parseExactly(text)) as Fields[]).map(readScenario);
}

/** The names of all files with scenarios. */
export function themes(): string[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  return names.map((name) => name.slice(0, -".json".length)).filter((name) => name !== "schema");
}
