/**
 * What a unit can reach: the code, by content and function by function, and the state that has to be read at each call.
 *
 * The reach is found once (find-reach.ts), and holds as long as the bindings that led to functions still yield the same
 * functions ({@link Reach.pins}).
 */
import type { Reasons } from "../reason/reason.ts";
import type { LiveModule, LiveUnit } from "./live-module.ts";
import type { Capture, Cell, Trait } from "./manifest.ts";
import type { OnceRun } from "./once-scopes.ts";
import type { ReachedBinding } from "./reached-bindings.ts";
import type { ReachedFunction, ReachedShape } from "./reached-shape.ts";

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

/** A binding that led to a function, which has to stay there. */
export interface Pin {
  readonly binding: Binding;
  readonly value: unknown;
}

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
  /** Bindings that led to functions. */
  readonly pins: readonly Pin[];
  /** The bindings of cells and pins that come from another module. */
  readonly imports: readonly Binding[];
  /** Runs of the functions whose locals it has: once one of these functions runs again, the reach holds no more. */
  readonly runs: ReadonlySet<OnceRun>;
  /** Functions and classes, in an order that the code settles: equal codes have the same functions at the same places. */
  readonly functions: readonly ReachedFunction[];
  /** What a program can see of the same functions beside their code: each once, in the order in which they were met. */
  readonly shapes: readonly ReachedShape[];
  /** Where the shape of each function stands. */
  readonly shapePlaces: ReadonlyMap<object, number>;
  /** What each unit's references and captured bindings lead to. */
  readonly links: ReadonlyMap<LiveUnit, Links>;
  readonly traits: ReadonlySet<Trait>;
  /** All units that are reached, the first one first; not those of {@link Reach.earlier}. */
  readonly units: readonly LiveUnit[];
  /**
   * Units whose own reach is a part of this one, with their places in it: the code of this reach says what they lead to, and its cells and
   * shapes hold all that they read.
   */
  readonly contains: ReadonlyMap<LiveUnit, number>;
  /** Whether another unit of this reach leads back to the first one. */
  readonly leadsBack: boolean;
  /** Folders of packages on the assumePure list that are reached. */
  readonly assumed: readonly string[];
  /** Earlier reaches of the same key that it leads to, by their places among them: it has nothing of what these contain. */
  readonly earlier: ReadonlyMap<number, Reach>;
  /**
   * Set if captured bindings are left out that only refused calls read: it holds as long as the user vouches for nothing, because calls for
   * which he does are not refused.
   */
  readonly untilVouched: Vouching | null;
}

/** Whether the user vouches for any code: by the assumePure list, or by an option of a function that is memoized by hand. */
export interface Vouching {
  hasBegun: boolean;
}

/** Whether a closure may find another function in a binding that it has captured. */
export function mayMove({ place }: Binding): boolean {
  return place.kind === "captured" && !place.capture.constant;
}

/** Whether the bindings that led to functions still do, and are still one binding each. */
export function holds(reach: Reach): boolean {
  if (reach.untilVouched?.hasBegun) return false;
  for (const run of reach.runs) if (run.isRepeated) return false;
  for (const { binding, value } of reach.pins) if (binding.read() !== value) return false;
  return true;
}
