/**
 * A program in which each name of the table is mentioned by a function of its own, by every road that code can take: as
 * an ES import by name, by default and as a namespace, by `require`, through aliases, computed, through
 * `process.getBuiltinModule`. The functions never use what they mention, so that nothing happens; to be answered from the
 * cache, all that they reach has to be known to be harmless.
 */
import { GLOBALS, passesScan, type Seen } from "../../audit/verdicts.ts";

export interface Mentions {
  readonly files: Readonly<Record<string, string>>;
  /** What each function mentions, and how: `node:fs readFileSync by an alias`. */
  readonly labels: ReadonlyMap<string, string>;
  /** The same for functions that mention what is pure. */
  readonly pure: ReadonlyMap<string, string>;
}

/** Not to be loaded: they warn, or Node itself cannot load them in any order. */
const UNLOADED = /^_|^(punycode|sys|wasi|node:ffi|domain|trace_events|inspector\/promises)$|^node:test/;
/** Looking at them warns or throws, or forbids everything at once. */
const UNREAD = /^(localStorage|sessionStorage|gc)\b|^RegExp\./;
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Functions that must not be answered, and some that must. */
export function mentions(seen: Seen): Mentions {
  const files: Record<string, string> = {};
  const labels = new Map<string, string>();
  const pure = new Map<string, string>();
  /** A function that could use an expression. */
  const mention = (label: string, expression: string, list = labels): string => {
    const name = `f${labels.size + pure.size}`;
    list.set(name, label);
    return `export function ${name}(n) { if (n < 0) return ${expression}; return work(n); }\n`;
  };
  const head = "const work = (n) => { let sum = 0; for (let i = 0; i < n; i++) sum += i; return sum; };\n";
  for (const [place, kinds] of Object.entries(seen)) {
    const names = Object.keys(kinds).filter((name) => NAME.test(name) && !passesScan(place, name));
    if (place === GLOBALS) {
      const free = Object.keys(kinds).filter((name) => /^[a-z]\w*$|^(Math|JSON|Number|Object)\.\w+$/.test(name));
      const some = free.filter((name) => passesScan(place, name) && kinds[name] === "");
      files["globals.mjs"] = head + globals(Object.keys(kinds), mention);
      files["pure.mjs"] = head + some.map((name) => mention(`${name} by name`, name, pure)).join("");
      continue;
    }
    if (UNLOADED.test(place)) continue;
    const file = place.replace(/\W/g, "_");
    const id = place.startsWith("node:") ? place : `node:${place}`;
    files[`${file}.mjs`] = head + esModule(id, names, mention);
    files[`${file}.cjs`] =
      head + commonJs(id, names, mention).replaceAll(/^export function (f\d+)/gm, "exports.$1 = function $1");
  }
  files["main.mjs"] = main(Object.keys(files));
  return { files, labels, pure };
}

type Mention = (label: string, expression: string) => string;

function globals(names: readonly string[], mention: Mention): string {
  return names
    .filter((name) => !passesScan(GLOBALS, name) && !name.includes("#") && !UNREAD.test(name))
    .filter((name) => name.split(".").every((part) => NAME.test(part)))
    .map((name, i) => {
      const [root = "", ...members] = name.split(".");
      const member = members.at(-1);
      const by = mention(`${name} by name`, name) + mention(`${name} of globalThis`, `globalThis.${name}`);
      if (member === undefined) return by;
      const whole = [root, ...members.slice(0, -1)].join(".");
      return (
        by +
        mention(`${name} computed`, `${whole}["${member.slice(0, 1)}" + "${member.slice(1)}"]`) +
        `const { ${member}: g${i} } = ${whole};\n` +
        mention(`${name} by an alias`, `g${i}`)
      );
    })
    .join("");
}

function esModule(id: string, names: readonly string[], mention: Mention): string {
  const imports = `import whole from "${id}";\nimport * as space from "${id}";\nconst got = process.getBuiltinModule("${id}");\n`;
  const each = names.map((name, i) =>
    [
      `const named${i} = space.${name} ?? whole.${name};\nconst { ${name}: alias${i} } = whole;\nconst { ${name}: late${i} } = got;\n`,
      mention(`${id} ${name} by default import`, `whole.${name}`),
      mention(`${id} ${name} by namespace`, `space.${name}`),
      mention(`${id} ${name} computed`, `whole["${name.slice(0, 1)}" + "${name.slice(1)}"]`),
      mention(`${id} ${name} of getBuiltinModule`, `got.${name}`),
      mention(`${id} ${name} of getBuiltinModule inside`, `process.getBuiltinModule("${id}").${name}`),
      mention(`${id} ${name} by an alias of the namespace`, `named${i}`),
      mention(`${id} ${name} by an alias`, `alias${i}`),
      mention(`${id} ${name} by an alias of getBuiltinModule`, `late${i}`),
    ].join(""),
  );
  return imports + each.join("");
}

function commonJs(id: string, names: readonly string[], mention: Mention): string {
  const each = names.map((name, i) =>
    [
      `const { ${name}: alias${i} } = require("${id}");\nconst member${i} = require("${id}").${name};\n`,
      mention(`${id} ${name} by require`, `whole.${name}`),
      mention(`${id} ${name} by require inside`, `require("${id}").${name}`),
      mention(`${id} ${name} by a required alias`, `alias${i}`),
      mention(`${id} ${name} by a required member`, `member${i}`),
    ].join(""),
  );
  return `const whole = require("${id}");\n${each.join("")}`;
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
