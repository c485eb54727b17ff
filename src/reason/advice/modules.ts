/** Advice on modules that dumbo does not rewrite, and on what the program did to the language: nothing helps against these. */
import type { ModuleCause, ProgramCause } from "../reason.ts";
import { type Advices, none } from "./advice.ts";

export const ON_MODULES: Advices<ModuleCause> = {
  unparsed: none("not-known"),
  "direct-eval": none("code-from-text"),
  "with-statement": none("not-known"),
  "sloppy-this": none("not-known"),
  "foreign-name": none("not-known"),
  "shadowed-name": none("not-known"),
  "contains-mark": none("not-known"),
};

export const ON_PROGRAM: Advices<ProgramCause> = {
  "replaced-built-in": none("program"),
  "removed-member": none("program"),
  "added-built-in": none("program"),
  "changed-built-in": none("program"),
  "last-match": none("program"),
};
