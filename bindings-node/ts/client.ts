/** The client: where a program begins. */

import type { inspect as Inspect, InspectOptions } from "node:util";

import type { Client, Clock, ErrorDetails } from "../native/native.js";
import { Chat } from "./chat.js";
import { Documents } from "./documents.js";
import { errorFrom } from "./errors.js";
import { EventStream, type UppzyEvent } from "./events.js";
import { Sessions, Site, Tenant } from "./families.js";
import { INSPECT, shown } from "./inspect.js";
import { Metrics } from "./metrics.js";
import { native } from "./native.js";
import { settingsToJson } from "./options.js";

/** How often and how fast a failed request is repeated. What is not given has its default. */
export interface RetryPolicy {
  /** Attempts of a call, the first included; at least 1. Default: 3. */
  maxAttempts?: number | undefined;
  /** The first back-off before its jitter, in milliseconds. Default: 500. */
  baseMs?: number | undefined;
  /** The longest back-off before its jitter, in milliseconds. Default: 8,000. */
  capMs?: number | undefined;
  /** The first back-off after 429 and 503, in milliseconds. Default: 1,000. */
  throttledBaseMs?: number | undefined;
  /** The longest back-off after 429 and 503, in milliseconds. Default: 20,000. */
  throttledCapMs?: number | undefined;
  /** A server that asks for a longer wait than this gets no retry, in milliseconds. Default: 60,000. */
  maxRetryAfterMs?: number | undefined;
}

/**
 * When the state of a pending answer is read. A hint of the server wins. The default one learns when the answers of a
 * site come; any other is kept to as it is.
 */
export interface PollSchedule {
  /** From the moment the server accepted the question to the first poll, in milliseconds. Default: 2,000. */
  firstMs?: number | undefined;
  /** The next wait as a share of the time since the question was accepted. Default: 0.12. */
  share?: number | undefined;
  /** The shortest wait between two polls, in milliseconds. Default: 1,000. */
  leastMs?: number | undefined;
  /** The longest wait between two polls, in milliseconds. Default: 5,000. */
  mostMs?: number | undefined;
  /** How far a wait may be off its value either way, as a share of it. Default: 0.1. */
  jitter?: number | undefined;
  /** The default total time of a wait under this schedule, in milliseconds. Default: the client's. */
  timeoutMs?: number | undefined;
}

/**
 * Options of {@link Uppzy}. What is not given comes from the environment (`UPPZY_API_KEY`,
 * `UPPZY_API_KEY_FILE`, `UPPZY_BASE_URL`, `UPPZY_TENANT_ID`, `UPPZY_SITE_ID`, `UPPZY_CA_FILE`), and
 * then from the defaults.
 */
export interface UppzyOptions {
  /** The API key. Never in an app that others install: see `bearerToken`. */
  apiKey?: string | undefined;
  /** A file that holds the API key; read again when it changes, and after a 401. */
  apiKeyFile?: string | undefined;
  /**
   * A token for your own gateway, which holds the key in the client's place; needs `baseUrl`.
   */
  bearerToken?: string | undefined;
  /** Where the API is. Default: `https://api.uppzy.com/api/v1`. */
  baseUrl?: string | undefined;
  /** The tenant that `tenant` operations mean. */
  tenantId?: string | undefined;
  /** The site that all other operations mean. */
  siteId?: string | undefined;
  /** Headers to send with every request, for example some that your gateway asks for. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Allow `http://` to a host that is not this machine; the key then travels in clear text.
   */
  allowHttp?: boolean | undefined;
  /** A PEM file of certificate authorities to trust beside the system's. */
  caFile?: string | undefined;
  /** The same, as the PEM text itself. */
  caPem?: string | undefined;
  /** An HTTP proxy. Default: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  proxy?: string | undefined;
  /** Milliseconds for a call, retries included. Default: 30,000. */
  timeoutMs?: number | undefined;
  /** Milliseconds for `chat.send`. Default: 90,000, as an answer may take 60 s. */
  sendTimeoutMs?: number | undefined;
  /** Milliseconds for `documents.upload`. Default: 300,000. */
  uploadTimeoutMs?: number | undefined;
  /** Milliseconds for `chat.ask`, and for waiting for a pending answer. Default: 120,000. */
  askTimeoutMs?: number | undefined;
  /** Milliseconds to wait for a connection, TLS included. Default: 5,000. */
  connectTimeoutMs?: number | undefined;
  /** Milliseconds of silence in the middle of an answer. Default: 20,000. */
  bodyStallTimeoutMs?: number | undefined;
  /** How many requests may be under way at once; more wait. Default: 1,000. */
  maxInFlight?: number | undefined;
  /** How often and how fast failed requests are repeated. */
  retry?: RetryPolicy | undefined;
  /**
   * Repeat even where nobody can tell whether the server has done it already; a repeat can then
   * double a message or a document.
   */
  retryUnknown?: boolean | undefined;
  /**
   * When the state of a pending answer is read. `worker` is the fixed schedule of the vendor's
   * playbook: every 2.5 s, for 45 s.
   */
  poll?: PollSchedule | "worker" | undefined;
  /** How many polls a second all waiting answers share. Default: 10, and more for each that waits. */
  maxPollRate?: number | undefined;
  /** How many calls `error.report()` can look back on. Default: 64. */
  journalCapacity?: number | undefined;
  /** Your application's name and version, for the User-Agent header. */
  userAgentSuffix?: string | undefined;
  /** Settings to use in place of the process's environment. Default: `process.env`. */
  environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Another source of time, for tests: see `uppzy/testing`. */
  clock?: Clock | undefined;
}

/**
 * The variables that settings come from. Looked up here and not by the native library, which does not
 * see what a worker has changed in its `process.env`.
 */
