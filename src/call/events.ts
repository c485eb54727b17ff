/**
 * What dumbo tells on its diagnostics channels: docs/channels.md.
 *
 * The channels are made at the first call of a guard, so that a start does not pay for them; while nobody listens, telling
 * costs one test. The audit is suspended while listeners run: what they do is no effect of the recorded calls.
 */
import { type Channel, channel, type TracingChannel, tracingChannel } from "node:diagnostics_channel";
import { types } from "node:util";
import type { Key } from "../key/key.ts";
import { describe } from "../reason/describe.ts";
import type { Reason, ReasonKind } from "../reason/reason.ts";
import { state } from "../trace/frames.ts";

/** A guarded function. */
export interface FunctionMessage {
  readonly name: string;
  /** URL of its module. */
  readonly url: string;
  /** 1-based. */
  readonly line: number;
}

/** `dumbo:hit`: a call is answered from the cache. */
export interface HitMessage {
  readonly function: FunctionMessage;
  /** 32 hexadecimal digits. */
  readonly key: string;
  /** Milliseconds that the call took when it was recorded. */
  readonly cost: number;
  /** Bytes of the stored value. */
  readonly bytes: number;
}

/** `dumbo:miss`: nothing is stored under the key of a call; it runs and is recorded. */
export interface MissMessage {
  readonly function: FunctionMessage;
  readonly key: string;
}

/** `dumbo:refuse`: a call, or from now on all calls of a function, are not cached. */
export interface RefuseMessage {
  readonly function: FunctionMessage;
  readonly reason: string;
  /** What kind of reason it is: src/reason/reason.ts lists them. */
  readonly kind: ReasonKind;
  /** Where the reason stands, if it stands in code: URL and line. */
  readonly at: { readonly url: string; readonly line: number } | null;
  /** Whether the function is given up for this run. */
  readonly final: boolean;
}

/** `dumbo:invalidate`: a stored entry is taken back, or one of its dependencies has changed. */
export interface InvalidateMessage {
  readonly function: FunctionMessage;
  readonly key: string;
  readonly reason: string;
  /** What kind of reason it is: src/reason/reason.ts lists them. */
  readonly kind: ReasonKind;
}

/** `dumbo:evict`: an entry makes room for others. */
export interface EvictMessage {
  readonly key: string;
  readonly bytes: number;
}

/** `dumbo:call`, a TracingChannel: a call that is answered, or that runs and is recorded. */
export interface CallMessage {
  readonly function: FunctionMessage;
  readonly key: string;
  /**
   * `verify` is a hit that is computed all the same; `wait` waits for another call with the same key, or for files that the
   * result depends on.
   */
  readonly outcome: "hit" | "miss" | "verify" | "wait";
  /** Whether `asyncStart` and `asyncEnd` follow when the promise settles, unless the call itself throws. */
  readonly async: boolean;
  readonly self: unknown;
  readonly arguments: readonly unknown[];
  /** From `end` on, and for async functions from `asyncStart` on. */
  result?: unknown;
  error?: unknown;
}

class Messages {
  readonly hit: Channel = channel("dumbo:hit");
  readonly miss: Channel = channel("dumbo:miss");
  readonly refuse: Channel = channel("dumbo:refuse");
  readonly invalidate: Channel = channel("dumbo:invalidate");
  readonly evict: Channel = channel("dumbo:evict");
  readonly call = tracingChannel("dumbo:call") as TracingChannel<unknown, CallMessage> & { hasSubscribers: boolean };
}

let made: Messages | null = null;

function messages(): Messages {
  made ??= new Messages();
  return made;
}

/** One thing that dumbo did, for the log of operations. */
export type Operation =
  | {
      readonly kind: "hit";
      readonly fn: FunctionMessage;
      readonly key: NamedKey;
      readonly cost: number;
      readonly bytes: number;
    }
  | { readonly kind: "miss"; readonly fn: FunctionMessage; readonly key: NamedKey }
  | {
      readonly kind: "store";
      readonly fn: FunctionMessage;
      readonly key: NamedKey;
      readonly cost: number;
      readonly bytes: number;
    }
  | {
      readonly kind: "refuse";
      readonly fn: FunctionMessage;
      readonly reason: Reason;
      readonly at: RefuseMessage["at"];
      readonly final: boolean;
    }
  | { readonly kind: "invalidate"; readonly fn: FunctionMessage; readonly key: string; readonly reason: Reason }
  | { readonly kind: "evict"; readonly key: string; readonly bytes: number };

/** A key with its parts. These are made when they are first read. */
export type NamedKey = Pick<Key, "hash" | "parts">;

/** Takes each operation, if the user has asked for a log. It does not subscribe to the channels: the program could see that. */
let log: ((operation: Operation) => void) | null = null;

