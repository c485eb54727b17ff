/** What becomes of Node's warnings of deprecations: `process.noDeprecation`, which a flag sets and the program may change. */

const { getOwnPropertyDescriptor } = Object;

/** "unknown": behind an accessor of the program's, which is not asked. */
export type Deprecations = "told" | "silent" | "unknown";

export function deprecations(): Deprecations {
  const off = getOwnPropertyDescriptor(process, "noDeprecation");
  if (off === undefined) return "told";
  if (!("value" in off)) return "unknown";
  return off.value ? "silent" : "told";
}
