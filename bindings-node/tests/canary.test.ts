/** Nothing of a key or a person comes out of the package, whatever happens and wherever one looks. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { sandbox } from "./support.js";

const server = sandbox();
const PLANTS = {
  key: "KeyPlant7Gq2Xw9Zt4",
  bearer: "BearerPlant3Vb8Nm6Kd",
  header: "HeaderPlant5Yc1Rf7Lp",
  message: 'MessagePlant9 Uj3Ea8 why does my "green" lampüp hum?',
  answer: "AnswerPlant2 Ok6Bt1 because its choke is old",
  title: "TitlePlant8 Pz4Xs7 humming lamps",
  email: "email.plant4+lq0@canary-shop.test",
  secret: "SessionPlant1-Gh5Tf9Vc3",
};
/** A run of so many characters of a plant is a leak. */
const RUN = 12;
const RUNS = Object.values(PLANTS).flatMap((plant) =>
  Array.from({ length: plant.length - RUN + 1 }, (_, at) => plant.slice(at, at + RUN)),
);
RUNS.push("canary-shop", "email.plant4");
const FORMS = RUNS.flatMap((run) => [...new Set([run, JSON.stringify(run).slice(1, -1)])]);
const ECHOES = ["text", "code", "nested", "list", "in_text", "html", "cut"];

/** What of the plants stands there, as it is or as JSON writes it. */
function leaks(place: string, text: string): string[] {
  const form = FORMS.find((form) => text.includes(form));
  if (form === undefined) {
    return [];
  }
  const at = text.indexOf(form);
  return [`${place}: ${form} in ${text.slice(Math.max(0, at - 150), at + 100)}`];
}

/** Says back what came, in the form and under the status that the path begins with. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, form = "", status = "", ...rest] = (request.url ?? "").split("/");
  const pieces: Buffer[] = [];
  for await (const piece of request) {
    pieces.push(piece as Buffer);
  }
  const body = Buffer.concat(pieces).toString();
  const { "x-api-key": key, authorization, "x-gateway": gateway } = request.headers;
  const secrets = [key, authorization, gateway].filter((value) => value !== undefined);
  const words = `${body} of ${rest.join("/")} with ${secrets.join(" ")}`;
  const first = String(secrets[0] ?? "");
  const answers: Record<string, string> = {
    text: JSON.stringify({ error: words }),
    code: JSON.stringify({ code: first, error: first, type: rest.at(-1) }),
    nested: JSON.stringify({ error: { message: words }, request: body }),
    list: JSON.stringify([words, [body]]),
    in_text: JSON.stringify({ detail: `bad body: ${body}` }),
    html: `<html><pre>${words}</pre></html>`,
    cut: JSON.stringify({ "you sent": words }).slice(0, -9),
  };
  response.writeHead(Number(status), {
    "content-type": "application/json",
    "x-request-id": first,
  });
  response.end(answers[form]);
}

test("nothing planted comes out", async () => {
  await server.is.control("POST", "/keys", { add: PLANTS.key });
  const echoes = createServer((request, response) => void echo(request, response));
  await new Promise<void>((resolve) => echoes.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "uppzy-canary-"));
  try {
    const home = join(folder, "process");
    mkdirSync(home);
    const seen = join(folder, "seen.json");
    const given = {
      plants: PLANTS,
      options: { ...server.is.options, apiKey: PLANTS.key },
      controlUrl: server.is.controlUrl,
      echoUrl: `http://127.0.0.1:${(echoes.address() as AddressInfo).port}`,
      forms: ECHOES,
      seen,
    };
    const program = spawn(process.execPath, [join(__dirname, "programs", "canary.js")], {
      cwd: home,
      env: {
        PATH: process.env["PATH"],
        HOME: home,
        TMPDIR: home,
        RUST_LOG: "trace",
        RUST_BACKTRACE: "full",
        NODE_OPTIONS: "--trace-warnings --trace-uncaught",
      },
      stdio: "pipe",
    });
    const printed = { out: "", error: "" };
    program.stdout.on("data", (text: Buffer) => {
      printed.out += text.toString();
    });
    program.stderr.on("data", (text: Buffer) => {
      printed.error += text.toString();
    });
    program.stdin.end(JSON.stringify(given));
    const code = await new Promise((resolve) => program.once("close", resolve));
    assert.equal(code, 1, printed.error.slice(-3_000));
    const last = printed.error.slice(-9_000);
    assert.match(last, /BadRequestError/, "it ends with an error that nobody caught");
    const written = JSON.parse(readFileSync(seen, "utf-8")) as {
      seen: [string, string][];
      kinds: string[];
    };
    assert.ok(written.seen.length > 5_000, `${written.seen.length}`);
    const expected = [
      "authentication",
      "bad_request",
      "chat_failed",
      "closed",
      "config",
      "connection_lost",
      "file_read",
      "invalid_input",
      "not_found",
      "poll_timeout",
      "rate_limit",
      "response_decode",
      "server",
      "service_unavailable",
      "unexpected_status",
    ];
    const missing = expected.filter((kind) => !written.kinds.includes(kind));
    assert.deepEqual(missing, []);
    const found = [...leaks("output", printed.out), ...leaks("errors", printed.error)];
    for (const [place, text] of written.seen) {
      found.push(...leaks(place, text));
    }
    for (const name of readdirSync(home, { recursive: true })) {
      const path = join(home, String(name));
      found.push(...leaks("the name of a file", String(name)));
      if (statSync(path).isFile()) {
        found.push(...leaks(path, readFileSync(path, "latin1")));
      }
    }
    assert.equal(found.length, 0, `${found.length} leaks:\n${found.slice(0, 20).join("\n")}`);
  } finally {
    echoes.close();
    rmSync(folder, { recursive: true });
  }
});

test("a leak is found", () => {
  for (const plant of Object.values(PLANTS)) {
    assert.equal(leaks("there", `before ${plant} after`).length, 1, plant);
    assert.equal(leaks("there", JSON.stringify({ a: plant.slice(3, 20) })).length, 1, plant);
  }
  assert.deepEqual(leaks("there", "a key, a message and an address: [redacted]"), []);
});
