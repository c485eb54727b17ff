/**
 * One module's source to its manifest: units, the cells they read, the sites that get a guard and those that do not.
 */
import { isBuiltin } from "node:module";
import type { Variable } from "eslint-scope";
import type { Program } from "estree";
import { lastMatchNeeds } from "../../audit/scan/regexp-statics.ts";
import { type Finding, memberPath, type Scan, scan } from "../../audit/scan/scan.ts";
import type { Node, Scopes, Use } from "../../audit/scan/syntax.ts";
import { globalTables } from "../../audit/taps/tables.ts";
import type {
  Access,
  Capture,
  Cell,
  Place,
  ProbedReason,
  Reason,
  Refusal,
  Site,
  Trait,
  Unit,
} from "../../src/code/manifest.ts";
import { hashText } from "../../src/hash.ts";
import type { SourceKind } from "../parse/parse.ts";
import { LateBook } from "./after-await.ts";
import { isExported, isReassigned } from "./binding-source.ts";
import { type CellOptions, Cells, firstOf } from "./bindings.ts";
import { type Candidate, type ClassElement, classElements, findCandidates } from "./candidates.ts";
import { canonicalUnit } from "./canonical.ts";
import type { HeldDefault } from "./default-export.ts";
import { enclosedFunctions } from "./enclosed-functions.ts";
import { type GuardForm, guardForm } from "./guard-form.ts";
import { captureOf, innerNodes, isDefinition, startOf } from "./inner-functions.ts";
import { leaveInnerLoops } from "./inner-loops.ts";
import { isCertain, type Probe, Probes } from "./probes.ts";
import { SlightFunctions } from "./slight.ts";

const INSIDE = "only exists inside of another function, where nothing of the module leads to it";
const OUTSIDE: readonly Trait[] = ["outside"];
const STREAMS: readonly Trait[] = ["streams"];

export interface AnalyseOptions extends CellOptions {
  /** User modules are guarded at module level, packages at what they export. */
  readonly scope: "user" | "package";
  /** Functions of this module on the assumePure list; `*` for the whole module. */
  readonly assumed: readonly string[];
  /** Whether functions that are cheaper than any look-up get no guard: the cheapest way to find that out. */
  readonly leavesSlight?: boolean;
}

/** A guard to be inserted. */
export interface Guard extends GuardForm {
  readonly site: number;
}

export interface Analysis {
  readonly cells: readonly Cell[];
  readonly units: readonly Unit[];
  readonly sites: Site[];
  readonly refusals: Refusal[];
  readonly guards: Guard[];
  readonly probes: readonly Probe[];
  /** What stands behind each probe first, by its number. */
  readonly found: readonly ProbedReason[];
  /** An anonymous default export that gets a name. */
  readonly held: HeldDefault | null;
  /** JavaScript of the bindings that the module's getter yields. */
  readonly getters: readonly string[];
  readonly members: { access: Access; unit: number; text: Node | null }[];
  readonly inner: { text: Node; unit: number; line: number; closed: boolean; methods: ClassElement[] | null }[];
  /** What has to be tapped before the module runs: globals that it mentions, built-ins (`node:...`) that it imports. */
  readonly needs: string[];
  readonly classes: { access: Access; unit: number; text: Node | null; methods: ClassElement[] }[];
  /** An exported binding is assigned to again. */
  readonly reassigns: boolean;
}

