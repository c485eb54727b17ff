/** Functions of the language and of Node's pure modules, and the properties in which they stand: whether each is still the one that was there. */
import { LAZY } from "./natives.ts";
import { takenFunctions } from "./pure-modules.ts";
import { type Member, SameMembers } from "./same-members.ts";

// Captured before the program can replace it.
const { getOwnPropertyDescriptor } = Object;

/** A property, and what stands in it. */
export interface Slot extends Member {
  readonly path: string;
  /** Of an accessor: the value is its getter. */
  readonly set?: unknown;
}

export class PristineFunctions {
  /** Methods and constructors of the language. */
  readonly #language: Slot[] = [];
  /** The same, and pure functions of the modules that the program has. */
  #data = new SameMembers<Slot>([]);
  readonly #getters: Slot[] = [];

  get isEmpty(): boolean {
    return this.#language.length === 0;
  }

  add(slot: Slot): void {
    this.#language.push(slot);
  }

  /** @param slot whose value is the getter */
  addGetter(slot: Slot): void {
    this.#getters.push(slot);
  }

  /** Takes the functions of all modules that the program has by now. Answers the path of one that was replaced, or null. */
  takeModules(): string | null {
    const data = [...this.#language];
    for (const slot of takenFunctions()) {
      if (Reflect.get(slot.holder, slot.key) !== slot.value) return slot.path;
      data.push(slot);
    }
    this.#data = new SameMembers(data);
    return null;
  }

  /** See {@link SameMembers.compile}. */
  compile(): void {
    this.#data.compile();
  }

  /**
   * The path of a function or getter that another one stands in the place of, or null. Asked at each call, and calls no methods of arrays: the program
   * may have replaced them, and may count their calls.
   */
  replacedPath(): string | null {
    if (!this.#data.areSame()) return this.#data.firstChanged()?.path ?? "a built-in";
    for (const { holder, key, path, value, set } of this.#getters) {
      const property = getOwnPropertyDescriptor(holder, key);
      if (property?.get === value && (holder === globalThis || property?.set === set)) continue;
      const isMade = holder === globalThis && property !== undefined && property.value === LAZY.get(String(key));
      if (!isMade) return memberPath(path, key);
    }
    return null;
  }
}

export function memberPath(path: string, key: PropertyKey): string {
  return `${path}.${String(key)}`;
}
