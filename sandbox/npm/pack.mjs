// Packs the sandbox as it is published on npm: the package itself, and one for each platform whose program is
// named. The package itself asks npm for all platforms, or for those that are named with `--only-built`.
//
//     node pack.mjs FOLDER [--only-built] --program TARGET=FILE ...
//
// A target is named as Rust does: x86_64-unknown-linux-gnu. Beside each program lies its bill of materials:
// uppzy-sandbox.cdx.json, from `cargo xtask bill uppzy-sandbox --target x86_64-unknown-linux-gnu`.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import {
  copyLicenses,
  pack,
  platformOf,
  writePlatformPackage,
  writePublished,
} from "../../bindings-node/tools/platforms.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const licenses = join(root, "..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "only-built": { type: "boolean", default: false },
    program: { type: "string", multiple: true, default: [] },
  },
});
if (positionals.length !== 1 || values.program.length === 0) {
  throw new Error(
    "name the folder that the packages are to be put into, and a program with --program",
  );
}
const folder = resolve(positionals[0]);
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const manifest = read(join(root, "package.json"));
const client = read(join(root, "..", "..", "bindings-node", "package.json"));

const programs = values.program.map((named) => {
  const [target, file] = named.split("=", 2);
  if (file === undefined || !client.napi.targets.includes(target)) {
    throw new Error(
      `${named} is not a TARGET=FILE; the targets are ${client.napi.targets.join(", ")}`,
    );
  }
  return { platform: platformOf(target), file: resolve(file) };
});
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(tmpdir(), "uppzy-pack-"));
try {
  for (const { platform, file } of programs) {
    const place = join(work, platform.name);
    writePlatformPackage(place, {
      manifest,
      platform,
      what: "The program",
      file,
      named: `bin/uppzy-sandbox${platform.os === "win32" ? ".exe" : ""}`,
      licenses,
    });
    pack(place, folder);
  }
  const place = join(work, "uppzy-sandbox");
  mkdirSync(place);
  copyLicenses(licenses, place);
  for (const part of [
    ...manifest.files.filter((file) => !file.startsWith("LICENSE-")),
    "README.md",
  ]) {
    cpSync(join(root, part), join(place, part));
  }
  const platforms = values["only-built"]
    ? programs.map(({ platform }) => platform)
    : client.napi.targets.map(platformOf);
  writePublished(place, manifest, platforms);
  pack(place, folder);
} finally {
  rmSync(work, { recursive: true, force: true });
}
