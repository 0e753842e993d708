/** Runs an upload: does what the native library asks for until it is done. */

import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import type { Client, Upload } from "../native/native.js";
import { bridge, Failed, made } from "./bridge.js";
import { errorFrom, isUppzyError, settled } from "./errors.js";
import { Document, type WrittenDocument } from "./models.js";
import { native } from "./native.js";
import { type CallOptions, toJson } from "./options.js";

/**
 * What can be uploaded: a path or a `file:` URL, bytes, a Blob or File, a stream of Node or of the
 * web, or any other iterable of bytes. What is no path and no bytes is read as it is sent.
 */
export type UploadSource =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>;

/** How far an upload is. */
export interface UploadProgress {
  /**
   * Bytes of the file that were handed to the connection. Starts again when an attempt is repeated.
   */
  readonly sent: number;
  /** Bytes of the file, when known. */
  readonly total: number | null;
}

/** Options of {@link Documents.upload}. */
export interface UploadOptions extends CallOptions {
  /** The file. What can be read only once is not sent again when an attempt fails. */
  source: UploadSource;
  /**
   * The name that the server sees. Default: that of the path or the File; needed for all else.
   */
  fileName?: string | undefined;
  /** Default: that of the Blob, or the one that the name's extension tells. */
  contentType?: string | undefined;
  /** Bytes that a stream will give, if known: the server can then refuse at once. */
  length?: number | undefined;
  /** Called as bytes are sent. */
  onProgress?: ((progress: UploadProgress) => void) | undefined;
}

/** The source in the form that the native library takes. */
interface Described {
  readonly path?: string;
  readonly content?: Uint8Array;
  readonly pieces?: AsyncIterator<unknown> | Iterator<unknown>;
  readonly fileName?: string | undefined;
  readonly contentType?: string | undefined;
  readonly length?: number;
}

function described(source: UploadSource): Described {
  if (typeof source === "string") {
    return { path: source };
  }
  if (source instanceof URL) {
    return { path: fileURLToPath(source) };
  }
  if (source instanceof Uint8Array) {
    return { content: source };
  }
  if (source instanceof ArrayBuffer) {
    return { content: new Uint8Array(source) };
  }
  if (source instanceof Blob) {
    return {
      pieces: iterator(source.stream()),
      length: source.size,
      contentType: source.type || undefined,
      fileName: "name" in source && typeof source.name === "string" ? source.name : undefined,
    };
  }
  if (typeof source === "object" && source !== null) {
    const path = "path" in source && typeof source.path === "string" ? source.path : undefined;
    const fileName = path === undefined ? undefined : basename(path);
    if (Symbol.asyncIterator in source || Symbol.iterator in source || "getReader" in source) {
      return { pieces: iterator(source as AsyncIterable<unknown>), fileName };
    }
  }
  throw new TypeError(
    "source must be a path, a file: URL, bytes, a Blob, a stream or an iterable of bytes",
  );
}

function iterator(
  source: AsyncIterable<unknown> | Iterable<unknown> | ReadableStream<unknown>,
): AsyncIterator<unknown> | Iterator<unknown> {
  if (Symbol.asyncIterator in source) {
    return source[Symbol.asyncIterator]();
  }
  return (source as Iterable<unknown>)[Symbol.iterator]();
}

/** A piece of a source as bytes. */
function bytes(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) {
    return piece;
  }
  if (piece instanceof ArrayBuffer) {
    return new Uint8Array(piece);
  }
  if (ArrayBuffer.isView(piece)) {
    return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  }
  const found = typeof piece === "string" ? "text" : typeof piece;
  throw new TypeError(`a piece of the source is ${found}, not a Uint8Array`);
}

/** @internal Uploads the source. */
export async function uploaded(
  client: Client,
  options: UploadOptions,
  method: (...given: never[]) => unknown,
): Promise<Document> {
  const { signal, source, onProgress, ...rest } = options;
  if (signal?.aborted) {
    throw signal.reason;
  }
  const { pieces, content, path, ...known } = described(source);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const upload = client.upload(toJson({ path, ...known, ...given }), content ?? null);
  if (upload instanceof native.ErrorDetails) {
    throw errorFrom(upload, method);
  }
  const reading = new Reading(upload, pieces);
  try {
    for (;;) {
      const step = await made((id) => upload.step(bridge, id), signal);
      if (step === true) {
        await reading.handOver();
      } else if (Array.isArray(step) || step instanceof Failed) {
        return new Document(settled(step, method) as WrittenDocument);
      } else {
        onProgress?.(step as UploadProgress);
      }
    }
  } catch (error) {
    // The source's own error says more than that it could not be read.
    if (reading.fault !== undefined && isUppzyError(error, "file_read")) {
      Object.defineProperty(error, "cause", {
        value: reading.fault,
        configurable: true,
        writable: true,
      });
    }
    throw error;
  } finally {
    upload.close();
    await reading.end();
  }
}

/** The reading of a source whose pieces are handed over one by one. */
class Reading {
  /** What the source threw. */
  fault: unknown;
  #isDone = false;

  constructor(
    private readonly upload: Upload,
    private readonly pieces: AsyncIterator<unknown> | Iterator<unknown> | undefined,
  ) {}

  async handOver(): Promise<void> {
    try {
      const next = await this.pieces?.next();
      if (next === undefined || next.done) {
        this.#isDone = true;
        this.upload.end();
      } else {
        this.upload.give(bytes(next.value));
      }
    } catch (error) {
      this.fault = error;
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.upload.fail(text);
    }
  }

  /** Lets go of a source that was not read to its end. */
  async end(): Promise<void> {
    if (this.#isDone || this.pieces === undefined) {
      return;
    }
    this.#isDone = true;
    try {
      await this.pieces.return?.();
    } catch {
      // The upload's own result is what matters.
    }
  }
}
