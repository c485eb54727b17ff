/**
 * What kind of trouble a reason is in a user's terms, and what would help, as data: `dumbo explain` and reports show it beside
 * the sentence. One entry for each kind of reason.
 */
import type { Reason } from "./reason.ts";

/**
 * - `not-known`: dumbo has not seen the code.
 * - `writes`: it changes what others can see.
 * - `state`: it has, or depends on, state that no key can hold.
 * - `clock`, `random`, `timer`: it asks for what is another thing each time.
 * - `outside`: it reads, writes or sends, in a way that cannot be done again.
 * - `code-from-text`: it makes code while it runs.
 * - `module-loading`: it loads modules while it runs.
 * - `stack`: it looks at who has called it.
 * - `value`: it is given, or reads, a value that no key can hold.
 * - `result`: its result cannot be kept.
 * - `form`: no guard can stand in a function of its form.
 * - `too-small`: there is nothing to gain.
 * - `throws`: its calls throw.
 * - `waiting`: what others do while it waits could change it.
 * - `program`: the program replaced what dumbo builds on.
 * - `wrong`: a stored result was found wrong.
 * - `limit`: a limit of the configuration.
 */
export type Category =
  | "not-known"
  | "writes"
  | "state"
  | "clock"
  | "random"
  | "timer"
  | "outside"
  | "code-from-text"
  | "module-loading"
  | "stack"
  | "value"
  | "result"
  | "form"
  | "too-small"
  | "throws"
  | "waiting"
  | "program"
  | "wrong"
  | "limit";

/** What can be done. */
export type Remedy =
  /** Nothing: dumbo does it by itself in the next run. */
  | { readonly kind: "run-again" }
  /** Vouch for the function, or the package, by an entry of the assumePure list. */
  | { readonly kind: "assume-pure"; readonly entry: string | null }
  /** Hand the value in as an argument, instead of reading or writing it outside. */
  | { readonly kind: "pass-in"; readonly what: string }
  /** Split the function: the part that has the effect outside, the part that computes inside. */
  | { readonly kind: "split"; readonly what: string }
  /** Return the value instead of writing it to something else. */
  | { readonly kind: "return-it"; readonly what: string }
  /** Write the function in another way. */
  | { readonly kind: "rewrite"; readonly how: Rewriting }
  /** Raise or set an option of dumbo.config.json. */
  | { readonly kind: "configure"; readonly option: string };

export type Rewriting =
  | "name-the-function"
  | "move-to-module-level"
  | "use-rest-parameters"
  | "use-plain-parameters"
  | "use-a-plain-function"
  | "return-an-array"
  | "use-const"
  | "use-plain-data"
  | "use-a-static-import"
  | "close-what-it-opens"
  | "wait-for-it"
  | "return-fresh-objects"
  | "copy-the-memory"
  | "use-await-on-plain-promises"
  | "freeze-it-or-pass-primitives"
  | "move-it-out-of-the-block";

interface Advice {
  readonly category: Category;
  readonly remedies: readonly Remedy[];
}

/** What helps against a reason, the best first. Empty where nothing does. */
export function remedyOf(reason: Reason): readonly Remedy[] {
  return adviceOn(reason).remedies;
}

export function categoryOf(reason: Reason): Category {
  return adviceOn(reason).category;
}

/** Where the event is told by the name of an API, or by the kind of an event: what it is. */
const OF_EVENTS: Readonly<Record<string, Category>> = {
  clock: "clock",
  random: "random",
  timer: "timer",
  async: "waiting",
  code: "code-from-text",
  context: "code-from-text",
  evaluate: "code-from-text",
  module: "module-loading",
  gc: "state",
};

/** By how the names of APIs begin; the first that fits. */
const OF_APIS: readonly (readonly [RegExp, Category])[] = [
  [/^(Date\b|performance\b|node:perf_hooks\b|process\.(hrtime|uptime|cpuUsage|resourceUsage)\b)/, "clock"],
  [/^(Math\.random|crypto\b.*random|node:crypto\.(random|generateKey)|crypto\b)/i, "random"],
  [
    /^(set(Timeout|Interval|Immediate)|clear(Timeout|Interval|Immediate)|queueMicrotask|process\.nextTick|node:timers)\b/,
    "timer",
  ],
  [/^(eval|Function|WebAssembly|node:vm)\b/, "code-from-text"],
  [/^(require|module|node:module)\b/, "module-loading"],
  [/^Error\b/, "stack"],
  [/^(WeakRef|FinalizationRegistry|Proxy|SharedArrayBuffer|Atomics|globalThis|global|window|self)\b/, "state"],
];

