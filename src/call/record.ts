/**
 * The recording of a miss: the body runs in a frame, and its result is stored unless something forbids it.
 *
 * Nothing here may throw into the program, and nothing of the program runs here but the function itself.
 */

import type { CallInPlace } from "../code/guard-text.ts";
import { decode, type Encoded, encode } from "../codec/codec.ts";
import { hashText } from "../hash.ts";
import { changeIn, changeInGiven, type Key, makeKey } from "../key/key.ts";
import { Unkeyable } from "../key/value-walk.ts";
import type { Meta } from "../store/store.ts";
import { closeFollowed, Followed, type Frame, openFrame, runFollowed, runSync } from "../trace/frames.ts";
import {
  CHANGED,
  contentKey,
  hasWaited,
  packTrace,
  sameOutput,
  sameWrites,
  type Trace,
  unpackTrace,
} from "../trace/trace.ts";
import { type Call, keyedCall, type Miss, mayRunLater } from "./call.ts";
import { SecondLooks } from "./deferred-checks.ts";
import { type Entry, isApart, readEntries, withEntry, writeEntries } from "./entry.ts";
import { tellInvalid } from "./events.ts";
import type { Host } from "./host.ts";
import { type Flight, isSettled } from "./in-flight.ts";
import { type Ends, RecordedInPlace, type Result } from "./in-place.ts";
import { TickCount } from "./microtask-turns.ts";
import type { LiveSite } from "./site.ts";
import { difference } from "./value-diff.ts";

/** What an entry says that a call returns, prints and writes. */
export interface Stored {
  readonly value: Uint8Array;
  readonly trace: Trace;
}

/** What is done when a body has ended. Answers the bytes of its value for those who wait for it, or null. */
type Finish = (frame: Frame, result: Result) => Uint8Array | null;

export class Recorder {
  readonly #host: Host;
  /** dumbo's own work: unaudited, and whatever goes wrong in it, the program goes on. */
  readonly #own: <T>(work: () => T, otherwise: T) => T;
  readonly #unsettled: SecondLooks;

  constructor(host: Host, own: <T>(work: () => T, otherwise: T) => T) {
    this.#host = host;
    this.#own = own;
    this.#unsettled = new SecondLooks(host.later);
  }

  /**
   * Runs the body in a frame, with its guard passed, and records the result.
   * @param flight where calls wait for this one
   */
  run(call: Call, miss: Miss, flight: Flight | null): unknown {
    return this.#execute(call, miss, flight, this.#recording(call, miss, flight));
  }

  /** Records a call of an async function whose body runs on in its own place, and tells what it does. */
  runInPlace(call: Call, miss: Miss, flight: Flight | null): CallInPlace | null {
    return this.#begin(call, miss, flight, this.#recording(call, miss, flight));
  }

