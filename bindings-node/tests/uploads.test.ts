import assert from "node:assert/strict";
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

import { isUppzyError, type UploadProgress, type UploadSource } from "uppzy";

import { eventually, rejection, sandbox } from "./support.js";

const server = sandbox();
const folder = mkdtempSync(join(tmpdir(), "uppzy-uploads-"));
after(() => rmSync(folder, { recursive: true }));
const CONTENT = "We are open from 9 to 17.\n".repeat(4_000);
const file = join(folder, "hours.txt");
writeFileSync(file, CONTENT);

async function* pieces(): AsyncGenerator<Uint8Array> {
  const content = Buffer.from(CONTENT);
  for (let begin = 0; begin < content.length; begin += 10_000) {
    yield content.subarray(begin, begin + 10_000);
  }
}

const SOURCES: Record<string, () => UploadSource | Promise<UploadSource>> = {
  path: () => file,
  URL: () => pathToFileURL(file),
  Buffer: () => Buffer.from(CONTENT),
  Uint8Array: () => new TextEncoder().encode(CONTENT),
  ArrayBuffer: () => new TextEncoder().encode(CONTENT).buffer as ArrayBuffer,
  Blob: () => new Blob([CONTENT], { type: "text/plain" }),
  "Node stream": () => createReadStream(file),
  "readable of an iterable": () => Readable.from(pieces()),
  "web stream": async () => (await open(file)).readableWebStream() as ReadableStream<Uint8Array>,
  "asynchronous iterable": () => pieces(),
  iterable: () => [Buffer.from(CONTENT)],
};

for (const [name, source] of Object.entries(SOURCES)) {
  test(`uploads a ${name}`, async () => {
    const progress: UploadProgress[] = [];
    const document = await server.client().documents.upload({
      source: await source(),
      fileName: "hours.txt",
      onProgress: (now) => progress.push(now),
    });
    assert.notEqual(document.id, "");
    assert.equal(document.extra["size"], CONTENT.length);
    assert.equal(progress.at(-1)?.sent, CONTENT.length);
  });
}

test("a File brings its name and type along", async () => {
  const { File } = await import("node:buffer");
  const source = new File([CONTENT], "opening.md", { type: "text/markdown" });
  const document = await server.client().documents.upload({ source });
  assert.equal(document.title, "opening.md");
});

test("a source is read no faster than it is sent", async () => {
  // It accepts connections and reads nothing.
  const deaf = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
  const { port } = deaf.address() as AddressInfo;
  let given = 0;
  async function* large(): AsyncGenerator<Uint8Array> {
    for (; given < 400; given += 1) {
      yield new Uint8Array(256 * 1024);
    }
  }
  const controller = new AbortController();
  const client = server.client({ baseUrl: `http://127.0.0.1:${port}/api/v1` });
  const upload = client.documents.upload({
    source: large(),
    fileName: "large.bin",
    signal: controller.signal,
  });
  const outcome = rejection(upload);
  let before = -1;
  await eventually("no more is taken", async () => {
    const isSame = given > 0 && given === before;
    before = given;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return isSame;
  });
  assert.ok(given < 200, `${given} pieces of 256 KiB were taken`);
  controller.abort("enough");
  assert.equal(await outcome, "enough");
  deaf.close();
});

test("an aborted upload lets go of its source", async () => {
  let isReturned = false;
  const source: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: new Uint8Array(1_000) }),
      return: async () => {
        isReturned = true;
        return { done: true, value: undefined };
      },
    }),
  };
  const controller = new AbortController();
  const upload = server.client().documents.upload({
    source,
    fileName: "x.bin",
    signal: controller.signal,
    onProgress: () => controller.abort("enough"),
  });
  assert.equal(await rejection(upload), "enough");
  assert.ok(isReturned);
});

test("a source that fails is the cause of a FileReadError", async () => {
  const fault = new Error("the disk is gone");
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10);
    throw fault;
  }
  const error = await rejection(
    server.client().documents.upload({ source: broken(), fileName: "x.bin" }),
  );
  assert.ok(isUppzyError(error, "file_read"));
  assert.equal(error.cause, fault);
});

test("a file that is not there is a FileReadError", async () => {
  const error = await rejection(
    server.client().documents.upload({ source: join(folder, "none.txt") }),
  );
  assert.ok(isUppzyError(error, "file_read"));
});

test("what is no source is refused", async () => {
  const upload = server.client().documents.upload({ source: 5 as unknown as string });
  assert.ok((await rejection(upload)) instanceof TypeError);
  const texts = server
    .client()
    .documents.upload({ source: ["text"] as unknown as Uint8Array[], fileName: "x.txt" });
  const error = await rejection(texts);
  assert.ok(isUppzyError(error, "file_read"));
  assert.ok(error.cause instanceof TypeError);
});

test("a buffer may be changed as soon as the call was made", async () => {
  const source = Buffer.from(CONTENT);
  const upload = server.client().documents.upload({ source, fileName: "hours.txt" });
  source.fill(0);
  assert.equal((await upload).extra["size"], CONTENT.length);
});
