/**
 * Differential programs for the rows of the table that are not pure: a function for each, which works long enough to be
 * worth keeping, uses what the row names, by one of the roads that lead there, and returns all that can be seen of that.
 */
import { type BuiltInVerdict, GLOBALS, type Seen, verdictOf } from "../../../audit/verdicts/verdicts.ts";
import { INSTANCES, useOf, VARIES } from "./recipes.ts";
import { commonJsRoads, esModuleRoads, exporting, globalRoads, isName, type Road, specifier } from "./roads.ts";
import { whyUnused } from "./unused.ts";

/** A row, and the function that uses it. */
export interface Row {
  readonly place: string;
  readonly name: string;
  readonly kind: string;
  readonly verdict: BuiltInVerdict;
  /** Name of its modules, less the ending. */
  readonly file: string;
  /** Name of the function. */
  readonly fn: string;
  /** `by an alias` */
  readonly by: string;
  /** `node:fs readFileSync by an alias` */
  readonly label: string;
}

export interface Rows {
  readonly rows: readonly Row[];
  /** Modules by path; their exports are the functions. */
  readonly files: Readonly<Record<string, string>>;
}

/** What each module begins with: work, and what shows of a value or an error. */
const HEAD = `
const work = (n) => { let sum = 0; for (let i = 0; i < n; i++) sum += i; return sum; };
const ignore = () => undefined;
const later = (use) => new Promise((resolve) => use((error, value) => resolve(error ? failure(error) : value)));
const isPlain = (value) => {
  const above = Object.getPrototypeOf(value);
  return Array.isArray(value) || above === null || Object.getPrototypeOf(above) === null;
};
const show = (value) => {
  if (typeof value === "function") return "function " + value.name + " " + value.length;
  if (typeof value !== "object" || value === null) return typeof value + " " + String(value).slice(0, 200);
  const tag = Object.prototype.toString.call(value);
  if (value instanceof Uint8Array) return tag + " " + value.length;
  if (value instanceof Error) return tag + " " + failure(value);
  if (!isPlain(value)) return tag + " " + Object.keys(value).join();
  return tag + " " + Object.entries(value).map(([key, one]) => key + ": " + (typeof one === "object" ? typeof one : show(one))).join();
};
const kindOf = (value) => typeof value + " " + Object.prototype.toString.call(value);
const failure = (error) => error instanceof Error ? error.name + " " + error.code + " " + error.message : typeof error;
`;

/** All rows of the running Node, as `seen` shows them, of some verdicts and not declared to be unused. */
export function rowsOf(
  seen: Seen,
  isMeant: (verdict: BuiltInVerdict) => boolean,
  which: "one road each" | "all roads",
): Rows {
  const rows: Row[] = [];
  const files: Record<string, string> = {};
  for (const [place, kinds] of Object.entries(seen)) {
    const file = place.replace(/\W/g, "_");
    const own = Object.entries(kinds).flatMap(([name, kind]) => {
      const verdict = verdictOf(place, name, kind);
      return isMeant(verdict) && whyUnused(place, name) === null ? [{ place, name, kind, verdict, file }] : [];
    });
    if (own.length === 0) continue;
    const texts = { mjs: new Source(place, "mjs", own), cjs: new Source(place, "cjs", own) };
    for (const row of own) {
      const roads = (["mjs", "cjs"] as const).flatMap((type) =>
        texts[type]
          .roads(row.name)
          .filter((road) => leads(road, row))
          .map((road) => ({ type, road })),
      );
      // Together, those of one road each take all of them.
      const turn = rows.length % roads.length;
      for (const { type, road } of which === "all roads" ? roads : roads.slice(turn, turn + 1)) {
        const fn = `f${rows.length}`;
        texts[type].add(fn, row, road);
        rows.push({
          ...row,
          fn,
          by: road.by,
          label: `${place === GLOBALS ? "" : `${specifier(place)} `}${row.name} ${road.by}`,
        });
      }
    }
    files[`${file}.mjs`] = texts.mjs.text;
    if (place !== GLOBALS) files[`${file}.cjs`] = exporting(texts.cjs.text);
  }
  return { rows, files };
}

/** Whether a road leads to what a row names when it is used, and not to what that was when the module was loaded. */
function leads({ by }: Road, { place, name }: Use): boolean {
  if (/alias|namespace|member/.test(by) && lookUp(place, name) !== "function") return false;
  const exports = place === GLOBALS ? null : process.getBuiltinModule(place);
  return !by.includes("namespace") || Object.keys(exports ?? {}).includes(firstOf(place, name));
}

type Use = Pick<Row, "place" | "name" | "verdict">;

/** One module of such functions. */
class Source {
  readonly #place: string;
  readonly #type: "mjs" | "cjs";
  readonly #roads: ReadonlyMap<string, readonly Road[]>;
  #head: string;
  #functions = "";

  constructor(place: string, type: "mjs" | "cjs", rows: readonly Use[]) {
    this.#place = place;
    this.#type = type;
    const first = ({ name }: Use) => firstOf(place, name);
    const names = [...new Set(rows.map(first))].filter((name) => name.split(".").every(isName));
    const id = specifier(place);
    const { head, to } =
      place === GLOBALS
        ? globalRoads(type === "mjs" ? names : [])
        : type === "mjs"
          ? esModuleRoads(id, names)
          : commonJsRoads(id, names);
    this.#head = HEAD + head;
    this.#roads = to;
  }

