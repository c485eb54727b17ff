/** Parts of the present date that a later run can ask again, and that stay the same for hours. */
/** The operation that asks for one. */
export const DATE = "date";

const { prototype } = Date;

const NAMES = [
  ...(["getDate", "getDay", "getFullYear", "getMonth", "getTimezoneOffset", "getUTCDate", "getUTCDay"] as const),
  ...(["getUTCFullYear", "getUTCMonth"] as const),
];

/** Methods of dates that give a part, by name. */
const methods: ReadonlyMap<string, () => number> = new Map(NAMES.map((name) => [name, prototype[name]]));

/** The names of these methods. */
export const DATE_PARTS: ReadonlySet<string> = new Set(NAMES);

/** Whether a part is another one in other time zones. */
export function dependsOnZone(name: string): boolean {
  return !name.startsWith("getUTC");
}

/** @param time in milliseconds since 1970 */
export function datePart(name: string, time: number): number | undefined {
  return methods.get(name)?.call(new Date(time));
}
