/** Control of a sandbox over HTTP, as the runners of all languages do it. */

import { Agent, request } from "node:http";

import { stringifyExactly } from "./numbers.js";
import type { Fields } from "./values.js";

const METHODS: Record<string, string> = {
  rules: "PUT",
  progression: "PUT",
  latency: "PUT",
  plan: "PUT",
  limits: "PUT",
  keys: "POST",
  clock: "POST",
  journal: "DELETE",
};
/** The sandbox is on this machine. */
const TIMEOUT_MS = 30_000;

/** What the sandbox says of a space. */
export interface Space extends Fields {
  readonly name: string;
  readonly control_url: string;
  readonly base_url: string;
  readonly api_key: string;
  readonly tenant_id: string;
  readonly site_id: string;
}

/** One space of a sandbox. */
export class Control {
  private constructor(
    private readonly agent: Agent,
    private readonly root: string,
    readonly space: Space,
  ) {}

  /** Makes a space in the sandbox with that control URL. */
  static async make(root: string): Promise<Control> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    return new Control(agent, root, (await send(agent, "POST", `${root}/spaces`, {})) as Space);
  }

  /** Changes settings: each is named after its path, and its value is the body. */
  async change(settings: Fields): Promise<void> {
    for (const [name, body] of Object.entries(settings)) {
      const method = METHODS[name];
      if (method === undefined) {
        throw new Error(`there is no setting ${name}`);
      }
      await this.#send(method, `/${name}`, method === "DELETE" ? undefined : body);
    }
  }

  /** The journal, oldest entry first. */
  async journal(): Promise<Fields[]> {
    return ((await this.#send("GET", "/journal")) as { entries: Fields[] }).entries;
  }

  /** How many connections have carried requests to the space. */
  async connections(): Promise<number> {
    const stats = (await this.#send("GET", "/stats")) as { connections_total: number };
    return stats.connections_total;
  }

  /** Removes the space. */
  async remove(): Promise<void> {
    try {
      await send(this.agent, "DELETE", `${this.root}/spaces/${this.space.name}`);
    } finally {
      this.agent.destroy();
    }
  }

  #send(method: string, path: string, body?: unknown): Promise<unknown> {
    return send(this.agent, method, this.space.control_url + path, body);
  }
}

function send(agent: Agent, method: string, url: string, body?: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? "" : stringifyExactly(body);
    const headers = { "Content-Length": Buffer.byteLength(text) };
    const sent = request(url, { agent, method, headers, timeout: TIMEOUT_MS }, (answer) => {
      let content = "";
      answer.setEncoding("utf8");
      answer.on("data", (piece: string) => {
        content += piece;
      });
      answer.on("error", reject);
      answer.on("end", () => {
        const status = answer.statusCode ?? 0;
        if (status >= 200 && status < 300) {
          resolve(content.trim() === "" ? null : JSON.parse(content));
        } else {
          reject(new Error(`${method} ${url}: ${status} ${content}`));
        }
      });
    });
    sent.on("timeout", () => sent.destroy(new Error(`${method} ${url}: no answer`)));
    sent.on("error", reject);
    sent.end(text);
  });
}
