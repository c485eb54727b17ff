/**
 * What a unit can reach: the code, by content and function by function, and the state that has to be read at each call.
 *
 * The reach is found once, by following the live bindings, and holds as long as the bindings that led to functions
 * still yield the same functions ({@link Reach.pins}).
 */
import { types } from "node:util";
import { hashText } from "./hash.ts";
import type { Cell, Reason, Trait } from "./manifest.ts";
import { checkClass, type LiveModule, type LiveUnit } from "./registry.ts";
import { Unkeyable } from "./values.ts";

/** A binding that led to a function, which has to stay there. */
interface Pin {
  readonly module: LiveModule;
  readonly cell: Cell;
  readonly value: unknown;
}

/** A binding whose value is part of the key. */
export interface LiveCell {
  readonly module: LiveModule;
  readonly cell: Cell;
}

/** A function of the reach, for what was put on it as on an object. */
export interface ReachedFunction {
  readonly unit: LiveUnit;
  readonly value: object;
}

export interface Reach {
  /** 32 hexadecimal digits: equal for equal code, wherever the modules are. */
  readonly code: string;
  /** Why nothing that reaches this can be cached, with the file it stands in. */
  readonly refusal: (Reason & { readonly url: string }) | null;
  readonly cells: readonly LiveCell[];
  readonly pins: readonly Pin[];
  readonly functions: readonly ReachedFunction[];
  readonly traits: ReadonlySet<Trait>;
  /** All units that are reached, the first one first. */
  readonly units: readonly LiveUnit[];
  /** Folders of packages on the assumePure list that are reached. */
  readonly assumed: readonly string[];
}

/** What the reach has to ask of others. */
export interface ReachContext {
  /** Which unit or pure built-in a function is. */
  identify(fn: object, hint: string | undefined): LiveUnit | string | null;
  /** Folder and content hash of a package on the assumePure list, when this import of it is meant. */
  assumedPackage(from: string, name: string | undefined): { folder: string; digest: string } | null;
}

/**
 * Follows everything a unit reads.
 * @throws ReferenceError when a binding is still in its dead zone: too early to know
 */
export function findReach(start: LiveUnit, context: ReachContext): Reach {
  return new Finder(context, start).run();
}

class Finder {
  readonly #context: ReachContext;
  readonly #start: LiveUnit;
  readonly #order = new Map<LiveUnit, number>();
  readonly #queue: { unit: LiveUnit; vouched: boolean }[] = [];
  readonly #code: string[] = [];
  readonly #cells: LiveCell[] = [];
  readonly #pins: Pin[] = [];
  readonly #functions: ReachedFunction[] = [];
  readonly #traits = new Set<Trait>();
  readonly #assumed = new Set<string>();
  #refusal: Reach["refusal"] = null;

  constructor(context: ReachContext, start: LiveUnit) {
    this.#context = context;
    this.#start = start;
  }

