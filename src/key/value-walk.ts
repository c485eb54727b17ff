/**
 * Values to bytes, in one walk over all that they lead to: equal bytes for values that no program can tell apart, and different bytes for all
 * others. What the walk cannot see through, it refuses; it never guesses.
 *
 * No code of the program runs during the walk: an accessor is written as the pair of its functions, and proxies are refused.
 */

import type { EarlierParts } from "../code/earlier-parts.ts";
import type { Trait } from "../code/manifest.ts";
import { holds, type Reach } from "../code/reach.ts";
import type { BuiltInChange } from "../code/reach-context.ts";
import type { KeyedBinding } from "../code/reached-bindings.ts";
import { areHolesEmpty } from "../value/array-elements.ts";
import { NOTHING_SEEN, SeenObjects, type SeenValues } from "../value/seen-objects.ts";
import { step, VALUES_PER_MS } from "../value/time-limit.ts";
import { refuseUncloneable } from "../value/uncloneable.ts";
import { TooLarge, Unkeyable } from "../value/unkeyable.ts";
import { isOfSteppers } from "../value/well-known.ts";
import { Identities, type Reached } from "./function-identity.ts";
import type { KeyMarks } from "./key-marks.ts";
import { type KeyWriter, LONG } from "./key-writer.ts";
import { ReachParts } from "./reach-parts.ts";
import { ReachTrail } from "./reach-trail.ts";
import { TAG } from "./tags.ts";
import type { BuiltInObjects, FunctionWriter, NamedBuiltIn } from "./walk.ts";
import { writeBindings } from "./walk-bindings.ts";
import { MemoryWalk } from "./walk-memory.ts";
import { type ObjectWalk, writeObject } from "./walk-object.ts";
import { writeBigint, writeSymbol } from "./walk-primitive.ts";
import { refuseStrays } from "./walk-private.ts";
import { RecordWriter } from "./walk-record.ts";
import { writeWeakEntries } from "./walk-weak.ts";

const NO_OBJECTS: readonly object[] = [];
/** Values are far more than a walk may have if there are so many times as many: how many it may have is reckoned by the usual time. */
const FAR = VALUES_PER_MS.quick / VALUES_PER_MS.usual;
const NO_CHANGES: readonly BuiltInChange[] = [];
const NO_TRAITS: ReadonlySet<Trait> = new Set();

let walks = 0;

/** The place of walks that have met one reach, by that reach. */
const trails = new WeakMap<Reach, ReachTrail>();

function trailOf(first: Reach): ReachTrail {
  const known = trails.get(first);
  if (known !== undefined) return known;
  const trail = new ReachTrail();
  trails.set(first, trail);
  return trail;
}

/** What a walk has met when it has written the state. Walks of later keys go on from there as long as the state is the same. */
export interface MetState {
  readonly seen: SeenValues;
  readonly reaches: readonly Reach[];
  readonly trail: ReachTrail;
  readonly parts: ReachParts;
  readonly traits: ReadonlySet<Trait>;
  readonly sawModule: boolean;
  readonly identities: Identities | null;
  readonly memory: MemoryWalk | null;
  readonly named: readonly NamedBuiltIn[];
  readonly links: ReadonlySet<object> | null;
}

/** One walk. An object that it meets a second time is written as the number that it got at the first time. */
export class ValueWalk implements ObjectWalk {
  readonly #reaches: Reach[] = [];
  #parts: ReachParts | null = null;
  #trail: ReachTrail | null = null;
  sawModule = false;
  /** What the program had done to built-in objects: the list that was written. */
  builtInChanges: readonly BuiltInChange[] = NO_CHANGES;
  readonly out: KeyWriter;
  marks: KeyMarks | null;
  // Null until they are needed: a key of a few numbers and texts does without them.
  #seen: SeenObjects | null = null;
  #texts: Map<string, string> | null;
  #traits: Set<Trait> | null = null;
  #identities: Identities | null = null;
  #records: RecordWriter | null = null;
  /** Tells this walk from others. */
  readonly id = ++walks;
  readonly #functions: FunctionWriter;
  readonly #seesBuffers: boolean;
  /** Null until memory is met. */
  #memory: MemoryWalk | null = null;
  #weak: object[] | null = null;
  #bindings: readonly KeyedBinding[] = [];
  #areHolesEmpty: boolean | null = null;
  #held: Map<Reach, boolean> | null = null;
  /** Objects that were written as ones that others inherit from. */
  #links: Set<object> | null = null;
  #nodesLeft: number;
  #named: NamedBuiltIn[] | null = null;
  /** How many of the first objects and symbols belong to the state; -1 until the state has ended. */
  #stateSize = -1;
  /** Whether a value after the state has led to an object of the state. */
  sharesState = false;

