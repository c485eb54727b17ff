/** What was put on functions and classes as on objects, as a copy of one level. Nothing of the program runs here. */
import { type ClassSnapshot, lookAtClass } from "../code/class-shape.ts";
import {
  FUNCTION_PROTOTYPES,
  type FunctionRecord,
  hasEngineNames,
  hasNameAsMade,
  hasPrototypeLeft,
  isAsMade,
} from "../code/function-shape.ts";
import type { Reason } from "../reason/reason.ts";
import { INTEGRITY, integrityOf } from "../value/integrity.ts";
import { ownNames } from "../value/own-keys.ts";
import { FLAG } from "../value/property-flags.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import type { Change } from "./change.ts";
import { type Contents, NO_PRIVATES } from "./contents.ts";
import { addDifferences } from "./differences.ts";
import { propertiesOf } from "./properties.ts";

type FunctionContents = Extract<Contents, { readonly kind: "record" }>;

const WHAT_IT_IS: Reason = { kind: "changes-for-good", what: "function" };
/** Names that say what a function is: no later call puts others there. */
const NAMES: ReadonlySet<PropertyKey> = new Set(["length", "name", "prototype"]);

// Captured before the program can replace it.
const { getPrototypeOf } = Object;

export class WatchedFunction {
  readonly #record: FunctionRecord;
  /** Null where nothing was done to it since it was made. */
  readonly #before: FunctionContents | null;

  constructor(record: FunctionRecord) {
    this.#record = record;
    this.#before = isAsMade(record) ? null : contentsOf(record.value);
  }

  /** Whether it is a constructor in the old style, or another function that something was done to. */
  get wasChanged(): boolean {
    return this.#before !== null;
  }

  /** @throws Unkeyable where no later call could do the same */
  isUnchanged(): boolean {
    if (this.#before === null) return isAsMade(this.#record);
    const changes: Change[] = [];
    addDifferences(this.#record.value, this.#before, contentsOf(this.#record.value), changes);
    return changes.length === 0;
  }

  /** @throws Unkeyable */
  addChanges(changes: Change[]): void {
    const record = this.#record;
    if (this.#before === null && isAsMade(record)) return;
    const after = contentsOf(record.value);
    const made: Change[] = [];
    addDifferences(record.value, this.#before ?? asMade(record, after), after, made);
    addAll(made, NAMES, changes);
  }
}

/** A class by what its body put on it, which has to stay, and by its static fields, which are state. */
export class WatchedClass {
  readonly #name: string;
  readonly #shape: ClassSnapshot;
  readonly #before: FunctionContents;
  readonly #isMade: boolean;

  constructor(name: string, shape: ClassSnapshot) {
    this.#name = name;
    this.#shape = shape;
    this.#isMade = lookAtClass(name, shape);
    this.#before = contentsOf(shape.constructor);
  }

  /** @throws Unkeyable where no later call could do the same */
  isUnchanged(): boolean {
    const changes: Change[] = [];
    this.addChanges(changes);
    return changes.length === 0;
  }

  /** @throws Unkeyable */
  addChanges(changes: Change[]): void {
    const { constructor, staticKeys } = this.#shape;
    if (lookAtClass(this.#name, this.#shape) !== this.#isMade) throw new Unkeyable(WHAT_IT_IS);
    const made: Change[] = [];
    addDifferences(constructor, this.#before, contentsOf(constructor), made);
    addAll(made, staticKeys, changes);
  }
}

/** @param fixed names that no call may have touched */
function addAll(made: readonly Change[], fixed: ReadonlySet<PropertyKey>, changes: Change[]): void {
  for (let i = 0; i < made.length; i++) {
    const change = made[i] as Change;
    const touched = change[0] === 0 ? [...change[2], ...change[3], ...change[5]] : [];
    if (touched.some((name) => fixed.has(name))) throw new Unkeyable(WHAT_IT_IS);
    changes.push(change);
  }
}

/** Without the two names that V8 gives to sloppy functions: reading what they hold makes an arguments object. */
function contentsOf(fn: object): FunctionContents {
  const all = ownNames(fn);
  const at = all.findIndex((_, i) => hasEngineNames(fn, all, i));
  const names = at < 0 ? all : [...all.slice(0, at), ...all.slice(at + 2)];
  const prototype = getPrototypeOf(fn) as object | null;
  return { kind: "record", prototype, integrity: integrityOf(fn), own: propertiesOf(fn, names), privates: NO_PRIVATES };
}

/** What a function was that nothing had been done to, told from what it is now. */
function asMade(record: FunctionRecord, after: FunctionContents): FunctionContents {
  const { names, values, flags } = after.own;
  const made = names.filter((name) => NAMES.has(name)).length;
  const areNames = hasNameAsMade(record, "name") && hasNameAsMade(record, "length") && hasPrototypeLeft(record);
  const isFirst = names.slice(0, made).every((name) => NAMES.has(name));
  const prototypeAt = names.indexOf("prototype");
  const isFree = prototypeAt < 0 || flags?.[prototypeAt] === FLAG.writable;
  const isSame = FUNCTION_PROTOTYPES.includes(after.prototype as object);
  if (!areNames || !isFirst || !isFree || !isSame || names.length === made) throw new Unkeyable(WHAT_IT_IS);
  const own = { names: names.slice(0, made), values: values.slice(0, made), flags: flags?.slice(0, made) ?? null };
  return { ...after, integrity: INTEGRITY.open, own };
}
