/**
 * The rewrite with a guard in every function that can have one, also where dumbo itself would leave it out: in nested
 * functions, accessors, impure ones, and those too cheap to be worth it.
 */

import { scan } from "../../../audit/scan/scan.ts";
import type { Node, Scopes } from "../../../audit/scan/syntax.ts";
import { type Analysis, analyse } from "../../../loader/analyse/analyse.ts";
import { findCandidates } from "../../../loader/analyse/candidates.ts";
import { type Guard, type GuardForm, guardForm } from "../../../loader/analyse/guard-form.ts";
import { parse, type SourceKind } from "../../../loader/parse/parse.ts";
import { analyseScopes } from "../../../loader/parse/scopes.ts";
import { rewrite } from "../../../loader/transform/rewrite.ts";
import { transform } from "../../../loader/transform/transform.ts";

/** How the function behind a guard is found. */
export interface ForcedSite {
  readonly form: GuardForm["form"];
  /** Null where nothing leads to it: nested functions. */
  readonly access: { readonly getter: number; readonly path: readonly string[] } | null;
}

export interface Forced {
  readonly code: string;
  readonly sites: readonly ForcedSite[];
}

const OPTIONS = { scope: "user", assumed: [], assumedBuiltins: [] } as const;

/**
 * @param id what the prologue hands over
 * @returns null where dumbo leaves the whole module alone, or no function can have a guard
 */
export function force(source: string, kind: SourceKind, id: string): Forced | null {
  const real = transform(source, id, { ...OPTIONS, kind, sourceMap: false });
  if ("untouched" in real && real.untouched !== null) return null;
  const program = parse(source, kind);
  const scopes = analyseScopes(program, kind);
  const found = analyse(program, source, scopes, OPTIONS);
  const getters: Analysis["getters"][number][] = [];
  const getter = (text: string, home: number) => {
    const index = getters.findIndex((one) => one.text === text && one.home === home);
    return index >= 0 ? index : getters.push({ text, home }) - 1;
  };
  const paths = new Map(findCandidates(program, source, scopes).list.map((candidate) => [candidate.node, candidate]));

  const guards: Guard[] = [];
  const sites: ForcedSite[] = [];
  for (const node of functions(scopes)) {
    const form = formOf(node, scopes);
    if (!form) continue;
    const candidate = paths.get(node);
    const access = candidate ? { getter: getter(candidate.root, candidate.home), path: candidate.path } : null;
    guards.push({ ...form, site: sites.length });
    sites.push({ form: form.form, access });
  }
  if (sites.length === 0) return null;
  const analysis: Analysis = { ...found, guards, getters, needs: [] };
  return { code: rewrite(source, program, kind, id, analysis).toString(), sites };
}

function functions(scopes: Scopes): Node[] {
  const isFunction = (node: Node) =>
    /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
  // A constructor's `this` may not be there yet.
  const isConstructor = (node: Node) => scopes.parents.get(node)?.kind === "constructor";
  return [...scopes.parents.keys()].filter((node) => isFunction(node) && !isConstructor(node));
}

/** The form of its guard, whether or not a guard would be of use. */
function formOf(node: Node, scopes: Scopes): GuardForm | null {
  const scanned = scan(node, scopes.free(node), scopes);
  const form = guardForm(node, { ...scanned, trivial: false, returns: true });
  return "refuse" in form ? null : form;
}
