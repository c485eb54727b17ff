/**
 * Raises `Error.stackTraceLimit` while a body runs that its own guard has called. dumbo's frames stand on the stack then, and are taken out
 * of traces (loader/stack-frames.ts): with the program's own limit, as many of its frames would be missing.
 */

const { getOwnPropertyDescriptor } = Object;
const { max } = Math;

/** At least as many frames as dumbo, and Node for it, put on the stack for one call. */
const DUMBO_FRAMES = 16;

/** How many bodies run that guards have called. */
let depth = 0;
/** The program's limit when the outermost of these bodies began; null before the first one. */
let programLimit: number | null = null;
/** The limit that was set for the innermost of these bodies. */
let raised = Number.NaN;
/** The limits that were ever set for bodies. */
const limits = new Set<number>();

/** What {@link lowerLimit} puts back: the limit before; null where it could not be raised. */
export type RaisedLimit = number | null;

/** Raises the limit. {@link lowerLimit} has to follow, whether the body returns or throws. */
export function raiseLimit(): RaisedLimit {
  const before = settable();
  if (before === null) return null;
  if (depth === 0) programLimit = before;
  raised = before + DUMBO_FRAMES;
  Error.stackTraceLimit = raised;
  limits.add(raised);
  depth++;
  return before;
}

export function lowerLimit(before: RaisedLimit): void {
  if (before === null) return;
  depth--;
  raised = before;
  // A limit that the program has set meanwhile stays.
  if (settable() === before + DUMBO_FRAMES) Error.stackTraceLimit = before;
}

/** Puts the program's own limit back. To be called before code of the program runs that may read the limit. */
export function giveBackLimit(): void {
  if (depth > 0 && programLimit !== null && settable() === raised) Error.stackTraceLimit = programLimit;
}

/** Whether the limit was ever raised. */
export function wasRaised(): boolean {
  return programLimit !== null;
}

/** The limit that the program has set; null where it has set none that dumbo can raise. */
export function limitOfProgram(): number | null {
  const now = settable();
  return depth > 0 && now === raised ? programLimit : now;
}

/** The limit, if it is a number that can be set; else null. An accessor is not read: that would run code of the program. */
function settable(): number | null {
  const property = getOwnPropertyDescriptor(Error, "stackTraceLimit");
  return property?.writable === true && typeof property.value === "number" ? property.value : null;
}

/**
 * How many frames of a trace the program may see; null for all of them: the limit was never raised, or the program's own was in force when the trace was
 * captured, whatever it is now.
 * @param hasDumbo whether frames of dumbo's are in the trace, so that it was captured inside of a body that a guard had called
 * @param length of the trace, with frames of dumbo's
 */
export function framesToShow(hasDumbo: boolean, length: number): number | null {
  if (programLimit === null || hasDumbo) return programLimit;
  // Frames of dumbo's stand below those of a body: where a trace has none, a raised limit has cut it off above them.
  if (!limits.has(length)) return null;
  return max(programLimit, limitOfProgram() ?? programLimit);
}
