/**
 * One module's source to its manifest: units, the cells they read, the sites that get a guard and those that do not.
 */
import { isBuiltin } from "node:module";
import type { Variable } from "eslint-scope";
import type { Program } from "estree";
import { impureBuiltin, impureGlobal, LAST_MATCH, readsLastMatch } from "../audit/allow.ts";
import { lateReads } from "../audit/late.ts";
import { type Finding, isPlainUse, isTarget, MODULE_NAMES, memberPath, type Scan, scan } from "../audit/scan.ts";
import type { Node, Scopes, Use } from "../audit/syntax.ts";
import { globalTables } from "../audit/tap-tables.ts";
import { hashText } from "../src/hash.ts";
import type { Access, Cell, LateRead, LateReads, Place, Reason, Refusal, Site, Trait, Unit } from "../src/manifest.ts";
import { type Candidate, type ClassElement, classElements, findCandidates } from "./candidates.ts";
import { canonical } from "./canonical.ts";
import { type GuardForm, guardForm } from "./guard-form.ts";
import type { SourceKind } from "./parse.ts";
import { soleInitialiser, staticInitialiser } from "./statics.ts";

export interface AnalyseOptions {
  /** User modules are guarded at module level, packages at what they export. */
  readonly scope: "user" | "package";
  /** Functions of this module on the assumePure list; `*` for the whole module. */
  readonly assumed: readonly string[];
  /** Built-ins on the list: `zlib#gzipSync`, or `zlib` for all of it. */
  readonly assumedBuiltins: readonly string[];
}

/** A guard to be inserted. */
export interface Guard extends GuardForm {
  readonly site: number;
}

export interface Analysis {
  readonly cells: Cell[];
  readonly units: Unit[];
  readonly sites: Site[];
  readonly refusals: Refusal[];
  readonly guards: Guard[];
  /** JavaScript of the bindings that the module's getter yields. */
  readonly getters: string[];
  readonly members: { access: Access; unit: number; text: Node | null }[];
  readonly closed: { node: Node; unit: number }[];
  /** What has to be tapped before the module runs: globals that it mentions, built-ins (`node:...`) that it imports. */
  readonly needs: string[];
  readonly classes: { access: Access; unit: number; text: Node | null; methods: ClassElement[] }[];
  /** An exported binding is assigned to again. */
  reassigns: boolean;
}

type Source = { from: string; imported: string };
type RootedCell = Omit<Cell, "getter"> & { root: string };
type Judged = { cell: RootedCell } | { impure: string } | { static: string; cell?: RootedCell } | null;

export class Analyser {
  readonly result: Analysis = {
    cells: [],
    units: [],
    sites: [],
    refusals: [],
    guards: [],
    getters: [],
    members: [],
    closed: [],
    needs: [],
    classes: [],
    reassigns: false,
  };
  readonly #scopes: Scopes;
  readonly #options: AnalyseOptions;
  readonly #program: Program;
  readonly #candidates: Candidate[];
  readonly #unreachable: readonly { node: Node; name: string; reason: string }[];
  readonly #unitOf = new Map<Node, number>();
  readonly #setups = new Map<Variable, number>();
  /** Functions that wait, with their places in their units' lists. */
  readonly #late = new Map<Node, number>();
  readonly #cellIndex = new Map<string, number>();
  readonly #lines: number[];
  /** Whether the module's code is strict, which is not in the code of its functions. */
  readonly #mode: "strict" | "sloppy";

  constructor(program: Program, text: string, kind: SourceKind, scopes: Scopes, options: AnalyseOptions) {
    this.#scopes = scopes;
    this.#options = options;
    this.#program = program;
    const { list, unreachable } = findCandidates(program, scopes);
    this.#candidates = list;
    this.#unreachable = unreachable;
    this.#lines = lineStarts(text);
    const body = program.body as unknown as { directive?: string }[];
    this.#mode = kind === "module" || body.some(({ directive }) => directive === "use strict") ? "strict" : "sloppy";
  }

