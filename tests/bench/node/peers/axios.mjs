import { Agent } from "node:http";

import axios from "axios";

import { answer, chat, HEADERS, QUESTION } from "./answer.mjs";

export async function make(url, concurrency) {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const client = axios.create({ headers: HEADERS, httpAgent, proxy: false, timeout: 90_000 });
  return async () => {
    const response = await client.post(chat(url), QUESTION);
    answer(response.data);
  };
}
