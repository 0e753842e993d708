import { Agent } from "node:http";

import got from "got";

import { answer, chat, HEADERS, QUESTION } from "./answer.mjs";

export async function make(url, concurrency) {
  const agent = { http: new Agent({ keepAlive: true, maxSockets: concurrency }) };
  const client = got.extend({ headers: HEADERS, agent, retry: { limit: 0 } });
  return async () => {
    answer(await client.post(chat(url), { json: QUESTION }).json());
  };
}
