import type { CodeCause, Reason } from "./reason.ts";

// Captured before the program can replace them.
const { apply } = Reflect;
const { includes } = String.prototype;

/** Whether a reason is that code uses `Error` by a name or as a value. Such code may read `Error.stackTraceLimit`. */
export function usesError(met: Reason | CodeCause): boolean {
  const named = "api" in met ? met.api : "name" in met ? met.name : undefined;
  return named !== undefined && apply(includes, named, ["Error"]);
}
