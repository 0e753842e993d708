/** Running the example programs. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { Sandbox } from "uppzy/testing";

/** A program that hangs is ended after this time. */
const LONGEST_MS = 60_000;

/** An example that runs. */
export class Program {
  readonly #child: ChildProcess;
  readonly lines: string[] = [];
  errors = "";

  constructor(
    sandbox: Sandbox,
    name: string,
    arguments_: readonly string[] = [],
    environment: NodeJS.ProcessEnv = {},
  ) {
    const file = fileURLToPath(new URL(`../src/${name}.js`, import.meta.url));
    this.#child = spawn(process.execPath, [file, ...arguments_], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...sandbox.environment, ...environment },
      timeout: LONGEST_MS,
      killSignal: "SIGKILL",
    });
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on("line", (line) => this.lines.push(line));
    }
    this.#child.stderr?.on("data", (text: Buffer) => {
      this.errors += text.toString();
    });
  }

  /** Writes to its standard input, and closes that. */
  say(text: string): void {
    this.#child.stdin?.end(text);
  }

  /** Waits for a line that it prints. */
  async line(pattern: RegExp): Promise<string> {
    let found: string | undefined;
    await eventually(`${pattern} is printed: ${this.errors}`, async () => {
      found = this.lines.find((line) => pattern.test(line));
      return found !== undefined;
    });
    return found ?? "";
  }

  /** Waits for its end, and gives its code. */
  async end(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      await once(this.#child, "close");
    }
    return this.#child.exitCode;
  }

  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    return await this.end();
  }
}

/** Waits until something holds. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > until) {
      throw new Error(`it never came to pass that ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What the sandbox has seen. */
export async function journal(
  sandbox: Sandbox,
): Promise<readonly { readonly operation: string; readonly client_gone?: boolean }[]> {
  const { entries } = (await sandbox.control("GET", "/journal")) as {
    entries: { operation: string; client_gone?: boolean }[];
  };
  return entries;
}
