import type { Cause } from "./reason.ts";

/** Whether a cause is that code calls `Math.random`. */
export function isRandom(cause: Cause): boolean {
  return cause.kind === "uses-api" && cause.api === "Math.random";
}
