/**
 * A pipeline of calls, `h(g(f(x), y))` or `const a = f(x); return g(a, y)`, asked about before any of them is made. Where entries answer all of
 * them, only the last result is decoded: each one before it stands in the next key as the digest of its bytes. Nobody could have changed it in between, and only plain data gets
 * such a key (alias.ts). Where entries answer only the first calls, the program goes on with the result of the last of those.
 *
 * Nothing here may throw into the program, and no code of the program runs here.
 */
import { type Box, MARK } from "../code/guard-text.ts";
import type { Site } from "../code/manifest.ts";
import { decode, GRAPH_WITH_CHANGES } from "../codec/codec.ts";
import type { SharedObjects } from "../codec/shared-objects.ts";
import { hash128 } from "../hash.ts";
import type { StandIn } from "../key/key.ts";
import { currentContext } from "../trace/contexts.ts";
import { state } from "../trace/frames.ts";
import { NOTHING_SEEN } from "../value/seen-objects.ts";
import type { Call } from "./call.ts";
import { hasHitListeners } from "./events.ts";
import { type Kept, LEAST_BYTES, type Taker } from "./given-value.ts";
import { answerHit } from "./hit.ts";
import type { Host } from "./host.ts";
import type { InternalWork } from "./internal-work.ts";
import type { Lookups } from "./lookup.ts";
import type { GuardedFunction, OpenedSites } from "./opened-sites.ts";
import { type Peeked, peek } from "./peek.ts";
import type { LiveSite } from "./site.ts";
import { decodeEntry, refresh, rewriteFiles, type ValidEntry } from "./validate.ts";

/** After so many asks in vain in a row, 2 to the power of that are left out. */
const MOST_VAIN = 8;
/** Runs in a row without a hit, after which none is expected. */
const VAIN_RUNS = 2;

// Captured before the program can replace them.
const { min } = Math;
const sourceText = Function.prototype.toString;

/** What the text of a function with a guard has. */
const GUARD = /\$dumbo\d/;

export interface PipelineTools {
  readonly host: Host;
  readonly internal: InternalWork;
  readonly lookups: Lookups;
  readonly sites: OpenedSites;
  readonly box: Box;
  readonly isDown: () => boolean;
}

/** One call, as it is about to be made. */
interface Stage {
  readonly fn: unknown;
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
}

/** A call that an entry answers. Nothing of the hit is counted or done yet. */
interface Answered {
  readonly live: LiveSite;
  readonly peeked: Peeked;
  /** Milliseconds that it took to find the entry. */
  readonly took: number;
}

export class Pipeline {
  readonly #shape: string;
  /** The shape, once it has been read. */
  #calls: Shape = { counts: [], asksAt: 0, late: [] };
  readonly #tools: PipelineTools;
  readonly #switchOff: () => void;
  /** How many of its calls, from the first one on, may be asked about: of the next one, the function has no guard or no place here. */
  #length = 0;
  #isOff = false;
  /** The guarded functions of its calls, in their order, as far as they are known. */
  readonly #functions: KnownFunction[] = [];
  /** The function of the first call, once it is open. */
  #first: { readonly live: LiveSite; readonly wasLarge: boolean } | null = null;
  /** The result of a call whose outer call is made next. */
  #given: { readonly depth: number; readonly value: unknown } | null = null;
  /** Whether the call that was given the last result has kept an alias; null where none was to be kept. */
  #kept: Kept | null = null;
  #inVain = 0;
  #skip = 0;

  /** @param shape as the rewrite writes it (src/code/guard-text.ts) */
  constructor(shape: string, tools: PipelineTools, switchOff: () => void) {
    this.#shape = shape;
    this.#tools = tools;
    this.#switchOff = switchOff;
  }

