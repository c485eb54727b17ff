/**
 * What a run may have done to the ways in which code reads the clock and draws random numbers. What its lines say is then not what they have done: a
 * line of which no tap has told may have called another function, and a part of the date may be that of another time zone.
 */
import { DATE_PARTS } from "../../audit/replay/date-parts.ts";
import type { ClockChanges } from "../../src/trace/clock-reads.ts";

/** What code says that puts another function, or another object, there. It may put back what was there, so that nothing shows at the end. */
const FUNCTIONS = [
  // `Date.now = f`, `clock["now"] = f`; `globalThis.Date = f`, `Date = f`.
  /(?:\.\s*|\[\s*["'`])(?:now|random)(?:["'`]\s*\])?\s*[-+*/%&|^?]{0,3}=(?![=>])/,
  /\b(?:Date|Math)(?:["'`]\s*\])?\s*[-+*/%&|^?]{0,3}=(?![=>])/,
  // `Object.defineProperty(Date, name, ...)`, `spyOn(Date, "now")`, `set(globalThis, "Date", f)`.
  /\b(?:assign|define\w*|set\w*)\s*\(\s*(?:\w+\s*\.\s*)*(?:Date|Math)\b/,
  /["'`](?:now|random)["'`]/,
  /\b(?:global|globalThis|root|self|window)\s*,\s*["'`](?:Date|Math)["'`]/,
  // `Date[name] = f`, `[Date.now] = [f]`, `for (Math.random of functions)`.
  /\b(?:Date|Math)\s*\[[^\]]*\]\s*=(?!=)/,
  /\.\s*(?:now|random)\s*(?:[\]}]|\bof\b|\bin\b)/,
];

/** The same for methods of dates. */
const DATES = [
  /\bDate\s*\.\s*prototype\s*(?:\.\s*\w+|\[[^\]]*\])\s*=(?!=)/,
  /\b(?:assign|define\w*|set\w*)\s*\(\s*(?:\w+\s*\.\s*)*Date\s*\.\s*prototype\b/,
];

/** The variable of the environment that says which time zone it is. */
const ZONE = "TZ";
const SAYS_ZONE = /\bTZ\b/;

/** What a text of code may change, wherever it runs. */
export function changesBy(text: string): ClockChanges {
  return {
    functions: FUNCTIONS.some((pattern) => pattern.test(text)),
    dates: DATES.some((pattern) => pattern.test(text)),
    zone: SAYS_ZONE.test(text),
  };
}

export const NO_CHANGE: ClockChanges = { functions: false, dates: false, zone: false };

export function either(one: ClockChanges, other: ClockChanges): ClockChanges {
  return {
    functions: one.functions || other.functions,
    dates: one.dates || other.dates,
    zone: one.zone || other.zone,
  };
}

/** Methods of dates that the analysis knows, and those that arithmetic calls. */
const METHODS: readonly PropertyKey[] = [...DATE_PARTS, "getTime", "valueOf", "toString", Symbol.toPrimitive];

/** The ways as they are at one moment. */
export class ClockState {
  readonly #functions = valuesIn([
    [globalThis, "Date"],
    [globalThis, "Math"],
    [Date, "now"],
    [Math, "random"],
  ]);
  readonly #dates = valuesIn(METHODS.map((key) => [Date.prototype, key]));
  readonly #zone = process.env[ZONE];

  /** How they differ from what they are at another moment. */
  changesTo(other: ClockState): ClockChanges {
    return {
      functions: !areSame(this.#functions, other.#functions),
      dates: !areSame(this.#dates, other.#dates),
      zone: this.#zone !== other.#zone,
    };
  }
}

/** The values of properties; an accessor has none, and is never what was there. */
function valuesIn(properties: readonly (readonly [holder: object, key: PropertyKey])[]): readonly unknown[] {
  return properties.map(([holder, key]) => Reflect.getOwnPropertyDescriptor(holder, key)?.value as unknown);
}

function areSame(ones: readonly unknown[], others: readonly unknown[]): boolean {
  return ones.every((one, at) => one !== undefined && one === others[at]);
}
