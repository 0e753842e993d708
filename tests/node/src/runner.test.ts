/** What the runner does with scenarios, apart from making calls. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { Placeholders } from "./canonical.js";
import { writeFiles } from "./files.js";
import { mismatches } from "./matching.js";
import { parseExactly, stringifyExactly } from "./numbers.js";
import { resolve } from "./references.js";
import { load, readScenario, readStep, themes } from "./scenario.js";
import type { Fields } from "./values.js";

test("objects match by the named fields, and lists as a whole", () => {
  const actual = { a: 1, b: [{ c: "d", e: 2 }], n: null };
  assert.deepEqual(mismatches({ a: 1, b: [{ c: "d" }], n: null }, actual), []);
  assert.deepEqual(mismatches({ b: 1 }, actual), []);
  assert.equal(mismatches({ b: [] }, actual).length, 1);
  assert.equal(mismatches({ b: 2, x: 1, a: "1" }, actual).length, 3);
  assert.deepEqual(mismatches({ b: [{ c: "x" }] }, actual), ['b[0].c: expected "x", found "d"']);
  assert.equal(mismatches({ a: true }, actual).length, 1);
});

const CHECKS: [check: Fields, actual: unknown, holds: boolean][] = [
  [{ $contains: "b" }, "abc", true],
  [{ $contains: "x" }, "abc", false],
  [{ $contains: '{"a":[1]}' }, [{ a: [1] }], true],
  [{ $excludes: "x" }, "abc", true],
  [{ $excludes: "b" }, "abc", false],
  [{ $between: [1, 2] }, 1.5, true],
  [{ $between: [1, 2] }, 2.5, false],
  [{ $between: [1, 2] }, "1.5", false],
  [{ $between: [0, 2] }, true, false],
  [{ $present: true }, 0, true],
  [{ $present: true }, null, false],
  [{ $present: false }, null, true],
  [{ $length: 2 }, [1, 2], true],
  [{ $length: 2 }, "é", false],
  [{ $exactly: { a: 1 } }, { a: 1, b: 2 }, false],
  [{ $exactly: { a: 1 } }, { a: 1 }, true],
];
for (const [check, actual, holds] of CHECKS) {
  test(`${JSON.stringify(check)} ${holds ? "holds" : "fails"} for ${JSON.stringify(actual)}`, () => {
    assert.equal(mismatches(check, actual).length === 0, holds);
  });
}

test("what is not there is checked as well", () => {
  assert.deepEqual(mismatches({ a: { $present: false } }, {}), []);
  assert.equal(mismatches({ a: { $excludes: "x" } }, {}).length, 1);
  assert.throws(() => mismatches({ $nonsense: 1 }, 1), /no check/);
});

test("references are replaced wherever they stand", () => {
  const saved = { first: { ids: [7, { a: "b" }] } };
  const value = { x: ["$first.ids.0", "plain"], y: { z: "$first.ids.1.a" } };
  assert.deepEqual(resolve(value, saved), { x: [7, "plain"], y: { z: "b" } });
  assert.throws(() => resolve("$first.nothing", saved), /first\.nothing/);
});

test("what differs from run to run is replaced", () => {
  const placeholders = new Placeholders([
    ["127.0.0.1:4010", "<address>"],
    ["http://127.0.0.1:4010/api/v1", "<base_url>"],
  ]);
  const value = {
    elapsed: 1.5,
    closed_at: null,
    message: `req_${"0a".repeat(16)} at 127.0.0.1:4010, req_7`,
    list: ["http://127.0.0.1:4010/api/v1/x", "v1.abc", 1, true],
  };
  assert.deepEqual(placeholders.apply(value), {
    elapsed: "<volatile>",
    closed_at: null,
    message: "req_<id> at <address>, req_7",
    list: ["<base_url>/x", "<volatile>", 1, true],
  });
});

test("files are made as described", () => {
  const folder = mkdtempSync(join(tmpdir(), "uppzy-runner-"));
  try {
    const saved: Fields = {};
    const files = {
      a: { name: "a.txt", text: "é" },
      b: { name: "b.bin", base64: "AAE=" },
      c: { name: "c.bin", size: 3 },
    };
    writeFiles(folder, files, saved);
    const contents = Object.keys(files).map((name) =>
      readFileSync((saved[name] as { path: string }).path),
    );
    assert.deepEqual(contents, [Buffer.from("é"), Buffer.from([0, 1]), Buffer.from("xxx")]);
    const both = { d: { name: "d", text: "", size: 1 } };
    assert.throws(() => writeFiles(folder, both, saved), /give one of/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("numbers too large for JavaScript stay as they are", () => {
  const json = '{"a":[9007199254740993,1.5,-3],"b":"9007199254740993"}';
  assert.equal(stringifyExactly(parseExactly(json)), json);
});

test("every file is read, and names are unique", () => {
  const names = themes().flatMap((theme) => load(theme).map(({ name }) => name));
  assert.ok(names.length > 700);
  assert.equal(new Set(names).size, names.length);
});

test("unknown fields are refused", () => {
  assert.throws(() => readStep({ call: "chat.send", pause: 0.1 }), /exactly one thing/);
  assert.throws(() => readStep({ call: "chat.send", surprise: 1 }), /unknown fields/);
  const scenario = { name: "a", holds: "b", steps: [], surprise: 1 };
  assert.throws(() => readScenario(scenario), /unknown fields/);
});
