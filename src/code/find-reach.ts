/** Finds what a unit can reach (reach.ts), by following its live bindings. */
import { hashText } from "../hash.ts";
import { isRandom } from "../reason/random.ts";
import { listOf, type Reason, reasonsOf, within } from "../reason/reason.ts";
import { step } from "../value/time-limit.ts";
import { basesMakeTheirObjects } from "./base-classes.ts";
import { baseOf, membersOf } from "./class-bindings.ts";
import type { ClassSnapshot } from "./class-shape.ts";
import { beginsWork, type EarlierPart, type EarlierParts } from "./earlier-parts.ts";
import { isSeeding } from "./hand-memoized.ts";
import { addTraits } from "./identity.ts";
import { type LiveUnit, readOfGlobal } from "./live-module.ts";
import type { CapturedMember, Cell, Trait } from "./manifest.ts";
import type { OnceRun } from "./once-scopes.ts";
import { type Binding, type BindingPlace, type Link, type Links, mayMove, type Pin, type Reach } from "./reach.ts";
import type { ReachContext } from "./reach-context.ts";
import { ReachedBindings } from "./reached-bindings.ts";
import { ReachedFunctions } from "./reached-functions.ts";
import { SEEDED_NUMBERS } from "./seeded-numbers.ts";

/**
 * Follows everything a unit reads.
 * @param earlier what earlier reaches of the same key have: those parts are named, and not followed
 * @throws ReferenceError when a binding is still in its dead zone: too early to know; TooLarge when the time is up
 */
export function findReach(start: LiveUnit, context: ReachContext, earlier: EarlierParts | null = null): Reach {
  return new Finder(context, start, earlier).run();
}

/** So many units are looked at for more reasons after the first one. */
const OTHERS = 32;

/** What a unit, and a reference, take of the time for a call, in values of a walk. */
const UNIT = 64;
const REFERENCE = 8;

