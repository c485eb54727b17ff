/**
 * The engine of the running thread. It is started at the first call of a memoized function; where `dumbo/auto` has started it, it is
 * told of memoized functions when they are made, because it may meet them before they are called.
 */
import type { Engine } from "../call/engine.ts";

/** How an engine is found. */
export interface Connector {
  /** The one that runs, or null. */
  readonly running: () => Engine | null;
  /** Starts one, or says why all calls run as if there were no dumbo. */
  readonly start: () => Engine | NotStarted;
}

export interface NotStarted {
  readonly why: string;
}

/** A function, and the one that stands in its place. */
type Pair = readonly [caller: object, fn: object];

let connector: Connector = { running: () => null, start: () => ({ why: "dumbo is not there" }) };
let whyNot: NotStarted = { why: "" };
let engine: Engine | null | undefined;
const waiting: Pair[] = [];

export function connectBy(how: Connector): void {
  connector = how;
}

/** Null where all calls run as if there were no dumbo. */
export function theEngine(): Engine | null {
  if (engine === undefined) {
    const found = connector.running() ?? connector.start();
    if ("why" in found) whyNot = found;
    adopt("why" in found ? null : found);
  }
  return engine ?? null;
}

/** Why there is no engine. */
export function whyNoEngine(): NotStarted {
  return whyNot;
}

/** The engine, if there is one already. */
export function startedEngine(): Engine | null {
  return engine ?? connector.running();
}

/** Says that a function stands in the place of another one. */
export function noteCaller(caller: object, fn: object): void {
  if (engine === undefined && connector.running() !== null) adopt(connector.running());
  if (engine) engine.tools.standFor(caller, fn);
  else waiting.push([caller, fn]);
}

function adopt(found: Engine | null): void {
  engine = found;
  if (found !== null) for (const [caller, fn] of waiting) found.tools.standFor(caller, fn);
  waiting.length = 0;
}
