/** Lets workers use the client, one after the other; the main thread does not load it. */

import { once } from "node:events";
import { Worker } from "node:worker_threads";

let answered = 0;
for (let turn = 0; turn < Number(process.argv[2]); turn += 1) {
  const worker = new Worker(new URL("worker.js", import.meta.url), { workerData: { calls: 5 } });
  worker.on("message", (told) => {
    answered += told === "answered" ? 1 : 0;
  });
  await once(worker, "exit");
}
console.log(`${answered} answered`);
