/**
 * Names to bindings, by eslint-scope: it keeps reads and writes apart and knows hoisting, parameter scopes, class and
 * catch scopes, and the parts of a file that `eval` and `with` make unknowable.
 */
import { analyze, type Reference, type Scope, type Variable } from "eslint-scope";
import type { Program } from "estree";
import { isMarked, mayWait } from "../../audit/scan/marks.ts";
import type { Node, Scopes, Use } from "../../audit/scan/syntax.ts";
import { usesBetween } from "../../audit/scan/syntax.ts";
import { visitAll } from "./children.ts";
import { findDirectEvals, seenBindings } from "./direct-eval.ts";
import { isNest, NestedNodes } from "./nested-nodes.ts";
import { onceFunctions } from "./once.ts";
import { Parents } from "./parents.ts";
import type { SourceKind } from "./parse.ts";
import { replacementIn } from "./self-replacing.ts";

/**
 * @param followsNames whether functions that are called by their names may count as those that run once (once.ts)
 * @param findsOnce whether any functions count as those
 */
export function analyseScopes(program: Program, kind: SourceKind, followsNames = false, findsOnce = true): Scopes {
  const manager = analyze(program, {
    ecmaVersion: 2024,
    sourceType: kind === "module" ? "module" : "commonjs",
    // Else no name of the file would lead to its binding: see direct-eval.ts.
    ignoreEval: true,
  });
  const parents = new Parents();
  const marks = new NestedNodes();
  const waits = new NestedNodes();
  visitAll(
    program as unknown as Node,
    (node, parent) => {
      if (parent) parents.add(node, parent);
      if (isNest(node)) {
        marks.enter();
        waits.enter();
      }
      if (!isMarked(node, parents)) return;
      marks.nodes.push(node);
      if (mayWait(node)) waits.nodes.push(node);
    },
    (node) => {
      if (!isNest(node)) return;
      marks.leave(node);
      waits.leave(node);
    },
  );
  const global = manager.globalScope;
  const top = global?.childScopes[0];
  if (!top) throw new Error("no module scope");

  const all: Use[] = [];
  const byVariable = new Map<Variable, Use[]>();
  const byNode = new Map<Node, Use>();
  const declared = new Map<Node, Variable>();
  for (const scope of manager.scopes) {
    for (const reference of scope.references) all.push(useOf(reference));
    for (const variable of scope.variables) {
      for (const identifier of variable.identifiers) declared.set(identifier as unknown as Node, outerOf(variable));
    }
  }
  all.sort((a, b) => a.node.start - b.node.start);
  const addUse = (use: Use) => {
    if (!use.variable) return;
    const list = byVariable.get(use.variable);
    if (list) list.push(use);
    else byVariable.set(use.variable, [use]);
  };
  for (const use of all) {
    byNode.set(use.node, use);
    addUse(use);
  }

  const variableAt = (identifier: Node) => byNode.get(identifier)?.variable ?? null;
  const scopeOf = (node: Node) => manager.acquire(node as never, true) ?? undefined;
  const scopeAround = (node: Node): Scope => {
    for (let at: Node | undefined = node; at; at = parents.get(at)) {
      const scope = scopeOf(at);
      if (scope) return scope;
    }
    return top;
  };
  const options = { isHoisted: kind === "module", followsNames };
  const once = findsOnce ? onceFunctions({ parents, scopeOf, variableAt }, options) : [];
  const { evaluators, isInModule } = findDirectEvals(all, parents, once);
  for (const evaluator of evaluators) {
    for (const [variable, write] of seenBindings(evaluator, scopeAround(evaluator.node))) {
      const { name, node } = { name: variable.name, node: evaluator.name };
      addUse({ node, name, write, reads: true, init: false, variable: outerOf(variable) });
    }
  }
  const homes = homesOf(top, once);
  const homeOf = (variable: Variable) => homes.get(variable.scope) ?? ownHome(variable, homes);

  const isTop = (variable: Variable) => homeOf(variable) !== null;
  const freeIn = (list: readonly Use[]) => (node: Node) =>
    usesBetween(list, node.start, node.end).filter(({ variable }) => !variable || !isInside(variable.scope, node));
  const isGlobal = (identifier: Node) => byNode.get(identifier)?.variable === null;
  const names = { parents, isGlobal, free: freeIn(all), isTop };
  const dropped = new Set<Use>();
  for (const [variable, list] of byVariable) {
    const replacement = replacementIn(variable, list, names);
    if (replacement === null) continue;
    dropped.add(replacement);
    byVariable.set(
      variable,
      list.filter((use) => use !== replacement),
    );
  }
  const uses = dropped.size === 0 ? all : all.filter((use) => !dropped.has(use));
  const within = (node: Node) => usesBetween(uses, node.start, node.end);
  return {
    parents,
    top,
    once,
    uses,
    within,
    free: freeIn(uses),
    own: (node) => {
      const variable = /Expression$/.test(node.type) ? declared.get(node.id as Node) : undefined;
      return (variable && byVariable.get(variable)) ?? [];
    },
    variableAt,
    namedBy: (identifier) => byNode.get(identifier)?.variable ?? declared.get(identifier) ?? null,
    marks: marks.nodes,
    marksOf: (root) => marks.rangeOf(root),
    inside: (root) => marks.inside(root),
    waitsIn: (root) => waits.inside(root),
    isStrict: (node) => scopeAround(node).isStrict,
    of: (variable) => byVariable.get(variable) ?? [],
    isTop,
    homeOf,
    evaluators: new Set(evaluators.map(({ node }) => node)),
    isEvaluating: isInModule,
  };
}

function homesOf(top: Scope, once: Scopes["once"]): Map<Scope, number> {
  return new Map([[top, 0], ...once.map(({ scope }, index) => [scope, index + 1] as [Scope, number])]);
}

/** The name that a function expression has for itself can be read in its body, unless that has another binding of the name. */
function ownHome({ name, scope }: Variable, homes: ReadonlyMap<Scope, number>): number | null {
  if (scope.type !== "function-expression-name") return null;
  const inner = scope.childScopes[0];
  return inner && !inner.set.has(name) ? (homes.get(inner) ?? null) : null;
}

function useOf(reference: Reference): Use {
  const resolved = reference.resolved;
  return {
    node: reference.identifier as unknown as Node,
    name: reference.identifier.name,
    write: reference.isWrite(),
    reads: reference.isRead(),
    init: reference.init === true,
    // A variable without a definition is eslint-scope's own (`arguments`) or a global.
    variable: resolved && (resolved.defs.length > 0 || resolved.name === "arguments") ? outerOf(resolved) : null,
  };
}

/** A class declaration binds its name twice; the inner binding is the same class, and cannot be reassigned. */
function outerOf(variable: Variable): Variable {
  if (variable.scope.type !== "class" || variable.defs[0]?.type !== "ClassName") return variable;
  if ((variable.defs[0].node as unknown as Node).type !== "ClassDeclaration") return variable;
  return variable.scope.upper?.set.get(variable.name) ?? variable;
}

function isInside(scope: Scope, node: Node): boolean {
  const block = scope.block as unknown as Node;
  // The name of a class declaration is bound in two scopes: the inner one belongs to the class.
  return block.start >= node.start && block.end <= node.end;
}
