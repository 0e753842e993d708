/** The inside of a worker: makes calls, and tells when they are under way or answered. */

import { parentPort, workerData } from "node:worker_threads";

import { Uppzy } from "uppzy";

const { calls } = workerData as { calls: number };
const client = new Uppzy();
const made = Array.from({ length: calls }, () =>
  client.chat.send({ message: "When are you open?", sessionId: "worker" }),
);
parentPort?.postMessage("started");
await Promise.all(made);
parentPort?.postMessage("answered");
