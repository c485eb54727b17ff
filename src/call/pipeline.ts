/**
 * A pipeline of calls, `h(g(f(x), y))` or `const a = f(x); return g(a, y)`, asked about before any of them is made. Where entries answer all of
 * them, only the last result is decoded: each one before it stands in the next key as the digest of its bytes. Nobody could have changed it in
 * between, and only plain data gets such a key (alias.ts). Where entries answer only the first calls, the program goes on with the result of the
 * last of those.
 *
 * Nothing here may throw into the program, and no code of the program runs here.
 */
import type { Box } from "../code/guard-text.ts";
import { GRAPH_WITH_CHANGES } from "../codec/codec.ts";
import type { StandIn } from "../key/key.ts";
import { currentContext } from "../trace/contexts.ts";
import { state } from "../trace/frames.ts";
import type { Call } from "./call.ts";
import { hasHitListeners } from "./events.ts";
import type { Kept, Taker } from "./given-value.ts";
import type { Host } from "./host.ts";
import type { InternalWork } from "./internal-work.ts";
import type { Lookups } from "./lookup.ts";
import type { OpenedSites } from "./opened-sites.ts";
import { peek } from "./peek.ts";
import { PipelineFunctions } from "./pipeline-functions.ts";
import { type Answered, answerAll, decodeLast, standInFor } from "./pipeline-hits.ts";
import { callsIn, type PipelineShape, readShape, type Stage, stagesOf } from "./pipeline-shape.ts";
import { ResultAhead } from "./result-ahead.ts";

/** After so many asks in vain in a row, 2 to the power of that are left out. */
const MOST_VAIN = 8;

// Captured before the program can replace it.
const { min } = Math;

/** What all pipelines of a thread share. */
export interface PipelineTools {
  readonly host: Host;
  readonly internal: InternalWork;
  readonly lookups: Lookups;
  readonly sites: OpenedSites;
  readonly box: Box;
  readonly isDown: () => boolean;
}

export class Pipeline {
  readonly #text: string;
  /** Made of the text when it is first needed. */
  #shape: PipelineShape | null = null;
  readonly #tools: PipelineTools;
  readonly #functions: PipelineFunctions;
  /** The result of a call whose outer call is made next. */
  #given: { readonly depth: number; readonly value: unknown } | null = null;
  /** Whether the call that was given the last result has kept an alias; null where none was to be kept. */
  #kept: Kept | null = null;
  #inVain = 0;
  #skip = 0;

  /** @param text of the shape, as the rewrite writes it (src/code/guard-text.ts) */
  constructor(text: string, tools: PipelineTools, switchOff: () => void) {
    this.#text = text;
    this.#tools = tools;
    this.#functions = new PipelineFunctions(tools.sites, { onEnd: switchOff, onUnknown: () => this.#noteVain() });
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
    if (!this.#functions.mayBeLarge()) return false;
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
    if (!ResultAhead.is(constant) || constant.depth < depth) return false;
    this.#tools.box.value = constant.depth === depth ? constant.value : constant;
    return true;
  }

  /** @param onAnswered told that the box holds the result, before anything of the hits is done: nothing may be done twice */
  #answer(values: readonly unknown[], onAnswered: () => void): void {
    const { host, lookups, box } = this.#tools;
    if (host.isVerifying || host.forbidden() !== null || hasHitListeners() || currentContext() !== null) return;
    if (!this.#wasOfUse()) return this.#noteVain();
    this.#shape ??= readShape(this.#text);
    const stages = stagesOf(this.#shape, values);
    if (stages === null) return this.#noteVain();
    if (this.#functions.liveAt(0, (stages[0] as Stage).fn) === null) return;
    const found: Answered[] = [];
    let standIn: StandIn | undefined;
    do {
      const one = this.#find(stages, found.length, standIn);
      if (one === null) break;
      found.push(one);
      const next = found.length < this.#length ? (stages[found.length] as Stage) : null;
      standIn = next === null ? undefined : standInFor(one, next.before.length);
    } while (standIn !== undefined);
    const takers = standIn === undefined ? [] : this.#takers(stages, found.length);
    // Where it was switched off meanwhile, nobody takes what would be given: nothing may be decoded for that.
    if (this.#functions.isOver) return;
    const decoded = decodeLast(host, found);
    const calls = decoded?.calls ?? 0;
    if (calls === 0 || calls < found.length) this.#noteVain();
    if (decoded === null) return;
    const { valid } = decoded;
    if (calls > 1 && calls === this.#length) this.#inVain = 0;
    if (takers.length > 0 && calls === found.length) {
      this.#kept = { isKept: false };
      lookups.given = { takers, value: valid.value, bytes: valid.bytes, kept: this.#kept };
    }
    const askedDepth = this.#shape.asksAt + 1;
    if (calls < askedDepth) {
      this.#given = { depth: calls, value: valid.value };
    } else {
      box.value = calls === askedDepth ? valid.value : new ResultAhead(calls, valid.value);
      onAnswered();
    }
    answerAll(host, found.slice(0, calls), valid);
  }

  /** How many of its calls, from the first one on, may be asked about. */
  get #length(): number {
    return this.#shape === null ? 0 : this.#functions.length(callsIn(this.#shape));
  }

  /** The calls that are made after the first ones. */
  #takers(stages: readonly Stage[], from: number): Taker[] {
    const takers: Taker[] = [];
    for (let n = from; n < this.#length; n++) {
      const { fn, before } = stages[n] as Stage;
      const live = this.#functions.liveAt(n, fn);
      if (live === null) break;
      takers.push({ live, argument: before.length });
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

  /** The entry of a call, if its function is one that may be asked about here, and the entry changes nothing. */
  #find(stages: readonly Stage[], n: number, standIn: StandIn | undefined): Answered | null {
    const { host, lookups } = this.#tools;
    const { fn, before, after } = stages[n] as Stage;
    const live = this.#functions.liveAt(n, fn);
    if (live === null) return null;
    const { takes = 0 } = live.site;
    if (standIn !== undefined && standIn.argument >= takes) return null;
    const started = host.now();
    const args = n === 0 ? before : [...before, undefined, ...after];
    const call: Call = { live, guard: neverAsked, self: undefined, args: ofLength(takes, args) };
    const peeked = peek(host, lookups, call, standIn);
    // What the code reads before this call is read once more behind this: no variable may have another value by then.
    if (peeked === null || peeked.held.bytes[0] === GRAPH_WITH_CHANGES) return null;
    return { live, peeked, took: host.work.since(started) };
  }
}

const neverAsked = () => false;

function ofLength(length: number, values: readonly unknown[]): unknown[] {
  const list: unknown[] = [];
  for (let i = 0; i < length; i++) list.push(values[i]);
  return list;
}
