// Packs the package as it is published: the package itself, without any native library, and one package for
// each platform whose library is in `native/`. The package itself asks npm for all platforms, or for those
// that are there with `--only-built`.
//
//     node tools/pack.mjs FOLDER [--only-built]

import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [, , target, ...flags] = process.argv;
if (target === undefined) {
  throw new Error("name the folder that the packages are to be put into");
}
const folder = resolve(target);
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const LICENSES = ["LICENSE-APACHE", "LICENSE-MIT"];

/** What npm and the loader call a target of Rust. */
function platformOf(triple) {
  const [cpu, , ...rest] = triple.split("-");
  const arch = { x86_64: "x64", aarch64: "arm64" }[cpu];
  const [os, abi] = rest;
  switch (os) {
    case "linux":
      return {
        name: `linux-${arch}-${abi}`,
        os,
        cpu: arch,
        libc: abi === "gnu" ? "glibc" : "musl",
      };
    case "darwin":
      return { name: `darwin-${arch}`, os, cpu: arch };
    case "windows":
      return { name: `win32-${arch}-${abi}`, os: "win32", cpu: arch };
    default:
      throw new Error(`what is ${triple} to npm?`);
  }
}

function pack(from) {
  const output = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: from,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  console.log(join(folder, JSON.parse(output)[0].filename));
}

const platforms = manifest.napi.targets.map(platformOf);
const library = ({ name }) => join(root, "native", `uppzy.${name}.node`);
const built = platforms.filter((platform) => existsSync(library(platform)));
if (built.length === 0) {
  throw new Error("no native library is built: npm run build");
}
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(tmpdir(), "uppzy-pack-"));
try {
  for (const platform of built) {
    const { name, os, cpu, libc } = platform;
    const place = join(work, name);
    mkdirSync(place);
    const file = `uppzy.${name}.node`;
    copyFileSync(library(platform), join(place, file));
    for (const license of LICENSES) {
      copyFileSync(join(root, license), join(place, license));
    }
    const { version, license, homepage, repository, engines } = manifest;
    const text = `The native library of [uppzy](https://uppzy.com) for ${name}. Install \`uppzy\`.\n`;
    writeFileSync(join(place, "README.md"), text);
    writeFileSync(
      join(place, "package.json"),
      JSON.stringify(
        {
          name: `uppzy-${name}`,
          version,
          description: `The native library of uppzy for ${name}`,
          license,
          homepage,
          repository,
          engines,
          main: file,
          files: [file, ...LICENSES],
          os: [os],
          cpu: [cpu],
          ...(libc === undefined ? {} : { libc: [libc] }),
        },
        null,
        2,
      ),
    );
    pack(place);
  }
  const place = join(work, "uppzy");
  for (const part of [...manifest.files, "README.md", "package.json"]) {
    cpSync(join(root, part), join(place, part), { recursive: true });
  }
  const asked = flags.includes("--only-built") ? built : platforms;
  const optional = asked.map(({ name }) => [`uppzy-${name}`, manifest.version]);
  const { scripts: _scripts, devDependencies: _dev, ...published } = manifest;
  published.optionalDependencies = Object.fromEntries(optional);
  writeFileSync(join(place, "package.json"), JSON.stringify(published, null, 2));
  pack(place);
} finally {
  rmSync(work, { recursive: true, force: true });
}
