/** Running programs against the sandbox, and looking at what they did. */

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { Sandbox } from "uppzy/testing";

/** A program that hangs is ended after this time. */
const LONGEST_MS = 60_000;
const PROGRAMS = fileURLToPath(new URL("programs/", import.meta.url));

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
  readonly errors: string;
  /** From its last line to its end. */
  readonly lastMs: number;
}

/** Runs a program of `programs/` to its end. */
export async function run(
  sandbox: Sandbox,
  program: string,
  arguments_: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
  longestMs = LONGEST_MS,
): Promise<Ended> {
  return await runWith([process.execPath], sandbox, program, arguments_, environment, longestMs);
}

/** The same with another runtime than the one of the tests. */
export async function runWith(
  [runtime, ...options]: readonly [string, ...string[]],
  sandbox: Sandbox,
  program: string,
  arguments_: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
  longestMs = LONGEST_MS,
): Promise<Ended> {
  const file = `${PROGRAMS}${program}.js`;
  const child = spawn(runtime, [...options, file, ...arguments_], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...sandbox.environment, ...environment },
    timeout: longestMs,
    killSignal: "SIGKILL",
  });
  return await ended(child);
}

async function ended(child: ChildProcess): Promise<Ended> {
  let output = "";
  let errors = "";
  let last = performance.now();
  child.stdout?.on("data", (text: Buffer) => {
    output += text.toString();
    last = performance.now();
  });
  child.stderr?.on("data", (text: Buffer) => {
    errors += text.toString();
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once("error", reject);
      child.once("close", (...how) => resolve(how));
    },
  );
  const lastMs = performance.now() - last;
  const lines = output.split("\n").filter((line) => line !== "");
  return { code, signal, lines, errors, lastMs };
}

/** Makes the sandbox answer in ten minutes: what ends before was ended. */
export async function stall(sandbox: Sandbox): Promise<void> {
  await sandbox.control("DELETE", "/journal");
  await sandbox.control("PUT", "/rules", [{ effect: { stall: "head" } }]);
}

/** Makes the sandbox answer after so many milliseconds. */
export async function delay(sandbox: Sandbox, milliseconds: number): Promise<void> {
  await sandbox.control("DELETE", "/journal");
  await sandbox.control("PUT", "/rules", [{ effect: { delay_ms: milliseconds } }]);
}

/** Makes the sandbox answer at once. */
export async function atOnce(sandbox: Sandbox): Promise<void> {
  await sandbox.control("DELETE", "/journal");
  await sandbox.control("PUT", "/rules", []);
}

/** An entry of the sandbox's journal. */
export interface Entry {
  readonly operation: string;
  readonly client_gone?: boolean;
}

/** What the sandbox has seen. */
export async function journal(sandbox: Sandbox): Promise<readonly Entry[]> {
  const { entries } = (await sandbox.control("GET", "/journal")) as { entries: Entry[] };
  return entries;
}

/** Waits until something holds. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > until) {
      throw new Error(`it never came to pass that ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
