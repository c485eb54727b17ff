/**
 * The loaded modules, and which of their functions and classes a value is.
 *
 * Identity comes from the live bindings that each module's prologue hands over, not from resolving import specifiers:
 * so re-exports, cycles, dual packages, CommonJS and live bindings are all the same thing.
 */
import { types } from "node:util";
import { withoutGuards } from "./guards.ts";
import { hashText } from "./hash.ts";
import type { Access, Cell, ClassMethod, ClassShape, Manifest, ModuleInstance, Unit } from "./manifest.ts";
import { Unkeyable } from "./values.ts";

const { isProxy } = types;

/** A unit of one loaded module. */
export class LiveUnit {
  readonly module: LiveModule;
  readonly index: number;
  readonly unit: Unit;
  /** The class's methods as they were when it was registered; null for everything that is not a class. */
  shape: ClassSnapshot | null = null;

  constructor(module: LiveModule, index: number, unit: Unit) {
    this.module = module;
    this.index = index;
    this.unit = unit;
  }
}

/** A method that is expected where the class's source put it. */
interface Slot {
  readonly holder: Record<PropertyKey, unknown>;
  readonly key: string;
  readonly value: unknown;
}

/** Anything else of a class's body that is expected to stay: accessors, methods with computed names. */
interface Fixture {
  readonly holder: object;
  readonly key: PropertyKey;
  readonly value: unknown;
  readonly get: unknown;
  readonly set: unknown;
}

export interface ClassSnapshot {
  readonly constructor: object;
  readonly prototype: object;
  readonly slots: readonly Slot[];
  readonly fixtures: readonly Fixture[];
  readonly staticKeys: ReadonlySet<PropertyKey>;
  readonly prototypeKeys: number;
  /** What the class and its prototype inherit from. */
  readonly parents: readonly [of: object, parent: object | null][];
  /** A method was already replaced when dumbo first looked. */
  readonly patched: string | null;
}

const nothingYet = Symbol("nothing yet");

/** A module whose prologue has run. Its manifest is read when it is first asked for. */
export class LiveModule {
  readonly instance: ModuleInstance;
  readonly #load: (id: string) => Manifest | undefined;
  readonly #units: LiveUnit[] = [];
  #manifest: Manifest | null | undefined;
  /** Functions and classes not yet turned from bindings into values. */
  #pending: (() => boolean)[] | null = null;

  constructor(instance: ModuleInstance, load: (id: string) => Manifest | undefined) {
    this.instance = instance;
    this.#load = load;
  }

