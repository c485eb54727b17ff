/** Functions of the language and of Node's pure modules, and the properties in which they stand: whether each is still the one that was there. */
import { LAZY } from "./natives.ts";
import { takenFunctions } from "./pure-modules.ts";

// Captured before the program can replace it.
const { getOwnPropertyDescriptor } = Object;

/** A property, and what stands in it. */
export interface Slot {
  readonly holder: object;
  readonly key: PropertyKey;
  readonly path: string;
  readonly value: unknown;
  /** Of an accessor: the value is its getter. */
  readonly set?: unknown;
}

export class PristineFunctions {
  /** Methods and constructors of the language. */
  readonly #language: Slot[] = [];
  /** The same, and pure functions of the modules that the program has. */
  #data: readonly Slot[] = [];
  readonly #getters: Slot[] = [];
  /** Compares all of them but getters; null as long as no code is made for that. */
  #compiled: (() => boolean) | null = null;

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
    this.#data = data;
    this.#compiled = null;
    return null;
  }

  /** Makes code that compares them, in a twentieth of the time. It takes a moment to make. */
  compile(): void {
    this.#compiled = compiled(this.#data);
  }

  /**
   * The path of a function or getter that another one stands in the place of, or null. Asked at each call, and calls no methods of arrays: the program
   * may have replaced them, and may count their calls.
   */
  replacedPath(): string | null {
    if (!(this.#compiled ? this.#compiled() : this.#isSame())) return this.#firstReplaced();
    for (const { holder, key, path, value, set } of this.#getters) {
      const property = getOwnPropertyDescriptor(holder, key);
      if (property?.get === value && (holder === globalThis || property?.set === set)) continue;
      const isMade = holder === globalThis && property !== undefined && property.value === LAZY.get(String(key));
      if (!isMade) return memberPath(path, key);
    }
    return null;
  }

  #isSame(): boolean {
    const slots = this.#data;
    for (let i = 0; i < slots.length; i++) {
      const { holder, key, value } = slots[i] as Slot;
      if ((holder as Record<PropertyKey, unknown>)[key] !== value) return false;
    }
    return true;
  }

  #firstReplaced(): string {
    const slots = this.#data;
    for (let i = 0; i < slots.length; i++) {
      const { holder, key, path, value } = slots[i] as Slot;
      if ((holder as Record<PropertyKey, unknown>)[key] !== value) return path;
    }
    return "a built-in";
  }
}

export function memberPath(path: string, key: PropertyKey): string {
  return `${path}.${String(key)}`;
}

/** The comparison as code without a loop, which V8 optimises well (0.1 us); null if no code may be made of texts. */
function compiled(slots: readonly Slot[]): (() => boolean) | null {
  const objects = [...new Set(slots.map(({ holder }) => holder))];
  const names = (list: string, count: number) => Array.from({ length: count }, (_, i) => `${list}${i}=${list}[${i}]`);
  const compare = slots.map(({ holder, key }, i) => {
    const name = typeof key === "string" ? JSON.stringify(key) : `k${i}`;
    return `o${objects.indexOf(holder)}[${name}]===v${i}`;
  });
  const declared = [...names("o", objects.length), ...names("v", slots.length), ...names("k", slots.length)];
  const body = `const ${declared.join()};return()=>${compare.join("&&")}`;
  const parameters = [objects, slots.map(({ value }) => value), slots.map(({ key }) => key)];
  try {
    return new Function("o", "v", "k", body)(...parameters) as () => boolean;
  } catch {
    return null;
  }
}