  /**
   * @param seesBuffers whether the code looks at the memory behind Buffers, so that their places in it are a part of their value
   * @param nodes abandon the walk after so many values
   * @param before an earlier walk over the same values: hashes of its long texts are taken over
   * @param marks is told where values begin and end
   */
  constructor(
    out: KeyWriter,
    functions: FunctionWriter,
    seesBuffers: boolean,
    nodes: number,
    before: ValueWalk | null = null,
    marks: KeyMarks | null = null,
  ) {
    this.out = out;
    this.marks = marks;
    this.#texts = before ? before.#texts : null;
    this.#functions = functions;
    this.#seesBuffers = seesBuffers;
    this.#nodesLeft = nodes;
  }

  /** Takes over what another walk has met of the same state: this one goes on behind it. */
  goOnFrom(met: MetState): void {
    this.#stateSize = met.seen.size;
    this.#seen = new SeenObjects(met.seen);
    this.#reaches.length = 0;
    for (let i = 0; i < met.reaches.length; i++) this.#reaches.push(met.reaches[i] as Reach);
    this.#trail = met.trail;
    this.#parts = met.parts.goOn(this.#reaches, (reach) => this.holds(reach));
    this.#traits = new Set(met.traits);
    this.sawModule = met.sawModule;
    this.#identities = met.identities === null ? null : met.identities.goOn(this.out);
    this.#memory = met.memory === null ? null : met.memory.goOn();
    this.#links = met.links === null ? null : new Set(met.links);
  }

  /**
   * Ends the state. Lists of names and kinds of records begin anew behind it: so the bytes that follow are the same whether this walk has
   * written the state or taken it over.
   * @param functions what the call itself can reach
   */
  endState(functions: readonly Reached[]): void {
    this.#identities?.finish(functions);
    this.#records = null;
    this.#stateSize = this.seen.size;
  }

  /** How many of the first objects and symbols that were seen belong to the state. */
  get stateSize(): number {
    return this.#stateSize;
  }

  /**
   * What was met of the state, for later walks; this walk goes on from there, too. Null where more of the state is written at the end of the
   * walk, or where a reach in it no longer holds.
   */
  splitState(): MetState | null {
    if (this.#weak !== null || !this.parts.areAll) return null;
    const reaches = this.#reaches.slice();
    const met: MetState = {
      seen: this.seen,
      reaches,
      trail: this.trail,
      // A walk takes the state over only after it has asked whether these reaches hold.
      parts: new ReachParts(reaches, () => true),
      traits: this.traits,
      sawModule: this.sawModule,
      identities: this.#identities,
      memory: this.#memory,
      named: this.#named ?? [],
      links: this.#links,
    };
    this.goOnFrom(met);
    return met;
  }

  /** The reaches of all code that was met, in the order in which they were written. */
  get reaches(): readonly Reach[] {
    return this.#reaches;
  }

  get parts(): EarlierParts {
    this.#parts ??= new ReachParts(this.#reaches, (reach) => this.holds(reach));
    return this.#parts;
  }

  get trail(): ReachTrail {
    this.#trail ??= new ReachTrail();
    return this.#trail;
  }

  /** Notes that the next reach is written. */
  addReach(reach: Reach): void {
    this.#trail = this.#reaches.length === 0 ? trailOf(reach) : this.trail.after(reach);
    this.#reaches.push(reach);
  }

  /** The views that were met: a result must not share their memory. */
  get views(): readonly ArrayBufferView[] {
    return this.#memory?.views ?? [];
  }

  /** The WeakMaps and WeakSets that were met: they may hold objects of the result. */
  get weak(): readonly object[] {
    return this.#weak ?? NO_OBJECTS;
  }

  /** The objects that were written as ones that others inherit from. */
  get links(): ReadonlySet<object> | null {
    return this.#links;
  }

  /** Objects of the language and of Node that code can have by a name. */
  readonly builtInObjects = (): BuiltInObjects => this.#functions.builtInObjects();

  /** All objects and unique symbols that were met, with their numbers: equal keys number them alike. */
  get seen(): SeenValues {
    return this.#seen ?? NOTHING_SEEN;
  }

  /** The bindings of modules that code of the key assigns to: equal keys have them in the same order. */
  get bindings(): readonly KeyedBinding[] {
    return this.#bindings;
  }

  /** The traits of all code that was met. */
  get traits(): ReadonlySet<Trait> {
    return this.#traits ?? NO_TRAITS;
  }

  addTrait(trait: Trait): void {
    this.#traits ??= new Set();
    this.#traits.add(trait);
  }

  /** Whether reading a hole of an ordinary array gives undefined and runs no code. Asked once, since no code of the program runs during a walk. */
  get areHolesEmpty(): boolean {
    this.#areHolesEmpty ??= areHolesEmpty();
    return this.#areHolesEmpty;
  }

  /** Whether the bindings of a reach still lead where they led. Asked once, as above. */
  holds(reach: Reach): boolean {
    this.#held ??= new Map();
    let held = this.#held.get(reach);
    if (held === undefined) {
      held = holds(reach);
      this.#held.set(reach, held);
    }
    return held;
  }

  /** @throws Unkeyable */
  write(value: unknown): void {
    const { out } = this;
    this.spend(1);
    switch (typeof value) {
      case "string":
        this.#text(value);
        return;
      case "number":
        // -0 is written as a number of the other kind.
        if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
          out.byte(TAG.integer);
          out.uint32(value);
          return;
        }
        out.byte(TAG.number);
        out.float64(value);
        return;
      case "boolean":
        out.byte(value ? TAG.true : TAG.false);
        return;
      case "undefined":
        out.byte(TAG.undefined);
        return;
      case "bigint":
        return writeBigint(value, this);
      case "symbol":
        return writeSymbol(value, this);
      case "function":
        if (this.isSeen(value)) return;
        refuseUncloneable(value);
        return this.#function(value);
      default:
        if (value === null) out.byte(TAG.null);
        else if (!this.isSeen(value as object)) {
          refuseUncloneable(value as object);
          writeObject(value as object, this);
        }
    }
  }

