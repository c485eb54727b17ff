/**
 * Room in the stack traces of a body that its own guard calls. dumbo's frames stand among the program's then, and are taken
 * out of the traces (loader/stack-frames.ts): unless more frames are captured than the program asked for, some of its own miss.
 */

const { getOwnPropertyDescriptor } = Object;
const { max } = Math;

/** At least as many as dumbo puts on the stack for one call, with those of the functions of Node that it calls. */
const DUMBO_FRAMES = 16;

/** How many bodies are running that guards have called. */
let depth = 0;
/** The program's limit when the outermost of them began; null before the first. */
let programLimit: number | null = null;
/** The limit that was set last for the innermost of them. */
let raised = Number.NaN;

/** What {@link lowerLimit} puts back: the limit before, or null where it could not be raised. */
export type RaisedLimit = number | null;

/** Makes room for dumbo's own frames in the traces of a body. {@link lowerLimit} has to follow, whether the body returns or throws. */
export function raiseLimit(): RaisedLimit {
  const before = settable();
  if (before === null) return null;
  if (depth === 0) programLimit = before;
  raised = before + DUMBO_FRAMES;
  Error.stackTraceLimit = raised;
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

/** Gives the program its own limit back, which it is about to look at. */
export function giveBackLimit(): void {
  if (depth > 0 && programLimit !== null && settable() === raised) Error.stackTraceLimit = programLimit;
}

/** The limit if it is a number that can be set, else null: reading an accessor would run code of the program. */
function settable(): number | null {
  const property = getOwnPropertyDescriptor(Error, "stackTraceLimit");
  return property?.writable === true && typeof property.value === "number" ? property.value : null;
}

/**
 * How many frames of a trace the program may see; null if the limit was never raised.
 * @param isRaised whether a body that a guard had called captured the trace
 */
export function framesToShow(isRaised: boolean): number | null {
  if (programLimit === null || isRaised) return programLimit;
  const now = settable();
  return now === null || (depth > 0 && now === raised) ? programLimit : max(programLimit, now);
}
