/**
 * How a function or class is tapped.
 *
 * A tapped function is a Proxy whose handler has no trap, only a getter where a trap would be. The engine asks the
 * handler for `apply` before each call; the getter notes the call and answers undefined, so the engine goes on to
 * call the original itself. By then nothing of the tap is on the stack: error stacks, `console.trace` and uncaught
 * errors look as they always did, and name, length, own properties, statics, `new` and subclassing are the original's.
 * That costs 9 to 12 ns a call, 4 more than a closure around the original (notes/taps.md). The few functions that take
 * little more than that themselves get closures: see {@link tappedBriefly}.
 */
import { state } from "../../src/trace/frames.ts";
import { forgetNoticed, noteMakerTap, noteNoticed, noteTap } from "../builtins/noticed-functions.ts";
import { touch } from "./touch.ts";

// biome-ignore lint/complexity/noBannedTypes: taps are made for functions of any shape, which are never called here
type AnyFunction = Function;

/** The handler of a tapped function or class. */
class Tap {
  readonly kind: string;
  readonly label: string;

  constructor(kind: string, label: string) {
    this.kind = kind;
    this.label = label;
  }

  get apply(): undefined {
    if (state.open !== 0) touch(this.kind, this.label);
    return undefined;
  }

  get construct(): undefined {
    if (state.open !== 0) touch(this.kind, this.label);
    return undefined;
  }
}

/** The handler of a function that has an own getter, which cannot be redefined, but whose answer must be tapped. */
class TapWithGetters extends Tap {
  readonly adapt: (key: PropertyKey, read: () => unknown) => unknown;

  constructor(kind: string, label: string, adapt: (key: PropertyKey, read: () => unknown) => unknown) {
    super(kind, label);
    this.adapt = adapt;
  }

  get(target: object, key: PropertyKey): unknown {
    return this.adapt(key, () => Reflect.get(target, key));
  }
}

/** What stands in for a call: it gets the original, the receiver and the arguments. */
export type Trap = (original: AnyFunction, self: unknown, args: unknown[]) => unknown;

/** The handler of a function whose calls are looked at one by one (see {@link tappedByCall}). */
class TapByCall {
  readonly choose: () => Trap | undefined;

  constructor(choose: () => Trap | undefined) {
    this.choose = choose;
  }

  get apply(): Trap | undefined {
    return this.choose();
  }
}

/** A constructor that does the same without `new`. */
export type Maker = FunctionConstructor;

/** What stands in for a call of a {@link Maker}, without and with `new`. */
export interface MakerTraps {
  readonly apply: (original: Maker, self: unknown, args: unknown[]) => object;
  readonly construct: (original: Maker, args: unknown[], target: AnyFunction) => object;
}

/** The handler of a {@link Maker} whose results are looked at. */
class TapOfMaker {
  readonly choose: () => MakerTraps | undefined;

  constructor(choose: () => MakerTraps | undefined) {
    this.choose = choose;
  }

  get apply(): MakerTraps["apply"] | undefined {
    return this.choose()?.apply;
  }

  get construct(): MakerTraps["construct"] | undefined {
    return this.choose()?.construct;
  }

  // Whoever walks over all that a function leads to gets here: what makes the tap print well may not be seen.
  ownKeys(target: object): (string | symbol)[] {
    const keys = ownKeys(target);
    if (!isHidden(target, inspectCustom)) return keys;
    const shown: (string | symbol)[] = [];
    for (let i = 0; i < keys.length; i++)
      if (keys[i] !== inspectCustom) shown[shown.length] = keys[i] as string | symbol;
    return shown;
  }

  getOwnPropertyDescriptor(target: object, key: PropertyKey): PropertyDescriptor | undefined {
    return isHidden(target, key) ? undefined : getOwnPropertyDescriptor(target, key);
  }

  has(target: object, key: PropertyKey): boolean {
    return isHidden(target, key) ? false : has(target, key);
  }
}

const { getOwnPropertyDescriptor, has, isExtensible, ownKeys } = Reflect;

