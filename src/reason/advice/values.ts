/** Advice on values that no key, or no stored result, can hold. */
import type { Step, ValueCause, Where } from "../reason.ts";
import type { Advice, Rewriting } from "../remedy.ts";
import { type Advices, none, only, rewrite } from "./advice.ts";

const plainData = whereItIs("use-plain-data");
const copy = whereItIs("copy-the-memory");
const PLAIN_RESULT = rewrite("result", "use-plain-data");

export const ON_VALUES: Advices<ValueCause> = {
  proxy: plainData,
  "opaque-object": plainData,
  "built-in-object": plainData,
  "private-members": plainData,
  "extra-properties": plainData,
  "own-class": plainData,
  "signing-key": none("value"),
  "weak-collection": plainData,
  "shared-memory": copy,
  "resizable-memory": copy,
  "detached-memory": copy,
  "stack-value": plainData,
  accessor: plainData,
  "array-attributes": plainData,
  "read-only-regexp": plainData,
  "shares-object": rewrite("result", "return-fresh-objects"),
  "pooled-memory": copy,
  "nodes-object": plainData,
  "new-symbol": PLAIN_RESULT,
  "new-function": PLAIN_RESULT,
  "new-accessor": PLAIN_RESULT,
  "unknown-class": PLAIN_RESULT,
  "template-texts": plainData,
  "large-result": ({ bytes }) =>
    bytes === undefined ? none("limit") : only("limit", { kind: "configure", option: "limits.value" }),
};

/** Advice that is the same for values in a result and for values that a call is given or reads; only the category differs. */
function whereItIs(how: Rewriting): (reason: Where) => Advice {
  return ({ via = [] }) =>
    stateOfPackage(via) ?? rewrite(via.some(({ step }) => step === "result") ? "result" : "value", how);
}

/**
 * Advice if the value is in the state of a package. The user of a package cannot change the form of its state, but may know that it is
 * only a cache.
 */
function stateOfPackage(via: readonly Step[]): Advice | null {
  const last = via.findLast(({ step }) => step === "reads");
  if (last?.step !== "reads" || last.package === undefined) return null;
  return only("state", { kind: "assume-pure", entry: last.package });
}
