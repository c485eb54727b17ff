/** What a class's body put on the class and its prototype, to notice when something else was put there. */
import { types } from "node:util";
import { hashText } from "../hash.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { originalText } from "./guard-text.ts";
import type { ClassMethod, ClassShape } from "./manifest.ts";

/** A method that is expected where the class's source put it. */
interface Slot {
  readonly holder: Record<PropertyKey, unknown>;
  readonly key: string;
  readonly value: unknown;
}

/** Anything else of a class's body that is expected to stay: accessors, methods with computed names. */
interface Fixture {
  readonly holder: object;
  readonly key: PropertyKey;
  readonly value: unknown;
  readonly get: unknown;
  readonly set: unknown;
}

export interface ClassSnapshot {
  readonly constructor: object;
  readonly prototype: object;
  readonly slots: readonly Slot[];
  readonly fixtures: readonly Fixture[];
  readonly staticKeys: ReadonlySet<PropertyKey>;
  readonly prototypeKeys: number;
  /** What the class and its prototype inherit from. */
  readonly parents: readonly [of: object, parent: object | null][];
  /** A method was already replaced when dumbo first looked. */
  readonly patched: string | null;
}

const sourceText = Function.prototype.toString;

/** Hash of a function's text, without its guard. */
export function textHash(fn: object): string {
  return hashText(originalText(sourceText.call(fn)));
}

/** What a class is now, and whether that is what its body says. */
export function snapshot(constructor: object, shape: Pick<ClassShape, "methods">): ClassSnapshot {
  const prototype = (constructor as { prototype: object }).prototype;
  const slots: Slot[] = [];
  let patched: string | null = null;
  for (const method of shape.methods) {
    if (method.key === null || method.kind !== "method") continue;
    const holder = (method.static ? constructor : prototype) as Record<PropertyKey, unknown>;
    const value = Object.getOwnPropertyDescriptor(holder, method.key)?.value;
    if (typeof value !== "function" || textHash(value) !== method.text) patched ??= method.key;
    slots.push({ holder, key: method.key, value });
  }
  const staticKeys = new Set<PropertyKey>(["length", "name", "prototype"]);
  for (const slot of slots) if (slot.holder === constructor) staticKeys.add(slot.key);
  const fixtures: Fixture[] = [];
  for (const holder of [prototype, constructor]) {
    for (const key of Reflect.ownKeys(holder)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
      const isState = holder === constructor && !get && !set;
      if (isState || slots.some((slot) => slot.holder === holder && slot.key === key)) continue;
      fixtures.push({ holder, key, value, get, set });
      const isOwn = (kind: ClassMethod["kind"], fn: unknown) =>
        fn === undefined || fn === constructor || isFromBody(shape, kind, holder === constructor, key, fn);
      if (!isOwn("method", value) || !isOwn("get", get) || !isOwn("set", set)) patched ??= String(key);
      if (holder === constructor) staticKeys.add(key);
    }
  }
  const parents = [constructor, prototype].map((of) => [of, Object.getPrototypeOf(of)] as [object, object | null]);
  const [parent, inherited] = [parents[0]?.[1] ?? null, parents[1]?.[1] ?? null];
  if (inherited !== prototypeUnder(parent)) patched ??= "prototype";
  return {
    parents,
    constructor,
    prototype,
    slots,
    fixtures,
    staticKeys,
    prototypeKeys: Reflect.ownKeys(prototype).length,
    patched,
  };
}

/** What the prototype of a class inherits from that extends this. */
function prototypeUnder(parent: object | null): unknown {
  if (parent === Function.prototype) return Object.prototype;
  // Looking at a Proxy runs its handler.
  return parent === null || types.isProxy(parent)
    ? undefined
    : Object.getOwnPropertyDescriptor(parent, "prototype")?.value;
}

/** Whether a class's body has this function for this key, as far as the body tells the key. */
function isFromBody(
  { methods }: Pick<ClassShape, "methods">,
  kind: ClassMethod["kind"],
  isStatic: boolean,
  key: PropertyKey,
  fn: unknown,
): boolean {
  const text = typeof fn === "function" ? textHash(fn) : null;
  return methods.some(
    (method) =>
      method.kind === kind &&
      method.static === isStatic &&
      (method.key === null || method.key === key) &&
      method.text === text,
  );
}

/** @throws Unkeyable when a class is not what its source says any more */
export function checkClass(name: string, shape: ClassSnapshot | null): void {
  if (!shape) return;
  const changed = shape.patched ?? shape.slots.find(({ holder, key, value }) => holder[key] !== value)?.key ?? null;
  for (const { holder, key, value, get, set } of shape.fixtures) {
    const now = Object.getOwnPropertyDescriptor(holder, key);
    if (now && now.value === value && now.get === get && now.set === set) continue;
    throw new Unkeyable(`\`${name}.${String(key)}\` was replaced`);
  }
  if (changed !== null) throw new Unkeyable(`\`${name}.${changed}\` was replaced`);
  if (shape.parents.some(([of, parent]) => Object.getPrototypeOf(of) !== parent)) {
    throw new Unkeyable(`what \`${name}\` inherits from was replaced`);
  }
  if (Reflect.ownKeys(shape.prototype).length !== shape.prototypeKeys) {
    throw new Unkeyable(`the prototype of \`${name}\` was extended`);
  }
}
