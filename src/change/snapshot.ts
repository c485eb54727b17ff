/**
 * All that a call can change of what its key is made of, as it was before the body ran: a copy of one level of every object
 * that the walk of the key met, and the values of the bindings that it read. Compared with the same from after the body, it
 * tells what the body did. Nothing of the program runs here.
 *
 * Whatever a key reads has to be in a snapshot, or a change would be left out at a hit: objects and functions by the walk's
 * own list, bindings, functions and classes by the reaches, and above objects and functions all that they inherit from.
 */
import { types } from "node:util";
import { beginKey } from "../code/captured-scope.ts";
import { FUNCTION_PROTOTYPES, recordOf } from "../code/function-shape.ts";
import type { Binding, CellPlace, Reach } from "../code/reach.ts";
import type { KeyedBinding } from "../code/reached-bindings.ts";
import type { ReachedShape } from "../code/reached-shape.ts";
import { hostObject } from "../value/host-objects.ts";
import { integrityOf } from "../value/integrity.ts";
import { environment } from "../value/process-env.ts";
import { prototypeOf } from "../value/prototype-of.ts";
import type { SeenValues } from "../value/seen-objects.ts";
import { step } from "../value/time-limit.ts";
import { isUnreadable, Unkeyable } from "../value/unkeyable.ts";
import { isWeakCollection } from "../value/weak-collections.ts";
import { knownObject, languagePrototype } from "../value/well-known.ts";
import { CHANGE, type Change } from "./change.ts";
import { type Contents, ContentsReader, NO_PRIVATES, namesBesideTrace } from "./contents.ts";
import { addDifferences } from "./differences.ts";
import { WatchedClass, WatchedFunction } from "./function-contents.ts";
import { propertiesOf } from "./properties.ts";
import { UnchangedCheck, type Watched } from "./unchanged.ts";
import { WatchedWeak } from "./weak-contents.ts";

/** The walk of a key, as a snapshot needs it. */
export interface Walked {
  readonly seen: SeenValues;
  /** WeakMaps and WeakSets that it met. */
  readonly weak: readonly object[];
  /** Objects that others inherit from, which need not be among those that were seen. */
  readonly links: ReadonlySet<object> | null;
  /** Objects of the language and of Node that code can have by a name. */
  builtInObjects(): ReadonlyMap<object, string>;
  readonly reaches: readonly Reach[];
  readonly bindings: readonly KeyedBinding[];
}

interface WatchedObject extends Watched {
  /** It has to stay as it is: others inherit from it, or it is of the language or of Node. */
  readonly isFixed: "inherited" | "built-in" | null;
}

interface WatchedCell {
  readonly binding: Binding;
  readonly before: unknown;
}

// Captured before the program can replace them.
const { getPrototypeOf, getOwnPropertyDescriptor, is } = Object;
const { isModuleNamespaceObject } = types;

/** Where a walk up the prototypes ends: audit/builtins/patched.ts watches that these are as the language made them. */
const TOPS: ReadonlySet<object | null> = new Set([null, Object.prototype, Array.prototype, ...FUNCTION_PROTOTYPES]);

export class Snapshot {
  readonly #seen: SeenValues;
  /** The snapshot of the state, which other calls may share: what is in there is not in this one. */
  readonly #state: Snapshot | null;
  readonly #objects: WatchedObject[] = [];
  readonly #functions = new Map<object, WatchedFunction>();
  readonly #classes = new Map<object, WatchedClass>();
  readonly #weak: WatchedWeak[] = [];
  readonly #cells: WatchedCell[] = [];
  /** What is kept of bindings that the call assigns to. */
  readonly #bindings = new Map<object, KeyedBinding>();
  /** Those that code was about to assign to. */
  readonly #assigned = new Set<object>();
  readonly #above = new Set<object>();
  readonly #reaches: ReadonlySet<Reach>;
  /** Made when it is first asked whether all is as it was. */
  #check: UnchangedCheck | null = null;

