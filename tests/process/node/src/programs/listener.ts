/** Has a listener that fails at the first event. */

import { Uppzy } from "uppzy";

process.once("uncaughtException", (error) => console.log(`caught: ${error.message}`));
const client = new Uppzy();
let isFirst = true;
const heard = new Promise<void>((resolve) => {
  client.onEvent(({ event }) => {
    if (isFirst) {
      isFirst = false;
      throw new Error("of the listener");
    }
    if (event === "call_ended") {
      console.log(event);
      resolve();
    }
  });
});
await client.tenant.get();
// The process does not stay alive for events.
const alive = setInterval(() => {}, 1_000);
await heard;
clearInterval(alive);
