/** Servers that are not ours, where `uppzy-servers` has started some in front of its sandbox. */

import { readFileSync } from "node:fs";

import type { Space } from "./control.js";
import type { Fields } from "./values.js";

/** What `uppzy-servers` says of them. */
export interface Servers {
  /** Where the sandbox behind them is controlled. */
  readonly control_url: string;
  /** The folder of the scenarios that are run against them. */
  readonly cases: string;
  /** By name, what references find. */
  readonly known: Readonly<Record<string, Fields>>;
}

const { UPPZY_SERVERS } = process.env;

/** The servers, if this runs below `uppzy-servers`. */
export const started: Servers | undefined = UPPZY_SERVERS
  ? (JSON.parse(readFileSync(UPPZY_SERVERS, "utf8")) as Servers)
  : undefined;

/** What references find, with the URL under which each server has the space: its path, elsewhere. */
export function knownFor(space: Space): Fields {
  const { pathname } = new URL(space.base_url);
  const known = Object.entries(started?.known ?? {});
  return Object.fromEntries(
    known.map(([name, fields]) => {
      const origin = fields["origin"] as string | undefined;
      return [name, origin === undefined ? fields : { ...fields, base_url: origin + pathname }];
    }),
  );
}
