/** Finds out which unit a function is whose text stands in several places: by the place of its code. Also what the function has captured. */
import type { Unseen } from "../reason/reason.ts";
import { CapturedScope } from "./captured-scope.ts";
import { lineOf, NO_SCRIPT, placeAmong, scriptOf } from "./code-places.ts";
import { type Opened, openFunction } from "./inspect-function.ts";
import type { LiveModule } from "./live-module.ts";
import type { Inner } from "./manifest.ts";

// Captured before the program can replace it.
const { apply } = Reflect;
const { toString: toText } = Function.prototype;

/** One of the places where an inner function of some text stands. */
export interface InnerPlace {
  readonly module: LiveModule;
  readonly inner: Inner;
}

/** The place of a function, with its scopes. */
export interface Placed extends InnerPlace {
  readonly scope: CapturedScope;
}

/** V8's numbers of the scripts of modules; null where V8 does not tell. */
const scripts = new WeakMap<LiveModule, number | null>();

/** Notes the script of a module without a prologue, whose functions do not lead to it. */
export function noteScript(module: LiveModule, script: number): void {
  scripts.set(module, script);
}

/** The number of the script of a module; null where V8 does not tell. */
export function scriptOfModule(module: LiveModule): number | null {
  const known = scripts.get(module);
  if (known !== undefined) return known;
  const script = scriptOf(module.instance.get) ?? shownScript(openFunction(module.instance.get));
  scripts.set(module, script);
  return script;
}

/**
 * Which of the places of its text a function is from, or why that cannot be told.
 * @param places all in loaded modules, or all in the function's own module
 */
export function placeOf(fn: object, places: readonly InnerPlace[]): Placed | Unseen {
  const told = scriptOf(fn);
  const opened = told === null ? openFunction(fn) : null;
  const script = opened === null ? told : shownScript(opened);
  if (script === null || script === NO_SCRIPT) return { kind: "unshown-function" };
  const inScript = places.filter(({ module }) => scriptOfModule(module) === script);
  if (inScript.length === 0) return { kind: "unread-code" };
  const line = opened?.kind === "closure" ? opened.line : lineOf(fn, script);
  const onLine = inScript.filter(({ inner }) => inner.line === line);
  if (onLine.length === 0) return { kind: "unread-code" };
  const place = theOne(fn, onLine);
  if (place === null) return { kind: "ambiguous-function" };
  return { ...place, scope: new CapturedScope(fn, opened?.kind === "closure" ? opened.scopes : null) };
}

/** The place of a function among those of its text on its line; null where that cannot be told. */
function theOne(fn: object, places: readonly InnerPlace[]): InnerPlace | null {
  const [first] = places as readonly [InnerPlace];
  // Two modules of one script are one file that was loaded twice.
  if (places.some(({ module }) => module !== first.module)) return null;
  if (places.every(({ inner }) => inner.unit === first.inner.unit)) return first;
  // Two functions of one text on one line may read different bindings.
  const offsets = places.map(({ inner }) => inner.offset);
  if (!offsets.every((offset) => offset !== undefined)) return null;
  return places[placeAmong(fn, apply(toText, fn, []), offsets)] ?? null;
}

function shownScript(opened: Opened): number | null {
  return opened.kind === "closure" ? Number(opened.script) : null;
}
