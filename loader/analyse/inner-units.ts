/** The units of functions and classes that the run time meets as values only, and recognises by their text. */
import type { Variable } from "eslint-scope";
import type { Finding, Scan } from "../../audit/scan/scan.ts";
import { isTarget, type Node, propertyName, type Scopes, type Use } from "../../audit/scan/syntax.ts";
import type { Capture, CapturedMember } from "../../src/code/manifest.ts";
import type { ClassElement } from "./candidates.ts";
import { captureOf, type InnerNode, innerNodes, isDefinition, startOf } from "./inner-functions.ts";
import { isCalled } from "./meanings.ts";
import type { Places } from "./places.ts";
import { Receivers } from "./receivers.ts";
import type { Draft, Units } from "./units.ts";

export interface InnerUnit {
  /** What `Function.prototype.toString` shows. */
  readonly text: Node;
  readonly unit: number;
  readonly line: number;
  readonly closed: boolean;
  readonly methods: ClassElement[] | null;
  /** It is made once, with its module. */
  readonly once?: boolean;
}

/** A function or class that may be met again on its line. */
interface Twin {
  readonly text: Node;
  readonly unit: number;
}

export class InnerUnits {
  readonly list: InnerUnit[] = [];
  readonly receivers: Receivers;
  readonly #units: Units;
  readonly #scopes: Scopes;
  readonly #places: Places;
  /** The module's source. */
  readonly #text: string;
  /** Units by line, by the length of their text and by what they have captured. */
  readonly #twins = new Map<string, Twin[]>();
  readonly #numbers = new Map<Variable, number>();

  constructor(units: Units, scopes: Scopes, places: Places, text: string) {
    this.#units = units;
    this.#scopes = scopes;
    this.#places = places;
    this.#text = text;
    this.receivers = new Receivers(scopes);
  }

