/** Opens a call of a stream: decides whether its items come from the store or from the function, and starts the function. */
import type { RunLater } from "./current-context.ts";
import type { HandFunction, PreparedCall } from "./hand-function.ts";
import { type Source, sourceOf } from "./stream-kinds.ts";
import { Recording } from "./stream-recording.ts";
import { StoredItems } from "./stream-stored.ts";

export interface StreamCall {
  readonly hand: HandFunction;
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** Makes a step in the context in which the call was made: what is recorded holds there. */
  readonly inContext: RunLater;
}

/** A stream whose function runs. */
export interface Live {
  readonly source: Source;
  /** Null where nothing of it is stored. */
  readonly recording: Recording | null;
  /** Answers with the outcome of the first step, where that step was made with the call; null otherwise, and once it was taken. */
  first: (() => unknown) | null;
}

export type Opened =
  | { readonly kind: "stored"; readonly items: StoredItems }
  | { readonly kind: "live"; readonly live: Live }
  | { readonly kind: "threw"; readonly error: unknown };

/** The three steps of an iterator. */
export type Method = "next" | "return" | "throw";

/**
 * Looks a call up, or runs the function.
 * @param steps whether the first step is made with the call: nothing of a generator runs before its first step
 * @returns a promise where what the call has read has to be waited for
 */
export function open(call: StreamCall, steps: boolean): Opened | Promise<Opened> {
  const prepared = call.hand.prepare(call.self, call.args);
  return prepared.kind === "keyed" ? openPrepared(call, prepared, steps) : start(call, null, steps);
}

export function openPrepared(call: StreamCall, prepared: PreparedCall, steps: boolean): Opened | Promise<Opened> {
  const { hand } = call;
  const items = StoredItems.of(prepared);
  const recording = new Recording(prepared);
  let opened: Opened | null = null;
  let tell: (opened: Opened) => void = () => {};
  const begin = () => {
    opened = start(call, { recording, args: prepared.given.argsOf() }, steps);
    tell(opened);
  };
  const answer = hand.begin(prepared, recording.callByHand(begin, items === null, hand.options.replay));
  if (answer === null) return start(call, null, steps);
  recording.follow(answer.value);
  if (opened !== null) return opened;
  if (items === null) return start(call, null, steps);
  const stored: Opened = { kind: "stored", items };
  if (!isThenable(answer.value)) return stored;
  // The engine reads again what the recorded call has read, by waiting; it runs the function if any of that has changed.
  const begun = new Promise<Opened>((resolve) => {
    tell = resolve;
  });
  const hit = Promise.resolve(answer.value).then(
    () => stored,
    () => begun,
  );
  return Promise.race([begun, hit]);
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value;
}

interface Recorded {
  readonly recording: Recording;
  readonly args: readonly unknown[];
}

/** Runs the function. @param recorded null where nothing of it is stored */
function start(call: StreamCall, recorded: Recorded | null, steps: boolean): Opened {
  const { hand, self } = call;
  const recording = recorded?.recording ?? null;
  const started = recording?.now ?? 0;
  try {
    const value = recorded ? Reflect.apply(hand.fn, self, recorded.args) : hand.runUncached(self, call.args);
    const source = sourceFor(call, value);
    if (recording) recording.kind = source.kind;
    const first = steps ? outcomeOf(() => source.iterator.next()) : null;
    return { kind: "live", live: { source, recording, first } };
  } catch (error) {
    recording?.fail(error);
    return { kind: "threw", error };
  } finally {
    recording?.ranSince(started);
  }
}

/** @throws TypeError */
export function sourceFor({ hand: { options } }: StreamCall, value: unknown): Source {
  const source = sourceOf(value);
  if (source !== null) return source;
  throw new TypeError(`${options.name || "the function"} has returned nothing that can be gone over`);
}

/** Makes a step. Answers with what hands out its outcome later. */
function outcomeOf(step: () => unknown): () => unknown {
  try {
    const value = step();
    // The error is no unhandled rejection: whoever takes the outcome gets it.
    if (value instanceof Promise) value.catch(() => {});
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Makes one step of a running function. @returns the result of the step, or a promise of it */
export function advance(live: Live, method: Method, value: unknown): unknown {
  const { source, recording, first } = live;
  live.first = null;
  if (first !== null && method === "next") return first();
  const step = () => ask(source.iterator as Iterator<unknown>, method, value);
  return recording === null ? step() : recording.run(step);
}

/** As `yield*` does it for iterators that have no `return` or no `throw`. */
function ask(iterator: Iterator<unknown>, method: Method, value: unknown): unknown {
  if (method === "next") return Reflect.apply(iterator.next, iterator, [value]);
  const asked = iterator[method];
  if (asked !== undefined) return Reflect.apply(asked, iterator, [value]);
  if (method === "return") return { value, done: true };
  iterator.return?.();
  throw new TypeError("The iterator does not provide a 'throw' method");
}
