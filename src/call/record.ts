/**
 * The recording of a miss: the body runs in a frame, and its result is stored unless something forbids it.
 *
 * Nothing here may throw into the program, and nothing of the program runs here but the function itself.
 */
import type { CallInPlace } from "../code/guard-text.ts";
import { hashText } from "../hash.ts";
import type { KeyNotes } from "../key/key.ts";
import { type Reason, within } from "../reason/reason.ts";
import type { RecordInfo } from "../store/store.ts";
import { type Frame, hasBegunWork } from "../trace/frames.ts";
import {
  CHANGED,
  contentKey,
  type Dependency,
  dependencyText,
  hasWaited,
  packTrace,
  sameDependencies,
  type Trace,
  unpackTrace,
} from "../trace/trace.ts";
import { withinTime } from "../value/time-limit.ts";
import { TooLarge } from "../value/unkeyable.ts";
import type { BodyResult } from "./body-end.ts";
import { type Call, type Miss, mayKeepChanges, mayRunLater, nameOf } from "./call.ts";
import { changeOfArguments, changeSinceReturn, encodeResult } from "./changes.ts";
import { DeferredChecks } from "./deferred-checks.ts";
import { type Entry, isApart, readEntries, withEntry, writeEntries } from "./entry.ts";
import { tellInvalid, tellStored } from "./events.ts";
import { type Execution, execute, executeInPlace } from "./execute.ts";
import type { Host } from "./host.ts";
import { isKeptUnder } from "./in-context.ts";
import type { Flight } from "./in-flight.ts";
import type { InternalWork } from "./internal-work.ts";
import { whyNotKeyed } from "./made-code.ts";
import type { LiveSite } from "./site.ts";

export class Recorder {
  readonly #host: Host;
  readonly #internal: InternalWork;
  readonly #checks: DeferredChecks;

  constructor(host: Host, internal: InternalWork) {
    this.#host = host;
    this.#internal = internal;
    this.#checks = new DeferredChecks(host.onNextTurn);
  }

  /**
   * Calls the function from within its guard, and records the result.
   * @param flight where calls wait for this one
   */
  run(call: Call, miss: Miss, flight: Flight | null): unknown {
    return execute(this.#execution(call, miss, flight));
  }

  /** The same for the body of an async function that runs on where it was called. */
  runInPlace(call: Call, miss: Miss, flight: Flight | null): CallInPlace | null {
    return executeInPlace(this.#execution(call, miss, flight));
  }

  #execution(call: Call, miss: Miss, flight: Flight | null): Execution {
    const finish = (frame: Frame, result: BodyResult) =>
      this.record(call, miss, frame, result, flight?.isAwaited === true);
    return { host: this.#host, internal: this.#internal, call, miss, flight, finish };
  }

  /**
   * Stores a result if that pays. Calls that wait for it get its bytes even if it does not pay.
   * @returns the value's bytes, or null where no other call may use them
   */
  record(call: Call, met: Miss, frame: Frame, ended: BodyResult, isAwaited: boolean): Uint8Array | null {
    const { live } = call;
    const result = call.byHand?.ran ? { ...ended, ran: call.byHand.ran() } : ended;
    const miss = result.waited ? { ...met, before: null } : met;
    const started = this.#host.now();
    const cost = result.ran + frame.saved;
    live.stats.misses++;
    live.stats.overrode += frame.overrode;
    live.stats.ownTotal += Math.max(0, result.ran - frame.inner);
    live.timed(cost);
    if (frame.parent) {
      frame.parent.saved += frame.saved;
      frame.parent.inner += result.ran;
    }
    if (!isKeptUnder(miss.key)) return null;
    const trace = traceOf(call, miss, frame);
    const unfit =
      frame.effect ??
      (frame.made && whyNotKeyed(frame.made, miss, hasBegunWork(frame))) ??
      this.#whyNotAgain(call, miss, trace);
    const canKeep = result.waited !== true && mayKeepChanges(live);
    if (unfit !== null) {
      const isChange = unfit === frame.wrote;
      // What the call changed could have been kept, if there were a copy to compare with.
      const why = isChange && miss.before !== null && "refused" in miss.before ? miss.before.refused : null;
      if (why !== null) return this.#refuse(live, frame, result, within({ step: "call" }, why), false);
      return this.#refuse(live, frame, result, unfit, canKeep && isChange);
    }
    const pays = call.byHand?.isKept(trace) !== false && live.account.pays(cost, miss.keyMs);
    live.judge(pays);
    const limit = pays ? live.account.recordLimit(cost, miss.keyMs) : 0;
    const isStored = limit > 0;
    if (!isStored && !isAwaited) return null;
    const notes: KeyNotes | undefined = isStored && live.takesNotes ? { marks: null } : undefined;
    const time = isAwaited ? Number.POSITIVE_INFINITY : limit;
    const encoded = this.#encode(call, miss, frame, result, { time, notes });
    if (encoded !== null) {
      live.succeed();
      if (notes) this.#note(live, miss, notes);
      if (isStored) this.#store(call, miss, frame, entryOf(cost, result, trace, encoded), result);
    }
    const record = this.#host.work.since(started);
    live.stats.spent += record;
    if (isStored && encoded !== null) {
      live.stats.stored++;
      live.stats.storedTotal += cost;
      live.account.stored({ cost, key: miss.keyMs, record });
    }
    // Not part of the record's time: it writes what other functions have queued, too.
    this.#host.store()?.keepUp();
    return encoded;
  }

  /**
   * A result's bytes, or null where the call is not stored: that is noted.
   * @param limits milliseconds; what takes digests of what went into the key
   */
  #encode(
    call: Call,
    miss: Miss,
    frame: Frame,
    result: BodyResult,
    { time, notes }: { readonly time: number; readonly notes: KeyNotes | undefined },
  ): Uint8Array | null {
    const { live } = call;
    const { now, work } = this.#host;
    const started = now();
    try {
      const encode = () => encodeResult(this.#host, call, miss, result.value, frame.wrote, notes);
      const encoded = withinTime(time, work, encode);
      if ("bytes" in encoded) return encoded.bytes;
      const canBeKept = encoded.isChange === true && result.waited !== true && mayKeepChanges(live);
      return this.#refuse(live, frame, result, encoded.refused, canBeKept);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      live.account.unrecorded(work.since(started));
      live.lastReason = within({ step: "call" }, error.reason);
      return null;
    }
  }

  #note(live: LiveSite, { key, reach }: Miss, { marks }: KeyNotes): void {
    if (marks === null) return;
    const changed = live.lastChangedKey === key.hash ? live.lastChange : null;
    live.notes.push({ key: key.hash, parts: key.parts, marks, reach, changed });
  }

  #refuse(live: LiveSite, { inner }: Frame, { ran }: BodyResult, reason: Reason, canBeKept: boolean): null {
    live.stats.unfit++;
    live.stats.unfitTotal += Math.max(0, ran - inner);
    if (canBeKept) live.noteChange(reason);
    else live.noteRefusal(reason);
    return null;
  }

