/**
 * What a unit can reach: the code, by content and function by function, and the state that has to be read at each call.
 *
 * The reach is found once, by following the live bindings, and holds as long as the bindings that led to functions
 * still yield the same functions ({@link Reach.pins}).
 */
import { types } from "node:util";
import { hashText } from "../hash.ts";
import { listOf, type Reason, type Reasons, reasonsOf, within } from "../reason/reason.ts";
import { step } from "../value/time-limit.ts";
import type { AssignedBinding } from "./assigned-binding.ts";
import type { ClassSnapshot } from "./class-shape.ts";
import { type FunctionRecord, isPlainFunction, recordOf } from "./function-shape.ts";
import type { LiveModule, LiveUnit } from "./live-module.ts";
import type { Capture, Cell, Trait } from "./manifest.ts";
import type { OnceRun } from "./once-scopes.ts";
import type { Identity } from "./registry.ts";

export interface CellPlace {
  readonly kind: "cell";
  readonly module: LiveModule;
  readonly cell: Cell;
}

/** Where a binding is found: in a module, in the scopes of a closure, or in what a class was made with. */
export type BindingPlace =
  | CellPlace
  | { readonly kind: "captured"; readonly module: LiveModule; readonly capture: Capture }
  | { readonly kind: "class" };

/** A binding, of a module or captured by a closure. */
export interface Binding {
  readonly name: string;
  readonly place: BindingPlace;
  /** @throws ReferenceError in its dead zone */
  read(): unknown;
}

/** A binding of a module that functions assign to, and what the code of a reach does with it. */
export interface ReachedBinding {
  readonly binding: AssignedBinding;
  isAssigned: boolean;
  /** It is read as a whole, and not only for a member: what it holds is in the key. */
  isRead: boolean;
}

/** The same in a key. */
export interface KeyedBinding extends Readonly<ReachedBinding> {
  /** What it held when the key was made. */
  readonly before: unknown;
  /** Equal keys hold the same for it. */
  readonly isSettled: boolean;
  /** Code of the key may read it by the name that another module has for it. */
  readonly isShown: boolean;
}

/** A binding that led to a function, which has to stay there. */
interface Pin {
  readonly binding: Binding;
  readonly value: unknown;
}

/** A function of the reach, for what was put on it as on an object. */
export interface ReachedFunction {
  readonly unit: LiveUnit;
  readonly value: object;
}

/** A function or class of the reach, for what a program can see of it beside its code: each once. */
export type Described =
  | { readonly shape: null; readonly record: FunctionRecord }
  | { readonly shape: ClassSnapshot; readonly name: string };

/** Code, or a binding that has to be read. */
export type Link = LiveUnit | Binding;

export interface Links {
  /** By the indices of the unit's references. */
  readonly refs: ReadonlyMap<number, readonly Link[]>;
  readonly captured: readonly Link[];
}

export interface Reach {
  /** 32 hexadecimal digits: equal for equal code, wherever the modules are, and whatever its locals are called. */
  readonly code: string;
  /** The same for the names of the locals. */
  readonly names: string;
  /** Why nothing that reaches this can be cached, in the order in which it was met, each with the module that it stands in. */
  readonly refusal: Reasons | null;
  /** Bindings whose values are part of the key. */
  readonly cells: readonly Binding[];
  /** Bindings that functions assign to, those that it reads and those that it assigns to: each once, in an order that the code settles. */
  readonly assigned: readonly ReachedBinding[];
  readonly pins: readonly Pin[];
  /** Runs of the functions whose bindings it has: a second one of any takes all back. */
  readonly runs: ReadonlySet<OnceRun>;
  /** Those of both that come from another module. */
  readonly imports: readonly Binding[];
  /** In an order that the code settles: equal codes have the same functions at the same places. */
  readonly functions: readonly ReachedFunction[];
  /** The same functions, each once, in the order in which they were met. */
  readonly described: readonly Described[];
  /** What each unit's references and captured bindings lead to. */
  readonly links: ReadonlyMap<LiveUnit, Links>;
  readonly traits: ReadonlySet<Trait>;
  /** All units that are reached, the first one first. */
  readonly units: readonly LiveUnit[];
  /**
   * Units whose own reach is a part of this one, with their places in it: the code of this reach says what they lead to, and its cells and
   * descriptions hold all that they read.
   */
  readonly contains: ReadonlyMap<LiveUnit, number>;
  /** Whether another unit of this reach leads back to the first one. */
  readonly leadsBack: boolean;
  /** Folders of packages on the assumePure list that are reached. */
  readonly assumed: readonly string[];
}

