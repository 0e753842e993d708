import { Uppzy } from "uppzy";

const KEY = "bench-key-0123456789";
const MESSAGE = "Can I return a lamp that I bought three weeks ago without its box?";

export async function make(url) {
  const uppzy = new Uppzy({ apiKey: KEY, baseUrl: url, siteId: "site-bench", environment: {} });
  return async () => {
    const answer = await uppzy.chat.send({ message: MESSAGE, sessionId: "bench-session" });
    if (!answer.answer || answer.confidenceScore === null) {
      throw new Error("the answer was not the expected one");
    }
  };
}
