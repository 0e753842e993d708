/** Whole numbers that are too large for JavaScript, which the server is to send as they stand. */

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARK = "whole number: ";
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, "g");

/** Reads JSON; such numbers become texts. */
export function parseExactly(json: string): unknown {
  const marked = json.replace(TOKENS, (token) =>
    /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${MARK}${token}"` : token,
  );
  return JSON.parse(marked);
}

/** Writes JSON; such texts become numbers again. */
export function stringifyExactly(value: unknown): string {
  return JSON.stringify(value).replace(MARKED, "$1");
}
