/** What a piece of code reads outside of itself: cells of module-level bindings, constants, captured bindings. */
import { isBuiltin } from "node:module";
import type { Variable } from "eslint-scope";
import type { Program } from "estree";
import { impureBuiltin, impureGlobal } from "../../audit/scan/allow-list.ts";
import { asksProcess } from "../../audit/scan/asks-process.ts";
import { CONFINED, classPath, isConfined, keyedPath, openerOf, recordedPath } from "../../audit/scan/recorded.ts";
import type { Finding } from "../../audit/scan/scan.ts";
import {
  isAskedForType,
  isCompared,
  isDropping,
  isInAsync,
  isPlainUse,
  isTarget,
  isTested,
  memberPath,
  type Node,
  type Scopes,
  type Use,
  writtenMember,
} from "../../audit/scan/syntax.ts";
import { globalUse, isMemberRead, MODULE_NAMES } from "../../audit/scan/uses.ts";
import type { Cell, Unit } from "../../src/code/manifest.ts";
import { hashText } from "../../src/hash.ts";
import type { CodeCause, Place } from "../../src/reason/reason.ts";
import {
  isAssignedByFunctions,
  isExported,
  isMadeRequire,
  isReassigned,
  makerOf,
  type Source,
  sourceOf,
} from "./binding-source.ts";
import { canonical } from "./canonical.ts";
import { isConfinedUse } from "./confined-handles.ts";
import { isHoisted, soleInitialiser, staticInitialiser } from "./constants.ts";
import { GlobalObjects } from "./global-objects.ts";
import { lookPlaceOfName } from "./probes.ts";

const NONE: ReadonlySet<Use> = new Set();

/** What a getter yields. */
export interface Root {
  /** The function that has the binding, as {@link Scopes.homeOf} counts. */
  readonly home: number;
  /** JavaScript that yields it there. */
  readonly text: string;
}

type RootedCell = Omit<Cell, "getter"> & { root: string };
type Meaning =
  | { cell: RootedCell; looked?: boolean }
  | { impure: CodeCause }
  | { static: string; cell?: RootedCell; outside?: boolean; streams?: boolean }
  | null;

/** What one use of a name leads to. */
interface Reference {
  /** The index of a cell. */
  readonly ref?: number;
  /** A constant, as a text that belongs to the code. */
  readonly text?: string;
  readonly finding?: Finding;
  readonly outside?: boolean | undefined;
  readonly streams?: boolean | undefined;
}

/** What the free names of a piece of code lead to. */
export interface References {
  /** Indices of cells. */
  readonly refs: number[];
  /** Constants, as texts that belong to the code. */
  readonly statics: string[];
  /** Bindings of enclosing functions and blocks, with all uses of each. */
  readonly captured: ReadonlyMap<Variable, readonly Use[]>;
  /** In no order. */
  readonly findings: readonly Finding[];
  /** Indices of cells: the bindings of the module that it assigns to. */
  readonly assigns: readonly number[];
  /** Those of the cells that it reads only to assign to them anew. */
  readonly updates: readonly number[];
  /** It calls functions of built-in modules that are recorded while they run. */
  readonly outside: boolean;
  /** It makes streams of files. */
  readonly streams: boolean;
}

export interface CellOptions {
  /** The code runs as it is: no probe stands anywhere, and nothing assigns to its bindings from outside. */
  readonly isMade?: boolean;
  /** Built-ins on the assumePure list: `zlib#gzipSync`, or `zlib` for all of it. */
  readonly assumedBuiltins: readonly string[];
  /** Whether files may be written again. */
  readonly replayWrites?: boolean;
}

/** What is known of the module's units while they are made. */
export interface UnitTable {
  /** The unit of a function or class whose binding never changes. */
  declared(variable: Variable): number | null;
  add(unit: Unit): number;
  place(offset: number): Place;
}

export class Cells {
  readonly list: Cell[] = [];
  /** The bindings that the module's getter yields. */
  readonly getters: Root[] = [];
  /** The numbers of those among them that functions of the module assign to. */
  readonly assigned = new Set<number>();
  readonly #program: Program;
  readonly #scopes: Scopes;
  readonly #assumedBuiltins: readonly string[];
  readonly #replaysWrites: boolean;
  readonly #units: UnitTable;
  readonly #isMade: boolean;
  readonly #globalObjects: GlobalObjects;
  readonly #index = new Map<string, number>();
  readonly #getters = new Map<string, number>();
  readonly #setups = new Map<Variable, number>();
  readonly #statics = new Map<Variable, Node | null>();
  readonly #assignable = new Map<Variable, boolean>();
  readonly #references = new Map<Use, Reference | null>();

