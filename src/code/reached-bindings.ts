/** The bindings of modules that functions assign to, as far as the code of a reach reads or assigns to them. */
import type { AssignedBinding } from "./assigned-binding.ts";

/** A binding of a module that functions assign to, and what the code of a reach does with it. */
export interface ReachedBinding {
  readonly binding: AssignedBinding;
  isAssigned: boolean;
  /** It is read as a whole, and not only for a member or a test: what it holds is in the key. */
  isRead: boolean;
}

/** Such a binding in a key. */
export interface KeyedBinding extends Readonly<ReachedBinding> {
  /** What it held when the key was made. */
  readonly before: unknown;
  /** Equal keys hold the same for it. */
  readonly isSettled: boolean;
  /** Code of the key may read it by the name that another module has for it. */
  readonly isShown: boolean;
}

export class ReachedBindings {
  readonly #numbers = new Map<AssignedBinding, number>();
  readonly #met: ReachedBinding[] = [];

  list(): readonly ReachedBinding[] {
    return this.#met;
  }

  /**
   * Notes that code reads a binding or assigns to it. Returns a text that says which one it is: two names may be names of
   * one binding, and what the code does then depends on that.
   */
  meet(binding: AssignedBinding, does: "reads" | "assigns", isPart: boolean): string {
    const number = this.#numberOf(binding);
    const met = this.#met[number] as ReachedBinding;
    if (does === "assigns") met.isAssigned = true;
    else if (!isPart) met.isRead = true;
    return `${does} @${number}`;
  }

  #numberOf(binding: AssignedBinding): number {
    const known = this.#numbers.get(binding);
    if (known !== undefined) return known;
    this.#numbers.set(binding, this.#met.length);
    return this.#met.push({ binding, isAssigned: false, isRead: false }) - 1;
  }
}
