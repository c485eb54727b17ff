/** Functions and classes as parts of a key: their reach, and the state that the reach reads. */
import { types } from "node:util";
import { changeable, findWaits, type GivenValues, isConstantBinding, type Waits } from "./late.ts";
import type { Reach, ReachContext } from "./reach.ts";
import { extraProperties, findReach, holds } from "./reach.ts";
import { checkClass, type LiveUnit, type Registry } from "./registry.ts";
import { type CodeBook, TooLarge, Unkeyable, type ValueWalk } from "./values.ts";

/** Own properties of functions that their code settles, or that tell nothing of them. Names differ for equal code. */
const NOT_SHOWN = new Set(["prototype", "arguments", "caller"]);

export class ReachBook implements CodeBook {
  readonly #registry: Registry;
  readonly #context: ReachContext;
  readonly #reaches = new WeakMap<LiveUnit, Reach>();
  readonly #waits = new WeakMap<Reach, Waits>();

  constructor(registry: Registry, context: ReachContext) {
    this.#registry = registry;
    this.#context = context;
  }

  /**
   * The reach of a unit, found again when a binding leads elsewhere now.
   * @throws ReferenceError while a binding of the reach is in its dead zone
   */
  reach(unit: LiveUnit): Reach {
    const known = this.#reaches.get(unit);
    if (known && holds(known)) return known;
    const reach = findReach(unit, this.#context);
    this.#reaches.set(unit, reach);
    return reach;
  }

  /**
   * What a call of an async function reads after it has waited and others may change until then, or null.
   * @param own the function's place in its unit's list, if it waits itself
   */
  changeable(unit: LiveUnit, own: number | undefined, given: GivenValues): string | null {
    const callbackOf = (fn: object): Waits | null => {
      const known = this.#context.identify(fn, undefined);
      return known === null || typeof known === "string" ? null : this.#waitsOf(this.reach(known));
    };
    const callbacks = [...given.seen.keys()].flatMap((value) =>
      typeof value === "function" ? (callbackOf(value) ?? []) : [],
    );
    return changeable(this.#waitsOf(this.reach(unit)), { unit, own }, given, callbacks, callbackOf, this.#registry);
  }

  /** Whether all state of a reach stays as it is. */
  isConstant(reach: Reach): boolean {
    return reach.cells.every((cell) => isConstantBinding(cell, this.#registry));
  }

  #waitsOf(reach: Reach): Waits {
    const known = this.#waits.get(reach);
    if (known) return known;
    const waits = findWaits(reach, this.#context);
    this.#waits.set(reach, waits);
    return waits;
  }

  /** Writes what the code of a reach reads besides its arguments. */
  writeState(reach: Reach, walk: ValueWalk): void {
    walk.reaches.push(reach);
    for (const { module, cell } of reach.cells) {
      try {
        walk.write(module.read(cell));
      } catch (error) {
        if (error instanceof TooLarge) throw error;
        throw error instanceof Unkeyable ? new Unkeyable(`reads \`${cell.name}\`, which ${error.reason}`) : error;
      }
    }
    for (const { owner, key } of extraProperties(reach)) walk.property(owner, key);
  }

  writeFunction(fn: object, walk: ValueWalk): void {
    const known = this.#context.identify(fn, undefined);
    if (known === null) {
      // Looking at one runs its handler.
      if (types.isProxy(fn)) throw new Unkeyable("holds a Proxy of a function");
      const name = (Object.getOwnPropertyDescriptor(fn, "name")?.value as string) || "anonymous";
      throw new Unkeyable(`holds a function that dumbo cannot see into (${name})`);
    }
    if (typeof known === "string") {
      walk.out.text(known);
    } else {
      checkClass(known);
      this.#writeUnit(known, fn, walk);
    }
    for (const key of Reflect.ownKeys(fn)) {
      if (NOT_SHOWN.has(key as string)) continue;
      if (typeof known === "string" || known.shape?.staticKeys.has(key)) continue;
      walk.property(fn, key);
    }
  }

  writePrototype(prototype: object, walk: ValueWalk): void {
    for (let at: object | null = prototype; at !== Object.prototype && at !== null; at = Object.getPrototypeOf(at)) {
      const unit = this.#registry.identifyPrototype(at);
      if (!unit) throw new Unkeyable(`holds an instance of ${className(at)}, a class that dumbo cannot see into`);
      if (unit.unit.traits.includes("private"))
        throw new Unkeyable(`holds an instance of ${unit.unit.name}, which has private members`);
      checkClass(unit);
      // Each link: the chain can be changed.
      this.#writeUnit(unit, unit.shape?.constructor ?? at, walk);
    }
  }

  #writeUnit(unit: LiveUnit, fn: object, walk: ValueWalk): void {
    const reach = this.reach(unit);
    if (reach.refusal) throw new Unkeyable(`holds \`${unit.unit.name}\`, which ${reach.refusal.text}`);
    walk.identity(fn, reach.functions);
    walk.out.text(reach.code);
    this.writeState(reach, walk);
  }
}

function className(prototype: object): string {
  if (types.isProxy(prototype)) return "a Proxy";
  const constructor = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as object | undefined;
  const name = constructor && Object.getOwnPropertyDescriptor(constructor, "name")?.value;
  return typeof name === "string" ? name : "an unnamed class";
}