export function logOperations(to: (operation: Operation) => void): void {
  log = to;
}

/** Each message gets its own copy: a listener may change what it is given. */
function copyOf({ name, url, line }: FunctionMessage): FunctionMessage {
  return { name, url, line };
}

/** Publishes with the audit suspended. */
function publish(on: { publish(message: unknown): void }, message: unknown): void {
  state.suspended++;
  try {
    on.publish(message);
  } finally {
    state.suspended--;
  }
}

export function tellHit(fn: FunctionMessage, key: NamedKey, cost: number, bytes: number): void {
  log?.({ kind: "hit", fn, key, cost, bytes });
  const { hit } = messages();
  if (!hit.hasSubscribers) return;
  publish(hit, { function: copyOf(fn), key: key.hash, cost, bytes } satisfies HitMessage);
}

export function tellMiss(fn: FunctionMessage, key: NamedKey): void {
  log?.({ kind: "miss", fn, key });
  const { miss } = messages();
  if (miss.hasSubscribers) publish(miss, { function: copyOf(fn), key: key.hash } satisfies MissMessage);
}

/** Tells the log that a result was stored: no channel does. */
export function tellStored(fn: FunctionMessage, key: NamedKey, cost: number, bytes: number): void {
  log?.({ kind: "store", fn, key, cost, bytes });
}

/** @param at where the reason stands, if it stands in code */
export function tellRefusal(fn: FunctionMessage, reason: Reason, at: RefuseMessage["at"], final: boolean): void {
  log?.({ kind: "refuse", fn, reason, at, final });
  const { refuse } = messages();
  if (!refuse.hasSubscribers) return;
  publish(refuse, {
    function: copyOf(fn),
    reason: describe(reason),
    kind: reason.kind,
    at,
    final,
  } satisfies RefuseMessage);
}

export function tellInvalid(fn: FunctionMessage, key: string, reason: Reason): void {
  log?.({ kind: "invalidate", fn, key, reason });
  const { invalidate } = messages();
  if (!invalidate.hasSubscribers) return;
  publish(invalidate, {
    function: copyOf(fn),
    key,
    reason: describe(reason),
    kind: reason.kind,
  } satisfies InvalidateMessage);
}

/** Tells that an entry made room for others. */
export function tellEviction(key: string, bytes: number): void {
  log?.({ kind: "evict", key, bytes });
  const { evict } = messages();
  if (evict.hasSubscribers) publish(evict, { key, bytes } satisfies EvictMessage);
}

/** Whether anybody listens to calls or hits: code of the program then runs between the hits of two calls. */
export function hasHitListeners(): boolean {
  return hasCallListeners() || messages().hit.hasSubscribers;
}

/** Whether anybody listens to `dumbo:call`. */
export function hasCallListeners(): boolean {
  return messages().call.hasSubscribers;
}

/** A call that listeners of `dumbo:call` are told of. */
export interface ToldCall {
  readonly function: FunctionMessage;
  readonly isAsync: boolean;
  /** Whether it is a call of a stream: listeners are not told when the stream ends. */
  readonly isStream: boolean;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** Runs what answers a call, or its body, and tells when it begins and ends. */
export function tellCall(
  { function: fn, isAsync, isStream, self, args }: ToldCall,
  outcome: CallMessage["outcome"],
  key: string,
  body: () => unknown,
): unknown {
  const { call } = messages();
  const message: CallMessage = {
    function: copyOf(fn),
    key,
    outcome,
    async: isAsync && !isStream,
    self,
    arguments: args,
  };
  const run = (): unknown => {
    state.suspended--;
    try {
      const result = body();
      if (!isAsync) message.result = result;
      return result;
    } catch (error) {
      message.error = error;
      publish(call.error, message);
      throw error;
    } finally {
      publish(call.end, message);
      state.suspended++;
    }
  };
  state.suspended++;
  let result: unknown;
  try {
    // By `runStores`: an AsyncLocalStorage that is bound to `start` has to have its store while the body runs.
    result = call.start.runStores(message, run);
  } finally {
    state.suspended--;
  }
  return isAsync && !isStream ? tellSettled(result, message) : result;
}

/** Tells when the promise of an async call settles. @returns the promise that the program gets */
function tellSettled(result: unknown, message: CallMessage): Promise<unknown> {
  const { call } = messages();
  const settle = () => {
    publish(call.asyncStart, message);
    publish(call.asyncEnd, message);
  };
  // A hit is no promise, but its value, or a thenable that brings the value in as many turns as the recorded call took.
  const promise = types.isPromise(result) ? result : new Promise((resolve) => resolve(result));
  return promise.then(
    (value) => {
      message.result = value;
      settle();
      return value;
    },
    (error: unknown) => {
      message.error = error;
      publish(call.error, message);
      settle();
      throw error;
    },
  );
}
