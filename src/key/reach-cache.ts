/** Writes functions, classes and prototypes into keys: the code that they reach, and the state that this code reads. Remembers each reach. */
import { types } from "node:util";
import {
  changeable,
  changeableLater,
  findWaits,
  type GivenValues,
  isConstantReach,
  type KnownFunctions,
  type Waits,
} from "../code/after-await.ts";
import { beginsWork, type EarlierParts } from "../code/earlier-parts.ts";
import { findReach } from "../code/find-reach.ts";
import { isPlainFunction, recordOf } from "../code/function-shape.ts";
import { RECEIVER } from "../code/guard-text.ts";
import { addTraits, type BoundFunction, type Identity, type WrappedFunction } from "../code/identity.ts";
import { type LiveUnit, readsItself } from "../code/live-module.ts";
import type { Binding, Reach } from "../code/reach.ts";
import { holds } from "../code/reach.ts";
import type { BuiltInChange, ReachContext } from "../code/reach-context.ts";
import type { Registry } from "../code/registry.ts";
import { packageOfModule } from "../config/project.ts";
import { type KeyCause, type Step, within } from "../reason/reason.ts";
import { hidesState } from "../value/built-in-instances.ts";
import { ownNames } from "../value/own-keys.ts";
import { readerOf } from "../value/private-members.ts";
import { hasSlots } from "../value/slots.ts";
import { step } from "../value/time-limit.ts";
import { TooLarge, Unkeyable } from "../value/unkeyable.ts";
import { isOfSteppers } from "../value/well-known.ts";
import { SettledStates } from "./settled-state.ts";
import type { FunctionWriter, NamedBuiltIn, Walk } from "./walk.ts";
import { writeFunctionState, writeShapes } from "./walk-function.ts";

/** What is written before each prototype of a chain, and at the end of the chain. */
const LINK = { nothing: 0, object: 1, builtIn: 2, class: 3, made: 4, error: 5 } as const;
/** What a function takes of the time for a call, in values of a walk, without what it leads to. */
const FUNCTION = 16;
/** What the instances of a constructor are more than their properties for all that is known of it. */
const MAY_HIDE: ReadonlySet<Identity["kind"]> = new Set(["unknown", "noticed", "wrapped"]);
const ERROR_TEXTS = ["name", "message"] as const;

