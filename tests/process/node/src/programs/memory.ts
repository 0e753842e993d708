/**
 * Does the same thing many times, and tells the process's memory after half of it and at the end. In the
 * first half V8 lets its heap grow.
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { Uppzy } from "uppzy";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const client = new Uppzy({ poll: { firstMs: 1, leastMs: 1, mostMs: 1 }, maxPollRate: 1e6 });
const question = { message: "When are you open?", sessionId: "memory" };

/** What is done, and how often at once. */
const DEEDS: Record<string, [times: number, deed: () => Promise<unknown>]> = {
  answers: [20_000, async () => await client.chat.send(question)],
  failures: [
    60_000,
    async () => await client.chat.send({ ...question, message: "" }).catch(() => {}),
  ],
  aborts: [
    60_000,
    async () => {
      const controller = new AbortController();
      const call = client.chat.send({ ...question, signal: controller.signal });
      controller.abort();
      await call.catch(() => {});
    },
  ],
  clients: [
    1_000,
    async () => {
      await new Uppzy().tenant.get();
    },
  ],
  pending: [6_000, async () => await (await client.chat.submit(question)).status()],
  streams: [
    2_000,
    async () => {
      for await (const _outcome of client.chat.askMany({ questions: [question, question] })) {
        break;
      }
    },
  ],
};

const deed = DEEDS[process.argv[2] ?? ""];
if (deed === undefined) {
  throw new Error(`there is no deed ${process.argv[2]}`);
}
const [times, act] = deed;

async function act_(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 20) {
    await Promise.all(Array.from({ length: Math.min(20, left) }, act));
  }
}

async function memory(): Promise<number> {
  for (let time = 0; time < 5; time += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage.rss();
}

await act_(times / 2);
const before = await memory();
await act_(times / 2);
console.log(JSON.stringify([before, await memory()]));
