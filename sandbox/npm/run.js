#!/usr/bin/env node
// Runs the program, and ends as it ends.

const { spawn } = require("node:child_process");

const { path } = require("./index.js");

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

const child = spawn(path, process.argv.slice(2), { stdio: "inherit" });
for (const signal of SIGNALS) {
  process.on(signal, () => child.kill(signal));
}
child.once("error", (error) => {
  console.error(`uppzy-sandbox: ${error.message}`);
  process.exitCode = 1;
});
child.once("exit", (code, signal) => {
  for (const name of SIGNALS) {
    process.removeAllListeners(name);
  }
  if (signal === null) {
    process.exitCode = code;
  } else {
    process.kill(process.pid, signal);
  }
});
