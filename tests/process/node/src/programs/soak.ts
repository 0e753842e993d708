/** Makes very many calls in one process, and says how it grows: `soak CALLS FAILURES CLIENTS`. */

import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { isUppzyError, Uppzy } from "uppzy";

/** How large a process is. */
export interface State {
  readonly bytes: number;
  /** Of these, what V8 has in use. */
  readonly heap: number;
  readonly threads: number;
  readonly files: number;
}

const [calls = 0, failures = 0, clients = 0] = process.argv.slice(2).map(Number);
const ROUNDS = 10;
const AT_ONCE = 32;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const question = { message: "When are you open?", sessionId: "soak" };

/** Makes calls, 32 at a time: questions among them, and some that are aborted. */
async function call(client: Uppzy, count: number): Promise<void> {
  for (let batch = 0; batch * AT_ONCE < count; batch += 1) {
    const controller = new AbortController();
    const asked = client.chat.send(question);
    const aborted = client.tenant.limits({ signal: controller.signal });
    const others = Array.from({ length: Math.min(AT_ONCE, count - batch * AT_ONCE) - 2 }, () =>
      client.tenant.limits(),
    );
    if (batch % 100 === 0) {
      controller.abort();
      await aborted.then(mustFail, () => {});
    } else {
      await aborted;
    }
    await Promise.all([asked, ...others]);
  }
}

function mustFail(): void {
  throw new Error("it did not fail");
}

/** Makes calls that fail. */
async function fail(client: Uppzy, count: number): Promise<void> {
  const elsewhere = client.forSite("another-site");
  for (let left = count; left > 0; left -= 1) {
    await elsewhere.site.get().then(mustFail, (error) => {
      if (!isUppzyError(error, "not_found")) {
        throw error;
      }
    });
  }
}

/** Makes clients, uses them, and drops them, every second one without closing it. */
async function drop(count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const client = new Uppzy();
    await client.tenant.limits();
    if (number % 2 === 1) {
      client.close();
    }
  }
}

async function state(): Promise<State> {
  // What is collected in one turn is let go of in the next.
  for (let time = 0; time < 5; time += 1) {
    collect();
    await pause(20);
  }
  const { rss: bytes, heapUsed: heap } = process.memoryUsage();
  // Other systems do not tell.
  const count = (what: string): number =>
    process.platform === "linux" ? readdirSync(`/proc/self/${what}`).length : 0;
  return { bytes, heap, threads: count("task"), files: count("fd") };
}

const client = new Uppzy();
for (let round = 0; round < ROUNDS; round += 1) {
  await call(client, calls / ROUNDS);
  await fail(client, failures / ROUNDS);
  await drop(clients / ROUNDS);
  console.log(JSON.stringify(await state()));
}
