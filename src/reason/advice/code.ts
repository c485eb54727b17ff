/** Advice on a function's own code, and on its form. */
import type { CodeCause, FormCause } from "../reason.ts";
import type { Advice } from "../remedy.ts";
import { type Advices, none, only, orVouched, rewrite, vouched } from "./advice.ts";
import { adviceOnApi, categoryOfApi, ON_CLOCK } from "./apis.ts";

export const ON_CODE: Advices<CodeCause> = {
  "writes-binding": ({ name }) => returnIt(name),
  "writes-object": ({ name }) => returnIt(name),
  "writes-this": returnIt("this"),
  "private-static": vouched("state"),
  "uses-api": ({ api }) => adviceOnApi(categoryOfApi(api), api),
  "api-result": ({ api }) => only("outside", { kind: "split", what: api }),
  "api-as-value": ({ api }) => adviceOnApi(categoryOfApi(api), api),
  "handle-as-value": ({ api }) => only("outside", { kind: "split", what: api }),
  clock: ON_CLOCK,
  "import-meta": only("module-loading", { kind: "pass-in", what: "import.meta" }),
  "dynamic-import": rewrite("module-loading", "use-a-static-import"),
  "stack-trace": vouched("stack"),
  "constructor-read": vouched("code-from-text"),
  "arguments-read": vouched("stack"),
  "module-object": vouched("module-loading"),
  "block-binding": rewrite("form", "move-it-out-of-the-block"),
  "hidden-binding": rewrite("form", "move-to-module-level"),
  super: rewrite("form", "move-to-module-level"),
  "outer-this": rewrite("form", "move-to-module-level"),
  "beside-eval": none("code-from-text"),
  "unknown-code": none("not-known"),
};

export const ON_FORM: Advices<FormCause> = {
  asm: none("form"),
  generator: rewrite("form", "return-an-array"),
  "returns-nothing": none("form"),
  "too-small": none("too-small"),
  "called-in-loops": none("too-small"),
  "no-memo": none("form"),
  "uses-arguments": rewrite("form", "use-rest-parameters"),
  "uses-new-target": none("form"),
  "arrow-this": rewrite("form", "use-a-plain-function"),
  "arrow-pattern": rewrite("form", "use-a-plain-function"),
  "default-parameter": rewrite("form", "use-plain-parameters"),
  "shadowed-parameter": rewrite("form", "use-plain-parameters"),
  "anonymous-default": rewrite("form", "name-the-function"),
  "inside-function": rewrite("form", "move-to-module-level"),
  reassigned: rewrite("form", "use-const"),
};

function returnIt(what: string): Advice {
  return orVouched("writes", { kind: "return-it", what });
}
