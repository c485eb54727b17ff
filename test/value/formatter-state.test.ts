/** Formatters of which the texts are equal do the same: pairs that tell the same options, and many made by chance. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { instanceState } from "../../src/value/built-in-instances.ts";
import { Unkeyable } from "../../src/value/unkeyable.ts";

type Options = Readonly<Record<string, unknown>>;
/** Newer than what TypeScript knows of: options and ranges. */
interface Formatter {
  resolvedOptions(): object;
  formatToParts(date: unknown): readonly { readonly type: string; readonly value: string }[];
  formatRange(from: unknown, to: unknown): string;
}

const { Temporal } = globalThis as unknown as {
  Temporal?: Readonly<Record<string, unknown>>;
};

function dates(locale: string, options?: Options): Formatter {
  return new Intl.DateTimeFormat(locale, options as Intl.DateTimeFormatOptions) as unknown as Formatter;
}

function rules(options?: Options): Intl.PluralRules {
  return new Intl.PluralRules("en", options as Intl.PluralRulesOptions);
}

/** The text of a formatter; null where it is refused. */
function stateOf(formatter: object): string | null {
  try {
    return instanceState(formatter, Object.getPrototypeOf(formatter) as object).text;
  } catch (error) {
    assert.ok(error instanceof Unkeyable);
    return null;
  }
}

test("formatters that tell the same options and do something else have other texts", () => {
  const pairs: [Formatter, Formatter][] = [
    [
      dates("ja", { year: "numeric", month: "long", day: "numeric" }),
      dates("ja", { year: "numeric", month: "numeric", day: "numeric" }),
    ],
    [dates("zh"), dates("zh", { year: "numeric", month: "narrow", day: "numeric" })],
    [
      dates("en", { dayPeriod: "long", minute: "numeric" }),
      dates("en", { month: "numeric", dayPeriod: "long", minute: "2-digit" }),
    ],
  ];
  if (Temporal) pairs.push([dates("en"), dates("en", { year: "numeric", month: "numeric", day: "numeric" })]);
  for (const [a, b] of pairs) {
    assert.deepEqual(a.resolvedOptions(), b.resolvedOptions());
    assert.notEqual(stateOf(a), stateOf(b));
  }
  assert.equal(stateOf(dates("de")), stateOf(dates("de")));
});

test("plural rules are known by how they round", () => {
  const modes = ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"];
  const states = modes.map((roundingMode) => stateOf(rules({ roundingMode })));
  const usual = stateOf(rules());
  assert.deepEqual(
    modes.filter((_, i) => states[i] === usual),
    // Node 20 rounds as it always does.
    rules({ roundingMode: "ceil" }).select(1.0004) === "one" ? modes : ["halfExpand"],
  );
  assert.equal(stateOf(rules({ maximumSignificantDigits: 2 })), null);
  assert.equal(stateOf(rules({ maximumFractionDigits: 1 })), null);
});

test("formatters of which no samples tell all are refused", () => {
  const numbers = (options: Options) => stateOf(new Intl.NumberFormat("de", options as Intl.NumberFormatOptions));
  assert.notEqual(numbers({ minimumFractionDigits: 2 }), null);
  assert.equal(numbers({ minimumFractionDigits: 2, trailingZeroDisplay: "stripIfInteger" }), null);
  assert.equal(stateOf(dates("en-u-ca-hebrew")), null);
  assert.notEqual(stateOf(dates("ja-u-ca-japanese")), null);
});

/** Numbers by chance, the same in each run. */
function chance(seed: number): (below: number) => number {
  let at = seed;
  return (below) => {
    at = (Math.imul(at, 1103515245) + 12345) >>> 0;
    return (at >>> 8) % below;
  };
}

const POOL: Readonly<Record<string, readonly string[]>> = {
  era: ["narrow", "long"],
  year: ["2-digit", "numeric"],
  month: ["2-digit", "numeric", "narrow", "long"],
  day: ["2-digit", "numeric"],
  dayPeriod: ["narrow", "long"],
  hour: ["2-digit", "numeric"],
  minute: ["2-digit", "numeric"],
};

function attempt(get: () => unknown): string {
  try {
    return JSON.stringify(get());
  } catch (error) {
    return (error as Error).name;
  }
}

function temporal(name: string, ...args: readonly number[]): object {
  const constructor = Temporal?.[name] as new (...args: readonly number[]) => object;
  return new constructor(...args);
}

/** What a formatter makes of many dates. */
function doings(formatter: Formatter): string {
  const DAY = 86_400_000;
  const times = [4, 7, 9, 12].map((n) => n * 397 * DAY + n * 7_777_777);
  const values: unknown[] = [...times];
  for (const n of Temporal ? [2, 9, 11] : []) {
    values.push(temporal("PlainDate", 2020 + n, n, n), temporal("PlainTime", n, 5 * n));
    values.push(temporal("PlainDateTime", 2020, n, 2 * n, n, 4));
  }
  const ranges = [DAY / 24, DAY, 40 * DAY].map((length) => attempt(() => formatter.formatRange(0, length)));
  return [...values.map((one) => attempt(() => formatter.formatToParts(one))), ...ranges].join();
}

test("formatters by chance that have the same text do the same", () => {
  const below = chance(7);
  const known = new Map<string, string>();
  const told = new Map<string, string>();
  let same = 0;
  let untold = 0;
  for (let i = 0; i < 300; i++) {
    const options: Record<string, string> = { timeZone: "UTC" };
    for (const [name, values] of Object.entries(POOL))
      if (below(3) === 0) options[name] = values[below(values.length)] as string;
    const formatter = dates(["ja", "zh", "en"][below(3)] as string, options);
    const text = stateOf(formatter) as string;
    const doing = doings(formatter);
    const before = known.get(text);
    if (before !== undefined) {
      same++;
      assert.equal(doing, before, JSON.stringify(options));
    }
    known.set(text, doing);
    const resolved = JSON.stringify(formatter.resolvedOptions());
    if ((told.get(resolved) ?? doing) !== doing) untold++;
    told.set(resolved, doing);
  }
  assert.ok(same > 30 && untold > 3, `${same} of the same text, ${untold} of which the options tell less`);
});
