/** The same job by hand: submit, wait, look, on the same schedule, over as many connections. */

import { setTimeout as sleep } from "node:timers/promises";

import { Pool } from "undici";

import { answer, chat, HEADERS, QUESTION } from "./answer.mjs";

const FIRST_POLL = 2_000;
const CONNECTIONS = 64;

export async function run(url, answers) {
  const { origin, pathname } = new URL(chat(url));
  const pool = new Pool(origin, { connections: CONNECTIONS });
  const call = async (path, method, body) => {
    const headers = { ...HEADERS, "content-type": "application/json" };
    const response = await pool.request({ path, method, headers, body });
    if (response.statusCode !== 200) {
      throw new Error(`status ${response.statusCode}`);
    }
    return await response.body.json();
  };
  const one = async () => {
    const path = `${pathname}/async`;
    const accepted = await call(path, "POST", JSON.stringify(QUESTION));
    const began = performance.now();
    let gap = FIRST_POLL;
    for (;;) {
      await sleep(gap);
      const status = await call(`${pathname}/requests/${accepted.request_id}`, "GET");
      if (status.status === "completed") {
        return answer(status);
      }
      gap = Math.min(5_000, Math.max(1_000, 0.12 * (performance.now() - began)));
    }
  };
  await Promise.all(Array.from({ length: answers }, one));
}