  /**
   * Cost: about that of the walk.
   * @param state a snapshot of the first objects and reaches of the walk
   * @throws Unkeyable where something is in the key of which no copy tells what a call did to it
   */
  constructor(walked: Walked, state: Snapshot | null = null) {
    const { seen, reaches, bindings } = walked;
    this.#seen = seen;
    this.#state = state;
    this.#reaches = new Set(reaches);
    const reader = this.#reader();
    for (const value of seen.keys()) {
      if (typeof value !== "symbol" && (state === null || !state.#seen.has(value))) this.#watch(value, reader);
    }
    for (const reach of this.#reaches) {
      if (state === null ? false : state.#reaches.has(reach)) continue;
      for (const binding of reach.cells) {
        checkTarget(binding);
        this.#cells.push({ binding, before: binding.read() });
      }
      for (const shape of reach.shapes) this.#watchShape(shape, reader);
    }
    if (walked.weak.length > 0) this.#watchWeak(walked);
    for (const one of bindings) {
      // If code reads the binding by the name of another module as well, the key does not tell which code reads the new value.
      if (one.isAssigned && !one.isShown) this.#bindings.set(one.binding, one);
    }
  }

  /**
   * Notes that code is about to assign to a binding.
   * @returns whether what it assigns is kept
   */
  noteAssignment(binding: object): boolean {
    this.#assigned.add(binding);
    return this.#bindings.has(binding);
  }

  /** How many objects, functions, classes and bindings are looked at. */
  get size(): number {
    let size = this.#objects.length + this.#functions.size + this.#classes.size + this.#cells.length;
    for (let i = 0; i < this.#weak.length; i++) size += (this.#weak[i] as WatchedWeak).size;
    return size;
  }

  /**
   * Whether all is as it was, in a fraction of the time that telling the changes takes. Captured bindings are read again after
   * `beginKey` only, which the caller has to call.
   * @throws Unkeyable where something has become what no copy tells, a ReferenceError where a binding cannot be read
   */
  isUnchanged(): boolean {
    return this.#areCellsSame() && this.#areFunctionsSame() && this.#areObjectsSame() && this.#areWeakSame();
  }

  #areWeakSame(): boolean {
    for (let i = 0; i < this.#weak.length; i++) if (!(this.#weak[i] as WatchedWeak).isUnchanged()) return false;
    return true;
  }

  #areCellsSame(): boolean {
    for (let i = 0; i < this.#cells.length; i++) {
      const { binding, before } = this.#cells[i] as WatchedCell;
      if (!is(binding.read(), before)) return false;
    }
    return true;
  }

  #areFunctionsSame(): boolean {
    for (const watched of this.#functions.values()) if (!watched.isUnchanged()) return false;
    for (const watched of this.#classes.values()) if (!watched.isUnchanged()) return false;
    return true;
  }

  #areObjectsSame(): boolean {
    if (this.#check === null) {
      const fixed = new Set<object>();
      for (const { object, isFixed } of this.#objects) if (isFixed !== null) fixed.add(object);
      // A reader for each: what one knows of hidden classes does not hold when the program has run.
      this.#check = new UnchangedCheck(this.#objects, (object) =>
        fixed.has(object) ? fixedContents(object) : this.#reader().of(object),
      );
    }
    return this.#check.run();
  }

  /**
   * What has changed since, in an order that is the same for equal keys.
   * @throws Unkeyable where no later call could do the same
   */
  changes(): Change[] {
    // What closures have captured is read again.
    beginKey();
    const changes: Change[] = [];
    if (this.#state !== null && !this.#state.#isSurelySame()) this.#state.#addChanges(this, changes);
    this.#addChanges(this, changes);
    for (const [, kept] of this.#bindings) this.#addAssignment(kept, changes);
    return changes;
  }

  /** @param call the snapshot of the call, which has all that the walk met */
  #addChanges(call: Snapshot, changes: Change[]): void {
    const reader = this.#reader();
    for (let i = 0; i < this.#objects.length; i++) {
      const { object, before, isFixed } = this.#objects[i] as WatchedObject;
      const known = changes.length;
      step(stepsOf(before));
      addDifferences(object, before, isFixed === null ? reader.of(object) : fixedContents(object), changes);
      if (changes.length === known) continue;
      if (isFixed !== null) throw new Unkeyable({ kind: "changes-for-good", what: isFixed });
      if (isPrototype(object)) throw new Unkeyable({ kind: "changes-for-good", what: "inherited" });
    }
    for (const [fn, watched] of this.#functions) {
      // Of a class, only what its body has not put there may change.
      if (!this.#isClass(fn)) watched.addChanges(changes);
    }
    for (const watched of this.#classes.values()) watched.addChanges(changes);
    for (let i = 0; i < this.#weak.length; i++) (this.#weak[i] as WatchedWeak).addChanges(changes);
    this.#checkCells(call);
  }

  #addAssignment({ binding, before, isSettled }: KeyedBinding, changes: Change[]): void {
    const after = binding.read();
    if (!is(before, after)) changes.push([CHANGE.binding, binding, after]);
    // Whether it was assigned the same or nothing makes a difference where a later call finds something else in it.
    else if (!isSettled && this.#assigned.has(binding))
      throw new Unkeyable({ kind: "changes-binding", name: binding.name, isUnsure: true });
  }

  #isClass(fn: object): boolean {
    return this.#classes.has(fn) || (this.#state === null ? false : this.#state.#isClass(fn));
  }

  #isWatched(fn: object): boolean {
    return this.#functions.has(fn) || (this.#state === null ? false : this.#state.#isWatched(fn));
  }

  #isAbove(object: object): boolean {
    return this.#above.has(object) || (this.#state === null ? false : this.#state.#isAbove(object));
  }

  /** Whether all is as it was, and no doubt about it. */
  #isSurelySame(): boolean {
    try {
      return this.isUnchanged();
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return false;
    }
  }

  /** @param call keeps what is assigned to bindings */
  #checkCells(call: Snapshot): void {
    for (let i = 0; i < this.#cells.length; i++) {
      const cell = this.#cells[i] as WatchedCell;
      if (!is(call.#now(cell), cell.before) && !call.#isMember(cell.binding))
        throw new Unkeyable({ kind: "changes-binding", name: cell.binding.name });
    }
  }

  /** What a cell shows now; of a member of what is kept, what it shows of the object that was there before. */
  #now({ binding, before }: WatchedCell): unknown {
    const { place } = binding;
    const kept = place.kind === "cell" ? this.#keptBinding(place) : undefined;
    if (place.kind !== "cell" || kept === undefined) return binding.read();
    return is(before, kept.before) ? before : place.module.readFrom(kept.before, place.cell);
  }

  /** Whether a binding is a member of an object that is looked at by itself. */
  #isMember({ place }: Binding): boolean {
    if (place.kind !== "cell" || place.cell.path.length === 0) return false;
    const kept = this.#keptBinding(place);
    const base = kept === undefined ? place.module.instance.get(place.cell.getter) : kept.before;
    return isObject(base) && this.#seen.has(base);
  }

  #keptBinding({ module, cell }: CellPlace): KeyedBinding | undefined {
    const assigned = module.assigned(cell);
    return assigned === null ? undefined : this.#bindings.get(assigned);
  }

  #reader(): ContentsReader {
    return new ContentsReader((value) => this.#seen.has(value));
  }

  #watch(value: object, reader: ContentsReader): void {
    if (typeof value === "function") return this.#watchFunction(value);
    if (isOfLanguage(value) || isModuleNamespaceObject(value) || isWeakCollection(value) || value === environment) {
      this.#objects.push({ object: value, before: fixedContents(value), isFixed: "built-in" });
      return;
    }
    const before = reader.of(value);
    this.#objects.push({ object: value, before, isFixed: null });
    if (before.kind === "record") this.#watchAbove(before.prototype);
    if (before.kind === "error" || before.kind === "boxed") this.#watchAbove(before.record.prototype);
    if (before.kind === "map" || before.kind === "set") this.#watchAbove(before.record?.prototype ?? null);
  }

