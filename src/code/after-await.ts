/**
 * Whether other code can change what a call reads after it has waited. The key is made when the call begins: what an async function reads
 * later has to be the same then, whatever code runs in the meantime.
 */
import { types } from "node:util";
import type { KeyCause } from "../reason/reason.ts";
import { typeBehindAccessor } from "../value/global-accessors.ts";
import type { SeenValues } from "../value/seen-objects.ts";
import { isTrace } from "../value/stack-traces.ts";
import { type ClassSnapshot, lookAtClass } from "./class-shape.ts";
import { changedPrototype, FUNCTION_PROTOTYPES, isAsMade, recordOf } from "./function-shape.ts";
import { targetOf } from "./hand-memoized.ts";
import type { Identity } from "./identity.ts";
import type { LiveModule, LiveUnit } from "./live-module.ts";
import type { Given, LateRead } from "./manifest.ts";
import { type Binding, type Link, type Links, mayMove, type Reach } from "./reach.ts";
import type { ReachContext } from "./reach-context.ts";
import type { ReachedFunction } from "./reached-shape.ts";
import type { Registry } from "./registry.ts";

/** What one function of a reach reads after it has waited. */
interface Waiting {
  readonly unit: LiveUnit;
  /** Its place in its unit's list. */
  readonly index: number;
  readonly reads: readonly LateRead[];
}

/** What a reach may read after it has waited. */
export interface Waits {
  readonly functions: readonly Waiting[];
  /** Whether nothing in it waits but generators: those go on when code asks them to, which is while the call runs. */
  readonly onlySteps: boolean;
  readonly state: readonly Binding[];
  /** The functions that it may look at, as at objects, after it has waited. */
  readonly holders: readonly ReachedFunction[];
  /** All that the reach reads, at any time. */
  readonly all: { readonly state: readonly Binding[]; readonly holders: readonly ReachedFunction[] };
}

/** What a call was given, and what its key holds. */
export interface GivenValues {
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** All objects that went into its key. */
  readonly seen: SeenValues;
  /** The code of all functions and classes that went into its key. */
  readonly reaches: readonly Reach[];
}

/** Answers what functions are, and what their reaches read after waits. */
export interface KnownFunctions {
  readonly registry: Registry;
  identify(fn: object): Identity;
  waitsOf(unit: LiveUnit): Waits;
  /** Objects of the language and of Node, with their names. */
  builtInObjects(): ReadonlyMap<object, string>;
}

/** Finds what the functions of a reach may read after a wait. Of a function that is called after a wait, that is all that it reads. */
export function findWaits(reach: Reach, context: ReachContext): Waits {
  const functions: Waiting[] = [];
  const bindings = new Set<Binding>();
  const visited = new Set<LiveUnit>();
  const reaches = withEarlier(reach);
  const visit = (links: readonly Link[]): void => {
    for (const link of links) {
      if ("read" in link) bindings.add(link);
      else if (!visited.has(link)) {
        visited.add(link);
        const { refs, captured } = linksOf(link, reaches);
        // A binding that is read only to assign to it does not count: a probe in front of the assignment refuses calls that wait.
        for (const [ref, more] of refs) if (link.definition.updates?.includes(ref) !== true) visit(more);
        visit(captured);
      }
    }
  };
  for (const unit of reach.units) {
    // The user vouches for this code.
    if (unit.definition.traits.includes("assumed")) continue;
    const links = reach.links.get(unit);
    for (const [index, { reads, vouched, packages }] of (unit.definition.late ?? []).entries()) {
      const chosen = packages.every((ref) => isAssumed(unit.module, ref, context)) ? vouched : reads;
      functions.push({ unit, index, reads: chosen });
      for (const { refs } of chosen) for (const ref of refs) visit(links?.refs.get(ref) ?? []);
      // A function may read what it has captured at any time.
      visit(links?.captured ?? []);
    }
  }
  const late = reach.units.flatMap(({ definition }) => definition.late ?? []);
  const captured = reach.pins.map(({ binding }) => binding).filter(mayMove);
  return {
    functions,
    onlySteps: reach.assumed.length === 0 && late.every(({ onlySteps }) => onlySteps === true),
    state: [...bindings],
    holders: [...reaches].flatMap(({ functions }) => functions).filter(({ unit }) => visited.has(unit)),
    all: { state: [...reach.cells, ...captured], holders: reach.functions },
  };
}

