/** The uses of the names in a file: in the order of the text, by their bindings, and by the nodes of the names. */
import type { Reference, Scope, Variable } from "eslint-scope";
import { type Node, type Use, usesBetween } from "../../audit/scan/syntax.ts";

export class NameUses {
  #all: readonly Use[];
  readonly #byVariable = new Map<Variable, Use[]>();
  readonly #byNode = new Map<Node, Use>();
  readonly #declared = new Map<Node, Variable>();

  constructor(scopes: readonly Scope[]) {
    const all: Use[] = [];
    for (const { references, variables } of scopes) {
      for (const reference of references) all.push(useOf(reference));
      for (const variable of variables) {
        for (const identifier of variable.identifiers) {
          this.#declared.set(identifier as unknown as Node, outerOf(variable));
        }
      }
    }
    all.sort((a, b) => a.node.start - b.node.start);
    for (const use of all) {
      this.#byNode.set(use.node, use);
      this.#addToVariable(use);
    }
    this.#all = all;
  }

  /** In the order of the text. */
  get all(): readonly Use[] {
    return this.#all;
  }

  /** The uses of a binding, also those that {@link addSeen} was told of. */
  of(variable: Variable): readonly Use[] {
    return this.#byVariable.get(variable) ?? [];
  }

  /** The uses of the name that a function or class expression has for itself. */
  ofOwnName(node: Node): readonly Use[] {
    const variable = /Expression$/.test(node.type) ? this.#declared.get(node.id as Node) : undefined;
    return variable ? this.of(variable) : [];
  }

  /** The binding that is used at a name; null for a global, and where the name is no use of a binding. */
  variableAt(identifier: Node): Variable | null {
    return this.#byNode.get(identifier)?.variable ?? null;
  }

  /** The binding that a name uses or declares. */
  namedBy(identifier: Node): Variable | null {
    return this.variableAt(identifier) ?? this.#declared.get(identifier) ?? null;
  }

  isGlobal(identifier: Node): boolean {
    return this.#byNode.get(identifier)?.variable === null;
  }

  within(node: Node): Use[] {
    return usesBetween(this.#all, node.start, node.end);
  }

  /** The uses in a node of what is bound outside of it. */
  free(node: Node): Use[] {
    return this.within(node).filter(({ variable }) => !variable || !isInside(variable.scope, node));
  }

  /**
   * Notes that a text sees a binding, whose name it may not even contain.
   * @param at the `eval` that takes the text
   * @param write whether the text can assign to the binding
   */
  addSeen(at: Node, variable: Variable, write: boolean): void {
    this.#addToVariable({
      node: at,
      name: variable.name,
      write,
      reads: true,
      init: false,
      variable: outerOf(variable),
    });
  }

  /** @param find which use of a binding is none, or null */
  leaveOut(find: (variable: Variable, uses: readonly Use[]) => Use | null): void {
    const dropped = new Set<Use>();
    for (const [variable, list] of this.#byVariable) {
      const found = find(variable, list);
      if (found === null) continue;
      dropped.add(found);
      this.#byVariable.set(
        variable,
        list.filter((use) => use !== found),
      );
    }
    // Not before: `find` may ask for uses.
    if (dropped.size > 0) this.#all = this.#all.filter((use) => !dropped.has(use));
  }

  #addToVariable(use: Use): void {
    if (!use.variable) return;
    const list = this.#byVariable.get(use.variable);
    if (list) list.push(use);
    else this.#byVariable.set(use.variable, [use]);
  }
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
