/** What a value is in JSON. */

export type Fields = Record<string, unknown>;

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two values are the same in JSON. */
export function same(first: unknown, second: unknown): boolean {
  if (Array.isArray(first)) {
    return (
      Array.isArray(second) &&
      first.length === second.length &&
      first.every((item, index) => same(item, second[index]))
    );
  }
  if (isObject(first)) {
    const names = Object.keys(first);
    return (
      isObject(second) &&
      names.length === Object.keys(second).length &&
      names.every((name) => name in second && same(first[name], second[name]))
    );
  }
  return first === second;
}

/** Objects in JSON have no order; parameters of a query are sent in the same one everywhere. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(inOrder);
  }
  if (isObject(value)) {
    const names = Object.keys(value).sort();
    return Object.fromEntries(names.map((name) => [name, inOrder(value[name])]));
  }
  return value;
}
