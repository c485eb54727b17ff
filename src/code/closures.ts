/** Functions that only the place of their code tells apart: which unit each is, and what it has captured. */
import type { Unseen } from "../reason/reason.ts";
import { CapturedScope } from "./captured-scope.ts";
import { lineOf, NO_SCRIPT, scriptOf } from "./code-places.ts";
import { type Opened, openFunction } from "./inspect-function.ts";
import type { LiveModule } from "./live-module.ts";
import type { Inner } from "./manifest.ts";

/** A place where an inner function of a text stands. */
export interface InnerPlace {
  readonly module: LiveModule;
  readonly inner: Inner;
}

/** Where a function was found to stand, with its scopes. */
export interface Placed extends InnerPlace {
  readonly scope: CapturedScope;
}

/** Scripts of modules, as V8 numbers them. */
const scripts = new WeakMap<LiveModule, number | null>();

/** Notes the script of a module that has no prologue in it. */
export function noteScript(module: LiveModule, script: number): void {
  scripts.set(module, script);
}

/** The script of a module, or null where that cannot be told. */
export function scriptOfModule(module: LiveModule): number | null {
  const known = scripts.get(module);
  if (known !== undefined) return known;
  const script = scriptOf(module.instance.get) ?? shownScript(openFunction(module.instance.get));
  scripts.set(module, script);
  return script;
}

/**
 * Which of the places where its text stands a function is from, or why that cannot be said.
 * @param places all that loaded modules have, or all that the function's own module has
 */
export function placeOf(fn: object, places: readonly InnerPlace[]): Placed | Unseen {
  const told = scriptOf(fn);
  const opened = told === null ? openFunction(fn) : null;
  const script = opened === null ? told : shownScript(opened);
  if (script === null || script === NO_SCRIPT) return { kind: "unshown-function" };
  const inScript = places.filter(({ module }) => scriptOfModule(module) === script);
  if (inScript.length === 0) return { kind: "unread-code" };
  const line = opened?.kind === "closure" ? opened.line : lineOf(fn, script);
  const [place, ...others] = inScript.filter(({ inner }) => inner.line === line);
  if (!place) return { kind: "unread-code" };
  // Two modules of one script are the same file, loaded twice; two functions on one line might read different names.
  if (others.some(({ module, inner }) => module !== place.module || inner.unit !== place.inner.unit)) {
    return { kind: "ambiguous-function" };
  }
  return { ...place, scope: new CapturedScope(fn, opened?.kind === "closure" ? opened.scopes : null) };
}

function shownScript(opened: Opened): number | null {
  return opened.kind === "closure" ? Number(opened.script) : null;
}
