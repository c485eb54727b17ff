/**
 * Has `import(name)` tell what it imports, where no hook is told and the name is known only when it runs: another function of as many characters is called
 * in its place, which stands behind the module's text and imports by itself. So nothing in the module moves, and Node looks for the name from the same file.
 */
import { TOLD_IMPORT } from "../../src/code/guard-text.ts";
import { IMPORT_CALLS } from "../parse/imported-names.ts";

/** By this name, dumbo is found in all modules. */
const RUNTIME = Symbol.for("dumbo");

/** Which of the calls in a text tell. */
export interface ToldImports {
  /** How many places in the text look like such calls, which may also be in texts and comments. */
  readonly places: number;
  /** The numbers of those that are. */
  readonly told: ReadonlySet<number>;
}

/** @param computed where they begin. @returns null where they cannot be told from others, or the text has the name of the function of its own */
export function toldImports(text: string, computed: readonly number[]): ToldImports | null {
  if (text.includes(TOLD_IMPORT)) return null;
  const places = Array.from(text.matchAll(IMPORT_CALLS), ({ index }) => index);
  const told = new Set(computed.map((start) => places.indexOf(start)));
  return told.has(-1) ? null : { places: places.length, told };
}

/**
 * The text that Node gets.
 * @param text of the module, perhaps rewritten: that adds no calls of `import`, and moves none behind another
 * @returns null where it has other places than those that were counted
 */
export function withToldImports(text: string, path: string, { places, told }: ToldImports): string | null {
  let number = 0;
  const changed = text.replace(IMPORT_CALLS, (call) =>
    told.has(number++) ? TOLD_IMPORT + call.slice("import".length) : call,
  );
  return number === places ? changed + telling(path) : null;
}

/** The function. Whether what it calls was there all the time is asked when the run ends. */
function telling(path: string): string {
  const tell = 'globalThis[Symbol.for("dumbo")]?.importing?.';
  return `\n;function ${TOLD_IMPORT}(n,o){${tell}(${JSON.stringify(path)},n);return o===void 0?import(n):import(n,o)}`;
}

/** Whether the function finds what it calls. */
export function isToldOfImports(): boolean {
  return typeof (Reflect.get(globalThis, RUNTIME) as { importing?: unknown } | undefined)?.importing === "function";
}
