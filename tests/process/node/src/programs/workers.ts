/** Terminates four workers in the middle of their calls, and then makes a call itself. */

import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";

const [, , first, controlUrl] = process.argv;
const load = async (): Promise<typeof import("uppzy")> => await import("uppzy");
if (first === "main thread first") {
  await load();
}

async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${controlUrl}${path}`, { method, headers, ...sent });
  return await answer.json().catch(() => null);
}

const workers = Array.from(
  { length: 4 },
  () => new Worker(new URL("worker.js", import.meta.url), { workerData: { calls: 10 } }),
);
for (;;) {
  const { entries } = (await control("GET", "/journal")) as { entries: unknown[] };
  if (entries.length === 40) {
    break;
  }
  await pause(10);
}
await Promise.all(workers.map((worker) => worker.terminate()));
console.log("terminated");
await control("PUT", "/rules", []);
const { Uppzy } = await load();
await new Uppzy().chat.send({ message: "When are you open?", sessionId: "main" });
console.log("answered");