type Captured = Binding & { readonly place: Extract<BindingPlace, { kind: "captured" }> };

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
  readonly #assigned = new ReachedBindings();
  readonly #links = new Map<LiveUnit, Links>();
  readonly #reached: ReachedFunctions;
  readonly #mentioned = new Set<string>();
  readonly #traits = new Set<Trait>();
  readonly #assumed = new Set<string>();
  readonly #reasons: Reason[] = [];
  #unlisted = 0;
  /** Those of the reasons that are calls of `Math.random`. */
  readonly #random = new Set<Reason>();
  /** Whether `Math.random` may be one with a seed, and tells whom it concerns that it is called. */
  #isSeeded: boolean;
  /** Whether the user vouches for anything that was met: what that reads is left out. */
  #vouched = false;
  #leadsBack = false;
  #leavesOut = false;
  /** What the reference that is followed leads to. */
  #led: Link[] = [];
  #visited: LiveUnit | null = null;
  readonly #earlier: EarlierParts | null;
  readonly #used = new Map<number, Reach>();

  constructor(context: ReachContext, start: LiveUnit, earlier: EarlierParts | null) {
    this.#context = context;
    this.#start = start;
    this.#earlier = earlier;
    this.#isSeeded = start.definition.traits.includes("seeded");
    this.#reached = new ReachedFunctions(earlier, (part) => this.#use(part));
  }

  run(): Reach {
    const { shape } = this.#start;
    if (shape) {
      // Methods reach their class by `this.constructor`, or by a name that it has for itself.
      this.#code.push(`a class and what is on it${this.#reached.note(this.#start, shape.constructor)}`);
    }
    this.#enter(this.#start, false);
    let others = OTHERS;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      this.#visit(next.unit, next.vouched);
      // What was refused stays so as long as the bindings that led there do: of the rest, only more reasons are of use.
      if (this.#isRefused && --others <= 0) break;
    }
    this.#checkStamps();
    return {
      code: hashText(this.#code.join("\n")),
      names: hashText(this.#names.join("\n")),
      refusal: reasonsOf(this.#refusing, this.#unlisted),
      cells: this.#cells,
      assigned: this.#assigned.list(),
      pins: this.#pins,
      runs: this.#runs,
      imports: [...this.#cells, ...this.#pins.map(({ binding }) => binding)].filter(isImport),
      functions: this.#reached.functions,
      shapes: this.#reached.shapes,
      shapePlaces: this.#reached.places,
      links: this.#links,
      traits: this.#traits,
      units: [...this.#order.keys()],
      contains: this.#contained(),
      leadsBack: this.#leadsBack,
      assumed: [...this.#assumed],
      earlier: this.#used,
      untilVouched: this.#leavesOut ? this.#context.vouching : null,
    };
  }

  get #isRefused(): boolean {
    return this.#reasons.length > (this.#isSeeded ? this.#random.size : 0);
  }

  get #refusing(): readonly Reason[] {
    return this.#isSeeded ? this.#reasons.filter((reason) => !this.#random.has(reason)) : this.#reasons;
  }

  /** Has a unit visited, unless an earlier reach contains it. Returns the text that stands for it. */
  #enter(unit: LiveUnit, vouched: boolean): string {
    if (unit === this.#start && this.#visited !== null && this.#visited !== unit) this.#leadsBack = true;
    const known = this.#order.get(unit);
    if (known !== undefined) return `#${known}`;
    const part = this.#earlier === null ? null : this.#earlier.unit(unit);
    if (part !== null) {
      this.#use(part);
      if (beginsWork(part.reach, part.place)) this.#traits.add("begins");
      return `#${part.index}:${part.place}`;
    }
    this.#order.set(unit, this.#order.size);
    this.#queue.push({ unit, vouched });
    return `#${this.#order.size - 1}`;
  }

  #use({ index, reach }: EarlierPart): void {
    this.#used.set(index, reach);
  }

  #contained(): ReadonlyMap<LiveUnit, number> {
    if (this.#vouched || this.#assumed.size > 0) return new Map();
    const contained = new Map(this.#order);
    for (const live of this.#order.keys()) {
      if (live.definition.traits.includes("class") && !this.#reached.hasClass(live)) contained.delete(live);
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
      const { unlisted = 0 } = unit.impure;
      for (const reason of listOf(unit.impure)) {
        this.#refuse(reason, live);
        if (unlisted === 0 && isRandom(reason)) this.#random.add(this.#reasons.at(-1) as Reason);
      }
      this.#unlisted += unlisted;
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
    for (const value of language) this.#code.push(`${name}${this.#reached.builtIn(value)}`);
    // Which of these there are depends on what was loaded by now: the code does not tell.
    for (const value of node) this.#reached.builtIn(value);
  }

  /** Follows what an inner function or class has from the code around it. */
  #visitCaptured(live: LiveUnit, vouched: boolean): void {
    const { definition: unit, scope, shape } = live;
    if (!scope) return;
    if (shape) {
      // What it extends and what its members are called was settled by code that ran once, around it.
      this.#state(membersOf(shape, unit.name));
      const base = baseOf(shape, unit.name);
      if (base.read() !== Function.prototype) this.#code.push(this.#value(live, base, vouched));
    }
    for (const capture of unit.captures ?? []) {
      const { name } = capture;
      if (capture.guarded === true && !this.#context.vouching.hasBegun) {
        this.#leavesOut = true;
        continue;
      }
      const place = { kind: "captured", module: live.module, capture } as const;
      const whole = { name, place, read: () => scope.read(capture) };
      if (capture.members !== undefined && whole.read() === globalThis)
        this.#visitGlobalObject(live, whole, capture.members, vouched);
      else this.#code.push(this.#value(live, whole, vouched));
    }
  }

  /** Follows the members that are read of the global object, which a captured binding holds for good. Others can change what these hold. */
  #visitGlobalObject(live: LiveUnit, whole: Captured, members: readonly CapturedMember[], vouched: boolean): void {
    const capture = { ...whole.place.capture, constant: false };
    for (const { name: member, called } of members) {
      const place = { ...whole.place, capture };
      const binding = { name: `${whole.name}.${member}`, place, read: () => readOfGlobal(member) };
      const object = called ? whole : undefined;
      this.#code.push(`global object ${member}${this.#value(live, binding, vouched, { from: undefined, object })}`);
    }
  }

  #state(binding: Binding): void {
    this.#cells.push(binding);
    this.#led.push(binding);
  }

  #meetAssigned({ module }: LiveUnit, cell: Cell, does: "reads" | "assigns"): void {
    const binding = module.assigned(cell);
    if (binding === null) return;
    if (cell.home !== undefined) this.#runs.add(module.once.runOf(cell.home));
    const isPart = cell.path.length > 0 || cell.tested === true;
    this.#code.push(this.#assigned.meet(binding, does, isPart));
  }

  /** Follows one binding; the text that stands for it in the code hash. */
  #follow(live: LiveUnit, cell: Cell, vouched: boolean): string {
    const { module } = live;
    if (cell.own) return this.#itself(live, cell);
    if (cell.fixed) {
      const value = module.instance.get(cell.getter);
      if (cell.fixed === "var" && value === undefined) throw new ReferenceError(`${cell.name} is not initialised`);
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
      const reached = this.#reached.note(target, value);
      this.#led.push(target);
      return `unit ${this.#enter(target, vouched)}${reached}${this.#parent(target, value, vouched)}`;
    }
    if (cell.from !== undefined) {
      const assumed = this.#context.assumedPackage(cell.from, cell.imported === "*" ? cell.path[0] : cell.imported);
      if (assumed) {
        this.#assumed.add(assumed.folder);
        const setup = cell.setup === undefined ? "" : ` set up by ${this.#enter(module.unit(cell.setup), vouched)}`;
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
    if (value !== null) return `reads itself${this.#reached.note(live, value)}`;
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
    if (isSeeding(value)) {
      this.#isSeeded = true;
      return `seeds ${SEEDED_NUMBERS} ${name}`;
    }
    if (mayMove(binding) && !vouched) this.#led.push(binding);
    const known = this.#context.identify(value, from);
    switch (known.kind) {
      case "built-in":
        if (known.outside) this.#traits.add("outside");
        addTraits(known, (trait) => this.#traits.add(trait));
        return `built-in ${known.name}${this.#reached.builtIn(value)}`;
      case "noticed":
      case "bound":
      case "wrapped":
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
        const reached = this.#reached.note(unit, constructor);
        this.#led.push(unit);
        // On another object than its own.
        if (object && !vouched) this.#state(object);
        return `method ${index} of ${this.#enter(unit, vouched)}${reached}${this.#parent(unit, constructor, vouched)}`;
      }
      case "unit": {
        const { unit } = known;
        const reached = this.#reached.note(unit, value);
        this.#led.push(unit);
        const { traits } = unit.definition;
        const usesThis = traits.includes("this") && !traits.includes("class");
        if (object && usesThis && !vouched) this.#state(object);
        return `unit ${this.#enter(unit, vouched)}${reached}${this.#parent(unit, value, vouched)}`;
      }
    }
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
    const reached = this.#reached.note(known.unit, parent);
    this.#led.push(known.unit);
    return ` extends ${this.#enter(known.unit, vouched)}${reached}`;
  }

  /** A base class that returns another object has private members put where no key looks. */
  #checkStamps(): void {
    for (const { unit, value } of this.#reached.functions) {
      if (!unit.definition.traits.includes("stamps")) continue;
      if (!basesMakeTheirObjects(value, this.#context)) {
        this.#refuse({ kind: "stamped-base", place: unit.definition.place }, unit);
      }
    }
  }

  #refuse(reason: Reason, live: LiveUnit): void {
    const told = live === this.#start ? reason : within({ step: "reaches", name: live.definition.name }, reason);
    this.#reasons.push({ ...told, module: live.module.instance.url });
  }
}

function isImport({ place }: Binding): boolean {
  return place.kind === "cell" && place.cell.from !== undefined;
}
