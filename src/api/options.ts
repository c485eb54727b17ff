/** The options of a memoized function, checked. */
import type { AnyFunction, ExtraState, MemoOptions } from "./declared.ts";
import { FunctionGroup } from "./function-group.ts";
import { parameterNames } from "./parameters.ts";

/** Options in the form that calls use: what was left out has its default. */
export interface CheckedOptions {
  readonly key: ((...args: unknown[]) => unknown) | null;
  /** Positions of arguments that are no part of the key. */
  readonly ignored: ReadonlySet<number>;
  /** Milliseconds. */
  readonly ttl: number;
  readonly stale: number;
  readonly maxEntries: number;
  readonly version: string | null;
  readonly state: readonly ExtraState[];
  readonly group: FunctionGroup | null;
  readonly cacheErrors: ((error: unknown) => boolean) | null;
  readonly keep: ((result: unknown) => boolean) | null;
  readonly replay: boolean;
  readonly verify: number | null;
  readonly assumePure: boolean;
  readonly minTime: number;
  readonly name: string;
  /** Yields the seed of a call's random numbers, from its arguments. */
  readonly seed: ((...args: unknown[]) => unknown) | null;
  /** Whether calls return lazy results. */
  readonly lazy: boolean;
  /** How many draws are kept of each call; 0 for a function without the option. */
  readonly samples: number;
}

const NAMES: ReadonlySet<string> = new Set<keyof MemoOptions>([
  "key",
  "ignore",
  "ttl",
  "staleWhileRevalidate",
  "maxEntries",
  "version",
  "state",
  "group",
  "store",
  "cacheErrors",
  "keep",
  "replay",
  "verify",
  "assumePure",
  "minTime",
  "name",
  "seed",
  "samples",
  "lazy",
]);

/** @throws TypeError for an option that means nothing */
export function checkOptions(fn: AnyFunction, options: MemoOptions): CheckedOptions {
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw new TypeError(`memo has no option "${name}"`);
  }
  const { ignore = [], version, name = fn.name } = options;
  const stale = seconds("staleWhileRevalidate", options.staleWhileRevalidate, 0);
  if (stale > 0 && options.ttl === undefined) throw new TypeError("staleWhileRevalidate needs ttl");
  if (options.key !== undefined && ignore.length > 0) throw new TypeError("key and ignore exclude each other");
  if (version !== undefined && name === "") throw new TypeError("with version, a function without a name needs name");
  return {
    key: predicate<(...args: unknown[]) => unknown>("key", options.key),
    ignored: new Set(ignore.map((one) => position(fn, one))),
    ttl: seconds("ttl", options.ttl, Number.POSITIVE_INFINITY),
    stale,
    maxEntries: count("maxEntries", options.maxEntries, 0),
    version: version === undefined ? null : String(version),
    group: groupOf(options),
    state: checkState(options.state ?? []),
    cacheErrors: predicate("cacheErrors", options.cacheErrors),
    keep: predicate<(result: unknown) => boolean>("keep", options.keep),
    replay: options.replay ?? true,
    verify: options.verify === undefined ? null : share("verify", options.verify),
    assumePure: options.assumePure ?? false,
    minTime: count("minTime", options.minTime, 0),
    name,
    seed: seedOf(options.seed),
    samples: samplesOf(options.samples),
    lazy: lazyOf(options),
  };
}

function seedOf(seed: MemoOptions["seed"]): CheckedOptions["seed"] {
  if (seed === undefined) return null;
  if (typeof seed === "function") return seed as CheckedOptions["seed"];
  const checked = checkSeed(seed);
  return () => checked;
}

/** Options that a lazy function cannot have: they need the result at once, or give one call several results. */
const NOT_LAZY = ["staleWhileRevalidate", "cacheErrors", "samples"] as const;

function lazyOf(options: MemoOptions): boolean {
  const unfit = NOT_LAZY.find((name) => name in options);
  if (options.lazy && unfit !== undefined) throw new TypeError(`lazy and ${unfit} exclude each other`);
  return options.lazy ?? false;
}

function samplesOf(samples: number | undefined): number {
  if (samples === undefined) return 0;
  if (Number.isSafeInteger(samples) && samples > 0) return samples;
  throw new TypeError("samples has to be a whole number above 0");
}

/** @throws TypeError for what is no seed */
export function checkSeed(seed: unknown): number | string {
  if (typeof seed === "string" || (typeof seed === "number" && !Number.isNaN(seed))) return seed;
  throw new TypeError("a seed has to be a number or a text");
}

function groupOf({ group, store }: MemoOptions): FunctionGroup | null {
  if (store !== undefined && group !== undefined) throw new TypeError("store and group exclude each other");
  if (store !== undefined) return new FunctionGroup({ dir: store });
  if (group === undefined) return null;
  if (!(group instanceof FunctionGroup)) throw new TypeError("group has to be made by group()");
  return group;
}

function checkState(state: readonly ExtraState[]): readonly ExtraState[] {
  const isState = (one: unknown) => typeof (one as ExtraState | null)?.read === "function";
  if (!Array.isArray(state) || !state.every(isState))
    throw new TypeError("state takes a list of envVar, ttl or extraState");
  return [...state];
}

function predicate<F extends (...args: never[]) => unknown>(name: string, value: unknown): F | null {
  if (value === undefined) return null;
  if (typeof value !== "function") throw new TypeError(`${name} has to be a function`);
  return value as F;
}

/** A number of seconds, in milliseconds. */
function seconds(name: string, value: number | undefined, otherwise: number): number {
  return value === undefined ? otherwise : count(name, value, otherwise) * 1000;
}

function count(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value !== "number" || !(value >= 0))
    throw new TypeError(`${name} has to be a number that is not negative`);
  return value;
}

function share(name: string, value: number): number {
  if (typeof value !== "number" || !(value >= 0 && value <= 1)) throw new TypeError(`${name} has to be from 0 to 1`);
  return value;
}

function position(fn: AnyFunction, ignored: number | string): number {
  if (typeof ignored === "number") {
    if (Number.isSafeInteger(ignored) && ignored >= 0) return ignored;
    throw new TypeError("ignore takes positions from 0");
  }
  const at = parameterNames(fn).indexOf(ignored);
  if (at < 0) throw new TypeError(`${fn.name || "the function"} has no parameter "${ignored}" that could be ignored`);
  return at;
}
