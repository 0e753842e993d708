/** Uses each kind of thing that crosses into the native library once, for other runtimes than Node. */

import { isUppzyError, Uppzy } from "uppzy";

const client = new Uppzy();
const question = { message: "When are you open?", sessionId: "tour" };

const answer = await client.chat.send(question);
console.log("send", answer.meta.httpStatus, answer.meta.attempts);

const pending = await client.chat.submit(question);
const resumed = client.chat.resume(pending.token);
console.log("resume", (await resumed.result()).requestId === pending.requestId);

const states: string[] = [];
for await (const status of pending) {
  states.push(status.status);
}
console.log("states", states.at(-1));

let several = 0;
for await (const outcome of client.chat.askMany({ questions: [question, question, question] })) {
  several += outcome.answer === undefined ? 0 : 1;
}
console.log("askMany", several);

const document = await client.documents.upload({
  source: new TextEncoder().encode("We are open from nine to five."),
  fileName: "hours.txt",
});
console.log("upload", document.id !== "");

try {
  await client.chat.send({ ...question, message: "" });
} catch (error) {
  console.log("refused", isUppzyError(error, "invalid_input") && error.field);
}

const controller = new AbortController();
const call = client.chat.ask({ ...question, signal: controller.signal });
controller.abort(new Error("enough"));
await call.catch((error: unknown) => {
  console.log("aborted", error === controller.signal.reason);
});
console.log("done");
