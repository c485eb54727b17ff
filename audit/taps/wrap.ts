/**
 * Makes the taps of functions and classes.
 *
 * A tap is a Proxy whose handler has getters where traps would be. Before each call, V8 reads `apply` of the handler. The getter publishes
 * the call and returns undefined, so that V8 calls the original itself. Nothing of the tap is on the stack then: error stacks,
 * `console.trace` and uncaught errors look as they would without it. Name, length, own properties, statics, `new` and subclassing are
 * the original's. This costs 9 to 12 ns for each call, 4 more than a closure around the original (notes/taps.md). The few functions
 * that take little more than that themselves get closures: see {@link tappedBriefly}.
 */
import { state } from "../../src/trace/frames.ts";
import { staysInside } from "../../src/trace/whole-run.ts";
import { forgetNoticed, noteMakerTap, noteNoticed, noteTap } from "../builtins/noticed-functions.ts";
import { touch } from "./touch.ts";

// biome-ignore lint/complexity/noBannedTypes: taps are made for functions of any shape, which are never called here
type AnyFunction = Function;

/** The handler of a tapped function or class. */
class Tap {
  readonly kind: string;
  readonly label: string;
  /** Whether only calls of functions are to be told. */
  readonly isInside: boolean;

  constructor(kind: string, label: string) {
    this.kind = kind;
    this.label = label;
    this.isInside = staysInside(kind, label);
  }

  get apply(): undefined {
    if (state.hears(this.isInside)) touch(this.kind, this.label);
    return undefined;
  }

  get construct(): undefined {
    if (state.hears(this.isInside)) touch(this.kind, this.label);
    return undefined;
  }
}

/** The handler of a function with an own getter that cannot be redefined. `adapt` sees each read of a property. */
class TapWithGetters {
  readonly choose: () => Trap | undefined;
  readonly adapt: (key: PropertyKey, read: () => unknown) => unknown;

  constructor(choose: () => Trap | undefined, adapt: (key: PropertyKey, read: () => unknown) => unknown) {
    this.choose = choose;
    this.adapt = adapt;
  }

  get apply(): Trap | undefined {
    return this.choose();
  }

  get construct(): MakerTraps["construct"] | undefined {
    return constructing(this.choose());
  }

  get(target: object, key: PropertyKey): unknown {
    return this.adapt(key, () => Reflect.get(target, key));
  }
}

/** Runs instead of a call. It is given the original, the receiver and the arguments. */
export type Trap = (original: AnyFunction, self: unknown, args: unknown[]) => unknown;

/** The handler of a function for which a trap may run instead (see {@link tappedByCall}). */
class TapByCall {
  readonly choose: () => Trap | undefined;

  constructor(choose: () => Trap | undefined) {
    this.choose = choose;
  }

  get apply(): Trap | undefined {
    return this.choose();
  }

  get construct(): MakerTraps["construct"] | undefined {
    return constructing(this.choose());
  }
}

/** What runs instead of `new` of a function of Node's that is no class: it does the same as a call does. */
function constructing(trap: Trap | undefined): MakerTraps["construct"] | undefined {
  if (trap === undefined) return undefined;
  return (original, args, target) => {
    const made: object = create(target.prototype);
    const result: unknown = trap(original, made, args);
    return (typeof result === "object" && result !== null) || typeof result === "function" ? result : made;
  };
}

/** `Function` or one of its siblings. Each does the same with and without `new`. */
export type Maker = FunctionConstructor;

/** What runs instead of a call of a {@link Maker}, without and with `new`. */
export interface MakerTraps {
  readonly apply: (original: Maker, self: unknown, args: unknown[]) => object;
  readonly construct: (original: Maker, args: unknown[], target: AnyFunction) => object;
}

/** The handler of a {@link Maker}. */
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

  // Code that walks over objects and their constructors comes to these taps. So the property by which a tap prints is hidden here.
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
const { create } = Object;

/** Whether a property is the one by which a tap prints like its original. It is shown if the target is not extensible: no Proxy may hide it. */
function isHidden(target: object, key: PropertyKey): boolean {
  if (key !== inspectCustom || !isExtensible(target)) return false;
  return getOwnPropertyDescriptor(target, key)?.value === inspectOriginal;
}

// Handlers may not inherit from Object.prototype: a program that adds `get` to it would add a trap to every tap.
Object.setPrototypeOf(Tap.prototype, null);
Object.setPrototypeOf(TapWithGetters.prototype, null);
Object.setPrototypeOf(TapByCall.prototype, null);
Object.setPrototypeOf(TapOfMaker.prototype, null);

/** The taps of originals, and the originals of taps. One original has one tap, wherever it is exported, and a tap is never tapped again. */
const taps = new Map<AnyFunction, AnyFunction>();
const originals = new Map<AnyFunction, AnyFunction>();

/** The tap of a function, if it has one; the function itself, if it is a tap. */
export function tapOf(original: AnyFunction): AnyFunction | undefined {
  return taps.get(original) ?? (originals.has(original) ? original : undefined);
}

/** The original of a tap; anything else as it is. */
export function originalOf(fn: unknown): unknown {
  return originals.get(fn as AnyFunction) ?? fn;
}

/** Notes a tap, so that {@link tapOf} answers it for both functions. */
export function remember(original: AnyFunction, tap: AnyFunction): void {
  taps.set(original, tap);
  originals.set(tap, original);
}

/** Makes a tap. Its handler has getters for traps, for which TypeScript has no type. */
function proxy(original: AnyFunction, handler: object): AnyFunction {
  const tap = new Proxy(original, handler as ProxyHandler<AnyFunction>);
  remember(original, tap);
  return tap;
}

