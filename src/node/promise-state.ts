/**
 * What is known of a promise without waiting for it, and without running code of the program: `inspect` tells, but would also read properties
 * of an object that the promise was settled with. So it is stopped before that.
 */
import { inspect } from "node:util";

/** `settled`: with an object or a function, and whether it is rejected is not known. */
export type PromiseState = "pending" | "fulfilled" | "rejected" | "settled";

const STOP = {};

/** `inspect` asks for the depth so often before it comes to what a promise was settled with. */
const asksOfPromise = asksOf(Promise.resolve(0));

/** @param promise a plain one (src/node/plain-promise.ts) */
export function stateOf(promise: Promise<unknown>): PromiseState {
  let isPrimitive = false;
  let state: PromiseState | null = null;
  const stylize = (text: string, kind: string): string => {
    if (kind !== "special") {
      isPrimitive = true;
      return text;
    }
    state = text === "<pending>" ? "pending" : "rejected";
    throw STOP;
  };
  look(promise, asksOfPromise, stylize);
  return state ?? (isPrimitive ? "fulfilled" : "settled");
}

function asksOf(promise: Promise<unknown>): number {
  return look(promise, Number.POSITIVE_INFINITY, (text) => text);
}

/** @returns how often it was asked for the depth, of `most` times */
function look(promise: Promise<unknown>, most: number, stylize: (text: string, kind: string) => string): number {
  let asks = 0;
  const depth = {
    valueOf(): number {
      if (asks >= most) throw STOP;
      asks++;
      return 0;
    },
  };
  // With `showHidden`, the depth is asked for before anything is read of an object.
  const options = { depth, showHidden: true, customInspect: false, stylize };
  try {
    inspect(promise, options as unknown as Parameters<typeof inspect>[1]);
  } catch (error) {
    if (error !== STOP) throw error;
  }
  return asks;
}