export class Analyser {
  readonly #units: Unit[] = [];
  readonly #cells: Cells;
  readonly #sites: Site[] = [];
  readonly #refusals: Refusal[] = [];
  readonly #guards: Guard[] = [];
  readonly #members: Analysis["members"] = [];
  readonly #classes: Analysis["classes"] = [];
  readonly #inner: Analysis["inner"] = [];
  readonly #scopes: Scopes;
  readonly #options: AnalyseOptions;
  readonly #program: Program;
  readonly #candidates: Candidate[];
  readonly #unreachable: readonly { node: Node; name: string; reason: string }[];
  readonly #held: HeldDefault | null;
  readonly #unitOf = new Map<Node, number>();
  /** Functions and classes that a binding or a path leads to. */
  readonly #recognised = new Set<Node>();
  readonly #declared = new Map<Variable, number>();
  readonly #probes: Probes;
  readonly #late: LateBook;
  readonly #slight: SlightFunctions;
  readonly #lines: number[];
  readonly #text: string;
  /** Whether the module's code is strict, which is not in the code of its functions. */
  readonly #mode: "strict" | "sloppy";

  constructor(program: Program, text: string, kind: SourceKind, scopes: Scopes, options: AnalyseOptions) {
    this.#scopes = scopes;
    this.#options = options;
    this.#program = program;
    const { list, unreachable, held } = findCandidates(program, text, scopes);
    this.#candidates = list;
    this.#unreachable = unreachable;
    this.#held = held;
    this.#slight = new SlightFunctions(list, scopes);
    this.#text = text;
    this.#lines = lineStarts(text);
    this.#cells = new Cells(program, scopes, options, {
      declared: (variable) => this.#declared.get(variable) ?? null,
      add: (unit) => this.#units.push(unit) - 1,
      place: (offset) => this.#place(offset),
    });
    this.#probes = new Probes(scopes.parents);
    this.#late = new LateBook(scopes, this.#cells);
    const body = program.body as unknown as { directive?: string }[];
    this.#mode = kind === "module" || body.some(({ directive }) => directive === "use strict") ? "strict" : "sloppy";
  }

  run(): Analysis {
    const units = this.#candidates.filter((candidate) => candidate.owner === null);
    // Numbers first: units refer to each other.
    for (const { node, variable } of units) {
      const index = this.#unitOf.size;
      this.#unitOf.set(node, index);
      if (variable && !this.#declared.has(variable) && !isReassigned(variable, this.#scopes)) {
        this.#declared.set(variable, index);
      }
    }
    this.#units.length = units.length;
    const scans = new Map<Node, Scan>();
    for (const candidate of units) {
      const { unit, scanned } = this.#candidateUnit(candidate);
      this.#units[this.#unitOf.get(candidate.node) as number] = unit;
      scans.set(candidate.node, scanned);
    }
    for (const candidate of this.#candidates) this.#site(candidate, scans.get(candidate.node));
    const looksOutside = ({ site }: Guard) => this.#looksOutside((this.#sites[site] as Site).unit);
    leaveInnerLoops(this.#guards, this.#candidates, this.#scopes, looksOutside, ({ node, site }) => {
      const { name } = this.#sites[site] as Site;
      this.#refuse(name, node, { text: "is only called in loops of functions that are cached themselves" }, true);
    });
    for (const { node, name, reason } of this.#unreachable) this.#refuse(name, node, { text: reason }, false);
    if (this.#options.scope === "user") this.#listEnclosed();
    for (const candidate of units) this.#recognise(candidate);
    this.#findInner();
    const variables = [...this.#scopes.top.set.values()];
    return {
      cells: this.#cells.list,
      units: this.#units,
      sites: this.#sites,
      refusals: this.#refusals,
      guards: this.#guards,
      probes: this.#probes.list,
      found: this.#probes.findings.map((finding, n) => this.#probed(finding, this.#probes.list[n])),
      held: this.#held,
      getters: this.#cells.getters,
      members: this.#members,
      inner: this.#inner,
      needs: this.#needs(),
      classes: this.#classes,
      reassigns: variables.some((one) => isExported(one, this.#scopes) && isReassigned(one, this.#scopes)),
    };
  }

  #candidateUnit({ node, name, variable }: Candidate): { unit: Unit; scanned: Scan } {
    const assumed = this.#isAssumed(name) || (variable !== null && this.#isAssumed(variable.name));
    const { unit, scanned, captured, findings } = this.#unit(node, name);
    if (assumed) {
      return { unit: { ...unit, impure: null, traits: [...new Set<Trait>([...unit.traits, "assumed"])] }, scanned };
    }
    const impure = firstOf([...this.#unprobed(findings), ...foreign(captured), ...homed(node, scanned)]);
    return { unit: { ...unit, impure: impure && this.#reason(impure) }, scanned };
  }

  #unit(node: Node, name: string) {
    const free = this.#scopes.free(node);
    const own = this.#scopes.own(node);
    const outer = own.length > 0 ? [...free, ...own] : free;
    const scanned = scan(node, outer, this.#scopes);
    const { refs, statics, captured, findings, outside, streams } = this.#cells.references(outer, new Set(own));
    const { text, names } = canonicalUnit(node, this.#scopes);
    const unit: Unit = {
      name,
      place: this.#place(node.start),
      code: hashText([this.#modeOf(node), text, ...statics].join("\n")),
      ...(names === "" ? {} : { names: hashText(names) }),
      refs,
      impure: null,
      traits: [...new Set<Trait>([...scanned.traits, ...(outside ? OUTSIDE : []), ...(streams ? STREAMS : [])])],
      ...this.#late.readsOf(node),
    };
    return { unit, scanned, free, captured, findings: [...scanned.findings, ...findings] };
  }

  /** Strictness, which is not in a function's own code where it comes from around it. */
  #modeOf(node: Node): "strict" | "sloppy" {
    if (this.#mode === "strict") return "strict";
    for (let at = this.#scopes.parents.get(node); at; at = this.#scopes.parents.get(at)) {
      if (/^Class/.test(at.type)) return "strict";
      const body = (at.body as { body?: { directive?: string }[] } | undefined)?.body;
      if (Array.isArray(body) && body.some(({ directive }) => directive === "use strict")) return "strict";
    }
    return "sloppy";
  }

  #site(candidate: Candidate, scanned: Scan | undefined): void {
    const { node, name, owner } = candidate;
    if (/^Class/.test(node.type)) return;
    // What a package puts on its constructors is called in its own loops more than from outside.
    if (this.#options.scope === "package" && (!candidate.exported || candidate.assigned)) return;
    const own = scanned ?? scan(node, this.#scopes.free(node), this.#scopes);
    const unit = this.#unitOf.get(owner?.node ?? node) as number;
    const vouched = this.#isAssumed(owner?.name ?? name) || this.#isAssumed(name);
    const impure = (scanned && this.#units[unit]?.impure) ?? (vouched ? null : this.#certainly(node, own));
    // What returns nothing may write.
    const form = guardForm(node, own, this.#options.replayWrites === true && this.#looksOutside(unit));
    if ("refuse" in form) return this.#refuse(name, node, { text: form.refuse }, form.trivial);
    if (candidate.variable && isReassigned(candidate.variable, this.#scopes)) {
      return this.#refuse(name, node, { text: `\`${name}\` is assigned to again` }, false);
    }
    if (impure) return this.#refuse(name, node, impure, false);
    if (own.writesThis && !this.#isAssumed(name)) return this.#refuse(name, node, this.#reason(own.writesThis), false);
    if (this.#options.leavesSlight && !vouched && this.#slight.has(node)) {
      return this.#refuse(
        name,
        node,
        { text: "has no loop, and calls only what has none: cheaper than any look-up" },
        true,
      );
    }

    const site = this.#sites.length;
    const getter = this.#cells.getter(candidate.root);
    this.#sites.push({
      name,
      place: this.#place(node.start),
      unit,
      access:
        candidate.path.length === 0 ? { kind: "binding", getter } : { kind: "path", getter, path: candidate.path },
      form: form.form,
      ...(form.levels ? { levels: form.levels } : {}),
      async: node.async === true,
      ...(form.inPlace ? { inPlace: true } : {}),
      ...(form.usesThis ? { usesThis: true } : {}),
      ...this.#late.placeOf(node),
    });
    this.#guards.push({ ...form, site });
  }

  /** Whether a unit, or one of this module that it leads to, calls what is recorded while it runs. */
  #looksOutside(start: number): boolean {
    const seen = new Set([start]);
    for (const index of seen) {
      const { traits, refs } = this.#units[index] as Unit;
      if (traits.includes("outside")) return true;
      for (const ref of refs) {
        const { unit } = this.#cells.list[ref] as Cell;
        if (unit !== undefined) seen.add(unit);
      }
    }
    return false;
  }

  /** Why no call of a function can be cached: what every call of it evaluates, or what no probe can stand before. */
  #certainly(node: Node, { findings }: Scan): Reason | null {
    const all = [...findings, ...this.#cells.references(this.#scopes.free(node)).findings];
    const certain = all.filter(
      (one) => !this.#probes.isDecidedByValue(one) && isCertain(one.node, node, this.#scopes.parents),
    );
    const first = firstOf([...certain, ...this.#unprobed(all)]);
    return first && this.#reason(first);
  }

  /** Puts probes before findings, and answers those that none can stand before. */
  #unprobed(findings: readonly Finding[]): Finding[] {
    // The user vouches for the whole module.
    if (this.#isAssumed("*")) return [];
    return findings.filter((finding) => finding.captured === true || !this.#probes.add(finding));
  }

  #refuse(name: string, node: Node, reason: Reason, trivial: boolean): void {
    this.#refusals.push({ name, place: this.#place(node.start), reason, trivial });
  }

  #listEnclosed(): void {
    for (const statement of this.#program.body as unknown as Node[]) {
      for (const { node, name } of enclosedFunctions(statement, this.#scopes)) {
        const { trivial, returns } = scan(node, this.#scopes.free(node), this.#scopes);
        const text = returns ? INSIDE : "returns nothing";
        if (!node.generator && !trivial) this.#refuse(name, node, { text }, false);
      }
    }
  }

  /** Lets the run time recognise a unit when it meets the function or class as a value. */
  #recognise(candidate: Candidate): void {
    const { node, path, root, variable } = candidate;
    const unit = this.#unitOf.get(node) as number;
    // Where its binding leads later on, nobody knows: it is looked for by its text.
    if (variable && isReassigned(variable, this.#scopes)) return;
    // Where others may be put in its place, it is looked for by its text as well.
    if (!candidate.assigned) this.#recognised.add(node);
    const getter = this.#cells.getter(root);
    const access: Access = path.length === 0 ? { kind: "binding", getter } : { kind: "path", getter, path };
    // The binding itself is what it was declared with; `module.exports` may be anything.
    const text = variable ? null : candidate.text;
    if (/^Class/.test(node.type)) this.#classes.push({ access, unit, text, methods: classElements(node) });
    else this.#members.push({ access, unit, text: path.length === 0 ? null : candidate.text });
  }

  /** Functions and classes that the run time will meet as values only. */
  #findInner(): void {
    const seen = new Set<string>();
    const numbers = new Map<Variable, number>();
    const numberOf = (variable: Variable) => {
      const number = numbers.get(variable) ?? numbers.size;
      numbers.set(variable, number);
      return number;
    };
    for (const { node, text, methods } of innerNodes(this.#scopes, (one) => this.#recognised.has(one))) {
      const { line } = this.#place(startOf(node, this.#text));
      const known = this.#unitOf.get(node);
      if (known !== undefined) {
        const closed = !methods && this.#isClosed(known, node);
        this.#inner.push({ text, unit: known, line, closed, methods });
        continue;
      }
      const { unit, scanned, free, captured, findings } = this.#unit(
        node,
        ((node.id as Node | null)?.name as string | undefined) ?? "(anonymous)",
      );
      const captures: Capture[] = [];
      const refusing = [...this.#unprobed(findings), ...unseen(node, scanned)];
      for (const [variable, uses] of captured) {
        const use = methods ? uses.find(({ node: { start } }) => !isDefinition(start, node)) : uses[0];
        if (!use) continue;
        const capture = captureOf(variable, this.#mode === "strict", this.#scopes);
        if (typeof capture === "string") refusing.push({ text: capture, node: use.node });
        else captures.push(capture);
      }
      const impure = firstOf(refusing);
      // Twins on one line that have captured the same are the same.
      const shown = [line, this.#text.slice(text.start, text.end), unit.refs, ...[...captured.keys()].map(numberOf)];
      if (seen.has(shown.join("\n"))) continue;
      seen.add(shown.join("\n"));
      this.#inner.push({
        text,
        unit: this.#units.length,
        line,
        closed:
          free.length === 0 && !methods && impure === null && findings.length === 0 && !scanned.traits.includes("this"),
        methods,
      });
      this.#units.push({ ...unit, impure: impure && this.#reason(impure), captures });
    }
  }

  /** Whether code reads nothing outside of itself that forbids caching or depends on where it is called. */
  #isClosed(unit: number, node: Node): boolean {
    const { impure, traits } = this.#units[unit] as Unit;
    if (impure !== null || traits.includes("this") || this.#scopes.free(node).length > 0) return false;
    return scan(node, [], this.#scopes).findings.length === 0;
  }

  #needs(): string[] {
    const needs = new Set<string>();
    for (const { variable, name, node } of this.#scopes.uses) {
      const [member = ""] = /^global(This)?$/.test(name) ? memberPath(node, this.#scopes.parents).path : [];
      for (const one of [name, member]) if (!variable && Object.hasOwn(globalTables, one)) needs.add(one);
    }
    for (const statement of this.#program.body as unknown as { source?: { value?: unknown } }[]) {
      const from = statement.source?.value;
      if (typeof from === "string" && isBuiltin(from)) needs.add(`node:${from.replace(/^node:/, "")}`);
    }
    const own = this.#options.scope === "user" ? lastMatchNeeds(this.#text, this.#scopes) : [];
    return [...needs, ...own];
  }

  #isAssumed(name: string): boolean {
    return this.#options.assumed.includes(name) || this.#options.assumed.includes("*");
  }

  #probed(finding: Finding, probe: Probe | undefined): ProbedReason {
    const { member } = finding;
    return { ...this.#reason(finding), ...(member && probe?.place.kind === "look" ? { member } : {}) };
  }

  #reason(finding: Finding): Reason {
    return { text: finding.text, place: this.#place(finding.node.start) };
  }

  #place(offset: number): Place {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lines[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lines[low] as number) };
  }
}

/** What a function at module level cannot read and be found again: a binding of an inner block. */
function foreign(captured: ReadonlyMap<Variable, readonly Use[]>): Finding[] {
  return [...(captured.values() as Iterable<[Use]>)].map(([{ name, node }]) => {
    return { text: `reads \`${name}\`, which is bound in an inner block`, node };
  });
}

/** A method reads what its object inherits, which nothing leads to from the function; a class is in its own key. */
function homed(node: Node, { usesSuper }: Scan): Finding[] {
  return usesSuper && !/^Class/.test(node.type) ? [{ text: "uses `super` outside of a class", node }] : [];
}

/** What an inner function has from the code around it that no scope shows. */
function unseen(node: Node, { traits, usesSuper, usesNewTarget }: Scan): Finding[] {
  const isArrow = node.type === "ArrowFunctionExpression";
  if (usesSuper) return [{ text: "uses `super`", node }];
  if (isArrow && usesNewTarget) return [{ text: "uses `new.target` of the function around it", node }];
  if (isArrow && traits.includes("this")) return [{ text: "uses `this` of the code around it", node }];
  return [];
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
