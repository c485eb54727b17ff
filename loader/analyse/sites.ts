/** The functions of a module that get a guard, and why others do not. */
import type { Node, Scopes } from "../../audit/scan/syntax.ts";
import type { Refusal, Site } from "../../src/code/manifest.ts";
import type { FormCause, Reasons } from "../../src/reason/reason.ts";
import { isReassigned } from "./binding-source.ts";
import type { Candidate } from "./candidates.ts";
import { type Guard, guardForm } from "./guard-form.ts";
import { dropInnerLoops } from "./inner-loops.ts";
import { memoDirective } from "./memo-directive.ts";
import type { Places } from "./places.ts";
import { SlightFunctions } from "./slight.ts";
import type { UnitOptions, Units } from "./units.ts";

export interface SiteOptions extends UnitOptions {
  /** User modules are guarded at module level, packages at what they export. */
  readonly scope: "user" | "package";
  /** Whether functions that are cheaper than any look-up get no guard: the cheapest way to find that out. */
  readonly leavesSlight?: boolean;
}

export class Sites {
  readonly list: Site[] = [];
  readonly refusals: Refusal[] = [];
  readonly guards: Guard[] = [];
  readonly #units: Units;
  readonly #scopes: Scopes;
  readonly #places: Places;
  readonly #options: SiteOptions;

  constructor(units: Units, scopes: Scopes, places: Places, options: SiteOptions) {
    this.#units = units;
    this.#scopes = scopes;
    this.#places = places;
    this.#options = options;
  }

  /** @param candidates whose units have been made */
  add(candidates: readonly Candidate[]): void {
    const slight = this.#options.leavesSlight ? new SlightFunctions(candidates, this.#scopes) : null;
    for (const candidate of candidates) this.#add(candidate, slight);
    const looksOutside = ({ site }: Guard) => this.#units.looksOutside((this.list[site] as Site).unit);
    const isKept = ({ site }: Guard) => this.list[site]?.wanted === true;
    dropInnerLoops(this.guards, candidates, this.#scopes, { looksOutside, isKept }, ({ node, site }) => {
      const { name } = this.list[site] as Site;
      this.refuseForm(name, node, { kind: "called-in-loops" }, true);
    });
  }

  /** Leaves a function without a guard because of its form. */
  refuseForm(name: string, node: Node, form: FormCause, trivial = false): void {
    this.#refuse(name, node, { reason: form }, trivial);
  }

  #refuse(name: string, node: Node, reasons: Reasons, trivial = false): void {
    this.refusals.push({ name, place: this.#places.at(node.start), ...reasons, trivial });
  }

  #add(candidate: Candidate, slight: SlightFunctions | null): void {
    const { node, name, owner, variable } = candidate;
    if (/^Class/.test(node.type)) return;
    // A text must not find what a guard adds to a function.
    if (this.#scopes.evaluators.has(node)) {
      return this.#refuse(name, node, { reason: this.#units.reasonOf({ cause: { kind: "beside-eval" }, node }) });
    }
    // What a package puts on its constructors is called in its own loops more than from outside.
    if (this.#options.scope === "package" && (!candidate.exported || candidate.assigned)) return;
    const directive = memoDirective(node);
    if (directive === "no memo") return this.refuseForm(name, node, { kind: "no-memo" }, true);
    const isWanted = directive === "use memo";
    const scanned = this.#units.scanOf(node) ?? this.#units.scan(node, this.#scopes.free(node));
    const unit = this.#units.numberOf(owner?.node ?? node) as number;
    const isVouchedFor = this.#units.isAssumed(owner?.name ?? name) || this.#units.isAssumed(name);
    const ofUnit = owner === null ? this.#units.list[unit]?.impure : null;
    const impure = ofUnit ?? (isVouchedFor ? null : this.#units.certainly(node, scanned));
    // What returns nothing may write files, or objects of state.
    const writesFiles = this.#options.replayWrites === true && this.#units.looksOutside(unit);
    const writesState = this.#units.writesState(node, scanned);
    const form = guardForm(node, isWanted ? { ...scanned, trivial: false } : scanned, writesFiles || writesState);
    if ("refuse" in form) return this.refuseForm(name, node, form.refuse, form.trivial);
    if (variable && isReassigned(variable, this.#scopes)) {
      return this.refuseForm(name, node, { kind: "reassigned", name });
    }
    if (impure) return this.#refuse(name, node, impure);
    if (scanned.writesThis && node.async === true && !this.#units.isAssumed(name)) {
      return this.#refuse(name, node, { reason: this.#units.reasonOf(scanned.writesThis) });
    }
    if (!isVouchedFor && !isWanted && slight?.has(node))
      return this.refuseForm(name, node, { kind: "too-small", calls: true }, true);
    this.guards.push({ ...form, site: this.list.length });
    const returnsNothing = !scanned.returns && !writesFiles;
    const changes = node.async !== true && (returnsNothing || writesState || scanned.writesThis !== null);
    const getter = this.#units.cells.getter(candidate.root, candidate.home);
    this.list.push({
      name,
      place: this.#places.at(node.start),
      unit,
      access:
        candidate.path.length === 0 ? { kind: "binding", getter } : { kind: "path", getter, path: candidate.path },
      form: form.form,
      ...(form.takes === undefined ? {} : { takes: form.takes }),
      ...(form.levels ? { levels: form.levels } : {}),
      async: node.async === true,
      ...(isWanted ? { wanted: true } : {}),
      ...(form.tells ? { tells: form.tells } : {}),
      ...(form.usesThis ? { usesThis: true } : {}),
      ...(changes ? { changes } : {}),
      ...(returnsNothing ? { returnsNothing } : {}),
      ...this.#units.afterAwait.placeOf(node),
    });
  }
}
