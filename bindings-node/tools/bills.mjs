// Bills of materials, in CycloneDX's form: what is in a package, and what that was linked from.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a bill is called in a package. */
export const BILL = "sbom.cdx.json";

/** Writes the bill of a package that holds what was compiled from Rust; its own bill lies beside it. */
export function writeBillOf(file, place, manifest) {
  const beside = file.replace(/(\.node|\.exe)?$/, ".cdx.json");
  const bill = JSON.parse(readFileSync(beside, "utf8"));
  const package_ = component(manifest);
  const inside = bill.metadata.component;
  write(place, {
    ...bill,
    metadata: { ...bill.metadata, component: package_ },
    components: [inside, ...bill.components],
    dependencies: [depends(package_, [inside]), ...bill.dependencies],
  });
}

/** Writes the bill of a package without anything compiled, which asks for others. */
export function writeBillOfAsking(place, manifest) {
  const package_ = component(manifest);
  const { license, optionalDependencies } = manifest;
  const parts = Object.entries(optionalDependencies).map(([name, version]) => ({
    ...component({ name, version, license }),
    scope: "optional",
  }));
  write(place, {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: package_ },
    components: parts,
    dependencies: [depends(package_, parts)],
  });
}

function component({ name, version, license }) {
  const purl = `pkg:npm/${name}@${version}`;
  const licenses = [{ expression: license }];
  return { type: "library", "bom-ref": purl, name, version, licenses, purl };
}

function depends(one, parts) {
  return { ref: one["bom-ref"], dependsOn: parts.map((part) => part["bom-ref"]) };
}

function write(place, bill) {
  writeFileSync(join(place, BILL), `${JSON.stringify(bill, null, 2)}\n`);
}
