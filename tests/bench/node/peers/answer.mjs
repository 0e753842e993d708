/** The question and the answer of the clients that know nothing of the API. */

export const KEY = "bench-key-0123456789";
export const MESSAGE = "Can I return a lamp that I bought three weeks ago without its box?";
export const SESSION = "bench-session";
export const QUESTION = { session_id: SESSION, message: MESSAGE };
export const HEADERS = { "x-api-key": KEY, accept: "application/json" };

/** An answer as an application would hold it. */
export class Answer {
  constructor(fields) {
    this.sessionId = fields.session_id;
    this.requestId = fields.request_id;
    this.answer = fields.answer;
    this.confidenceLevel = fields.confidence_level;
    this.confidenceScore = fields.confidence_score;
  }
}

export function answer(fields) {
  const read = new Answer(fields);
  if (!read.answer || !(read.confidenceScore > 0)) {
    throw new Error("the answer was not the expected one");
  }
  return read;
}

export function chat(url) {
  return `${url}/m2m/sites/site-bench/chat`;
}
