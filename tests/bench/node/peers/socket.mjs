/** Requests and answers as bytes, with as little of HTTP as will do: the floor of what a client can take. */

import { connect } from "node:net";

import { answer, chat, HEADERS, QUESTION } from "./answer.mjs";

const END = "\r\n\r\n";
const LENGTH = /\r\ncontent-length: (\d+)/;

/** A connection with one request on its way. */
class Connection {
  #received = "";
  #answered;

  constructor(socket) {
    this.socket = socket.setNoDelay(true).setEncoding("latin1");
    socket.on("data", (data) => this.#read(data));
    socket.on("close", () => this.#answered?.reject(new Error("the server went away")));
  }

  send(request) {
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject };
      this.socket.write(request);
    });
  }

  #read(data) {
    this.#received += data;
    const end = this.#received.indexOf(END);
    if (end < 0) {
      return;
    }
    const length = Number(LENGTH.exec(this.#received)[1]);
    const from = end + END.length;
    if (this.#received.length - from < length) {
      return;
    }
    const { resolve } = this.#answered;
    const received = this.#received;
    [this.#received, this.#answered] = ["", undefined];
    resolve({ received, body: received.slice(from) });
  }
}

export async function make(url) {
  const { hostname, port, host, pathname } = new URL(chat(url));
  const fields = { Host: host, "Content-Type": "application/json", ...HEADERS };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${pathname} HTTP/1.1\r\n${lines.join("")}`;
  const idle = [];
  return async () => {
    const connection = idle.pop() ?? new Connection(connect(Number(port), hostname));
    const body = JSON.stringify(QUESTION);
    const length = Buffer.byteLength(body);
    const { received, body: text } = await connection.send(
      `${head}Content-Length: ${length}${END}${body}`,
    );
    idle.push(connection);
    if (!received.startsWith("HTTP/1.1 200 ")) {
      throw new Error("the request was refused");
    }
    answer(JSON.parse(text));
  };
}
