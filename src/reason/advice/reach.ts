/** Advice on code that a function leads to. */
import type { MetFunction, ReachCause } from "../reason.ts";
import type { Remedy } from "../remedy.ts";
import { type Advices, none, only, rewrite, vouched } from "./advice.ts";

export const ON_REACH: Advices<ReachCause> = {
  "not-analysed": only("not-known", { kind: "run-again" }),
  "left-this-time": none("not-known"),
  "too-large": (met) => ({
    category: "not-known",
    remedies: [{ kind: "configure", option: "limits.packageFile" }, vouchFor(met)],
  }),
  "left-alone": (met) => only("not-known", vouchFor(met)),
  "native-function": (met) => only("not-known", vouchFor(met)),
  "nodes-function": (met) => only("not-known", vouchFor(met)),
  "proxied-function": vouched("not-known"),
  "unread-code": (met) => ({
    category: "not-known",
    remedies: [...(met.waiting === undefined ? [] : [{ kind: "run-again" } as const]), vouchFor(met)],
  }),
  "repeated-code": only("not-known", { kind: "run-again" }),
  "unread-text": (met) => only("not-known", vouchFor(met)),
  "unshown-function": vouched("not-known"),
  "ambiguous-function": vouched("not-known"),
  "replaced-function": vouched("not-known"),
  "unseen-class": vouched("not-known"),
  "odd-base": none("state"),
  "stamped-base": none("state"),
  "moved-self": none("state"),
  "global-accessor": none("state"),
  "unshown-capture": rewrite("form", "move-to-module-level"),
  "uninitialised-capture": none("state"),
  "unshown-scopes": rewrite("form", "move-to-module-level"),
  "class-base-replaced": none("state"),
};

/** To vouch for the package that a function comes from, or, if it comes from none, for the function that uses it. */
function vouchFor({ from }: MetFunction): Remedy {
  return { kind: "assume-pure", entry: packageOf(from) };
}

/** The package of an import specifier: `lib` of `lib/parse`, `@scope/lib` of `@scope/lib/parse`; null for a path. */
function packageOf(from: string | undefined): string | null {
  if (from === undefined || /^([./#]|file:|node:)/.test(from)) return null;
  return from.split("/", from.startsWith("@") ? 2 : 1).join("/");
}