function categoryOfApi(api: string): Category {
  return OF_APIS.find(([pattern]) => pattern.test(api))?.[1] ?? "outside";
}

const vouch: Remedy = { kind: "assume-pure", entry: null };
const PASS_TIME: readonly Remedy[] = [{ kind: "pass-in", what: "the time" }, vouch];

/** What helps where a function asks an API for something. */
function remediesOfApi(category: Category, api: string): readonly Remedy[] {
  switch (category) {
    case "clock":
      return PASS_TIME;
    case "random":
      return [{ kind: "pass-in", what: "the random number" }, vouch];
    case "code-from-text":
    case "stack":
    case "state":
      return [vouch];
    case "module-loading":
      return [{ kind: "rewrite", how: "use-a-static-import" }];
    default:
      return [{ kind: "split", what: api }, vouch];
  }
}

function rewrite(category: Category, how: Rewriting): Advice {
  return { category, remedies: [{ kind: "rewrite", how }] };
}

/** The package of an import specifier: `lib` of `lib/parse`, `@scope/lib` of `@scope/lib/parse`; null for a path. */
function packageOf(from: string | undefined): string | null {
  if (from === undefined || /^([./#]|file:|node:)/.test(from)) return null;
  return from.split("/", from.startsWith("@") ? 2 : 1).join("/");
}

/** Vouches for the package that a function comes from, or for the function that uses it. */
function vouchFor(reason: { readonly from?: string }): Remedy {
  return { kind: "assume-pure", entry: packageOf(reason.from) };
}

function adviceOn(reason: Reason): Advice {
  const none = (category: Category): Advice => ({ category, remedies: [] });
  const vouched = (category: Category): Advice => ({ category, remedies: [vouch] });
  switch (reason.kind) {
    case "writes-binding":
    case "writes-object":
      return { category: "writes", remedies: [{ kind: "return-it", what: reason.name }, vouch] };
    case "writes-this":
      return { category: "writes", remedies: [{ kind: "return-it", what: "this" }, vouch] };
    case "private-static":
      return vouched("state");
    case "uses-api":
    case "api-as-value": {
      const category = categoryOfApi(reason.api);
      return { category, remedies: remediesOfApi(category, reason.api) };
    }
    case "clock":
      return { category: "clock", remedies: PASS_TIME };
    case "api-result":
    case "handle-as-value":
      return { category: "outside", remedies: [{ kind: "split", what: reason.api }] };
    case "import-meta":
      return { category: "module-loading", remedies: [{ kind: "pass-in", what: "import.meta" }] };
    case "dynamic-import":
      return rewrite("module-loading", "use-a-static-import");
    case "module-object":
      return vouched("module-loading");
    case "stack-trace":
    case "arguments-read":
      return vouched("stack");
    case "constructor-read":
      return vouched("code-from-text");
    case "block-binding":
      return rewrite("form", "move-it-out-of-the-block");
    case "hidden-binding":
    case "super":
    case "outer-this":
      return rewrite("form", "move-to-module-level");
    case "unknown-code":
      return none("not-known");

    case "asm":
      return none("form");
    case "generator":
      return rewrite("form", "return-an-array");
    case "returns-nothing":
      return none("form");
    case "too-small":
    case "called-in-loops":
      return none("too-small");
    case "uses-arguments":
      return rewrite("form", "use-rest-parameters");
    case "uses-new-target":
      return none("form");
    case "arrow-this":
    case "arrow-pattern":
      return rewrite("form", "use-a-plain-function");
    case "default-parameter":
    case "shadowed-parameter":
      return rewrite("form", "use-plain-parameters");
    case "anonymous-default":
      return rewrite("form", "name-the-function");
    case "inside-function":
      return rewrite("form", "move-to-module-level");
    case "reassigned":
      return rewrite("form", "use-const");

    case "not-analysed":
      return { category: "not-known", remedies: [{ kind: "run-again" }] };
    case "too-large":
      return {
        category: "not-known",
        remedies: [{ kind: "configure", option: "limits.packageFile" }, vouchFor(reason)],
      };
    case "unread-code": {
      const again: readonly Remedy[] = reason.waiting === undefined ? [] : [{ kind: "run-again" }];
      return { category: "not-known", remedies: [...again, vouchFor(reason)] };
    }
    case "left-alone":
    case "native-function":
      return { category: "not-known", remedies: [vouchFor(reason)] };
    case "proxied-function":
    case "unshown-function":
    case "replaced-function":
      return vouched("not-known");
    case "ambiguous-function":
      return vouched("not-known");
    case "unseen-class":
      return vouched("not-known");
    case "odd-base":
    case "stamped-base":
    case "moved-self":
    case "class-base-replaced":
      return none("state");
    case "global-accessor":
      return none("state");
    case "unshown-capture":
    case "unshown-scopes":
      return rewrite("form", "move-to-module-level");
    case "uninitialised-capture":
      return none("state");

    case "proxy":
    case "opaque-object":
    case "built-in-object":
    case "extra-properties":
    case "own-class":
    case "private-members":
    case "weak-collection":
    case "accessor":
    case "array-attributes":
    case "read-only-regexp":
    case "stack-value":
    case "nodes-object":
    case "template-texts":
      return rewrite(sideOf(reason), "use-plain-data");
    case "shared-memory":
    case "resizable-memory":
    case "detached-memory":
    case "pooled-memory":
      return rewrite(sideOf(reason), "copy-the-memory");
    case "shares-object":
      return rewrite("result", "return-fresh-objects");
    case "new-symbol":
    case "new-function":
    case "new-accessor":
    case "unknown-class":
      return rewrite("result", "use-plain-data");
    case "large-result":
      return reason.bytes === undefined
        ? none("limit")
        : { category: "limit", remedies: [{ kind: "configure", option: "limits.value" }] };

    case "large-key":
      return { category: "limit", remedies: [{ kind: "pass-in", what: "only what it needs" }] };
    case "reading-runs-code":
      return rewrite("value", "use-plain-data");
    case "callers-arguments":
      return none("stack");
    case "added-member":
      return none("program");
    case "read-after-wait":
      return rewrite("waiting", "freeze-it-or-pass-primitives");
    case "given-function":
      return none("value");

    case "throws":
      return none("throws");
    case "changes":
    case "replaces-by-equal":
      return { category: "writes", remedies: [{ kind: "return-it", what: reason.what }] };
    case "changes-binding":
      return { category: "writes", remedies: [{ kind: "return-it", what: reason.name }] };
    case "changes-for-good":
      return { category: "writes", remedies: [] };
    case "changes-nothing":
      return { category: "form", remedies: [] };
    case "own-iterator":
    case "returns-thenable":
    case "own-promise":
      return rewrite("waiting", "use-await-on-plain-promises");
    case "unfinished-work":
      return rewrite("waiting", "wait-for-it");
    case "moved":
      return none("state");
    case "found-wrong":
    case "prints-otherwise":
    case "writes-otherwise":
    case "result-differs":
      return none("wrong");

    case "touches": {
      const category = OF_EVENTS[reason.event] ?? categoryOfApi(reason.api);
      const isWrite = reason.why !== undefined || /\b(write|mkdir|copyFile)/.test(reason.api);
      const replay: readonly Remedy[] = isWrite ? [{ kind: "configure", option: "replayWrites" }] : [];
      return { category, remedies: [...replay, ...remediesOfApi(category, reason.api)] };
    }
    case "listed-touches":
      return none("outside");
    case "touches-after-wait":
      return { category: "waiting", remedies: [{ kind: "split", what: reason.api }] };
    case "changed-while-read":
    case "others-wrote":
      return { category: "outside", remedies: [{ kind: "run-again" }] };
    case "trace-limit":
    case "large-write":
      return none("limit");
    case "ends-early":
    case "catches-error":
    case "callback-throws":
      return rewrite("waiting", "wait-for-it");
    case "left-open":
      return rewrite("outside", "close-what-it-opens");
    case "mixed-waits":
      return { category: "waiting", remedies: [{ kind: "split", what: "what it does at once" }] };
    case "changeable-input":
      return rewrite("waiting", "freeze-it-or-pass-primitives");
    case "replaced-api":
    case "replaced-built-in":
    case "removed-member":
    case "added-built-in":
    case "last-match":
      return none("program");
    case "dependency-changed":
      return none("outside");

    case "unparsed":
    case "with-statement":
    case "shadowed-name":
    case "contains-mark":
      return none("not-known");
    case "direct-eval":
      return none("code-from-text");
  }
}

/** Whether a value was met in a result, or in what the call is given or reads. */
function sideOf({ via }: Reason): "value" | "result" {
  return via?.some(({ step }) => step === "result") ? "result" : "value";
}