export class ReachCache implements FunctionWriter {
  readonly #registry: Registry;
  readonly #context: ReachContext;
  readonly #reaches = new WeakMap<LiveUnit, Reach>();
  readonly #waits = new WeakMap<Reach, Waits>();
  /** The states of reaches that were the same in several walks. */
  readonly settled = new SettledStates((named) => this.#isCalled(named));

  constructor(registry: Registry, context: ReachContext) {
    this.#registry = registry;
    this.#context = context;
  }

  /**
   * The reach of a unit. It is found anew when a binding leads elsewhere now.
   * @throws ReferenceError while a binding of the reach is in its dead zone, TooLarge when the time is up
   */
  reach(unit: LiveUnit): Reach {
    const known = this.#reaches.get(unit);
    if (known) step(known.pins.length);
    if (known && holds(known)) return known;
    const isMet = this.#meet(unit);
    const reach = findReach(unit, this.#context);
    if (isMet) this.#reaches.set(unit, reach);
    return reach;
  }

  /**
   * Registers the module of a unit, if its reach needs that. Answers whether the reach can be remembered: not of a class that is not
   * initialised yet, where it lacks what is on the class.
   */
  #meet(unit: LiveUnit): boolean {
    const isClass = unit.definition.traits.includes("class");
    const isUnmet = isClass ? unit.shape === null : unit.value === null && readsItself(unit);
    if (isUnmet) this.#registry.absorb(unit.module);
    return !isClass || unit.shape !== null;
  }

  /**
   * What a call of an async function reads after it has waited, and other code may change until then; or null.
   * @param own the function's place in its unit's list, if the function waits itself
   */
  changeable(unit: LiveUnit, own: number | undefined, given: GivenValues): KeyCause | null {
    return changeable(this.#allWaits(unit, given), { unit, own }, given, this.#knownFunctions());
  }

  /** The same for a call that goes on after it has returned: what other code may change of all that it reads, or null. */
  changeableLater(unit: LiveUnit, given: GivenValues): KeyCause | null {
    return changeableLater(this.#allWaits(unit, given), unit, given, this.#knownFunctions());
  }

  #allWaits(unit: LiveUnit, { reaches }: GivenValues): Waits[] {
    return [this.#waitsOf(this.reach(unit)), ...reaches.map((reach) => this.#waitsOf(reach))];
  }

  #knownFunctions(): KnownFunctions {
    return {
      identify: (fn) => this.#context.identify(fn, undefined),
      waitsOf: (one) => this.#waitsOf(this.reach(one)),
      registry: this.#registry,
      builtInObjects: () => this.#context.builtInObjects(),
    };
  }

  /** To be called before a function for which the user vouches is called first. */
  noteVouching(): void {
    this.#context.vouching.hasBegun = true;
  }

  /** A member that the program has added to a namespace of the language, or null. */
  addedToNamespaces(): string | null {
    return this.#context.addedToNamespaces();
  }

  /** What the program has done to built-in objects. */
  builtInChanges(): readonly BuiltInChange[] {
    return this.#context.builtInChanges();
  }

  builtInObjects(): ReadonlyMap<object, string> {
    return this.#context.builtInObjects();
  }

  /** Whether all state that a reach reads stays as it is. */
  isConstant(reach: Reach): boolean {
    return isConstantReach(reach, this.#registry);
  }

  #waitsOf(reach: Reach): Waits {
    const known = this.#waits.get(reach);
    if (known) return known;
    const waits = findWaits(reach, this.#context);
    this.#waits.set(reach, waits);
    return waits;
  }

  /** Whether a function or prototype of the language or of Node is still known by a name: some lose theirs when the program changes them. */
  #isCalled({ object, name, isPrototype }: NamedBuiltIn): boolean {
    if (isPrototype) return this.#context.builtInPrototype(object) === name;
    const known = this.#context.identify(object, undefined);
    if (known.kind === "built-in") return known.name === name && known.isChanged !== true;
    if (known.kind === "wrapped") return known.wrapped.by === name;
    return known.kind === "noticed" && known.name === name;
  }

  /** Writes the state that the code of a reach reads. */
  writeState(reach: Reach, walk: Walk): void {
    step(reach.shapes.length);
    walk.addReach(reach);
    for (const trait of reach.traits) walk.addTrait(trait);
    for (const binding of reach.cells) {
      try {
        walk.marks?.enter(`\`${nameOf(binding)}\``);
        walk.write(binding.read());
        walk.marks?.leave();
      } catch (error) {
        if (error instanceof TooLarge) throw error;
        throw error instanceof Unkeyable ? new Unkeyable(within(stepTo(binding), error.reason)) : error;
      }
    }
    writeShapes(reach.shapes, walk);
  }

  writeFunction(fn: object, walk: Walk): void {
    const known = this.#context.identify(fn, undefined);
    switch (known.kind) {
      case "unknown": {
        // A proxy is not looked at: that would run its handler.
        if (types.isProxy(fn)) throw new Unkeyable({ kind: "proxy", of: "function" });
        const name = (Object.getOwnPropertyDescriptor(fn, "name")?.value as string) || "anonymous";
        throw new Unkeyable({ ...known.why, name, held: true });
      }
      case "built-in":
        // The program has put something on a tapped function, and no key holds what.
        if (known.isChanged) throw new Unkeyable({ kind: "proxy", of: "function" });
        if (known.outside) walk.addTrait("outside");
        addTraits(known, (trait) => walk.addTrait(trait));
        walk.addNamed({ object: fn, name: known.name, isPrototype: false });
        walk.out.text(known.name);
        if (isPlainFunction(fn)) writeFunctionState(recordOf(fn), walk);
        return;
      case "noticed":
        walk.addNamed({ object: fn, name: known.name, isPrototype: false });
        // With the constructor as a value, code can make dates without mentioning `Date`.
        if (known.name === "Date") walk.addTrait("locale");
        return walk.out.text(`noticed ${known.name}`);
      case "bound":
        this.#writeBound(known.bound, walk);
        return writeFunctionState(recordOf(fn), walk);
      case "wrapped":
        this.#writeWrapped(fn, known.wrapped, walk);
        return writeFunctionState(recordOf(fn), walk);
      case "method": {
        const { unit, index } = known;
        // What the program has put on the method is written with its class.
        this.#writeUnit(unit, unit.shape?.constructor ?? fn, walk);
        walk.out.text("method");
        walk.out.uint32(index);
        return;
      }
      case "unit":
        this.#writeUnit(known.unit, fn, walk);
        // What is on a class is in its reach.
        if (known.unit.shape) return;
        writeFunctionState(recordOf(fn), walk);
    }
  }

  writePrototype(prototype: object, walk: Walk): void {
    let at: object | null = prototype;
    // Each prototype of the chain is written: the program can change the chain.
    for (; at !== Object.prototype && at !== null; at = Object.getPrototypeOf(at) as object | null) {
      if (types.isProxy(at)) throw new Unkeyable({ kind: "unseen-class", name: className(at) });
      const name = this.#context.builtInPrototype(at);
      if (name !== null) {
        walk.addNamed({ object: at, name, isPrototype: true });
        return writeBuiltIn(at, name, walk);
      }
      if (hidesState(at)) throw new Unkeyable({ kind: "unseen-class", name: className(at) });
      if (isOfSteppers(at)) throw new Unkeyable({ kind: "opaque-object", what: "an iterator or generator" });
      const unit = this.#classOf(at);
      if (!unit) this.#writeLink(at, walk);
      else if (unit.definition.traits.includes("private") && readerOf(at) === undefined) {
        throw new Unkeyable({ kind: "private-members", name: className(at) });
      } else {
        walk.out.byte(LINK.class);
        this.#writeUnit(unit, unit.shape?.constructor ?? at, walk);
      }
    }
    walk.out.byte(at === null ? LINK.nothing : LINK.object);
  }

  #writeBound({ target, self, args }: BoundFunction, walk: Walk): void {
    walk.out.text("bound");
    walk.write(target);
    walk.write(self);
    walk.out.uint32(args.length);
    for (let i = 0; i < args.length; i++) walk.write(args[i]);
  }

  #writeWrapped(fn: object, { by, target }: WrappedFunction, walk: Walk): void {
    walk.addNamed({ object: fn, name: by, isPrototype: false });
    // A promise may come of it.
    walk.addTrait("begins");
    walk.out.text(by);
    walk.write(target);
  }

