/** Exits with calls in flight. */

import { setTimeout as pause } from "node:timers/promises";

import { Uppzy } from "uppzy";

const [, , count, arriving] = process.argv;
const client = new Uppzy();
const calls = Array.from({ length: Number(count) }, () =>
  client.chat.send({ message: "When are you open?", sessionId: "exit" }),
);
if (arriving === undefined) {
  // Some are at the server by then, some on their way: it must not matter.
  await pause(150);
} else {
  await Promise.race(calls);
}
console.log("exiting");
process.exit(7);
