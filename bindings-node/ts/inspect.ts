/** How objects are printed: without any text of a person, since what is printed ends up in logs. */

import type { inspect as Inspect, InspectOptions } from "node:util";

export const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Something that is printed as it stands, without quotes. */
class Plain {
  constructor(private readonly text: string) {}

  [INSPECT](): string {
    return this.text;
  }
}

/** Only how long a text is. */
export function hidden(text: string | null): Plain | null {
  return text === null ? null : new Plain(`<${text.length} characters>`);
}

/** Only the names of further fields. */
export function names(fields: Readonly<Record<string, unknown>>): Plain {
  return new Plain(`<${Object.keys(fields).join(", ")}>`);
}

/** The printed form of an object of a class with these fields. */
export function shown(
  className: string,
  fields: Record<string, unknown>,
  options: InspectOptions,
  inspect: typeof Inspect,
): string {
  return `${className} ${inspect(fields, options)}`;
}
