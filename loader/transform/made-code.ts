/**
 * Makes the manifest of code that `Function` and its kin compile from a text. The code is not rewritten, because the program can look at its
 * text. So there are no probes in it: if the scan refuses any of it, every function that reaches it is refused. Its names lead to globals, or to
 * properties of the object of a `with` statement. A name may also be that of no global at all. For names whose globals the scan would refuse, that
 * is checked when a function reaches the code, and so is it for members of a sloppy `this`, which may be the global object.
 */
import MagicString from "magic-string";
import { isBuiltInName } from "../../audit/builtins/names.ts";
import { impureGlobal, STACK_PROPERTIES } from "../../audit/scan/allow-list.ts";
import {
  isLookedInto,
  isTarget,
  isWithin,
  memberPath,
  type Node,
  type Scopes,
  type Use,
} from "../../audit/scan/syntax.ts";
import { MODULE_NAMES } from "../../audit/scan/uses.ts";
import { MARK } from "../../src/code/guard-text.ts";
import type { TextAnalysis } from "../../src/code/made-module.ts";
import type { AbsentGlobal, Cell, Unit } from "../../src/code/manifest.ts";
import { hashText } from "../../src/hash.ts";
import type { ModuleCause } from "../../src/reason/reason.ts";
import { type Analysis, analyse } from "../analyse/analyse.ts";
import { parse } from "../parse/parse.ts";
import { analyseScopes } from "../parse/scopes.ts";
import { manifestOf } from "./module-manifest.ts";
import { directEval, unparsed } from "./transform.ts";

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
  const free = absentGlobals(scopes);
  const lacks = new Set(free.map(({ name }) => name));
  const absent = [...free, ...membersOfThis(scopes)];
  const options = { scope: "package", assumed: [], assumedBuiltins: [], isMade: true, isThisLookedAt: true } as const;
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

/** Refuses a text that uses the name which its script gives the function: V8 binds no such name, so it would lead to a global. */
function ownName({ body }: ReturnType<typeof parse>, scopes: Scopes): ModuleCause | null {
  const [statement] = body as unknown as Node[];
  const uses = scopes.own(statement?.expression as Node);
  return uses.length === 0 ? null : { kind: "foreign-name", name: "anonymous" };
}

/** The scopes without the uses of names that no global has: such a use throws, or yields that there is none. */
function lacking(scopes: Scopes, names: ReadonlySet<string>): Scopes {
  const isThere = ({ variable, name, write }: Use) => variable !== null || write || !names.has(name);
  return { ...scopes, uses: scopes.uses.filter(isThere), free: (node) => scopes.free(node).filter(isThere) };
}

/** The cell of code with names that no global has: it stands for which globals there are. */
const ABSENCE: Cell = { name: "what globals there are", path: [], getter: 0 };

/**
 * The analysis without what finds functions by a binding or path, and without guards.
 * @param readsAbsence whether the code depends on which globals there are
 */
function ownCode(analysis: Analysis, readsAbsence: boolean): Analysis {
  const only = { ...analysis, members: [], classes: [], sites: [], refusals: [], probes: [], probed: [] };
  if (!readsAbsence) return only;
  const absence = analysis.cells.length;
  const units = analysis.units.map((unit): Unit => ({ ...unit, refs: [...unit.refs, absence] }));
  return { ...only, units, cells: [...analysis.cells, ABSENCE] };
}

/**
 * The analysis of a text with `with` statements. What its names lead to depends on how they are spelt, so each unit depends on the whole text.
 * Functions in the code of a `with` statement are refused: their names lead to properties of an object that cannot be found.
 */
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

/** Names in the code of `with` statements that code may look into, and that built-in functions have: the object of the statement may have such a one. */
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

/** Names that the code reads, and whose globals the scan would refuse. */
function absentGlobals({ uses, parents }: Scopes): AbsentGlobal[] {
  const found = new Map<string, AbsentGlobal>();
  for (const { node, name, variable, write } of uses) {
    if (variable !== null || write || found.has(name)) continue;
    const api = MODULE_NAMES.has(name) ? name : impureGlobal(name, memberPath(node, parents).path);
    if (api !== null) found.set(name, { name, api });
  }
  return [...found.values()];
}

/** Names that may not be used in the code of a `with` statement, as they may not be used for members: they would read properties of its object. */
const DECISIVE: ReadonlySet<string> = new Set(["arguments", "constructor", ...STACK_PROPERTIES]);

function unsafeInWith({ uses }: Scopes, withs: readonly Node[]): ModuleCause | null {
  const use = uses.find(({ name, node }) => DECISIVE.has(name) && isInWith(node, withs));
  return use === undefined ? null : { kind: "with-statement" };
}

/**
 * Refuses a text that does anything with the `this` of sloppy code, which may be the global object, but to read members of it by their names
 * ({@link membersOfThis}), or to call a function of the text with it, whose own `this` is judged where it stands.
 */
function sloppyThis(scopes: Scopes): ModuleCause | null {
  const { parents } = scopes;
  const isJudged = (node: Node) => isMemberRead(node, parents) || isHandedOn(node, scopes);
  return sloppyThese(scopes).every(isJudged) ? null : { kind: "sloppy-this" };
}

/** The members that sloppy code reads of its `this`: if that is the global object, they are globals, and there must be none of these names. */
function membersOfThis(scopes: Scopes): AbsentGlobal[] {
  const members = sloppyThese(scopes).map((node) => scopes.parents.get(node) as Node);
  const names = members.flatMap(({ type, property }) => (type === "MemberExpression" ? [(property as Node).name] : []));
  return [...new Set(names as string[])].map((name) => ({ name, api: `globalThis.${name}` }));
}

function sloppyThese({ parents, isStrict }: Scopes): Node[] {
  return [...parents.keys()].filter((node) => node.type === "ThisExpression" && !isStrict(node));
}

function isMemberRead(node: Node, parents: Scopes["parents"]): boolean {
  const member = parents.get(node) as Node;
  return member.type === "MemberExpression" && member.computed !== true && !isTarget(member, parents);
}

/** Whether a `this` is handed to a sloppy function expression as its `this`: `(function () { ... }).call(this)`. */
function isHandedOn(node: Node, { parents, isStrict }: Scopes): boolean {
  const { type, callee, arguments: given } = parents.get(node) as Node;
  if (type !== "CallExpression" || (given as Node[])[0] !== node) return false;
  const { type: kind, object, computed, property } = callee as Node;
  const fn = object as Node;
  // In strict code, nobody judges what is done with a `this`.
  if (kind !== "MemberExpression" || fn.type !== "FunctionExpression" || isStrict(fn.body as Node)) return false;
  if (computed === true) return false;
  return /^(call|apply)$/.test((property as Node).name as string);
}
