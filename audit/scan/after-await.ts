/**
 * Finds what an async function may read after it has waited. Other code runs during the wait, and no key holds what it changes. So each
 * such read is listed with the values from which it may come, and a call is kept only if no other code can change these.
 *
 * Values are followed by names, without regard to order: all names in one statement are assumed to lead to the same objects. The code is
 * read a second time without the statements that only call a package's function (`const { code } = await minify(...)`), for the case
 * that the user vouches for the package.
 */
import type { Variable } from "eslint-scope";
import type { Given } from "../../src/code/manifest.ts";
import { isWithin, type Node, type Scopes, type Use, usesBetween } from "./syntax.ts";
import { Waits } from "./waits.ts";

/** A value that is read after a wait, with everything of which it may have been made. */
export interface LateSource {
  /** The argument, or the part of one, that the value always is; null if it may be another value. If it is primitive, the read is harmless. */
  readonly of: Given | null;
  readonly given: readonly Given[];
  readonly self: boolean;
  /** Uses of names that are declared outside of the function. */
  readonly uses: readonly Use[];
}

export interface LateScan {
  readonly reads: readonly LateSource[];
  /** {@link Waits.onlySteps} */
  readonly onlySteps: boolean;
  /** Uses of packages' functions whose calls are left out of `vouched`. */
  readonly packages: readonly Use[];
  readonly vouched: readonly LateSource[];
}

/** Stands for all arguments, as `arguments` gives them. */
export const ALL_ARGUMENTS = -1;

/**
 * Scans one function that may wait, or another piece of code that holds such functions.
 * @param isPackaged whether a name comes straight from a package
 * @returns null when nothing in it waits
 */
export function lateReads(root: Node, scopes: Scopes, isPackaged: (variable: Variable) => boolean): LateScan | null {
  const waits = Waits.in(root, scopes);
  if (waits === null) return null;
  const reader = new Reader(root, scopes, waits, isPackaged);
  const reads = reader.read(false);
  const { onlySteps } = waits;
  return {
    reads,
    onlySteps,
    packages: reader.packages,
    vouched: reader.packages.length > 0 ? reader.read(true) : reads,
  };
}

/** The names in one statement. */
interface Group {
  readonly locals: readonly Variable[];
  readonly outer: readonly Use[];
  readonly self: boolean;
}

/** Variables that statements link, directly or through others. */
interface Linked {
  readonly number: number;
  readonly source: Omit<LateSource, "of">;
}

class Reader {
  readonly packages: Use[] = [];
  readonly #root: Node;
  readonly #scopes: Scopes;
  readonly #waits: Waits;
  readonly #isPackaged: (variable: Variable) => boolean;
  readonly #uses: readonly Use[];
  readonly #thises: readonly Node[];
  /** The variables that a node declares: a function, a class, a `catch`. */
  readonly #declared = new Map<Node, Variable[]>();
  #links = new Map<Variable, Variable>();
  #groups: Group[] = [];
  #linked: ReadonlyMap<Variable, Linked> = new Map();
  #vouches = false;

  constructor(root: Node, scopes: Scopes, waits: Waits, isPackaged: (variable: Variable) => boolean) {
    this.#root = root;
    this.#scopes = scopes;
    this.#waits = waits;
    this.#isPackaged = isPackaged;
    const primitive = new Map<Variable | null, boolean>();
    for (const { variable } of scopes.within(root)) {
      if (primitive.has(variable)) continue;
      primitive.set(variable, isPrimitive(variable, scopes));
      for (const { node } of variable?.defs ?? []) {
        const list = this.#declared.get(node as unknown as Node);
        if (list) list.push(variable as Variable);
        else this.#declared.set(node as unknown as Node, [variable as Variable]);
      }
    }
    this.#uses = scopes.within(root).filter(({ variable }) => !primitive.get(variable));
    this.#thises = scopes.inside(root).filter(({ type }) => type === "ThisExpression" || type === "Super");
  }

