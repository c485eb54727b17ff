/** A loaded module: its manifest, and the values of its bindings now. */
import { types } from "node:util";
import { handsOutAssigned, typeBehindAccessor } from "../value/global-accessors.ts";
import { environment } from "../value/process-env.ts";
import { step } from "../value/time-limit.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { AssignedBinding } from "./assigned-binding.ts";
import type { CapturedScope } from "./captured-scope.ts";
import type { ClassSnapshot } from "./class-shape.ts";
import type { Access, Cell, Inner, Manifest, ModuleInstance, Unit } from "./manifest.ts";
import { OnceScopes } from "./once-scopes.ts";

const { isProxy } = types;

/** A unit of one loaded module. */
export class LiveUnit {
  readonly module: LiveModule;
  readonly index: number;
  /** What its code says. */
  readonly definition: Unit;
  /** A class with its members as they were when it was registered; null as long as it is not registered, and for all else. */
  shape: ClassSnapshot | null = null;
  /** The function or class itself, once it was met. One that reads itself by its own name has a unit for each function object. */
  value: object | null = null;
  /** What it has captured. Each function object with captured bindings has a unit of its own. */
  readonly scope: CapturedScope | null;

  constructor(module: LiveModule, index: number, definition: Unit, scope: CapturedScope | null = null) {
    this.module = module;
    this.index = index;
    this.definition = definition;
    this.scope = scope;
  }
}

/** What reading a manifest takes of the time for a call, in steps of a walk. */
const MANIFEST = 2048;

/** Registers one function or class of a module. */
export interface Registration {
  /** What that takes of the time for a call, in steps of a walk. */
  readonly steps: number;
  /** Answers whether it is registered: not before its binding is initialised. */
  register(): boolean;
}

const nothingYet = Symbol("nothing yet");

/** A module that is loaded. Its manifest is read when it is first needed. */
export class LiveModule {
  readonly instance: ModuleInstance;
  /** The bindings of its functions that run once with it. */
  readonly once: OnceScopes;
  readonly #load: (id: string) => Manifest | undefined;
  readonly #units: LiveUnit[] = [];
  /** Bindings that functions assign to, by the numbers of their getters. */
  readonly #assigned: (AssignedBinding | undefined)[] = [];
  #manifest: Manifest | null | undefined;
  /** Functions and classes that are not registered yet; null before any is. */
  #pending: readonly Registration[] | null = null;
  /** Units of its inner functions and classes by the hash of their texts. */
  #innerUnits: ReadonlyMap<string, readonly number[]> | null = null;

  constructor(instance: ModuleInstance, load: (id: string) => Manifest | undefined, once = new OnceScopes(() => {})) {
    this.instance = instance;
    this.once = once;
    this.#load = load;
  }

