/**
 * Random numbers that depend on a seed, for the code that a function runs and what it waits for. All other code gets its numbers as before.
 * The engine's tap of `Math.random` hands the numbers out; without an engine, `Math.random` is replaced as long as any seed is in force.
 */
import { types } from "node:util";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { Engine } from "../call/engine.ts";
import { hashText } from "../hash.ts";
import type { CallMark, SeededRandom } from "../trace/frames.ts";
import { theEngine } from "./connection.ts";
import { checkSeed } from "./options.ts";

/** Which numbers the running code gets: an AsyncLocalStorage, which follows promises. */
interface NumbersStorage {
  getStore(): Numbers | undefined;
  run<T>(numbers: Numbers, work: () => T): T;
  disable(): void;
}

class Numbers implements SeededRandom {
  readonly owner: CallMark | null;
  readonly #generator: ReturnType<typeof xoroshiro128plusFromState>;
  /** Whether the function has ended: work that it has left gets numbers of the process from then on. */
  isOver = false;

  constructor(seed: number | string, owner: CallMark | null) {
    const digest = Buffer.from(hashText(`seed ${typeof seed} ${Object.is(seed, -0) ? 0 : seed}`), "hex");
    this.owner = owner;
    this.#generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
  }

  next(): number {
    return uniformFloat64(this.#generator);
  }
}

let storage: NumbersStorage | null = null;
/** How many functions with a seed run, or are waited for. */
let running = 0;
let giveBack: () => void = () => {};

/** Runs a function whose `Math.random` has a seed. @throws what the function throws */
export function withSeed<T>(seed: number | string, fn: () => T): T {
  const engine = theEngine();
  const numbers = new Numbers(checkSeed(seed), engine?.tools.state.call ?? null);
  const made = begin(engine, numbers);
  const end = () => {
    numbers.isOver = true;
    if (--running > 0) return;
    made.disable();
    if (engine === null) giveBack();
  };
  let result: T;
  try {
    result = made.run(numbers, fn);
  } catch (error) {
    end();
    throw error;
  }
  if (types.isPromise(result)) result.then(end, end);
  else end();
  return result;
}

/**
 * A function whose body runs with the random numbers of a seed. Without a seed it is the function itself: nothing stands between the two, or
 * the stacks of its errors would have more frames.
 */
export function seeded(fn: BodyFunction, seed: number | string | null): BodyFunction {
  if (seed === null) return fn;
  return function (this: unknown, ...args) {
    return withSeed(seed, () => Reflect.apply(fn, this, args));
  };
}

type BodyFunction = (this: unknown, ...args: unknown[]) => unknown;

function begin(engine: Engine | null, numbers: Numbers): NumbersStorage {
  // What the storage does when it is first entered is dumbo's own work, and no effect of a recorded call.
  const start = () => {
    const made = storage ?? makeStorage(engine);
    made.run(numbers, () => {});
    return made;
  };
  storage = engine === null ? start() : engine.host.unaudited(start);
  if (running++ === 0 && engine === null) giveBack = replaceRandom();
  return storage;
}

function numbersNow(): Numbers | null {
  const numbers = running === 0 ? undefined : storage?.getStore();
  return numbers === undefined || numbers.isOver ? null : numbers;
}

function makeStorage(engine: Engine | null): NumbersStorage {
  if (engine === null) return new (process.getBuiltinModule("node:async_hooks").AsyncLocalStorage)<Numbers>();
  const { state, makeStorage: make } = engine.tools;
  const others = state.seeded;
  // Another copy of this file may hand out numbers, too.
  state.seeded = () => numbersNow() ?? others?.() ?? null;
  return make<Numbers>();
}

/** Puts a `Math.random` in place that hands the numbers out. @returns what puts the one before back */
function replaceRandom(): () => void {
  // The program's own object, which dumbo's code does not use (src/node/globals.ts).
  const { Math: namespace } = globalThis;
  const { random: before } = namespace;
  const { random } = {
    random: () => numbersNow()?.next() ?? before(),
  };
  const put = (value: () => number) =>
    Object.defineProperty(namespace, "random", { value, writable: true, enumerable: false, configurable: true });
  put(random);
  return () => {
    if (namespace.random === random) put(before);
  };
}