  /** The roads to what a row names, or to the export that it belongs to. */
  roads(name: string): readonly Road[] {
    const first = firstOf(this.#place, name);
    const rest = name.slice(first.length).replace("#", ".prototype.");
    return (this.#roads.get(first) ?? []).map(({ by, expression }) => ({ by, expression: expression + rest }));
  }

  add(fn: string, row: Use, { expression }: Road): void {
    const { place, name } = row;
    const [owner, member] = name.split("#");
    const instance = member === undefined ? undefined : INSTANCES[`${place} ${owner}`];
    let use = useOf(place, name, row.verdict === "recorded read") ?? this.#usual(row, instance !== undefined);
    if (use.includes("instance")) {
      this.#head += `const instance_${fn} = ${instance?.replace("@", `${fn}.handle`)};\n`;
      // CommonJS cannot wait for one while it loads.
      use = use.replaceAll("instance", owner === "FileHandle" ? `(await instance_${fn})` : `instance_${fn}`);
    }
    if (use.includes("%")) {
      this.#head += `const fd_${fn} = process.getBuiltinModule("node:fs").openSync("${fn}.fd", "w+");\n`;
      use = use.replaceAll(/%(?![so])/g, `fd_${fn}`);
    }
    const files = this.#type === "mjs" ? 'import files from "node:fs";\n' : 'const files = require("node:fs");\n';
    if (use.includes("files.") && !this.#head.includes(files)) this.#head += files;
    if (use.includes("vmContext")) this.#head += "const vmContext = whole.createContext({});\n";
    const text = use.replaceAll("@", fn).replaceAll("$", () => expression);
    const shown = VARIES.test(`${place}.${name}`) ? "kindOf" : "show";
    const statement = text.endsWith(";") ? text : `out.push(${shown}(${text}));`;
    this.#functions += `export ${use.includes("await ") ? "async " : ""}function ${fn}(n) {
  const out = [work(n)];
  try { ${statement} } catch (error) { out.push(failure(error)); }
  return out;
}
`;
  }

  /** Called without arguments, constructed or read, after what it is here. */
  #usual({ place, name }: Use, hasInstance: boolean): string {
    const [, member] = name.split("#");
    const at = hasInstance ? `instance.${member}` : "$";
    const value = lookUp(place, name);
    if (value === "getter") return at;
    if (value !== "function") return "$";
    const isClass = member === undefined && /^[A-Z]/.test(name.split(".").at(-1) as string) && name !== "Date";
    const isAwaited = hasInstance && name.startsWith("FileHandle#");
    return isClass ? "new ($)()" : `${isAwaited ? "await " : ""}${at}()`;
  }

  get text(): string {
    return this.#head + this.#functions;
  }
}

/** The export that a row belongs to; of globals, the row itself unless instances have it. */
function firstOf(place: string, name: string): string {
  return (place === GLOBALS ? name.split("#") : name.split(/[.#]/))[0] as string;
}

/** What a row names on the running Node. */
function lookUp(place: string, name: string): string {
  let at: unknown = place === GLOBALS ? globalThis : process.getBuiltinModule(place);
  const path = name.replace("#", ".prototype.").split(".");
  const last = path.pop() as string;
  for (const part of path) at = (at as Record<string, unknown> | undefined)?.[part];
  for (let owner = at as object | null | undefined; owner; owner = Object.getPrototypeOf(owner)) {
    const property = Object.getOwnPropertyDescriptor(owner, last);
    if (property) return property.get && name.includes("#") ? "getter" : typeof Reflect.get(at as object, last);
  }
  return "function";
}

/** Calls every function of some modules twice and prints what they return. */
export function mainOf(paths: readonly string[], labels: Readonly<Record<string, string>>): string {
  return `
// Makes ES imports of all its exports, before anything asks for the module.
import "node:fs";
const { stdout } = process;
${HEAD}
if (process.env.ROW_FOLDER) process.chdir(process.env.ROW_FOLDER);
process.removeAllListeners("warning");
process.on("warning", function ignored() {});
process.on("unhandledRejection", function ignored() {});
process.on("uncaughtException", function ignored() {});
const labels = ${JSON.stringify(labels)};
function control(n) {
  const out = [work(n)];
  try { out.push(show([n]), kindOf(n)); } catch (error) { out.push(failure(error)); }
  return out;
}
control(100);
control(100);
for (const path of ${JSON.stringify(paths)}) {
  const module = await import("./" + path);
  for (const [name, f] of Object.entries(path.endsWith(".cjs") ? module.default : module)) {
    for (let i = 0; i < 2; i++) {
      const answer = f(50);
      const out = await answer;
      stdout.write(labels[name] + ": " + JSON.stringify(out) + "\\n");
      // What an async function returns is looked at once more before it is kept.
      if (out !== answer) await new Promise((turn) => setImmediate(turn));
    }
  }
}
// A pipe may still hold what was written.
stdout.write("", () => process.exit(0));
`;
}
