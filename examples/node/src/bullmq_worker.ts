/**
 * A BullMQ worker that answers questions and is not held up while an answer is being made.
 *
 *     node dist/src/bullmq_worker.js work
 *     node dist/src/bullmq_worker.js ask "When are you open?" "Do you ship abroad?"
 *
 * The first run of a job submits the question and keeps the token in the job; every further run looks
 * once, and delays the job for as long as the assistant needs.
 */

import { DelayedError, type Job, Queue, QueueEvents, UnrecoverableError, Worker } from "bullmq";
import { Redis } from "ioredis";
import { isUppzyError, Uppzy, type UppzyError } from "uppzy";

const QUEUE = "questions";
/** Answers take 5 to 60 s. */
const FIRST_LOOK_MS = 2_000;
/** What is not there by then will not come. */
const LONGEST_WAIT_MS = 600_000;

interface Question {
  message: string;
  sessionId: string;
  /** Kept before the question is sent, so that a worker that dies then is noticed. */
  isSubmitting?: boolean;
  token?: string;
}

const connection = new Redis(process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379", {
  maxRetriesPerRequest: null,
});

/** Gives the job back to the queue until then. */
async function later(job: Job<Question>, lock: string | undefined, wait: number): Promise<never> {
  await job.moveToDelayed(Date.now() + wait, lock);
  throw new DelayedError();
}

/** Takes a job one step further. */
async function step(client: Uppzy, job: Job<Question>, lock?: string): Promise<string> {
  const { message, sessionId, isSubmitting, token } = job.data;
  if (token === undefined) {
    if (isSubmitting) {
      // A worker died in that moment, and nobody knows whether the server has the question.
      throw new UnrecoverableError("unclear: the worker ended while it submitted this");
    }
    await job.updateData({ message, sessionId, isSubmitting: true });
    const pending = await client.chat.submit({ message, sessionId });
    await job.updateData({ message, sessionId, token: pending.token });
    return await later(job, lock, FIRST_LOOK_MS);
  }
  const outcome = await client.chat.pollOnce({ token });
  switch (outcome.state) {
    case "completed":
      return outcome.answer.text;
    case "failed":
      throw new UnrecoverableError(outcome.error.message);
    default: {
      const since = Date.now() - client.chat.resume(token).submittedAt.getTime();
      if (since > LONGEST_WAIT_MS) {
        throw new UnrecoverableError("the assistant did not answer in time");
      }
      return await later(job, lock, outcome.retryInMs);
    }
  }
}

/** Does with a failed step what the error itself advises. */
async function recover(
  error: UppzyError,
  worker: Worker<Question, string>,
  job: Job<Question>,
  lock: string | undefined,
): Promise<never> {
  const verdict = error.queueVerdict();
  if (verdict.action === "give_up") {
    const unclear = job.data.token === undefined && error.outcome === "unknown";
    throw new UnrecoverableError(unclear ? `unclear: ${error.message}` : error.message);
  }
  // As before the call: the same step is made again.
  await job.updateData({ ...job.data, isSubmitting: false });
  if (verdict.action === "config_incident") {
    // Every job would fail the same way: for an operator.
    await worker.pause(true);
    console.error(`paused: ${error.message}\n${error.hint}`);
    return await later(job, lock, FIRST_LOOK_MS);
  }
  return await later(job, lock, verdict.delayMs);
}

function work(): void {
  const client = new Uppzy();
  const worker: Worker<Question, string> = new Worker<Question, string>(
    QUEUE,
    async (job, lock) => {
      try {
        return await step(client, job, lock);
      } catch (error) {
        if (isUppzyError(error)) {
          return await recover(error, worker, job, lock);
        }
        throw error;
      }
    },
    { connection, concurrency: 20 },
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void worker.close().then(() => connection.quit());
    });
  }
  console.log("working");
}

async function ask(messages: string[]): Promise<void> {
  const queue = new Queue<Question, string>(QUEUE, { connection });
  // It waits for events, so that it needs a connection of its own.
  const listening = connection.duplicate();
  const events = new QueueEvents(QUEUE, { connection: listening });
  await events.waitUntilReady();
  const now = Date.now();
  const jobs = await queue.addBulk(
    messages.map((message, index) => ({
      name: "question",
      data: { message, sessionId: `job-${now}-${index}` },
    })),
  );
  for (const job of jobs) {
    const answer = await job.waitUntilFinished(events).catch((error: Error) => error.message);
    console.log(`${job.data.message} ${answer}`);
  }
  await events.close();
  await queue.close();
  listening.disconnect();
  connection.disconnect();
}

const [, , command, ...messages] = process.argv;
if (command === "work") {
  work();
} else {
  await ask(messages);
}
