/** Functions that only the inspector can tell apart: which unit each is, and what it has captured. */
import type { Unseen } from "../reason/reason.ts";
import { CapturedScope } from "./captured-scope.ts";
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
export function placeOf(fn: object, opened: Opened, places: readonly InnerPlace[]): Placed | Unseen {
  if (opened.kind !== "closure") return { kind: "unshown-function" };
  const found = places.filter(({ module, inner }) => inner.line === opened.line && scriptOf(module) === opened.script);
  const [place, ...others] = found;
  if (!place) return { kind: "unread-code" };
  // Two modules of one script are the same file, loaded twice; two functions on one line might read different names.
  if (others.length > 0) return { kind: "ambiguous-function" };
  return { ...place, scope: new CapturedScope(fn, opened.scopes) };
}