  read(vouches: boolean): LateSource[] {
    this.#vouches = vouches;
    this.#links = new Map();
    this.#groups = [];
    const { params = [], body = this.#root } = this.#root as { params?: Node[]; body?: Node };
    for (const parameter of params) this.#group([parameter]);
    this.#statement(body);
    this.#linked = this.#byLink();

    const found = new Map<string, LateSource>();
    for (const use of this.#uses) {
      if (isAssigned(use, this.#scopes) || !this.#waits.precede(use.node)) continue;
      if (this.#isLocal(use.variable)) this.#note(use.variable as Variable, found);
      else if (use.variable?.name === "arguments") {
        found.set("arguments", { of: null, given: [[ALL_ARGUMENTS]], self: false, uses: [] });
      } else found.set(`outer ${use.node.start}`, { of: null, given: [], self: false, uses: [use] });
    }
    if (this.#thises.some((node) => this.#waits.precede(node))) {
      found.set("this", { of: null, given: [], self: true, uses: [] });
    }
    return [...found.values()];
  }

  /** Notes the values of which a local variable may have been made. */
  #note(variable: Variable, found: Map<string, LateSource>): void {
    const own = leafOf(variable, this.#root);
    const isAlways = own?.exact && !this.#scopes.of(variable).some((use) => use.write && !use.init);
    const of = isAlways ? own.given : null;
    const linked = this.#linked.get(this.#find(variable));
    const key = `${linked?.number} ${of?.join()}`;
    if (linked && !found.has(key)) found.set(key, { of, ...linked.source });
  }

  #isLocal(variable: Variable | null): boolean {
    if (!variable || variable.defs.length === 0) return false;
    const { block, type } = variable.scope;
    const isOwnName = type === "function-expression-name" && (block as unknown as Node) === this.#root;
    return !isOwnName && isWithin(block as unknown as Node, this.#root);
  }

  /** Links the names of each statement. Statements in a statement are groups of their own. */
  #statement(node: Node): void {
    const inner = (key: string) => {
      const child = node[key] as Node | null;
      if (child) this.#statement(child);
    };
    const head = (...keys: string[]) => this.#group(keys.flatMap((key) => (node[key] as Node | null) ?? []));
    switch (node.type) {
      case "BlockStatement":
        for (const statement of node.body as Node[]) this.#statement(statement);
        return;
      case "IfStatement":
        head("test");
        inner("consequent");
        return inner("alternate");
      case "ForStatement":
        head("init", "test", "update");
        return inner("body");
      case "ForInStatement":
      case "ForOfStatement":
        head("left", "right");
        return inner("body");
      case "WhileStatement":
      case "DoWhileStatement":
        head("test");
        return inner("body");
      case "LabeledStatement":
        return inner("body");
      case "SwitchStatement": {
        const cases = node.cases as { test: Node | null; consequent: Node[] }[];
        this.#group([node.discriminant as Node, ...cases.flatMap(({ test }) => test ?? [])]);
        for (const { consequent } of cases) for (const statement of consequent) this.#statement(statement);
        return;
      }
      case "TryStatement": {
        inner("block");
        const handler = node.handler as Node | null;
        // The error may hold anything that the block uses.
        if (handler?.param) this.#group([node.block as Node], handler);
        if (handler) this.#statement(handler.body as Node);
        return inner("finalizer");
      }
      default:
        this.#group([node], node);
    }
  }

  /** Links the names in some nodes. @param declares a node that declares a name without using it: a function, a class, a `catch` */
  #group(nodes: readonly Node[], declares?: Node): void {
    const call = nodes.length === 1 ? packageCall(nodes[0] as Node) : null;
    const callee = call && this.#usesIn(call)[0];
    if (callee?.variable && this.#isPackaged(callee.variable)) {
      if (this.#vouches) return;
      this.packages.push(callee);
    }
    const uses = nodes.flatMap((node) => this.#usesIn(node));
    const locals = new Set<Variable>();
    for (const { variable } of uses) if (this.#isLocal(variable)) locals.add(variable as Variable);
    for (const variable of (declares && this.#declared.get(declares)) ?? []) {
      if (this.#isLocal(variable)) locals.add(variable);
    }
    const [first, ...others] = locals;
    for (const other of others) this.#links.set(this.#find(other), this.#find(first as Variable));
    const outer = uses.filter(({ variable }) => !this.#isLocal(variable));
    const self = this.#thises.some((node) => nodes.some((one) => isWithin(node, one)));
    this.#groups.push({ locals: [...locals], outer, self });
  }

  #find(variable: Variable): Variable {
    let at = variable;
    for (let next = this.#links.get(at); next && next !== at; next = this.#links.get(at)) at = next;
    // Shortens the chain of links for the next time.
    if (at !== variable) this.#links.set(variable, at);
    return at;
  }

  #usesIn(node: Node): readonly Use[] {
    return usesBetween(this.#uses, node.start, node.end);
  }

  /** For each set of linked variables, by the one that represents it, the values of which they may have been made. */
  #byLink(): Map<Variable, Linked> {
    const groups = new Map<Variable, Group[]>();
    for (const group of this.#groups) {
      const [first] = group.locals;
      if (!first) continue;
      const found = this.#find(first);
      const list = groups.get(found);
      if (list) list.push(group);
      else groups.set(found, [group]);
    }
    return new Map([...groups].map(([variable, list], number) => [variable, { number, source: this.#sourceOf(list) }]));
  }

  #sourceOf(groups: readonly Group[]): Linked["source"] {
    const locals = new Set(groups.flatMap((group) => group.locals));
    const given = [...locals].flatMap((local) => {
      const leaf = leafOf(local, this.#root);
      return leaf ? [leaf.given] : [];
    });
    const uses = groups.flatMap(({ outer }) => outer);
    const takesAll = uses.some((use) => use.variable?.name === "arguments");
    return { given: takesAll ? [...given, [ALL_ARGUMENTS]] : given, self: groups.some(({ self }) => self), uses };
  }
}

const PRIMITIVE = new Set(["BinaryExpression", "UnaryExpression", "UpdateExpression", "TemplateLiteral", "Literal"]);

/** Whether a variable only ever holds a primitive value, so that nobody can change it. */
function isPrimitive(variable: Variable | null, scopes: Scopes): boolean {
  const definition = variable?.defs[0];
  if (variable?.defs.length !== 1 || definition?.type !== "Variable" || scopes.isTop(variable)) return false;
  const { id, init } = definition.node as unknown as { id: Node; init: Node | null };
  if (id.type !== "Identifier" || !init || !PRIMITIVE.has(init.type) || init.regex) return false;
  return !scopes.of(variable).some((use) => use.write && !use.init);
}

/** Whether a use only assigns to its name. */
function isAssigned({ node, write, init }: Use, { parents }: Scopes): boolean {
  if (!write || init) return write;
  const parent = parents.get(node);
  return parent?.type === "AssignmentExpression" && parent.operator === "=" && parent.left === node;
}

/** The name that a statement calls, if it does nothing else: `const r = await f(x)`, `return f(x)`. */
function packageCall(statement: Node): Node | null {
  let node: Node | null = statement;
  if (node.type === "VariableDeclaration") {
    const [declarator, ...more] = node.declarations as { init: Node | null }[];
    node = more.length === 0 ? (declarator?.init ?? null) : null;
  } else if (node.type === "ReturnStatement") node = node.argument as Node | null;
  else if (node.type === "ExpressionStatement") node = node.expression as Node;
  if (node?.type === "AssignmentExpression" && (node.left as Node).type === "Identifier") node = node.right as Node;
  if (node?.type === "AwaitExpression") node = node.argument as Node;
  if (node?.type !== "CallExpression") return null;
  let callee = node.callee as Node;
  while (callee.type === "MemberExpression") callee = callee.object as Node;
  return callee.type === "Identifier" ? callee : null;
}

/** The place in the arguments from which a parameter comes. `exact`: the parameter is that value, and no default or other part. */
function leafOf(variable: Variable, root: Node): { given: Given; exact: boolean } | null {
  const definition = variable.defs[0];
  if (definition?.type !== "Parameter" || (definition.node as unknown as Node) !== root) return null;
  const index = (root.params as Node[]).findIndex((parameter) =>
    isWithin(definition.name as unknown as Node, parameter),
  );
  const path: string[] = [];
  let pattern = (root.params as Node[])[index] as Node;
  let exact = true;
  for (;;) {
    switch (pattern.type) {
      case "Identifier":
        return { given: [index, ...path], exact };
      case "AssignmentPattern":
        if ((pattern.right as Node).type !== "Literal") exact = false;
        pattern = pattern.left as Node;
        continue;
      case "ObjectPattern": {
        const property = (pattern.properties as Node[]).find((item) =>
          isWithin(definition.name as unknown as Node, item),
        );
        const key = property?.key as Node | undefined;
        if (property?.type !== "Property" || property.computed || key?.type !== "Identifier") break;
        path.push(key.name as string);
        pattern = property.value as Node;
        continue;
      }
    }
    return { given: pattern.type === "RestElement" ? [ALL_ARGUMENTS] : [index, ...path], exact: false };
  }
}