  /** Whether the box holds the result of the outermost call of the first expression, or what stands for it. */
  ask(values: readonly unknown[]): boolean {
    this.#given = null;
    if (this.#skip > 0) {
      this.#skip--;
      return false;
    }
    const { internal, box, isDown } = this.#tools;
    if (internal.isRunning || state.suspended > 0 || isDown()) return false;
    if (this.#first !== null && !isLarge(this.#first)) {
      if (this.#first.live.state.kind !== "active") this.#endAt(0);
      return false;
    }
    box.value = undefined;
    let isAnswered = false;
    const onAnswered = () => {
      isAnswered = true;
    };
    internal.ask(() => this.#answer(values, onAnswered), undefined);
    return isAnswered;
  }

  /** Whether the box holds the result of the call at this depth. */
  given(depth: number): boolean {
    const given = this.#given;
    if (given === null || given.depth !== depth) return false;
    this.#given = null;
    this.#tools.box.value = given.value;
    return true;
  }

  /** Whether the box holds the result of a call in a later expression, or what stands for the result of one behind it. */
  later(depth: number, constant: unknown): boolean {
    if (!PutOff.is(constant) || constant.depth < depth) return false;
    this.#tools.box.value = constant.depth === depth ? constant.value : constant;
    return true;
  }

  /** @param onAnswered told that the box holds the result, before anything of the hits is done: nothing may be done twice */
  #answer(values: readonly unknown[], onAnswered: () => void): void {
    const { host, lookups, box } = this.#tools;
    if (host.isVerifying || host.forbidden() !== null || hasHitListeners() || currentContext() !== null) return;
    if (!this.#wasOfUse()) return this.#noteVain();
    if (this.#length === 0) {
      this.#calls = readShape(this.#shape);
      this.#length = this.#calls.counts.length / 2;
    }
    const { counts, asksAt, late } = this.#calls;
    const all = late.length > 0 ? withLate(values, late) : values;
    if (all === null) return this.#noteVain();
    const stages = stagesOf(counts, all);
    if (this.#liveOf(stages, 0) === null) return;
    const found: Answered[] = [];
    let standIn: StandIn | undefined;
    do {
      const one = this.#find(stages, found.length, standIn);
      if (one === null) break;
      found.push(one);
      standIn = found.length < this.#length ? standInFor(one, stages[found.length] as Stage) : undefined;
    } while (standIn !== undefined);
    const sought = found.length;
    const valid = sought === 0 ? null : this.#decodeLast(found);
    if (valid === null || found.length < sought) this.#noteVain();
    const takers = standIn && found.length === sought ? this.#takers(stages, sought) : [];
    // Where it was switched off meanwhile, nobody takes what would be given.
    if (valid === null || this.#isOff) return;
    if (found.length > 1 && found.length === this.#length) this.#inVain = 0;
    const ahead = found.length - (asksAt + 1);
    if (takers.length > 0) {
      this.#kept = { isKept: false };
      lookups.given = { takers, value: valid.value, bytes: valid.bytes, kept: this.#kept };
    }
    if (ahead < 0) {
      this.#given = { depth: found.length, value: valid.value };
    } else {
      box.value = ahead === 0 ? valid.value : new PutOff(found.length, valid.value);
      onAnswered();
    }
    for (let n = 0; n < found.length; n++) {
      const one = found[n] as Answered;
      const isLast = n === found.length - 1;
      if (!isLast) one.live.stats.unread++;
      book(host, one, isLast ? valid : undecoded(one));
    }
  }

  /** The calls that are made after the first ones. */
  #takers(stages: readonly Stage[], from: number): Taker[] {
    const takers: Taker[] = [];
    for (let n = from; n < this.#length; n++) {
      const live = this.#liveOf(stages, n);
      if (live === null) break;
      takers.push({ live, argument: (stages[n] as Stage).before.length });
    }
    return takers;
  }

  /** Whether the last result that was given to a call has led to an alias. */
  #wasOfUse(): boolean {
    const kept = this.#kept;
    this.#kept = null;
    if (kept?.isKept === true) this.#inVain = 0;
    return kept?.isKept !== false;
  }

  /** Leaves out the next asks: the work for this one was done for nothing. */
  #noteVain(): void {
    this.#inVain = min(this.#inVain + 1, MOST_VAIN);
    this.#skip = 2 ** this.#inVain - 1;
  }

  /** The entry of a call, if its function is one that may be asked about here. */
  #find(stages: readonly Stage[], n: number, standIn: StandIn | undefined): Answered | null {
    const { host, lookups } = this.#tools;
    const live = this.#liveOf(stages, n);
    if (live === null) return null;
    const { takes = 0 } = live.site;
    if (standIn !== undefined && standIn.argument >= takes) return null;
    const started = host.now();
    const { before, after } = stages[n] as Stage;
    const args = n === 0 ? before : [...before, undefined, ...after];
    const call: Call = { live, guard: neverAsked, self: undefined, args: ofLength(takes, args) };
    const peeked = peek(host, lookups, call, standIn);
    return peeked && { live, peeked, took: host.work.since(started) };
  }

  /** The function of a call; null where it may not be asked about, now or at all. */
  #liveOf(stages: readonly Stage[], n: number): LiveSite | null {
    const { fn } = stages[n] as Stage;
    const known = this.#functionAt(n, fn);
    if (known === null) return null;
    if (known.live === null) {
      const wasLarge = mayComeBack(known.guarded);
      // Its guard opens it, where nothing is expected of it.
      if (n === 0 && !wasLarge && !this.#tools.sites.isOpen(known.guarded)) return null;
      known.live = this.#tools.sites.open(known.guarded.module, known.guarded.index);
      if (n === 0 && known.live !== null) this.#first = { live: known.live, wasLarge };
      if (n === 0 && this.#first !== null && !isLarge(this.#first)) return null;
    }
    const { live } = known;
    if (live === null || live.state.kind !== "active") return this.#endAt(n);
    return live.skip === 0 && live.fn === fn ? live : null;
  }

  #functionAt(n: number, fn: unknown): KnownFunction | null {
    const known = this.#functions[n];
    if (known?.fn === fn) return known as KnownFunction;
    const guarded = this.#identify(n, fn);
    if (guarded === null) return null;
    if (n === 0) this.#first = null;
    const found = { fn, guarded, live: null };
    this.#functions[n] = found;
    return found;
  }

  /** Ends the pipeline before a function that has no guard which is on, or is called in a way that has no place here. */
  #identify(n: number, fn: unknown): GuardedFunction | null {
    const text = typeof fn === "function" ? sourceText.call(fn) : "";
    const hasGuard = GUARD.test(text);
    const guarded = hasGuard ? this.#tools.sites.find(fn as object) : null;
    // While its module begins to run, it may not be known yet.
    if (hasGuard && guarded === null) {
      this.#noteVain();
      return null;
    }
    const isIt = guarded !== null && isPlain(guarded.site) && text.includes(`${MARK}${guarded.index}(`);
    return isIt ? guarded : this.#endAt(n);
  }

  /** From now on, the pipeline ends before a call; a single call that is left has its guard. */
  #endAt(n: number): null {
    if (n < 2) {
      this.#isOff = true;
      this.#switchOff();
    } else {
      this.#length = n;
    }
    return null;
  }

