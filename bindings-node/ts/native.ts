/** Finds and loads the native library. */

import { existsSync } from "node:fs";
import { join } from "node:path";

import type * as Native from "../native/native.js";
import { VERSION } from "./version.js";

/** The names that a platform's library goes by, the likelier first. */
function triples(): string[] {
  const { arch, platform } = process;
  switch (platform) {
    case "linux":
      return [`linux-${arch}-gnu`, `linux-${arch}-musl`];
    case "win32":
      return [`win32-${arch}-msvc`];
    default:
      return [`${platform}-${arch}`];
  }
}

/** The C library of this process, for the error text only: finding out takes a while. */
function libc(): string {
  if (process.platform !== "linux") {
    return "no libc to tell";
  }
  const report = process.report?.getReport() as
    | { header?: { glibcVersionRuntime?: string } }
    | undefined;
  const glibc = report?.header?.glibcVersionRuntime;
  return glibc === undefined ? "musl, or another libc that is not glibc" : `glibc ${glibc}`;
}

function explained(causes: Error[]): Error {
  const { arch, platform, version } = process;
  const named = triples();
  const isMusl = platform === "linux" && libc().startsWith("musl");
  const expected = `uppzy-${isMusl ? (named[1] ?? "") : (named[0] ?? "")}`;
  const causeText = causes.map((cause) => `  ${cause.message.split("\n", 1)[0] ?? ""}`).join("\n");
  const error = new Error(
    `uppzy cannot load its native library for ${platform}-${arch} (${libc()}, Node ${version}).\n` +
      `It comes with the package ${expected}, which npm installs beside uppzy. Likely causes: ` +
      "optional dependencies were left out (--omit=optional), node_modules came from another " +
      "platform, a bundler took uppzy into its bundle (mark it as external), or there is no such " +
      "package for this platform.\n" +
      `Tried:\n${causeText}`,
    { cause: causes.at(-1) },
  );
  return Object.assign(error, { code: "UPPZY_NATIVE_LIBRARY" });
}

/** A file that was named, or lies beside this one, or an installed package. */
function candidates(): string[] {
  const named = process.env["UPPZY_NATIVE_LIBRARY"];
  if (named !== undefined && named !== "") {
    return [named];
  }
  const beside = triples()
    .map((triple) => join(__dirname, "..", "native", `uppzy.${triple}.node`))
    .filter((file) => existsSync(file));
  return [...beside, ...triples().map((triple) => `uppzy-${triple}`)];
}

function load(): typeof Native {
  const causes: Error[] = [];
  for (const candidate of candidates()) {
    try {
      const loaded = require(candidate) as typeof Native;
      const version = loaded.version();
      if (version !== VERSION) {
        throw new Error(`${candidate} is of version ${version}, not ${VERSION}`);
      }
      return loaded;
    } catch (error) {
      causes.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  throw explained(causes);
}

export const native: typeof Native = load();
