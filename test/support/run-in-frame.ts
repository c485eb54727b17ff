import { enterFrame, type Frame, leaveFrame } from "../../src/trace/frames.ts";

/** Runs a body that leaves no work to promises, as a recorded call does. */
export function runInFrame<T>(frame: Frame, body: () => T): T {
  const outer = enterFrame(frame);
  try {
    return body();
  } finally {
    leaveFrame(frame, outer);
  }
}
