/**
 * The units of a module: functions, classes and what else is hashed and scanned as one. Each gets its code, the cells that
 * it reads, and what in it forbids caching although no probe stands before it.
 */
import type { Variable } from "eslint-scope";
import type { Program } from "estree";
import { type Finding, type Scan, scan } from "../../audit/scan/scan.ts";
import { isInAsync, type Node, type Scopes, type Use } from "../../audit/scan/syntax.ts";
import type { Cell, ProbedReason, Trait, Unit } from "../../src/code/manifest.ts";
import { hashText } from "../../src/hash.ts";
import { isRandom } from "../../src/reason/random.ts";
import { type Reason, type Reasons, reasonsOf } from "../../src/reason/reason.ts";
import { usesError } from "../../src/reason/uses-error.ts";
import { AfterAwait } from "./after-await.ts";
import { isReassigned } from "./binding-source.ts";
import { Cells, inOrder } from "./bindings.ts";
import type { Candidate } from "./candidates.ts";
import { canonicalUnit } from "./canonical.ts";
import { withoutCovered } from "./covered-probes.ts";
import { GuardedReads } from "./guarded-reads.ts";
import type { MeaningOptions } from "./meanings.ts";
import { mentionsOf } from "./mentions.ts";
import type { Places } from "./places.ts";
import { isCertain, type Probe, Probes } from "./probes.ts";

const OUTSIDE: readonly Trait[] = ["outside"];
const STREAMS: readonly Trait[] = ["streams"];
const SLOPPY: readonly Trait[] = ["sloppy"];
const CHANGES: readonly Trait[] = ["changes"];

export interface UnitOptions extends MeaningOptions {
  /** Functions of this module on the assumePure list; `*` for the whole module. */
  readonly assumed: readonly string[];
}

/** A unit that has not been judged yet. */
export interface Draft {
  readonly unit: Unit;
  readonly scanned: Scan;
  /** The uses in it of names that are declared elsewhere. */
  readonly free: readonly Use[];
  /** Bindings of enclosing functions and blocks, with all uses of each. */
  readonly captured: ReadonlyMap<Variable, readonly Use[]>;
  readonly findings: readonly Finding[];
}

export class Units {
  readonly list: Unit[] = [];
  readonly cells: Cells;
  readonly probes: Probes;
  readonly afterAwait: AfterAwait;
  readonly #scopes: Scopes;
  readonly #places: Places;
  readonly #assumed: readonly string[];
  readonly #isMade: boolean;
  readonly #isThisLookedAt: boolean;
  readonly #numbers = new Map<Node, number>();
  /** Units of bindings that never change. */
  readonly #declared = new Map<Variable, number>();
  readonly #scans = new Map<Node, Scan>();
  readonly #homes: ReadonlyMap<Node, number>;

  constructor(program: Program, scopes: Scopes, places: Places, options: UnitOptions) {
    this.#scopes = scopes;
    this.#places = places;
    this.#assumed = options.assumed;
    this.#isMade = options.isMade === true;
    this.#isThisLookedAt = options.isThisLookedAt === true;
    this.cells = new Cells(program, scopes, options, {
      declared: (variable) => this.#declared.get(variable) ?? null,
      add: (unit) => this.list.push(unit) - 1,
      place: (offset) => places.at(offset),
    });
    this.probes = new Probes(scopes.parents);
    this.#homes = new Map(scopes.once.map(({ node }, index) => [node, index + 1]));
    this.afterAwait = new AfterAwait(scopes, this.cells);
  }

  /** Makes the units of functions and classes that a binding or a path leads to. */
  addCandidates(candidates: readonly Candidate[]): void {
    // All numbers before the first unit: units refer to each other.
    for (const { node, variable } of candidates) {
      const number = this.#numbers.size;
      this.#numbers.set(node, number);
      if (variable && !this.#declared.has(variable) && !isReassigned(variable, this.#scopes)) {
        this.#declared.set(variable, number);
      }
    }
    this.list.length = candidates.length;
    for (const candidate of candidates) {
      const draft = this.draft(candidate.node, candidate.name);
      this.list[this.numberOf(candidate.node) as number] = this.#judged(candidate, draft);
      this.#scans.set(candidate.node, draft.scanned);
    }
  }

  /** The number of a candidate's unit. */
  numberOf(node: Node): number | undefined {
    return this.#numbers.get(node);
  }

  /** The scan of a candidate that has a unit of its own. */
  scanOf(node: Node): Scan | undefined {
    return this.#scans.get(node);
  }

  isAssumed(name: string): boolean {
    return this.#assumed.includes(name) || this.#assumed.includes("*");
  }