export interface BuiltInsNamed {
  /** The same in each program. */
  readonly language: readonly object[];
  /** Those of the modules that the program has loaded by now, recorded before it had them. */
  readonly node: readonly object[];
}

/** What the reach has to ask of others. */
export interface ReachContext {
  identify(fn: object, hint: string | undefined): Identity;
  /** What the object is called that instances of a built-in class inherit from; null for any other object. */
  builtInPrototype(object: object): string | null;
  /** Objects of the language and of Node, with their names, that code can have by a name and that are the same at each call. */
  builtInObjects(): ReadonlyMap<object, string>;
  /** A member that the program has added to a namespace of the language, or null. */
  addedToNamespaces(): string | null;
  /** Functions of the language and of Node that code may find by a name. */
  builtInsNamed(name: string): BuiltInsNamed;
  /** Folder and content hash of a package on the assumePure list, when this import of it is meant. */
  assumedPackage(from: string, name: string | undefined): { folder: string; digest: string } | null;
}

/**
 * Follows everything a unit reads.
 * @throws ReferenceError when a binding is still in its dead zone: too early to know; TooLarge when the time is up
 */
export function findReach(start: LiveUnit, context: ReachContext): Reach {
  return new Finder(context, start).run();
}

/** So many units are looked at for more reasons after the first one. */
const OTHERS = 32;

/** What a unit, and a reference, take of the time for a call, in values of a walk. */
const UNIT = 64;
const REFERENCE = 8;

interface Origin {
  readonly from?: string | undefined;
  readonly object?: Binding | undefined;
}

class Finder {
  readonly #context: ReachContext;
  readonly #start: LiveUnit;
  readonly #order = new Map<LiveUnit, number>();
  readonly #queue: { unit: LiveUnit; vouched: boolean }[] = [];
  readonly #code: string[] = [];
  readonly #names: string[] = [];
  readonly #cells: Binding[] = [];
  readonly #pins: Pin[] = [];
  readonly #runs = new Set<OnceRun>();
  readonly #assigned = new Map<AssignedBinding, ReachedBinding & { readonly number: number }>();
  readonly #links = new Map<LiveUnit, Links>();
  readonly #functions: ReachedFunction[] = [];
  /** Where each function stands among those that are described. */
  readonly #described = new Map<object, number>();
  readonly #descriptions: Described[] = [];
  readonly #mentioned = new Set<string>();
  readonly #traits = new Set<Trait>();
  readonly #assumed = new Set<string>();
  readonly #reasons: Reason[] = [];
  #unlisted = 0;
  /** Whether the user vouches for anything that was met: what that reads is left out. */
  #vouched = false;
  #leadsBack = false;
  /** What the reference that is followed leads to. */
  #led: Link[] = [];
  #visited: LiveUnit | null = null;
  /** Classes that are described with all that is on them. */
  readonly #classes = new Set<LiveUnit>();

  constructor(context: ReachContext, start: LiveUnit) {
    this.#context = context;
    this.#start = start;
  }