/** Whether a property is the one that makes a tap print like its original. A Proxy may hide nothing of what is not extensible. */
function isHidden(target: object, key: PropertyKey): boolean {
  if (key !== inspectCustom || !isExtensible(target)) return false;
  return getOwnPropertyDescriptor(target, key)?.value === inspectOriginal;
}

// A handler must not inherit anything: a program that adds `get` to Object.prototype would add a trap to every tap.
Object.setPrototypeOf(Tap.prototype, null);
Object.setPrototypeOf(TapByCall.prototype, null);
Object.setPrototypeOf(TapOfMaker.prototype, null);

/** Originals and their taps: one original has one tap wherever it is exported, and a tap is never tapped again. */
const taps = new Map<AnyFunction, AnyFunction>();
const originals = new Map<AnyFunction, AnyFunction>();

/** The tap that there is already for a function, or the function itself if that is a tap. */
export function tapOf(original: AnyFunction): AnyFunction | undefined {
  return taps.get(original) ?? (originals.has(original) ? original : undefined);
}

/** What stands behind a tap, or the function itself. */
export function originalOf(fn: unknown): unknown {
  return originals.get(fn as AnyFunction) ?? fn;
}

/** Notes that `tap` stands for `original`, so that later requests for a tap of either answer `tap`. */
export function remember(original: AnyFunction, tap: AnyFunction): void {
  taps.set(original, tap);
  originals.set(tap, original);
}

/** A Proxy whose handler answers by getters, for which TypeScript has no type. */
function proxy(original: AnyFunction, handler: object): AnyFunction {
  const tap = new Proxy(original, handler as ProxyHandler<AnyFunction>);
  remember(original, tap);
  return tap;
}

/** From Node 25 on `util.inspect` (`console.log`) says of a Proxy that it is one. */
const inspectMarksProxies = Number.parseInt(process.versions.node, 10) >= 25;
const inspectCustom = Symbol.for("nodejs.util.inspect.custom");

/** Makes the tap of `original` print like `original`. */
function printAs(original: AnyFunction): void {
  if (!inspectMarksProxies) return;
  Reflect.defineProperty(original, inspectCustom, { configurable: true, writable: true, value: inspectOriginal });
}

function inspectOriginal(
  this: AnyFunction,
  depth: number,
  options: object,
  inspect: (value: unknown, options: object) => string,
): unknown {
  const original = originals.get(this);
  // A subclass of a tapped class inherits this method, and prints as itself.
  return original === undefined ? this : inspect(original, { ...options, depth });
}

/** The tapped twin of a function. The same original always gets the same twin. */
export function tapped<F extends AnyFunction>(original: F, kind: string, name: string): F {
  let tap = tapOf(original);
  if (tap === undefined) {
    tap = proxy(original, new Tap(kind, name));
    tapOwn(original, kind, name);
    printAs(original);
    noteNoticed(tap, original, name);
  }
  return tap as F;
}

/** Like {@link tapped}, with `adapt` between the function's own properties and whoever reads them. */
export function tappedWithGetters<F extends AnyFunction>(
  original: F,
  kind: string,
  name: string,
  adapt: (key: PropertyKey, read: () => unknown) => unknown,
): F {
  let tap = tapOf(original);
  if (tap === undefined) {
    tap = proxy(original, new TapWithGetters(kind, name, adapt));
    printAs(original);
    noteNoticed(tap, original, name);
  }
  return tap as F;
}

/** Like {@link tapped}, but `choose` says before each call what is to run instead: nothing, or a trap. */
export function tappedByCall<F extends AnyFunction>(original: F, choose: () => Trap | undefined): F {
  let tap = tapOf(original);
  if (tap === undefined) {
    tap = proxy(original, new TapByCall(choose));
    printAs(original);
    noteTap(tap, original);
  }
  return tap as F;
}

/** Like {@link tappedByCall}, for a constructor: `choose` says before each call, with and without `new`, what is to run instead. */
export function tappedMaker(original: Maker, name: string, choose: () => MakerTraps | undefined): Maker {
  let tap = tapOf(original);
  if (tap === undefined) {
    tap = proxy(original, new TapOfMaker(choose));
    printAs(original);
    noteMakerTap(tap, original, name);
  }
  return tap as Maker;
}

