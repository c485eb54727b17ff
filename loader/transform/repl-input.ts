/**
 * One input of a REPL. Its top-level bindings are global, and any later input may read them, assign to them and declare them anew. So the input is
 * analysed as a module that assigns to all of them: then each is read when a key is made.
 */
import { isBuiltin } from "node:module";
import MagicString from "magic-string";
import type { Scopes } from "../../audit/scan/syntax.ts";
import { MODULE_NAMES } from "../../audit/scan/uses.ts";
import { MARK, originalText } from "../../src/code/guard-text.ts";
import type { Site } from "../../src/code/manifest.ts";
import type { PlainAnalysis } from "../../src/code/plain-module.ts";
import type { Reason } from "../../src/reason/reason.ts";
import { type AnalyseOptions, analyse } from "../analyse/analyse.ts";
import { parse, parseInput } from "../parse/parse.ts";
import { analyseScopes } from "../parse/scopes.ts";
import { analysePlain } from "./plain-code.ts";
import { insertGuard } from "./rewrite.ts";
import { directEval, unparsed } from "./transform.ts";

/** A function that gets a guard. */
export interface InputSite {
  /** The number in the name of its guard. */
  readonly number: number;
  /** The binding that its function is found by. */
  readonly variable: string;
  readonly site: Site;
}

/** For one line: from column `ran` of the text that runs on, the columns are those from `typed` on in the text that was typed. Both count from 0. */
export type Columns = readonly (readonly [ran: number, typed: number])[];

export interface InputRefusal {
  readonly name: string;
  /** Null for an async function, which gets no guard at a prompt. */
  readonly reason: Reason | null;
}

export interface GuardedInput {
  readonly code: string;
  /** Of each line of the text. */
  readonly columns: readonly Columns[];
  readonly sites: readonly InputSite[];
  /** Functions that the input declares and that get no guard. */
  readonly refused: readonly InputRefusal[];
  /** The names that the input declares in the global scope. */
  readonly declares: readonly string[];
}

/**
 * Puts guards into the functions that an input declares. Nothing moves to another line.
 * @param first the number for the first of its guards; no other guard has this number or a higher one
 * @param isGlobal whether a name leads to a global of the language or of Node
 * @returns null if the text does not parse
 */
export function guardInput(
  text: string,
  first: number,
  isGlobal: (name: string) => boolean,
  options: AnalyseOptions,
): GuardedInput | null {
  let scopes: Scopes;
  try {
    scopes = analyseScopes(parseInput(text), "commonjs");
  } catch {
    return null;
  }
  const declares = declaredNames(scopes);
  const unguarded = { code: text, columns: [], sites: [], refused: [], declares };
  if (text.includes(MARK) || directEval(scopes)) return unguarded;
  const known = outerNames(scopes, isGlobal);
  const whole = known.length === 0 ? text : `${text}\n;var ${known.join()};`;
  try {
    // This throws if the text has `await` outside of functions: Node runs another text then.
    const program = parse(whole, "commonjs");
    const analysis = analyse(program, whole, analyseScopes(program, "commonjs"), options);
    const edits = new MagicString(text);
    const sites: InputSite[] = [];
    const refused: InputRefusal[] = analysis.refusals
      .filter(({ name, trivial }) => !trivial && declares.includes(name))
      .map(({ name, reason }) => ({ name, reason }));
    for (const guard of analysis.guards) {
      const site = analysis.sites[guard.site] as Site;
      // A function that is found by a path is not declared under a name of its own.
      if (site.access.kind !== "binding") continue;
      if (site.async) {
        refused.push({ name: site.name, reason: null });
        continue;
      }
      const number = first + sites.length;
      sites.push({ number, variable: analysis.getters[site.access.getter]?.text ?? "", site });
      insertGuard(edits, text, { ...guard, site: number });
    }
    return { code: edits.toString(), columns: columnsOf(edits), sites, refused, declares };
  } catch {
    // The analysis cannot deal with the text, so it runs as it is.
    return unguarded;
  }
}

/**
 * Makes the manifest of an input from the text of its script. There are no probes in it.
 * @param script the text that V8 has: with guards, and with what the REPL has put around it
 */
export function analyseInput(
  script: string,
  id: string,
  isGlobal: (name: string) => boolean,
  options: AnalyseOptions,
): PlainAnalysis {
  const text = originalText(script);
  let scopes: Scopes;
  try {
    scopes = analyseScopes(parse(text, "commonjs"), "commonjs", { findsOnce: false });
  } catch (error) {
    return { untouched: unparsed(error) };
  }
  const outer = outerNames(scopes, isGlobal);
  const all = [...outer, ...declaredNames(scopes)];
  const declaration = outer.length === 0 ? "" : `var ${outer.join()};`;
  const whole = `${text}\n;${declaration}${all.map((name) => `${name}=0;${name}=1;`).join("")}`;
  const analysis = analysePlain(whole, id, "commonjs", options);
  if ("untouched" in analysis || analysis.plain === undefined) return analysis;
  const builtins = outer.filter((name) => isBuiltin(name)).map((name) => `node:${name}`);
  return { ...analysis, plain: { ...analysis.plain, needs: [...analysis.plain.needs, ...builtins] } };
}

function columnsOf(edits: MagicString): Columns[] {
  const { mappings } = edits.generateDecodedMap({ hires: true });
  return mappings.map((line) => line.map(([ran, , , typed = ran]) => [ran, typed] as const));
}

function declaredNames({ top }: Scopes): string[] {
  return top.variables.filter(({ defs }) => defs.length > 0).map(({ name }) => name);
}

/** Names that other inputs may have declared. */
function outerNames({ uses }: Scopes, isGlobal: (name: string) => boolean): string[] {
  const names = uses.filter(({ variable }) => variable === null).map(({ name }) => name);
  return [...new Set(names)].filter((name) => !isGlobal(name) && !MODULE_NAMES.has(name) && name !== "arguments");
}
