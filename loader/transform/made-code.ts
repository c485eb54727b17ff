/**
 * The manifest of code that `Function` and its kin make of a text. Nothing of it is rewritten, as its text can be looked at: so no probe
 * tells what runs, and whatever the scan finds forbids caching whoever reaches it. Its names lead to globals, or are properties of the
 * object of a `with` statement. Of a global that no key holds, there may be none: that is asked when the code is met.
 */
import MagicString from "magic-string";
import { isBuiltInName } from "../../audit/builtins/names.ts";
import { impureGlobal, STACK_PROPERTIES } from "../../audit/scan/allow-list.ts";
import { isLookedInto, isWithin, memberPath, type Node, type Scopes, type Use } from "../../audit/scan/syntax.ts";
import { MODULE_NAMES } from "../../audit/scan/uses.ts";
import { MARK } from "../../src/code/guard-text.ts";
import type { TextAnalysis } from "../../src/code/made-module.ts";
import type { AbsentGlobal, Cell, Unit } from "../../src/code/manifest.ts";
import { hashText } from "../../src/hash.ts";
import type { ModuleCause } from "../../src/reason/reason.ts";
import { type Analysis, analyse } from "../analyse/analyse.ts";
import { parse } from "../parse/parse.ts";
import { analyseScopes } from "../parse/scopes.ts";
import { directEval, manifestOf, unparsed } from "./transform.ts";

/** @param script the text of the script: one function expression in parentheses */
export function analyseMade(script: string, id: string): TextAnalysis {
  if (script.includes(MARK)) return { untouched: { kind: "contains-mark", name: MARK } };
  let program: ReturnType<typeof parse>;
  try {
    program = parse(script, "commonjs");
  } catch (error) {
    return { untouched: unparsed(error) };
  }
  if (!isOneFunction(program.body as unknown as Node[])) {
    return { untouched: { kind: "unparsed", message: "it is more than one function" } };
  }
  const scopes = analyseScopes(program, "commonjs");
  const withs = [...scopes.parents.keys()].filter(({ type }) => type === "WithStatement");
  const cause = ownName(program, scopes) ?? directEval(scopes) ?? unsafeInWith(scopes, withs) ?? sloppyThis(scopes);
  if (cause) return { untouched: cause };
  const absent = absentGlobals(scopes);
  const lacks = new Set(absent.map(({ name }) => name));
  const options = { scope: "package", assumed: [], assumedBuiltins: [], isMade: true } as const;
  const analysis = analyse(program, script, lacking(scopes, lacks), options);
  const outer = analysis.cells.find(({ own }) => own !== true);
  if (outer) return { untouched: { kind: "foreign-name", name: outer.name } };
  const own = withs.length === 0 ? analysis : unsettled(analysis, id, scopes, withs);
  const manifest = manifestOf(id, ownCode(own, absent.length > 0), new MagicString(script));
  return { ...manifest, made: { globals: globalsOf(scopes), absent } };
}

function isOneFunction(body: readonly Node[]): boolean {
  const [statement, ...others] = body;
  if (others.length > 0 || statement?.type !== "ExpressionStatement") return false;
  return (statement.expression as Node).type === "FunctionExpression";
}

/** The text has a name for the function, which is none of its bindings: it would lead to a global. */
function ownName({ body }: ReturnType<typeof parse>, scopes: Scopes): ModuleCause | null {
  const [statement] = body as unknown as Node[];
  const uses = scopes.own(statement?.expression as Node);
  return uses.length === 0 ? null : { kind: "foreign-name", name: "anonymous" };
}

/** The same scopes without the names that no global has: to use one throws, or says that there is none. */
function lacking(scopes: Scopes, names: ReadonlySet<string>): Scopes {
  const isThere = ({ variable, name, write }: Use) => variable !== null || write || !names.has(name);
  return { ...scopes, uses: scopes.uses.filter(isThere), free: (node) => scopes.free(node).filter(isThere) };
}

/** The state that code reads of which no global has the names. */
const ABSENCE: Cell = { name: "what globals there are", path: [], getter: 0 };

/** No binding and no path leads to a function of it, and none gets a guard. @param readsAbsence whether that is part of its state */
function ownCode(analysis: Analysis, readsAbsence: boolean): Analysis {
  const only = { ...analysis, members: [], classes: [], sites: [], refusals: [], probes: [], probed: [] };
  if (!readsAbsence) return only;
  const absence = analysis.cells.length;
  const units = analysis.units.map((unit): Unit => ({ ...unit, refs: [...unit.refs, absence] }));
  return { ...only, units, cells: [...analysis.cells, ABSENCE] };
}

/** With `with` statements: what names lead to depends on what they are called, and of functions within one, nobody knows on what object. */
function unsettled(analysis: Analysis, id: string, scopes: Scopes, withs: readonly Node[]): Analysis {
  const hidden = new Set(analysis.inner.filter(({ text }) => isInWith(text, withs)).map(({ unit }) => unit));
  const mentions = mentionedInWith(scopes, withs);
  const units = analysis.units.map(
    (unit, index): Unit => ({
      ...unit,
      code: hashText(`${unit.code} ${id}`),
      ...(mentions.length > 0 ? { mentions: [...(unit.mentions ?? []), ...mentions] } : {}),
      ...(hidden.has(index) ? { impure: { reason: { kind: "with-statement", place: unit.place } } } : {}),
    }),
  );
  return { ...analysis, units };
}

/** Names in the code of `with` statements whose properties are looked at: they may be functions of the language, found in the object. */
function mentionedInWith({ uses, parents }: Scopes, withs: readonly Node[]): string[] {
  const looked = uses.filter(({ node }) => isInWith(node, withs) && isLookedInto(node, parents));
  return [...new Set(looked.map(({ name }) => name).filter(isBuiltInName))];
}

function isInWith(node: Node, withs: readonly Node[]): boolean {
  return withs.some(({ body }) => isWithin(node, body as Node));
}

function globalsOf({ uses }: Scopes): string[] {
  return [...new Set(uses.filter(({ variable }) => variable === null).map(({ name }) => name))];
}

/** Names that are read and lead to no global that is known to be pure. */
function absentGlobals({ uses, parents }: Scopes): AbsentGlobal[] {
  const found = new Map<string, AbsentGlobal>();
  for (const { node, name, variable, write } of uses) {
    if (variable !== null || write || found.has(name)) continue;
    const api = MODULE_NAMES.has(name) ? name : impureGlobal(name, memberPath(node, parents).path);
    if (api !== null) found.set(name, { name, api });
  }
  return [...found.values()];
}

/** Properties of the object of a `with` that no name may read, as no member may. */
const DECISIVE: ReadonlySet<string> = new Set(["arguments", "constructor", ...STACK_PROPERTIES]);

function unsafeInWith({ uses }: Scopes, withs: readonly Node[]): ModuleCause | null {
  const use = uses.find(({ name, node }) => DECISIVE.has(name) && isInWith(node, withs));
  return use === undefined ? null : { kind: "with-statement" };
}

function sloppyThis({ parents, isStrict }: Scopes): ModuleCause | null {
  for (const node of parents.keys()) {
    if (node.type === "ThisExpression" && !isStrict(node)) return { kind: "sloppy-this" };
  }
  return null;
}