/** From Node 25 on, `util.inspect` (and so `console.log`) shows that a function is a Proxy. */
const inspectMarksProxies = Number.parseInt(process.versions.node, 10) >= 25;
const inspectCustom = Symbol.for("nodejs.util.inspect.custom");

/** Has the tap of a function print like the function. */
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
  // A subclass of a tapped class inherits this method. It prints as itself.
  return original === undefined ? this : inspect(original, { ...options, depth });
}

/** The usual tap of a function: it publishes each call. */
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

/** Like {@link tappedByCall}. In addition, `adapt` decides what each read of a property gives. */
export function tappedWithGetters<F extends AnyFunction>(
  original: F,
  name: string,
  choose: () => Trap | undefined,
  adapt: (key: PropertyKey, read: () => unknown) => unknown,
): F {
  let tap = tapOf(original);
  if (tap === undefined) {
    tap = proxy(original, new TapWithGetters(choose, adapt));
    printAs(original);
    noteNoticed(tap, original, name);
  }
  return tap as F;
}

/** A tap that publishes nothing itself. Before each call, `choose` answers the trap to run instead, or undefined for none. */
export function tappedByCall<F extends AnyFunction>(original: F, choose: () => Trap | undefined): F {
  let tap = tapOf(original);
  if (tap === undefined) {
    tap = proxy(original, new TapByCall(choose));
    printAs(original);
    noteTap(tap, original);
  }
  return tap as F;
}

/** Whether a call is recorded, and the audit is not suspended. */
export function isRecording(): boolean {
  return state.isAudited && state.suspended === 0;
}

/** Like {@link tappedByCall}: a trap runs instead of each call while a call is recorded. */
export function tappedWhileRecording<F extends AnyFunction>(original: F, trap: Trap): F {
  return tappedByCall(original, () => (isRecording() ? trap : undefined));
}

/** Like {@link tappedByCall}, for a {@link Maker}. */
export function tappedMaker(original: Maker, name: string, choose: () => MakerTraps | undefined): Maker {
  let tap = tapOf(original);
  if (tap === undefined) {
    tap = proxy(original, new TapOfMaker(choose));
    printAs(original);
    noteMakerTap(tap, original, name);
  }
  return tap as Maker;
}

/** Like {@link tappedByCall}, for a function that is not remembered: `taps` would keep it alive for ever. */
export function byCall<F extends AnyFunction>(original: F, choose: () => Trap | undefined): F {
  return new Proxy<AnyFunction>(original, new TapByCall(choose) as ProxyHandler<AnyFunction>) as F;
}

/**
 * Like {@link tapped}, for a function without arguments that takes no longer than a Proxy. The tap is a closure, which is on the stack
 * while the original runs. So it is only for functions that neither throw nor call other code.
 */
export function tappedBriefly<F extends AnyFunction>(original: F, kind: string, name: string): F {
  let tap = tapOf(original);
  if (tap === undefined) {
    const key = original.name;
    const isInside = staysInside(kind, name);
    tap = {
      [key](this: unknown): unknown {
        if (state.hears(isInside)) touch(kind, name);
        return Reflect.apply(original, this, []);
      },
    }[key] as AnyFunction;
    remember(original, tap);
    noteNoticed(tap, tap, name);
  }
  return tap as F;
}

/**
 * Taps the functions that are properties of a function: `fs.realpath.native`, `process.hrtime.bigint`, promisified forms.
 * @param make makes the tap of one of them; without it, they get the usual one
 */
export function tapOwn(original: AnyFunction, kind: string, name: string, make: MakeTap = tapped): void {
  const keys = Reflect.ownKeys(original);
  // Nearly all functions have only `length`, `name` and perhaps `prototype`.
  if (keys.length <= 3) return;
  for (const key of keys) {
    if (key === "prototype" || key === "arguments" || key === "caller") continue;
    tapFunction(original, key, kind, typeof key === "string" ? `${name}.${key}` : name, make);
  }
}

/** Makes a tap: {@link tapped}, or a function like it. */
export type MakeTap = (original: AnyFunction, kind: string, name: string) => AnyFunction;

/** Taps the function in a property. A property without a function, and an accessor, stays as it is. */
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
  // Under a symbol, `name` is the label of another function.
  if (typeof key === "symbol") forgetNoticed(property.value as object);
  Reflect.defineProperty(target, key, property);
}

/** The tap of a class. It publishes each call and `new`; instances and subclasses are as before. */
export function tappedClass<F extends AnyFunction>(original: F, kind: string, name: string): F {
  let tap = tapOf(original);
  if (tap !== undefined) return tap as F;
  tap = proxy(original, new Tap(kind, name));
  printAs(original);
  // `new Worker(...).constructor === Worker` must stay true.
  const prototype: unknown = original.prototype;
  const property = prototype ? Object.getOwnPropertyDescriptor(prototype, "constructor") : undefined;
  if (property?.value === original) {
    Reflect.defineProperty(prototype as object, "constructor", { ...property, value: tap });
  }
  return tap as F;
}

/**
 * Taps methods of an object, usually a prototype. Methods that this Node does not have are ignored.
 * @param names separated by blanks; the methods may be inherited. `*` stands for all public methods that are the object's own
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

/** The object on a prototype chain that has a key as an own property. */
function ownerOf(target: object, key: string): object | null {
  let owner: object | null = target;
  while (owner !== null && !Object.hasOwn(owner, key)) owner = Object.getPrototypeOf(owner);
  return owner;
}
