/** `Intl` formatters in results: taken apart into a locale and options of which the same can be made. */

import { FORMATTER_NAMES, instanceState } from "../value/built-in-instances.ts";
import { ownNames } from "../value/own-keys.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { Unencodable } from "./unencodable.ts";

type Option = readonly [name: string, value: string | number | boolean];

/** What a formatter can be made of again. */
export interface FormatterParts {
  /** Of its class: `Intl.NumberFormat`. */
  readonly name: string;
  readonly locale: string;
  readonly options: readonly Option[];
}

interface Formatter {
  resolvedOptions(): object;
}
type FormatterClass = new (locale: string, options: object) => Formatter;

// Captured before the program can replace them.
const { create, getOwnPropertyDescriptor } = Object;
const { apply, construct } = Reflect;

/** The classes by their names, as far as this Node has them. */
export const FORMATTERS: ReadonlyMap<string, FormatterClass> = new Map(
  FORMATTER_NAMES.flatMap((name) => {
    const found = (Intl as unknown as Record<string, FormatterClass | undefined>)[name];
    return found ? [[`Intl.${name}`, found] as const] : [];
  }),
);

const resolving = new Map([...FORMATTERS].map(([name, { prototype }]) => [name, resolvedOptionsOf(prototype)]));

function resolvedOptionsOf(prototype: object): () => object {
  return getOwnPropertyDescriptor(prototype, "resolvedOptions")?.value as () => object;
}

/** Options that a formatter tells as defaults, although it does something else where they were given. */
const DEFAULTS: readonly (readonly string[])[] = [[], ["year", "month", "day"], ["hour12"]];

/**
 * Takes a formatter apart.
 * @param prototype of one of {@link FORMATTERS}, from which the object inherits
 * @throws Unencodable for an object that is no formatter, and for one of which the options do not make another that is the same
 */
export function partsOf(value: object, name: string, prototype: object): FormatterParts {
  try {
    const { text } = instanceState(value, prototype);
    const { locale, given } = split(apply(resolving.get(name) as () => object, value, []));
    for (let i = 0; i < DEFAULTS.length; i++) {
      const left = DEFAULTS[i] as readonly string[];
      const parts = { name, locale, options: given.filter(([option]) => !left.includes(option)) };
      if (instanceState(formatterOf(parts), prototype).text === text) return parts;
    }
  } catch (error) {
    // No formatter, or one on which the program has put something; or options that a formatter tells, but does not take.
    if (!(error instanceof Unkeyable || error instanceof RangeError || error instanceof TypeError)) throw error;
  }
  throw new Unencodable({ kind: "unknown-class" });
}

function split(resolved: object): { readonly locale: string; readonly given: readonly Option[] } {
  const given: Option[] = [];
  let locale = "";
  for (const key of ownNames(resolved)) {
    const value: unknown = getOwnPropertyDescriptor(resolved, key)?.value;
    if (key === "locale") locale = String(value);
    else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      given.push([String(key), value]);
  }
  return { locale, given };
}

/** Makes a formatter of its parts. */
export function formatterOf({ name, locale, options }: FormatterParts): object {
  // Without a prototype: the program may have put something on that of others.
  const given = create(null) as Record<string, unknown>;
  for (let i = 0; i < options.length; i++) {
    const [option, value] = options[i] as Option;
    given[option] = value;
  }
  return construct(FORMATTERS.get(name) as FormatterClass, [locale, given]);
}
