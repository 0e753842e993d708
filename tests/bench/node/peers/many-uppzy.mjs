import { Uppzy } from "uppzy";

import { KEY, MESSAGE, SESSION } from "./answer.mjs";

export async function run(url, answers) {
  const uppzy = new Uppzy({ apiKey: KEY, baseUrl: url, siteId: "site-bench", environment: {} });
  const questions = Array.from({ length: answers }, () => ({
    message: MESSAGE,
    sessionId: SESSION,
  }));
  let done = 0;
  const outcomes = uppzy.chat.askMany({ questions, concurrency: answers, timeoutMs: 300_000 });
  for await (const outcome of outcomes) {
    done += Number(outcome.answer !== undefined);
  }
  if (done !== answers) {
    throw new Error(`only ${done} answers of ${answers}`);
  }
}
