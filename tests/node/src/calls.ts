/** The calls that a scenario can name. */

import { inspect } from "node:util";

import {
  type AskProgress,
  type CallOptions,
  EventStream,
  PendingAnswer,
  SessionIds,
  Uppzy,
} from "uppzy";

import { askedFields, pendingFields, plain, pollFields, waitedFields } from "./forms.js";
import { camelCase } from "./names.js";
import { type UploadArguments, uploadOptions } from "./uploads.js";
import type { Fields } from "./values.js";

/** What calls can be made on. */
export type Native = Uppzy | PendingAnswer | EventStream;

/** What a call gave. */
export interface Made {
  /** As plain data. */
  readonly value: unknown;
  /** What later steps can make calls on. */
  readonly native?: Native;
}

/** A call's own arguments in camel case, and how it differs from the client's defaults. */
interface Given {
  readonly own: Fields;
  readonly options: CallOptions;
}

/** Makes the call of that name. */
export async function makeCall(
  on: Native | undefined,
  name: string,
  named: Fields,
  options: CallOptions,
): Promise<Made> {
  const entries = Object.entries(named).map(([key, value]) => [camelCase(key), value]);
  const given: Given = { own: Object.fromEntries(entries) as Fields, options };
  const [family = "", method = ""] = name.split(".");
  switch (family) {
    case "session_ids":
      return sessionId(method, given.own);
    case "client":
      return ofClient(of(Uppzy, on), method, given.own);
    case "pending":
      return await ofPending(of(PendingAnswer, on), method, given.options);
    case "events": {
      const events = of(EventStream, on);
      return { value: { events: events.read(), dropped: events.dropped } };
    }
    case "chat":
      return await ofChat(of(Uppzy, on), method, given);
    default:
      return await ofFamily(of(Uppzy, on), family, method, given);
  }
}

function of<Class>(
  expected: abstract new (...given: never[]) => Class,
  on: Native | undefined,
): Class {
  if (!(on instanceof expected)) {
    throw new Error(`the call needs ${expected.name}`);
  }
  return on;
}

function sessionId(method: string, own: Fields): Made {
  const { secret, ...rest } = own as Record<string, string>;
  const ids = new SessionIds(secret ?? "");
  switch (method) {
    case "per_user":
      return { value: ids.perUser(rest["user"] ?? "") };
    case "per_thread":
      return { value: ids.perThread(rest["thread"] ?? "") };
    case "per_channel":
      return { value: ids.perChannel(rest as { channel: string; user: string }) };
    default:
      throw new Error(`there is no call session_ids.${method}`);
  }
}

function ofClient(client: Uppzy, method: string, own: Fields): Made {
  switch (method) {
    case "set_api_key":
      client.setApiKey(own["apiKey"] as string);
      return { value: null };
    case "set_bearer_token":
      client.setBearerToken(own["bearerToken"] as string);
      return { value: null };
    case "close":
      client.close();
      return { value: null };
    case "for_site":
      return { value: null, native: client.forSite(own["siteId"] as string) };
    case "for_tenant":
      return { value: null, native: client.forTenant(own["tenantId"] as string) };
    case "metrics":
      return { value: plain(client.metrics()) };
    case "prometheus":
      return { value: client.metrics().toPrometheus() };
    case "debug":
      return { value: inspect(client) };
    case "events":
      return { value: null, native: client.events(own) };
    default:
      throw new Error(`there is no call client.${method}`);
  }
}

async function ofPending(
  pending: PendingAnswer,
  method: string,
  options: CallOptions,
): Promise<Made> {
  switch (method) {
    case "result":
      return { value: plain(await pending.result(options)) };
    case "status":
      return { value: plain(await pending.status(options)) };
    case "poll_once":
      return { value: pollFields(await pending.pollOnce(options)) };
    case "states": {
      const states = await collected(pending.states(options));
      return { value: states.map(({ statusText }) => statusText) };
    }
    case "token":
      return { value: pending.token };
    default:
      throw new Error(`there is no call pending.${method}`);
  }
}

/** All that an iterator gives. */
async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) {
    all.push(item);
  }
  return all;
}

/** A question without an id or a text is for the client to refuse. */
function question(own: Fields): { message: string; sessionId: string } & Fields {
  return { message: "", sessionId: "", ...own };
}

function inCamelCase(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [camelCase(key), value]));
}

async function ofChat(client: Uppzy, method: string, { own, options }: Given): Promise<Made> {
  const { chat } = client;
  switch (method) {
    case "ask":
      return { value: plain(await chat.ask({ ...question(own), ...options })) };
    case "ask_with_fallback": {
      const fallback = own["fallback"] as string;
      const asked = chat.askWithFallback({ ...question(own), fallback, ...options });
      return { value: plain(await asked) };
    }
    case "send":
      return { value: plain(await chat.send({ ...question(own), ...options })) };
    case "submit": {
      const pending = await chat.submit({ ...question(own), ...options });
      return { value: pendingFields(pending), native: pending };
    }
    case "resume": {
      const pending = chat.resume(own["token"] as string);
      return { value: pendingFields(pending), native: pending };
    }
    case "poll_once": {
      const token = own["token"] as string;
      return { value: pollFields(await chat.pollOnce({ token, ...options })) };
    }
    case "ask_many": {
      const { questions, ...rest } = own as { questions: Fields[] };
      const progress: AskProgress[] = [];
      const outcomes = chat.askMany({
        questions: questions.map((fields) => question(inCamelCase(fields))),
        onProgress: (now) => progress.push(now),
        ...rest,
        ...options,
      });
      return { value: askedFields(await collected(outcomes), progress) };
    }
    case "wait_many": {
      const tokens = own["tokens"] as string[];
      return { value: waitedFields(await collected(chat.waitMany({ tokens, ...options }))) };
    }
    default:
      return await ofFamily(client, "chat", method, { own, options });
  }
}

type Method = (options: Fields) => Promise<{ toJSON(): unknown } | null | undefined>;

/** A method of a family whose result is a model. */
async function ofFamily(
  client: Uppzy,
  family: string,
  method: string,
  { own, options }: Given,
): Promise<Made> {
  if (family === "documents" && method === "upload") {
    const upload = uploadOptions(own as unknown as UploadArguments);
    return { value: plain(await client.documents.upload({ ...upload, ...options })) };
  }
  const methods = client[family as "tenant"] as unknown as Record<string, Method>;
  const named = camelCase(method);
  if (typeof methods?.[named] !== "function") {
    throw new Error(`there is no call ${family}.${method}`);
  }
  return { value: plain(await methods[named]({ ...own, ...options })) };
}
