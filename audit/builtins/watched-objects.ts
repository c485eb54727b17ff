/** The built-in objects whose members are watched. */
import { pureGlobalNames } from "../scan/allow-list.ts";
import { HIDDEN } from "./names.ts";

const { getOwnPropertyDescriptor } = Object;

/** The program's own namespaces, of which dumbo's code uses copies (src/node/globals.ts). */
const NAMESPACES: ReadonlySet<object> = new Set([
  globalThis.Math,
  globalThis.JSON,
  globalThis.Reflect,
  globalThis.Intl,
]);

/** Whether an object only holds functions, and nothing inherits from it. */
export function isNamespace(holder: object): boolean {
  return NAMESPACES.has(holder);
}

/** Each with a path, in an order that is the same in each run. */
export function* watchedObjects(
  globalOf: (name: string) => unknown,
): Generator<readonly [path: string, holder: object]> {
  for (const name of pureGlobalNames) {
    const global = globalOf(name);
    if ((typeof global !== "function" && typeof global !== "object") || global === null) continue;
    // The properties of a function that is no constructor are part of the keys of calls that can look at it.
    if (typeof global === "function" && !Object.hasOwn(global, "prototype") && name !== "Proxy") continue;
    yield [name, global];
    const prototype = getOwnPropertyDescriptor(global, "prototype")?.value as object | undefined;
    if (prototype) yield [`${name}.prototype`, prototype];
  }
  for (const [path, formatter] of Object.entries(Object.getOwnPropertyDescriptors(Intl))) {
    const prototype =
      typeof formatter.value === "function" ? (formatter.value.prototype as object | undefined) : undefined;
    if (prototype) yield [`Intl.${path}.prototype`, prototype];
  }
  yield* HIDDEN;
}
