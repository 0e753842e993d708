/** Questions, answers, feedback. */

import type { Client, ErrorDetails, Pending } from "../native/native.js";
import { bridge, type Handle, made } from "./bridge.js";
import { type AnyUppzyError, errorFrom, settled } from "./errors.js";
import { called } from "./families.js";
import {
  Answer,
  ChatStatus,
  type Feedback,
  FeedbackReceipt,
  type WrittenAnswer,
  type WrittenReceipt,
  type WrittenStatus,
} from "./models.js";
import { native } from "./native.js";
import { type CallOptions, toJson } from "./options.js";
import { PendingAnswer, type PollOutcome, readOutcome } from "./pending.js";
import { Batches } from "./streams.js";

/** A question. */
export interface Question {
  /** The question. */
  message: string;
  /**
   * The conversation, named by you. Ends up in logs, so no addresses: see {@link SessionIds}.
   */
  sessionId: string;
  /** The address of the person who asks, if the site tells people apart by it. */
  email?: string | undefined;
  /** The language to answer in, such as `en`. */
  responseLanguage?: string | undefined;
}

/** A question that can be handed in again as it is, if it failed. */
export interface ManyQuestion extends Question {
  /**
   * The token of an answer to this very question that was being made when an earlier wait for it
   * ended. Then it is resumed, and nothing is submitted.
   */
  resumeToken?: string | undefined;
}

/** Options of {@link Chat.send} and {@link Chat.submit}. */
export interface SendOptions extends Question, CallOptions {}

/** Options of {@link Chat.ask}. */
export interface AskOptions extends ManyQuestion, CallOptions {}

/** Options of {@link Chat.askWithFallback}. */
export interface AskWithFallbackOptions extends AskOptions {
  /** The text to give in the assistant's place. */
  fallback: string;
}

/** Options of {@link Chat.askMany}. */
export interface AskManyOptions extends CallOptions {
  /** The questions. */
  questions: Iterable<ManyQuestion>;
  /**
   * How many are submitted and awaited at once. A waiting answer costs a few kilobytes, so thousands
   * are fine where the plan's limits allow. Default: 100.
   */
  concurrency?: number | undefined;
  /** Called before each result is given. */
  onProgress?: ((progress: AskProgress) => void) | undefined;
}

/** Options of {@link Chat.waitMany}. */
export interface WaitManyOptions extends CallOptions {
  /** The tokens, from any process and language. */
  tokens: Iterable<string>;
}

/** Options of {@link Chat.status}. */
export interface StatusOptions extends CallOptions {
  /** The API's id of the question. */
  requestId: string;
}

/** Options of {@link Chat.pollOnce}. */
export interface PollOnceOptions extends CallOptions {
  /** The token, from any process and language. */
  token: string;
}

/** Options of {@link Chat.feedback}. */
export interface FeedbackOptions extends CallOptions {
  /** The conversation of the answer. */
  sessionId: string;
  /** The id of the question, from the answer. */
  requestId: string;
  /** The judgement. */
  feedback: Feedback;
}

/** How far many questions are. */
export interface AskProgress {
  /** How many have a result. */
  readonly done: number;
  /** How many of these are errors. */
  readonly failed: number;
  /** How many there are in all. */
  readonly total: number;
}

/** What a question or a token came to: an answer or an error. */
export type Result =
  | { readonly answer: Answer; readonly error?: undefined }
  | { readonly answer?: undefined; readonly error: AnyUppzyError };

/** A question's result. */
export type AskOutcome = Result & {
  /** The question's place in the input, from 0. */
  readonly index: number;
  /**
   * The question, to hand in again if it failed. If the server had accepted it, it carries the token,
   * so that handing it in resumes it.
   */
  readonly request: ManyQuestion;
};

/** The result of waiting for an answer by its token. */
export type WaitOutcome = Result & {
  /** The token's place in the input, from 0. */
  readonly index: number;
  /** The token. */
  readonly token: string;
};

interface WrittenResult {
  readonly answer?: WrittenAnswer;
  readonly error?: number;
}

