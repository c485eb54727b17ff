/** What the body of a class has put on the class and its prototype, so that it is noticed when the program puts something else there. */
import { types } from "node:util";
import { hashText } from "../hash.ts";
import { ownNames } from "../value/own-keys.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { isWithin, rangeOf } from "./code-places.ts";
import { type FunctionRecord, hasMethodAttributes, recordOf } from "./function-shape.ts";
import { unguardedText } from "./guard-text.ts";
import { targetOf } from "./hand-memoized.ts";
import type { ClassMethod, ClassShape } from "./manifest.ts";

/** A method, accessor or constructor that the body of a class has put on the class or its prototype. */
interface Member {
  readonly holder: object;
  readonly key: string | symbol;
  readonly value: unknown;
  readonly get: unknown;
  readonly set: unknown;
}

export interface ClassSnapshot {
  readonly constructor: object;
  readonly prototype: object;
  readonly members: readonly Member[];
  /** The functions of the members: the program may put properties on them. */
  readonly functions: readonly FunctionRecord[];
  /** Names on the class itself that its body settles: they are no state. */
  readonly staticKeys: ReadonlySet<PropertyKey>;
  /** Those of them that are methods or accessors of the body. */
  readonly staticMembers: ReadonlySet<PropertyKey>;
  /** `staticKeys` in order: they are the first names on the class. */
  readonly staticNames: readonly (string | symbol)[];
  readonly prototypeNames: readonly (string | symbol)[];
  /** The name and length of the class. */
  readonly record: FunctionRecord;
  /** Names of members in order, some of which are known only when the class is made. A part of the code of all that reaches the class. */
  readonly text: string;
  /** What the class and its prototype inherit from. */
  readonly parents: readonly [of: object, parent: object | null][];
  /** Whether the class inherited from something else than its source says when dumbo first looked. */
  readonly isMoved: boolean;
  /** Whether the class is as it was made, by the last walk that asked: nothing changes during a walk. */
  readonly found: { walk: number; isMade: boolean };
}

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Object;
const sourceText = Function.prototype.toString;

/** Hash of a function's text, without its guard. */
export function textHash(fn: object): string {
  return hashOfText(sourceText.call(fn));
}

/** The same for a text of a function. */
export function hashOfText(text: string): string {
  return hashText(unguardedText(text));
}

/** The members that a class has now of those in its body. All else on the class is state, as on any object. */
export function snapshot(constructor: object, shape: Pick<ClassShape, "methods">): ClassSnapshot {
  const prototype = (constructor as { prototype: object }).prototype;
  const members: Member[] = [];
  const range = rangeOf(constructor, sourceText.call(constructor));
  for (const holder of [prototype, constructor]) {
    const isStatic = holder === constructor;
    for (const key of Reflect.ownKeys(holder)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
      // Static fields are state.
      if (isStatic && typeof value !== "function" && !get && !set) continue;
      const isOwn = (kind: ClassMethod["kind"], fn: unknown) =>
        fn === undefined ||
        (fn === constructor && !isStatic && key === "constructor") ||
        // A function of the same text from elsewhere may read other bindings, or have another `super`: it has to stand in the class.
        (isFromBody(shape, kind, isStatic, key, fn) &&
          (range === null || isWithin(targetOf(fn as object), range) !== false));
      const isEmpty = value === undefined && !get && !set;
      if (!isEmpty && isOwn("method", value) && isOwn("get", get) && isOwn("set", set)) {
        members.push({ holder, key, value, get, set });
      }
    }
  }
  const parents = [constructor, prototype].map((of) => [of, Object.getPrototypeOf(of)] as [object, object | null]);
  const [parent, inherited] = [parents[0]?.[1] ?? null, parents[1]?.[1] ?? null];
  const statics = members.filter(({ holder }) => holder === constructor).map(({ key }) => key);
  const staticKeys = new Set<PropertyKey>(["length", "name", "prototype", ...statics]);
  const staticNames = Reflect.ownKeys(constructor).filter((key) => staticKeys.has(key));
  const prototypeNames = members.filter(({ holder }) => holder === prototype).map(({ key }) => key);
  const record = recordOf(constructor);
  const functions = functionsOf(members, constructor);
  const names = [staticNames.map(nameText), prototypeNames.map(nameText), functions.map(({ text }) => text)];
  return {
    parents,
    constructor,
    prototype,
    members,
    functions,
    staticKeys,
    staticMembers: new Set(statics),
    staticNames,
    prototypeNames,
    record,
    text: JSON.stringify([record.name, record.length, names]),
    isMoved: inherited !== prototypeUnder(parent),
    found: { walk: -1, isMade: false },
  };
}

