/**
 * The key of a call: 128 bits over its code, `this`, arguments, state and environment. Each part also has a hash of its own, by which dumbo can
 * say which part has changed.
 */
import type { Reach } from "../code/reach.ts";
import { hash128, hashLatin1, hashText } from "../hash.ts";
import type { CallCause } from "../reason/reason.ts";
import { type Deprecations, deprecations } from "../value/deprecations.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { runsCode } from "./destructuring.ts";
import { ENTRY_VERSION } from "./format-version.ts";
import { KeyMarks } from "./key-marks.ts";
import { KeyWriter } from "./key-writer.ts";
import { localeAndZone } from "./locale-and-zone.ts";
import { processFlags } from "./process-flags.ts";
import type { ReachCache } from "./reach-cache.ts";
import { FEWEST_OBJECTS, type WrittenState } from "./settled-state.ts";
import { TAG } from "./tags.ts";
import { ValueWalk } from "./value-walk.ts";
import { writeBuiltInChanges } from "./walk-built-in-changes.ts";

export interface KeyParts {
  readonly code: string;
  readonly self: string;
  readonly args: string;
  readonly state: string;
  readonly env: string;
}

export interface Key {
  /** 32 hexadecimal digits. */
  readonly hash: string;
  readonly parts: KeyParts;
  /** The walk that has written the key, with all objects that it has met, those of the state first. */
  readonly walk: ValueWalk;
  /** How many objects the walk had met when state, `this` and arguments were written. */
  readonly given: number;
  /** The hash of the environment, as in `parts`. */
  readonly environment: string;
  /** The state, which later keys may take over; null where it is too small for that. */
  readonly state: WrittenState | null;
  /** For a call in a context: the hash of its key outside of all contexts. */
  readonly outside?: string;
}

/** Takes digests of a key's values, for callers that want some. */
export interface KeyNotes {
  marks: KeyMarks | null;
}

/** Stands in a key for an argument that is plain data, and that no other value of the call knows anything of. */
export interface StandIn {
  readonly argument: number;
  /** Of the argument's bytes as the codec writes them. */
  readonly digest: string;
}

/** A call, as its key is made of it. */
export interface KeyedCall {
  /** The name and the path of the function: methods of one class have the same code. */
  readonly name: string;
  readonly reach: Reach;
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** How deep the patterns of its parameters reach, if it has any. */
  readonly levels: readonly number[] | undefined;
  readonly standIn?: StandIn | undefined;
}

const fixedEnvironment = JSON.stringify([
  process.version,
  process.versions.v8,
  process.versions.icu ?? "",
  process.platform,
  process.arch,
  ENTRY_VERSION,
  processFlags(process.execArgv, process.env),
]);

const writer = new KeyWriter();

/**
 * Makes the key of a call. Captured bindings that can change are read once after each `beginKey`: the caller has to call that first, if the
 * program may have run since the last time.
 * @param nodes abandon after so many values
 * @param before the key that this call had before it ran
 * @param notes takes digests of what went into it
 * @throws Unkeyable, or a ReferenceError of a binding that is still in its dead zone
 */
export function makeKey(call: KeyedCall, reachCache: ReachCache, nodes: number, before?: Key, notes?: KeyNotes): Key {
  const { reach } = call;
  const seesBuffers = reach.traits.has("buffer") || (reach.cells.length > 0 && reachCache.settled.seesBuffers(reach));
  const key = write(call, reachCache, nodes, seesBuffers, before, notes);
  // A function that was met as a value looks at the memory behind Buffers, but where they lie was left out: the key is made once more.
  const isBlind = !seesBuffers && key.walk.traits.has("buffer");
  return isBlind ? write(call, reachCache, nodes, true, before, notes) : key;
}

