/** Writes into keys what a program can see of functions and classes beside their code: properties, prototypes and what was put on them. */
import { types } from "node:util";
import { type ClassSnapshot, checkClass, isFromClass } from "../code/class-shape.ts";
import {
  FUNCTION_PROTOTYPES,
  type FunctionRecord,
  hasEngineNames,
  hasNameAsMade,
  hasPropertiesAsMade,
  hasPrototypeAsMade,
  isAsMade,
} from "../code/function-shape.ts";
import type { ReachedShape } from "../code/reached-shape.ts";
import { ownNames } from "../value/own-keys.ts";
import { step } from "../value/time-limit.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import type { Walk } from "./walk.ts";

// Captured before the program can replace them.
const { getPrototypeOf, getOwnPropertyDescriptor, isExtensible } = Object;

/** The byte before each piece: so no two descriptions begin alike. */
const PIECE = {
  end: 0,
  asMade: 1,
  changed: 2,
  property: 3,
  members: 4,
  method: 5,
  engine: 6,
  prototype: 7,
  function: 8,
} as const;
/** What is written for what a function inherits from: the index of one of {@link FUNCTION_PROTOTYPES}, or one of these. */
const PARENT = { none: 250, object: 251 } as const;
/** What a member of a class takes of the time for a call, in values of a walk. */
const MEMBER = 4;
/** What the `prototype` of a function holds, where it has one. */
const PROTOTYPE = { asMade: 1, object: 2, other: 3 } as const;

/**
 * Writes what the program has done to the functions and classes of a reach since they were made. For those that are as they were made,
 * nothing is written.
 * @throws Unkeyable if the program has changed what a class inherits from
 */
export function writeShapes(shapes: readonly ReachedShape[], walk: Walk): void {
  const { out } = walk;
  for (let i = 0; i < shapes.length; i++) {
    const one = shapes[i] as ReachedShape;
    if (one.shape) writeClass(one.name, one.shape, walk);
    else if (!isAsMade(one.record, walk.id)) {
      out.byte(PIECE.function);
      out.uint32(i);
      writeChanged(one.record, walk);
    }
  }
  out.byte(PIECE.end);
}

/** Writes what a program can see of a function, which was met as a value, beside its code. */
export function writeFunctionState(record: FunctionRecord, walk: Walk): void {
  walk.out.text(record.text);
  if (isAsMade(record, walk.id)) walk.out.byte(PIECE.asMade);
  else writeChanged(record, walk);
}

/** Writes static state of a class, what was put on it or its prototype, and what was done to the functions of its members. */
function writeClass(name: string, shape: ClassSnapshot, walk: Walk): void {
  const { out } = walk;
  step(MEMBER * shape.functions.length);
  const isMade = checkClass(name, shape, walk.id);
  const { constructor, prototype, staticKeys, functions } = shape;
  const names = ownNames(constructor);
  for (let i = 0; i < names.length; i++) {
    const key = names[i] as string | symbol;
    if (staticKeys.has(key) && !isOtherName(key, shape)) continue;
    out.byte(PIECE.property);
    walk.property(constructor, key);
  }
  if (!isMade) {
    out.byte(PIECE.members);
    writeMembers(prototype, shape, walk);
    writeMembers(constructor, shape, walk);
  }
  for (let i = 0; i < functions.length; i++) {
    const method = functions[i] as FunctionRecord;
    if (isAsMade(method, walk.id)) continue;
    out.byte(PIECE.method);
    out.uint32(i);
    writeChanged(method, walk);
  }
  out.byte(PIECE.end);
}

/**
 * Writes names and attributes of all own properties of a class or its prototype, whether there may be more, and the values of those that the
 * body of the class has not put there. Static state is left out: it is written before.
 */
function writeMembers(holder: object, shape: ClassSnapshot, walk: Walk): void {
  const { out } = walk;
  writeAttributes(holder, walk);
  const names = ownNames(holder);
  for (let i = 0; i < names.length; i++) {
    const key = names[i] as string | symbol;
    if (holder === shape.constructor && !shape.staticMembers.has(key)) continue;
    if (isFromClass(shape, holder, key)) continue;
    out.byte(PIECE.property);
    walk.property(holder, key);
  }
  out.byte(PIECE.end);
}

