/**
 * A binding of a loaded module that functions of the module assign to: a call that does so is kept with what the binding
 * holds afterwards. One object stands for each binding of each module, so that two names for one binding can be told.
 */
import type { ModuleInstance } from "./manifest.ts";

export class AssignedBinding {
  readonly name: string;
  /** Other modules may import it, by whatever name. */
  readonly isExported: boolean;
  // Not to be seen by who prints or compares a list of changes.
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
