/**
 * One module's source to its manifest: units, the cells they read, the sites that get a guard and those that do not.
 */
import type { Program } from "estree";
import { areLent, privateNames } from "../../audit/scan/private-names.ts";
import { lastMatchNeeds } from "../../audit/scan/regexp-statics.ts";
import { scan } from "../../audit/scan/scan.ts";
import { CLASSES, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import type { PrivateNames } from "../../src/code/guard-text.ts";
import type { Access, Cell, OnceCode, ProbedReason, Refusal, Site, Unit } from "../../src/code/manifest.ts";
import { isExported, isReassigned } from "./binding-source.ts";
import type { Root } from "./bindings.ts";
import { type Candidate, type ClassElement, classElements, findCandidates } from "./candidates.ts";
import type { HeldDefault } from "./default-export.ts";
import { enclosedFunctions } from "./enclosed-functions.ts";
import type { Guard } from "./guard-form.ts";
import { type InnerUnit, InnerUnits } from "./inner-units.ts";
import { needsOf } from "./needs.ts";
import { findPipelines, type Pipeline } from "./pipelines.ts";
import { Places } from "./places.ts";
import type { Probe, ProbePlace } from "./probes.ts";
import type { Receivers } from "./receivers.ts";
import { type SiteOptions, Sites } from "./sites.ts";
import { Units } from "./units.ts";

export type AnalyseOptions = SiteOptions;

/** A function that a binding or a path leads to. Its text is null where that always leads to the very same function. */
export interface MemberAccess {
  readonly access: Access;
  readonly unit: number;
  readonly text: Node | null;
}

export interface ClassAccess extends MemberAccess {
  readonly methods: ClassElement[];
}

/** A function that runs once with the module. */
export interface OnceUnit {
  readonly node: Node;
  readonly lines: OnceCode["lines"];
}

export interface Analysis {
  readonly cells: readonly Cell[];
  readonly units: readonly Unit[];
  readonly sites: Site[];
  readonly refusals: Refusal[];
  readonly guards: Guard[];
  readonly pipelines: readonly Pipeline[];
  readonly probes: readonly Probe[];
  /** Functions that own bindings which functions in them write. */
  readonly owners: readonly Node[];
  /** What stands behind each probe first, by its number. */
  readonly probed: readonly ProbedReason[];
  /** An anonymous default export that gets a name. */
  readonly held: HeldDefault | null;
  /** The bindings that the module's getter yields. */
  readonly getters: readonly Root[];
  /** The numbers of those among them that functions of the module assign to. */
  readonly assigned: ReadonlySet<number>;
  readonly members: readonly MemberAccess[];
  readonly inner: readonly InnerUnit[];
  /** Functions that keep their `this`, and where arrow functions mention it. */
  readonly receivers: Pick<Receivers, "owners" | "mentions">;
  /** Bodies of classes that hand over the private members of their instances. */
  readonly privates: readonly { readonly body: Node; readonly names: PrivateNames }[];
  /** What has to be tapped before the module runs: globals that it mentions, built-ins (`node:...`) that it imports. */
  readonly needs: string[];
  readonly classes: readonly ClassAccess[];
  /** The place of a method in the list of its class's functions that wait, if it does. */
  readonly lateOf: (method: Node) => { readonly late?: number };
  /** Functions that hand over their bindings, as the module does. */
  readonly once: readonly OnceUnit[];
  /** An exported binding is assigned to again. */
  readonly reassigns: boolean;
  /** The module has a binding called `Symbol`. */
  readonly hasOwnSymbol: boolean;
}

/** @param text the module's source */
export function analyse(program: Program, text: string, scopes: Scopes, options: AnalyseOptions): Analysis {
  const { list: candidates, unreachable, held } = findCandidates(program, text, scopes);
  const places = new Places(text);
  const units = new Units(program, scopes, places, options);
  // A method is a part of its class's unit.
  const ownUnits = candidates.filter((candidate) => candidate.owner === null);
  units.addCandidates(ownUnits);
  const sites = new Sites(units, scopes, places, options);
  sites.add(candidates);
  for (const { node, name, reason } of unreachable) sites.refuseForm(name, node, reason);
  if (options.scope === "user") {
    const found = new Set(candidates.map(({ node }) => node));
    refuseEnclosed(program, scopes, sites, (node) => found.has(node));
  }
  const { members, classes, recognised } = recognise(ownUnits, units, scopes);
  const inner = new InnerUnits(units, scopes, places, text);
  // Of code that runs as it is, each function is found by its place: what holds it need not show.
  if (options.isMade) inner.add(() => false, recognised);
  else inner.add((node) => recognised.has(node));
  const variables = [...scopes.top.set.values()];
  const isUsers = options.scope === "user" && options.isMade !== true;
  return {
    cells: units.cells.list,
    units: units.list,
    sites: sites.list,
    refusals: sites.refusals,
    guards: sites.guards,
    pipelines: isUsers
      ? pipelinesOf(text, candidates, sites, scopes, [
          ...units.written,
          ...inner.receivers.mentions.map((place) => ({ place })),
        ])
      : [],
    probes: units.written,
    owners: units.probes.owners,
    probed: units.probed,
    held,
    getters: units.cells.getters,
    assigned: units.cells.assigned,
    members,
    inner: inner.list,
    receivers: inner.receivers,
    privates: privatesOf(scopes),
    needs: [...needsOf(program, scopes), ...(options.scope === "user" ? lastMatchNeeds(text, scopes) : [])],
    classes,
    lateOf: (method) => units.afterAwait.placeOf((method.value ?? method) as Node),
    once: scopes.once.map(({ node }) => ({ node, lines: [places.at(node.start).line, places.at(node.end).line] })),
    hasOwnSymbol: (scopes.top.set.get("Symbol")?.defs.length ?? 0) > 0,
    reassigns: variables.some((one) => isExported(one, scopes) && isReassigned(one, scopes)),
  };
}

function pipelinesOf(
  text: string,
  candidates: readonly Candidate[],
  { guards }: Sites,
  scopes: Scopes,
  pieces: readonly { readonly place: ProbePlace }[],
): Pipeline[] {
  const nodes = new Set(guards.map(({ node }) => node));
  const guarded = candidates.flatMap(({ node, variable }) => (variable !== null && nodes.has(node) ? [variable] : []));
  const places = pieces.map(({ place }) => ("node" in place ? place.node : { start: place.at, end: place.at }));
  return findPipelines(text, scopes, new Set(guarded), ({ start, end }) =>
    places.some((place) => place.start <= end && start <= place.end && !(place.start < start && end < place.end)),
  );
}

function privatesOf(scopes: Scopes): Analysis["privates"] {
  const found: { body: Node; names: PrivateNames }[] = [];
  for (const node of scopes.marks) {
    const names = CLASSES.has(node.type) ? privateNames(node) : null;
    if (names) found.push({ body: node.body as Node, names: { ...names, areLent: areLent(node, scopes) } });
  }
  return found;
}

/** Says why functions have no guard that only exist while another one runs. */
function refuseEnclosed(program: Program, scopes: Scopes, sites: Sites, isFound: (node: Node) => boolean): void {
  for (const statement of program.body as unknown as Node[]) {
    for (const { node, name } of enclosedFunctions(statement, scopes)) {
      if (isFound(node)) continue;
      const { trivial, returns } = scan(node, scopes.free(node), scopes);
      if (node.generator || trivial) continue;
      sites.refuseForm(name, node, { kind: returns ? "inside-function" : "returns-nothing" });
    }
  }
}

/** By which binding or path the run time finds the function or class of each unit when it meets that as a value. */
function recognise(
  candidates: readonly Candidate[],
  units: Units,
  scopes: Scopes,
): { members: MemberAccess[]; classes: ClassAccess[]; recognised: Set<Node> } {
  const members: MemberAccess[] = [];
  const classes: ClassAccess[] = [];
  const recognised = new Set<Node>();
  for (const { node, path, root, home, variable, text } of candidates) {
    // Nobody knows where its binding leads later on: it is looked for by its text.
    if (variable && isReassigned(variable, scopes)) continue;
    // Others may be put in its place, and other modules may have functions of its text: it is looked for by its text as well.
    if (path.length === 0) recognised.add(node);
    const unit = units.numberOf(node) as number;
    const getter = units.cells.getter(root, home);
    const access: Access = path.length === 0 ? { kind: "binding", getter } : { kind: "path", getter, path };
    if (/^Class/.test(node.type)) {
      // The binding itself is what it was declared with; `module.exports` may be anything.
      classes.push({ access, unit, text: variable ? null : text, methods: classElements(node) });
    } else {
      members.push({ access, unit, text: path.length === 0 ? null : text });
    }
  }
  return { members, classes, recognised };
}