  /** Decodes the result of the last call; where that refers to what is not there, that of the first one. */
  #decodeLast(found: Answered[]): ValidEntry | null {
    const { peeked } = found.at(-1) as Answered;
    const { held, made } = peeked;
    const decoded = found.length === 1 ? decodeEntry(held.bytes, made) : decodeAlone(held.bytes, made.walk);
    if (decoded !== null && rewriteFiles(this.#tools.host, held.trace, false)) return { ...held, ...decoded };
    if (found.length === 1) return null;
    found.length = 1;
    return this.#decodeLast(found);
  }
}

/** What a constant holds in the place of its value, which was not decoded: the result of a call behind it. The program never has it in its hands. */
class PutOff {
  readonly #depth: number;
  readonly #value: unknown;

  constructor(depth: number, value: unknown) {
    this.#depth = depth;
    this.#value = value;
  }

  /** Runs no code of the value's. */
  static is(value: unknown): value is PutOff {
    return typeof value === "object" && value !== null && #depth in value;
  }

  get depth(): number {
    return this.#depth;
  }

  get value(): unknown {
    return this.#value;
  }
}

/** See `PipelineFunction` in src/code/guard-text.ts. */
interface Shape {
  readonly counts: readonly number[];
  /** The number of the last call in the first expression. */
  readonly asksAt: number;
  /** The numbers of the values that the last one reads. */
  readonly late: readonly number[];
}

function readShape(shape: string): Shape {
  const [calls = "", late = ""] = shape.split(";");
  const [first = "", later = ""] = calls.split("|");
  const counts = numbersOf(first);
  return { counts: [...counts, ...numbersOf(later)], asksAt: counts.length / 2 - 1, late: numbersOf(late) };
}

/** All values in their order; null where a binding has none yet. The program comes to the error by itself. */
function withLate(given: readonly unknown[], late: readonly number[]): unknown[] | null {
  const values = given.slice(0, -1);
  let read: unknown[];
  try {
    read = (given.at(-1) as () => unknown[])();
  } catch (error) {
    if (error instanceof ReferenceError) return null;
    throw error;
  }
  for (let n = 0; n < late.length; n++) values.splice(late[n] as number, 0, read[n]);
  return values;
}

function numbersOf(list: string): number[] {
  return list === "" ? [] : list.split(" ").map(Number);
}

interface KnownFunction {
  readonly fn: unknown;
  readonly guarded: GuardedFunction;
  /** Null while it is not open. */
  live: LiveSite | null;
}

/** Whether a call of a function is made of nothing but its arguments, one for each name, and ends when it returns. */
function isPlain({ takes, async: isAsync, usesThis, foreign }: Site): boolean {
  return takes !== undefined && !isAsync && !usesThis && !foreign;
}

const neverAsked = () => false;

function ofLength(length: number, values: readonly unknown[]): unknown[] {
  const list: unknown[] = [];
  for (let i = 0; i < length; i++) list.push(values[i]);
  return list;
}

/** Whether results of a function are large. */
function isLarge({ live, wasLarge }: { readonly live: LiveSite; readonly wasLarge: boolean }): boolean {
  return wasLarge || live.stats.bytes >= LEAST_BYTES;
}

/** Whether earlier runs lead to expect that calls of a function are answered, with large results. */
function mayComeBack({ history }: GuardedFunction): boolean {
  return history !== null && history.bytes >= LEAST_BYTES && (history.fruitless ?? 0) < VAIN_RUNS;
}

/** The calls of a pipeline, the first one first. */
function stagesOf(shape: readonly number[], values: readonly unknown[]): Stage[] {
  const heads: { readonly fn: unknown; readonly before: unknown[] }[] = [];
  let at = 0;
  for (let n = shape.length / 2 - 1; n >= 0; n--) {
    const before = shape[2 * n] as number;
    heads.unshift({ fn: values[at], before: values.slice(at + 1, at + 1 + before) });
    at += 1 + before;
  }
  return heads.map((head, n) => {
    const after = shape[2 * n + 1] as number;
    at += after;
    return { ...head, after: values.slice(at - after, at) };
  });
}

/** What stands for a result in the key of the next call; undefined where that needs the result itself. */
function standInFor({ peeked }: Answered, { before }: Stage): StandIn | undefined {
  const { trace, bytes } = peeked.held;
  const isBare = trace.output.length === 0 && !trace.writes?.length && bytes[0] !== GRAPH_WITH_CHANGES;
  return isBare && bytes.byteLength >= LEAST_BYTES ? { argument: before.length, digest: hash128(bytes) } : undefined;
}

/**
 * Decodes a result without the walk over one of the arguments of its call: it may refer to functions and classes of its code, which are the same
 * without that, and to nothing else. Null where it does.
 */
function decodeAlone(bytes: Uint8Array, walk: SharedObjects): Pick<ValidEntry, "value" | "changes" | "wrote"> | null {
  if (bytes[0] === GRAPH_WITH_CHANGES) return null;
  const { reaches } = walk;
  const shared: SharedObjects = {
    seen: NOTHING_SEEN,
    views: [],
    weak: [],
    links: null,
    bindings: [],
    reaches,
    builtInObjects: () => walk.builtInObjects(),
  };
  const decoded = decode(bytes, shared);
  return decoded && { value: decoded.value, changes: [], wrote: null };
}

/** A hit whose result nobody needs. */
function undecoded({ peeked }: Answered): ValidEntry {
  return { ...peeked.held, value: undefined, changes: [], wrote: null };
}

function book(host: Host, { live, peeked, took }: Answered, valid: ValidEntry): void {
  const { key, entries, held } = peeked;
  live.stats.calls++;
  refresh(host, live, key, entries, held);
  answerHit(host, live, key, valid, host.work.now() - took);
}
