/** Compares what came with what a scenario expects. */

import { type Fields, isObject, same } from "./values.js";

/** Stands for a field that is not there. */
const NOTHING = Symbol("nothing");
const LONGEST_SHOWN = 700;

/**
 * Where `actual` is not as expected, a line for each place.
 *
 * An object must hold the named fields, a list must be as long and hold the same, and a number equals
 * one of the same value. An object with a single field that begins with `$` is a check.
 */
export function mismatches(expected: unknown, actual: unknown): string[] {
  const found: string[] = [];
  compare("", expected, actual, found);
  return found;
}

function compare(path: string, expected: unknown, actual: unknown, found: string[]): void {
  const place = path.replace(/^\./, "") || "value";
  if (isObject(expected)) {
    const [entry, ...others] = Object.entries(expected);
    if (entry?.[0].startsWith("$") && others.length === 0) {
      const [check, argument] = entry;
      if (!holds(check.slice(1), argument, actual)) {
        found.push(`${place}: ${check} ${short(argument)} fails for ${short(actual)}`);
      }
      return;
    }
    if (isObject(actual)) {
      for (const [name, value] of Object.entries(expected)) {
        compare(`${path}.${name}`, value, fieldOf(actual, name), found);
      }
      return;
    }
  } else if (Array.isArray(actual)) {
    if (Array.isArray(expected)) {
      if (expected.length !== actual.length) {
        found.push(wrongLength(place, expected.length, actual));
      }
      for (const [index, value] of expected.slice(0, actual.length).entries()) {
        compare(`${path}[${index}]`, value, actual[index], found);
      }
      return;
    }
    // A list is often only counted, such as the attempts of a call.
    if (typeof expected === "number") {
      if (expected !== actual.length) {
        found.push(wrongLength(place, expected, actual));
      }
      return;
    }
  }
  if (!same(expected, actual)) {
    found.push(`${place}: expected ${short(expected)}, found ${short(actual)}`);
  }
}

function fieldOf(object: Fields, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : NOTHING;
}

function wrongLength(place: string, expected: number, items: unknown[]): string {
  return `${place}: expected ${expected} items, found ${items.length}: ${short(items)}`;
}

function holds(check: string, argument: unknown, actual: unknown): boolean {
  const text = typeof actual === "string" ? actual : short(actual, Number.POSITIVE_INFINITY);
  switch (check) {
    case "contains":
      return typeof argument === "string" && text.includes(argument);
    case "excludes":
      return actual !== NOTHING && typeof argument === "string" && !text.includes(argument);
    case "between": {
      const [low, high] = argument as [number, number];
      return typeof actual === "number" && low <= actual && actual <= high;
    }
    case "present":
      return (actual !== null && actual !== NOTHING) === (argument === true);
    case "length":
      return lengthOf(actual) === argument;
    case "exactly":
      // Fields that a subset would let pass.
      return same(argument, actual);
    default:
      throw new Error(`there is no check $${check}`);
  }
}

/** A text's length is counted in characters. */
function lengthOf(value: unknown): number | undefined {
  if (typeof value === "string") {
    return [...value].length;
  }
  if (Array.isArray(value)) {
    return value.length;
  }
  return isObject(value) ? Object.keys(value).length : undefined;
}

/** The value as JSON, cut where it is longer than anybody wants to read. */
export function short(value: unknown, longest = LONGEST_SHOWN): string {
  if (value === NOTHING || value === undefined) {
    return "nothing";
  }
  const text = JSON.stringify(value);
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