  /**
   * @param isRecognised whether a binding or a path leads to a function or class for good
   * @param once those of the module itself that nothing is to be recognised by but their place
   */
  add(isRecognised: (node: Node) => boolean, once: ReadonlySet<Node> = new Set()): void {
    for (const inner of innerNodes(this.#scopes, isRecognised)) {
      const { node, text, methods } = inner;
      const { line } = this.#places.at(startOf(node, this.#text));
      const unit = this.#units.numberOf(node);
      if (this.#isBesideEval(node)) this.#addUnknown(inner, line);
      else if (unit === undefined) this.#addUnit(inner, line);
      else {
        const closed = !methods && this.#units.isClosed(unit, node);
        this.list.push({ text, unit, line, closed, methods, ...(once.has(node) && { once: true }) });
      }
    }
  }

  /** Whether a function or class is made where a text may have made bindings that its names lead to. */
  #isBesideEval(node: Node): boolean {
    const { evaluators, parents } = this.#scopes;
    if (evaluators.size === 0) return false;
    for (let at = parents.get(node); at; at = parents.get(at)) if (evaluators.has(at)) return true;
    return false;
  }

  /** It is known by its text, so that whoever has it is told why that refuses. */
  #addUnknown({ node, text, methods }: InnerNode, line: number): void {
    const impure = this.#units.reasonsOf([{ cause: { kind: "beside-eval" }, node }]);
    const place = this.#places.at(node.start);
    const unit = { name: ownName(node), place, code: "", refs: [], impure, traits: [] };
    this.list.push({ text, unit: this.#units.list.push(unit) - 1, line, closed: false, methods });
  }

  #addUnit({ node, text, methods }: InnerNode, line: number): void {
    const name = ownName(node);
    const draft = this.#units.draft(node, name);
    const { unit, scanned, free, captured, findings } = draft;
    const isArrow = node.type === "ArrowFunctionExpression";
    const receiver = isArrow && scanned.traits.includes("this") ? this.receivers.capture(node) : null;
    const refusing = [...this.#units.unprobed(findings), ...unseen(node, scanned, receiver !== null)];
    const captures = this.#captures(node, methods !== null, draft, refusing);
    if (receiver) captures.push(receiver.capture);
    const impure = this.#units.reasonsOf(refusing);
    // Twins on one line that have captured the same are the same.
    const numbers = [...captured.keys()].map((variable) => this.#numberOf(variable));
    const twins = this.#twinsOf([line, text.end - text.start, unit.refs, receiver?.owner.start, ...numbers].join("\n"));
    const isClosed =
      free.length === 0 && !methods && impure === null && findings.length === 0 && !scanned.traits.includes("this");
    const known = twins.find((twin) => this.#isSameText(twin.text, text))?.unit;
    // As they run, their probes may tell them apart.
    this.list.push({ text, unit: known ?? this.#units.list.length, line, closed: isClosed, methods });
    if (known !== undefined) return;
    twins.push({ text, unit: this.#units.list.length });
    const traits = receiver ? unit.traits.filter((trait) => trait !== "this") : unit.traits;
    this.#units.list.push({ ...unit, traits, impure, captures });
  }

  #twinsOf(key: string): Twin[] {
    const known = this.#twins.get(key);
    if (known) return known;
    const made: Twin[] = [];
    this.#twins.set(key, made);
    return made;
  }

  #isSameText(one: Node, other: Node): boolean {
    return this.#text.slice(one.start, one.end) === this.#text.slice(other.start, other.end);
  }

  /** @param refusing takes what cannot be read at run time */
  #captures(node: Node, isClass: boolean, { captured, findings }: Draft, refusing: Finding[]): Capture[] {
    const captures: Capture[] = [];
    const guarded = this.#units.guardedReads(findings);
    for (const [variable, uses] of captured) {
      const later = isClass ? uses.filter((use) => !isDefinition(use.node.start, node)) : uses;
      if (later.length === 0) continue;
      const capture = captureOf(variable, node, this.#scopes);
      if (!("kind" in capture)) {
        const isGuarded = later.every(({ node: read }) => guarded.has(read));
        const members = capture.constant ? membersRead(later, this.#scopes.parents) : null;
        captures.push({ ...capture, ...(isGuarded && { guarded: true }), ...(members && { members }) });
      }
      // What no key can hold must not be read, but by those who have made it.
      else
        refusing.push(
          ...this.#units.unprobed(later.map((use) => ({ cause: capture, node: use.node, captured: variable }))),
        );
    }
    return captures;
  }

  #numberOf(variable: Variable): number {
    const number = this.#numbers.get(variable) ?? this.#numbers.size;
    this.#numbers.set(variable, number);
    return number;
  }
}

/** The members that uses of a variable read, in the order of the text; null if they do anything else with it. */
function membersRead(uses: readonly Use[], parents: ReadonlyMap<Node, Node>): CapturedMember[] | null {
  const members = new Map<string, CapturedMember>();
  for (const { node } of uses) {
    const member = parents.get(node);
    if (member?.type !== "MemberExpression" || member.object !== node || isTarget(member, parents)) return null;
    const name = propertyName(member);
    if (name === null || name === "__proto__") return null;
    const isOfCall = members.get(name)?.called === true || isCalled(member, parents);
    members.set(name, { name, ...(isOfCall && { called: true }) });
  }
  return [...members.values()];
}

function ownName({ id }: Node): string {
  return ((id as Node | null)?.name as string | undefined) ?? "(anonymous)";
}

/** What an inner function has from the code around it that no scope shows. */
function unseen(node: Node, { traits, usesSuper, usesNewTarget }: Scan, showsThis: boolean): Finding[] {
  const isArrow = node.type === "ArrowFunctionExpression";
  if (usesSuper) return [{ cause: { kind: "super", isInner: true }, node }];
  if (isArrow && usesNewTarget) return [{ cause: { kind: "outer-this", name: "new.target" }, node }];
  if (isArrow && traits.includes("this") && !showsThis) return [{ cause: { kind: "outer-this", name: "this" }, node }];
  return [];
}