  /** Copies what collections hold for all that the call can ask them for. */
  #watchWeak({ seen, weak, links, builtInObjects }: Walked): void {
    const own = new Set<object>();
    const others = new Set<object | symbol>();
    for (const value of seen.keys()) {
      if (typeof value === "symbol") others.add(value);
      else own.add(value);
    }
    for (const reach of this.#reaches) {
      for (const shape of reach.shapes) addShape(shape, others);
    }
    if (links !== null) for (const link of links) others.add(link);
    for (const object of builtInObjects().keys()) others.add(object);
    for (const object of own) others.delete(object);
    const keys = { own: [...own], others: [...others] };
    for (let i = 0; i < weak.length; i++) this.#weak.push(new WatchedWeak(weak[i] as object, keys));
  }

  #watchFunction(fn: object): void {
    if (this.#isWatched(fn)) return;
    const watched = new WatchedFunction(recordOf(fn));
    this.#functions.set(fn, watched);
    if (!watched.wasChanged) return;
    this.#watchAbove(getPrototypeOf(fn) as object | null);
    this.#watchAbove((getOwnPropertyDescriptor(fn, "prototype")?.value ?? null) as object | null);
  }

  /** What is inherited from an object that the walk did not meet by itself. */
  #watchAbove(first: object | null): void {
    for (let at = first; isObject(at) && !TOPS.has(at); at = getPrototypeOf(at) as object | null) {
      if (this.#seen.has(at) || this.#isAbove(at)) continue;
      this.#above.add(at);
      if (typeof at === "function") this.#watchFunction(at);
      else this.#objects.push({ object: at, before: fixedContents(at), isFixed: "inherited" });
    }
  }

  #watchShape(met: ReachedShape, reader: ContentsReader): void {
    if (met.shape === null) return this.#watchFunction(met.record.value);
    const { shape, name } = met;
    if (this.#isClass(shape.constructor)) return;
    this.#classes.set(shape.constructor, new WatchedClass(name, shape));
    for (let i = 0; i < shape.functions.length; i++)
      this.#watchFunction((shape.functions[i] as { value: object }).value);
    if (!this.#seen.has(shape.prototype)) this.#watch(shape.prototype, reader);
  }
}

