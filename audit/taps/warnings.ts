/**
 * Functions of Node that compute from their arguments alone, but for a warning, of which there is one in each process. The call that warns is
 * noticed by `process.nextTick`, and not kept. Of a later one, nothing tells whether it would have warned if it had been the first. So once such a
 * function may have warned, recorded calls of it and its kind are not kept. Nothing of these taps is on the stack, and none stands on a function that
 * is exported under another name than its own, which V8 shows.
 */
import { includes, toLowerCase } from "../../src/node/language.ts";
import { deprecations } from "../../src/value/deprecations.ts";
import { noteNoticed } from "../builtins/noticed-functions.ts";
import { isTaken, takePure } from "../builtins/pure-modules.ts";
import { callingFile, nearFile } from "./caller.ts";
import { touch } from "./touch.ts";
import { isRecording, type Trap, tappedByCall } from "./wrap.ts";

/** Functions that may give one warning. */
interface Kind {
  /** Whether `process.noDeprecation` silences it. */
  readonly isDeprecation: boolean;
  /** Whether it warns all callers but packages, before the tap is called. */
  readonly warnsEarly: boolean;
  /** Whether a call with these arguments never warns. */
  readonly isHarmless: ((args: readonly unknown[]) => boolean) | null;
  hasWarned: boolean;
}

const kind = (how: Partial<Kind> = {}): Kind => ({
  isDeprecation: true,
  warnsEarly: false,
  isHarmless: null,
  hasWarned: false,
  ...how,
});

/** `url.parse` and the like, all of which come to `Url.prototype.parse`. */
const urls = kind({ warnsEarly: Number.parseInt(process.versions.node, 10) >= 24 });
const digests = kind({ isHarmless: (args) => typeof args[0] === "string" && !includes(toLowerCase(args[0]), "shake") });
const globs = kind({ isDeprecation: false });

/** By module: objects among its exports (the module itself is "") and the functions in them. */
const WARNING: Readonly<Record<string, readonly (readonly [of: string, names: string, kind: Kind])[]>> = {
  assert: [
    ["", "CallTracker", kind()],
    ["", "fail", kind()],
    ["strict", "CallTracker fail", kind()],
  ],
  crypto: [["", "createHash hash", digests]],
  path: [
    ["", "matchesGlob", globs],
    ["win32", "matchesGlob", globs],
    ["posix", "matchesGlob", globs],
  ],
  url: [["Url.prototype", "parse", urls]],
  util: [["", "isBuffer", kind()]],
};

/** Modules that are objects among the exports of others. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  assert: ["assert/strict"],
  path: ["path/posix", "path/win32"],
};

const tapped = new Set<string>();

/** Whether an export has such a tap, and no other one. */
export function mayWarn(module: string, name: string): boolean {
  if (!Object.hasOwn(WARNING, module)) return false;
  return WARNING[module]?.some(([of, names]) => of === "" && names.split(" ").includes(name)) ?? false;
}

/** Whether a module has functions that may warn, and they were not tapped yet. */
export function mayHaveWarnings(module: string): boolean {
  return Object.hasOwn(WARNING, module) && !tapped.has(module);
}

/** Taps the functions of a module that may warn, before the program has the module. */
export function tapWarnings(module: string, exports: object): void {
  tapped.add(module);
  for (const [of, names, its] of WARNING[module] ?? []) {
    const path = of === "" ? [] : of.split(".");
    let holder: unknown = exports;
    for (const key of path) holder = Reflect.get(holder as object, key);
    for (const name of names.split(" ")) tap(holder as object, name, [module, ...path, name].join("."), its);
  }
  takePure(module, true);
  // What was noted of them before holds the functions without taps.
  for (const part of PARTS[module] ?? []) if (isTaken(part)) takePure(part, true);
}

function tap(holder: object, key: string, label: string, its: Kind): void {
  const property = Object.getOwnPropertyDescriptor(holder, key);
  if (typeof property?.value !== "function") return;
  const original = property.value as () => unknown;
  const trap: Trap = (called, self, args) => {
    if (!its.isHarmless?.(args)) touch("output", label);
    return Reflect.apply(called, self, args);
  };
  const fn = tappedByCall(original, () => {
    if (!counts(its)) return undefined;
    if (its.isHarmless !== null) return trap;
    touch("output", label);
    return undefined;
  });
  noteNoticed(fn, original, label);
  Reflect.defineProperty(holder, key, { ...property, value: fn });
}

/** What was called last, of which it is not known yet whether it has warned. */
let called: Kind | null = null;

/** Notes a call. @returns whether a recorded call around it cannot be kept */
function counts(its: Kind): boolean {
  const said = its.isDeprecation ? deprecations() : "told";
  const isCounted = isRecording() && said !== "silent" && (said === "unknown" || its.hasWarned || isWarnedEarly(its));
  // Node counts a warning as given where it is silent.
  if (said !== "told") its.hasWarned = true;
  called = its;
  return isCounted;
}

/** Whether a function has warned already that is called now: by the innermost frame that is not Node's, as Node judges. */
function isWarnedEarly({ warnsEarly }: Kind): boolean {
  if (!warnsEarly) return false;
  const file = nearFile();
  return file === null || !(includes(file, "/node_modules/") || includes(file, "\\node_modules\\"));
}

/** The part of Node that gives warnings. */
const GIVING = "node:internal/process/warning";

/** To be called by the tap of `process.nextTick`, which Node calls with each warning. Cost: about 5 us, once after a call of such a function. */
export function noteNextTick(): void {
  if (called === null) return;
  const caller = callingFile();
  if (caller === null || caller === GIVING) called.hasWarned = true;
  called = null;
}
