/** What closures have captured: the values of bindings of the functions around them, as the inspector shows them. */
import { Unkeyable } from "../value/unkeyable.ts";
import { openFunction } from "./inspect-function.ts";
import type { Capture } from "./manifest.ts";

/** Whether the inspector tells that a binding is in its dead zone: before V8 12 it shows undefined. */
export const HAS_DEAD_ZONES = Number.parseInt(process.versions.v8, 10) >= 12;

/** How many keys were begun: a captured binding that can change is read once for each key. */
let epoch = 0;

/** No key is of this epoch. */
const NEVER = -1;

/** To be called before a key is made: from now on, captured bindings that can change are read again. */
export function beginKey(): void {
  epoch++;
}

/** The number of the key that is being made. */
export function currentKey(): number {
  return epoch;
}

/** What one closure has captured. */
export class CapturedScope {
  readonly #fn: object;
  readonly #settled = new Map<string, unknown>();
  #scopes: readonly object[];
  #epoch: number;

  /** @param scopes what the inspector has shown by now, or null: it is asked when the first binding is read */
  constructor(fn: object, scopes: readonly object[] | null) {
    this.#fn = fn;
    this.#scopes = scopes ?? [];
    this.#epoch = scopes === null ? NEVER : epoch;
  }

  /**
   * The value of a captured binding now. One that nothing assigns to is read once.
   * @throws ReferenceError in its dead zone, Unkeyable when V8 does not show it
   */
  read({ name, constant, lexical }: Capture): unknown {
    if (this.#settled.has(name)) return this.#settled.get(name);
    if (this.#epoch !== epoch) this.#refresh();
    const scope = this.#scopes.find((one) => Object.hasOwn(one, name));
    if (!scope || scope === globalThis) throw new Unkeyable({ kind: "unshown-capture", name });
    const value = (scope as Record<string, unknown>)[name];
    if (value === undefined && lexical && !HAS_DEAD_ZONES) {
      throw new Unkeyable({ kind: "uninitialised-capture", name });
    }
    // A `var` is undefined until its one assignment has run.
    if (constant && value !== undefined) this.#settled.set(name, value);
    return value;
  }

  #refresh(): void {
    const opened = openFunction(this.#fn);
    if (opened.kind !== "closure") throw new Unkeyable({ kind: "unshown-scopes" });
    this.#scopes = opened.scopes;
    this.#epoch = epoch;
  }
}
