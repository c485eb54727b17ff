/**
 * The static scan of one unit: the findings in its own code that forbid caching, and traits that say on what its results depend besides
 * values. It judges by an allow-list ({@link impureGlobal}): what is not known to be pure forbids caching.
 */
import type { Trait } from "../../src/code/manifest.ts";
import type { CodeCause } from "../../src/reason/reason.ts";
import { NAMESPACES } from "./allow-list.ts";
import { isMemberOf, privacy, runsOnce } from "./class-members.ts";
import type { Finding } from "./finding.ts";
import { isOwnReceiver, MarkFacts } from "./mark-facts.ts";
import { isOuterName } from "./private-names.ts";
import { isRecordedGlobal } from "./recorded.ts";
import {
  CLASSES,
  FUNCTIONS,
  isPlainUse,
  type Node,
  type Range,
  type Scopes,
  type Use,
  writtenMember,
} from "./syntax.ts";
import { type GlobalUse, globalUse, judge } from "./uses.ts";

export type { Finding };

export interface Scan {
  /** Names of properties that are read for more than to call, test or compare them. Properties of globals are left out. */
  readonly mentions: ReadonlySet<string>;
  /** In no particular order. */
  readonly findings: readonly Finding[];
  readonly traits: Trait[];
  /** A write to `this` in the function itself, as `this.x = ...`: a hit would leave it out. */
  readonly writesThis: Finding | null;
  readonly usesArguments: boolean;
  readonly usesNewTarget: boolean;
  readonly usesSuper: boolean;
  /** No loop and no call: cheaper than any look-up. */
  readonly trivial: boolean;
  /** Whether any `return` of the function itself has a value. */
  readonly returns: boolean;
}

/**
 * Scans a function, class or expression.
 * @param free the uses in it of names that are declared elsewhere
 */
export function scan(root: Node, free: readonly Use[], scopes: Scopes): Scan {
  const { parents } = scopes;
  const facts = MarkFacts.of(scopes);
  const range = scopes.marksOf(root);
  const says = (what: Parameters<MarkFacts["says"]>[0]) => facts.says(what, range);
  const traits = new Set<Trait>();
  const findings: Finding[] = [];
  for (const use of free) {
    const { found, traits: ofUse } = factsOf(use, scopes);
    findings.push(...found);
    for (const trait of ofUse) traits.add(trait);
  }
  findings.push(...facts.list("finding", range));

  if (CLASSES.has(root.type)) {
    traits.add("class");
    for (const trait of privacy(root)) traits.add(trait);
  }
  // For "begins", only functions in the scanned code count. That the scanned function itself is async is known to its callers.
  const inner: Range = FUNCTIONS.has(root.type) ? [range[0] + 1, range[1]] : range;
  if (says("async") || says("promise")) traits.add("async");
  if (facts.says("async", inner) || says("promise")) traits.add("begins");
  if (says("catch") || says("promise")) traits.add("catch");
  for (const trait of SAID) if (says(trait)) traits.add(trait);
  const isBorrowing = (name: Node) => isOuterName(name, root, parents);
  if (facts.list("private", range).some(isBorrowing)) traits.add("borrows");

  const receivers = facts.list("receiver", range).filter((node) => isOwnReceiver(node, root, parents));
  const usesThis = receivers.filter(({ type }) => type === "ThisExpression");
  const usesSuper = receivers.some(({ type }) => type === "Super");
  if (usesThis.length > 0 || usesSuper) traits.add("this");
  return {
    mentions: new Set(facts.list("mention", range)),
    findings: findings.filter(({ cause, node }) => !isOutside(cause, node, root, parents)),
    traits: [...traits],
    writesThis: firstWrite(usesThis, parents),
    usesArguments: receivers.some(({ type }) => type === "Identifier"),
    usesNewTarget: receivers.some(({ type }) => type === "MetaProperty"),
    usesSuper,
    trivial: !says("work"),
    returns: facts.returning.has(root) || (root.type === "ArrowFunctionExpression" && !isBlock(root.body as Node)),
  };
}

/** Facts that are traits of the same name. */
const SAID = ["buffer", "floating", "template", "methods", "frames"] as const;

/** What a use of a name that is declared elsewhere means for the scans of all code around it. */
interface UseFacts {
  readonly found: readonly Finding[];
  readonly traits: readonly Trait[];
}

const known = new WeakMap<Use, UseFacts>();

function factsOf(use: Use, scopes: Scopes): UseFacts {
  const made = known.get(use);
  if (made) return made;
  const { parents } = scopes;
  const found: Finding[] = [];
  judge(use, scopes, (cause, node, more) => found.push({ cause, node, ...capturedBy(use, scopes), ...more }));
  const traits: Trait[] = [];
  if (!use.variable) {
    const global = globalUse(use, scopes);
    if (NAMESPACES.has(global.name) && isValue(global, parents)) traits.push("namespace");
    if (isRecordedGlobal(global.name, global.path)) traits.push("outside");
  }
  const facts = found.length + traits.length > 0 ? { found, traits } : NOTHING;
  known.set(use, facts);
  return facts;
}

const NOTHING: UseFacts = { found: [], traits: [] };

/** Whether calls do not evaluate a finding: it is evaluated once, when the class is made, or belongs to a class inside this one. */
function isOutside(cause: CodeCause, node: Node, root: Node, parents: ReadonlyMap<Node, Node>): boolean {
  if (cause.kind === "private-static" && !isMemberOf(node, root, parents)) return true;
  return runsOnce(node, root, parents);
}

function firstWrite(thises: readonly Node[], parents: ReadonlyMap<Node, Node>): Finding | null {
  for (const node of thises) {
    const written = writtenMember(node, parents);
    if (written) return { cause: { kind: "writes-this" }, node: written };
  }
  return null;
}

function isBlock({ type }: Node): boolean {
  return type === "BlockStatement";
}

/** Whether code uses a global as a value, and not only for a member that it names. */
function isValue({ node, outer }: GlobalUse, parents: ReadonlyMap<Node, Node>): boolean {
  return outer === node && !isPlainUse(node, parents);
}

/**
 * The binding of a use, if it belongs to a function around it. A function that is called on the spot counts as part of the code around it,
 * because its bindings live as long as that code's.
 */
function capturedBy({ variable }: Use, scopes: Scopes): Pick<Finding, "captured"> {
  if (variable === null || scopes.isTop(variable)) return {};
  for (let at = variable.scope.block as unknown as Node | undefined; at; at = scopes.parents.get(at)) {
    if (!FUNCTIONS.has(at.type)) continue;
    const parent = scopes.parents.get(at);
    const isCalled = parent?.type === "UnaryExpression" || (parent?.type === "CallExpression" && parent.callee === at);
    if (!isCalled) return { captured: variable };
  }
  return {};
}
