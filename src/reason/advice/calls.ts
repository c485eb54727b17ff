/** Advice on what was found while the key of a call was made, and on what the call did to values. */
import type { CallCause, KeyCause } from "../reason.ts";
import { type Advices, none, only, rewrite } from "./advice.ts";

export const ON_KEYS: Advices<KeyCause> = {
  "large-key": only("limit", { kind: "pass-in", what: "only what it needs" }),
  "reading-runs-code": rewrite("value", "use-plain-data"),
  "callers-arguments": none("stack"),
  "second-run": only("form", { kind: "run-again" }),
  "added-member": none("program"),
  "read-after-wait": rewrite("waiting", "freeze-it-or-pass-primitives"),
  "given-function": none("value"),
  "changes-unseen": none("value"),
};

export const ON_CALLS: Advices<CallCause> = {
  throws: none("throws"),
  changes: ({ what }) => only("writes", { kind: "return-it", what }),
  "replaces-by-equal": ({ what }) => only("writes", { kind: "return-it", what }),
  "changes-for-good": none("writes"),
  "changes-binding": ({ name }) => only("writes", { kind: "return-it", what: name }),
  "changes-nothing": none("form"),
  "other-zone": none("writes"),
  "own-iterator": rewrite("waiting", "use-await-on-plain-promises"),
  "returns-thenable": rewrite("waiting", "use-await-on-plain-promises"),
  "own-promise": rewrite("waiting", "use-await-on-plain-promises"),
  "unfinished-work": rewrite("waiting", "wait-for-it"),
  "dropped-promise": rewrite("waiting", "wait-for-it"),
  "uncounted-turns": none("waiting"),
  "many-promises": none("waiting"),
  stream: none("form"),
  moved: none("state"),
  "found-wrong": none("wrong"),
  "prints-otherwise": none("wrong"),
  "writes-otherwise": none("wrong"),
  "result-differs": none("wrong"),
};
