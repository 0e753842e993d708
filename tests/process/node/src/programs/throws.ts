/** Fails by its own fault with a call in flight. */

import { Uppzy } from "uppzy";

void new Uppzy().chat.send({ message: "When are you open?", sessionId: "exit" });
setTimeout(() => {
  throw new TypeError("of the program");
}, 100);