function variables(environment: Readonly<Record<string, string | undefined>>): object {
  const ours = Object.entries(environment).filter(
    ([name, value]) => name.startsWith("UPPZY_") && value !== undefined,
  );
  return Object.fromEntries(ours);
}

/**
 * The way to the Uppzy API: cheap to keep, shared by all of a process.
 *
 * All settings are checked here; no connection is opened before the first call. Keep it as long as the
 * process lives, or close it: with `close()` or `await using`.
 *
 * @example
 * ```ts
 * const client = new Uppzy(); // UPPZY_API_KEY, UPPZY_SITE_ID, ...
 * const answer = await client.chat.ask({
 *   message: "How do I return a lamp?",
 *   sessionId: "ticket-48291",
 * });
 * console.log(answer.text, answer.confidenceLevel);
 * ```
 */
export class Uppzy implements AsyncDisposable {
  readonly #native: Client;
  /** Operations on the tenant, the workspace that keys, sites and the plan belong to. */
  readonly tenant: Tenant;
  /** Operations on the site: one chatbot with its documents, sessions and widget. */
  readonly site: Site;
  /** Operations on the site's documents: what the assistant knows. */
  readonly documents: Documents;
  /** Questions and answers. */
  readonly chat: Chat;
  /** Operations on sessions, the conversations of one person or thread. */
  readonly sessions: Sessions;

  /**
   * @throws {@link ConfigError} A setting is missing or unusable; says which, where it came from, and
   * what to change.
   */
  constructor(options: UppzyOptions = {}) {
    const client = options instanceof native.Client ? options : made(options, new.target);
    this.#native = client;
    this.tenant = new Tenant(client);
    this.site = new Site(client);
    this.documents = new Documents(client);
    this.chat = new Chat(client);
    this.sessions = new Sessions(client);
  }

  /**
   * Gives a client for another site, which shares connections, budget and metrics.
   *
   * @throws {@link ConfigError} The id cannot be one.
   */
  forSite(siteId: string): Uppzy {
    return over(this.#native.forSite(siteId), this.forSite);
  }

  /**
   * Gives a client for another tenant, which shares connections, budget and metrics.
   *
   * @throws {@link ConfigError} The id cannot be one.
   */
  forTenant(tenantId: string): Uppzy {
    return over(this.#native.forTenant(tenantId), this.forTenant);
  }

  /**
   * Uses another API key from the next attempt on. No call under way is lost.
   *
   * @throws {@link ConfigError} The text cannot be a key, or the client uses none.
   */
  setApiKey(apiKey: string): void {
    raised(this.#native.setApiKey(apiKey), this.setApiKey);
  }

  /**
   * Uses another bearer token from the next attempt on, for clients of a gateway.
   *
   * @throws {@link ConfigError} The text cannot be a token, or the client uses none.
   */
  setBearerToken(bearerToken: string): void {
    raised(this.#native.setBearerToken(bearerToken), this.setBearerToken);
  }

  /** What the client, and those that share with it, have done so far in this process. */
  metrics(): Metrics {
    return new Metrics(this.#native.metrics());
  }

  /**
   * Gives events from now on. `capacity` is how many may wait to be read; beyond that the oldest are
   * dropped. Default of `capacity`: 1,000.
   */
  events(options: { capacity?: number | undefined } = {}): EventStream {
    return new EventStream(this.#native.events(options.capacity ?? 1_000));
  }

  /**
   * Calls the listener with each event from now on, and returns a function that ends that. The process
   * does not stay alive for it.
   */
  onEvent(
    listener: (event: UppzyEvent) => void,
    options: { capacity?: number | undefined } = {},
  ): () => void {
    const events = this.events(options);
    void (async () => {
      for await (const event of events) {
        try {
          listener(event);
        } catch (error) {
          // As for any other listener: the process hears of it, and the events go on.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    })();
    return () => events.close();
  }

  /**
   * Ends the client and those that share with it; does not wait. May be repeated.
   *
   * Calls from now on fail with {@link ClosedError}, and so do calls that wait for a retry or for an
   * answer. A request under way is finished.
   */
  close(): void {
    this.#native.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Whether the client was closed. */
  get isClosed(): boolean {
    return this.#native.isClosed;
  }

  /** The tenant that `tenant` operations mean. */
  get tenantId(): string | null {
    return this.#native.tenantId;
  }

  /** The site that all other operations mean. */
  get siteId(): string | null {
    return this.#native.siteId;
  }

  /** Where the API is. */
  get baseUrl(): string {
    return this.#native.baseUrl;
  }

  /** @internal */
  [INSPECT](_depth: number, options: InspectOptions, inspect: typeof Inspect): string {
    const { baseUrl, tenantId, siteId, isClosed } = this;
    return shown("Uppzy", { baseUrl, tenantId, siteId, isClosed }, options, inspect);
  }
}

type Caller = (...given: never[]) => unknown;

function made(options: UppzyOptions, caller: unknown): Client {
  const { clock, environment = process.env, ...rest } = options;
  const json = settingsToJson({ ...rest, environment: variables(environment) });
  const client = native.Client.create(json, clock ?? null);
  if (client instanceof native.ErrorDetails) {
    throw errorFrom(client, caller as Caller);
  }
  return client;
}

function over(client: Client | ErrorDetails, caller: Caller): Uppzy {
  if (client instanceof native.ErrorDetails) {
    throw errorFrom(client, caller);
  }
  return new Uppzy(client as unknown as UppzyOptions);
}

function raised(details: ErrorDetails | null, caller: Caller): void {
  if (details !== null) {
    throw errorFrom(details, caller);
  }
}
