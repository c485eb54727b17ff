/**
 * Which binding each name of a file leads to, and which functions run once (once.ts). eslint-scope finds the bindings: it keeps reads and writes
 * apart, and knows hoisting and the scopes of parameters, classes and `catch`. What a direct `eval` sees is added (direct-eval.ts).
 */
import { analyze, type Scope, type Variable } from "eslint-scope";
import type { Program } from "estree";
import { isMarked, mayWait } from "../../audit/scan/marks.ts";
import type { Node, Scopes } from "../../audit/scan/syntax.ts";
import { visitAll } from "./children.ts";
import { findDirectEvals, seenBindings } from "./direct-eval.ts";
import { NameUses } from "./name-uses.ts";
import { isNest, NestedNodes } from "./nested-nodes.ts";
import { onceFunctions } from "./once.ts";
import { Parents } from "./parents.ts";
import type { SourceKind } from "./parse.ts";
import { replacementIn } from "./self-replacing.ts";

/** Which functions count as those that run once with the module (once.ts). */
export interface OnceRules {
  /** Whether any do. */
  readonly findsOnce?: boolean;
  readonly followsNames?: boolean;
  readonly repeated?: readonly number[];
}

export function analyseScopes(program: Program, kind: SourceKind, rules: OnceRules = {}): Scopes {
  const manager = analyze(program, {
    ecmaVersion: 2024,
    sourceType: kind === "module" ? "module" : "commonjs",
    // Else no name of the file would lead to its binding: see direct-eval.ts.
    ignoreEval: true,
  });
  const top = manager.globalScope?.childScopes[0];
  if (!top) throw new Error("no module scope");
  const { parents, marks, waits } = readTree(program);
  const uses = new NameUses(manager.scopes);
  const variableAt = (identifier: Node) => uses.variableAt(identifier);
  const scopeOf = (node: Node) => manager.acquire(node as never, true) ?? undefined;
  const scopeAround = (node: Node): Scope => {
    for (let at: Node | undefined = node; at; at = parents.get(at)) {
      const scope = scopeOf(at);
      if (scope) return scope;
    }
    return top;
  };
  const { findsOnce = true, followsNames = false, repeated = [] } = rules;
  const options = { isHoisted: kind === "module", followsNames, repeated: new Set(repeated) };
  const once = findsOnce ? onceFunctions({ parents, scopeOf, variableAt }, options) : [];
  const { evaluators, isInModule } = findDirectEvals(uses.all, parents, once);
  for (const evaluator of evaluators) {
    for (const [variable, write] of seenBindings(evaluator, scopeAround(evaluator.node))) {
      uses.addSeen(evaluator.name, variable, write);
    }
  }
  const homes = homesOf(top, once);
  const homeOf = (variable: Variable) => homes.get(variable.scope) ?? ownHome(variable, homes);
  const isTop = (variable: Variable) => homeOf(variable) !== null;
  const free = (node: Node) => uses.free(node);
  const names = { parents, isGlobal: (identifier: Node) => uses.isGlobal(identifier), free, isTop };
  uses.leaveOut((variable, list) => replacementIn(variable, list, names));
  return {
    parents,
    top,
    isPackage: followsNames,
    once,
    uses: uses.all,
    within: (node) => uses.within(node),
    free,
    own: (node) => uses.ofOwnName(node),
    variableAt,
    namedBy: (identifier) => uses.namedBy(identifier),
    marks: marks.nodes,
    marksOf: (root) => marks.rangeOf(root),
    inside: (root) => marks.inside(root),
    waitsIn: (root) => waits.inside(root),
    isStrict: (node) => scopeAround(node).isStrict,
    of: (variable) => uses.of(variable),
    isTop,
    homeOf,
    evaluators: new Set(evaluators.map(({ node }) => node)),
    isEvaluating: isInModule,
  };
}

interface SyntaxTree {
  readonly parents: Parents;
  /** The nodes that the scan looks at. */
  readonly marks: NestedNodes;
  /** Those of them in which a function may wait. */
  readonly waits: NestedNodes;
}

function readTree(program: Program): SyntaxTree {
  const tree: SyntaxTree = { parents: new Parents(), marks: new NestedNodes(), waits: new NestedNodes() };
  const { parents, marks, waits } = tree;
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
  return tree;
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
