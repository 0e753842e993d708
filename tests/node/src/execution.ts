/** One run of a scenario. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { type CallOptions, isUppzyError, Uppzy } from "uppzy";

import { type Made, makeCall, type Native } from "./calls.js";
import { Placeholders } from "./canonical.js";
import { makeClient, makeClock } from "./clients.js";
import { Control } from "./control.js";
import { writeFiles } from "./files.js";
import { errorFields } from "./forms.js";
import type { Host } from "./host.js";
import { mismatches, short } from "./matching.js";
import { resolve } from "./references.js";
import { cancelledCalls, type Scenario, type Step } from "./scenario.js";
import type { Fields } from "./values.js";

/** How long the server may take to show in its journal what has happened, in milliseconds. */
const SETTLING_MS = 5_000;
/** How often it is asked. */
const LOOK_MS = 10;

/** What became of a scenario. */
export interface Outcome {
  /** What came of every step and what the server saw, in the form that all languages share. */
  readonly canonical: unknown;
  /** What is not as the scenario expects. */
  readonly failures: string[];
}

/** Runs the scenario in a space of its own. */
export async function runScenario(host: Host, scenario: Scenario): Promise<Outcome> {
  const space = await Control.make(host.controlUrl);
  const other = await Control.make(host.otherControlUrl);
  const folder = mkdtempSync(join(tmpdir(), "uppzy-scenario-"));
  try {
    return await new Execution(host, scenario, space, other, folder).run();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await other.remove();
    await space.remove();
  }
}

/** The reason with which calls are cancelled. */
class Cancelled extends Error {}

/** A call that runs, and how to cancel it. */
interface Running {
  readonly result: Promise<Made>;
  readonly cancel: () => void;
}

class Execution {
  readonly #clock;
  readonly #saved: Fields;
  readonly #known: Fields;
  readonly #natives = new Map<string, Native>();
  readonly #background = new Map<unknown, Running>();
  readonly #steps: Fields[] = [];
  readonly #failures: string[] = [];
  readonly #cancelled: Set<unknown>;

  constructor(
    host: Host,
    private readonly scenario: Scenario,
    private readonly space: Control,
    private readonly other: Control,
    private readonly folder: string,
  ) {
    this.#clock = makeClock(scenario);
    this.#saved = host.known(space.space, other.space);
    this.#known = { ...this.#saved };
    this.#cancelled = cancelledCalls(scenario);
  }

  async run(): Promise<Outcome> {
    const began = this.#now();
    writeFiles(this.folder, this.scenario.files, this.#saved);
    await this.space.change(resolve(this.scenario.sandbox, this.#saved) as Fields);
    try {
      if (this.scenario.client !== null) {
        this.#natives.set("main", this.#client(this.scenario.client));
      }
      for (const [index, step] of this.scenario.steps.entries()) {
        try {
          await this.#step(index + 1, step);
        } catch (error) {
          throw new Error(`step ${index + 1}: ${String(error)}`, { cause: error });
        }
      }
      // A moment as a number of seconds is exact to a microsecond.
      return await this.#finish(Math.round((this.#now() - began) * 1e6) / 1e6);
    } finally {
      for (const native of this.#natives.values()) {
        if (native instanceof Uppzy) {
          native.close();
        }
      }
    }
  }

  /** The time on the client's clock; of real time no scenario asks it. */
  #now(): number {
    return this.#clock?.now() ?? 0;
  }

  #client(options: unknown): Uppzy {
    const given = resolve(options, this.#saved) as Fields;
    return makeClient(given, this.space.space, this.#clock);
  }

  async #step(number: number, step: Step): Promise<void> {
    const { kind, what } = step;
    switch (kind) {
      case "call":
        return await this.#call(number, step);
      case "new_client":
        return await this.#came(number, step, kind, async () => ({
          value: null,
          native: this.#client(what),
        }));
      case "await": {
        const running = this.#running(what);
        this.#background.delete(what);
        return await this.#came(number, step, String(what), () => running.result);
      }
      case "cancel":
        return this.#running(what).cancel();
      case "sandbox":
        return await this.space.change(resolve(what, this.#saved) as Fields);
      case "advance_clock":
        if (this.#clock === undefined || this.#clock.advance(what as number) !== null) {
          throw new Error("this clock cannot be moved so");
        }
        return;
      case "wait_for_requests":
        return await this.#waitForRequests(what as number);
      case "pause":
        return await pause((what as number) * 1_000);
      case "write_files":
        return writeFiles(this.folder, what as Record<string, Fields>, this.#saved);
    }
  }

  #running(name: unknown): Running {
    const running = this.#background.get(name);
    if (running === undefined) {
      throw new Error(`no call ${String(name)} runs in the background`);
    }
    return running;
  }

  async #call(number: number, step: Step): Promise<void> {
    const name = step.what as string;
    const { on = "main", background, repeat = 1 } = step.fields;
    const native = name.startsWith("session_ids.") ? undefined : this.#natives.get(on);
    for (let repetition = 1; repetition <= repeat; repetition += 1) {
      const running = this.#start(step, name, native);
      if (background !== undefined) {
        this.#background.set(background, running);
      } else if (repetition === repeat) {
        await this.#came(number, step, name, () => running.result);
      } else {
        // What is expected counts for the last one.
        await running.result.catch(expectedError);
      }
    }
  }

