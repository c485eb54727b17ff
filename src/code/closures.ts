/** Functions that only the inspector can tell apart: which unit each is, and what it has captured. */

import { Unkeyable } from "../key/value-walk.ts";
import { type Opened, openFunction } from "./inspect-function.ts";
import type { Capture, Inner } from "./manifest.ts";
import type { LiveModule } from "./registry.ts";

/** A place where an inner function of a text stands. */
export interface InnerPlace {
  readonly module: LiveModule;
  readonly inner: Inner;
}

/** Where a function was found to stand, with its scopes. */
export interface Placed extends InnerPlace {
  readonly scope: CapturedScope;
}

/** Bindings in their dead zone read as undefined before V8 12. */
const HAS_DEAD_ZONES = Number.parseInt(process.versions.v8, 10) >= 12;

/** Keys that were begun: what can change is read once for each. */
let epoch = 0;

/** To be called before a key is made: from now on, captured bindings that can change are read again. */
export function beginKey(): void {
  epoch++;
}

/** What one closure has captured. */
export class CapturedScope {
  readonly #fn: object;
  readonly #settled = new Map<string, unknown>();
  #scopes: readonly object[];
  #epoch = epoch;

  constructor(fn: object, scopes: readonly object[]) {
    this.#fn = fn;
    this.#scopes = scopes;
  }

  /**
   * The value of a captured binding now. One that nothing assigns to is read once.
   * @throws ReferenceError in its dead zone, Unkeyable when V8 does not show it
   */
  read({ name, constant, lexical }: Capture): unknown {
    if (this.#settled.has(name)) return this.#settled.get(name);
    if (this.#epoch !== epoch) this.#refresh();
    const scope = this.#scopes.find((one) => Object.hasOwn(one, name));
    if (!scope || scope === globalThis) throw new Unkeyable(`has captured \`${name}\`, which V8 does not show`);
    const value = (scope as Record<string, unknown>)[name];
    if (value === undefined && lexical && !HAS_DEAD_ZONES) {
      throw new Unkeyable(`has captured \`${name}\`, which may not be initialised`);
    }
    // A \`var\` may be on its way to its one value.
    if (constant && value !== undefined) this.#settled.set(name, value);
    return value;
  }

  #refresh(): void {
    const opened = openFunction(this.#fn);
    if (opened.kind !== "closure") throw new Unkeyable("holds a function whose scopes cannot be read any more");
    this.#scopes = opened.scopes;
    this.#epoch = epoch;
  }
}

/** Scripts of modules, as the inspector numbers them. */
const scripts = new WeakMap<LiveModule, string | null>();

function scriptOf(module: LiveModule): string | null {
  const known = scripts.get(module);
  if (known !== undefined) return known;
  const opened = openFunction(module.instance.get);
  const script = opened.kind === "closure" ? opened.script : null;
  scripts.set(module, script);
  return script;
}

/**
 * Which of the places where its text stands a function is from, or why that cannot be said.
 * @param places all that loaded modules have
 */
export function placeOf(fn: object, opened: Opened, places: readonly InnerPlace[]): Placed | string {
  if (opened.kind !== "closure") return "a function that the inspector shows nothing of";
  const found = places.filter(({ module, inner }) => inner.line === opened.line && scriptOf(module) === opened.script);
  const [place, ...others] = found;
  if (!place) return "a function from code that dumbo has not read";
  // Two modules of one script are the same file, loaded twice; two functions on one line might read different names.
  if (others.length > 0) return "a function whose text stands twice on its line, or in a file that was loaded twice";
  return { ...place, scope: new CapturedScope(fn, opened.scopes) };
}