/** Whether the `name` or `length` of a class was changed: then it is written as any other property. */
function isOtherName(key: string | symbol, { record, staticMembers }: ClassSnapshot): boolean {
  if ((key !== "name" && key !== "length") || staticMembers.has(key)) return false;
  return !hasNameAsMade(record, key);
}

/** Writes names and attributes of all own properties, and whether there may be more. */
function writeAttributes(holder: object, walk: Walk): void {
  const names = ownNames(holder);
  walk.out.uint32(names.length);
  for (let i = 0; i < names.length; i++) walk.attributes(holder, names[i] as string | symbol);
  walk.out.byte(isExtensible(holder) ? 1 : 0);
}

/** Writes all that a program can see of a function that was changed, beside its code. */
function writeChanged(record: FunctionRecord, walk: Walk): void {
  const { out } = walk;
  const fn = record.value;
  if (hasPropertiesAsMade(record)) {
    // Only the object behind `prototype` has changed, as for a constructor in the old style, which gets its methods by assignment.
    out.byte(PIECE.prototype);
    return writeChangedPrototype(fn, walk);
  }
  out.byte(PIECE.changed);
  writeParent(getPrototypeOf(fn) as object | null, walk);
  const names = ownNames(fn);
  out.uint32(names.length);
  for (let i = 0; i < names.length; i++) {
    const key = names[i] as string | symbol;
    if (isEngines(fn, names, i)) out.byte(PIECE.engine);
    else if (key === "prototype") writePrototype(fn, walk);
    else {
      out.byte(PIECE.property);
      walk.property(fn, key);
    }
  }
  out.byte(isExtensible(fn) ? 1 : 0);
}

function writeParent(parent: object | null, walk: Walk): void {
  if (parent === null) return walk.out.byte(PARENT.none);
  for (let i = 0; i < FUNCTION_PROTOTYPES.length; i++) if (FUNCTION_PROTOTYPES[i] === parent) return walk.out.byte(i);
  if (types.isProxy(parent)) throw new Unkeyable({ kind: "proxy", of: "parent" });
  walk.out.byte(PARENT.object);
  // As a value: what inherits from a function can call it.
  if (typeof parent === "function") walk.write(parent);
  else walk.prototype(parent);
}

/** Writes the attributes of `prototype`, and the object behind it. */
function writePrototype(fn: object, walk: Walk): void {
  const property = getOwnPropertyDescriptor(fn, "prototype") as PropertyDescriptor;
  if (!("value" in property)) throw new Unkeyable({ kind: "accessor", name: "prototype" });
  walk.attributes(fn, "prototype");
  if (hasPrototypeAsMade(fn)) walk.out.byte(PROTOTYPE.asMade);
  else writeChangedPrototype(fn, walk);
}

function writeChangedPrototype(fn: object, walk: Walk): void {
  const { out } = walk;
  const prototype = getOwnPropertyDescriptor(fn, "prototype")?.value as unknown;
  if (typeof prototype !== "object" || prototype === null) {
    out.byte(PROTOTYPE.other);
    return walk.write(prototype);
  }
  out.byte(PROTOTYPE.object);
  walk.prototype(prototype);
}

/**
 * Whether a name is `arguments` or `caller` as V8 gives them to sloppy functions. They are not read here, which would make an arguments object:
 * what they hold depends on the stack, and code that reads them is refused.
 */
function isEngines(fn: object, names: readonly (string | symbol)[], at: number): boolean {
  const first = names[at] === "caller" ? at - 1 : at;
  if (!hasEngineNames(fn, names, first)) return false;
  // V8's own stand before `prototype`, which all sloppy functions have; properties that the program adds come behind it.
  for (let i = 0; i < first; i++) if (names[i] === "prototype") return false;
  return true;
}