interface WrittenAsked extends WrittenResult {
  readonly index: number;
  readonly progress: readonly [done: number, failed: number, total: number];
  readonly request: {
    readonly session_id: string;
    readonly message: string;
    readonly email: string | null;
    readonly response_language: string | null;
    readonly resume_token: string | null;
  };
}

interface WrittenWaited extends WrittenResult {
  readonly index: number;
  readonly token: string;
}

function readResult({ answer, error }: WrittenResult, handles: Handle[]): Result {
  return answer === undefined
    ? { error: errorFrom(handles[error ?? 0] as ErrorDetails) }
    : { answer: new Answer(answer) };
}

function readAsked(value: unknown, handles: Handle[]): [AskOutcome, AskProgress] {
  const { index, progress, request, ...result } = value as WrittenAsked;
  const [done, failed, total] = progress;
  const question: ManyQuestion = { message: request.message, sessionId: request.session_id };
  if (request.email !== null) {
    question.email = request.email;
  }
  if (request.response_language !== null) {
    question.responseLanguage = request.response_language;
  }
  if (request.resume_token !== null) {
    question.resumeToken = request.resume_token;
  }
  return [
    { index, request: question, ...readResult(result, handles) },
    { done, failed, total },
  ];
}

function readWaited(value: unknown, handles: Handle[]): WaitOutcome {
  const { index, token, ...result } = value as WrittenWaited;
  return { index, token, ...readResult(result, handles) };
}

/** Gives the results of many questions as they come. */
async function* asked(
  batches: Batches<[AskOutcome, AskProgress]>,
  onProgress: AskManyOptions["onProgress"],
): AsyncGenerator<AskOutcome, void> {
  try {
    for (let batch = await batches.next(asked); batch; batch = await batches.next(asked)) {
      for (const [outcome, progress] of batch) {
        onProgress?.(progress);
        yield outcome;
      }
    }
  } finally {
    batches.close();
  }
}

/** Gives the answers to many tokens as they come. */
async function* waited(batches: Batches<WaitOutcome>): AsyncGenerator<WaitOutcome, void> {
  try {
    for (let batch = await batches.next(waited); batch; batch = await batches.next(waited)) {
      yield* batch;
    }
  } finally {
    batches.close();
  }
}

/**
 * Questions and answers. From `client.chat`.
 *
 * `ask` is the answer to "just get me the answer"; `submit` and `resume` are its two halves for those
 * who wait elsewhere; `askMany` asks thousands at once.
 */
export class Chat {
  readonly #client: Client;

