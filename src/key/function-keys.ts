/** Writes functions, classes and prototypes into keys: the code that they reach, and the state that this code reads. */
import { types } from "node:util";
import { beginsWork } from "../code/earlier-parts.ts";
import { isPlainFunction, recordOf } from "../code/function-shape.ts";
import { RECEIVER } from "../code/guard-text.ts";
import { addTraits, type BoundFunction, type Identity, type WrappedFunction } from "../code/identity.ts";
import type { LiveUnit } from "../code/live-module.ts";
import type { Binding, Reach } from "../code/reach.ts";
import type { ReachContext } from "../code/reach-context.ts";
import type { Registry } from "../code/registry.ts";
import { packageOfModule } from "../config/project.ts";
import { type Step, within } from "../reason/reason.ts";
import { hidesState } from "../value/built-in-instances.ts";
import { ownNames } from "../value/own-keys.ts";
import { readerOf } from "../value/private-members.ts";
import { hasSlots } from "../value/slots.ts";
import { step, stepsTaken, timeSince } from "../value/time-limit.ts";
import { TooLarge, Unkeyable } from "../value/unkeyable.ts";
import { isOfSteppers } from "../value/well-known.ts";
import { StateTimes } from "./state-times.ts";
import type { BuiltInObjects, FunctionWriter, Walk } from "./walk.ts";
import { writeFunctionState, writeShapes } from "./walk-function.ts";

/** What is written before each prototype of a chain, and at the end of the chain. */
const LINK = { nothing: 0, object: 1, builtIn: 2, class: 3, made: 4, error: 5 } as const;
/** What a function takes of the time for a call, in values of a walk, without what it leads to. */
const FUNCTION = 16;
/** What the instances of a constructor are more than their properties for all that is known of it. */
const MAY_HIDE: ReadonlySet<Identity["kind"]> = new Set(["unknown", "noticed", "wrapped"]);
const ERROR_TEXTS = ["name", "message"] as const;

/** Where the reaches come from. */
interface Reaches {
  /** The reach of a unit without what the reaches of the walk contain. */
  further(unit: LiveUnit, walk: Walk): Reach;
}

export class FunctionKeys implements FunctionWriter {
  readonly #reaches: Reaches;
  readonly #registry: Registry;
  readonly #context: ReachContext;
  /** What walks over the state that it writes have taken that ran out of time. */
  readonly times = new StateTimes();

  constructor(reaches: Reaches, registry: Registry, context: ReachContext) {
    this.#reaches = reaches;
    this.#registry = registry;
    this.#context = context;
  }

  builtInObjects(): BuiltInObjects {
    return this.#context.builtInObjects();
  }

  /** Writes the state that the code of a reach reads. */
  writeState(reach: Reach, walk: Walk): void {
    step(reach.shapes.length);
    walk.addReach(reach);
    for (const trait of reach.traits) walk.addTrait(trait);
    for (const binding of reach.cells) {
      const began = stepsTaken();
      let value: unknown;
      try {
        walk.marks?.enter(`\`${nameOf(binding)}\``);
        value = binding.read();
        walk.write(value);
        walk.marks?.leave();
      } catch (error) {
        if (error instanceof TooLarge) {
          this.times.ranOut(value, timeSince(began));
          throw error;
        }
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
        if (known.opens) walk.addTrait("opens");
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
    const reach = this.#reaches.further(unit, walk);
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