function functionsOf(members: readonly Member[], constructor: object): FunctionRecord[] {
  const all = members.flatMap(({ value, get, set }) => [value, get, set]);
  const isMethod = (fn: unknown): fn is object => typeof fn === "function" && fn !== constructor && !types.isProxy(fn);
  return [...new Set(all)].filter(isMethod).map(recordOf);
}

/** A symbol is written by its description. Which of several with the same one it is, the state says from which the class has the name. */
function nameText(key: string | symbol): string {
  return typeof key === "symbol" ? `@${String(key)}` : `.${key}`;
}

/** What the prototype of a class inherits from if the class extends `parent`. */
function prototypeUnder(parent: object | null): unknown {
  if (parent === Function.prototype) return Object.prototype;
  // A proxy is not looked at: that would run its handler.
  return parent === null || types.isProxy(parent)
    ? undefined
    : Object.getOwnPropertyDescriptor(parent, "prototype")?.value;
}

/** Whether the body of a class has a function of this text for a key. A computed key may be any. */
function isFromBody(
  { methods }: Pick<ClassShape, "methods">,
  kind: ClassMethod["kind"],
  isStatic: boolean,
  key: PropertyKey,
  fn: unknown,
): boolean {
  const text = typeof fn === "function" ? textHash(targetOf(fn)) : null;
  return methods.some(
    (method) =>
      method.kind === kind &&
      method.static === isStatic &&
      (method.key === null || method.key === key) &&
      method.text === text,
  );
}

/**
 * The same as {@link lookAtClass}, asked once for each walk.
 * @throws Unkeyable if a class does not inherit from what its source says
 */
export function checkClass(name: string, shape: ClassSnapshot, walk: number): boolean {
  const { found } = shape;
  if (found.walk !== walk) {
    found.isMade = lookAtClass(name, shape);
    found.walk = walk;
  }
  return found.isMade;
}

/**
 * Whether a class and its prototype have all members as the body made them, in order and with their attributes, and the prototype has nothing
 * else. It does not look at what was put on the functions of the members.
 * @throws Unkeyable if a class does not inherit from what its source says
 */
export function lookAtClass(name: string, shape: ClassSnapshot): boolean {
  const { constructor, prototype, members, parents, prototypeNames, isMoved } = shape;
  let isSame = !isMoved;
  for (let i = 0; i < parents.length; i++) {
    const [of, parent] = parents[i] as [object, object | null];
    if (getPrototypeOf(of) !== parent) isSame = false;
  }
  if (!isSame) throw new Unkeyable({ kind: "class-base-replaced", name });
  for (let i = 0; i < members.length; i++) {
    const member = members[i] as Member;
    const now = getOwnPropertyDescriptor(member.holder, member.key);
    if (!isMember(now, member) || !hasMethodAttributes(now)) return false;
  }
  const names = ownNames(prototype);
  return (
    names.length === prototypeNames.length &&
    beginsWith(names, prototypeNames) &&
    beginsWith(ownNames(constructor), shape.staticNames) &&
    isExtensible(constructor) &&
    isExtensible(prototype)
  );
}

/** Whether a property of a class or its prototype is still the member that the body has put there. */
export function isFromClass({ members }: ClassSnapshot, holder: object, key: string | symbol): boolean {
  for (let i = 0; i < members.length; i++) {
    const member = members[i] as Member;
    if (member.holder === holder && member.key === key) return isMember(getOwnPropertyDescriptor(holder, key), member);
  }
  return false;
}

function isMember(now: PropertyDescriptor | undefined, { value, get, set }: Member): now is PropertyDescriptor {
  return now !== undefined && now.value === value && now.get === get && now.set === set;
}

function beginsWith(names: readonly (string | symbol)[], first: readonly (string | symbol)[]): boolean {
  for (let i = 0; i < first.length; i++) if (names[i] !== first[i]) return false;
  return true;
}
