/** The uploads that a scenario describes. */

import { readFileSync } from "node:fs";
import { Readable } from "node:stream";

import type { UploadOptions } from "uppzy";

/** Pieces of a stream are this large. */
const PIECE = 16 * 1024;

/** What a scenario says of an upload. */
export interface UploadArguments extends Omit<UploadOptions, "source"> {
  readonly path: string;
  readonly as?: "path" | "bytes" | "stream";
}

/**
 * What to give to `documents.upload`: the file at `path` by its path, or as bytes, or as a stream that
 * can be read once, with the length that is announced.
 */
export function uploadOptions({ path, as = "path", ...given }: UploadArguments): UploadOptions {
  switch (as) {
    case "path":
      return { source: path, ...given };
    case "bytes":
      return { source: readFileSync(path), ...given };
    case "stream":
      return { source: Readable.from(pieces(readFileSync(path))), ...given };
    default:
      throw new Error(`a file cannot be uploaded as ${String(as)}`);
  }
}

function* pieces(content: Buffer): Generator<Buffer> {
  for (let begin = 0; begin < content.length; begin += PIECE) {
    yield content.subarray(begin, begin + PIECE);
  }
}
