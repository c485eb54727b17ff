/**
 * The key of a call: 128 bits over its code, `this`, arguments, captured state and environment. The parts are hashed
 * one by one and kept, so that it can be said which of them changed.
 */
import { readFileSync, realpathSync } from "node:fs";
import { beginKey } from "../code/captured-scope.ts";
import type { Reach } from "../code/reach.ts";
import { hash128, hashLatin1, hashText } from "../hash.ts";
import type { CallCause } from "../reason/reason.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { runsCode } from "./destructuring.ts";
import { ENTRY_VERSION } from "./format-version.ts";
import type { ReachCache } from "./functions.ts";
import { KeyMarks } from "./key-marks.ts";
import { KeyWriter } from "./key-writer.ts";
import { ValueWalk } from "./value-walk.ts";

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
  /** The objects and memory that went into it: a result must not share them. */
  readonly walk: ValueWalk;
  /** How many objects `this` and the arguments hold: the first ones of the walk. */
  readonly given: number;
}

/** Where digests of a key's parts are left, for those who ask. */
export interface KeyNotes {
  marks: KeyMarks | null;
}

/** What is called and what with. */
export interface KeyedCall {
  /** Tells methods of one class apart. */
  readonly name: string;
  readonly reach: Reach;
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** How deep the patterns of its parameters reach, if it has any. */
  readonly levels: readonly number[] | undefined;
}

const fixedEnvironment = JSON.stringify([
  process.version,
  process.versions.v8,
  process.versions.icu ?? "",
  process.platform,
  process.arch,
  ENTRY_VERSION,
]);

const writer = new KeyWriter();

/**
 * Makes the key of a call.
 * @param nodes abandon after so many values
 * @param env the program's environment variables, unaudited
 * @param before the key that this call had before it ran
 * @param notes takes digests of what went into it
 * @throws Unkeyable, or a ReferenceError of a binding that is still in its dead zone
 */
export function makeKey(
  call: KeyedCall,
  book: ReachCache,
  nodes: number,
  env: NodeJS.ProcessEnv,
  before?: Key,
  notes?: KeyNotes,
): Key {
  const seesBuffers = call.reach.traits.has("buffer");
  beginKey();
  const key = write(call, book, nodes, env, seesBuffers, before, notes);
  // A function that was met as a value looks at the memory behind Buffers: where they lie is part of the key, then.
  const isBlind = !seesBuffers && key.walk.traits.has("buffer");
  return isBlind ? write(call, book, nodes, env, true, before, notes) : key;
}

function write(
  { reach, name, self, args, levels }: KeyedCall,
  book: ReachCache,
  nodes: number,
  env: NodeJS.ProcessEnv,
  seesBuffers: boolean,
  before: Key | undefined,
  notes: KeyNotes | undefined,
): Key {
  writer.reset();
  const marks = notes ? new KeyMarks(writer) : null;
  if (notes && marks) notes.marks = marks;
  const walk = new ValueWalk(writer, book, seesBuffers, nodes, before?.walk, marks);
  marks?.enter("this");
  walk.write(self);
  marks?.leave();
  const argsAt = writer.length;
  for (let i = 0; i < args.length; i++) {
    marks?.enter(`argument ${i + 1}`);
    walk.write(args[i]);
    marks?.leave();
  }
  if (levels && runsCode(args, levels)) {
    throw new Unkeyable({ kind: "reading-runs-code" });
  }
  const stateAt = writer.length;
  const given = walk.seen.size;
  book.writeState(reach, walk);
  walk.finish(reach.functions);
  if (walk.traits.has("frames") && walk.traits.has("sloppy")) {
    throw new Unkeyable({ kind: "callers-arguments" });
  }
  const added = walk.traits.has("namespace") ? book.addedToNamespaces() : null;
  if (added !== null) throw new Unkeyable({ kind: "added-member", name: added });
  const isLocal = walk.sawDate || walk.traits.has("locale");
  const around: Around = {
    code: codePart(reach, name),
    env: hashOnce(isLocal ? fixedEnvironment + locale(env) : fixedEnvironment),
  };
  if (writer.length <= SHORT) return new ShortKey(around, argsAt, stateAt, walk, given);
  const bytes = writer.since(0);
  const parts: KeyParts = {
    ...around,
    self: hash128(bytes.subarray(0, argsAt)),
    args: hash128(bytes.subarray(argsAt, stateAt)),
    state: hash128(bytes.subarray(stateAt)),
  };
  const all = parts.code + parts.env + parts.self + parts.args + parts.state;
  return { hash: hashLatin1(`long${all}`), parts, walk, given };
}

