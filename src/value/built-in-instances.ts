/**
 * Instances of built-in classes that keep their state where no property shows it, but whose methods tell it: an `Intl` formatter tells
 * its options by `resolvedOptions`, a URL its `href`. Only functions of the language and of Node run here, captured before the program
 * ran.
 *
 * For each class here, two instances that tell the same state must do the same in every call. Otherwise a key would take one for the
 * other.
 */
import { TextDecoder, TextEncoder } from "node:util";
import { SAMPLES, textOfOptions } from "./formatter-state.ts";
import { ownNames } from "./own-keys.ts";
import { getterOf } from "./slots.ts";
import { Unkeyable } from "./unkeyable.ts";

/** The state of an instance that its properties do not show. */
export interface InstanceState {
  readonly text: string;
  /** An object that the instance hands out each time, and that has state of its own: the `searchParams` of a URL. */
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
const FunctionPrototype = Function.prototype;

const CHANGED = { kind: "opaque-object", what: "a formatter with a function that was changed" } as const;

const classes = new Map<object, BuiltInClass>();

function add(prototype: object, name: string, read: BuiltInClass["read"]): void {
  classes.set(prototype, { name, read });
}

/**
 * Refuses a formatter whose bound function was changed: a program could keep state in properties of that function, which the formatter
 * hands out each time.
 * @throws Unkeyable
 */
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

/** The classes of `Intl`, each with the accessor by which it hands out a bound function, or null. */
const FORMATTERS: readonly (readonly [name: string, bound: string | null])[] = [
  ["NumberFormat", "format"],
  ["Collator", "compare"],
  ["PluralRules", null],
  ["ListFormat", null],
  ["RelativeTimeFormat", null],
  ["DisplayNames", null],
  ["Segmenter", null],
  ["DurationFormat", null],
  ["DateTimeFormat", "format"],
];

/** The names of the classes of formatters, without `Intl.`; older Nodes lack some. */
export const FORMATTER_NAMES: readonly string[] = FORMATTERS.map(([name]) => name);

for (const [name, bound] of FORMATTERS) {
  const prototype = (Intl as unknown as Record<string, { readonly prototype: object } | undefined>)[name]?.prototype;
  if (prototype === undefined) continue;
  const resolved = getOwnPropertyDescriptor(prototype, "resolvedOptions")?.value as () => object;
  const getBound = bound === null ? null : getterOf(prototype, bound);
  const samples = Object.hasOwn(SAMPLES, name) ? SAMPLES[name] : undefined;
  /** The texts of instances. Nothing can change the options of an instance, so each is asked once. */
  const known = new WeakMap<object, string>();
  add(prototype, `Intl.${name}`, (object) => {
    let text = known.get(object);
    if (text === undefined) {
      const options = apply(resolved, object, []);
      text = textOfOptions(options) + (samples?.(object, options) ?? "");
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

// Their state is in properties. A decoder that has read a part of a stream has a native handle among them, and is refused for it.
for (const { name, prototype } of [TextEncoder, TextDecoder]) {
  const encoding = getterOf(prototype, "encoding");
  add(prototype, name, (object) => {
    checkValues(object);
    return { text: apply(encoding, object, []) as string, object: null };
  });
}

/** Refuses accessors, because Node's getter for the encoding reads properties of the object. @throws Unkeyable */
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

/** The name of the class with this prototype, if it is one of these classes. */
export function builtInClassName(prototype: object): string | undefined {
  return classes.get(prototype)?.name;
}

/**
 * The hidden state of an object.
 * @param prototype of one of these classes, from which the object inherits
 * @throws Unkeyable for an object that is no instance of the class
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