  /** Why a hit could not do again what a call did outside, or null. */
  #whyNotAgain(call: Call, miss: Miss, trace: Trace): Reason | null {
    const { valueLimit } = this.#host;
    if (trace.writes?.some(({ size }) => size > valueLimit)) {
      return { kind: "large-write", limit: valueLimit };
    }
    if (trace.dependencies.some(isOfConsole) && this.#host.outside.consoleTaken() === null) return CHANGED;
    return hasWaited(trace) ? this.#whyNotLater(call, miss, trace) : null;
  }

  /**
   * Why a call that waited for its reads or writes cannot be answered from an entry, or null. A look-up of such an entry waits,
   * too, and if a dependency has changed, the body starts only then.
   */
  #whyNotLater({ live }: Call, { key, reach }: Miss, { dependencies, output, writes = [] }: Trace): Reason | null {
    const doesWrite = writes.length > 0;
    if (output.length > 0 || [...dependencies, ...writes].some(({ waits }) => !waits)) {
      return { kind: "mixed-waits", writes: doesWrite };
    }
    if (!mayRunLater(live, key, reach, this.#host.reachCache)) {
      return { kind: "changeable-input", writes: doesWrite };
    }
    if (!this.#host.outside.wrote(writes)) return { kind: "others-wrote" };
    // A file may have changed between the call's question and its answer: only an answer that still holds is kept.
    const isSame = dependencies.every((one) => this.#host.outside.revalidate(one) !== null);
    return isSame ? null : CHANGED;
  }

  /** Stores an entry: at once, or when the work that the body left to promises cannot change the result any more. */
  #store(call: Call, miss: Miss, frame: Frame, entry: Entry, { value, waited }: BodyResult): void {
    const { live } = call;
    const { key } = miss;
    const { store } = this.#host;
    const { dependencies, writes } = frame.recording.trace;
    live.stats.dependencies = Math.max(live.stats.dependencies, dependencies.length);
    if (writes) live.written = writes.map((write) => this.#host.outside.describeWrite(write));
    let isTakenBack = false;
    const put = () => {
      if (!isTakenBack) this.#put(call, miss, frame, entry);
    };
    frame.onLateEffect = (effect) => {
      isTakenBack = true;
      store()?.remove(key.hash);
      const late = within({ step: "after-return" }, effect);
      tellInvalid(live.label, key.hash, late);
      live.noteRefusal(late);
    };
    live.stats.bytes = Math.max(live.stats.bytes, entry.value.byteLength);
    const isOver = waited !== true;
    const isUnsettled = !isOver && mayChangeLater(live, miss, value);
    if (!isUnsettled) put();
    // What such a body has changed is in the entry, and it has left nothing that goes on.
    if (isOver) return;
    const check = () => {
      const change = isUnsettled
        ? changeSinceReturn(this.#host, call, miss, entry.value, value)
        : changeOfArguments(this.#host, call, miss);
      if (change !== null) frame.onLateEffect?.(change);
      else if (isUnsettled) {
        put();
        store()?.keepUp();
      }
    };
    this.#checks.add(
      () => this.#internal.run(check, undefined),
      () => frame.onLateEffect?.({ kind: "unfinished-work" }),
    );
  }

  #put({ live }: Call, { key }: Miss, { recording }: Frame, entry: Entry): void {
    const store = this.#host.store();
    const { owner } = live;
    const { cost } = entry;
    // Keep entries whose dependencies had other answers; replace the one with the same answers. But where the owner has a time
    // to live, the record starts anew: putting old entries again would make them young.
    const isOneOfMany = entry.trace.byteLength > 0 && owner.ttl === Number.POSITIVE_INFINITY;
    const record = isOneOfMany ? store?.get(key.hash) : undefined;
    const valueAt = isApart(entry) ? hashText(`${key.hash} ${dependencyText(unpackTrace(entry.trace))}`) : "";
    // Files that the call wrote stay on this machine, and so does what leads to them.
    const stays = recording.contents.size > 0 || (recording.trace.writes?.length ?? 0) > 0;
    if (valueAt !== "") {
      const meta = partMeta(live, cost, entry.value);
      store?.put(valueAt, entry.value, stays ? meta : { ...meta, travels: "value" });
    }
    for (const [hash, bytes] of recording.contents) {
      store?.put(contentKey(hash), bytes, partMeta(live, cost, bytes));
    }
    const added = valueAt === "" ? entry : { ...entry, value: new Uint8Array(0), valueAt };
    const entries = withEntry(record ? readEntries(record) : [], added, hasSameDependencies);
    // The store may share equal ends of records only: the value is the end of the record if there is one entry.
    const shared = entries.length === 1 ? added.value.byteLength : 0;
    store?.put(key.hash, writeEntries(key, entries), { owner, cost, shared, ...(!stays && { travels: "entry" }) });
    tellStored(live.label, key, cost, entry.value.byteLength);
  }

  /** Checks now what waits for the next turn: the event loop has nothing left to do. */
  settle(): void {
    this.#checks.settle();
  }

  /** Takes back the entries that were not checked: the program ends, and its promises may still have changed them. */
  giveUpUnsettled(): void {
    this.#checks.giveUp();
  }
}

/** What a call read, printed, wrote and called. */
function traceOf(call: Call, { key }: Miss, { recording }: Frame): Trace {
  const trace = withoutCovered(recording.trace, call.byHand?.covered);
  return trace.made === undefined ? trace : { ...trace, maker: nameOf(call, key.outside ?? key.hash) };
}

/** What a call read, without the files whose content its key has. */
function withoutCovered(trace: Trace, covered: ReadonlySet<string> | undefined): Trace {
  if (!covered?.size) return trace;
  return { ...trace, dependencies: trace.dependencies.filter(({ query }) => !covered.has(query[1] ?? "")) };
}

/** The call may have changed what it took as a value. */
function isOfConsole({ query }: Dependency): boolean {
  return query[0] === "console";
}

function entryOf(cost: number, { turns, waited }: BodyResult, trace: Trace, value: Uint8Array): Entry {
  const goesOn = waited === true;
  return { cost, turns, waits: hasWaited(trace), goesOn, trace: packTrace(trace), value, valueAt: "" };
}

/**
 * Whether work that a body left to promises may change the result. A function that is not async has waited for nothing. An
 * async function has mostly waited for all that it started; but what it started and does not wait for, as after
 * `Promise.race`, may know an object that it returns.
 */
function mayChangeLater({ site }: LiveSite, { key }: Miss, value: unknown): boolean {
  const { traits } = key.walk;
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return !site.async || traits.has("floating") || (isObject && traits.has("begins"));
}

function hasSameDependencies(a: Uint8Array, b: Uint8Array): boolean {
  return sameDependencies(unpackTrace(a), unpackTrace(b));
}

/** What the store is told of a part of an entry that has a record of its own. */
function partMeta({ owner }: LiveSite, cost: number, part: Uint8Array): RecordInfo {
  return { owner: { ...owner, maxEntries: 0 }, cost, shared: part.byteLength };
}
