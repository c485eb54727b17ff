/** What a name in a piece of code means that is declared outside of it: a cell of a binding, a constant, or a reason to refuse. */
import { isBuiltin } from "node:module";
import type { Variable } from "eslint-scope";
import { impureBuiltin, impureGlobal } from "../../audit/scan/allow-list.ts";
import { asksProcess } from "../../audit/scan/asks-process.ts";
import {
  CONFINED,
  classPath,
  isConfined,
  keyedPath,
  openerOf,
  recordedPath,
  streamPath,
} from "../../audit/scan/recorded.ts";
import {
  isAskedForType,
  isCompared,
  isDropping,
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
import type { Cell } from "../../src/code/manifest.ts";
import type { CodeCause } from "../../src/reason/reason.ts";
import { isExported, isMadeRequire, isReassigned, type Source, sourceOf } from "./binding-source.ts";
import { canonical } from "./canonical.ts";
import { isConfinedUse } from "./confined-handles.ts";
import { isHoisted, staticInitialiser } from "./constants.ts";
import { GlobalObjects } from "./global-objects.ts";
import { lookPlaceOfName } from "./probes.ts";

/** A cell before its binding has a number for the module's getter. `root`: JavaScript that yields the binding. */
export type RootedCell = Omit<Cell, "getter"> & { root: string };

/** `looked`: a probe asks whether it is the global object. */
export type Meaning =
  | { cell: RootedCell; looked?: boolean }
  | { impure: CodeCause }
  | { static: string; cell?: RootedCell; outside?: boolean; streams?: boolean }
  | null;

export interface MeaningOptions {
  /** The code runs as it is: no probe stands anywhere, and nothing assigns to its bindings from outside. */
  readonly isMade?: boolean;
  /** Nothing of a sloppy `this` is read that depends on whether it is the global object. */
  readonly isThisLookedAt?: boolean;
  /** Built-ins on the assumePure list: `zlib#gzipSync`, or `zlib` for all of it. */
  readonly assumedBuiltins: readonly string[];
  /** Whether files may be written again. */
  readonly replayWrites?: boolean;
}

/** What the other parts of the analysis know of a binding of the module. */
export interface KnownBindings {
  /** The unit of a function or class whose binding never changes. */
  declared(variable: Variable): number | null;
  /** The package that its value comes from, with the code that sets the value up. */
  packageOf(variable: Variable, source: Source | null): Partial<Cell>;
  /** That functions of the module assign to it. */
  assignedAs(variable: Variable): Pick<Cell, "assigned" | "exported">;
}

export class Meanings {
  readonly #scopes: Scopes;
  readonly #options: MeaningOptions;
  readonly #bindings: KnownBindings;
  readonly #globalObjects: GlobalObjects;
  readonly #statics = new Map<Variable, Node | null>();

  constructor(scopes: Scopes, options: MeaningOptions, bindings: KnownBindings) {
    this.#scopes = scopes;
    this.#options = options;
    this.#bindings = bindings;
    this.#globalObjects = new GlobalObjects(scopes);
  }

  /** What a use of an outer name means: nothing to know (null), a cell, a constant text, or a reason to refuse. */
  of(use: Use): Meaning {
    if (!use.variable) return this.#ofGlobal(use);
    const { path, outer } = memberPath(use.node, this.#scopes.parents);
    const { variable } = use;
    const unit = this.#bindings.declared(variable);
    if (unit !== null) return { cell: { name: variable.name, root: variable.name, path: [], unit } };

    const constant = this.#staticOf(variable);
    if (constant) {
      const { name } = variable;
      const fixed = isHoisted(variable) ? "var" : "const";
      return { static: `${name}=${canonical(constant)}`, cell: { name, root: name, path: [], fixed } };
    }

    if (isMadeRequire(variable, this.#scopes)) return this.#ofRequire(use, path);
    const source = sourceOf(variable, this.#scopes);
    if (source && isBuiltin(source.from)) {
      return onceSet(variable, this.#ofBuiltin(variable.name, source, path, outer));
    }
    const live = this.#live(variable.name, variable.name, path, outer, use);
    const once = isReassigned(variable, this.#scopes) ? {} : { constant: true };
    const cell = {
      ...live,
      ...this.#bindings.packageOf(variable, source),
      ...once,
      ...this.#bindings.assignedAs(variable),
    };
    return this.#canBeLookedAt(use, live) ? { cell: { ...cell, only: "looked-at" }, looked: true } : { cell };
  }

  /** The `require` of an ES module is judged as that of a CommonJS module is: by its name, where it is evaluated. */
  #ofRequire({ name, node }: Use, path: readonly string[]): Meaning {
    if (isAskedForType(node, this.#scopes.parents))
      return { static: `${name} requires`, cell: { name, root: name, path: [], fixed: "const" } };
    return { impure: { kind: "uses-api", api: ["require", ...path.slice(0, 1)].join(".") } };
  }

  /** Whether a probe asks if what a binding holds is the global object, whenever all of it is read here. */
  #canBeLookedAt({ node, variable }: Use, { path, only, tested }: Pick<Cell, "path" | "only" | "tested">): boolean {
    if (path.length > 0 || only || tested || this.#options.isMade || variable === null) return false;
    return this.#globalObjects.mayHold(variable) && lookPlaceOfName(node, this.#scopes.parents) !== null;
  }

  #staticOf(variable: Variable): Node | null {
    const cached = this.#statics.get(variable);
    if (cached !== undefined) return cached;
    const initialiser = staticInitialiser(variable, isExported(variable, this.#scopes), this.#scopes);
    this.#statics.set(variable, initialiser);
    return initialiser;
  }

  #ofBuiltin(binding: string, source: Source, path: string[], outer: Node): Meaning {
    const module = source.from.replace(/^node:/, "");
    const whole = source.imported === "*" || source.imported === "default";
    const name = whole ? path[0] : source.imported;
    if (this.#assumesBuiltin(module, name)) return { static: `node:${module}.${name}` };
    const members = whole ? path.slice(1) : path;
    const full = whole ? path : [source.imported, ...path];
    if (module === "process" && keyedPath(full) > 0) {
      const names = full.slice(0, keyedPath(full));
      const isOnlyTested = names.length === full.length && isTested(outer, this.#scopes);
      return { cell: valueOf(names, binding, whole ? names : names.slice(1), isOnlyTested) };
    }
    const className = classPath(module, full);
    if (className !== null) {
      const names = full.slice(0, className);
      const text = `node:${[module, ...names].join(".")}`;
      return { static: text, cell: functionAt(text, binding, whole ? names : names.slice(1)) };
    }
    const streamClass = streamPath(module, full);
    // A namespace is not the class that `require` gives.
    const isClass = streamClass !== null && !(source.isNamespace && full.length === 0);
    if (isClass && isInherited(outer, full.length > streamClass, this.#scopes.parents)) {
      const names = full.slice(0, streamClass);
      const text = `node:${[module, ...names].join(".")}`;
      return { static: text, cell: functionAt(text, binding, whole ? names : names.slice(1)) };
    }
    const recorded = recordedPath(module, full, this.#options.replayWrites === true);
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

  #ofGlobal(use: Use): Meaning {
    const { parents } = this.#scopes;
    const global = globalUse(use, this.#scopes);
    const { name, node, path, outer } = global;
    if (isMemberRead(global, parents)) return { cell: this.#live(name, name, path, outer, use) };
    if (name === "process" && keyedPath(path) > 0) {
      const names = path.slice(0, keyedPath(path));
      const isOnlyTested = names.length === path.length && isTested(outer, this.#scopes);
      return { cell: valueOf(names, use.name === name ? name : `${use.name}.${name}`, names, isOnlyTested) };
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

  #assumesBuiltin(module: string, name: string | undefined): boolean {
    return (
      this.#options.assumedBuiltins.includes(module) || this.#options.assumedBuiltins.includes(`${module}#${name}`)
    );
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

/**
 * Whether code has a class only as what others inherit from: as a base, to ask for its instances, or to have it make of `this` what it makes.
 * @param isMethod whether it is a method of the class that is read there, `call` or its like
 */
function isInherited(read: Node, isMethod: boolean, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(read);
  if (isMethod) {
    const [self] = parent?.type === "CallExpression" && parent.callee === read ? (parent.arguments as Node[]) : [];
    return self?.type === "ThisExpression";
  }
  if (parent?.type === "BinaryExpression") return parent.operator === "instanceof" && parent.right === read;
  return /^Class/.test(parent?.type ?? "") && parent?.superClass === read;
}

/** A function of Node's, to be looked at where it is found: a program can put another one there. */
function functionAt(name: string, root: string, path: readonly string[]): RootedCell {
  const last = path.at(-1);
  const before = path.slice(0, -1).map((one) => `[${JSON.stringify(one)}]`);
  return { name, root: root + before.join(""), path: last === undefined ? [] : [last] };
}

/** A value of `process` that is read: `process.env.HOME`, `process.argv`. */
function valueOf(names: readonly string[], root: string, path: readonly string[], tested: boolean): RootedCell {
  const members = path.map((name) => `[${JSON.stringify(name)}]`);
  const name = ["process", ...names].join(".");
  return { name, root: root + members.join(""), path: [], heard: true, ...(tested && { tested }) };
}

/** Whether what is read there is called, or is the tag of a template. */
export function isCalled(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  return (
    (parent?.type === "CallExpression" && parent.callee === node) ||
    (parent?.type === "TaggedTemplateExpression" && parent.tag === node)
  );
}
