/** Advice for a function that uses an API of the language or of Node. It depends on what the API does. */
import type { Advice, Category } from "../remedy.ts";
import { only, orVouched, rewrite, vouched } from "./advice.ts";

/** Categories by the beginnings of APIs' names. The first pattern that matches counts. */
const CATEGORIES: readonly (readonly [RegExp, Category])[] = [
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

export function categoryOfApi(api: string): Category {
  return CATEGORIES.find(([pattern]) => pattern.test(api))?.[1] ?? "outside";
}

/** APIs that change files or the process. A call of one is there for its effect, so a user cannot vouch that it may be left out. */
const CHANGES =
  /^(node:)?(fs\b.*[./](append|[fl]?ch(mod|own)|copyFile|cp|f(data)?sync|createWriteStream|link|symlink|mk(dir|dtemp)|rename|rm|[fl]?utimes|f?truncate|unlink|write)\w*$|process\.(abort|chdir|dlopen|exit|kill|reallyExit|send|set\w+)\b)/;
/** The APIs whose writes a hit repeats if `replayWrites` is set (audit/scan/recorded.ts). */
const REPLAYED = /^(node:)?fs(\.(copyFile|mkdir|writeFile)Sync|[./]promises\.(mkdir|writeFile))$/;

function adviceOnChange(category: Category, api: string): Advice {
  const split = { kind: "split", what: api } as const;
  if (!REPLAYED.test(api)) return only(category, split);
  return { category, remedies: [{ kind: "configure", option: "replayWrites" }, split] };
}

export const ON_CLOCK: Advice = orVouched("clock", { kind: "pass-in", what: "the time" });

export function adviceOnApi(category: Category, api: string): Advice {
  switch (category) {
    case "clock":
      return ON_CLOCK;
    case "random":
      return orVouched(category, { kind: "pass-in", what: "the random number" });
    case "code-from-text":
    case "stack":
    case "state":
      return vouched(category);
    case "module-loading":
      return rewrite(category, "use-a-static-import");
    default:
      if (CHANGES.test(api)) return adviceOnChange(category, api);
      return orVouched(category, { kind: "split", what: api });
  }
}