/** The parts of a key that are texts and not values. */
type Around = Pick<KeyParts, "code" | "env">;

/** Up to so many bytes, one hash of everything is made, and those of the parts when they are asked for: after a miss. */
const SHORT = 256;

class ShortKey implements Key {
  readonly hash: string;
  readonly walk: ValueWalk;
  readonly given: number;
  readonly #around: Around;
  readonly #bytes: string;
  readonly #argsAt: number;
  readonly #stateAt: number;
  #parts: KeyParts | null = null;

  /** Of what the writer holds. */
  constructor(around: Around, argsAt: number, stateAt: number, walk: ValueWalk, given: number) {
    this.#around = around;
    this.#bytes = writer.latin1(0, writer.length);
    this.#argsAt = argsAt;
    this.#stateAt = stateAt;
    this.walk = walk;
    this.given = given;
    this.hash = hashLatin1(`short${around.code}${around.env}${argsAt} ${stateAt} ${this.#bytes}`);
  }

  get parts(): KeyParts {
    this.#parts ??= {
      ...this.#around,
      self: hashLatin1(this.#bytes.slice(0, this.#argsAt)),
      args: hashLatin1(this.#bytes.slice(this.#argsAt, this.#stateAt)),
      state: hashLatin1(this.#bytes.slice(this.#stateAt)),
    };
    return this.#parts;
  }
}

const codeParts = new WeakMap<Reach, Map<string, string>>();

function codePart(reach: Reach, name: string): string {
  let known = codeParts.get(reach);
  if (!known) {
    known = new Map();
    codeParts.set(reach, known);
  }
  let part = known.get(name);
  if (part === undefined) {
    // Names of locals show in messages of errors, which only some code reads.
    part = hashText(`${reach.code} ${reach.traits.has("catch") ? reach.names : ""} ${name}`);
    known.set(name, part);
  }
  return part;
}

const hashes = new Map<string, string>();

/** Hash of one of a few texts. */
function hashOnce(text: string): string {
  let hash = hashes.get(text);
  if (hash === undefined) {
    hash = hashText(text);
    hashes.set(text, hash);
  }
  return hash;
}

/** What a body that must leave `this`, its arguments and state alone did to them, or null. */
export function changeIn(before: Key, after: Key): CallCause | null {
  const given = changeInGiven(before, after);
  if (given !== null) return given;
  if (before.parts.state !== after.parts.state) return { kind: "changes", what: "state" };
  return sameObjects(before, after, before.given, before.walk.seen.size)
    ? null
    : { kind: "replaces-by-equal", what: "state" };
}

/** The same for `this` and the arguments alone. */
export function changeInGiven({ parts, ...before }: Key, after: Key): CallCause | null {
  if (parts.self !== after.parts.self) return { kind: "changes", what: "this" };
  if (parts.args !== after.parts.args) return { kind: "changes", what: "arguments" };
  return sameObjects(before, after, 0, before.given) ? null : { kind: "replaces-by-equal", what: "arguments" };
}

/**
 * Whether two walks met the same objects in the same order, and not only equal ones: what a body puts in the place of one
 * is another.
 * @param from the number of the first that counts; the walk has them in order
 * @param to the number behind the last
 */
function sameObjects(before: Pick<Key, "walk">, after: Key, from: number, to: number): boolean {
  const found = after.walk.seen.keys();
  let index = 0;
  for (const value of before.walk.seen.keys()) {
    if (index >= to) break;
    const other = found.next();
    if (index++ >= from && (other.done || other.value !== value)) return false;
  }
  return true;
}

let system: string | null = null;

/** Time zone and locale: what the environment says now, and what the system says where it says nothing. */
function locale(env: NodeJS.ProcessEnv): string {
  system ??= process.platform === "linux" ? linuxTimeZone() : intlDefaults();
  return JSON.stringify([system, env.TZ, env.LANG, env.LANGUAGE, env.LC_ALL, env.LC_TIME, env.LC_NUMERIC]);
}

/** Where the locale comes from the environment alone; asking Intl would load 10 ms of data. */
function linuxTimeZone(): string {
  try {
    const file = realpathSync("/etc/localtime");
    // Usually a link to the zone's name; where it is a copy, its content is the zone.
    return file === "/etc/localtime" ? hash128(readFileSync(file)) : file;
  } catch {
    return "UTC";
  }
}

function intlDefaults(): string {
  const { timeZone, locale } = new Intl.DateTimeFormat().resolvedOptions();
  return `${timeZone} ${locale}`;
}
