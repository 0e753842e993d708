/** Operations on the tenant, the site and its sessions. */

import type { Client } from "../native/native.js";
import { bridge, made } from "./bridge.js";
import { settled } from "./errors.js";
import {
  Listing,
  OpenObject,
  Session,
  type WrittenListing,
  type WrittenOpen,
  type WrittenSession,
} from "./models.js";
import { type CallOptions, type ReadOptions, toJson } from "./options.js";

/** @internal Makes the call of that name. */
export function called(client: Client, name: string, given: CallOptions): Promise<unknown> {
  return made((id) => client.start(bridge, id, name, toJson(given)), given.signal);
}

/** Options of operations on one user. */
export interface UserOptions extends CallOptions {
  /** The user's address. */
  email: string;
}

/** Options of {@link Site.updateWidgetConfig}. */
export interface UpdateWidgetConfigOptions extends CallOptions {
  /** The fields to change with their new values, passed on as they are. */
  patch: Readonly<Record<string, unknown>>;
}

/** Options of {@link Sessions.list}. */
export interface ListSessionsOptions extends ReadOptions {
  /** Only those of the person with this address. */
  email?: string | undefined;
}

/** Options of {@link Sessions.close}. */
export interface CloseSessionOptions extends CallOptions {
  /** The conversation, as it was named when asking. */
  sessionId: string;
}

/**
 * Operations on the tenant: the workspace that keys, sites and the plan belong to.
 *
 * From `client.tenant`. The vendor documents no fields of the answers: they come as open objects.
 */
export class Tenant {
  readonly #client: Client;

  /** @internal */
  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Reads the tenant.
   *
   * @throws {@link ConfigError} The client has no tenant id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async get(options: ReadOptions = {}): Promise<OpenObject> {
    const outcome = await called(this.#client, "tenant.get", options);
    return new OpenObject(settled(outcome, this.get) as WrittenOpen);
  }

  /**
   * Reads the limits of the plan.
   *
   * @throws {@link ConfigError} The client has no tenant id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async limits(options: ReadOptions = {}): Promise<OpenObject> {
    const outcome = await called(this.#client, "tenant.limits", options);
    return new OpenObject(settled(outcome, this.limits) as WrittenOpen);
  }

  /**
   * Reads what was used of the plan.
   *
   * @throws {@link ConfigError} The client has no tenant id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async usage(options: ReadOptions = {}): Promise<OpenObject> {
    const outcome = await called(this.#client, "tenant.usage", options);
    return new OpenObject(settled(outcome, this.usage) as WrittenOpen);
  }

  /**
   * Reads what was used over time.
   *
   * @throws {@link ConfigError} The client has no tenant id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async usageHistory(options: ReadOptions = {}): Promise<OpenObject> {
    const outcome = await called(this.#client, "tenant.usage_history", options);
    return new OpenObject(settled(outcome, this.usageHistory) as WrittenOpen);
  }

  /**
   * Reads the tenant's statistics.
   *
   * @throws {@link ConfigError} The client has no tenant id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async statistics(options: ReadOptions = {}): Promise<OpenObject> {
    const outcome = await called(this.#client, "tenant.statistics", options);
    return new OpenObject(settled(outcome, this.statistics) as WrittenOpen);
  }
}

/**
 * Operations on the site: one chatbot with its documents, sessions and widget.
 *
 * From `client.site`. The vendor documents no fields of the answers: they come as open objects.
 */
export class Site {
  readonly #client: Client;

  /** @internal */
  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Reads the site.
   *
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async get(options: ReadOptions = {}): Promise<OpenObject> {
    const outcome = await called(this.#client, "site.get", options);
    return new OpenObject(settled(outcome, this.get) as WrittenOpen);
  }

  /**
   * Reads the site's statistics.
   *
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async statistics(options: ReadOptions = {}): Promise<OpenObject> {
    const outcome = await called(this.#client, "site.statistics", options);
    return new OpenObject(settled(outcome, this.statistics) as WrittenOpen);
  }

  /**
   * Reads one user's statistics.
   *
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async userStatistics(options: UserOptions): Promise<OpenObject> {
    const outcome = await called(this.#client, "site.user_statistics", options);
    return new OpenObject(settled(outcome, this.userStatistics) as WrittenOpen);
  }

  /**
   * Reads the widget's configuration.
   *
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async widgetConfig(options: CallOptions = {}): Promise<OpenObject> {
    const outcome = await called(this.#client, "site.widget_config", options);
    return new OpenObject(settled(outcome, this.widgetConfig) as WrittenOpen);
  }

  /**
   * Changes the widget's configuration.
   *
   * @throws {@link InvalidInputError} The patch is empty.
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async updateWidgetConfig(options: UpdateWidgetConfigOptions): Promise<OpenObject> {
    const outcome = await called(this.#client, "site.update_widget_config", options);
    return new OpenObject(settled(outcome, this.updateWidgetConfig) as WrittenOpen);
  }
}

/** Operations on sessions: conversations of one person or thread. From `client.sessions`. */
export class Sessions {
  readonly #client: Client;

  /** @internal */
  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Lists sessions.
   *
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async list(options: ListSessionsOptions = {}): Promise<Listing<Session>> {
    const outcome = await called(this.#client, "sessions.list", options);
    const listing = settled(outcome, this.list) as WrittenListing<WrittenSession>;
    return new Listing(
      listing,
      listing[0].map((item) => new Session(item)),
    );
  }

  /**
   * Closes a session: it is archived and takes no new messages. May be repeated.
   *
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async close(options: CloseSessionOptions): Promise<void> {
    settled(await called(this.#client, "sessions.close", options), this.close);
  }

  /**
   * Finds a person's open session that was used last; null if there is none.
   *
   * @throws {@link ConfigError} The client has no site id.
   * @throws {@link UppzyError} What any call can end in.
   */
  async latestOpen(options: UserOptions): Promise<Session | null> {
    const outcome = await called(this.#client, "sessions.latest_open", options);
    const session = settled(outcome, this.latestOpen) as WrittenSession | null;
    return session === null ? null : new Session(session);
  }
}
