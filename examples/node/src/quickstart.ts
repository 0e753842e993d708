/**
 * From nothing to a rated answer: checks key and network, puts a document in, asks about it.
 *
 *     node dist/src/quickstart.js
 */

import { isUppzyError, Uppzy } from "uppzy";

const TITLE = "Returns of lamps";
const TEXT = "Lamps may be returned within 30 days, with the bulb. The refund takes 5 days.";

async function main(): Promise<void> {
  const client = new Uppzy();
  // The cheapest call: it fails at once if the key, the tenant or the network is not right.
  await client.tenant.limits();

  const documents = await client.documents.list();
  if (!documents.items.some(({ title }) => title === TITLE)) {
    const document = await client.documents.createText({ title: TITLE, content: TEXT });
    console.log(`created ${document.id}`);
  }

  const answer = await client.chat.ask({
    message: "How do I return a lamp?",
    sessionId: `quickstart-${process.pid}`,
    timeoutMs: 90_000,
  });
  console.log(answer.text);
  console.log(`confidence: ${answer.confidenceLevel ?? "unknown"}`);

  const { sessionId, requestId } = answer;
  const receipt = await client.chat.feedback({ sessionId, requestId, feedback: "good" });
  console.log(`rated for the first time: ${receipt.isFirst}`);
}

try {
  await main();
} catch (error) {
  if (!isUppzyError(error)) {
    throw error;
  }
  console.error(`${error.message}\n${error.hint}`);
  process.exitCode = 1;
}
