/**
 * The state of an `Intl` formatter as a text. `resolvedOptions` does not tell all of it: in Japanese, dates with a month in words and in digits resolve
 * to the same options; `Intl.PluralRules` is silent about how it rounds; an `Intl.NumberFormat` that strips zeros does not tell which of its digits count. So a
 * formatter is asked for samples, too, which show its patterns, or it is refused.
 *
 * Two formatters of which the texts are equal must do the same in every call. test/value/formatter-state.test.ts looks for two that do not.
 */
import { hashText } from "../hash.ts";
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
const rangeParts = method("DateTimeFormat", "formatRangeToParts");
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
  NumberFormat: numberSamples,
};

/** Calendars with the months of the Gregorian one, so that the samples meet them all. */
const CALENDARS: readonly unknown[] = ["gregory", "iso8601", "buddhist", "roc", "japanese"];
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const { UTC } = Date;

/**
 * Moments at which each field of a pattern has each of its values, or at least short and long ones: all months and days of the week, all hours (at
 * exactly the full one, for "noon", in all time zones), years of one to five digits on both sides of the first, and days that belong to a
 * week of another year.
 */
const MOMENTS: readonly number[] = [
  ...Array.from({ length: 12 }, (_, month) => UTC(2024, month, 3 + month * 2, 8, 5, 6, 7)),
  ...Array.from({ length: 7 }, (_, day) => UTC(2023, 4, 8 + day, 20, 44, 55, 678)),
  ...Array.from({ length: 96 }, (_, quarter) => UTC(2009, 10, 9) + quarter * 15 * MINUTE),
  ...[-44, 145, 999, 1868, 1999, 12345].map((year) => UTC(year, 6, 20, 1, 2, 3, 40)),
  ...[UTC(2024, 11, 30, 12), UTC(2021, 0, 2, 12), UTC(2016, 0, 3, 12)],
];
/** Spans of which the ends differ in each of the fields first. */
const SPANS: readonly (readonly [from: number, to: number])[] = [
  ...[0, 1000, MINUTE, 60 * MINUTE, 300 * MINUTE, 720 * MINUTE, 3 * DAY, 40 * DAY, 500 * DAY],
].map((length) => [UTC(2024, 2, 4, 9, 5, 6), UTC(2024, 2, 4, 9, 5, 6) + length]);

/** @throws Unkeyable for a calendar of which nobody has listed the months */
function dateSamples(formatter: object, options: object): string {
  if (!CALENDARS.includes(optionOf(options, "calendar"))) {
    throw new Unkeyable({ kind: "opaque-object", what: "a formatter of dates of another calendar" });
  }
  let text = "";
  for (let i = 0; i < MOMENTS.length; i++) text += partsOf(dateParts, formatter, [MOMENTS[i]]);
  for (let i = 0; i < SPANS.length; i++) text += partsOf(rangeParts, formatter, SPANS[i] as readonly unknown[]);
  return hashText(text) + temporalSamples(formatter, options);
}

function temporalSamples(formatter: object, options: object): string {
  if (!HAS_TEMPORAL) return "";
  // Values of `Temporal` have patterns of their own, which also depend on whether any option was given.
  const values = temporalValues(String(optionOf(options, "calendar")));
  let text = "";
  for (let i = 0; i < values.length; i++) text += partsOf(dateParts, formatter, [values[i]]);
  return hashText(text);
}

/** The parts of a date or of a span as a text; for one of which the formatter has no field, that. */
function partsOf(read: Method, formatter: object, args: readonly unknown[]): string {
  let parts: readonly object[];
  try {
    parts = apply(read, formatter, args) as readonly object[];
  } catch {
    return "none\u0002";
  }
  let text = "";
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as object;
    const source: unknown = optionOf(part, "source");
    text += `${String(optionOf(part, "type"))}\u0000${String(optionOf(part, "value"))}\u0000${String(source)}\u0001`;
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

/** @throws Unkeyable where zeros are stripped */
function numberSamples(_: object, options: object): string {
  const stripped = optionOf(options, "trailingZeroDisplay");
  if (stripped === undefined || stripped === "auto") return "";
  throw new Unkeyable({ kind: "opaque-object", what: "a formatter of numbers that strips zeros" });
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
