/**
 * Parts of the present date that a later run can ask again, and that stay the same for hours: `getMonth`, or a method that makes a text with what it is given
 * and where the text is cut, as JSON: `toISOString [[],10]`.
 */
/** The operation that asks for one. */
export const DATE = "date";

const { prototype } = Date;
const { slice } = String.prototype;

const NAMES = [
  ...(["getDate", "getDay", "getFullYear", "getMonth", "getTimezoneOffset", "getUTCDate", "getUTCDay"] as const),
  ...(["getUTCFullYear", "getUTCMonth"] as const),
];
const TEXTS = ["toDateString", "toISOString", "toLocaleDateString"] as const;

type Method = (...given: unknown[]) => unknown;

/** Methods of dates that give a part, by name. */
const methods: ReadonlyMap<string, Method> = new Map(
  [...NAMES, ...TEXTS].map((name) => [name, prototype[name] as Method]),
);

/** The names of methods that give a number. */
export const DATE_PARTS: ReadonlySet<string> = new Set(NAMES);

/** The names of methods that make a text of the date. That of `toISOString` tells the time as well, unless it is cut. */
export const DATE_TEXTS: ReadonlySet<string> = new Set(TEXTS);

/** What gives all of the time, before it is cut. */
export const ISO = "toISOString";

/** @param end how many characters of the text count; null for all of them */
export function textPart(name: string, given: readonly unknown[], end: number | null): string {
  return `${name} ${JSON.stringify([given, end])}`;
}

/** Whether a part is another one in other time zones. */
export function dependsOnZone(part: string): boolean {
  return !part.startsWith("getUTC") && !part.startsWith(ISO);
}

/** @param time in milliseconds since 1970 */
export function datePart(part: string, time: number): unknown {
  const [name = ""] = part.split(" ", 1);
  const [given, end] = part === name ? [[], null] : (JSON.parse(part.slice(name.length)) as [unknown[], number | null]);
  const value = methods.get(name)?.apply(new Date(time), given);
  return end === null ? value : slice.call(value, 0, end);
}
