/** A server that holds so many questions, and then answers all of them at once. */

import { createServer, type ServerResponse } from "node:http";

const count = Number(process.argv[2]);
const body = JSON.stringify({
  session_id: "s",
  request_id: "req_1",
  answer: "We are open from 9 to 17. ".repeat(12),
  confidence_level: "high",
  confidence_score: 91.5,
  sources: [{ title: "support-hours.txt", score: 0.91 }],
});
const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
let held: ServerResponse[] = [];
const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    held.push(response);
    if (held.length === count) {
      for (const answer of held) {
        answer.writeHead(200, headers).end(body);
      }
      held = [];
    }
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : null);
});
process.once("disconnect", () => process.exit());
