/**
 * Records a miss: runs the body in a frame, and stores the result unless something forbids it.
 *
 * Nothing here may throw into the program, and no code of the program runs here but the function itself.
 */
import type { CallInPlace } from "../code/guard-text.ts";
import type { BuiltInChange } from "../code/reach-context.ts";
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
import { keepAlias } from "./alias.ts";
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

/** Node tells the program of a promise that is rejected while nobody waits for it, and a hit would not. */
const DROPPED: Reason = { kind: "dropped-promise" };

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
    const unfit =
      frame.effect ??
      // The streams of the web make promises of their own to which nothing is attached.
      (!live.isStream && frame.loose.isAnyDropped ? DROPPED : null) ??
      (frame.made && whyNotKeyed(frame.made, miss, hasBegunWork(frame))) ??
      this.#whyNotAgain(call, miss, trace) ??
      // The call may have put something on a built-in, by whatever name it has that: a hit would leave it out.
      this.#host.forbidden(true) ??
      whyBuiltInsDiffer(this.#host, miss);
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
      if (isStored) this.#store(call, miss, frame, entryOf(cost, result, trace, encoded), result);
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
    else live.noteUnfit(reason);
    return null;
  }

  /** Why a hit could not do again what the call did outside, or null. */
  #whyNotAgain(call: Call, miss: Miss, trace: Trace): Reason | null {
    const { valueLimit } = this.#host;
    if (trace.writes?.some(({ size }) => size > valueLimit)) {
      return { kind: "large-write", limit: valueLimit };
    }
    if (trace.dependencies.some(isOfConsole) && this.#host.outside.consoleTaken() === null) return CHANGED;
    return hasWaited(trace) ? this.#whyNotLater(call, miss, trace) : null;
  }

  /**
   * Why a call that waited for its reads or writes cannot be stored, or null. A look-up waits for the same reads, and if a dependency has
   * changed, the body starts only after that: so it has to do the same when it runs later.
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
    // A file may have changed between the question and the answer: only an answer that still holds is kept.
    const isSame = dependencies.every((one) => this.#host.outside.revalidate(one) !== null);
    return isSame ? null : CHANGED;
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
      if (!isTakenBack) this.#put(call, miss, frame, entry);
    };
    frame.onLateEffect = (effect) => {
      isTakenBack = true;
      store()?.remove(key.hash);
      const late = within({ step: "after-return" }, effect);
      tellInvalid(live.label, key.hash, late);
      live.noteUnfit(late);
    };
    live.stats.bytes = Math.max(live.stats.bytes, entry.value.byteLength);
    const isOver = waited !== true;
    const isUnsettled = !isOver && mayChangeLater(live, miss, value);
    if (!isUnsettled) put();
    // The body has left nothing that goes on: nothing can change its arguments or result after the call.
    if (isOver) return;
    const check = () => {
      if (!live.isStream && frame.loose.wasAnyDropped) return frame.onLateEffect?.(DROPPED);
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

  #put({ live }: Call, { key, alias }: Miss, { recording }: Frame, entry: Entry): void {
    const store = this.#host.store();
    const { owner } = live;
    const { cost } = entry;
    // Entries whose dependencies had other answers are kept; the one with the same answers is replaced. But where the owner has a time
    // to live, the other entries go: to put them again would make them young.
    const isOneOfMany = entry.trace.byteLength > 0 && owner.ttl === Number.POSITIVE_INFINITY;
    const record = isOneOfMany ? store?.get(key.hash) : undefined;
    const valueAt = isApart(entry) ? hashText(`${key.hash} ${dependencyText(unpackTrace(entry.trace))}`) : "";
    // Files that a call wrote stay on this machine, and so does an entry that leads to them.
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
    // The store shares equal ends of records: the value is the end of the record only if there is one entry.
    const shared = entries.length === 1 ? added.value.byteLength : 0;
    store?.put(key.hash, writeEntries(key, entries), { owner, cost, shared, ...(!stays && { travels: "entry" }) });
    if (alias) keepAlias(store, owner, alias, key.hash, cost);
    tellStored(live.label, key, cost, entry.value.byteLength);
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

/** What the program has done to built-in objects since a call's key was made, or null: the call may have done it, and a hit would not. */
function whyBuiltInsDiffer({ reachCache }: Host, { key }: Miss): Reason | null {
  const before = key.walk.builtInChanges;
  const now = reachCache.builtInChanges();
  if (now === before) return null;
  const isNew = (list: readonly BuiltInChange[]) => (one: BuiltInChange) => !list.some(({ path }) => path === one.path);
  const other = now.find(isNew(before)) ?? before.find(isNew(now)) ?? now[0];
  return { kind: "changed-built-in", name: other?.path ?? "a built-in" };
}

/** A trace without reads of the files whose content is in the key. */
function withoutCovered(trace: Trace, covered: ReadonlySet<string> | undefined): Trace {
  if (!covered?.size) return trace;
  return { ...trace, dependencies: trace.dependencies.filter(({ query }) => !covered.has(query[1] ?? "")) };
}

/** Whether a dependency says that the console is Node's own: it is asked again at the end, because the call may have changed it. */
function isOfConsole({ query }: Dependency): boolean {
  return query[0] === "console";
}

function entryOf(cost: number, { turns, waited }: BodyResult, trace: Trace, value: Uint8Array): Entry {
  const goesOn = waited === true;
  return { cost, turns, waits: hasWaited(trace), goesOn, trace: packTrace(trace), value, valueAt: "" };
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

function hasSameDependencies(a: Uint8Array, b: Uint8Array): boolean {
  return sameDependencies(unpackTrace(a), unpackTrace(b));
}

/** What the store is told of a part of an entry with a record of its own. */
function partMeta({ owner }: LiveSite, cost: number, part: Uint8Array): RecordInfo {
  return { owner: { ...owner, maxEntries: 0 }, cost, shared: part.byteLength };
}