/** A reach and the earlier ones that its code leads to. */
function withEarlier(reach: Reach, all = new Set<Reach>()): ReadonlySet<Reach> {
  if (all.has(reach)) return all;
  all.add(reach);
  for (const earlier of reach.earlier.values()) withEarlier(earlier, all);
  return all;
}

function linksOf(unit: LiveUnit, reaches: ReadonlySet<Reach>): Links {
  for (const { links } of reaches) {
    const found = links.get(unit);
    if (found !== undefined) return found;
  }
  return { refs: new Map(), captured: [] };
}

function isAssumed(module: LiveModule, ref: number, context: ReachContext): boolean {
  const cell = module.manifest?.cells[ref];
  if (cell?.from === undefined) return false;
  return context.assumedPackage(cell.from, cell.imported === "*" ? cell.path[0] : cell.imported) !== null;
}

/**
 * What other code may change while a call waits, and the call reads later; or null.
 * @param waits of the called code, and of all code that came with the call
 * @param called the called function, and its place in its unit's list if it waits itself
 */
export function changeable(
  waits: readonly Waits[],
  called: { readonly unit: LiveUnit; readonly own: number | undefined },
  given: GivenValues,
  known: KnownFunctions,
): KeyCause | null {
  // Only generators wait: one that goes on later has left the call in its result or its changes, where it is refused.
  if (waits.every(({ onlySteps }) => onlySteps)) return null;
  const { isFixed, isSettled, isBare } = judge(known);
  for (const { state, holders } of waits) {
    const changing = state.find((binding) => !isSettled(binding));
    if (changing) return blame({ of: "state", name: changing.name });
    const holder = holders.find((one) => !isBare(one));
    if (holder) return blame({ of: "properties", name: holder.unit.definition.name });
  }
  const canChange = (one: Given) => valuesAt(one, given.args).some((value) => !isFixed(value));
  const functions = waits.flatMap((one) => one.functions);
  const isCalled = ({ unit, index }: Waiting) => unit === called.unit && index === called.own;
  for (const { reads } of functions.filter(isCalled)) {
    for (const { of, given: parts, self } of reads) {
      if (of !== null && !canChange(of)) continue;
      const part = parts.find(canChange);
      if (part) return blame(part[0] < 0 ? { of: "arguments" } : { of: "argument", argument: part[0] + 1 });
      if (self && !isFixed(given.self)) return blame({ of: "this" });
    }
  }
  // Which values another function of the reach gets is not known: it may be given anything that came with the call.
  const reader = functions
    .filter((one) => !isCalled(one))
    .find(({ reads }) => reads.some((read) => read.given.length > 0 || read.self));
  if (!reader) return null;
  const exports = new Set(
    waits.flatMap(({ all }) =>
      all.state
        .filter(isOfModule)
        .filter((one) => isSettled(one))
        .map((one) => one.read()),
    ),
  );
  return [...given.seen.keys()].some((value) => !exports.has(value) && !isFixed(value))
    ? blame({ of: "given", name: reader.unit.definition.name })
    : null;
}

/**
 * The same for a call that goes on after it has returned, as a generator does: what other code may change of all that the call reads, or
 * null. For code that the user vouches for, only what it is given counts.
 * @param waits of the called code, and of all code that came with the call
 */
export function changeableLater(
  waits: readonly Waits[],
  called: LiveUnit,
  given: GivenValues,
  known: KnownFunctions,
): KeyCause | null {
  const { isFixed, isSettled, isBare } = judge(known);
  const { name, traits } = called.definition;
  const isAssumed = traits.includes("assumed");
  if (!isAssumed) {
    for (const { all } of waits) {
      const changing = all.state.find((binding) => !isSettled(binding));
      if (changing) return blame({ of: "state", name: changing.name });
      const holder = all.holders.find((one) => !isBare(one));
      if (holder) return blame({ of: "properties", name: holder.unit.definition.name });
    }
    if (!isFixed(given.self)) return blame({ of: "this" });
  }
  const argument = given.args.findIndex((value) => !isFixed(value));
  if (argument >= 0) return blame({ of: "argument", argument: argument + 1 });
  return isAssumed || [...given.seen.keys()].every((value) => isFixed(value)) ? null : blame({ of: "given", name });
}

