/**
 * Records a miss: runs the body in a frame, and stores the result unless something forbids it.
 *
 * Nothing here may throw into the program, and no code of the program runs here but the function itself.
 */
import type { CallInPlace } from "../code/guard-text.ts";
import type { KeyNotes } from "../key/key.ts";
import { type Reason, within } from "../reason/reason.ts";
import type { Frame } from "../trace/frames.ts";
import { hasWaited, packTrace, type Trace } from "../trace/trace.ts";
import { withinTime } from "../value/time-limit.ts";
import { TooLarge } from "../value/unkeyable.ts";
import type { BodyResult } from "./body-end.ts";
import { type Call, type Miss, mayKeepChanges, nameOf } from "./call.ts";
import { changeOfArguments, changeSinceReturn, encodeResult } from "./changes.ts";
import { DeferredChecks } from "./deferred-checks.ts";
import type { Entry } from "./entry.ts";
import { tellInvalid } from "./events.ts";
import { type Execution, execute, executeInPlace } from "./execute.ts";
import type { Host } from "./host.ts";
import { isKeptUnder } from "./in-context.ts";
import type { Flight } from "./in-flight.ts";
import type { InternalWork } from "./internal-work.ts";
import { MOST_IDLE } from "./microtask-turns.ts";
import { putEntry } from "./put-entry.ts";
import type { LiveSite } from "./site.ts";
import { whyDropped, whyOutOfTurn, whyUnfit } from "./unfit.ts";

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
   * @param flight set where other calls may wait for this one
   */
  run(call: Call, miss: Miss, flight: Flight | null): unknown {
    return execute(this.#execution(call, miss, flight));
  }

  /** The same for an async function whose body runs on where it was called. */
  runInPlace(call: Call, miss: Miss, flight: Flight | null): CallInPlace | null {
    return executeInPlace(this.#execution(call, miss, flight));
  }

  #execution(call: Call, miss: Miss, flight: Flight | null): Execution {
    const finish = (frame: Frame, result: BodyResult) =>
      this.record(call, miss, frame, result, flight?.isAwaited === true);
    return { host: this.#host, internal: this.#internal, call, miss, flight, finish };
  }

  /**
   * Stores a result if it may be stored, and if that pays. Calls that wait for the result get its bytes even if it does not pay.
   * @returns the value's bytes, or null where no other call may use them
   */
  record(call: Call, met: Miss, frame: Frame, ended: BodyResult, isAwaited: boolean): Uint8Array | null {
    const { live } = call;
    const result = call.byHand?.ran ? { ...ended, ran: call.byHand.ran() } : ended;
    const miss = result.waited ? { ...met, before: null } : met;
    const started = this.#host.now();
    const cost = result.ran + frame.saved;
    countMiss(live, frame, result, cost);
    if (!isKeptUnder(miss.key)) return null;
    const trace = traceOf(call, miss, frame);
    const unfit = whyUnfit(this.#host, live, miss, frame, trace) ?? whyOutOfTurn(live, frame, result, trace);
    if (unfit !== null) return this.#refuseUnfit(live, frame, result, miss, unfit);
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
      if (isStored) this.#store(call, miss, frame, entryOf(live, cost, result, trace, encoded), result);
    }
    const record = this.#host.work.since(started);
    live.stats.spent += record;
    if (isStored && encoded !== null) {
      live.stats.stored++;
      live.stats.storedTotal += cost;
      live.account.stored({ cost, key: miss.keyMs, record });
    }
    // After the time was taken: this also writes what other functions have queued.
    this.#host.store()?.keepUp();
    return encoded;
  }

  /**
   * A result's bytes, or null where the call is not stored: the reason is noted then.
   * @param time the limit, in milliseconds
   * @param notes takes digests of what went into the key
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
      live.account.unrecorded(work.since(started), error.values);
      live.lastReason = within({ step: "call" }, error.reason);
      return null;
    }
  }

  #note(live: LiveSite, { key, reach }: Miss, { marks }: KeyNotes): void {
    if (marks === null) return;
    const changed = live.lastChangedKey === key.hash ? live.lastChange : null;
    live.notes.push({ key: key.hash, parts: key.parts, marks, reach, changed });
  }

  /** Refuses a call because of what the body did. @param unfit why a hit could not do the same */
  #refuseUnfit(live: LiveSite, frame: Frame, result: BodyResult, { before }: Miss, unfit: Reason): null {
    const isChange = unfit === frame.wrote;
    // The change could be kept, if a copy could have been made to find all that it has changed: the reason is why there was none.
    const why = isChange && before !== null && "refused" in before ? before.refused : null;
    if (why !== null) return this.#refuse(live, frame, result, within({ step: "call" }, why), false);
    return this.#refuse(live, frame, result, unfit, isChange && result.waited !== true && mayKeepChanges(live));
  }

  /** @param canBeKept whether the reason is a change that later calls may keep */
  #refuse(live: LiveSite, { inner }: Frame, { ran }: BodyResult, reason: Reason, canBeKept: boolean): null {
    live.stats.unfit++;
    live.stats.unfitTotal += Math.max(0, ran - inner);
    if (canBeKept) live.noteChange(reason);
    else live.noteRefusal(reason);
    return null;
  }

  /** Stores an entry: at once, or on the next turn, when work that the body left to promises can no longer change the result. */
  #store(call: Call, miss: Miss, frame: Frame, entry: Entry, { value, waited }: BodyResult): void {
    const { live } = call;
    const { key } = miss;
    const { store } = this.#host;
    const { dependencies, writes } = frame.recording.trace;
    live.stats.dependencies = Math.max(live.stats.dependencies, dependencies.length);
    if (writes) live.written = writes.map((write) => this.#host.outside.describeWrite(write));
    let isTakenBack = false;
    const put = () => {
      if (!isTakenBack) putEntry(this.#host, live, miss, frame, entry);
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
    // The body has left nothing that goes on: nothing can change its arguments or result after the call.
    if (isOver) return;
    const check = () => {
      const dropped = whyDropped(live, frame);
      if (dropped !== null) return frame.onLateEffect?.(dropped);
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

  /** Makes the checks that wait for the next turn. To be called when the event loop has nothing left to do. */
  settle(): void {
    this.#checks.settle();
  }

  /** Takes back the entries whose checks still wait. To be called when the program ends: promises may have changed their values. */
  giveUpUnsettled(): void {
    this.#checks.giveUp();
  }
}

/** Counts a miss, for its function and for the frame around it. @param cost milliseconds that the call would take without any hit in it */
function countMiss(live: LiveSite, { parent, saved, inner, overrode }: Frame, { ran }: BodyResult, cost: number): void {
  live.stats.misses++;
  live.stats.overrode += overrode;
  live.stats.ownTotal += Math.max(0, ran - inner);
  live.timed(cost);
  if (parent) {
    parent.saved += saved;
    parent.inner += ran;
  }
}

/** What a call read, printed, wrote and called. */
function traceOf(call: Call, { key }: Miss, { recording }: Frame): Trace {
  const trace = withoutCovered(recording.trace, call.byHand?.covered);
  return trace.made === undefined ? trace : { ...trace, maker: nameOf(call, key.outside ?? key.hash) };
}

/** A trace without reads of the files whose content is in the key. */
function withoutCovered(trace: Trace, covered: ReadonlySet<string> | undefined): Trace {
  if (!covered?.size) return trace;
  return { ...trace, dependencies: trace.dependencies.filter(({ query }) => !covered.has(query[1] ?? "")) };
}

function entryOf(live: LiveSite, cost: number, result: BodyResult, trace: Trace, value: Uint8Array): Entry {
  const turns = result.turns ?? MOST_IDLE;
  const goesOn = result.waited === true;
  return {
    cost,
    // Who memoizes by hand wants results soon.
    turns: live.isByHand ? Math.min(turns, MOST_IDLE) : turns,
    waits: hasWaited(trace),
    goesOn,
    trace: packTrace(trace),
    value,
    valueAt: "",
  };
}

/**
 * Whether work that a body left to promises may change the result. A function that is not async has waited for none of it. An async
 * function has mostly waited for all that it started; but what it has not waited for, as after `Promise.race`, may know an object
 * that it returns.
 */
function mayChangeLater({ site }: LiveSite, { key }: Miss, value: unknown): boolean {
  const { traits } = key.walk;
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return !site.async || traits.has("floating") || (isObject && traits.has("begins"));
}