  run(): Analysis {
    const units = this.#candidates.filter((candidate) => candidate.owner === null);
    // Numbers first: units refer to each other.
    for (const candidate of units) this.#unitOf.set(candidate.node, this.#unitOf.size);
    const scans = new Map<Node, Scan>();
    for (const candidate of units) {
      const { unit, scanned } = this.#unit(candidate.node, candidate.name, candidate.variable);
      this.result.units[this.#unitOf.get(candidate.node) as number] = unit;
      scans.set(candidate.node, scanned);
    }
    for (const candidate of this.#candidates) this.#site(candidate, scans.get(candidate.node));
    this.#leaveInnerLoops();
    for (const { node, name, reason } of this.#unreachable) this.#refuse(name, node, { text: reason }, false);
    for (const candidate of units) this.#recognise(candidate);
    this.#findClosed();
    this.#findNeeds();
    const variables = [...this.#scopes.top.set.values()];
    this.result.reassigns = variables.some((one) => this.#isExported(one) && this.#isReassigned(one));
    return this.result;
  }

  #unit(node: Node, name: string, variable: Variable | null): { unit: Unit; scanned: Scan } {
    const free = this.#scopes.free(node);
    const scanned = scan(node, free, this.#scopes);
    const { refs, statics, impure } = this.#refs(free);
    const assumed = this.#isAssumed(name) || (variable !== null && this.#isAssumed(variable.name));
    const first = firstOf(scanned.impure, impure);
    const unit: Unit = {
      name,
      place: this.#place(node.start),
      code: hashText([this.#modeOf(node), canonical(node), ...statics].join("\n")),
      refs,
      impure: assumed || !first ? null : this.#reason(first),
      traits: assumed ? [...new Set<Trait>([...scanned.traits, "assumed"])] : scanned.traits,
      ...this.#lateReads(node),
    };
    return { unit, scanned };
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

  /** What the functions of a unit may read after they have waited. */
  #lateReads(node: Node): { late?: LateReads[] } {
    const isClass = /^Class/.test(node.type);
    const elements = isClass ? ((node.body as Node).body as Node[]) : [];
    const roots = isClass ? elements.map((element) => (element.value ?? element) as Node) : [node];
    const isPackaged = (variable: Variable) => {
      const from = this.#sourceOf(variable)?.from;
      return from !== undefined && !/^[./]|^file:|^#/.test(from) && !isBuiltin(from);
    };
    const late: LateReads[] = [];
    for (const root of roots) {
      const found = lateReads(root, this.#scopes, isPackaged);
      if (!found) continue;
      this.#late.set(root, late.length);
      const reads = (list: typeof found.reads): LateRead[] =>
        list.map(({ uses, ...read }) => ({ ...read, refs: this.#refs(uses).refs }));
      const { refs } = this.#refs(found.packages);
      late.push({ reads: reads(found.reads), vouched: reads(found.vouched), packages: refs });
    }
    return late.length > 0 ? { late } : {};
  }

  /** Cells for what a piece of code reads outside of itself. */
  #refs(free: readonly Use[]): { refs: number[]; statics: string[]; impure: Finding | null } {
    const refs = new Set<number>();
    const statics = new Set<string>();
    let impure: Finding | null = null;
    for (const use of free) {
      if (use.write) continue;
      const judged = this.#judge(use);
      if (judged === null) continue;
      if ("impure" in judged) impure = firstOf(impure, { text: judged.impure, offset: use.node.start });
      else {
        if ("static" in judged) statics.add(judged.static);
        if (judged.cell) refs.add(this.#cell(judged.cell));
      }
    }
    return { refs: [...refs], statics: [...statics], impure };
  }

  #cell({ root, ...cell }: RootedCell): number {
    const key = JSON.stringify([root, cell.path, cell.called ?? false]);
    const known = this.#cellIndex.get(key);
    if (known !== undefined) return known;
    const index = this.result.cells.length;
    this.#cellIndex.set(key, index);
    this.result.cells.push({ ...cell, getter: this.#getter(root) });
    return index;
  }

  #getter(root: string): number {
    const index = this.result.getters.indexOf(root);
    return index >= 0 ? index : this.result.getters.push(root) - 1;
  }

  /** What a use of an outer name means: nothing to know (null), a cell, a constant text, or a reason to refuse. */
  #judge(use: Use): Judged {
    const { path, outer } = memberPath(use.node, this.#scopes.parents);
    if (!use.variable) return this.#judgeGlobal(use, path, outer);
    if (!this.#scopes.isTop(use.variable)) return null;
    const { variable } = use;
    const unit = this.#declaredUnit(variable);
    if (unit !== null) return { cell: { name: variable.name, root: variable.name, path: [], unit } };

    const constant = staticInitialiser(variable, this.#isExported(variable), this.#scopes);
    if (constant) {
      const cell = { name: variable.name, root: variable.name, path: [], fixed: true };
      return { static: `${variable.name}=${canonical(constant)}`, cell };
    }

    const source = this.#sourceOf(variable);
    if (source && isBuiltin(source.from)) {
      const module = source.from.replace(/^node:/, "");
      const whole = source.imported === "*" || source.imported === "default";
      const name = whole ? path[0] : source.imported;
      if (this.#assumesBuiltin(module, name)) return { static: `node:${module}.${name}` };
      const members = whole ? path.slice(1) : path;
      // The same object as the global of that name.
      const isGlobal = (module === "buffer" && name === "Buffer") || (module === "url" && name === "URL");
      if (isGlobal && members.length === 0 && !isPlainUse(outer, this.#scopes.parents)) {
        return { impure: `hands on ${name}, not all of which is pure` };
      }
      const text = isGlobal && name ? impureGlobal(name, members) : impureBuiltin(module, name);
      return text === null ? { static: `node:${module}.${name}` } : { impure: `uses ${text}` };
    }
    const live = this.#live(variable.name, variable.name, path, outer, use);
    const once = this.#isReassigned(variable) ? {} : { constant: true };
    return { cell: { ...live, ...this.#packageOf(variable, source), ...once } };
  }

  #judgeGlobal(use: Use, path: string[], outer: Node): Judged {
    if (!MODULE_NAMES.has(use.name)) return null; // the scan has judged it
    if (use.name !== "module") return { cell: this.#live(use.name, use.name, path, outer, use) };
    if (path[0] !== "exports") return { impure: "uses `module`" };
    return { cell: this.#live("module.exports", "module.exports", path.slice(1), outer, use) };
  }

  /** A cell for one member of a binding where only that is read, else for the whole binding. */
  #live(name: string, root: string, path: string[], outer: Node, use: Use) {
    const member = path[0];
    if (member === undefined || member === "__proto__") return { name, root, path: [] };
    let node = use.node;
    for (let depth = root === "module.exports" ? 2 : 1; depth > 0 && node !== outer; depth--) {
      node = this.#scopes.parents.get(node) as Node;
    }
    if (isTarget(node, this.#scopes.parents)) return { name, root, path: [] };
    const parent = this.#scopes.parents.get(node);
    const called =
      (parent?.type === "CallExpression" && parent.callee === node) ||
      (parent?.type === "TaggedTemplateExpression" && parent.tag === node);
    return { name: `${name}.${member}`, root, path: [member], ...(called ? { called } : {}) };
  }

  /** The package that a binding's value comes from, with the code that sets the value up. */
  #packageOf(variable: Variable, source: Source | null): Partial<Cell> {
    const origin = source ?? this.#madeBy(variable);
    if (!origin) return {};
    if (/^[./]|^file:|^#/.test(origin.from)) return source ?? {};
    return { ...origin, setup: this.#setup(variable) };
  }

  /** For `const md = new Marked(...)`: where `Marked` comes from. */
  #madeBy(variable: Variable): Source | null {
    const init = soleInitialiser(variable, this.#scopes);
    if (init?.type !== "NewExpression" && init?.type !== "CallExpression") return null;
    let callee = init.callee as Node;
    while (callee.type === "MemberExpression") callee = callee.object as Node;
    const root = this.#scopes.uses.find((use) => use.node === callee)?.variable;
    const source = root && root !== variable ? this.#sourceOf(root) : null;
    return source && !isBuiltin(source.from) ? { from: source.from, imported: "*" } : null;
  }

  /** A unit of the initialiser and of the top-level statements that use a binding: what was done to it. */
  #setup(variable: Variable): number {
    const known = this.#setups.get(variable);
    if (known !== undefined) return known;
    const index = this.#unitOf.size;
    const nodes: Node[] = [];
    const init = soleInitialiser(variable, this.#scopes);
    if (init) nodes.push(init);
    const uses = this.#scopes.of(variable);
    for (const statement of this.#program.body as unknown as Node[]) {
      const mentions = ({ node }: Use) => node.start >= statement.start && node.end <= statement.end;
      if (statement.type === "ExpressionStatement" && uses.some(mentions)) nodes.push(statement);
    }
    this.#setups.set(variable, index);
    this.#unitOf.set({ type: "Setup", start: -1, end: -1 }, index);
    const { refs, statics } = this.#refs(
      nodes.flatMap((node) => this.#scopes.free(node)).filter((use) => use.variable !== variable),
    );
    this.result.units[index] = {
      name: variable.name,
      place: this.#place((nodes[0] ?? (variable.identifiers[0] as unknown as Node)).start),
      code: hashText([...nodes.map(canonical), ...statics].join("\n")),
      refs,
      impure: null,
      traits: [],
    };
    return index;
  }

  /** The module that an import or a `require` brings a binding from. */
  #sourceOf(variable: Variable): Source | null {
    const definition = variable.defs[0];
    if (definition?.type === "ImportBinding") {
      const from = (definition.parent as unknown as { source: { value: string } }).source.value;
      const specifier = definition.node as unknown as Node;
      if (specifier.type === "ImportNamespaceSpecifier") return { from, imported: "*" };
      if (specifier.type === "ImportDefaultSpecifier") return { from, imported: "default" };
      const imported = specifier.imported as Node;
      return { from, imported: (imported.name ?? imported.value) as string };
    }
    if (definition?.type !== "Variable" || variable.defs.length !== 1) return null;
    if (this.#scopes.of(variable).some((use) => use.write && !use.init)) return null;
    const { id, init } = definition.node as unknown as { id: Node; init: Node | null };
    return this.#requireOf(id, init, variable);
  }

  #requireOf(id: Node, init: Node | null, variable: Variable): Source | null {
    if (init?.type === "MemberExpression" && !init.computed && id.type === "Identifier") {
      const inner = this.#requireOf(id, init.object as Node, variable);
      return inner?.imported === "*" ? { from: inner.from, imported: (init.property as Node).name as string } : null;
    }
    if (init?.type !== "CallExpression") return null;
    const callee = init.callee as Node;
    const argument = (init.arguments as Node[])[0];
    if (callee.type !== "Identifier" || callee.name !== "require" || typeof argument?.value !== "string") return null;
    if (this.#scopes.top.set.get("require")?.defs.length) return null;
    if (id.type === "Identifier") return { from: argument.value, imported: "*" };
    if (id.type !== "ObjectPattern") return null;
    for (const property of id.properties as Node[]) {
      const value = property.value as Node | undefined;
      const key = property.key as Node | undefined;
      if (value?.type === "Identifier" && value.name === variable.name && key?.type === "Identifier") {
        return { from: argument.value, imported: key.name as string };
      }
    }
    return null;
  }

  /** The unit of a function or class whose binding never changes. */
  #declaredUnit(variable: Variable): number | null {
    const candidate = this.#candidates.find((item) => item.variable === variable && item.owner === null);
    if (!candidate || this.#isReassigned(variable)) return null;
    return this.#unitOf.get(candidate.node) ?? null;
  }

  #isReassigned(variable: Variable): boolean {
    return variable.defs.length !== 1 || this.#scopes.of(variable).some((use) => use.write && !use.init);
  }

  #isExported(variable: Variable): boolean {
    return (
      this.#scopes.of(variable).some(({ node }) => {
        const parent = this.#scopes.parents.get(node);
        return parent?.type === "ExportSpecifier" || parent?.type === "ExportDefaultDeclaration";
      }) ||
      this.#scopes.parents.get((variable.defs[0]?.parent ?? {}) as unknown as Node)?.type === "ExportNamedDeclaration"
    );
  }

  #site(candidate: Candidate, scanned: Scan | undefined): void {
    const { node, name, owner } = candidate;
    if (/^Class/.test(node.type)) return;
    if (this.#options.scope === "package" && !candidate.exported) return;
    const own = scanned ?? scan(node, this.#scopes.free(node), this.#scopes);
    const unit = this.#unitOf.get(owner?.node ?? node) as number;
    const impure = scanned
      ? this.result.units[unit]?.impure
      : this.#methodImpurity(node, own, owner?.name ?? name, name);
    const form = guardForm(node, own);
    if ("refuse" in form) return this.#refuse(name, node, { text: form.refuse }, form.trivial);
    if (candidate.variable && this.#isReassigned(candidate.variable)) {
      return this.#refuse(name, node, { text: `\`${name}\` is assigned to again` }, false);
    }
    if (impure) return this.#refuse(name, node, impure, false);
    if (own.writesThis && !this.#isAssumed(name)) return this.#refuse(name, node, this.#reason(own.writesThis), false);

    const site = this.result.sites.length;
    const getter = this.#getter(candidate.root);
    this.result.sites.push({
      name,
      place: this.#place(node.start),
      unit,
      access:
        candidate.path.length === 0 ? { kind: "binding", getter } : { kind: "path", getter, path: candidate.path },
      form: form.form,
      ...(form.levels ? { levels: form.levels } : {}),
      async: node.async === true,
      ...(this.#late.has(node) && { late: this.#late.get(node) as number }),
    });
    this.result.guards.push({ ...form, site });
  }

  /**
   * Takes the guard from functions that are only called within loops of guarded functions of the same module: those are
   * the ones to remember, and in a hot loop even a guard that is off shows.
   */
  #leaveInnerLoops(): void {
    const guarded = new Set(this.result.guards.map(({ node }) => node));
    const isInner = ({ node }: Guard) => {
      const candidate = this.#candidates.find((item) => item.node === node);
      if (!candidate?.variable || candidate.exported || this.#isExported(candidate.variable)) return false;
      const calls = this.#scopes.of(candidate.variable).filter((use) => !use.init && !isWithin(use.node, node));
      return calls.length > 0 && calls.every((use) => isCalledInLoop(use.node, guarded, this.#scopes.parents));
    };
    const inner = this.result.guards.filter(isInner);
    for (const guard of inner) {
      this.result.guards.splice(this.result.guards.indexOf(guard), 1);
      const { name } = this.result.sites[guard.site] as Site;
      this.#refuse(name, guard.node, { text: "is only called in loops of functions that are cached themselves" }, true);
    }
  }

  #methodImpurity(node: Node, own: Scan, className: string, name: string): Reason | null {
    if (this.#isAssumed(className) || this.#isAssumed(name)) return null;
    const first = firstOf(own.impure, this.#refs(this.#scopes.free(node)).impure);
    return first ? this.#reason(first) : null;
  }

  #refuse(name: string, node: Node, reason: Reason, trivial: boolean): void {
    this.result.refusals.push({ name, place: this.#place(node.start), reason, trivial });
  }

  /** Lets the run time recognise a unit when it meets the function or class as a value. */
  #recognise(candidate: Candidate): void {
    const { node, path, root, variable } = candidate;
    const unit = this.#unitOf.get(node) as number;
    if (variable && this.#isReassigned(variable)) return;
    const getter = this.#getter(root);
    const access: Access = path.length === 0 ? { kind: "binding", getter } : { kind: "path", getter, path };
    // The binding itself is what it was declared with; `module.exports` may be anything.
    const text = variable ? null : candidate.text;
    if (/^Class/.test(node.type)) this.result.classes.push({ access, unit, text, methods: classElements(node) });
    else this.result.members.push({ access, unit, text: path.length === 0 ? null : candidate.text });
  }

  /** Function expressions that read nothing outside of themselves. */
  #findClosed(): void {
    for (const node of this.#scopes.parents.keys()) {
      if (node.type !== "ArrowFunctionExpression" && node.type !== "FunctionExpression") continue;
      const parent = this.#scopes.parents.get(node);
      if (parent?.type === "MethodDefinition" || parent?.type === "Property" || this.#unitOf.has(node)) continue;
      if (this.#scopes.free(node).length > 0) continue;
      const { unit, scanned } = this.#unit(node, "(closure)", null);
      if (unit.impure || scanned.usesSuper || scanned.traits.includes("this")) continue;
      const index = this.#unitOf.size;
      this.#unitOf.set(node, index);
      this.result.units[index] = unit;
      this.result.closed.push({ node, unit: index });
    }
  }

  #findNeeds(): void {
    const needs = new Set<string>();
    for (const { variable, name, node } of this.#scopes.uses) {
      if (!variable && Object.hasOwn(globalTables, name)) needs.add(name);
      const isRead = !variable && this.#options.scope === "user" && name === "RegExp";
      if (isRead && readsLastMatch(name, memberPath(node, this.#scopes.parents).path)) needs.add(LAST_MATCH);
    }
    for (const statement of this.#program.body as unknown as { source?: { value?: unknown } }[]) {
      const from = statement.source?.value;
      if (typeof from === "string" && isBuiltin(from)) needs.add(`node:${from.replace(/^node:/, "")}`);
    }
    this.result.needs.push(...needs);
  }

  #isAssumed(name: string): boolean {
    return this.#options.assumed.includes(name) || this.#options.assumed.includes("*");
  }

  #assumesBuiltin(module: string, name: string | undefined): boolean {
    const { assumedBuiltins } = this.#options;
    return assumedBuiltins.includes(module) || assumedBuiltins.includes(`${module}#${name}`);
  }

  #reason(finding: Finding): Reason {
    return { text: finding.text, place: this.#place(finding.offset) };
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

function isWithin(node: Node, outer: Node): boolean {
  return node.start >= outer.start && node.end <= outer.end;
}

/** Whether a name is called, in a loop or a callback, by one of these functions. */
function isCalledInLoop(name: Node, callers: ReadonlySet<Node>, parents: ReadonlyMap<Node, Node>): boolean {
  const call = parents.get(name);
  if (call?.type !== "CallExpression" || call.callee !== name) return false;
  let repeats = false;
  for (let node = parents.get(call); node; node = parents.get(node)) {
    if (callers.has(node)) return repeats;
    if (/^(For|While|DoWhile)|Function/.test(node.type)) repeats = true;
  }
  return false;
}

function firstOf(a: Finding | null, b: Finding | null): Finding | null {
  if (!a || !b) return a ?? b;
  return a.offset <= b.offset ? a : b;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