function write(
  { reach, name, self, args, levels, standIn }: KeyedCall,
  reachCache: ReachCache,
  nodes: number,
  seesBuffers: boolean,
  before: Key | undefined,
  notes: KeyNotes | undefined,
): Key {
  writer.reset();
  const walk = new ValueWalk(writer, reachCache.functions, seesBuffers, nodes, before?.walk);
  const stateMarks = notes ? new KeyMarks(writer) : null;
  const state = takeOrWriteState(reach, reachCache, walk, seesBuffers, stateMarks);
  const selfAt = writer.length;
  const marks = notes ? new KeyMarks(writer) : null;
  if (notes) notes.marks = marks;
  walk.marks = marks;
  marks?.enter("this");
  walk.write(self);
  marks?.leave();
  const argsAt = writer.length;
  for (let i = 0; i < args.length; i++) {
    marks?.enter(`argument ${i + 1}`);
    if (standIn?.argument === i) writeStandIn(standIn, walk);
    else walk.write(args[i]);
    marks?.leave();
  }
  if (levels && runsCode(args, levels)) {
    throw new Unkeyable({ kind: "reading-runs-code" });
  }
  const endAt = writer.length;
  const given = walk.seen.size;
  walk.builtInChanges = reachCache.builtInChanges();
  writeBuiltInChanges(walk.builtInChanges, walk);
  walk.finish(reach.functions);
  if (marks !== null && stateMarks !== null) marks.add(state?.marks ?? stateMarks);
  if (walk.traits.has("frames") && walk.traits.has("sloppy")) {
    throw new Unkeyable({ kind: "callers-arguments" });
  }
  const added = walk.traits.has("namespace") ? reachCache.addedToNamespaces() : null;
  if (added !== null) throw new Unkeyable({ kind: "added-member", name: added });
  const texts: TextParts = { code: codePart(reach, name, walk.traits.has("catch")), env: environmentPart() };
  if (state === null && writer.length <= SHORT) return new ShortKey(texts, selfAt, argsAt, endAt, walk, given);
  const bytes = writer.since(0);
  const digest = state === null ? hash128(bytes.subarray(0, selfAt)) : state.digest;
  const parts: KeyParts = {
    ...texts,
    self: hash128(bytes.subarray(selfAt, argsAt)),
    args: hash128(bytes.subarray(argsAt, endAt)),
    // With what was written at the end: it tells of the state and of what was given.
    state: bytes.length === endAt ? digest : hashLatin1(digest + hash128(bytes.subarray(endAt))),
  };
  const all = parts.code + parts.env + parts.self + parts.args + parts.state;
  return { hash: hashLatin1(`long${all}`), parts, walk, given, environment: texts.env, state };
}

/** With what the walk over any plain data may write beside the data. */
function writeStandIn({ digest }: StandIn, walk: ValueWalk): void {
  walk.out.byte(TAG.standIn);
  walk.out.hash(digest);
  walk.out.byte(walk.areHolesEmpty ? TAG.true : TAG.false);
}

/**
 * Brings a walk behind the state of a reach: it takes over what an earlier walk has found, or writes the state.
 * @param marks takes digests of what is written
 * @returns what later keys may take over; null where the state is too small, or more of it is written at the end of the walk
 */
function takeOrWriteState(
  reach: Reach,
  reachCache: ReachCache,
  walk: ValueWalk,
  seesBuffers: boolean,
  marks: KeyMarks | null,
): WrittenState | null {
  const { settled } = reachCache;
  const found = reach.cells.length === 0 ? null : settled.find(reach, seesBuffers, walk);
  if (found !== null && (marks === null || found.marks !== null)) {
    walk.goOnFrom(found.met);
    return found;
  }
  walk.marks = marks;
  reachCache.functions.writeState(reach, walk);
  walk.endState(reach.functions);
  // Short keys are hashed as a whole, and have to be the same whether the state was settled or not: so a short state is never taken over.
  const isLarge = writer.length > SHORT && walk.seen.size >= FEWEST_OBJECTS;
  const met = isLarge ? walk.splitState() : null;
  if (met === null) return null;
  if (found !== null) {
    found.marks = marks;
    return found;
  }
  const state: WrittenState = { digest: hash128(writer.since(0)), seesBuffers, met, marks };
  settled.note(reach, state);
  return state;
}

/** The parts of a key that are made of texts, and not by the walk. */
type TextParts = Pick<KeyParts, "code" | "env">;

/** Of a key up to so many bytes, one hash is made. Those of its parts are made when they are asked for, after a miss. */
const SHORT = 256;

class ShortKey implements Key {
  readonly hash: string;
  readonly walk: ValueWalk;
  readonly given: number;
  readonly state = null;
  readonly environment: string;
  readonly #texts: TextParts;
  readonly #bytes: string;
  readonly #selfAt: number;
  readonly #argsAt: number;
  readonly #endAt: number;
  #parts: KeyParts | null = null;

