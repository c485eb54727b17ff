/**
 * Guards for functions on the assumePure list that have no source to rewrite: exports of built-in modules and of native packages. The guard
 * stands around the function, in the place of the export, and not inside of it. All else is as for any guarded function: a manifest with
 * units and sites is made here for each such module.
 */
import { impureBuiltin } from "../audit/scan/allow-list.ts";
import { tables } from "../audit/taps/tables.ts";
import { mayWarn } from "../audit/taps/warnings.ts";
import { byCall, originalOf, remember, type Trap, tappedByCall } from "../audit/taps/wrap.ts";
import type { GuardFunction, Handed } from "../src/code/guard-text.ts";
import type { Manifest, ModuleInstance, Site, Unit } from "../src/code/manifest.ts";
import { hashText } from "../src/hash.ts";
import type { OutsideCause } from "../src/reason/reason.ts";

type AnyFunction = (...args: never[]) => unknown;

/** Functions of one module that get guards. */
export interface Listed {
  /** `node:zlib`, or the URL of a package's file. */
  readonly url: string;
  readonly exports: object;
  /** The names of the functions, each with what forbids to memoize it; null where nothing does. */
  readonly functions: ReadonlyMap<string, OutsideCause | null>;
  /** Stands for the code of the functions: Node's versions, or the content of the package. Asked for when one of them is first called. */
  readonly code: () => string;
}

/** Registers such a module, and hands out its guards. */
export type Register = (instance: ModuleInstance, guards: readonly number[], manifest: () => Manifest) => Handed;

/** Stands for `this` in the key of a call on the exports of the module: these are no part of the key. */
const ON_MODULE = "called on its module";
const NO_PLACE = { line: 0, column: 0 };

/**
 * The functions of a built-in module that get guards by the list, each with what forbids to memoize it. An entry for the whole module means only
 * those that are known to compute from their arguments alone. The user vouches for the others when functions of the program use them; but
 * a skipped call of one of these would leave out what it does.
 * @param names of functions that have entries of their own
 * @param isWhole whether there is an entry for the whole module
 */
export function builtinFunctions(
  module: string,
  exports: object,
  names: readonly string[],
  isWhole: boolean,
): Map<string, OutsideCause | null> {
  const table = tables[module];
  const found = new Map<string, OutsideCause | null>();
  const valueOf = (name: string) => Object.getOwnPropertyDescriptor(exports, name)?.value as unknown;
  const isPure = (name: string) => impureBuiltin(module, name) === null || table?.free?.split(" ").includes(name);
  const whole = isWhole ? Object.keys(exports).filter((name) => !/^[A-Z_]/.test(name) && isPure(name)) : [];
  for (const name of [...whole, ...names]) {
    const value = valueOf(name);
    if (typeof value !== "function") continue;
    const kind =
      originalOf(value) === value || mayWarn(module, name) ? "async" : (table?.kinds?.[name] ?? table?.kind ?? "async");
    // With "async", nothing forbids it yet: the single call is refused if it hands a callback over.
    const isOpen = kind !== "async";
    found.set(name, isOpen ? { kind: "listed-touches", event: kind } : null);
  }
  return found;
}

/**
 * Puts guards around functions, in place of the exports.
 * @param omitted what earlier runs found not worth a guard, by the id of the module
 */
export function guardListed(
  { url, exports, functions, code }: Listed,
  omitted: (id: string) => readonly number[],
  register: Register,
): void {
  const names = [...functions.keys()];
  const id = hashText(`${url} ${names.join(" ")}`);
  const originals = names.map((name) => Reflect.get(exports, name) as AnyFunction);
  const through = originals.map((original) => callThrough(original, exports));
  const guards: (GuardFunction | undefined)[] = [];
  const get = (n: number) => through[n];
  const set = (n: number, guard: unknown) => {
    guards[n] = guard as GuardFunction | undefined;
  };
  const indices = names.map((_, n) => n).filter((n) => !omitted(id).includes(n));
  const handed = register({ id, url, get, set, assign: () => undefined }, indices, () =>
    manifestOf(id, url, functions, code()),
  );
  for (const n of indices) guards[n] = handed[n] as GuardFunction;
  for (const n of indices) {
    const trap: Trap = (original, self, args) => {
      const guard = guards[n];
      const given = self === exports ? ON_MODULE : self;
      if (guard?.(given, ...args) === true) return (handed as { box: { value: unknown } }).box.value;
      return Reflect.apply(original, self, args);
    };
    put(exports, names[n] as string, originals[n] as AnyFunction, () => (guards[n] ? trap : undefined));
  }
}

/** What a guard runs on a miss: the function itself, called on the exports if the program has called it on those. */
function callThrough(original: AnyFunction, exports: object): AnyFunction {
  return function (this: unknown, ...args: unknown[]) {
    return Reflect.apply(original, this === ON_MODULE ? exports : this, args);
  } as AnyFunction;
}

function put(exports: object, name: string, original: AnyFunction, choose: () => Trap | undefined): void {
  const property = Object.getOwnPropertyDescriptor(exports, name);
  if (!property?.configurable && !property?.writable) return;
  const real = originalOf(original) as AnyFunction;
  const value = real === original ? tappedByCall(original, choose) : byCall(original, choose);
  // If the function is tapped, the guard stands in front of the tap.
  remember(real, value);
  Reflect.defineProperty(exports, name, { ...property, value });
}

function manifestOf(id: string, url: string, functions: Listed["functions"], code: string): Manifest {
  const units = [...functions].map(
    ([name, why]): Unit => ({
      name,
      place: NO_PLACE,
      code: hashText(`${url}#${name} ${code}`),
      refs: [],
      impure: why && { reason: why },
      traits: why === null ? ["assumed"] : [],
    }),
  );
  const sites = [...functions.keys()].map(
    (name, n): Site => ({
      name,
      place: NO_PLACE,
      unit: n,
      access: { kind: "binding", getter: n },
      form: "names",
      async: false,
      usesThis: true,
      foreign: true,
    }),
  );
  return { source: id, cells: [], units, sites, refusals: [], probes: [], members: [], inner: [], classes: [] };
}