  run(): Reach {
    this.#enter(this.#start, false);
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#visit(next.unit, next.vouched);
    for (const { unit, value } of this.#functions)
      if (unit.unit.traits.includes("stamps")) this.#checkBases(unit, value);
    return {
      code: hashText(this.#code.join("\n")),
      refusal: this.#refusal,
      cells: this.#cells,
      pins: this.#pins,
      functions: this.#functions,
      traits: this.#traits,
      units: [...this.#order.keys()],
      assumed: [...this.#assumed],
    };
  }

  #enter(unit: LiveUnit, vouched: boolean): number {
    const known = this.#order.get(unit);
    if (known !== undefined) return known;
    this.#order.set(unit, this.#order.size);
    this.#queue.push({ unit, vouched });
    return this.#order.size - 1;
  }

  #visit(live: LiveUnit, vouchedBefore: boolean): void {
    const { unit, module } = live;
    const vouched = vouchedBefore || unit.traits.includes("assumed");
    // The name is part of what a program can see of a function or class.
    this.#code.push(`unit ${unit.code} ${unit.name}`);
    for (const trait of unit.traits) this.#traits.add(trait);
    if (unit.impure && !vouched) this.#refuse(unit.impure, live);
    for (const ref of unit.refs) {
      const cell = module.manifest?.cells[ref] as Cell;
      this.#code.push(this.#follow(live, cell, vouched));
    }
  }

  /** Follows one binding; the text that stands for it in the code hash. */
  #follow(live: LiveUnit, cell: Cell, vouched: boolean): string {
    const { module } = live;
    if (cell.fixed) {
      module.instance.get(cell.getter);
      return `constant ${cell.name}`;
    }
    if (cell.unit !== undefined) {
      const target = module.unit(cell.unit);
      const value = module.instance.get(cell.getter);
      // A `var` before its initialiser has run.
      if (typeof value !== "function") throw new ReferenceError(`${cell.name} is not initialised`);
      // A class has to be registered before it can be checked for patches.
      if (target.unit.traits.includes("class")) this.#context.identify(value, module.instance.url);
      this.#functions.push({ unit: target, value });
      return `unit #${this.#enter(target, vouched)}${this.#parent(target, value, vouched)}`;
    }
    if (cell.from !== undefined) {
      const assumed = this.#context.assumedPackage(cell.from, cell.imported === "*" ? cell.path[0] : cell.imported);
      if (assumed) {
        this.#assumed.add(assumed.folder);
        const setup = cell.setup === undefined ? "" : ` set up by #${this.#enter(module.unit(cell.setup), vouched)}`;
        return `assumed ${cell.name} ${assumed.digest}${setup}`;
      }
    }
    const value = module.read(cell);
    if (typeof value === "function") return this.#function(live, cell, value, vouched);
    // State that only listed functions read is theirs.
    if (!vouched) this.#cells.push({ module, cell });
    return `state ${cell.name}`;
  }

  #function(live: LiveUnit, cell: Cell, value: object, vouched: boolean): string {
    const { module } = live;
    this.#pins.push({ module, cell, value });
    const known = this.#context.identify(value, cell.from);
    if (typeof known === "string") return `built-in ${known}`;
    if (known === null) {
      const origin = cell.from === undefined ? "" : ` from "${cell.from}"`;
      const text = `uses \`${cell.name}\`${origin}, a function that dumbo cannot see into`;
      if (!vouched) this.#refuse({ text, place: live.unit.place }, live);
      return `unknown ${cell.name}`;
    }
    this.#functions.push({ unit: known, value });
    if (cell.called && known.unit.traits.includes("this") && !known.unit.traits.includes("class")) {
      if (!vouched) this.#cells.push({ module, cell: { name: cell.name, path: [], getter: cell.getter } });
    }
    return `unit #${this.#enter(known, vouched)}${this.#parent(known, value, vouched)}`;
  }

  /** What a class inherits from: another class may have taken the place of the one that its source names. */
  #parent({ unit }: LiveUnit, value: object, vouched: boolean): string {
    const parent = unit.traits.includes("class") ? (Object.getPrototypeOf(value) as object | null) : null;
    if (parent === null || parent === Function.prototype) return "";
    const known = this.#context.identify(parent, undefined);
    if (known === null || typeof known === "string") return ` extends ${known}`;
    this.#functions.push({ unit: known, value: parent });
    return ` extends #${this.#enter(known, vouched)}`;
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
      if (known === null || typeof known === "string") return known !== null;
      return known.unit.traits.includes("class") && !known.unit.traits.includes("substitutes");
    };
    if (bases.every(isHarmless)) return;
    this.#refuse({ text: "puts private members on objects of its base class", place: live.unit.place }, live);
  }

  #refuse(reason: Reason, live: LiveUnit): void {
    const text = live === this.#start ? reason.text : `reaches \`${live.unit.name}\`, which ${reason.text}`;
    this.#refusal ??= { ...reason, text, url: live.module.instance.url };
  }
}

/** Whether the bindings that led to functions still do. */
export function holds(reach: Reach): boolean {
  for (const { module, cell, value } of reach.pins) if (module.read(cell) !== value) return false;
  return true;
}

/**
 * Names on functions of the reach that their code did not give them, to be hashed like any state.
 * @throws Unkeyable when a class was patched
 */
export function* extraProperties(reach: Reach): Generator<{ owner: object; key: string | symbol }> {
  for (const { unit, value } of reach.functions) {
    if (unit.shape) checkClass(unit);
    for (const key of Reflect.ownKeys(value)) {
      if (unit.shape ? unit.shape.staticKeys.has(key) : FUNCTION_KEYS.has(key as string)) continue;
      yield { owner: value, key };
    }
    if (!unit.shape && unit.unit.traits.includes("this")) checkConstructor(unit, value);
  }
}

const FUNCTION_KEYS = new Set(["length", "name", "prototype", "arguments", "caller"]);

/** Constructors in the old style get their methods by assignment, which the loader does not follow. */
function checkConstructor(unit: LiveUnit, value: object): void {
  const prototype = Object.getOwnPropertyDescriptor(value, "prototype")?.value as object | undefined;
  if (prototype && Reflect.ownKeys(prototype).length > 1) {
    throw new Unkeyable(`\`${unit.unit.name}\` is a constructor whose methods were assigned to its prototype`);
  }
}
