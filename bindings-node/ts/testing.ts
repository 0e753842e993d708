/**
 * For tests of programs that use this package: the API on your own machine, and time that obeys.
 *
 * @packageDocumentation
 */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

import type { Clock as Native } from "../native/native.js";
import { Uppzy, type UppzyOptions } from "./client.js";
import { errorFrom } from "./errors.js";
import { native } from "./native.js";

const VARIABLE = "UPPZY_SANDBOX";
const PROGRAM = "uppzy-sandbox";
const LONGEST_STOP_MS = 5_000;
const LONGEST_CONTROL_MS = 30_000;

/** Where clients take time and randomness from; given to a client as its `clock`. */
export type Clock = Native;

/** Options of {@link virtualClock}. */
export interface VirtualClockOptions {
  /** Of everything left to chance. Default: 0. */
  seed?: number | undefined;
  /**
   * Real milliseconds for which a server may say nothing before the timer that guards the request
   * fires. Default: 300.
   */
  silenceMs?: number | undefined;
}

/** Gives time that jumps over waits as soon as all calls only wait for it; pass it as `clock`. */
export function virtualClock(options: VirtualClockOptions = {}): Clock {
  const { seed = 0, silenceMs } = options;
  const silence = silenceMs === undefined ? null : silenceMs / 1_000;
  const clock = native.Clock.virtualTime(seed, silence);
  if (clock instanceof native.ErrorDetails) {
    throw errorFrom(clock, virtualClock);
  }
  return clock;
}

/** Gives time that stands still but for its `advance(seconds)`; pass it as `clock`. */
export function manualClock(options: Pick<VirtualClockOptions, "seed"> = {}): Clock {
  return native.Clock.manual(options.seed ?? 0);
}

/** Options of {@link Sandbox.start}. */
export interface SandboxOptions {
  /**
   * The program. Default: `UPPZY_SANDBOX`, that of the installed package `uppzy-sandbox`, or the one
   * on `PATH`.
   */
  program?: string | undefined;
  /** Further arguments of the program: `uppzy-sandbox --help` lists them. */
  arguments?: readonly string[] | undefined;
}

/** What the program says of itself when it has started. */
interface Started {
  readonly base_url: string;
  readonly control_url: string;
  readonly api_key: string;
  readonly tenant_id: string;
  readonly site_id: string;
}

/**
 * The API on your own machine, on a free port. Answers are simulated, and everything is in memory
 * unless `--data` is among the arguments. Ends with `stop()`, with `await using`, and with the process.
 *
 * @example
 * ```ts
 * const sandbox = await Sandbox.start();
 * try {
 *   const client = sandbox.client();
 *   await client.chat.ask({ message: "When are you open?", sessionId: "test-1" });
 * } finally {
 *   await sandbox.stop();
 * }
 * ```
 */
export class Sandbox implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #stopAtExit: () => void;
  /** Where the API is. */
  readonly baseUrl: string;
  /** The key that it accepts. */
  readonly apiKey: string;
  /** The tenant that it has. */
  readonly tenantId: string;
  /** The site that it has. */
  readonly siteId: string;
  /** Where rules, the journal and settings are. */
  readonly controlUrl: string;

  private constructor(process_: ChildProcess, ended: Promise<void>, started: Started) {
    this.#process = process_;
    this.#ended = ended;
    this.#stopAtExit = () => process_.kill();
    process.once("exit", this.#stopAtExit);
    this.baseUrl = started.base_url;
    this.apiKey = started.api_key;
    this.tenantId = started.tenant_id;
    this.siteId = started.site_id;
    this.controlUrl = started.control_url;
  }

  /**
   * Starts it, and waits until it answers.
   *
   * @throws Error It is not installed; says how to get it.
   */
  static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const program = options.program ?? findProgram();
    const child = spawn(program, ["--port", "0", ...(options.arguments ?? [])], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let complaint = "";
    child.stderr.on("data", (text: Buffer) => {
      complaint += text.toString();
    });
    const ended = new Promise<void>((resolve) => {
      child.once("close", () => resolve());
      child.once("error", (error) => {
        complaint += error.message;
        resolve();
      });
    });
    const lines = createInterface({ input: child.stdout });
    const line = await Promise.race([
      new Promise<string>((resolve) => lines.once("line", resolve)),
      ended.then(() => undefined),
    ]);
    if (line === undefined) {
      throw new Error(`the sandbox did not start: ${complaint.trim()}`);
    }
    // The process that has started it does not stay alive for it.
    child.unref();
    for (const pipe of [child.stdout, child.stderr]) {
      (pipe as unknown as { unref?: () => void }).unref?.();
    }
    return new Sandbox(child, ended, JSON.parse(line) as Started);
  }

  /** What a client needs to use it: `new Uppzy(sandbox.options)`. */
  get options(): UppzyOptions {
    const { baseUrl, apiKey, tenantId, siteId } = this;
    return { baseUrl, apiKey, tenantId, siteId, environment: {} };
  }

  /** The same as environment variables, for programs that are started. */
  get environment(): Record<string, string> {
    return {
      UPPZY_BASE_URL: this.baseUrl,
      UPPZY_API_KEY: this.apiKey,
      UPPZY_TENANT_ID: this.tenantId,
      UPPZY_SITE_ID: this.siteId,
    };
  }

  /** Makes a client that uses it. */
  client(options: UppzyOptions = {}): Uppzy {
    return new Uppzy({ ...this.options, ...options });
  }

  /**
   * Sends a request to the control URL: rules, journal, progression, latency and more.
   *
   * @param method - The HTTP method.
   * @param path - The path below the control URL, such as `/rules`.
   * @param body - What to send as JSON.
   */
  async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(this.controlUrl + path, {
      method,
      headers: { "Content-Type": "application/json" },
      signal: AbortSignal.timeout(LONGEST_CONTROL_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    }
    return text.trim() === "" ? null : JSON.parse(text);
  }

  /** Ends it. May be repeated. */
  async stop(): Promise<void> {
    process.off("exit", this.#stopAtExit);
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
      return;
    }
    this.#process.ref();
    this.#process.kill();
    const impatience = setTimeout(() => this.#process.kill("SIGKILL"), LONGEST_STOP_MS);
    await this.#ended;
    clearTimeout(impatience);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** Finds the program `uppzy-sandbox`. */
function findProgram(): string {
  const named = process.env[VARIABLE];
  if (named !== undefined && named !== "") {
    if (!isFile(named)) {
      throw new Error(`${VARIABLE} names ${named}, and there is no such file`);
    }
    return named;
  }
  const file = process.platform === "win32" ? `${PROGRAM}.exe` : PROGRAM;
  const { path: installed, reason } = ofPackage();
  if (installed !== undefined) {
    return installed;
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const found = folders.map((folder) => join(folder, file)).find(isFile);
  if (found === undefined) {
    throw new Error(
      reason ??
        `the program ${PROGRAM} was not found: install it with \`npm install --save-dev ${PROGRAM}\` ` +
          `or \`cargo install ${PROGRAM}\`, or name it in ${VARIABLE}`,
    );
  }
  return found;
}

/**
 * The program of the package `uppzy-sandbox`, if that is installed where the process runs or beside this
 * package; or why the installed one has none.
 */
function ofPackage(): { path?: string; reason?: string } {
  let module: string;
  try {
    module = require.resolve(PROGRAM, { paths: [process.cwd(), __dirname] });
  } catch {
    return {};
  }
  try {
    const { path } = require(module) as { path?: unknown };
    return typeof path === "string" ? { path } : {};
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