  run(): Reach {
    const { shape } = this.#start;
    if (shape) {
      // Methods reach their class by `this.constructor`, or by a name that it has for itself.
      this.#code.push(`a class and what is on it${this.#reached(this.#start, shape.constructor)}`);
    }
    this.#enter(this.#start, false);
    let others = OTHERS;
    for (let next = this.#queue.shift(); next && others > 0; next = this.#queue.shift()) {
      this.#visit(next.unit, next.vouched);
      // What was refused stays so as long as the bindings that led there do: of the rest, only more reasons are of use.
      if (this.#reasons.length > 0) others--;
    }
    for (const { unit, value } of this.#functions)
      if (unit.definition.traits.includes("stamps")) this.#checkBases(unit, value);
    return {
      code: hashText(this.#code.join("\n")),
      names: hashText(this.#names.join("\n")),
      refusal: reasonsOf(this.#reasons, this.#unlisted),
      cells: this.#cells,
      assigned: [...this.#assigned.values()],
      pins: this.#pins,
      runs: this.#runs,
      imports: [...this.#cells, ...this.#pins.map(({ binding }) => binding)].filter(isImport),
      functions: this.#functions,
      described: this.#descriptions,
      links: this.#links,
      traits: this.#traits,
      units: [...this.#order.keys()],
      contains: this.#contained(),
      leadsBack: this.#leadsBack,
      assumed: [...this.#assumed],
    };
  }

  #enter(unit: LiveUnit, vouched: boolean): number {
    if (unit === this.#start && this.#visited !== null && this.#visited !== unit) this.#leadsBack = true;
    const known = this.#order.get(unit);
    if (known !== undefined) return known;
    this.#order.set(unit, this.#order.size);
    this.#queue.push({ unit, vouched });
    return this.#order.size - 1;
  }

  #contained(): ReadonlyMap<LiveUnit, number> {
    if (this.#vouched || this.#assumed.size > 0) return new Map();
    const contained = new Map(this.#order);
    for (const live of this.#order.keys()) {
      if (live.definition.traits.includes("class") && !this.#classes.has(live)) contained.delete(live);
    }
    return contained;
  }

  #visit(live: LiveUnit, vouchedBefore: boolean): void {
    const { definition: unit, module } = live;
    step(UNIT + unit.refs.length * REFERENCE);
    const vouched = vouchedBefore || unit.traits.includes("assumed");
    if (vouched) this.#vouched = true;
    // The name is part of what a program can see of a function or class.
    this.#code.push(`unit ${unit.code} ${unit.name}`);
    this.#names.push(unit.names ?? "");
    for (const trait of unit.traits) this.#traits.add(trait);
    if (live !== this.#start && unit.traits.includes("async")) this.#traits.add("begins");
    if (unit.impure && !vouched) {
      for (const reason of listOf(unit.impure)) this.#refuse(reason, live);
      this.#unlisted += unit.impure.unlisted ?? 0;
    }
    this.#visited = live;
    const refs = new Map<number, readonly Link[]>();
    for (const ref of unit.refs) {
      const cell = module.manifest?.cells[ref] as Cell;
      if (cell.home !== undefined) this.#runs.add(module.once.runOf(cell.home));
      this.#led = [];
      this.#code.push(this.#follow(live, cell, vouched));
      if (!vouched) this.#meetAssigned(live, cell, "reads");
      refs.set(ref, this.#led);
    }
    if (!vouched) {
      for (const ref of unit.assigns ?? []) this.#meetAssigned(live, module.manifest?.cells[ref] as Cell, "assigns");
    }
    for (const name of vouched ? [] : (unit.mentions ?? [])) this.#visitMentioned(name);
    this.#led = [];
    this.#visitCaptured(live, vouched);
    this.#links.set(live, { refs, captured: this.#led });
  }

  /** Notes the built-in functions that a name may lead to, by whatever value: `list.map.k` is `Array.prototype.map.k`. */
  #visitMentioned(name: string): void {
    if (this.#mentioned.has(name)) return;
    this.#mentioned.add(name);
    const { language, node } = this.#context.builtInsNamed(name);
    for (const value of language) this.#code.push(`${name}${this.#reachedBuiltIn(value)}`);
    // Which of these there are depends on what was loaded by now: the code does not tell.
    for (const value of node) this.#reachedBuiltIn(value);
  }

  /** Follows what an inner function or class has from the code around it. */
  #visitCaptured(live: LiveUnit, vouched: boolean): void {
    const { definition: unit, scope, shape } = live;
    if (!scope) return;
    if (shape) {
      // What it extends and what its members are called was settled by code that ran once, around it.
      const { constructor, prototype } = shape;
      const place = { kind: "class" } as const;
      const names = stable(() => [...Reflect.ownKeys(constructor), ...Reflect.ownKeys(prototype)]);
      this.#state({ name: `the members of ${unit.name}`, place, read: names });
      const base = {
        name: `the base of ${unit.name}`,
        place,
        read: () => Object.getPrototypeOf(constructor) as unknown,
      };
      if (base.read() !== Function.prototype) this.#code.push(this.#value(live, base, vouched));
    }
    for (const capture of unit.captures ?? []) {
      const { name } = capture;
      const place = { kind: "captured", module: live.module, capture } as const;
      this.#code.push(this.#value(live, { name, place, read: () => scope.read(capture) }, vouched));
    }
  }

  #state(binding: Binding): void {
    this.#cells.push(binding);
    this.#led.push(binding);
  }

  /** Two names may be names of one binding. If it is assigned to, that matters: so the code tells which of them it is. */
  #meetAssigned({ module }: LiveUnit, cell: Cell, does: "reads" | "assigns"): void {
    const binding = module.assigned(cell);
    if (binding === null) return;
    if (cell.home !== undefined) this.#runs.add(module.once.runOf(cell.home));
    let met = this.#assigned.get(binding);
    if (met === undefined) {
      met = { binding, number: this.#assigned.size, isAssigned: false, isRead: false };
      this.#assigned.set(binding, met);
    }
    if (does === "assigns") met.isAssigned = true;
    else if (cell.path.length === 0) met.isRead = true;
    this.#code.push(`${does} @${met.number}`);
  }

  /** Follows one binding; the text that stands for it in the code hash. */
  #follow(live: LiveUnit, cell: Cell, vouched: boolean): string {
    const { module } = live;
    if (cell.own) return this.#itself(live, cell);
    if (cell.fixed) {
      module.instance.get(cell.getter);
      return `constant ${cell.name}`;
    }
    if (cell.unit !== undefined) {
      const target = module.unit(cell.unit);
      const value = module.instance.get(cell.getter);
      // A `var` before its initialiser has run.
      if (typeof value !== "function") throw new ReferenceError(`${cell.name} is not initialised`);
      target.value ??= value;
      // A class has to be registered before it can be checked for patches.
      if (target.definition.traits.includes("class")) this.#context.identify(value, module.instance.url);
      const reached = this.#reached(target, value);
      this.#led.push(target);
      return `unit #${this.#enter(target, vouched)}${reached}${this.#parent(target, value, vouched)}`;
    }
    if (cell.from !== undefined) {
      const assumed = this.#context.assumedPackage(cell.from, cell.imported === "*" ? cell.path[0] : cell.imported);
      if (assumed) {
        this.#assumed.add(assumed.folder);
        const setup = cell.setup === undefined ? "" : ` set up by #${this.#enter(module.unit(cell.setup), vouched)}`;
        return `assumed ${cell.name} ${assumed.digest}${setup}`;
      }
    }
    const { name, getter, from } = cell;
    const place = { kind: "cell", module, cell } as const;
    const base = cell.path.length > 0 ? module.instance.get(getter) : undefined;
    // A static member of a class is part of the class.
    if (typeof base === "function" && this.#isClass(base, from)) {
      return this.#value(live, { name, place, read: () => module.instance.get(getter) }, vouched, { from });
    }
    const object = cell.called ? { name, place, read: () => module.instance.get(getter) } : undefined;
    return this.#value(live, { name, place, read: () => module.read(cell) }, vouched, { from, object });
  }

  /** What the name leads to that a function or class expression has for itself. */
  #itself(live: LiveUnit, { name, called }: Cell): string {
    // What waits may call itself late: all that it reads is read late, then.
    this.#led.push(live);
    if (called) return "calls itself";
    const value = live.shape?.constructor ?? live.value;
    if (value !== null) return `reads itself${this.#reached(live, value)}`;
    this.#refuse({ kind: "moved-self", name, place: live.definition.place }, live);
    return "reads itself";
  }

  #isClass(value: object, from: string | undefined): boolean {
    const identity = this.#context.identify(value, from);
    return identity.kind === "unit" && identity.unit.shape !== null;
  }

  /**
   * Follows what a binding holds.
   * @param origin where it comes from, and the object that a method is called on: it may read all of that
   */
  #value(live: LiveUnit, binding: Binding, vouched: boolean, { from, object }: Origin = {}): string {
    const { name } = binding;
    const value = binding.read();
    if (typeof value !== "function") {
      // State that only listed functions read is theirs.
      if (!vouched) this.#state(binding);
      return `state ${name}`;
    }
    this.#pins.push({ binding, value });
    if (mayMove(binding) && !vouched) this.#led.push(binding);
    const known = this.#context.identify(value, from);
    switch (known.kind) {
      case "built-in":
        if (known.outside) this.#traits.add("outside");
        return `built-in ${known.name}${this.#reachedBuiltIn(value)}`;
      case "noticed":
      case "bound":
        // What it was bound to, and whether it is as it was made, is found when its value is written.
        if (!vouched) this.#state(binding);
        return `state ${name}`;
      case "unknown": {
        const met = { name, ...(from !== undefined && { from }) };
        if (!vouched) this.#refuse({ ...known.why, ...met, place: live.definition.place }, live);
        return `unknown ${name}`;
      }
      case "method": {
        const { unit, index } = known;
        const { constructor } = unit.shape as ClassSnapshot;
        const reached = this.#reached(unit, constructor);
        this.#led.push(unit);
        // On another object than its own.
        if (object && !vouched) this.#state(object);
        return `method ${index} of #${this.#enter(unit, vouched)}${reached}${this.#parent(unit, constructor, vouched)}`;
      }
      case "unit": {
        const { unit } = known;
        const reached = this.#reached(unit, value);
        this.#led.push(unit);
        const { traits } = unit.definition;
        const usesThis = traits.includes("this") && !traits.includes("class");
        if (object && usesThis && !vouched) this.#state(object);
        return `unit #${this.#enter(unit, vouched)}${reached}${this.#parent(unit, value, vouched)}`;
      }
    }
  }

  /** Notes a function of the language or of Node, on which a program can put what it likes. */
  #reachedBuiltIn(value: object): string {
    if (!isPlainFunction(value)) return "";
    const record = recordOf(value);
    if (!this.#described.has(value)) {
      this.#described.set(value, this.#descriptions.length);
      this.#descriptions.push({ shape: null, record });
    }
    return ` is ${this.#described.get(value)}: ${record.text}`;
  }

  /** What a class inherits from: another class may have taken the place of the one that its source names. */
  #parent(live: LiveUnit, value: object, vouched: boolean): string {
    const parent = live.definition.traits.includes("class") ? (Object.getPrototypeOf(value) as object | null) : null;
    if (parent === null || parent === Function.prototype) return "";
    if (typeof parent !== "function") {
      if (!vouched) this.#refuse({ kind: "odd-base", place: live.definition.place }, live);
      return " extends an object";
    }
    const known = this.#context.identify(parent, undefined);
    if (known.kind === "built-in") return ` extends ${known.name}`;
    if (known.kind !== "unit") return ` extends ${known.kind}`;
    const reached = this.#reached(known.unit, parent);
    this.#led.push(known.unit);
    return ` extends #${this.#enter(known.unit, vouched)}${reached}`;
  }

  /**
   * Notes a function or class that code leads to. Returns a text that says which of them it is, and what the code does not tell of it:
   * names are made by computed keys, and by whatever a function is assigned to.
   */
  #reached(unit: LiveUnit, value: object): string {
    this.#functions.push({ unit, value });
    const known = this.#described.get(value);
    if (known !== undefined) return ` is ${known}`;
    this.#described.set(value, this.#descriptions.length);
    const shape = unit.shape?.constructor === value ? unit.shape : null;
    if (shape) this.#classes.add(unit);
    const described = shape ? { shape, name: unit.definition.name } : { shape: null, record: recordOf(value) };
    this.#descriptions.push(described);
    return ` is new: ${described.shape ? described.shape.text : described.record.text}`;
  }

  /** A base class that returns another object has private members put where no key looks. */
  #checkBases(live: LiveUnit, value: object): void {
    const bases: object[] = [];
    for (let at = Object.getPrototypeOf(value); typeof at === "function" && at !== Function.prototype; ) {
      bases.push(at);
      // Looking at one runs its handler.
      if (types.isProxy(at)) break;
      at = Object.getPrototypeOf(at);
    }
    const isHarmless = (base: object) => {
      if (types.isProxy(base)) return false;
      const known = this.#context.identify(base, undefined);
      if (known.kind === "noticed") return known.isBase === true;
      if (known.kind !== "unit") return known.kind === "built-in";
      const { traits } = known.unit.definition;
      return traits.includes("class") && !traits.includes("substitutes");
    };
    if (bases.every(isHarmless)) return;
    this.#refuse({ kind: "stamped-base", place: live.definition.place }, live);
  }

  #refuse(reason: Reason, live: LiveUnit): void {
    const told = live === this.#start ? reason : within({ step: "reaches", name: live.definition.name }, reason);
    this.#reasons.push({ ...told, module: live.module.instance.url });
  }
}

/** The same list as long as it holds the same: a list made anew would be taken for a change. */
function stable<T>(list: () => readonly T[]): () => readonly T[] {
  let last: readonly T[] = [];
  return () => {
    const now = list();
    if (now.length !== last.length || now.some((item, i) => item !== last[i])) last = now;
    return last;
  };
}

function isImport({ place }: Binding): boolean {
  return place.kind === "cell" && place.cell.from !== undefined;
}

/** Whether a closure may find another function in a binding that it has captured. */
export function mayMove({ place }: Binding): boolean {
  return place.kind === "captured" && !place.capture.constant;
}

/** Whether the bindings that led to functions still do, and are still one binding each. */
export function holds(reach: Reach): boolean {
  for (const run of reach.runs) if (run.isRepeated) return false;
  for (const { binding, value } of reach.pins) if (binding.read() !== value) return false;
  return true;
}

/** Names on a function that its code did not give it. */
export function extraKeys({ shape }: LiveUnit, value: object): (string | symbol)[] {
  return Reflect.ownKeys(value).filter(
    (key) => !(shape ? shape.staticKeys.has(key) : FUNCTION_KEYS.has(key as string)),
  );
}

const FUNCTION_KEYS = new Set(["length", "name", "prototype", "arguments", "caller"]);