  /** Takes what the writer holds: the state, `this` from `selfAt`, the arguments from `argsAt`, and what is written at the end from `endAt`. */
  constructor(texts: TextParts, selfAt: number, argsAt: number, endAt: number, walk: ValueWalk, given: number) {
    this.#texts = texts;
    this.environment = texts.env;
    this.#bytes = writer.latin1(0, writer.length);
    this.#selfAt = selfAt;
    this.#argsAt = argsAt;
    this.#endAt = endAt;
    this.walk = walk;
    this.given = given;
    this.hash = hashLatin1(`short${texts.code}${texts.env}${selfAt} ${argsAt} ${endAt} ${this.#bytes}`);
  }

  get parts(): KeyParts {
    this.#parts ??= {
      ...this.#texts,
      self: hashLatin1(this.#bytes.slice(this.#selfAt, this.#argsAt)),
      args: hashLatin1(this.#bytes.slice(this.#argsAt, this.#endAt)),
      state: hashLatin1(`${this.#selfAt} ${this.#bytes.slice(0, this.#selfAt)}${this.#bytes.slice(this.#endAt)}`),
    };
    return this.#parts;
  }
}

const codeParts = new WeakMap<Reach, Map<string, string>>();

/** The hash of the code, and of the names of locals where code of the key may see them. @param showsNames whether code reads messages of errors */
function codePart(reach: Reach, name: string, showsNames: boolean): string {
  let known = codeParts.get(reach);
  if (!known) {
    known = new Map();
    codeParts.set(reach, known);
  }
  const names = showsNames ? reach.names : "";
  const id = `${names} ${name}`;
  let part = known.get(id);
  if (part === undefined) {
    part = hashText(`${reach.code} ${id}`);
    known.set(id, part);
  }
  return part;
}

let place = "";
let warnings: Deprecations | null = null;
let environmentHash = "";

/** The hash of the environment, of which the time zone, and whether Node warns of deprecations, are all that can change while the process runs. */
function environmentPart(): string {
  const now = localeAndZone();
  const said = deprecations();
  if (now !== place || said !== warnings) {
    place = now;
    warnings = said;
    environmentHash = hashText(`${fixedEnvironment} ${now} ${said}`);
  }
  return environmentHash;
}

/** Whether the time zone is another than when a key was made. */
export function hasOtherZone(key: Key): boolean {
  return key.environment !== environmentPart();
}

/** What a body has changed of `this`, its arguments and state, by the keys before and after it; null if nothing. */
export function changeIn(before: Key, after: Key): CallCause | null {
  const given = changeInGiven(before, after);
  if (given !== null) return given;
  if (before.parts.state !== after.parts.state) return { kind: "changes", what: "state" };
  const isSame =
    isSameState(before, after) &&
    sameObjects(
      objectsOf(before, before.given, before.walk.seen.size),
      objectsOf(after, after.given, after.walk.seen.size),
    );
  return isSame ? null : { kind: "replaces-by-equal", what: "state" };
}

/** The same for `this` and the arguments alone. */
export function changeInGiven(before: Key, after: Key): CallCause | null {
  if (before.parts.self !== after.parts.self) return { kind: "changes", what: "this" };
  if (before.parts.args !== after.parts.args) return { kind: "changes", what: "arguments" };
  // A given object that also is an object of the state is written with the state: any change of the state may be a change of it.
  if (before.walk.sharesState) {
    if (before.parts.state !== after.parts.state) return { kind: "changes", what: "arguments" };
    if (!isSameState(before, after)) return { kind: "replaces-by-equal", what: "arguments" };
  }
  const isSame = sameObjects(
    objectsOf(before, before.walk.stateSize, before.given),
    objectsOf(after, after.walk.stateSize, after.given),
  );
  return isSame ? null : { kind: "replaces-by-equal", what: "arguments" };
}

function isSameState(before: Key, after: Key): boolean {
  // Both keys have taken over one state: it consists of the same objects.
  if (before.state !== null && before.state.met === after.state?.met) return true;
  return sameObjects(objectsOf(before, 0, before.walk.stateSize), objectsOf(after, 0, after.walk.stateSize));
}

/** The objects that a walk has met, from one number to another. */
function* objectsOf({ walk }: Key, from: number, to: number): Generator<object | symbol> {
  if (from >= to) return;
  let index = 0;
  for (const value of walk.seen.keys()) {
    if (index >= to) return;
    if (index++ >= from) yield value;
  }
}

/**
 * Whether two walks have met the same objects in the same order. Equal ones are not enough: a body may have put an equal object in the place
 * of another.
 */
function sameObjects(before: Generator<object | symbol>, after: Generator<object | symbol>): boolean {
  for (const value of before) {
    const other = after.next();
    if (other.done || other.value !== value) return false;
  }
  return after.next().done === true;
}