  /** The class that a prototype belongs to; null for one that no class has made. */
  #classOf(prototype: object): LiveUnit | null {
    const known = this.#registry.identifyPrototype(prototype);
    if (known) return known;
    const constructor = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown;
    if (typeof constructor !== "function") return null;
    const identity = this.#context.identify(constructor, undefined);
    // `identify` has made the prototype known, if the constructor is a class.
    const unit = this.#registry.identifyPrototype(prototype);
    // Instances may be more than their properties.
    if (unit || !MAY_HIDE.has(identity.kind)) return unit;
    const isNodes = identity.kind === "unknown" && identity.why.kind === "nodes-function";
    throw new Unkeyable({ kind: "unseen-class", name: className(prototype), ...(isNodes && { isNodes }) });
  }

  /** Writes an object that others inherit from, by its properties: those are properties of the others, too. */
  #writeLink(link: object, walk: Walk): void {
    const isError = types.isNativeError(link);
    if (!isError && hasSlots(link)) {
      throw new Unkeyable({ kind: "unseen-class", name: className(link) });
    }
    walk.link(link);
    walk.out.byte(isError ? LINK.error : LINK.made);
    walk.properties(link, ownNames(link));
  }

  /**
   * Writes a unit as its place in an earlier reach of the key, whose code and state contain all that the unit leads to and reads. Without
   * this, each function of a package would write the state that all of them read.
   * @returns whether there is such a reach
   */
  #writePart(unit: LiveUnit, fn: object, walk: Walk): boolean {
    const part = walk.parts.unit(unit);
    if (part === null) return false;
    const { index, reach, place } = part;
    walk.identity(fn, reach.functions);
    walk.out.text(PART);
    walk.out.uint32(index);
    walk.out.uint32(place);
    // With the names of locals: messages of errors show them, and a caller may read those.
    walk.out.text(reach.names);
    if (beginsWork(reach, place)) walk.addTrait("begins");
    return true;
  }

  #writeUnit(unit: LiveUnit, fn: object, walk: Walk): void {
    step(FUNCTION);
    if (this.#writePart(unit, fn, walk)) return;
    const reach = this.#further(unit, walk);
    if (reach.refusal) throw new Unkeyable(within({ step: "holds", name: unit.definition.name }, reach.refusal.reason));
    walk.identity(fn, reach.functions);
    walk.out.text(reach.code);
    // As above. Names in the reach of the called function itself are only in keys whose code reads messages of errors.
    walk.out.text(reach.names);
    const own = reach.earlier.get(0);
    if (own !== undefined) walk.out.text(own.names);
    this.writeState(reach, walk);
    if (reach.traits.has("async")) walk.addTrait("begins");
  }

  /**
   * The reach of a unit without what the reaches of the walk contain. It depends on those reaches and their order alone: so the key is the
   * same whether this reach is found now or was remembered.
   */
  #further(unit: LiveUnit, walk: Walk): Reach {
    const whole = this.#reaches.get(unit);
    if (whole !== undefined && holds(whole) && isApart(whole, walk.parts)) return whole;
    const { found } = walk.trail;
    const known = found.get(unit);
    if (known !== undefined) step(known.pins.length);
    if (known !== undefined && holds(known) && areHeld(known.earlier, walk)) return known;
    const isMet = this.#meet(unit);
    const reach = findReach(unit, this.#context, walk.parts);
    if (isMet && reach.earlier.size === 0) this.#reaches.set(unit, reach);
    else if (isMet && walk.parts.areAll) found.set(unit, reach);
    return reach;
  }
}

