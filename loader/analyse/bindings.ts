/** What a piece of code reads outside of itself: cells of module-level bindings, constants, captured bindings. */
import { isBuiltin } from "node:module";
import type { Variable } from "eslint-scope";
import type { Program } from "estree";
import type { Finding } from "../../audit/scan/scan.ts";
import { isInAsync, type Node, type Scopes, type Use } from "../../audit/scan/syntax.ts";
import type { Cell, Unit } from "../../src/code/manifest.ts";
import { hashText } from "../../src/hash.ts";
import type { Place } from "../../src/reason/reason.ts";
import { isAssignedByFunctions, isExported, makerOf, type Source, sourceOf } from "./binding-source.ts";
import { canonical } from "./canonical.ts";
import { soleInitialiser } from "./constants.ts";
import { isCalled, type Meaning, type MeaningOptions, Meanings, type RootedCell } from "./meanings.ts";

const NONE: ReadonlySet<Use> = new Set();

/** What a getter yields. */
export interface Root {
  /** The function that has the binding, as {@link Scopes.homeOf} counts. */
  readonly home: number;
  /** JavaScript that yields it there. */
  readonly text: string;
}

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
  readonly #units: UnitTable;
  readonly #meanings: Meanings;
  readonly #index = new Map<string, number>();
  readonly #getters = new Map<string, number>();
  readonly #setups = new Map<Variable, number>();
  readonly #assignable = new Map<Variable, boolean>();
  readonly #references = new Map<Use, Reference | null>();

  constructor(program: Program, scopes: Scopes, options: MeaningOptions, units: UnitTable) {
    this.#program = program;
    this.#scopes = scopes;
    this.#units = units;
    this.#meanings = new Meanings(scopes, options, {
      declared: (variable) => units.declared(variable),
      packageOf: (variable, source) => this.#packageOf(variable, source),
      assignedAs: (variable) => this.#assignedAs(variable),
    });
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
    const meaning = this.#meanings.of(use);
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
}

/** In the order in which they stand in the text. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => a.node.start - b.node.start);
}
