/**
 * A program in which each name of the table is mentioned by a function of its own, by every road that code can take
 * (roads.ts). The functions read what they mention and never use it, so that nothing happens; to be answered from the cache,
 * all that they read has to be known to be harmless.
 */
import { types } from "node:util";
import { GLOBALS, passesScan, type Seen, verdictOf } from "../../../audit/verdicts/verdicts.ts";
import { commonJsRoads, esModuleRoads, exporting, globalRoads, isName, type Roads, specifier } from "./roads.ts";
import { isUnloaded, whyUnread } from "./unused.ts";

export interface Mentions {
  readonly files: Readonly<Record<string, string>>;
  /** What each function mentions, and how: `node:fs readFileSync by an alias`. */
  readonly labels: ReadonlyMap<string, string>;
  /** The same for functions that mention what is pure. */
  readonly pure: ReadonlyMap<string, string>;
}

/** Functions that must not be answered, and some that must. */
export function mentions(seen: Seen): Mentions {
  const files: Record<string, string> = {};
  const labels = new Map<string, string>();
  const pure = new Map<string, string>();
  /** A function that reads an expression. */
  const mention = (label: string, expression: string, list = labels): string => {
    const name = `f${labels.size + pure.size}`;
    list.set(name, label);
    return `export function ${name}(n) { try { void (${expression}); } catch {} return work(n); }\n`;
  };
  const work = "const work = (n) => { let sum = 0; for (let i = 0; i < n; i++) sum += i; return sum; };\n";
  const all = ({ head, to }: Roads, prefix = ""): string => {
    const each = [...to].flatMap(([name, roads]) =>
      roads.map(({ by, expression }) => mention(`${prefix}${name} ${by}`, expression)),
    );
    return work + head + each.join("");
  };
  for (const [place, kinds] of Object.entries(seen)) {
    if (place === GLOBALS) {
      const free = Object.keys(kinds).filter((name) => /^[a-z]\w*$|^(Math|JSON|Number|Object)\.\w+$/.test(name));
      const some = free.filter((name) => passesScan(place, name) && kinds[name] === "");
      files["globals.mjs"] = all(globalRoads(Object.keys(kinds).filter(isMentionable)));
      files["pure.mjs"] = work + some.map((name) => mention(`${name} by name`, name, pure)).join("");
      continue;
    }
    if (isUnloaded(place)) continue;
    const names = Object.keys(kinds).filter((name) => isName(name) && !passesScan(place, name));
    const file = place.replace(/\W/g, "_");
    const id = specifier(place);
    files[`${file}.mjs`] = all(esModuleRoads(id, names), `${id} `);
    files[`${file}.cjs`] = exporting(all(commonJsRoads(id, names), `${id} `));
  }
  files["main.mjs"] = main(Object.keys(files));
  return { files, labels, pure };
}

function isMentionable(name: string): boolean {
  return !passesScan(GLOBALS, name) && whyUnread(name) === null && name.split(".").every(isName);
}

/**
 * Whether what a label names is a tapped function: calls of it are noticed (as `roads.mjs` and the programs of rows.ts show), so that
 * calls which only have it may be answered; or a class that may be held.
 */
export function isNoticed(label: string, seen: Seen): boolean {
  const [place = "", name = ""] = label.split(" ");
  const module = place.replace(/^node:/, "");
  const path = module === place ? place : `${module}.${name}`;
  // Not tapped, but dumbo's own function stands there (loader/stack-frames.ts): the differential program of the hook that formats stack traces shows that it tells.
  if (path === "Error.prepareStackTrace") return true;
  if ([verdictOf(GLOBALS, path, ""), verdictOf(module, name, "")].includes("held")) return true;
  const kinds = [seen[place]?.[name], seen[module]?.[name], seen[GLOBALS]?.[path]];
  return kinds.some((kind) => kind !== undefined && kind !== "");
}

/**
 * Whether what a label names is data, which a key holds by its value, or a pure function of the language under another
 * name, or prints: whether a call of it can be printed again is found out when it is called. Calls that only mention
 * these may be answered.
 */
export function isKeyed(label: string): boolean {
  const [place = "", name = ""] = label.split(" ");
  const value: unknown = place.startsWith("node:")
    ? (process.getBuiltinModule(place) as Record<string, unknown> | undefined)?.[name]
    : place.split(".").reduce((at: unknown, key) => (at as Record<string, unknown> | undefined)?.[key], globalThis);
  if (typeof value !== "function" || value === ArrayBuffer.isView || value === Array.isArray) return true;
  // Older versions of Node have some of them under another name, too: `util.isRegExp`.
  if (Object.values(types).some((one) => one === value)) return true;
  return Object.values(console).includes(value);
}

/** Calls every function twice, and one that has to be answered. */
function main(files: readonly string[]): string {
  return `
process.removeAllListeners("warning");
process.on("warning", function ignored() {});
function control(n) { let sum = 0; for (let i = 0; i < n; i++) sum += Math.sqrt(i); return sum; }
control(100);
control(100);
for (const file of ${JSON.stringify(files)}) {
  const module = await import("./" + file);
  for (const f of Object.values(file.endsWith(".cjs") ? module.default : module)) {
    f(100);
    f(100);
  }
}
process.exit(0);
`;
}
