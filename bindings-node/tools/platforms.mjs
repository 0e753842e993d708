// What the packing of all packages shares: the platforms, and a package for each of them.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { BILL, writeBillOf, writeBillOfAsking } from "./bills.mjs";

const LICENSES = ["LICENSE-APACHE", "LICENSE-MIT"];

/** What npm and the loader call a target of Rust. */
export function platformOf(triple) {
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

/** Copies both licences; gives their names. */
export function copyLicenses(from, to) {
  for (const license of LICENSES) {
    copyFileSync(join(from, license), join(to, license));
  }
  return LICENSES;
}

/** Packs what is in a folder into another one. */
export function pack(from, folder) {
  const output = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: from,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  console.log(join(folder, JSON.parse(output)[0].filename));
}

/**
 * Makes the package of one platform, which holds one file and no code. Beside the file lies its bill of materials.
 *
 * @param manifest - That of the package that asks for it.
 * @param what - What the file is, such as "The native library".
 * @param file - Which file.
 * @param named - What it is called in the package.
 */
export function writePlatformPackage(place, { manifest, platform, what, file, named, licenses }) {
  const { os, cpu, libc } = platform;
  const { name, version, license, homepage, repository, engines } = manifest;
  const copy = join(place, named);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(file, copy);
  if (!basename(named).endsWith(".node")) {
    chmodSync(copy, 0o755);
  }
  const description = `${what} of ${name} for ${platform.name}`;
  writeFileSync(join(place, "README.md"), `${description}. Install \`${name}\`.\n`);
  const own = {
    name: `${name}-${platform.name}`,
    version,
    description,
    license,
    homepage,
    repository,
    engines,
    ...(named.endsWith(".node") ? { main: named } : {}),
    files: [named, BILL, ...copyLicenses(licenses, place)],
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
    // A file of the operating system cannot be run or loaded out of an archive.
    preferUnplugged: true,
  };
  writeFileSync(join(place, "package.json"), JSON.stringify(own, null, 2));
  writeBillOf(file, place, own);
}

/**
 * Writes what is published of a package.json, and the bill of materials: nothing of its making, and the platforms
 * that npm chooses from.
 */
export function writePublished(place, manifest, platforms) {
  const { scripts: _scripts, devDependencies: _dev, ...published } = manifest;
  const optional = platforms.map(({ name }) => [`${manifest.name}-${name}`, manifest.version]);
  published.files = [...manifest.files, BILL];
  published.optionalDependencies = Object.fromEntries(optional);
  writeFileSync(join(place, "package.json"), JSON.stringify(published, null, 2));
  writeBillOfAsking(place, published);
}
