/** References to earlier results: a text such as `$first.request_id` stands for a saved value. */

import { type Fields, isObject } from "./values.js";

/** The value with every reference in it replaced. */
export function resolve(value: unknown, saved: Fields): unknown {
  if (typeof value === "string") {
    return value.startsWith("$") ? find(value, saved) : value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => resolve(item, saved));
  }
  if (isObject(value)) {
    const entries = Object.entries(value).map(([name, item]) => [name, resolve(item, saved)]);
    return Object.fromEntries(entries) as Fields;
  }
  return value;
}

function find(reference: string, saved: Fields): unknown {
  let found: unknown = saved;
  for (const name of reference.slice(1).split(".")) {
    // A number in a path is a position in a list.
    const held = Array.isArray(found) ? found[Number(name)] : isObject(found) && found[name];
    if (held === undefined || (held === false && !isObject(found))) {
      throw new Error(`nothing is at ${reference}`);
    }
    found = held;
  }
  return found;
}