  #start(step: Step, name: string, native: Native | undefined): Running {
    const { background, cancelled = false } = step.fields;
    const given = resolve(step.fields.arguments ?? {}, this.#saved) as Fields;
    const { timeout, retry_unknown } = step.fields.options ?? {};
    const options: CallOptions = {};
    if (timeout !== undefined) {
      options.timeoutMs = timeout * 1_000;
    }
    if (retry_unknown !== undefined) {
      options.retryUnknown = retry_unknown;
    }
    const controller = new AbortController();
    if (cancelled || this.#cancelled.has(background)) {
      options.signal = controller.signal;
    }
    const cancel = (): void => controller.abort(new Cancelled());
    if (cancelled) {
      cancel();
    }
    const result = makeCall(native, name, given, options);
    // Looked at by a later step.
    result.catch(() => {});
    return { result, cancel };
  }

  /** Holds what comes of a step against what is expected, and keeps it. */
  async #came(number: number, step: Step, name: string, wait: () => Promise<Made>): Promise<void> {
    let outcome: Fields;
    let native: Native | undefined;
    try {
      const made = await wait();
      native = made.native;
      outcome = { result: made.value };
    } catch (error) {
      expectedError(error);
      outcome = isUppzyError(error) ? { error: errorFields(error) } : { cancelled: true };
    }
    const { expect, save_as: saveAs } = step.fields;
    if (expect === undefined) {
      if (!("result" in outcome)) {
        this.#failures.push(`step ${number} ${name}: expected a result: ${short(outcome)}`);
      }
    } else if (!("anything" in expect)) {
      const found = mismatches(resolve(expect, this.#saved), outcome);
      this.#failures.push(...found.map((line) => `step ${number} ${name}: ${line}`));
    }
    if (saveAs !== undefined) {
      this.#saved[saveAs] = outcome["result"] ?? outcome["error"] ?? null;
      if (native !== undefined) {
        this.#natives.set(saveAs, native);
      }
    }
    this.#steps.push({ step: number, call: name, ...outcome });
  }

  async #waitForRequests(count: number): Promise<void> {
    const until = performance.now() + SETTLING_MS;
    for (;;) {
      const seen = (await this.space.journal()).length;
      if (seen >= count) {
        return;
      }
      if (performance.now() >= until) {
        throw new Error(`the server has seen ${seen} requests, not ${count}`);
      }
      await pause(LOOK_MS);
    }
  }

