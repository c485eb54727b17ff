/**
 * Notes how many frames the program has asked for where `Error.captureStackTrace` makes a trace. It leaves out all frames above a function: dumbo's
 * may be among them, and then nothing in the trace tells that a body had raised the limit.
 */
import { noteNoticed } from "../audit/builtins/noticed-functions.ts";
import { type Trap, tapFunction, tappedByCall } from "../audit/taps/wrap.ts";
import { limitOfProgram, lowerLimit, raiseLimit, wasRaised } from "../src/call/stack-limit.ts";

// Captured before the program can replace it.
const { apply } = Reflect;

/** The limits of traces that were captured once a limit had been raised, by the objects that have the traces. */
const limits = new WeakMap<object, number | null>();

/** To be called before the program can take the function. */
export function noteCapturedLimits(): void {
  tapFunction(Error, "captureStackTrace", "stack", "Error.captureStackTrace", (original, _, label) => {
    const tap = tappedByCall(original, () => (wasRaised() ? dumboCapture : undefined));
    noteNoticed(tap, original, label);
    return tap;
  });
}

/** The program's limit when the trace of an object was captured; null for all frames, undefined where it was not noted. */
export function capturedLimit(owner: object): number | null | undefined {
  return limits.get(owner);
}

/** The function whose frame stands above the program's in traces that were captured once a limit had been raised. */
export const CAPTURE_NAME = "dumboCapture";

// The name has to be CAPTURE_NAME.
const dumboCapture: Trap = (original, self, args) => {
  const limit = limitOfProgram();
  const before = raiseLimit();
  try {
    return apply(original, self, args);
  } finally {
    lowerLimit(before);
    const [owner] = args;
    if ((typeof owner === "object" && owner !== null) || typeof owner === "function") limits.set(owner, limit);
  }
};
