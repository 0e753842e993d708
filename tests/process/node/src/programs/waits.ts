/** Starts a call, and has nothing else to do. */

import { Uppzy } from "uppzy";

const call = new Uppzy().chat.send({ message: "When are you open?", sessionId: "exit" });
void call.then(() => console.log("answered"));
process.on("exit", (code) => console.log(`exit ${code}`));
console.log("started");