/** A change of the global object would be left out: none of its members is looked at that the code does not read. */
function checkTarget({ place }: Binding): void {
  if (place.kind === "cell" && place.module.writesToGlobalObject(place.cell))
    throw new Unkeyable({ kind: "built-in-object", name: "globalThis" });
}

function isOfLanguage(value: object): boolean {
  return knownObject(value) !== undefined || languagePrototype(value) !== undefined || hostObject(value) !== undefined;
}

/** A function, or a class with its methods, and what instances of each inherit from. */
function addShape(one: ReachedShape, list: Set<object | symbol>): void {
  const { shape } = one;
  const functions = shape ? [shape.constructor, ...shape.functions.map(({ value }) => value)] : [one.record.value];
  for (let i = 0; i < functions.length; i++) {
    const fn = functions[i] as object;
    list.add(fn);
    const prototype = prototypeOf(fn);
    if (prototype !== null) list.add(prototype);
  }
}

/** What comparing an object takes of the time for a record. */
function stepsOf(contents: Contents): number {
  return contents.kind === "array" ? 2 + (contents.items.length >> 3) : 2;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Of an object whose slots do not count, because no call may change it. */
function fixedContents(object: object): Contents {
  const host = hostObject(object);
  if (host !== undefined) {
    if (!host.isAsMade()) throw new Unkeyable({ kind: "built-in-object", name: host.name });
    return { kind: "host" };
  }
  const prototype = getPrototypeOf(object) as object | null;
  const { names, trace } = namesBesideTrace(object);
  if (trace.text !== undefined) throw new Unkeyable({ kind: "opaque-object", what: "an Error" });
  return {
    kind: "record",
    prototype,
    integrity: integrityOf(object),
    own: propertiesOf(object, names),
    privates: NO_PRIVATES,
  };
}

/** Whether an object is the one that instances of a function inherit from. */
function isPrototype(object: object): boolean {
  const constructor: unknown = getOwnPropertyDescriptor(object, "constructor")?.value;
  return typeof constructor === "function" && getOwnPropertyDescriptor(constructor, "prototype")?.value === object;
}
