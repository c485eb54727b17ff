/** Sentences on a function's own code, and on its form. */
import type { CodeCause, FormCause } from "../reason.ts";
import type { Sentences } from "./sentences.ts";

export const OF_CODE: Sentences<CodeCause> = {
  "writes-binding": ({ name }) => `writes \`${name}\``,
  "writes-object": ({ name }) => `writes to \`${name}\``,
  "writes-this": "writes to `this`",
  "private-static": "keeps state in a private static field",
  "uses-api": ({ api }) => `uses ${api}`,
  "api-result": ({ api }) => `looks at what ${api} returns`,
  "api-as-value": ({ api }) => `hands on ${api}, not all of which is pure`,
  "handle-as-value": ({ api }) => `uses ${api} for more than to read itself`,
  clock: ({ api }) => `reads the clock (${api})`,
  "import-meta": "reads `import.meta`",
  "dynamic-import": "imports a module while it runs",
  "stack-trace": ({ property }) => `reads a stack trace${property === undefined ? "" : ` (\`.${property}\`)`}`,
  "constructor-read": "reads a `constructor`, which may be `Function` and make code from a text",
  "arguments-read": "reads `.arguments` of a function, which tells what that was called with",
  "module-object": "uses `module`",
  "block-binding": ({ name }) => `reads \`${name}\`, which is bound in an inner block`,
  "hidden-binding": ({ name }) => `reads \`${name}\`, which is not to be seen from outside`,
  super: ({ isInner }) => (isInner ? "uses `super`" : "uses `super` outside of a class"),
  "outer-this": ({ name }) =>
    name === "this" ? "uses `this` of the code around it" : "uses `new.target` of the function around it",
  "beside-eval": "calls `eval`, or is in a function that does: what its names mean is not known",
  "unknown-code": "runs into code that is not known to be pure",
};

export const OF_FORM: Sentences<FormCause> = {
  asm: 'is "use asm": V8 compiles only exactly that',
  generator: "is a generator: its result can be consumed only once",
  "returns-nothing": "returns nothing",
  "too-small": ({ calls }) =>
    calls
      ? "has no loop, and calls only what has none: cheaper than any look-up"
      : "has no loop and no call: cheaper than any look-up",
  "called-in-loops": "is only called in loops of functions that are cached themselves",
  "no-memo": 'says "no memo"',
  "uses-arguments": "uses `arguments`",
  "uses-new-target": "uses `new.target`",
  "arrow-this": "is an arrow function with the `this` of its module",
  "arrow-pattern": "is an arrow function with a parameter pattern: the argument itself has no name",
  "default-parameter": ({ inPattern }) =>
    inPattern
      ? "has a default in a parameter pattern that does something"
      : "has a default parameter that does something",
  "shadowed-parameter": "declares a function with the name of a parameter, or `arguments`",
  "anonymous-default": ({ hasImports }) =>
    hasImports
      ? "is an anonymous default export of a module that imports others of the program: give it a name"
      : "is an anonymous default export: give it a name",
  "inside-function": "only exists inside of another function, where nothing of the module leads to it",
  reassigned: ({ name }) => `\`${name}\` is assigned to again`,
};