  /** Null when it cannot be read: nothing of the module is known then. */
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
   * Reads a binding or one member of it, without running an accessor that is not an export.
   * @throws ReferenceError in the dead zone of the binding
   */
  read(cell: Cell): unknown {
    const base = this.instance.get(cell.getter);
    const member = cell.path[0];
    if (member === undefined) return base;
    const value = readMember(base, member, cell.from !== undefined);
    // A member that is not the object's own is somewhere on its prototype: the whole object is what is read.
    return value === nothingYet ? base : value;
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

  /** Whether one of its functions or classes that are found at a path has this text. */
  hasText(text: string): boolean {
    const { members = [], classes = [] } = this.manifest ?? {};
    return members.some((member) => member.text === text) || classes.some((shape) => shape.text === text);
  }

  /** Registers what can be registered by now. */
  absorb(registry: Registry): void {
    this.#pending ??= this.manifest ? registrations(this, this.manifest, registry) : [];
    if (this.#pending.length > 0) this.#pending = this.#pending.filter((register) => !register());
  }
}

function readMember(base: unknown, member: string, mayCallGetter: boolean): unknown {
  // Looking at a Proxy runs its handler.
  if ((typeof base !== "object" && typeof base !== "function") || base === null || isProxy(base)) return nothingYet;
  const descriptor = Object.getOwnPropertyDescriptor(base, member);
  if (!descriptor) return nothingYet;
  if ("value" in descriptor) return descriptor.value;
  // Compilers re-export by getters on the exports object of a module, which they mark.
  const isCompiled = mayCallGetter && Object.hasOwn(base, "__esModule");
  return isCompiled && descriptor.get ? descriptor.get.call(base) : nothingYet;
}

/** Steps that register one function or class each, and answer whether they are done. */
function registrations(module: LiveModule, manifest: Manifest, registry: Registry): (() => boolean)[] {
  const attempt = (step: () => boolean) => () => {
    try {
      return step();
    } catch {
      return false; // in its dead zone: later
    }
  };
  return [
    ...manifest.members.map(({ access, unit, text }) =>
      attempt(() => {
        const value = module.resolve(access);
        if (typeof value !== "function") return value !== undefined;
        if (text === undefined) registry.add(value, module.unit(unit));
        else if (textHash(value) === text) registry.addByText(value, text, module.unit(unit));
        return true;
      }),
    ),
    ...manifest.classes.map((shape) =>
      attempt(() => {
        const value = module.resolve(shape.access);
        if (typeof value !== "function") return value !== undefined;
        // Found at a path, it may be another one.
        if (shape.text !== undefined && !registry.isOnly(module, value, shape)) return true;
        const live = module.unit(shape.unit);
        live.shape = snapshot(value, shape);
        registry.add(value, live);
        registry.addPrototype(live.shape.prototype, live);
        return true;
      }),
    ),
    () => {
      for (const { text, unit } of manifest.closed) registry.addClosed(text, module.unit(unit));
      return true;
    },
  ];
}

function snapshot(constructor: object, shape: ClassShape): ClassSnapshot {
  const prototype = (constructor as { prototype: object }).prototype;
  const slots: Slot[] = [];
  let patched: string | null = null;
  for (const method of shape.methods) {
    if (method.key === null || method.kind !== "method") continue;
    const holder = (method.static ? constructor : prototype) as Record<PropertyKey, unknown>;
    const value = Object.getOwnPropertyDescriptor(holder, method.key)?.value;
    if (typeof value !== "function" || textHash(value) !== method.text) patched ??= method.key;
    slots.push({ holder, key: method.key, value });
  }
  const staticKeys = new Set<PropertyKey>(["length", "name", "prototype"]);
  for (const slot of slots) if (slot.holder === constructor) staticKeys.add(slot.key);
  const fixtures: Fixture[] = [];
  for (const holder of [prototype, constructor]) {
    for (const key of Reflect.ownKeys(holder)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
      const isState = holder === constructor && !get && !set;
      if (isState || slots.some((slot) => slot.holder === holder && slot.key === key)) continue;
      fixtures.push({ holder, key, value, get, set });
      const isOwn = (kind: ClassMethod["kind"], fn: unknown) =>
        fn === undefined || fn === constructor || isFromBody(shape, kind, holder === constructor, key, fn);
      if (!isOwn("method", value) || !isOwn("get", get) || !isOwn("set", set)) patched ??= String(key);
      if (holder === constructor) staticKeys.add(key);
    }
  }
  const parents = [constructor, prototype].map((of) => [of, Object.getPrototypeOf(of)] as [object, object | null]);
  const [parent, inherited] = [parents[0]?.[1] ?? null, parents[1]?.[1] ?? null];
  const expected =
    parent === Function.prototype
      ? Object.prototype
      : Object.getOwnPropertyDescriptor(parent ?? {}, "prototype")?.value;
  if (inherited !== expected) patched ??= "prototype";
  return {
    parents,
    constructor,
    prototype,
    slots,
    fixtures,
    staticKeys,
    prototypeKeys: Reflect.ownKeys(prototype).length,
    patched,
  };
}

/** Whether a class's body has this function for this key, as far as the body tells the key. */
function isFromBody(
  { methods }: ClassShape,
  kind: ClassMethod["kind"],
  isStatic: boolean,
  key: PropertyKey,
  fn: unknown,
): boolean {
  const text = typeof fn === "function" ? textHash(fn) : null;
  return methods.some(
    (method) =>
      method.kind === kind &&
      method.static === isStatic &&
      (method.key === null || method.key === key) &&
      method.text === text,
  );
}

const sourceText = Function.prototype.toString;

function textHash(fn: object): string {
  return hashText(withoutGuards(sourceText.call(fn)));
}

/** All modules of one thread. */
export class Registry {
  readonly #modules: LiveModule[] = [];
  readonly #functions = new WeakMap<object, LiveUnit>();
  readonly #prototypes = new WeakMap<object, LiveUnit>();
  /** Null where one text is two functions: strict code and sloppy code. */
  readonly #closed = new Map<string, LiveUnit | null>();
  /** Values that no module knew, with the number of modules there were then. */
  readonly #unknown = new WeakMap<object, number>();

  /** How many modules have been loaded: what was unknown before may be known now. */
  get size(): number {
    return this.#modules.length;
  }

  register(module: LiveModule): void {
    this.#modules.push(module);
  }

  /** Whether any module assigns again to what it exports: imports may change then. Cost: reads all manifests. */
  get reassigns(): boolean {
    return this.#modules.some((module) => module.manifest?.reassigns === true);
  }

  add(value: object, unit: LiveUnit): void {
    this.#functions.set(value, unit);
  }

  /**
   * Adds a function that was found at a path and recognised by its text. Other code may have put it there: if it reads
   * anything outside of itself, no other loaded module may have a function of that text.
   */
  addByText(value: object, text: string, unit: LiveUnit): void {
    if (unit.unit.refs.length === 0 || this.#isOnlyIn(unit.module, text)) this.#functions.set(value, unit);
  }

  /** Whether a class that was found at a path is the one that a module has there: see {@link addByText}. */
  isOnly(module: LiveModule, value: object, { text }: ClassShape): boolean {
    return text !== undefined && textHash(value) === text && this.#isOnlyIn(module, text);
  }

  #isOnlyIn(own: LiveModule, text: string): boolean {
    return this.#modules.every((module) => module === own || !module.hasText(text));
  }

  addPrototype(prototype: object, unit: LiveUnit): void {
    this.#prototypes.set(prototype, unit);
  }

  addClosed(text: string, unit: LiveUnit): void {
    const known = this.#closed.get(text);
    if (known === undefined) this.#closed.set(text, unit);
    else if (known?.unit.code !== unit.unit.code) this.#closed.set(text, null);
  }

  /**
   * The unit that a function or class is, or null.
   * @param hint module specifier that it probably came from
   */
  identify(fn: object, hint?: string): LiveUnit | null {
    return this.#find(fn, this.#functions, hint) ?? this.#closed.get(textHash(fn)) ?? null;
  }

  identifyPrototype(prototype: object): LiveUnit | null {
    return this.#find(prototype, this.#prototypes);
  }

  #find(value: object, map: WeakMap<object, LiveUnit>, hint?: string): LiveUnit | null {
    const known = map.get(value);
    if (known || this.#unknown.get(value) === this.#modules.length) return known ?? null;
    for (const module of this.#ordered(hint)) {
      module.absorb(this);
      const found = map.get(value);
      if (found) return found;
    }
    this.#unknown.set(value, this.#modules.length);
    return null;
  }

  /** Modules whose file looks like the specifier first: each one asked costs reading its manifest. */
  #ordered(hint: string | undefined): LiveModule[] {
    const stem = hint
      ?.split("/")
      .at(-1)
      ?.replace(/\.[cm]?[jt]s$/, "");
    if (!stem) return this.#modules;
    const likely = (module: LiveModule) => module.instance.url.includes(stem);
    return [...this.#modules.filter(likely), ...this.#modules.filter((module) => !likely(module))];
  }
}

/** @throws Unkeyable when a class is not what its source says any more */
export function checkClass(live: LiveUnit): void {
  const { shape } = live;
  if (!shape) return;
  const changed = shape.patched ?? shape.slots.find(({ holder, key, value }) => holder[key] !== value)?.key ?? null;
  for (const { holder, key, value, get, set } of shape.fixtures) {
    const now = Object.getOwnPropertyDescriptor(holder, key);
    if (now && now.value === value && now.get === get && now.set === set) continue;
    throw new Unkeyable(`\`${live.unit.name}.${String(key)}\` was replaced`);
  }
  if (changed !== null) throw new Unkeyable(`\`${live.unit.name}.${changed}\` was replaced`);
  if (shape.parents.some(([of, parent]) => Object.getPrototypeOf(of) !== parent)) {
    throw new Unkeyable(`what \`${live.unit.name}\` inherits from was replaced`);
  }
  if (Reflect.ownKeys(shape.prototype).length !== shape.prototypeKeys) {
    throw new Unkeyable(`the prototype of \`${live.unit.name}\` was extended`);
  }
}
