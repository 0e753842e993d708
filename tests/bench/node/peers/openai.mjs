import OpenAI from "openai";

import { KEY, MESSAGE } from "./answer.mjs";

export async function make(url) {
  const client = new OpenAI({ baseURL: url, apiKey: KEY, maxRetries: 0 });
  const messages = [{ role: "user", content: MESSAGE }];
  return async () => {
    const completion = await client.chat.completions.create({ model: "bench", messages });
    if (!completion.choices[0]?.message.content) {
      throw new Error("the answer was not the expected one");
    }
  };
}
