/** The reaches of units: each is found when it is first asked for, and remembered as long as its bindings lead where they led. */
import {
  changeable,
  changeableLater,
  findWaits,
  type GivenValues,
  isConstantReach,
  type KnownFunctions,
  type Waits,
} from "../code/after-await.ts";
import type { EarlierParts } from "../code/earlier-parts.ts";
import { findReach } from "../code/find-reach.ts";
import { type LiveUnit, readsItself } from "../code/live-module.ts";
import { holds, type Reach } from "../code/reach.ts";
import type { BuiltInChange, ReachContext } from "../code/reach-context.ts";
import type { Registry } from "../code/registry.ts";
import type { KeyCause } from "../reason/reason.ts";
import { step } from "../value/time-limit.ts";
import { FunctionKeys } from "./function-keys.ts";
import { SettledStates } from "./settled-state.ts";
import type { NamedBuiltIn, Walk } from "./walk.ts";

export class ReachCache {
  readonly #registry: Registry;
  readonly #context: ReachContext;
  readonly #reaches = new WeakMap<LiveUnit, Reach>();
  readonly #waits = new WeakMap<Reach, Waits>();
  /** The states of reaches that were the same in several walks. */
  readonly settled = new SettledStates((named) => this.#isCalled(named));
  /** Writes the functions of the reaches into keys. */
  readonly functions: FunctionKeys;

  constructor(registry: Registry, context: ReachContext) {
    this.#registry = registry;
    this.#context = context;
    this.functions = new FunctionKeys(this, registry, context);
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

  /**
   * The reach of a unit without what the reaches of the walk contain. It depends on those reaches and their order alone: so the key is the
   * same whether this reach is found now or was remembered.
   */
  further(unit: LiveUnit, walk: Walk): Reach {
    const whole = this.#reaches.get(unit);
    if (whole !== undefined && holds(whole) && isDisjoint(whole, walk.parts)) return whole;
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
function isDisjoint({ units, functions }: Reach, parts: EarlierParts): boolean {
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