  /** A unit of a function or class, as long as nothing has been said of its findings. */
  draft(node: Node, name: string): Draft {
    const free = this.#scopes.free(node);
    const own = this.#scopes.own(node);
    const outer = own.length > 0 ? [...free, ...own] : free;
    const scanned = this.scan(node, outer);
    const references = this.cells.references(outer, new Set(own));
    const { refs, assigns, updates, statics, captured, findings, outside, streams } = references;
    const { text, names } = canonicalUnit(node, this.#scopes);
    const home = this.#homeOf(node);
    const unit: Unit = {
      name,
      place: this.#places.at(node.start),
      code: hashText([this.#scopes.isStrict(node) ? "strict" : "sloppy", text, ...statics].join("\n")),
      ...(names === "" ? {} : { names: hashText(names) }),
      refs,
      ...(assigns.length > 0 ? { assigns } : {}),
      ...(updates.length > 0 ? { updates } : {}),
      ...mentionsOf(outer, scanned, this.#scopes),
      impure: null,
      traits: [
        ...new Set<Trait>([
          ...scanned.traits,
          ...(outside ? OUTSIDE : []),
          ...(streams ? STREAMS : []),
          ...(this.#isSloppy(node) ? SLOPPY : []),
          ...(this.#isMade && scanned.findings.some((one) => this.#isChange(one)) ? CHANGES : []),
        ]),
      ],
      ...this.afterAwait.readsOf(node),
      ...(home > 0 ? { home } : {}),
    };
    return { unit, scanned, free, captured, findings: [...scanned.findings, ...findings] };
  }

  /** Scans code. Where no probe can look at what `arguments` are read of, the trait `frames` takes the place of the finding. */
  scan(node: Node, free: readonly Use[]): Scan {
    const scanned = scan(node, free, this.#scopes);
    const isUnseen = (one: Finding) => one.member === "arguments" && !this.probes.isDecidedByValue(one);
    const findings = scanned.findings.filter((one) => !isUnseen(one));
    if (findings.length === scanned.findings.length) return scanned;
    return { ...scanned, findings, traits: [...new Set<Trait>([...scanned.traits, "frames"])] };
  }

  #judged({ node, name, variable }: Candidate, { unit, scanned, captured, findings }: Draft): Unit {
    if (this.isAssumed(name) || (variable !== null && this.isAssumed(variable.name))) {
      return { ...unit, impure: null, traits: [...new Set<Trait>([...unit.traits, "assumed"])] };
    }
    const refusing = [...this.unprobed([...findings, ...foreign(captured)]), ...homed(node, scanned)];
    return { ...unit, impure: this.reasonsOf(refusing) };
  }

  /** Whether a unit, or one of this module that it leads to, calls what is recorded while it runs. */
  looksOutside(start: number): boolean {
    const seen = new Set([start]);
    for (const index of seen) {
      const { traits, refs } = this.list[index] as Unit;
      if (traits.includes("outside")) return true;
      for (const ref of refs) {
        const { unit } = this.cells.list[ref] as Cell;
        if (unit !== undefined) seen.add(unit);
      }
    }
    return false;
  }

  /** Whether code reads nothing outside of itself that forbids caching or depends on where it is called. */
  isClosed(unit: number, node: Node): boolean {
    const { impure, traits } = this.list[unit] as Unit;
    if (impure !== null || traits.includes("this") || this.#scopes.free(node).length > 0) return false;
    return this.scan(node, []).findings.length === 0;
  }

  /** Whether a function that waits for nothing has code that writes to objects of state: calls that do so may be kept. */
  writesState(node: Node, { findings }: Scan): boolean {
    return node.async !== true && findings.some((one) => this.#isChange(one));
  }

  /** Whether a finding is nothing but a change of an object or a binding that is in the key of whoever runs into it. */
  #isChange({ writesTo, assigns, node }: Finding): boolean {
    if (isInAsync(node, this.#scopes.parents)) return false;
    if (assigns !== undefined) return this.cells.isAssigned(assigns);
    return writesTo !== undefined && this.cells.isState(writesTo);
  }

  /** Why no call of a function can be cached: what every call of it evaluates, or what no probe can stand before. */
  certainly(node: Node, { findings }: Scan): Reasons | null {
    const all = [...findings, ...this.cells.references(this.#scopes.free(node)).findings];
    const certain = all.filter(
      (one) =>
        !this.#isChange(one) && !this.probes.isDecidedByValue(one) && isCertain(one.node, node, this.#scopes.parents),
    );
    return this.reasonsOf([...certain, ...this.unprobed(all)]);
  }

  /** Puts probes before findings, and answers those that none can stand before. */
  unprobed(findings: readonly Finding[]): Finding[] {
    // The user vouches for the whole module.
    if (this.isAssumed("*")) return [];
    if (this.#isMade) return findings.filter((finding) => this.#forbidsMade(finding));
    return findings.filter((finding) => !this.probes.add(finding));
  }

  /** Whether a finding in code without probes refuses who reaches it. What code writes to objects is found when they are compared. */
  #forbidsMade(finding: Finding): boolean {
    if (finding.ifGlobalThis === true && this.#isThisLookedAt) return false;
    return finding.assigns !== undefined || !this.#isChange(finding);
  }

  /** What no call that is kept reads, of code with these findings. Their probes have to be there. */
  guardedReads(findings: readonly Finding[]): GuardedReads {
    const probes = findings.flatMap((one) => {
      const place = this.#forbids(one) ? this.probes.placeOf(one) : null;
      return place === null ? [] : [{ finding: one.node, place }];
    });
    return new GuardedReads(probes, this.#scopes.parents);
  }

  /** Whether each call that did not make what a finding is about is refused if it evaluates it. */
  #forbids(finding: Finding): boolean {
    const isRecorded = finding.isConsole === true || isRandom(finding.cause);
    return !isRecorded && !this.#isChange(finding) && !this.probes.isDecidedByValue(finding);
  }

  /** The probes that the rewrite writes. */
  get written(): Probe[] {
    const judged = this.probes.list.map((probe, n) => {
      const findings = this.probes.findings[n] as readonly Finding[];
      return {
        probe,
        findings: findings.map(({ node }) => node),
        isChange: findings.every((one) => this.#isChange(one)),
        assigns: this.#assigned(findings).assigns ?? [],
        isConsole: findings.every((one) => one.isConsole === true),
        doesMore: findings.some(({ cause }) => usesError(cause)),
      };
    });
    return withoutCovered(judged, this.#scopes.parents);
  }

  /** What stands behind each probe first, by its number. */
  get probed(): ProbedReason[] {
    return this.probes.findings.map((findings, n) => this.#probedBy(inOrder(findings), this.probes.list[n]));
  }

  /** @param findings all that stands behind the probe: what forbids caching in any case is what is told */
  #probedBy(findings: readonly Finding[], probe: Probe | undefined): ProbedReason {
    const forbidding = findings.find((one) => !this.#isChange(one));
    const told = forbidding ?? (findings[0] as Finding);
    const { member, isConsole } = told;
    return {
      ...this.reasonOf(told),
      ...(member && probe?.place.kind === "look" ? { member } : {}),
      ...(isConsole ? { isConsole } : {}),
      ...(findings.every(({ cause }) => isRandom(cause)) ? { isRandom: true } : {}),
      ...(forbidding ? {} : { isChange: true, ...this.#assigned(findings) }),
    };
  }

  #assigned(findings: readonly Finding[]): Pick<ProbedReason, "assigns"> {
    const cells = findings.map(({ assigns }) => (assigns ? this.cells.assignedCell(assigns) : null));
    const assigns = [...new Set(cells.filter((cell) => cell !== null))];
    return assigns.length > 0 ? { assigns } : {};
  }

  reasonOf({ cause, node }: Finding): Reason {
    return { ...cause, place: this.#places.at(node.start) };
  }

  /** Null where there is no finding. One finding may be there twice. */
  reasonsOf(findings: readonly Finding[]): Reasons | null {
    return reasonsOf(inOrder([...new Set(findings)]).map((one) => this.reasonOf(one)));
  }

  /** Whether V8 shows the `arguments` of a function to others while it runs: those of a plain `function` in sloppy code. */
  #isSloppy(node: Node): boolean {
    if (!/^Function/.test(node.type) || node.async === true || node.generator === true) return false;
    const parent = this.#scopes.parents.get(node);
    const isMethod =
      parent?.type === "MethodDefinition" ||
      (parent?.type === "Property" && parent.value === node && (parent.method === true || parent.kind !== "init"));
    return !isMethod && !this.#scopes.isStrict(node);
  }

  /** The number of the innermost function around a node that runs once with the module; 0 for the module itself. */
  #homeOf(node: Node): number {
    if (this.#homes.size === 0) return 0;
    for (let at = this.#scopes.parents.get(node); at; at = this.#scopes.parents.get(at)) {
      const home = this.#homes.get(at);
      if (home !== undefined) return home;
    }
    return 0;
  }
}

/** The run time has no getter for a binding of an inner block, so a function at module level must not read one. */
function foreign(captured: ReadonlyMap<Variable, readonly Use[]>): Finding[] {
  return [...captured.values()].flat().map(({ name, node }) => ({ cause: { kind: "block-binding", name }, node }));
}

/** Nothing leads from a method to the object that its `super` reads. A class is in its own key, with its base. */
function homed(node: Node, { usesSuper }: Scan): Finding[] {
  return usesSuper && !/^Class/.test(node.type) ? [{ cause: { kind: "super", isInner: false }, node }] : [];
}