  #recording(call: Call, miss: Miss, flight: Flight | null): Finish {
    return (frame, result) => this.#record(call, miss, frame, result, flight?.isAwaited === true);
  }

  /** Runs the body of a call that was answered, and compares what is stored with what it does. */
  verify(call: Call, miss: Miss, stored: Stored): unknown {
    return this.#execute(call, miss, null, this.#comparison(call, miss, stored));
  }

  /** The same for a body that runs on in its own place. */
  verifyInPlace(call: Call, miss: Miss, stored: Stored): CallInPlace | null {
    return this.#begin(call, miss, null, this.#comparison(call, miss, stored));
  }

  #comparison(call: Call, miss: Miss, stored: Stored): Finish {
    return (frame, result) => {
      const { trace } = frame.recording;
      // What it learned after it had written was not asked: at a hit, another answer would have made it a miss.
      const isOther = frame.mark === null ? seenIn(trace) !== seenIn(stored.trace) : frame.mark === CHANGED;
      if (stored.trace.writes && isOther) return this.#record(call, miss, frame, result, false);
      const wrong =
        frame.mark ?? elsewhere(trace, stored.trace) ?? this.#difference(call, miss, stored.value, result.value);
      if (wrong !== null) this.#distrust(call, miss, wrong);
      return null;
    };
  }

  /** @returns null where the stack is too full for it */
  #begin(call: Call, miss: Miss, flight: Flight | null, finish: Finish): CallInPlace | null {
    const { live } = call;
    const { now, beforeRun } = this.#host;
    beforeRun();
    return this.#own(() => {
      const frame = openFrame(miss.reach.assumed, live.unit.unit.traits.includes("assumed"));
      const ends: Ends = {
        onWait: (isOver) => {
          frame.mark ??= this.#own(() => this.#changedAtOnce(call, miss), null);
          // Who waits for it would not print, and has seen nothing himself.
          if (frame.recording.isEmpty && frame.mark === null) flight?.takeOff(isOver);
        },
        onFail: () => {
          live.noteRefusal({ text: "throws" });
          flight?.land(null);
        },
        onEnd: (result) => {
          const bytes = this.#own(() => finish(frame, result), null);
          flight?.land(bytes);
        },
      };
      return new RecordedInPlace(frame, new Followed(frame), ends, now);
    }, null);
  }

  #execute(call: Call, miss: Miss, flight: Flight | null, finish: Finish): unknown {
    const { live, guard, self, args } = call;
    const { now, beforeRun } = this.#host;
    beforeRun();
    const isAsync = live.site.async;
    const follows = isFollowed(live, miss);
    const frame = openFrame(miss.reach.assumed, live.unit.unit.traits.includes("assumed"));
    const fn = live.fn as (...args: unknown[]) => unknown;
    const started = now();
    let result: unknown;
    let completed = false;
    try {
      const body = () => Reflect.apply(fn, self, args);
      result = live.runWithGuardOff(guard, () => (follows ? runFollowed(frame, body) : runSync(frame, body)));
      completed = true;
    } finally {
      // No catch: throwing again would change where Node says that an uncaught error was thrown.
      if (!completed) {
        if (follows) closeFollowed(frame);
        flight?.land(null);
        live.noteRefusal({ text: "throws" });
      }
    }
    if (isAsync) {
      frame.mark ??= this.#own(() => this.#changedAtOnce(call, miss), null);
      return this.#settle(call, frame, result as Promise<unknown>, started, flight, finish);
    }
    const ran = now() - started;
    if (follows) closeFollowed(frame);
    this.#own(() => finish(frame, { value: result, ran, ticks: 0 }), null);
    return result;
  }

  /** One promise leads to the next, so that Node finds the async functions that wait for it. */
  #settle(
    call: Call,
    frame: Frame,
    promise: Promise<unknown>,
    started: number,
    flight: Flight | null,
    finish: Finish,
  ): Promise<unknown> {
    // Who waits for it would not print, and has seen nothing himself.
    if (frame.recording.isEmpty && frame.mark === null) flight?.takeOff(() => isSettled(promise));
    let count: TickCount | null = null;
    const settled = promise.then(
      (value) => {
        const ticks = count?.stop() ?? 0;
        closeFollowed(frame);
        const ran = this.#host.now() - started;
        const bytes = this.#own(() => finish(frame, { value, ran, ticks }), null);
        flight?.land(bytes);
        return value;
      },
      (error: unknown) => {
        count?.stop();
        closeFollowed(frame);
        call.live.noteRefusal({ text: "throws" });
        flight?.land(null);
        throw error;
      },
    );
    // After the promise was call, so that in each turn this comes last.
    count = new TickCount();
    return settled;
  }

  /**
   * Stores a result if that pays, or does nothing else for those who wait for it.
   * @returns the value's bytes, or null where it may not be kept
   */
  #record(call: Call, miss: Miss, frame: Frame, result: Result, isAwaited: boolean): Uint8Array | null {
    const { live } = call;
    const started = this.#host.now();
    const cost = result.ran + frame.saved;
    live.stats.misses++;
    live.stats.overrode += frame.overrode;
    live.timed(cost);
    if (frame.parent) frame.parent.saved += frame.saved;
    if (frame.mark !== null) {
      live.noteRefusal({ text: frame.mark });
      return null;
    }
    const { trace } = frame.recording;
    const waits = hasWaited(trace);
    const unfit = this.#whyNotAgain(trace) ?? (waits ? this.#whyNotLater(call, miss, trace) : null);
    if (unfit !== null) {
      live.noteRefusal({ text: unfit });
      return null;
    }
    const pays = live.account.pays(cost, miss.keyMs);
    live.judge(pays);
    const paid = pays && live.account.affordsRecord(cost, miss.keyMs);
    if (!paid && !isAwaited) return null;
    const encoded = this.#encode(call, miss, result.value);
    if ("refused" in encoded) live.noteRefusal({ text: encoded.refused });
    else {
      live.succeed();
      if (paid) {
        const { ticks, value } = result;
        live.stats.dependencies = Math.max(live.stats.dependencies, trace.observations.length);
        if (trace.writes) live.written = trace.writes.map((write) => this.#host.outside.describeWrite(write));
        const entry = { cost, ticks, waits, trace: packTrace(trace), value: encoded.bytes, valueAt: "" };
        this.#store(call, miss, frame, entry, value);
      }
    }
    const record = this.#host.now() - started;
    if (paid && !("refused" in encoded)) live.account.stored({ cost, key: miss.keyMs, record });
    else live.account.lost(record);
    // For all that waits to be written: no fault of this function.
    this.#host.store()?.keepUp();
    return "refused" in encoded ? null : encoded.bytes;
  }

  /** Why what a call wrote cannot be written again, or null. */
  #whyNotAgain({ writes = [] }: Trace): string | null {
    const { valueLimit } = this.#host;
    return writes.some(({ size }) => size > valueLimit) ? `writes a file of more than ${valueLimit} bytes` : null;
  }

  /**
   * Why a call that has waited for what it learned cannot be answered later, or null: should something have changed by then,
   * its body is run later, too.
   */
  #whyNotLater({ live }: Call, { key, reach }: Miss, { observations, output, writes = [] }: Trace): string | null {
    const does = writes.length > 0 ? "reads or writes" : "reads";
    if (output.length > 0 || [...observations, ...writes].some(({ waits }) => !waits)) {
      return `${does} files by promises or callbacks, and prints or ${does} others at once`;
    }
    if (!mayRunLater(live, key, reach, this.#host.book)) {
      return `${does} files by promises or callbacks, and is given, or reads, what may change meanwhile`;
    }
    if (!this.#host.outside.wrote(writes)) return "writes what others wrote meanwhile";
    // The answers are those of the time when it asked: nothing may have changed until it got them.
    const isSame = observations.every((one) => this.#host.outside.verify(one) !== null);
    return isSame ? null : CHANGED;
  }

  /** What the body does that its entry does not, or null. */
  #difference(call: Call, miss: Miss, stored: Uint8Array, value: unknown): string | null {
    const encoded = this.#encode(call, miss, value);
    if ("refused" in encoded) return encoded.refused;
    if (Buffer.compare(encoded.bytes, stored) === 0) return null;
    const before = decode(stored, miss.key.walk);
    return before && difference(before.value, value, this.#host.book);
  }

  /** Drops an entry that was wrong, and gives the function up, in this run and in all that follow. */
  #distrust({ live }: Call, { key }: Miss, what: string): void {
    const { store, report } = this.#host;
    store()?.remove(key.hash);
    tellInvalid(live.label, key.hash, what);
    live.distrust({ text: `was found wrong by DUMBO_VERIFY: ${what}`, place: live.site.place });
    report(`${live.site.name} (${live.module.instance.url}:${live.site.place.line}) is not what was stored: ${what}`);
  }

  /** Stores a result: at once, or when nothing that the body left to promises can change it any more. */
  #store(call: Call, miss: Miss, frame: Frame, entry: Entry, value: unknown): void {
    const { live } = call;
    const { key } = miss;
    const { store } = this.#host;
    let isLate = false;
    const put = () => {
      if (isLate) return;
      const { owner } = live;
      const { cost } = entry;
      // Whatever else is stored for this key saw another world.
      // Results that may only grow so old are not stored anew with others.
      const isOneOfMany = entry.trace.byteLength > 0 && owner.ttl === Number.POSITIVE_INFINITY;
      const record = isOneOfMany ? store()?.get(key.hash) : undefined;
      const valueAt = isApart(entry) ? hashText(`${key.hash} ${seenBy(entry.trace)}`) : "";
      if (valueAt !== "") store()?.put(valueAt, entry.value, partMeta(live, cost, entry.value));
      for (const [hash, bytes] of frame.recording.contents) {
        store()?.put(contentKey(hash), bytes, partMeta(live, cost, bytes));
      }
      const added = valueAt === "" ? entry : { ...entry, value: new Uint8Array(0), valueAt };
      const entries = withEntry(record ? readEntries(record) : [], added, sawSame);
      // A value stands at the end of its record only if it is the only one.
      const shared = entries.length === 1 ? added.value.byteLength : 0;
      store()?.put(key.hash, writeEntries(key, entries), { owner, cost, shared });
    };
    frame.onLate = (mark) => {
      isLate = true;
      store()?.remove(key.hash);
      tellInvalid(live.label, key.hash, `${mark} after it returned`);
      live.noteRefusal({ text: `${mark} after it returned` });
    };
    live.stats.bytes = Math.max(live.stats.bytes, entry.value.byteLength);
    const waits = isFollowed(live, miss) && mayChangeLater(live, miss, value);
    if (!waits) put();
    if (!isFollowed(live, miss)) return;
    const look = () => {
      const changed = waits ? this.#changedResult(call, miss, entry, value) : this.#changed(call, miss);
      if (changed !== null) frame.onLate?.(changed);
      else if (waits) {
        put();
        store()?.keepUp();
      }
    };
    this.#unsettled.add(
      () => this.#own(look, undefined),
      () => frame.onLate?.("leaves work to promises, and the program ended"),
    );
  }

  /**
   * What an async body has changed before it first waited, or null. By the time it is done, it may have undone that, or
   * another call of it; others have seen it meanwhile.
   */
  #changedAtOnce(call: Call, miss: Miss): string | null {
    // What it reads and is given has nothing that could be changed: bindings that it assigns to are refused by the scan.
    if (miss.key.walk.seen.size === 0) return null;
    try {
      return changeIn(miss.key, this.#keyAfter(call, miss));
    } catch (error) {
      if (error instanceof Unkeyable) return `after the call, ${error.reason}`;
      throw error;
    }
  }

  /** What happened to the arguments of a body that has waited for all it started, or null. */
  #changed(call: Call, miss: Miss): string | null {
    try {
      // What others did to the state meanwhile is no fault of it.
      return changeInGiven(miss.key, this.#keyAfter(call, miss));
    } catch (error) {
      return error instanceof Unkeyable ? error.reason : "changes what it reads";
    }
  }

  /** What a body left to promises has done to its arguments, state or result since it returned, or null. */
  #changedResult(call: Call, miss: Miss, entry: Entry, value: unknown): string | null {
    const again = this.#encode(call, miss, value);
    if ("refused" in again) return again.refused;
    return Buffer.compare(again.bytes, entry.value) === 0 ? null : "changes its result";
  }

  /** Looks again now at what waits for it: the event loop has nothing left to do. */
  settle(): void {
    this.#unsettled.settle();
  }

  /** Gives up the entries that were not lookup at again: the program ends, whatever its promises still had to do. */
  giveUpUnsettled(): void {
    this.#unsettled.giveUp();
  }

  /** The key of a call after its body ran. */
  #keyAfter({ live, self, args }: Call, { key, reach }: Miss): Key {
    const { book, env } = this.#host;
    return makeKey(keyedCall(live, reach, self, args), book, Number.POSITIVE_INFINITY, env(), key);
  }

  /** A result's bytes, or why it may not be kept. */
  #encode(call: Call, miss: Miss, value: unknown): Encoded {
    try {
      const after = this.#keyAfter(call, miss);
      const what = changeIn(miss.key, after);
      if (what !== null) return { refused: what };
      // The walks have seen everything that the result could share.
      return encode(value, { before: miss.key.walk, after: after.walk }, this.#host.valueLimit);
    } catch (error) {
      if (error instanceof Unkeyable) return { refused: `after the call, ${error.reason}` };
      throw error;
    }
  }
}

