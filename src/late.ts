/**
 * Whether others can change what a call still has to read after it has waited. The key is made when the call begins;
 * what an async function looks into later has to be the same by then, whoever runs meanwhile.
 */
import { types } from "node:util";
import type { Given, LateRead } from "./manifest.ts";
import type { LiveCell, Reach, ReachContext } from "./reach.ts";
import type { LiveModule, LiveUnit, Registry } from "./registry.ts";

/** The late reads of a function of a reach. */
interface Waiting {
  readonly unit: LiveUnit;
  /** Its place in its unit's list. */
  readonly index: number;
  readonly reads: readonly LateRead[];
}

/** What a reach may read after it has waited. */
export interface Waits {
  readonly functions: readonly Waiting[];
  readonly state: readonly LiveCell[];
  /** All state of the reach. */
  readonly cells: readonly LiveCell[];
}

/** What came with a call. */
export interface GivenValues {
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** All objects that went into its key. */
  readonly seen: ReadonlyMap<object | symbol, number>;
}

/** Follows what the functions of a reach read late; all that a function reads which is called late is read late. */
export function findWaits(reach: Reach, context: ReachContext): Waits {
  const functions: Waiting[] = [];
  const late = new Set<LiveCell>();
  const visited = new Set<LiveUnit>();
  const visit = (unit: LiveUnit, refs: readonly number[]): void => {
    for (const ref of refs) {
      const target = follow(unit.module, ref, reach, context);
      if (target === null) continue;
      if ("cell" in target) late.add(target);
      else if (!visited.has(target)) {
        visited.add(target);
        visit(target, target.unit.refs);
      }
    }
  };
  for (const unit of reach.units) {
    // The user vouches for it.
    if (unit.unit.traits.includes("assumed")) continue;
    for (const [index, { reads, vouched, packages }] of (unit.unit.late ?? []).entries()) {
      const chosen = packages.every((ref) => isAssumed(unit.module, ref, context)) ? vouched : reads;
      functions.push({ unit, index, reads: chosen });
      for (const { refs } of chosen) visit(unit, refs);
    }
  }
  return { functions, state: [...late], cells: reach.cells };
}

/** What a cell leads to: a unit, state, or nothing that could change. */
function follow(module: LiveModule, ref: number, reach: Reach, context: ReachContext): LiveUnit | LiveCell | null {
  const cell = module.manifest?.cells[ref];
  if (!cell || cell.fixed) return null;
  if (cell.unit !== undefined) return module.unit(cell.unit);
  const state = reach.cells.find((one) => one.module === module && one.cell === cell);
  if (state) return state;
  const value = module.read(cell);
  if (typeof value !== "function") return null;
  const known = context.identify(value, cell.from);
  return known === null || typeof known === "string" ? null : known;
}

function isAssumed(module: LiveModule, ref: number, context: ReachContext): boolean {
  const cell = module.manifest?.cells[ref];
  if (cell?.from === undefined) return false;
  return context.assumedPackage(cell.from, cell.imported === "*" ? cell.path[0] : cell.imported) !== null;
}

/**
 * What others may change while a call waits, or null.
 * @param called the function that is called, and its place in its unit's list if it waits itself
 * @param callbacks what the functions among the values do
 * @param callbackOf the same for one of them, null for built-ins
 */
export function changeable(
  waits: Waits,
  called: { readonly unit: LiveUnit; readonly own: number | undefined },
  given: GivenValues,
  callbacks: readonly Waits[],
  callbackOf: (fn: object) => Waits | null,
  registry: Registry,
): string | null {
  const blame = (what: string) => `reads ${what} after it has waited, and others may change it meanwhile`;
  const isFixed = (value: unknown, seen: Set<object> = new Set()): boolean => {
    if (typeof value !== "function") return isFrozenThrough(value, seen, isFixed);
    const callback = callbackOf(value);
    return callback === null || callback.cells.every(isSettled);
  };
  /** Whether a binding and its value stay as they are. */
  const isSettled = (live: LiveCell): boolean =>
    isConstantBinding(live, registry) && isFixed(live.module.read(live.cell));
  for (const { state } of [waits, ...callbacks]) {
    const changing = state.find((cell) => !isSettled(cell));
    if (changing) return blame(`state, \`${changing.cell.name}\`,`);
  }
  const canChange = (one: Given) => valuesAt(one, given.args).some((value) => !isFixed(value));
  for (const { unit, index, reads } of waits.functions) {
    if (unit !== called.unit || index !== called.own) continue;
    for (const { of, given: parts, self } of reads) {
      if (of !== null && !canChange(of)) continue;
      const part = parts.find(canChange);
      if (part) return blame(part[0] < 0 ? "its arguments" : `argument ${part[0] + 1}`);
      if (self && !isFixed(given.self)) return blame("`this`");
    }
  }
  // Others may have been handed anything that came with the call.
  const reader = [waits, ...callbacks]
    .flatMap(({ functions }) => functions)
    .filter(({ unit, index }) => unit !== called.unit || index !== called.own)
    .find(({ reads }) => reads.some((read) => read.given.length > 0 || read.self));
  if (!reader) return null;
  const hasObjects = [...given.seen.keys()].some((value) => typeof value !== "function" && !isFixed(value));
  return hasObjects ? blame(`what \`${reader.unit.unit.name}\` is given`) : null;
}

/** Whether a binding, or the member of a binding that is read, always holds the same value. */
export function isConstantBinding({ module, cell }: LiveCell, registry: Registry): boolean {
  if (!cell.constant || (cell.from !== undefined && registry.reassigns)) return false;
  if (cell.path.length === 0) return true;
  const base = module.instance.get(cell.getter) as object;
  return types.isModuleNamespaceObject(base) || Object.isFrozen(base);
}

/** The value that is meant, or what it may be found in. */
function valuesAt([argument, ...path]: Given, args: readonly unknown[]): readonly unknown[] {
  if (argument < 0) return args;
  let value = args[argument];
  for (const key of path) {
    if (typeof value !== "object" || value === null) return [value];
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor === undefined && key in value) return [value];
    value = descriptor?.value as unknown;
  }
  return [value];
}

/** Primitive, or plain data that is frozen through and through. */
function isFrozenThrough(
  value: unknown,
  seen: Set<object>,
  isFixed: (value: unknown, seen: Set<object>) => boolean,
): boolean {
  if (typeof value !== "object" || value === null || seen.has(value)) return true;
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return false;
  if (!Object.isFrozen(value)) return false;
  seen.add(value);
  return Reflect.ownKeys(value).every((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    return descriptor !== undefined && "value" in descriptor && isFixed(descriptor.value, seen);
  });
}
