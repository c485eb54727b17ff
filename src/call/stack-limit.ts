/**
 * Room on the stack traces of a body that runs from within its own guard. dumbo's frames stand between the program's then;
 * they are taken out again (loader/stack-frames.ts), so that more frames have to be captured than the program asked for.
 */

const { getOwnPropertyDescriptor } = Object;

/** No fewer than the frames of dumbo, and of Node for it, on the stack of one call. */
const OWN_FRAMES = 16;

/** How many such bodies are running. */
let depth = 0;
/** What the program asked for when the outermost of them began; null before the first. */
let asked: number | null = null;
/** What it was raised to last. */
let raised = Number.NaN;

/** Runs a body with room for dumbo's own frames. */
export function withRoomForFrames<T>(body: () => T): T {
  const before = settable();
  if (before === null) return body();
  if (depth === 0) asked = before;
  const higher = before + OWN_FRAMES;
  raised = higher;
  Error.stackTraceLimit = higher;
  depth++;
  try {
    return body();
  } finally {
    // No catch: throwing again would change where Node says that an uncaught error was thrown.
    depth--;
    raised = before;
    // What the program itself has set meanwhile stays.
    if (settable() === higher) Error.stackTraceLimit = before;
  }
}

/** The limit, where it is an ordinary number that can be set: reading anything else could run code of the program. */
function settable(): number | null {
  const property = getOwnPropertyDescriptor(Error, "stackTraceLimit");
  return property?.writable === true && typeof property.value === "number" ? property.value : null;
}

/**
 * How many frames the program gets to see of a trace; null where nothing was ever raised.
 * @param isRaised dumbo's frames are in it: it was captured by such a body
 */
export function framesToShow(isRaised: boolean): number | null {
  if (asked === null || isRaised) return asked;
  const now = settable();
  return now === null || (depth > 0 && now === raised) ? asked : Math.max(asked, now);
}
