import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import * as module from "uppzy";
import * as testing from "uppzy/testing";

const require_ = createRequire(`${process.cwd()}/package.json`);
const { native } = require_("./dist/native.js") as {
  native: { operationNames(): string[]; version(): string };
};

test("every operation is a method of its family", () => {
  const client = new module.Uppzy({ apiKey: "k", environment: {} });
  const names = native.operationNames();
  assert.ok(names.length >= 23);
  for (const name of names) {
    const [family = "", method = ""] = name.split(".");
    const named = method.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const families = client as unknown as Record<string, Record<string, unknown>>;
    assert.equal(typeof families[family]?.[named], "function", `${family}.${named}`);
  }
});

test("both kinds of modules are one", () => {
  const common = require_("uppzy") as typeof module;
  assert.deepEqual(
    Object.keys(module)
      .filter((name) => !["default", "module.exports"].includes(name))
      .sort(),
    Object.keys(common).sort(),
  );
  assert.equal(common.Uppzy, module.Uppzy);
  const commonTesting = require_("uppzy/testing") as typeof testing;
  assert.equal(commonTesting.Sandbox, testing.Sandbox);
});

test("all versions agree", () => {
  const { version } = require_("./package.json") as { version: string };
  assert.equal(module.VERSION, version);
  assert.equal(native.version(), version);
});
