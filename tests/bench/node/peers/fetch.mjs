import { answer, chat, HEADERS, QUESTION } from "./answer.mjs";

export async function make(url) {
  const headers = { ...HEADERS, "content-type": "application/json" };
  return async () => {
    const response = await fetch(chat(url), {
      method: "POST",
      headers,
      body: JSON.stringify(QUESTION),
    });
    if (!response.ok) {
      throw new Error(`status ${response.status}`);
    }
    answer(await response.json());
  };
}
