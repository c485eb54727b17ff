/**
 * The engine of the running thread. The first call of a memoized function starts it, unless `dumbo/auto` has. An engine that runs already
 * is told of each memoized function when that is made: code that it follows may lead to the function before the function is called.
 */
import type { Engine } from "../call/engine.ts";

/** How an engine is found. */
export interface Connector {
  /** The one that runs, or null. */
  readonly running: () => Engine | null;
  /** Starts an engine, or says why there is none: all calls run as if there were no dumbo then. */
  readonly start: () => Engine | NotStarted;
}

export interface NotStarted {
  readonly why: string;
}

let connector: Connector = { running: () => null, start: () => ({ why: "dumbo is not there" }) };
let whyNot: NotStarted = { why: "" };
let engine: Engine | null | undefined;
const waiting: ((engine: Engine) => void)[] = [];

export function connectBy(how: Connector): void {
  connector = how;
}

/** Starts the engine if it does not run yet. Null where there is none: all calls run as if there were no dumbo. */
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

/** The engine, if it runs already. */
export function startedEngine(): Engine | null {
  return engine ?? connector.running();
}

/** Tells the engine that a function of dumbo's stands in the place of one of the program's. */
export function noteCaller(caller: object, fn: object): void {
  tell(({ tools }) => tools.standFor(caller, fn));
}

/** Tells the engine that a function runs others with random numbers that depend on a seed. */
export function noteSeeding(fn: object): void {
  tell(({ tools }) => tools.noteSeeding(fn));
}

/** Tells the engine something: now, or when there is one. */
function tell(what: (engine: Engine) => void): void {
  if (engine === undefined && connector.running() !== null) adopt(connector.running());
  if (engine) what(engine);
  else waiting.push(what);
}

function adopt(found: Engine | null): void {
  engine = found;
  if (found !== null) for (const what of waiting) what(found);
  waiting.length = 0;
}