  /** @internal */
  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Asks and waits for the answer: submits, then polls.
   *
   * No connection stays open while the answer is made, and a broken one loses nothing. Takes about a
   * second longer than `send`. `timeoutMs` is for all of it; default: the client's `askTimeoutMs`,
   * 120 s.
   *
   * @throws {@link PollTimeoutError} The answer is still being made: keep the error's `token`.
   * @throws {@link ChatFailedError} The server could not answer.
   * @throws {@link ChatGoneError} The server no longer knows the question.
   * @throws {@link UppzyError} What any call can end in.
   */
  async ask(options: AskOptions): Promise<Answer> {
    const outcome = await called(this.#client, "chat.ask", options);
    return new Answer(settled(outcome, this.ask) as WrittenAnswer);
  }

  /**
   * Asks, and gives your fallback when the assistant does not answer in time or fails.
   *
   * The answer then has `isFallback`, and `extra` says why under `fallback_reason` and holds the
   * `token` of an answer that is still being made.
   *
   * @throws {@link UppzyError} Only what a retry will not mend: `config`, `invalid_input`, `tls`,
   * `closed` and the 4xx kinds but 429.
   */
  async askWithFallback(options: AskWithFallbackOptions): Promise<Answer> {
    const outcome = await called(this.#client, "chat.ask_with_fallback", options);
    return new Answer(settled(outcome, this.askWithFallback) as WrittenAnswer);
  }

  /**
   * Asks many questions at once, and gives the results as they come.
   *
   * Every question appears exactly once, with its answer or its error. The request of a failed one can
   * be handed in again as it is; if it was accepted, it is then resumed, not asked twice. `timeoutMs`
   * is for each question. Leaving the loop ends the waiting for the rest.
   *
   * @throws {@link InvalidInputError} An option cannot be used.
   */
  askMany(options: AskManyOptions): AsyncGenerator<AskOutcome, void> {
    const { signal, questions, onProgress, ...rest } = options;
    const stream = this.#client.askMany(toJson({ ...rest, questions: [...questions] }));
    if (stream instanceof native.ErrorDetails) {
      throw errorFrom(stream, this.askMany);
    }
    return asked(new Batches(stream, signal, readAsked), onProgress);
  }

  /**
   * Asks on one connection that stays open until the answer is there: 5 to 60 s.
   *
   * When the connection breaks, nobody can tell whether the question was processed, and it is not
   * repeated; `ask` does not have this trouble. Default of `timeoutMs`: the client's `sendTimeoutMs`,
   * 90 s.
   *
   * @throws {@link UppzyError} What any call can end in.
   */
  async send(options: SendOptions): Promise<Answer> {
    const outcome = await called(this.#client, "chat.send", options);
    return new Answer(settled(outcome, this.send) as WrittenAnswer);
  }

  /**
   * Hands a question in, and returns as soon as the server has accepted it.
   *
   * Store the `token` of the result before you wait.
   *
   * @throws {@link UppzyError} What any call can end in.
   */
  async submit(options: SendOptions): Promise<PendingAnswer> {
    const outcome = await called(this.#client, "chat.submit", options);
    return new PendingAnswer(settled(outcome, this.submit) as Pending);
  }

  /**
   * Reads the state of a question that was handed in.
   *
   * @throws {@link NotFoundError} There is no such question; right after handing in, not yet.
   * @throws {@link UppzyError} What any call can end in.
   */
  async status(options: StatusOptions): Promise<ChatStatus> {
    const outcome = await called(this.#client, "chat.status", options);
    return new ChatStatus(settled(outcome, this.status) as WrittenStatus);
  }

  /**
   * Takes up an answer that is being made, from its token. Sends nothing yet.
   *
   * @throws {@link InvalidInputError} The token is damaged, or belongs to another server.
   */
  resume(token: string): PendingAnswer {
    const pending = this.#client.resume(token);
    if (pending instanceof native.ErrorDetails) {
      throw errorFrom(pending, this.resume);
    }
    return new PendingAnswer(pending);
  }

  /**
   * Looks at an answer once and says what to do next: for job queues.
   *
   * @throws {@link InvalidInputError} The token is damaged, or belongs to another server.
   * @throws {@link UppzyError} What any call can end in; a failed answer is an outcome.
   */
  async pollOnce(options: PollOnceOptions): Promise<PollOutcome> {
    const client = this.#client;
    const outcome = await made(
      (id) => client.start(bridge, id, "chat.poll_once", toJson(options)),
      options.signal,
      readOutcome,
    );
    return settled(outcome, this.pollOnce) as PollOutcome;
  }

  /**
   * Waits for many answers by their tokens, and gives the results as they come.
   *
   * All share the client's rate of polls. `timeoutMs` is for each answer; default: the client's
   * `askTimeoutMs`, 120 s.
   */
  waitMany(options: WaitManyOptions): AsyncGenerator<WaitOutcome, void> {
    const { signal, tokens, ...rest } = options;
    const stream = this.#client.waitMany(toJson({ ...rest, tokens: [...tokens] }));
    if (stream instanceof native.ErrorDetails) {
      throw errorFrom(stream, this.waitMany);
    }
    return waited(new Batches(stream, signal, readWaited));
  }

  /**
   * Rates an answer. A repeat is accepted and changes nothing: its receipt has no time.
   *
   * @throws {@link InvalidInputError} Anything but `good` and `bad`.
   * @throws {@link NotFoundError} There is no such request on this site. Only finished ones can be
   * rated.
   * @throws {@link UppzyError} What any call can end in.
   */
  async feedback(options: FeedbackOptions): Promise<FeedbackReceipt> {
    const outcome = await called(this.#client, "chat.feedback", options);
    return new FeedbackReceipt(settled(outcome, this.feedback) as WrittenReceipt);
  }
}
