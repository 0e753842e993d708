/** What every call takes beside its own arguments. */

/** How one call differs from the client's defaults. */
export interface CallOptions {
  /**
   * Ends the call when it is aborted: nothing more is sent, the socket is released, and the signal's
   * own reason is thrown. What the server has accepted goes on there.
   */
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole call, retries included. Default: the client's. */
  timeoutMs?: number | undefined;
  /**
   * Repeat even where nobody can tell whether the server has done it already; a repeat can then
   * double a message or a document. Default: the client's.
   */
  retryUnknown?: boolean | undefined;
}

/** Parameters of a query; a list gives its name to each of its values. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
/** A value of a query. */
export type QueryValue = string | number | boolean;

/** Options of reads whose parameters the vendor does not document. */
export interface ReadOptions extends CallOptions {
  /** Parameters, passed on as they are. */
  query?: Query | undefined;
}

/** Numbers that JSON has no form for are refused by the native library, not dropped. */
function spelled(_name: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** The arguments as the native library takes them. */
export function toJson(given: object): string {
  const { signal, timeoutMs } = given as CallOptions;
  if (signal === undefined && (timeoutMs === undefined || Number.isFinite(timeoutMs))) {
    return JSON.stringify(given);
  }
  return JSON.stringify({ ...given, signal: undefined, timeoutMs: spelled("", timeoutMs) });
}

/** The options of a client as the native library takes them. */
export function settingsToJson(given: object): string {
  return JSON.stringify(given, spelled);
}
