// Packs the package as it is published: the package itself, without any native library, and one package for
// each platform whose library is there, with its bill of materials beside it: uppzy.linux-x64-gnu.node, and
// uppzy.linux-x64-gnu.cdx.json from `cargo xtask bill uppzy-node --target x86_64-unknown-linux-gnu`. The package
// itself asks npm for all platforms, or for those that are there with `--only-built`.
//
//     node tools/pack.mjs FOLDER [--only-built] [--libraries FOLDER]

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { pack, platformOf, writePlatformPackage, writePublished } from "./platforms.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "only-built": { type: "boolean", default: false },
    libraries: { type: "string", default: join(root, "native") },
  },
});
if (positionals.length !== 1) {
  throw new Error("name the folder that the packages are to be put into");
}
const folder = resolve(positionals[0]);
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const platforms = manifest.napi.targets.map(platformOf);
const named = ({ name }) => `uppzy.${name}.node`;
const library = (platform) => resolve(values.libraries, named(platform));
const built = platforms.filter((platform) => existsSync(library(platform)));
if (built.length === 0) {
  throw new Error("no native library is built: npm run build");
}
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(tmpdir(), "uppzy-pack-"));
try {
  for (const platform of built) {
    const place = join(work, platform.name);
    writePlatformPackage(place, {
      manifest,
      platform,
      what: "The native library",
      file: library(platform),
      named: named(platform),
      licenses: root,
    });
    pack(place, folder);
  }
  const place = join(work, "uppzy");
  for (const part of [...manifest.files, "README.md"]) {
    cpSync(join(root, part), join(place, part), { recursive: true });
  }
  writePublished(place, manifest, values["only-built"] ? built : platforms);
  pack(place, folder);
} finally {
  rmSync(work, { recursive: true, force: true });
}
