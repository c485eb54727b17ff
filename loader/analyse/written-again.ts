/** Whether code writes to a binding after its declaration has. */
import type { Variable } from "eslint-scope";
import type { Scopes } from "../../audit/scan/syntax.ts";

/** Of bindings that were asked for: each use of a binding asks, and an answer takes a look at all of its uses. Some have ten thousand. */
const known = new WeakMap<Variable, boolean>();

export function isWrittenAgain(variable: Variable, scopes: Scopes): boolean {
  let found = known.get(variable);
  if (found === undefined) {
    found = scopes.of(variable).some((use) => use.write && !use.init);
    known.set(variable, found);
  }
  return found;
}