/** Whether the body may leave work behind. */
function isFollowed({ site }: LiveSite, { key }: Miss): boolean {
  return site.async || key.walk.traits.has("async");
}

/**
 * Whether what it leaves behind may change the result: an async function has mostly waited for all it started, but what
 * is begun somewhere and waited for nowhere, as by `Promise.race`, may know an object that it returns.
 */
function mayChangeLater({ site }: LiveSite, { key }: Miss, value: unknown): boolean {
  const { traits } = key.walk;
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return !site.async || traits.has("floating") || (isObject && traits.has("begins"));
}

/** Whether two traces have the same answers to the same questions. */
function sawSame(a: Uint8Array, b: Uint8Array): boolean {
  return seenBy(a) === seenBy(b);
}

/** The questions and answers of a trace, as a text. */
function seenBy(trace: Uint8Array): string {
  return seenIn(unpackTrace(trace));
}

function seenIn({ observations }: Trace): string {
  return JSON.stringify(observations.map(({ query, answer }) => [query, answer]));
}

/** What a call does outside that is not what is stored, or null. */
function elsewhere(now: Trace, stored: Trace): string | null {
  if (!sameOutput(now.output, stored.output)) return "prints something else";
  return sameWrites(now.writes, stored.writes) ? null : "writes something else";
}

/** What the store is told of a part of an entry with a record of its own. */
function partMeta({ owner }: LiveSite, cost: number, part: Uint8Array): Meta {
  return { owner: { ...owner, maxEntries: 0 }, cost, shared: part.byteLength };
}
