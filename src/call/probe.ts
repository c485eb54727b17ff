/**
 * What probes call. The rewrite puts a probe before code that the scan has found impure (loader/analyse/probes.ts); when it
 * runs, the recorded calls around it must not be stored.
 */
import { fileURLToPath } from "node:url";
import { types } from "node:util";
import { isNoticedMaker } from "../code/function-makers.ts";
import type { LiveModule } from "../code/live-module.ts";
import type { Cell, MemberProbe, ProbedReason } from "../code/manifest.ts";
import { usesError } from "../reason/uses-error.ts";
import { bookEvent, bookFinding, bookWrite, isMadeInside, type Write } from "../trace/booking.ts";
import { type CallMark, current, isListening, runningCall, state } from "../trace/frames.ts";
import type { Dependency, Outside } from "../trace/trace.ts";
import { type HarmlessObjects, mayShowCallers } from "./shown-callers.ts";
import { giveBackLimit } from "./stack-limit.ts";

const { getPrototypeOf, getOwnPropertyDescriptor, hasOwn } = Object;
const { isProxy } = types;

/** Constructors that make a function of a text. */
const FUNCTION_CONSTRUCTORS: ReadonlySet<unknown> = new Set(
  [() => {}, async () => {}, function* () {}, async function* () {}].map((one) => one.constructor),
);

/** What is behind a probe of a module whose manifest cannot be read. */
const UNKNOWN: ProbedReason = { kind: "unknown-code" };

export interface ProbeFunctions {
  /** Notes that the code behind a probe is about to run. @param owner what {@link state}.call was when that began which is written */
  readonly probe: (number: number, owner?: unknown) => void;
  /** Notes the same if the object's member is what the scan suspects it to be. Answers the object. */
  readonly look: (number: number, object: unknown) => unknown;
}

/** What a probe tells, made when it first does: a probe may run millions of times in one recorded call. */
interface ToldFinding extends Write {
  /** Whether code that uses `Error` by a name or as a value stands behind it, which may read `Error.stackTraceLimit`. */
  readonly usesError: boolean;
  /** It takes the console as a value. */
  readonly isConsole: boolean;
  /** It calls `Math.random` and no more. */
  readonly isRandom: boolean;
  /** It writes to state, which calls that keep changes find by themselves. */
  readonly isChange: boolean;
  /** The running call that was told last of the write, and the owner that was told. */
  toldTo: CallMark | null;
  toldOwner: CallMark | null;
}

/** @param consoleTaken what code depends on that takes the console as a value */
export function probesOf(module: LiveModule, consoleTaken: Outside["consoleTaken"]): ProbeFunctions {
  const told: (ToldFinding | undefined)[] = [];
  const { url } = module.instance;
  const file = () => (url.startsWith("file:") ? fileURLToPath(url) : url);
  const note = (number: number, owner?: unknown) => {
    const mark = isMark(owner) ? owner : null;
    // First, and without an allocation, as for a write that was told: most probes of a hot loop are one of these.
    // While a listener on dumbo's channels runs, what it does is no effect of the call.
    if (state.suspended > 0 || (mark !== null && isMadeInside(mark))) return;
    told[number] ??= toldFinding(module, number);
    const found = told[number];
    if (found.usesError) giveBackLimit();
    if (found.isConsole) {
      // Once for each call that has not waited: that it is Node's own is asked again when the call has ended.
      const running = current()?.waited === false ? runningCall() : null;
      if (running !== null && found.toldTo === running) return;
      found.toldTo = running;
      bookConsole(consoleTaken(), file);
    } else if (found.isRandom && state.seeded?.()) {
      // The tap tells those whose random numbers these are not.
    } else if (!found.isChange) {
      if (isListening()) bookFinding(found.reason, file, mark);
    } else if (found.toldTo === null || found.toldTo !== runningCall() || found.toldOwner !== mark) {
      found.toldTo = bookWrite(found, file, mark);
      found.toldOwner = mark;
    }
  };
  const harmless: (HarmlessObjects | undefined)[] = [];
  const look = (number: number, object: unknown) => {
    const probed = module.manifest?.probes[number] ?? UNKNOWN;
    harmless[number] ??= [];
    if (isSuspect(object, probed, harmless[number])) note(number);
    return object;
  };
  return { probe: note, look };
}

function toldFinding(module: LiveModule, number: number): ToldFinding {
  const { manifest } = module;
  const {
    member: _,
    isChange = false,
    isConsole = false,
    isRandom = false,
    assigns = [],
    ...found
  } = manifest?.probes[number] ?? UNKNOWN;
  const bindings = assigns.map((index) => module.assigned(manifest?.cells[index] as Cell));
  return {
    reason: { ...found, module: module.instance.url },
    usesError: usesError(found),
    isChange,
    isConsole,
    isRandom,
    assigns: bindings.filter((one) => one !== null),
    toldTo: null,
    toldOwner: null,
  };
}

/** @param dependency null where the program has made another one of it */
function bookConsole(dependency: Dependency | null, file: () => string | null): void {
  if (!isListening()) return;
  const token = dependency && ({ kind: "observed", dependency } as const);
  bookEvent({ kind: "console", name: "console", ...(token && { token }) }, file);
}

/** While nothing is recorded, functions that begin note false or 0. */
function isMark(owner: unknown): owner is CallMark {
  return typeof owner === "object" && owner !== null;
}

/** Whether a member of an object is what the scan suspects it to be, or only running code of the program could tell. */
function isSuspect(object: unknown, probed: ProbedReason, harmless: HarmlessObjects): boolean {
  const member: MemberProbe | undefined = probed.member;
  switch (member) {
    case "constructor":
      return mayMakeCode(object);
    case "stack":
      return probed.kind !== "stack-trace" || mayShowCallers(object, probed.property ?? "stack", harmless);
    case "arguments":
      return mayBeFunction(object);
    case "global-object":
      return object === globalThis;
    case undefined:
      return true;
  }
}

/** Whether an object's `constructor` may be `Function`, or its async or generator counterpart. */
function mayMakeCode(object: unknown): boolean {
  if (object === null || object === undefined) return false;
  for (let at: object | null = Object(object) as object; at !== null; at = getPrototypeOf(at) as object | null) {
    if (isProxy(at)) return true;
    const descriptor = getOwnPropertyDescriptor(at, "constructor");
    if (!descriptor) continue;
    if (!("value" in descriptor)) return true;
    const { value } = descriptor;
    // What it makes is looked at when it makes it.
    if (isNoticedMaker(value)) return false;
    // Constructors of another realm are not in the set, but they do not inherit from this realm's Function.prototype.
    return FUNCTION_CONSTRUCTORS.has(value) || (typeof value === "function" && !inheritsFromFunction(value));
  }
  return false;
}

function inheritsFromFunction(fn: object): boolean {
  for (let at: object | null = fn; at !== null; at = getPrototypeOf(at) as object | null) {
    if (isProxy(at)) return isNoticedMaker(at);
    if (at === Function.prototype) return true;
  }
  return false;
}

/** Whether `arguments` may be those of a function: its own, or of one that the object inherits from. */
function mayBeFunction(object: unknown): boolean {
  if (object === null || (typeof object !== "object" && typeof object !== "function")) return false;
  for (let at: object | null = object; at !== null; at = getPrototypeOf(at) as object | null) {
    if (typeof at === "function" || isProxy(at)) return true;
    if (hasOwn(at, "arguments")) return false;
  }
  return false;
}