  /** Counts so many values. @throws TooLarge */
  spend(nodes: number): void {
    step(nodes);
    this.#nodesLeft -= nodes;
    if (this.#nodesLeft < 0) throw new TooLarge({ kind: "large-key" });
  }

  /**
   * Ends the walk where so many more values are far more than it may have. To be asked before they are walked over.
   * @throws TooLarge
   */
  foresee(more: number): void {
    if (more > FAR * this.#nodesLeft) throw new TooLarge({ kind: "large-key" }, more);
  }

  /** How many more values the walk may have. */
  get nodesLeft(): number {
    return this.#nodesLeft;
  }

  /** Writes which function or class this is among all that were met. @param functions what it can reach */
  identity(fn: object, functions: readonly Reached[]): void {
    this.#identities ??= new Identities(this.out);
    this.#identities.add(fn, functions);
  }

  /** Ends the walk. @param functions what the call itself can reach */
  finish(functions: readonly Reached[]): void {
    if (this.#weak !== null) writeWeakEntries(this.#weak, this.#functions.builtInObjects(), this);
    this.#bindings = writeBindings(this);
    refuseStrays(this, this.#links);
    this.#identities?.finish(functions);
  }

  #text(value: string): void {
    const { out } = this;
    out.byte(TAG.string);
    if (value.length < LONG) {
      // As a computed name, it asks where a Buffer lies: `view[name]`.
      if (value === "byteOffset" || value === "buffer") this.addTrait("buffer");
      this.spend(value.length >> 7);
      return out.text(value);
    }
    this.#texts ??= new Map();
    if (!this.#texts.has(value)) this.spend(value.length >> 7);
    out.text(value, this.#texts);
  }

  addNamed(named: NamedBuiltIn): void {
    this.#named ??= [];
    this.#named.push(named);
  }

  addWeak(collection: object): void {
    this.#weak ??= [];
    this.#weak.push(collection);
  }

  get records(): RecordWriter {
    this.#records ??= new RecordWriter(this);
    return this.#records;
  }

  get memory(): MemoryWalk {
    this.#memory ??= new MemoryWalk(this.#seesBuffers);
    return this.#memory;
  }

  /** Whether this object or symbol was met before: then its number is written, else it gets one. */
  isSeen(value: object | symbol): boolean {
    this.#seen ??= new SeenObjects();
    const index = this.#seen.meet(value);
    if (index < 0) return false;
    // Behind the state, numbers begin anew: they do not depend on how many objects the state has.
    if (index < this.#stateSize) {
      this.sharesState = true;
      this.out.byte(TAG.seenInState);
      this.out.uint32(index);
      return true;
    }
    this.out.byte(TAG.seen);
    this.out.uint32(this.#stateSize > 0 ? index - this.#stateSize : index);
    return true;
  }

  #function(value: object): void {
    this.out.byte(TAG.function);
    this.#functions.writeFunction(value, this);
  }

  properties(value: object, keys: readonly (string | symbol)[]): void {
    this.records.properties(value, keys);
  }

  attributes(owner: object, key: string | symbol): void {
    this.records.attributes(owner, key);
  }

  property(owner: object, key: string | symbol): void {
    this.records.property(owner, key);
  }

  link(value: object): void {
    this.#links ??= new Set();
    this.#links.add(value);
  }

  prototype(value: object): void {
    // Asked also of one that was met as a value: what inherits from it has more than its properties.
    if (isOfSteppers(value)) throw new Unkeyable({ kind: "opaque-object", what: "an iterator or generator" });
    if (!this.isSeen(value)) this.#functions.writePrototype(value, this);
  }
}
