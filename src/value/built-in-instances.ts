/**
 * Instances of built-in classes whose state no property shows, but what the class itself tells of it settles: what `Intl` makes says by
 * `resolvedOptions` how it formats, a URL is its `href`. Only functions of the language and of Node run here, as they were before the
 * program.
 *
 * Of each class, what is told here has to settle all that its instances do: two that tell the same must do the same.
 */
import { TextDecoder, TextEncoder } from "node:util";
import { ownNames } from "./own-keys.ts";
import { getterOf } from "./slots.ts";
import { Unkeyable } from "./unkeyable.ts";

/** What an instance is beside its properties. */
export interface InstanceState {
  readonly text: string;
  /** An object that it hands out. */
  readonly object: object | null;
}

interface BuiltInClass {
  readonly name: string;
  /** @throws where the object is no instance of the class, whatever its prototype is */
  readonly read: (object: object) => InstanceState;
}

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Object;
const { apply } = Reflect;
const { isArray } = Array;
const FunctionPrototype = Function.prototype;
/** A formatter on whose function something was put. */
const CHANGED = { kind: "opaque-object", what: "a formatter with a function that was changed" } as const;

const classes = new Map<object, BuiltInClass>();

function add(prototype: object, name: string, read: BuiltInClass["read"]): void {
  classes.set(prototype, { name, read });
}

/** Options as one text. What they hold is primitive, or lists of texts. */
function textOf(options: object): string {
  let text = "";
  const names = ownNames(options);
  for (let i = 0; i < names.length; i++) {
    const value: unknown = getOwnPropertyDescriptor(options, names[i] as string)?.value;
    const written = isArray(value) ? value.join("\u0001") : String(value);
    text += `${String(names[i])}\u0000${typeof value}\u0000${written}\u0002`;
  }
  return text;
}

/** Whether a function that an instance hands out has nothing on it but what the language put there: a program could keep state there. */
function checkBare(fn: object): void {
  const names = ownNames(fn);
  const isBare = names.length === 2 && names[0] === "length" && names[1] === "name" && isExtensible(fn);
  if (!isBare || getPrototypeOf(fn) !== FunctionPrototype) throw new Unkeyable(CHANGED);
  for (let i = 0; i < 2; i++) {
    const property = getOwnPropertyDescriptor(fn, names[i] as string) as PropertyDescriptor;
    if (property.writable !== false || property.enumerable !== false || property.configurable !== true)
      throw new Unkeyable(CHANGED);
  }
}

/** Members of `Intl` with the accessor of each that hands out a function, or null. */
const FORMATTERS: readonly (readonly [name: string, bound: string | null])[] = [
  ["NumberFormat", "format"],
  ["Collator", "compare"],
  ["PluralRules", null],
  ["ListFormat", null],
  ["RelativeTimeFormat", null],
  ["DisplayNames", null],
  ["Segmenter", null],
  ["DurationFormat", null],
  // One that was made without options tells the same as one that was made with just these options. They differ in how they format
  // values of `Temporal` alone: where that exists, what is told does not settle it.
  ...("Temporal" in globalThis ? [] : [["DateTimeFormat", "format"] as const]),
];

for (const [name, bound] of FORMATTERS) {
  const prototype = (Intl as unknown as Record<string, { readonly prototype: object } | undefined>)[name]?.prototype;
  if (prototype === undefined) continue;
  const resolved = getOwnPropertyDescriptor(prototype, "resolvedOptions")?.value as () => object;
  const getBound = bound === null ? null : getterOf(prototype, bound);
  /** Options are settled when an instance is made. */
  const known = new WeakMap<object, string>();
  add(prototype, `Intl.${name}`, (object) => {
    let text = known.get(object);
    if (text === undefined) {
      text = textOf(apply(resolved, object, []));
      known.set(object, text);
    }
    if (getBound !== null) checkBare(apply(getBound, object, []) as object);
    return { text, object: null };
  });
}

const localeText = Intl.Locale.prototype.toString;
add(Intl.Locale.prototype, "Intl.Locale", (object) => ({ text: apply(localeText, object, []), object: null }));

const href = getterOf(URL.prototype, "href");
const searchParams = getterOf(URL.prototype, "searchParams");
add(URL.prototype, "URL", (object) => ({
  text: apply(href, object, []) as string,
  object: apply(searchParams, object, []) as object,
}));

const queryText = URLSearchParams.prototype.toString;
add(URLSearchParams.prototype, "URLSearchParams", (object) => ({
  text: apply(queryText, object, []),
  object: null,
}));

// What these know is in properties; what an instance that has streamed knows natively is in one of them, and refused there.
for (const { name, prototype } of [TextEncoder, TextDecoder]) {
  const encoding = getterOf(prototype, "encoding");
  add(prototype, name, (object) => {
    checkValues(object);
    return { text: apply(encoding, object, []) as string, object: null };
  });
}

/** Node reads properties of its own here: none may be an accessor of the program's. */
function checkValues(object: object): void {
  const names = ownNames(object);
  for (let i = 0; i < names.length; i++) {
    const property = getOwnPropertyDescriptor(object, names[i] as string | symbol) as PropertyDescriptor;
    if (!("value" in property)) throw new Unkeyable({ kind: "accessor", name: String(names[i]) });
  }
}

/** Whether instances that inherit from an object have state that no property shows. */
export function hidesState(prototype: object): boolean {
  return classes.has(prototype);
}

/** What the class is called whose instances inherit from an object, if what they hide can be told. */
export function builtInClassName(prototype: object): string | undefined {
  return classes.get(prototype)?.name;
}

/**
 * What an object is beside its properties that inherits from the prototype of one of these classes.
 * @throws Unkeyable for one that is no instance
 */
export function instanceState(object: object, prototype: object): InstanceState {
  const { name, read } = classes.get(prototype) as BuiltInClass;
  try {
    return read(object);
  } catch (error) {
    if (error instanceof Unkeyable) throw error;
    throw new Unkeyable({ kind: "opaque-object", what: `an object that inherits from ${name}` });
  }
}