/** Whether a reach has no unit and no function that the reaches of a walk contain. */
function isApart({ units, functions }: Reach, parts: EarlierParts): boolean {
  for (let i = 0; i < units.length; i++) if (parts.unit(units[i] as LiveUnit) !== null) return false;
  for (let i = 0; i < functions.length; i++) {
    if (parts.shape((functions[i] as (typeof functions)[number]).value) !== null) return false;
  }
  return true;
}

/** Whether all bindings of earlier reaches still lead where they led. */
function areHeld(earlier: Reach["earlier"], walk: Walk): boolean {
  for (const reach of earlier.values()) if (!walk.holds(reach)) return false;
  return true;
}

/** Is written in the place of the code of a reach. */
const PART = "part of";

/**
 * Writes a prototype of the language by its name: the program has changed neither it nor those above it, or nothing would be cached
 * (audit/builtins/patched.ts). Only the name and the message of prototypes of errors may be the program's.
 */
function writeBuiltIn(prototype: object, name: string, walk: Walk): void {
  walk.out.byte(LINK.builtIn);
  walk.out.text(name);
  for (let i = 0; i < ERROR_TEXTS.length; i++) {
    const key = ERROR_TEXTS[i] as string;
    if (Object.hasOwn(prototype, key)) walk.property(prototype, key);
  }
}

function className(prototype: object): string {
  if (types.isProxy(prototype)) return "a Proxy";
  const constructor = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as object | undefined;
  const name = constructor && Object.getOwnPropertyDescriptor(constructor, "name")?.value;
  return typeof name === "string" ? name : "an unnamed class";
}

/** The name of a binding in the program's text. */
function nameOf({ name }: Binding): string {
  return name === RECEIVER ? "this" : name;
}

function stepTo(binding: Binding): Step {
  const { place } = binding;
  const owner = place.kind === "class" ? null : packageOfModule(place.module.instance.url);
  return { step: "reads", name: nameOf(binding), ...(owner !== null && { package: owner }) };
}
