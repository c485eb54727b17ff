/**
 * What probes call. The rewrite puts a probe in front of code that the scan has found impure (loader/analyse/probes.ts). When the probe
 * runs, the recorded calls around it are told, and must not be stored.
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

/** The finding of all probes of a module whose manifest cannot be read. */
const UNKNOWN: ProbedReason = { kind: "unknown-code" };

export interface ProbeFunctions {
  /** Notes that the code behind a probe is about to run. @param owner the call that was recorded when the function began whose binding is written */
  readonly probe: (number: number, owner?: unknown) => void;
  /** The same, but only if the member of the object is what the scan suspects it to be. Answers the object. */
  readonly look: (number: number, object: unknown) => unknown;
}

/** What a probe tells. It is made once, when the probe first tells it: a probe may run millions of times in one recorded call. */
interface ToldFinding extends Write {
  /** Whether the code behind it uses `Error`, and so may read `Error.stackTraceLimit`. */
  readonly usesError: boolean;
  /** Whether the code takes the console as a value, and does no more. */
  readonly isConsole: boolean;
  /** Whether the code calls `Math.random`, and does no more. */
  readonly isRandom: boolean;
  /** Whether the code writes to state, and does no more: calls that keep changes may be stored all the same. */
  readonly isChange: boolean;
  /** The running call and the owner that were last told of the write: they need not be told again. */
  toldTo: CallMark | null;
  toldOwner: CallMark | null;
}

/** @param consoleTaken the dependency of code that takes the console as a value; null where the program has changed the console */
export function probesOf(module: LiveModule, consoleTaken: Outside["consoleTaken"]): ProbeFunctions {
  const told: (ToldFinding | undefined)[] = [];
  const { url } = module.instance;
  const file = () => (url.startsWith("file:") ? fileURLToPath(url) : url);
  const note = (number: number, owner?: unknown) => {
    const mark = isMark(owner) ? owner : null;
    // These tests come first and allocate nothing: most probes in hot loops end here.
    // Suspended: a listener on dumbo's channels runs, and what it does is no effect of the call.
    if (state.suspended > 0 || (mark !== null && isMadeInside(mark))) return;
    told[number] ??= toldFinding(module, number);
    const found = told[number];
    if (found.usesError) giveBackLimit();
    if (found.isConsole) {
      // Told once to each call that has not waited: whether the console is still Node's own is asked again when the call has ended.
      const running = current()?.waited === false ? runningCall() : null;
      if (running !== null && found.toldTo === running) return;
      found.toldTo = running;
      bookConsole(consoleTaken(), file);
    } else if (found.isRandom && state.seeded?.()) {
      // The random numbers have a seed: the tap of `Math.random` tells the calls that are outside of the seeded one.
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

/** @param dependency null where the program has changed the console */
function bookConsole(dependency: Dependency | null, file: () => string | null): void {
  if (!isListening()) return;
  const token = dependency && ({ kind: "observed", dependency } as const);
  bookEvent({ kind: "console", name: "console", ...(token && { token }) }, file);
}

/** Whether an owner is a recorded call: functions that began while nothing was recorded have noted false or 0. */
function isMark(owner: unknown): owner is CallMark {
  return typeof owner === "object" && owner !== null;
}

/** Whether a member of an object is what the scan suspects it to be, or may be: where only code of the program could tell, it counts as such. */
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
    // Tapped: each function that it makes is looked at when it makes it.
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