/** Like {@link tappedByCall}, for a function of short life: to remember it here would keep it for ever. */
export function byCall<F extends AnyFunction>(original: F, choose: () => Trap | undefined): F {
  return new Proxy<AnyFunction>(original, new TapByCall(choose) as ProxyHandler<AnyFunction>) as F;
}

/**
 * Like {@link tapped}, for a function without arguments that takes no longer than a Proxy. The tap is a closure, so it
 * stands on the stack while the original runs: only for functions that neither throw nor call anyone.
 */
export function tappedBriefly<F extends AnyFunction>(original: F, kind: string, name: string): F {
  let tap = tapOf(original);
  if (tap === undefined) {
    const key = original.name;
    tap = {
      [key](this: unknown): unknown {
        if (state.open !== 0) touch(kind, name);
        return Reflect.apply(original, this, []);
      },
    }[key] as AnyFunction;
    remember(original, tap);
    noteNoticed(tap, tap, name);
  }
  return tap as F;
}

/**
 * Taps the functions that hang on a function: `fs.realpath.native`, `process.hrtime.bigint`, promisified forms.
 * @param make makes the tap of one of them, by its name; the usual one if not given
 */
export function tapOwn(original: AnyFunction, kind: string, name: string, make: MakeTap = tapped): void {
  const keys = Reflect.ownKeys(original);
  // Nearly all have `length`, `name` and perhaps `prototype`, and nothing else.
  if (keys.length <= 3) return;
  for (const key of keys) {
    if (key === "prototype" || key === "arguments" || key === "caller") continue;
    tapFunction(original, key, kind, typeof key === "string" ? `${name}.${key}` : name, make);
  }
}

/** What makes a tap: {@link tapped}, or one that looks closer. */
export type MakeTap = (original: AnyFunction, kind: string, name: string) => AnyFunction;

/** Taps one function-valued data property in place; anything else stays as it is. */
export function tapFunction(
  target: object,
  key: PropertyKey,
  kind: string,
  name: string,
  make: MakeTap = tapped,
): void {
  const property = Object.getOwnPropertyDescriptor(target, key);
  if (typeof property?.value !== "function") return;
  property.value = make(property.value, kind, name);
  // It has the name of another one.
  if (typeof key === "symbol") forgetNoticed(property.value as object);
  Reflect.defineProperty(target, key, property);
}

/** The tapped twin of a class: `new` counts as a touch, instances and subclasses stay what they are. */
export function tappedClass<F extends AnyFunction>(original: F, kind: string, name: string): F {
  let tap = tapOf(original);
  if (tap !== undefined) return tap as F;
  tap = proxy(original, new Tap(kind, name));
  printAs(original);
  // `new Worker(...).constructor === Worker` has to go on being true.
  const prototype: unknown = original.prototype;
  const property = prototype ? Object.getOwnPropertyDescriptor(prototype, "constructor") : undefined;
  if (property?.value === original) {
    Reflect.defineProperty(prototype as object, "constructor", { ...property, value: tap });
  }
  return tap as F;
}

/**
 * Taps the methods of an object, usually a prototype. `names` are separated by blanks and may be inherited; `*` stands
 * for every public method of its own. Methods that a Node version does not have are passed over.
 */
export function tapMethods(target: object, names: string, kind: string, prefix: string): void {
  if (names !== "*") {
    for (const key of names.split(" ")) {
      const owner = ownerOf(target, key);
      if (owner !== null) tapFunction(owner, key, kind, `${prefix}.${key}`);
    }
    return;
  }
  for (const key of Object.getOwnPropertyNames(target)) {
    if (key !== "constructor" && !key.startsWith("_")) tapFunction(target, key, kind, `${prefix}.${key}`);
  }
  for (const key of [Symbol.asyncIterator, Symbol.asyncDispose, Symbol.dispose]) tapFunction(target, key, kind, prefix);
}

/** The object in the prototype chain of `target` that has `key` itself. */
function ownerOf(target: object, key: string): object | null {
  let owner: object | null = target;
  while (owner !== null && !Object.hasOwn(owner, key)) owner = Object.getPrototypeOf(owner);
  return owner;
}