function blame(what: Omit<Extract<KeyCause, { kind: "read-after-wait" }>, "kind">): KeyCause {
  return { kind: "read-after-wait", ...what };
}

type Seen = Set<object>;

/** Makes the questions about what stays as it is, whatever code runs in the meantime. */
function judge({ registry, identify, waitsOf, builtInObjects }: KnownFunctions) {
  const isBuiltIn = (value: unknown): boolean => {
    const name = typeof value === "object" && value !== null ? builtInObjects().get(value) : undefined;
    return name !== undefined && !CHANGING.has(name);
  };
  const isFixed = (value: unknown, seen: Seen = new Set()): boolean => {
    if (isBuiltIn(value)) return true;
    if (typeof value !== "function") return isFrozenThrough(value, seen, isFixed);
    if (seen.has(value)) return true;
    seen.add(value);
    const identity = identify(value);
    switch (identity.kind) {
      case "built-in":
        return true;
      case "unknown":
      case "noticed":
      case "method":
        return false;
      case "bound": {
        const { target, self, args } = identity.bound;
        return [target, self, ...args].every((one) => isFixed(one, seen));
      }
      case "wrapped":
        return identity.wrapped.isSettled && isFixed(identity.wrapped.target, seen);
      case "unit": {
        const { unit } = identity;
        const { state, holders } = waitsOf(unit).all;
        return (
          state.every((binding) => isSettled(binding, seen)) &&
          [{ unit, value }, ...holders].every((holder) => isBare(holder, seen))
        );
      }
    }
  };
  /** Whether a binding and its value stay as they are. */
  const isSettled = (binding: Binding, seen?: Seen): boolean => {
    if (isHeard(binding) || isTypeOfGlobal(binding)) return true;
    if (!isConstantBinding(binding, registry) && !isBuiltIn(ownerOf(binding))) return false;
    const value = binding.read();
    return isFixed(value, seen) || (isOfModule(binding) && areExportsFixed(value, seen));
  };
  /** Whether a binding is the type of a global of Node's that is there as Node has made it. Those are assumed not to be replaced, like functions. */
  const isTypeOfGlobal = ({ place }: Binding): boolean => {
    const name = place.kind === "cell" ? place.cell.global : undefined;
    if (name === undefined) return false;
    const property = Object.getOwnPropertyDescriptor(globalThis, name);
    if (property?.get) return typeBehindAccessor(name) !== null;
    const value: unknown = property?.value;
    if (typeof value === "object" && value !== null) return builtInObjects().has(value);
    return typeof value === "function" && ["built-in", "noticed"].includes(identify(value).kind);
  };
  /** Whether nothing that a module exports can become another thing. Functions are assumed not to be replaced (docs/soundness.md). */
  const areExportsFixed = (exports: unknown, seen: Seen = new Set()): boolean => {
    if (typeof exports !== "object" || exports === null || types.isProxy(exports)) return false;
    const isNamespace = types.isModuleNamespaceObject(exports);
    if (!isNamespace && Object.getPrototypeOf(exports) !== Object.prototype) return false;
    if (seen.has(exports)) return true;
    seen.add(exports);
    return Reflect.ownKeys(exports).every((key) => {
      const { value, writable } = Object.getOwnPropertyDescriptor(exports, key) as PropertyDescriptor;
      const isKept = isNamespace ? !registry.reassigns : typeof value === "function" || writable === false;
      return isKept && isFixed(value, seen);
    });
  };
  /** Whether a function has no properties that other code may change. Functions themselves are assumed not to be replaced (docs/soundness.md). */
  const isBare = ({ unit, value }: ReachedFunction, seen?: Seen): boolean => {
    // What `memo` returns is frozen.
    if (targetOf(value) !== value) return true;
    const { shape } = unit;
    // For a class, its methods are looked at as well: code may read properties of those.
    if (
      shape
        ? !isUntouchedClass(unit.definition.name, shape)
        : !FUNCTION_PROTOTYPES.includes(Object.getPrototypeOf(value))
    )
      return false;
    const isKept = (owner: object, key: string | symbol): boolean => {
      const { value: held, writable } = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
      return (typeof held === "function" || writable === false) && isFixed(held, seen);
    };
    const prototype = shape ? null : changedPrototype(value);
    if (prototype && types.isProxy(prototype)) return false;
    return (
      extraKeys(unit, value).every((key) => isKept(value, key)) &&
      (prototype === null || Reflect.ownKeys(prototype).every((key) => isKept(prototype, key)))
    );
  };
  return { isFixed, isSettled, isBare };
}

