/**
 * What a run may have done to the ways in which code reads the clock and draws random numbers. What its lines say is then not what they have done: a
 * line of which no tap has told may have called another function, and a part of the date may be that of another time zone.
 */
import { DATE_PARTS, DATE_TEXTS } from "../../audit/replay/date-parts.ts";
import type { ClockChanges } from "../../src/trace/clock-reads.ts";

/** What code says that puts another function, or another object, there. It may put back what was there, so that nothing shows at the end. */
const FUNCTIONS = [
  // `Date.now = f`, `Math["random"] = f`, `Date[name] = f`; `globalThis.Date = f`, `Date = f`.
  /\b(?:Date|Math)(?:["'`]\s*\])?\s*(?:\.\s*\w+\s*|\[[^\]]*\]\s*)?[-+*/%&|^?]{0,3}=(?![=>])/,
  // `Object.defineProperty(Date, name, ...)`, `spyOn(Date, "now")`, `set(globalThis, "Date", f)`.
  /\b(?:assign|define\w*|set\w*)\s*\(\s*(?:\w+\s*\.\s*)*(?:Date|Math)\b/,
  /["'`](?:now|random)["'`]/,
  /\b(?:global|globalThis|root|self|window)\s*,\s*["'`](?:Date|Math)["'`]/,
  // `[Date.now] = [f]`, `for (Math.random of functions)`.
  /\b(?:Date\s*\.\s*now|Math\s*\.\s*random)\s*(?:[\]}]|\bof\b|\bin\b)/,
];

/** The same in two halves, which may be in different files: the object under another name, and an assignment to a member of any. */
const ALIASES: readonly (readonly [object: RegExp, member: RegExp])[] = [
  [/(?<!\b(?:new|typeof|instanceof)\s+)\bDate\b(?!\s*[.([:])/, /\.\s*now\s*=(?![=>])/],
  [/(?<!\btypeof\s+)\bMath\b(?!\s*[.[:])/, /\.\s*random\s*=(?![=>])/],
];

/** The same for methods of dates, and those that cut their texts. */
const DATES = [
  /\bString\s*\.\s*prototype\s*\.\s*(?:slice|split|substr|substring)\s*=(?!=)/,
  /\bDate\s*\.\s*prototype\s*(?:\.\s*\w+|\[[^\]]*\])\s*=(?!=)/,
  /\b(?:assign|define\w*|set\w*)\s*\(\s*(?:\w+\s*\.\s*)*Date\s*\.\s*prototype\b/,
];

/** The variable of the environment that says which time zone it is. */
const ZONE = "TZ";
const SAYS_ZONE = /\bTZ\b/;

/** What the code of a run says that changes them, wherever it runs. */
export class SaidChanges {
  #functions = false;
  #dates = false;
  #zone = false;
  /** Which halves of the aliases were said. */
  readonly #said = ALIASES.map(() => [false, false] as [boolean, boolean]);

  note(text: string): void {
    this.#functions ||= FUNCTIONS.some((pattern) => pattern.test(text));
    this.#dates ||= DATES.some((pattern) => pattern.test(text));
    this.#zone ||= SAYS_ZONE.test(text);
    for (const [at, [object, member]] of ALIASES.entries()) {
      const said = this.#said[at] as [boolean, boolean];
      said[0] ||= object.test(text);
      said[1] ||= member.test(text);
    }
  }

  get all(): ClockChanges {
    const functions = this.#functions || this.#said.some(([object, member]) => object && member);
    return { functions, dates: this.#dates, zone: this.#zone };
  }
}

export function either(one: ClockChanges, other: ClockChanges): ClockChanges {
  return {
    functions: one.functions || other.functions,
    dates: one.dates || other.dates,
    zone: one.zone || other.zone,
  };
}

/** Methods of dates that the analysis knows, and those that arithmetic calls. */
const METHODS: readonly PropertyKey[] = [
  ...DATE_PARTS,
  ...DATE_TEXTS,
  "getTime",
  "setTime",
  "valueOf",
  "toString",
  Symbol.toPrimitive,
];

/** Methods that cut the texts of dates. */
const CUTTING = ["slice", "split", "substr", "substring"] as const;

/** The ways as they are at one moment. */
export class ClockState {
  readonly #functions = valuesIn([
    [globalThis, "Date"],
    [globalThis, "Math"],
    [Date, "now"],
    [Math, "random"],
  ]);
  readonly #dates = valuesIn([
    ...METHODS.map((key) => [Date.prototype, key] as const),
    ...CUTTING.map((key) => [String.prototype, key] as const),
  ]);
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
