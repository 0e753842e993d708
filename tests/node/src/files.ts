/** The files of a scenario, in a folder of its own that goes when the scenario ends. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Fields } from "./values.js";

/** Makes the files, and notes under each one's name where it is. */
export function writeFiles(folder: string, files: Record<string, Fields>, saved: Fields): void {
  for (const [name, file] of Object.entries(files)) {
    const path = join(folder, file["name"] as string);
    writeFileSync(path, content(file));
    saved[name] = { path };
  }
}

function content(file: Fields): Buffer {
  const given = Object.keys(file).filter((name) => name !== "name");
  switch (given.join()) {
    case "text":
      return Buffer.from(file["text"] as string);
    case "base64":
      return Buffer.from(file["base64"] as string, "base64");
    case "size":
      return Buffer.alloc(file["size"] as number, "x");
    default:
      throw new Error(`${String(file["name"])}: give one of text, base64 and size`);
  }
}
