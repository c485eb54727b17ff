/**
 * A binding of a loaded module that functions of the module assign to: an entry of such a call holds what the binding holds afterwards. There
 * is one object for each binding of each module, so that two names of one binding are known as such.
 */
import type { ModuleInstance } from "./manifest.ts";

export class AssignedBinding {
  readonly name: string;
  /** Whether other modules can import it, under any name. */
  readonly isExported: boolean;
  // Private: code that prints or compares lists of changes must not see them.
  readonly #instance: ModuleInstance;
  readonly #getter: number;

  constructor(instance: ModuleInstance, getter: number, name: string, isExported: boolean) {
    this.#instance = instance;
    this.#getter = getter;
    this.name = name;
    this.isExported = isExported;
  }

  /** @throws ReferenceError in its dead zone */
  read(): unknown {
    return this.#instance.get(this.#getter);
  }

  /** No code of the program runs. @throws ReferenceError in its dead zone, where {@link read} throws, too */
  assign(value: unknown): void {
    this.#instance.assign(this.#getter, value);
  }
}
