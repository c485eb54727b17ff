/**
 * The state of an `Intl` formatter as a text. `resolvedOptions` does not tell all of it: in Japanese, dates with a month in words and in digits resolve
 * to the same options; `Intl.PluralRules` is silent about how it rounds. So a formatter is asked for samples, too, which show its patterns.
 *
 * Two formatters of which the texts are equal must do the same in every call. test/value/formatter-state.test.ts looks for two that do not.
 */
import { ownNames } from "./own-keys.ts";
import { Unkeyable } from "./unkeyable.ts";

// Captured before the program can replace them.
const { getOwnPropertyDescriptor } = Object;
const { apply, construct } = Reflect;
const { isArray } = Array;
const sourceText = Function.prototype.toString;
/** Asked without reading it: V8 makes it then, which takes 0.3 ms. */
const HAS_TEMPORAL = "Temporal" in globalThis;

type Method = (this: unknown, ...args: unknown[]) => unknown;

function method(name: "DateTimeFormat" | "PluralRules", key: string): Method {
  return getOwnPropertyDescriptor(Intl[name].prototype, key)?.value as Method;
}

const dateParts = method("DateTimeFormat", "formatToParts");
const select = method("PluralRules", "select");

/** Options as one text. Their values are primitive, or arrays of strings. */
export function textOfOptions(options: object): string {
  let text = "";
  const names = ownNames(options);
  for (let i = 0; i < names.length; i++) {
    const value: unknown = optionOf(options, names[i] as string);
    const written = isArray(value) ? value.join("\u0001") : String(value);
    text += `${String(names[i])}\u0000${typeof value}\u0000${written}\u0002`;
  }
  return text;
}

function optionOf(options: object, name: string): unknown {
  return getOwnPropertyDescriptor(options, name)?.value;
}

/** What samples of a formatter show beside its options, by the names of the classes of which the options do not tell all. */
export const SAMPLES: Readonly<Record<string, (formatter: object, options: object) => string>> = {
  DateTimeFormat: dateSamples,
  PluralRules: pluralSamples,
};

/** Numbers of one and of two digits in each place; morning, noon, midnight and evening. */
const TIMES: readonly number[] = [
  Date.UTC(2003, 3, 5, 1, 7, 8, 9),
  Date.UTC(2010, 10, 24, 12, 0, 0, 0),
  Date.UTC(1999, 0, 31, 0, 0, 0, 0),
  Date.UTC(2024, 6, 9, 19, 5, 6, 789),
];

function dateSamples(formatter: object, options: object): string {
  let text = "";
  for (let i = 0; i < TIMES.length; i++) text += partsOf(formatter, TIMES[i]);
  if (!HAS_TEMPORAL) return text;
  // Values of `Temporal` have patterns of their own, which also depend on whether any option was given.
  const values = temporalValues(String(optionOf(options, "calendar")));
  for (let i = 0; i < values.length; i++) text += partsOf(formatter, values[i]);
  return text;
}

/** The parts of a date as a text; for one of which the formatter has no field, that. */
function partsOf(formatter: object, date: unknown): string {
  let parts: readonly object[];
  try {
    parts = apply(dateParts, formatter, [date]) as readonly object[];
  } catch {
    return "none\u0002";
  }
  let text = "";
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as object;
    text += `${String(optionOf(part, "type"))}\u0000${String(optionOf(part, "value"))}\u0001`;
  }
  return `${text}\u0002`;
}

type TemporalArguments = readonly [constructor: string, ...args: unknown[]];

/** By calendar, two values of each class of `Temporal` that formatters take. Made once: they never change. */
const made = new Map<string, readonly object[]>();

function temporalValues(calendar: string): readonly object[] {
  let values = made.get(calendar);
  if (values === undefined) {
    const list: readonly TemporalArguments[] = [
      ["Instant", 1_049_504_828_009_000_000n],
      ["Instant", 1_290_556_800_000_000_000n],
      ["PlainDate", 2003, 4, 5],
      ["PlainDate", 2010, 11, 24],
      ["PlainTime", 1, 7, 8, 9],
      ["PlainTime", 12],
      ["PlainDateTime", 2003, 4, 5, 1, 7, 8, 9],
      ["PlainDateTime", 2010, 11, 24, 12],
      ["PlainYearMonth", 2003, 4, calendar],
      ["PlainYearMonth", 2010, 11, calendar, 24],
      ["PlainMonthDay", 4, 5, calendar],
      ["PlainMonthDay", 11, 24, calendar],
    ];
    const found: object[] = [];
    for (let i = 0; i < list.length; i++) found[i] = makeTemporal(list[i] as TemporalArguments);
    values = found;
    made.set(calendar, values);
  }
  return values;
}

/** @throws Unkeyable where the program has put something of its own in the place of a class */
function makeTemporal([name, ...args]: TemporalArguments): object {
  const temporal: unknown = getOwnPropertyDescriptor(globalThis, "Temporal")?.value;
  const constructor: unknown =
    typeof temporal === "object" && temporal !== null ? getOwnPropertyDescriptor(temporal, name)?.value : undefined;
  const isLanguages =
    typeof constructor === "function" && apply(sourceText, constructor, []) === `function ${name}() { [native code] }`;
  if (!isLanguages) throw new Unkeyable({ kind: "opaque-object", what: "a formatter while `Temporal` was changed" });
  return construct(constructor, args) as object;
}

/** Around one, where it shows whether a number was rounded up or down. */
const NEAR_ONE = [1.0004, 1.0005, 1.0006, 0.9994, 0.9995, 0.9996, -1.0004, -1.0005, -1.0006, -0.9994, -0.9995, -0.9996];

/** @throws Unkeyable for rules that count other digits than usual: how those round, their options do not tell */
function pluralSamples(rules: object, options: object): string {
  const isUsual =
    optionOf(options, "minimumIntegerDigits") === 1 &&
    optionOf(options, "minimumFractionDigits") === 0 &&
    optionOf(options, "maximumFractionDigits") === 3 &&
    optionOf(options, "maximumSignificantDigits") === undefined;
  if (!isUsual) throw new Unkeyable({ kind: "opaque-object", what: "an Intl.PluralRules with digits of its own" });
  let text = "";
  for (let i = 0; i < NEAR_ONE.length; i++) text += `${String(apply(select, rules, [NEAR_ONE[i]]))} `;
  return text;
}
