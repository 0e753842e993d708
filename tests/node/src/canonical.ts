/** Brings results to a form that is the same in every run and every language. */

import { isObject } from "./values.js";

/** Fields whose values differ from run to run. */
const VOLATILE = new Set([
  "closed_at",
  "completion",
  "created_at",
  "delay",
  "delay_before_next",
  "duration",
  "elapsed",
  "feedback_submitted_at",
  "first_seen",
  "http_request_id",
  "last_seen",
  "latency",
  "next_in",
  "report",
  "resume_token",
  "retry_in",
  "started_after",
  "submitted_at",
  "token",
  "updated_at",
]);
const PLACEHOLDER = "<volatile>";
/** How every resume token begins. */
const TOKEN_PREFIX = "v1.";
/** Ids of the sandbox: a prefix and this many hex digits. */
const ID = /(req_|doc_)[0-9a-fA-F]{32}(?![0-9a-fA-F])/g;

/** Values of one run, and what stands in their place. */
export class Placeholders {
  readonly #pairs: [value: string, name: string][];

  /** Longer values come first, so that one that holds another is replaced as a whole. */
  constructor(pairs: [value: string, name: string][]) {
    const known = pairs.filter(([value]) => value !== "");
    this.#pairs = known.sort(([first], [second]) => second.length - first.length);
  }

  /** The value with everything replaced that differs from run to run. */
  apply(value: unknown): unknown {
    if (typeof value === "string") {
      return this.#applyToText(value);
    }
    if (Array.isArray(value)) {
      return value.map((item) => this.apply(item));
    }
    if (isObject(value)) {
      const entries = Object.entries(value).map(([name, item]) => {
        const isVolatile = VOLATILE.has(name) && item !== null;
        return [this.#applyToText(name), isVolatile ? PLACEHOLDER : this.apply(item)];
      });
      return Object.fromEntries(entries) as unknown;
    }
    return value;
  }

  #applyToText(text: string): string {
    if (text.startsWith(TOKEN_PREFIX)) {
      return PLACEHOLDER;
    }
    let replaced = text;
    for (const [value, name] of this.#pairs) {
      replaced = replaced.replaceAll(value, name);
    }
    return replaced.replace(ID, "$1<id>");
  }
}