  /** Null if it cannot be read: nothing is known of the module then. */
  get manifest(): Manifest | null {
    if (this.#manifest === undefined) this.#manifest = this.#load(this.instance.id) ?? null;
    return this.#manifest;
  }

  unit(index: number): LiveUnit {
    const known = this.#units[index];
    if (known) return known;
    const unit = (this.manifest as Manifest).units[index] as Unit;
    const live = new LiveUnit(this, index, unit);
    this.#units[index] = live;
    return live;
  }

  /**
   * Reads a binding or one member of it. No accessor is run but those by which compiled modules export.
   * @throws ReferenceError in the dead zone of the binding
   */
  read(cell: Cell): unknown {
    if (cell.global !== undefined && isAccessor(globalThis, cell.global)) {
      const type = typeBehindAccessor(cell.global);
      if (type === null) throw new Unkeyable({ kind: "global-accessor" });
      return type;
    }
    return this.readFrom(this.instance.get(cell.getter), cell);
  }

  /** The same for a value that the binding held at another time. */
  readFrom(base: unknown, cell: Cell): unknown {
    const member = cell.path[0];
    if (member === undefined) {
      if (cell.tested) return testOf(base);
      return cell.only && base === globalThis ? GLOBAL_OBJECT : base;
    }
    const value = base === globalThis ? readGlobal(member) : readMember(base, member, cell.from !== undefined);
    // A member that the object has not itself may be on a prototype: the whole object stands for it.
    if (value === nothingYet) return base;
    return cell.tested ? testOf(value) : value;
  }

  /** Whether a cell stands for writes to members of the global object: no key holds what they were before. */
  writesToGlobalObject(cell: Cell): boolean {
    return cell.only === "written" && this.instance.get(cell.getter) === globalThis;
  }

  /** The binding behind a cell, or null if no function of the module assigns to it. */
  assigned({ getter, assigned, exported }: Cell): AssignedBinding | null {
    if (assigned === undefined) return null;
    this.#assigned[getter] ??= new AssignedBinding(this.instance, getter, assigned, exported === true);
    return this.#assigned[getter];
  }

  /**
   * Whether a cell may be another name of a binding of another module: an import, or a getter that a compiler has put on the exports.
   * @param isExported whether other modules can import that binding
   */
  mayShow(cell: Cell, isExported: boolean): boolean {
    if (cell.from === undefined) return false;
    const member = cell.path[0];
    if (member === undefined) return isExported;
    const base = this.instance.get(cell.getter);
    if (types.isModuleNamespaceObject(base)) return isExported;
    return isObject(base) && !isProxy(base) && isAccessor(base, member);
  }

  /** The value at the end of an access path, or undefined where the path does not lead anywhere. */
  resolve(access: Access): unknown {
    let value = this.instance.get(access.getter);
    if (access.kind === "binding") return value;
    for (const key of access.path) {
      value = readMember(value, key, false);
      if (value === nothingYet) return undefined;
    }
    return value;
  }

  /** Whether a function or class that the module has at a path has this text. */
  hasText(text: string): boolean {
    const { members = [], classes = [] } = this.manifest ?? {};
    return members.some((member) => member.text === text) || classes.some((shape) => shape.text === text);
  }

  /** Whether an inner function or class has the same text as one at a path, and may read something else. */
  hasTwin(text: string, unit: number): boolean {
    const { units = [], inner = [] } = this.manifest ?? {};
    this.#innerUnits ??= unitsByText(inner);
    const found = units[unit] as Unit;
    return (this.#innerUnits.get(text) ?? []).some((index) => index !== unit && !isSame(units[index] as Unit, found));
  }

  /**
   * Registers the functions and classes whose bindings are initialised by now.
   * @param steps makes a registration for each function and class
   * @throws TooLarge when the time is up
   */
  absorb(steps: (manifest: Manifest) => readonly Registration[]): void {
    if (this.#pending === null) {
      this.#pending = this.manifest ? steps(this.manifest) : [];
      step(MANIFEST);
    }
    if (this.#pending.length > 0) this.#registerPending(this.#pending);
  }

  /** When the time is up, the rest is left for the next time. */
  #registerPending(all: readonly Registration[]): void {
    const waiting: Registration[] = [];
    let at = 0;
    try {
      for (; at < all.length; at++) {
        const one = all[at] as Registration;
        step(one.steps);
        if (!one.register()) waiting.push(one);
      }
    } finally {
      this.#pending = at === all.length ? waiting : [...waiting, ...all.slice(at)];
    }
  }
}

function unitsByText(inner: readonly Inner[]): Map<string, number[]> {
  const units = new Map<string, number[]>();
  for (const { text, unit } of inner) {
    const known = units.get(text);
    if (known) known.push(unit);
    else units.set(text, [unit]);
  }
  return units;
}

/** Whether two units of one module and one text read the same. */
function isSame(a: Unit, b: Unit): boolean {
  const readsOwnScope = (unit: Unit) => (unit.captures?.length ?? 0) > 0;
  return a.code === b.code && a.refs.join() === b.refs.join() && !readsOwnScope(a) && !readsOwnScope(b);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Whether a property, own or inherited, is an accessor. */
function isAccessor(object: object, key: string): boolean {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (isProxy(at)) return true;
    const descriptor = Object.getOwnPropertyDescriptor(at, key);
    if (descriptor) return !("value" in descriptor);
  }
  return false;
}

/** Is read in the place of the global object, where it matters only that it is that object. */
const GLOBAL_OBJECT = "is the global object";

/** A member of the global object, which no key can hold as a whole. Undefined for one that is not there; of accessors, only Node's are read. */
function readGlobal(name: string): unknown {
  for (let at: object | null = globalThis; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (isProxy(at)) return nothingYet;
    const descriptor = Object.getOwnPropertyDescriptor(at, name);
    if (!descriptor) continue;
    if ("value" in descriptor) return descriptor.value;
    return at === globalThis ? behindAccessor(name) : nothingYet;
  }
  return undefined;
}

/** The same; where no value can be had, the global object itself, which keys refuse. */
export function readOfGlobal(name: string): unknown {
  const value = readGlobal(name);
  return value === nothingYet ? globalThis : value;
}

function behindAccessor(name: string): unknown {
  return handsOutAssigned(name) ? (globalThis as unknown as Record<string, unknown>)[name] : nothingYet;
}

/** What a test for truth can tell of a value: a falsy value as it is, of any other the type. */
export function testOf(value: unknown): unknown {
  return value ? `is a ${typeof value}` : value;
}

function readMember(base: unknown, member: string, mayCallGetter: boolean): unknown {
  // A proxy is not looked at: that would run its handler.
  if ((typeof base !== "object" && typeof base !== "function") || base === null || isProxy(base)) return nothingYet;
  // `process.env`: a variable that is not set is read as undefined.
  if (base === environment) return (environment as NodeJS.ProcessEnv)[member];
  const descriptor = Object.getOwnPropertyDescriptor(base, member);
  if (!descriptor) return nothingYet;
  if ("value" in descriptor) return descriptor.value;
  // Compilers re-export by getters on the exports of a module, which they mark with `__esModule`.
  const isCompiled = mayCallGetter && Object.hasOwn(base, "__esModule");
  return isCompiled && descriptor.get ? reExported(descriptor.get, base, member) : nothingYet;
}

/** Runs the getter of a re-export. @throws ReferenceError if the getter throws: the module behind it is not loaded yet */
function reExported(get: () => unknown, base: object, member: string): unknown {
  try {
    return get.call(base);
  } catch (error) {
    throw new ReferenceError(`${member} is not exported yet`, { cause: error });
  }
}

/** Whether a function or class looks at itself as at an object, by the name in its own expression. */
export function readsItself({ module, definition }: LiveUnit): boolean {
  return definition.refs.some((ref) => {
    const cell = module.manifest?.cells[ref];
    return cell?.own === true && !cell.called;
  });
}