/** Whether the frame of a call hears of each read of a binding: a read after a wait refuses the call when it is made. */
function isHeard({ place }: Binding): boolean {
  return place.kind === "cell" && place.cell.heard === true;
}

/** Whether a binding, or the member of a binding that is read, always holds the same value. */
function isConstantBinding({ place }: Binding, registry: Registry): boolean {
  if (place.kind !== "cell") return place.kind === "captured" && place.capture.constant;
  const { module, cell } = place;
  if (!cell.constant || (cell.from !== undefined && registry.reassigns)) return false;
  if (cell.path.length === 0) return true;
  const base = module.instance.get(cell.getter) as object;
  return types.isModuleNamespaceObject(base) || Object.isFrozen(base);
}

/** The object of which a binding reads a member, or null. */
function ownerOf({ place }: Binding): unknown {
  return place.kind === "cell" && place.cell.constant && place.cell.path.length > 0
    ? place.module.instance.get(place.cell.getter)
    : null;
}

/** Whether a binding holds all that a module exports. */
function isOfModule({ place }: Binding): boolean {
  return place.kind === "cell" && place.cell.imported === "*" && place.cell.path.length === 0;
}

/** Objects of Node's that programs change. */
const CHANGING = new Set(["globalThis", "process", "console"]);

/** Whether a class has its members as its body made them, and nothing was put on the functions of the members. */
function isUntouchedClass(name: string, shape: ClassSnapshot): boolean {
  return lookAtClass(name, shape) && shape.functions.every((record) => isAsMade(record));
}

/** Whether everything that a reach reads always holds the same values. */
export function isConstantReach(reach: Reach, registry: Registry): boolean {
  return (
    reach.cells.every((binding) => isConstantBinding(binding, registry)) &&
    !reach.pins.some(({ binding }) => mayMove(binding)) &&
    reach.functions.every(({ unit, value }) => {
      const { shape } = unit;
      if (extraKeys(unit, value).length > 0) return false;
      return shape ? isUntouchedClass(unit.definition.name, shape) : isAsMade(recordOf(value));
    })
  );
}

/** The values that a path leads to; where a property on the way is not a value, the object that has it. */
function valuesAt([argument, ...path]: Given, args: readonly unknown[]): readonly unknown[] {
  if (argument < 0) return args;
  let value = args[argument];
  for (const key of path) {
    if (typeof value !== "object" || value === null || isTrace(value, key)) return [value];
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    // What an accessor yields is not looked at: the object with the accessor stands for it.
    if (descriptor ? !("value" in descriptor) : key in value) return [value];
    value = descriptor?.value as unknown;
  }
  return [value];
}

/** Whether a value is primitive, or plain data that is frozen through and through. */
function isFrozenThrough(
  value: unknown,
  seen: Set<object>,
  isFixed: (value: unknown, seen: Set<object>) => boolean,
): boolean {
  if (typeof value !== "object" || value === null || seen.has(value)) return true;
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return false;
  // An object with a stack changes when other code reads that for the first time.
  if (!Object.isFrozen(value) || isTrace(value, "stack")) return false;
  seen.add(value);
  return Reflect.ownKeys(value).every((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    return descriptor !== undefined && "value" in descriptor && isFixed(descriptor.value, seen);
  });
}

/** Names on a function that its code did not give it. */
function extraKeys({ shape }: LiveUnit, value: object): (string | symbol)[] {
  return Reflect.ownKeys(value).filter(
    (key) => !(shape ? shape.staticKeys.has(key) : FUNCTION_KEYS.has(key as string)),
  );
}

const FUNCTION_KEYS = new Set(["length", "name", "prototype", "arguments", "caller"]);
