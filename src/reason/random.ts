/** Whether all that is said of code is that it calls `Math.random`. */
import type { Cause } from "./reason.ts";

export function isRandom(cause: Cause): boolean {
  return cause.kind === "uses-api" && cause.api === "Math.random";
}
