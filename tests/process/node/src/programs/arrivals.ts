/** Measures the longest turn of the event loop while many answers arrive at once. */

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { Uppzy } from "uppzy";

const [count = 0, rounds = 0] = process.argv.slice(2).map(Number);
const server = fork(fileURLToPath(new URL("server.js", import.meta.url)), [String(count)]);
const [port] = (await once(server, "message")) as [number];
const client = new Uppzy({ baseUrl: `http://127.0.0.1:${port}/api/v1`, maxInFlight: count });

async function round(): Promise<number> {
  const calls = Array.from({ length: count }, () =>
    client.chat.send({ message: "When are you open?", sessionId: "s" }),
  );
  let isOver = false;
  const all = Promise.all(calls).then(() => {
    isOver = true;
  });
  let longest = 0;
  // The turn in which the calls were made is over.
  await new Promise((resolve) => setImmediate(resolve));
  let last = performance.now();
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  await all;
  return longest;
}

// Connections are made and code is compiled before anything is measured.
for (let warm = 0; warm < 3; warm += 1) {
  await round();
}
const longest: number[] = [];
for (let time = 0; time < rounds; time += 1) {
  longest.push(await round());
}
console.log(JSON.stringify(longest));
server.disconnect();
