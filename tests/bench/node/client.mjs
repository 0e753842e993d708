/**
 * One client in a process of its own: does a job, and prints what it took as a line of JSON.
 *
 * node client.mjs JOB CLIENT URL REQUESTS CONCURRENCY
 */

/** Of the measured requests, so many come before: enough for V8 to have compiled what is hot. */
const WARM_UP = 1;

/** Processor time of this process with all its threads, in seconds, and the part that went by in the kernel. */
function used() {
  const { user, system } = process.cpuUsage();
  return { whole: (user + system) / 1e6, kernel: system / 1e6 };
}

function per10k(used, before, count) {
  const scaled = (part) => ((used[part] - before[part]) * 10_000) / count;
  return { cpu_per_10k: scaled("whole"), kernel_per_10k: scaled("kernel") };
}

function peakMemory() {
  return process.resourceUsage().maxRSS * 1024;
}

async function inTasks(send, requests, tasks) {
  const times = [];
  const each = Math.max(1, Math.floor(requests / tasks));
  const work = async () => {
    for (let sent = 0; sent < each; sent += 1) {
      const began = performance.now();
      await send();
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: tasks }, work));
  return times;
}

async function send(make, url, requests, concurrency) {
  const one = await make(url, concurrency);
  await inTasks(one, requests * WARM_UP, concurrency);
  const [cpu, began] = [used(), performance.now()];
  const times = await inTasks(one, requests, concurrency);
  const [spent, wall] = [used(), (performance.now() - began) / 1e3];
  times.sort((one, other) => one - other);
  const count = times.length;
  return {
    ...per10k(spent, cpu, count),
    requests_per_second: count / wall,
    p50_ms: times[Math.floor(count / 2)],
    p99_ms: times[Math.min(count - 1, Math.floor(count * 0.99))],
    peak_memory: peakMemory(),
  };
}

async function many(run, url, answers) {
  const began = performance.now();
  await run(url, answers);
  return {
    ...per10k(used(), { whole: 0, kernel: 0 }, answers),
    seconds: (performance.now() - began) / 1e3,
    peak_memory: peakMemory(),
  };
}

const [job, name, url, requests, concurrency] = process.argv.slice(2);
let result = {};
if (job === "cold") {
  // Without a name it is Node itself that is measured.
  if (name !== "") {
    const { make } = await import(`./peers/${name}.mjs`);
    await (await make(url, 1))();
  }
  result = { cpu_ms: used().whole * 1e3, peak_memory: peakMemory() };
} else if (job === "many") {
  const { run } = await import(`./peers/many-${name}.mjs`);
  result = await many(run, url, Number(requests));
} else {
  const { make } = await import(`./peers/${name}.mjs`);
  result = await send(make, url, Number(requests), Number(concurrency));
}
console.log(JSON.stringify(result));
process.exit(0);
