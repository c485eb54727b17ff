/** The values of bindings that closures have captured from the functions around them, as the inspector shows them. */
import { Unkeyable } from "../value/unkeyable.ts";
import { openFunction } from "./inspect-function.ts";
import type { Capture } from "./manifest.ts";

/** Whether the inspector shows that a binding is in its dead zone. Before V8 12, it shows undefined. */
export const HAS_DEAD_ZONES = Number.parseInt(process.versions.v8, 10) >= 12;

/** How many keys were begun. A captured binding that can change is read once for each key. */
let epoch = 0;

/** The epoch of no key. */
const NEVER = -1;

/** To be called before a key is made, if the program may have run: captured bindings that can change are read again after this. */
export function beginKey(): void {
  epoch++;
}

/** The number of the key that is being made. */
export function currentKey(): number {
  return epoch;
}

/** The captured bindings of one closure. */
export class CapturedScope {
  readonly #fn: object;
  readonly #settled = new Map<string, unknown>();
  #scopes: readonly object[];
  #epoch: number;

  /** @param scopes what the inspector has shown; null where it was not asked: it is when the first binding is read */
  constructor(fn: object, scopes: readonly object[] | null) {
    this.#fn = fn;
    this.#scopes = scopes ?? [];
    this.#epoch = scopes === null ? NEVER : epoch;
  }

  /**
   * The value of a captured binding. One that is never assigned to again is read only once.
   * @throws ReferenceError in its dead zone, Unkeyable if V8 does not show it
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
    // Undefined may mean that the one assignment of a `var` has not run yet.
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
