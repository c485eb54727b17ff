/** Sentences on modules that dumbo does not rewrite, and on what the program did to the language. */
import type { ModuleCause, ProgramCause } from "../reason.ts";
import type { Sentences } from "./sentences.ts";

export const OF_MODULES: Sentences<ModuleCause> = {
  unparsed: ({ message }) => `cannot be parsed: ${message}`,
  "direct-eval": "calls eval",
  "with-statement": "uses `with`",
  "sloppy-this": "uses `this`, which may be the global object",
  "foreign-name": ({ name }) => `uses the name \`${name}\``,
  "shadowed-name": ({ name }) => `declares its own ${name}`,
  "contains-mark": ({ name }) => `contains ${name}`,
};

export const OF_PROGRAM: Sentences<ProgramCause> = {
  "replaced-built-in": ({ name }) => `runs in a program that replaced ${name}`,
  "removed-member": ({ name }) => `runs in a program that removed \`${name}\``,
  "added-built-in": ({ name }) => `runs in a program that added \`${name}\``,
  "changed-built-in": ({ name }) => `adds or changes \`${name}\`, or waits while others do`,
  "last-match": ({ name }) => `runs in a program that reads \`${name}\``,
};