  constructor(program: Program, scopes: Scopes, options: CellOptions, units: UnitTable) {
    this.#program = program;
    this.#scopes = scopes;
    this.#assumedBuiltins = options.assumedBuiltins;
    this.#replaysWrites = options.replayWrites === true;
    this.#units = units;
    this.#isMade = options.isMade === true;
    this.#globalObjects = new GlobalObjects(scopes);
  }

  /**
   * Cells for what a piece of code reads outside of itself.
   * @param own among these, the uses of the name that the code has for itself
   */
  references(free: readonly Use[], own: ReadonlySet<Use> = NONE): References {
    const refs = new Set<number>();
    const assigns = new Set<number>();
    const updates = new Set<number>();
    const statics = new Set<string>();
    const captured = new Map<Variable, Use[]>();
    const findings: Finding[] = [];
    let outside = false;
    let streams = false;
    for (const use of free) {
      if (use.write) {
        const number = use.variable && this.assignedCell(use.variable);
        if (number === null) continue;
        assigns.add(number);
        // In async code, assigning is refused whenever it happens: what was read for it decides nothing.
        if (use.reads && !isInAsync(use.node, this.#scopes.parents)) updates.add(number);
        continue;
      }
      if (own.has(use)) {
        refs.add(this.#ownCell(use));
        continue;
      }
      if (use.variable && !this.#scopes.isTop(use.variable)) {
        const uses = captured.get(use.variable);
        if (uses) uses.push(use);
        else captured.set(use.variable, [use]);
        continue;
      }
      const reference = this.#referenceOf(use);
      if (reference === null) continue;
      const { finding, text, ref } = reference;
      if (finding) findings.push(finding);
      if (text !== undefined) statics.add(text);
      if (ref !== undefined) refs.add(ref);
      outside ||= reference.outside === true;
      streams ||= reference.streams === true;
    }
    for (const number of refs) updates.delete(number);
    const cells = { refs: [...refs, ...updates], assigns: [...assigns], updates: [...updates] };
    return { ...cells, statics: [...statics], captured, findings, outside, streams };
  }

  /** Whether what a binding of the module leads to is state, in the key of whoever reads it: not so if it is of a package. */
  isState(variable: Variable): boolean {
    if (!this.#scopes.isTop(variable)) return true;
    const origin = sourceOf(variable, this.#scopes) ?? this.#madeBy(variable);
    return origin === null || /^[./]|^file:|^#/.test(origin.from);
  }

  /** Whether functions of the module assign to a binding in a way that can be done from outside. */
  isAssigned(variable: Variable): boolean {
    let known = this.#assignable.get(variable);
    if (known === undefined) {
      known = this.#scopes.isTop(variable) && isAssignedByFunctions(variable, this.#scopes);
      this.#assignable.set(variable, known);
    }
    return known;
  }

  /** The number of the cell of a binding that functions of the module assign to; null for any other. */
  assignedCell(variable: Variable): number | null {
    if (!this.isAssigned(variable)) return null;
    const { name } = variable;
    return this.#cell({ name, root: name, path: [], ...this.#assignedAs(variable) }, this.#homeOf(variable));
  }

  #homeOf(variable: Variable | null): number {
    return (variable && this.#scopes.homeOf(variable)) ?? 0;
  }

  /** The same for whatever code holds the use: it is found out once. */
  #referenceOf(use: Use): Reference | null {
    const known = this.#references.get(use);
    if (known !== undefined) return known;
    const meaning = this.#meaningOf(use);
    const made = meaning && this.#referenceBy(meaning, use);
    this.#references.set(use, made);
    return made;
  }

  #referenceBy(meaning: NonNullable<Meaning>, { node, variable }: Use): Reference {
    if ("impure" in meaning) return { finding: { cause: meaning.impure, node } };
    const ref = meaning.cell && { ref: this.#cell(meaning.cell, this.#homeOf(variable)) };
    if (!("static" in meaning)) {
      const cause = { kind: "uses-api", api: "globalThis" } as const;
      return { ...ref, ...(meaning.looked && { finding: { cause, node, member: "global-object" } }) };
    }
    const { static: text, outside, streams } = meaning;
    return { text, outside, streams, ...ref };
  }

  #assignedAs(variable: Variable): Pick<Cell, "assigned" | "exported"> {
    if (!this.isAssigned(variable)) return {};
    this.assigned.add(this.getter(variable.name, this.#homeOf(variable)));
    return { assigned: variable.name, ...(isExported(variable, this.#scopes) ? { exported: true } : {}) };
  }

  /** The number of a binding for the module's getter. */
  getter(text: string, home: number): number {
    const key = `${home} ${text}`;
    const known = this.#getters.get(key);
    if (known !== undefined) return known;
    const number = this.getters.push({ home, text }) - 1;
    this.#getters.set(key, number);
    return number;
  }

  #cell({ root, ...cell }: RootedCell, home: number): number {
    const { path, called = false, tested = false, only = "", fixed = "" } = cell;
    const key = JSON.stringify([home, root, path, called, tested, only, fixed]);
    return this.#numberOf(key, () => {
      return { ...cell, ...(home > 0 ? { home } : {}), getter: this.getter(root, home) };
    });
  }

  /** No getter yields what an own name leads to: the run time knows which function it asks for. */
  #ownCell({ node, name }: Use): number {
    const called = isCalled(node, this.#scopes.parents);
    const cell: Cell = { name, path: [], getter: -1, own: true, ...(called ? { called } : {}) };
    return this.#numberOf(JSON.stringify(cell), () => cell);
  }

  #numberOf(key: string, make: () => Cell): number {
    const cached = this.#index.get(key);
    if (cached !== undefined) return cached;
    const index = this.list.length;
    this.#index.set(key, index);
    this.list.push(make());
    return index;
  }

  /** What a use of an outer name means: nothing to know (null), a cell, a constant text, or a reason to refuse. */
  #meaningOf(use: Use): Meaning {
    if (!use.variable) return this.#meaningOfGlobal(use);
    const { path, outer } = memberPath(use.node, this.#scopes.parents);
    const { variable } = use;
    const unit = this.#units.declared(variable);
    if (unit !== null) return { cell: { name: variable.name, root: variable.name, path: [], unit } };

    const constant = this.#staticOf(variable);
    if (constant) {
      const { name } = variable;
      const fixed = isHoisted(variable) ? "var" : "const";
      return { static: `${name}=${canonical(constant)}`, cell: { name, root: name, path: [], fixed } };
    }

    if (isMadeRequire(variable, this.#scopes)) return this.#meaningOfRequire(use, path);
    const source = sourceOf(variable, this.#scopes);
    if (source && isBuiltin(source.from)) {
      return onceSet(variable, this.#meaningOfBuiltin(variable.name, source, path, outer));
    }
    const live = this.#live(variable.name, variable.name, path, outer, use);
    const once = isReassigned(variable, this.#scopes) ? {} : { constant: true };
    const cell = { ...live, ...this.#packageOf(variable, source), ...once, ...this.#assignedAs(variable) };
    return this.#canBeLookedAt(use, live) ? { cell: { ...cell, only: "looked-at" }, looked: true } : { cell };
  }

  /** The `require` of an ES module is judged as that of a CommonJS module is: by its name, where it is evaluated. */
  #meaningOfRequire({ name, node }: Use, path: readonly string[]): Meaning {
    if (isAskedForType(node, this.#scopes.parents))
      return { static: `${name} requires`, cell: { name, root: name, path: [], fixed: "const" } };
    return { impure: { kind: "uses-api", api: ["require", ...path.slice(0, 1)].join(".") } };
  }

  /** Whether a probe asks if what a binding holds is the global object, whenever all of it is read here. */
  #canBeLookedAt({ node, variable }: Use, { path, only, tested }: Pick<Cell, "path" | "only" | "tested">): boolean {
    if (path.length > 0 || only || tested || this.#isMade || variable === null) return false;
    return this.#globalObjects.mayHold(variable) && lookPlaceOfName(node, this.#scopes.parents) !== null;
  }

  #staticOf(variable: Variable): Node | null {
    const cached = this.#statics.get(variable);
    if (cached !== undefined) return cached;
    const initialiser = staticInitialiser(variable, isExported(variable, this.#scopes), this.#scopes);
    this.#statics.set(variable, initialiser);
    return initialiser;
  }

  #meaningOfBuiltin(binding: string, source: Source, path: string[], outer: Node): Meaning {
    const module = source.from.replace(/^node:/, "");
    const whole = source.imported === "*" || source.imported === "default";
    const name = whole ? path[0] : source.imported;
    if (this.#assumesBuiltin(module, name)) return { static: `node:${module}.${name}` };
    const members = whole ? path.slice(1) : path;
    const full = whole ? path : [source.imported, ...path];
    if (module === "process" && keyedPath(full) > 0) {
      const names = full.slice(0, keyedPath(full));
      return { cell: valueOf(names, binding, whole ? names : names.slice(1)) };
    }
    const className = classPath(module, full);
    if (className !== null) {
      const names = full.slice(0, className);
      const text = `node:${[module, ...names].join(".")}`;
      return { static: text, cell: functionAt(text, binding, whole ? names : names.slice(1)) };
    }
    const recorded = recordedPath(module, full, this.#replaysWrites);
    if (recorded) {
      const names = full.slice(0, recorded.names);
      const text = `node:${module}.${names.join(".")}`;
      if (recorded.constant) return { static: text };
      if (recorded.varies && (full.length > recorded.names || !isDropping(outer, this.#scopes.parents))) {
        return { impure: { kind: "api-result", api: text } };
      }
      const cell = functionAt(text, binding, whole ? names : names.slice(1));
      return {
        static: text,
        cell: recorded.varies ? { ...cell, from: CONFINED, imported: text } : cell,
        outside: true,
      };
    }
    if (isConfined(module, full)) {
      const text = `node:${module}.${full.join(".")}`;
      if (!isConfinedUse(module, full, outer, this.#scopes)) return { impure: { kind: "handle-as-value", api: text } };
      const cell = { ...functionAt(text, binding, whole ? full : full.slice(1)), from: CONFINED, imported: text };
      return { static: text, cell, outside: true, streams: openerOf(module, full) === "stream" };
    }
    // The same object as the global of that name.
    const isGlobal = (module === "buffer" && name === "Buffer") || (module === "url" && name === "URL");
    if (isGlobal && members.length === 0 && !isPlainUse(outer, this.#scopes.parents)) {
      return { impure: { kind: "api-as-value", api: name } };
    }
    const text = isGlobal && name ? impureGlobal(name, members) : impureBuiltin(module, name);
    if (text !== null) return { impure: { kind: "uses-api", api: text } };
    return { static: `node:${module}.${name}`, outside: asksProcess(module, name) };
  }

  #meaningOfGlobal(use: Use): Meaning {
    const { parents } = this.#scopes;
    const global = globalUse(use, this.#scopes);
    const { name, node, path, outer } = global;
    if (isMemberRead(global, parents)) return { cell: this.#live(name, name, path, outer, use) };
    if (name === "process" && keyedPath(path) > 0) {
      const names = path.slice(0, keyedPath(path));
      return { cell: valueOf(names, use.name === name ? name : `${use.name}.${name}`, names) };
    }
    if (!MODULE_NAMES.has(name)) {
      // All else of globals the scan has meaning.
      if (!isAskedForType(node, parents) || impureGlobal(name, []) === null) return null;
      const text = `typeof ${name}`;
      return { cell: { name: text, root: text, path: [], global: name } };
    }
    if (use.name !== "module") return { cell: this.#live(use.name, use.name, path, outer, use) };
    if (path[0] !== "exports") return { impure: { kind: "module-object" } };
    return { cell: this.#live("module.exports", "module.exports", path.slice(1), outer, use) };
  }

  /** A cell for a test of a binding, or for one member of it, where only that is read; else for the whole binding. */
  #live(name: string, root: string, path: readonly string[], outer: Node, use: Use) {
    const member = path[0];
    const { parents } = this.#scopes;
    if (member === undefined) {
      if (isTested(outer, this.#scopes)) return { name, root, path: [], tested: true } as const;
      if (isCompared(outer, parents)) return { name, root, path: [], only: "compared" } as const;
      return writtenMember(outer, parents)
        ? ({ name, root, path: [], only: "written" } as const)
        : { name, root, path: [] };
    }
    if (member === "__proto__") return { name, root, path: [] };
    let node = use.node;
    for (let depth = root === "module.exports" ? 2 : 1; depth > 0 && node !== outer; depth--) {
      node = this.#scopes.parents.get(node) as Node;
    }
    if (isTarget(node, parents)) return { name, root, path: [], only: "written" } as const;
    const called = isCalled(node, this.#scopes.parents);
    const tested = isTested(node, this.#scopes);
    return { name: `${name}.${member}`, root, path: [member], ...(called && { called }), ...(tested && { tested }) };
  }

  /** The package that a binding's value comes from, with the code that sets the value up. */
  #packageOf(variable: Variable, source: Source | null): Partial<Cell> {
    const origin = source ?? this.#madeBy(variable);
    if (!origin) return {};
    if (/^[./]|^file:|^#/.test(origin.from)) return source ?? {};
    return { ...origin, setup: this.#setup(variable) };
  }

  #madeBy(variable: Variable): Source | null {
    const maker = makerOf(variable, this.#scopes);
    const root = maker && this.#scopes.variableAt(maker);
    const source = root && root !== variable ? sourceOf(root, this.#scopes) : null;
    return source && !isBuiltin(source.from) ? { from: source.from, imported: "*" } : null;
  }

  /** A unit of the initialiser and of the top-level statements that use a binding: what was done to it. */
  #setup(variable: Variable): number {
    const cached = this.#setups.get(variable);
    if (cached !== undefined) return cached;
    const nodes: Node[] = [];
    const init = soleInitialiser(variable, this.#scopes);
    if (init) nodes.push(init);
    const uses = this.#scopes.of(variable);
    for (const statement of this.#statementsAround(variable)) {
      const mentions = ({ node }: Use) => node.start >= statement.start && node.end <= statement.end;
      if (statement.type === "ExpressionStatement" && uses.some(mentions)) nodes.push(statement);
    }
    const draft: Unit & { code: string; refs: number[] } = {
      name: variable.name,
      place: this.#units.place((nodes[0] ?? (variable.identifiers[0] as unknown as Node)).start),
      code: "",
      refs: [],
      impure: null,
      traits: [],
    };
    // Its number first: what sets it up may mention it.
    const index = this.#units.add(draft);
    this.#setups.set(variable, index);
    const free = nodes.flatMap((node) => this.#scopes.free(node)).filter((use) => use.variable !== variable);
    const { refs, statics } = this.references(free);
    draft.refs.push(...refs);
    draft.code = hashText([...nodes.map((node) => canonical(node)), ...statics].join("\n"));
    return index;
  }

  #statementsAround(variable: Variable): Node[] {
    const once = this.#scopes.once[this.#homeOf(variable) - 1];
    return (once ? (once.node.body as Node).body : this.#program.body) as unknown as Node[];
  }

  #assumesBuiltin(module: string, name: string | undefined): boolean {
    return this.#assumedBuiltins.includes(module) || this.#assumedBuiltins.includes(`${module}#${name}`);
  }
}

/**
 * A built-in module that a variable holds is a part of the code only once it is there: a function that is called before may test that, or
 * catch the error.
 */
function onceSet({ defs, name }: Variable, meaning: Meaning): Meaning {
  if (defs[0]?.type === "ImportBinding" || meaning === null || !("static" in meaning) || meaning.cell) return meaning;
  return { ...meaning, cell: { name, root: name, path: [], fixed: "var" } };
}

/** A function of Node's, to be looked at where it is found: a program can put another one there. */
function functionAt(name: string, root: string, path: readonly string[]): RootedCell {
  const last = path.at(-1);
  const before = path.slice(0, -1).map((one) => `[${JSON.stringify(one)}]`);
  return { name, root: root + before.join(""), path: last === undefined ? [] : [last] };
}

/** A value of `process` that is read: `process.env.HOME`, `process.argv`. */
function valueOf(names: readonly string[], root: string, path: readonly string[]): RootedCell {
  const members = path.map((name) => `[${JSON.stringify(name)}]`);
  return { name: ["process", ...names].join("."), root: root + members.join(""), path: [] };
}

function isCalled(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  return (
    (parent?.type === "CallExpression" && parent.callee === node) ||
    (parent?.type === "TaggedTemplateExpression" && parent.tag === node)
  );
}

/** In the order in which they stand in the text. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => a.node.start - b.node.start);
}
