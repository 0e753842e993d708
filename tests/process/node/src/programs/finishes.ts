/** Uses the client in some way, and comes to its end. */

import { Uppzy } from "uppzy";

const client = new Uppzy();
const question = { message: "When are you open?", sessionId: "exit" };

async function use(way: string | undefined): Promise<void> {
  switch (way) {
    case "calls":
      await client.chat.send(question);
      break;
    case "events":
      client.onEvent(() => {});
      await client.chat.send(question);
      break;
    case "iterates":
      void (async () => {
        for await (const _event of client.events()) {
          // The process does not wait for more.
        }
      })();
      await client.chat.send(question);
      break;
    case "abandons":
      for await (const _outcome of client.chat.askMany({ questions: [question, question] })) {
        break;
      }
      break;
    case "aborts": {
      const controller = new AbortController();
      const call = client.chat.ask({ ...question, signal: controller.signal });
      controller.abort();
      await call.catch(() => {});
      break;
    }
    case "many":
      await Promise.all(Array.from({ length: 300 }, () => client.chat.send(question)));
      break;
    default:
      throw new Error(`there is no way ${way}`);
  }
}

await use(process.argv[2]);
console.log("done");
