import { Pool } from "undici";

import { answer, chat, HEADERS, QUESTION } from "./answer.mjs";

export async function make(url, concurrency) {
  const { origin, pathname } = new URL(chat(url));
  const pool = new Pool(origin, { connections: concurrency });
  const headers = { ...HEADERS, "content-type": "application/json" };
  return async () => {
    const { statusCode, body } = await pool.request({
      path: pathname,
      method: "POST",
      headers,
      body: JSON.stringify(QUESTION),
    });
    if (statusCode !== 200) {
      throw new Error(`status ${statusCode}`);
    }
    answer(await body.json());
  };
}