  async #finish(elapsed: number): Promise<Outcome> {
    const { scenario } = this;
    const failures = this.#failures;
    if (scenario.elapsed !== undefined) {
      const [least, most] = scenario.elapsed;
      if (elapsed < least || elapsed > most) {
        failures.push(`elapsed: expected ${least} to ${most} s, found ${elapsed} s`);
      }
    }
    if (this.#background.size > 0) {
      throw new Error("a call in the background was never awaited");
    }
    const until = performance.now() + SETTLING_MS;
    let journal = await this.space.journal();
    for (;;) {
      const found = this.#journalMismatches(journal);
      if (found.length === 0) {
        break;
      }
      if (performance.now() >= until) {
        failures.push(...found);
        break;
      }
      await pause(LOOK_MS);
      journal = await this.space.journal();
    }
    await this.#compareCount("connections", scenario.connections, () => this.space.connections());
    await this.#compareCount(
      "other_requests",
      scenario.other_requests,
      async () => (await this.other.journal()).length,
    );
    if (!scenario.compared) {
      return { canonical: { name: scenario.name, compared: false }, failures };
    }
    const canonical = {
      name: scenario.name,
      steps: this.#steps,
      requests: counts(journal),
      processed: counts(processed(journal)),
    };
    return { canonical: this.#placeholders().apply(canonical), failures };
  }

  async #compareCount(
    name: string,
    expected: number | undefined,
    count: () => Promise<number>,
  ): Promise<void> {
    if (expected !== undefined) {
      const found = await count();
      if (found !== expected) {
        this.#failures.push(`${name}: expected ${expected}, found ${found}`);
      }
    }
  }

  #journalMismatches(journal: Fields[]): string[] {
    const { scenario } = this;
    const found: string[] = [];
    const differ = (name: string, expected: unknown, seen: unknown): void => {
      const lines = mismatches({ $exactly: expected }, seen);
      found.push(...lines.map((line) => `${name}: ${line}`));
    };
    if (Array.isArray(scenario.requests)) {
      differ("requests", scenario.requests, journal.map(operationOf));
    } else if (scenario.requests !== undefined) {
      differ("requests", scenario.requests, counts(journal));
    }
    if (scenario.processed !== undefined) {
      differ("processed", scenario.processed, counts(processed(journal)));
    }
    for (const [index, expected] of scenario.journal.entries()) {
      const entry = journal[index];
      if (entry === undefined) {
        found.push(`journal[${index}]: there is no such entry`);
      } else {
        const lines = mismatches(resolve(expected, this.#saved), entry);
        found.push(...lines.map((line) => `journal[${index}]: ${line}`));
      }
    }
    return found;
  }

  #placeholders(): Placeholders {
    const pairs: [string, string][] = [[this.folder, "<folder>"]];
    for (const [{ space }, prefix] of [
      [this.space, ""],
      [this.other, "other_"],
    ] as const) {
      for (const name of ["api_key", "tenant_id", "site_id", "base_url"] as const) {
        pairs.push([space[name], `<${prefix}${name}>`]);
      }
    }
    for (const server of ["sandbox", "other", "dead", "silent", "plain"]) {
      const known = this.#known[server] as { base_url?: string; https_base_url?: string };
      pairs.push([new URL(known.base_url ?? known.https_base_url ?? "").host, `<${server}>`]);
    }
    for (const [server, known] of Object.entries(this.#known)) {
      const { origin } = known as { origin?: string };
      if (origin !== undefined) {
        pairs.push([origin.replace(/^[a-z]+:\/\//, ""), `<${server}>`]);
      }
    }
    return new Placeholders(pairs);
  }
}

/** Lets errors of the package pass, and the reason with which calls are cancelled. */
function expectedError(error: unknown): void {
  if (!isUppzyError(error) && !(error instanceof Cancelled)) {
    throw error;
  }
}

function operationOf(entry: Fields): string {
  return (entry["operation"] as string | undefined) ?? "";
}

function processed(journal: Fields[]): Fields[] {
  return journal.filter((entry) => entry["processed"] === true);
}

/** How often each operation came. */
function counts(journal: Fields[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of journal.map(operationOf)) {
    found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}
