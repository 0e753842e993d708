/** The servers that scenarios run against. */

import { connect, createServer, type Server, type Socket } from "node:net";

import { Sandbox } from "uppzy/testing";

import type { Space } from "./control.js";
import { knownFor, started } from "./servers.js";
import type { Fields } from "./values.js";

/** What the plain server says to everybody, whatever they say. */
const PLAIN_ANSWER = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/**
 * The servers of all scenarios: two sandboxes, a port where nobody listens, one where nobody answers,
 * and one where no TLS is spoken.
 */
export class Host {
  private constructor(
    private readonly sandbox: Sandbox,
    private readonly other: Sandbox,
    private readonly silent: Listener,
    private readonly plain: Listener,
    private readonly dead: Socket,
  ) {}

  static async start(): Promise<Host> {
    if (!process.env["UPPZY_SANDBOX"]) {
      throw new Error("set UPPZY_SANDBOX to the path of the program uppzy-sandbox");
    }
    const [sandbox, other] = await Promise.all([Sandbox.start(), Sandbox.start()]);
    const silent = await Listener.start(() => {});
    const plain = await Listener.start((socket) => {
      socket.end(PLAIN_ANSWER);
      // Closing before everything is read would reset the connection.
      socket.resume();
    });
    // A port that is taken by a connection and not listened on, so that nobody else takes it.
    const dead = await connected(silent.port);
    return new Host(sandbox, other, silent, plain, dead);
  }

  /** Where the sandbox is controlled. */
  get controlUrl(): string {
    return started?.control_url ?? this.sandbox.controlUrl;
  }

  /** Where the second sandbox is controlled. */
  get otherControlUrl(): string {
    return this.other.controlUrl;
  }

  /** What references find from the beginning. */
  known(space: Space, other: Space): Fields {
    return {
      ...knownFor(space),
      sandbox: space,
      other,
      dead: { base_url: `http://127.0.0.1:${this.dead.localPort}/api/v1` },
      silent: {
        base_url: `http://${this.silent.address}/api/v1`,
        https_base_url: `https://${this.silent.address}/api/v1`,
      },
      plain: { https_base_url: `https://${this.plain.address}/api/v1` },
    };
  }

  async stop(): Promise<void> {
    this.dead.destroy();
    this.silent.stop();
    this.plain.stop();
    await Promise.all([this.sandbox.stop(), this.other.stop()]);
  }
}

/** A server on a free port, and its connections. */
class Listener {
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(serve: (socket: Socket) => void): Promise<Listener> {
    const server = createServer();
    const listener = new Listener(server);
    server.on("connection", (socket) => {
      listener.#sockets.add(socket);
      socket.on("close", () => listener.#sockets.delete(socket));
      // Who has gone by now does not need an answer.
      socket.on("error", () => {});
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return listener;
  }

  get port(): number {
    const address = this.server.address();
    if (typeof address !== "object" || address === null) {
      throw new Error("the server does not listen");
    }
    return address.port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  stop(): void {
    this.server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });
}
