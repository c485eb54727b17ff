/** Whether the base classes of a class return the objects that they are to make, and not others in their place. */
import { types } from "node:util";
import type { Identity } from "./identity.ts";

interface Identifier {
  identify(fn: object, hint: string | undefined): Identity;
}

/** Whether each class that a class inherits from is known to return the object that it is to make. */
export function basesMakeTheirObjects(value: object, identifier: Identifier): boolean {
  return basesOf(value).every((base) => makesItsObject(base, identifier));
}

function basesOf(value: object): object[] {
  const bases: object[] = [];
  for (let at = Object.getPrototypeOf(value); typeof at === "function" && at !== Function.prototype; ) {
    bases.push(at);
    // A proxy is not looked at: that would run its handler.
    if (types.isProxy(at)) break;
    at = Object.getPrototypeOf(at);
  }
  return bases;
}

function makesItsObject(base: object, identifier: Identifier): boolean {
  if (types.isProxy(base)) return false;
  const known = identifier.identify(base, undefined);
  if (known.kind === "noticed") return known.isBase === true;
  if (known.kind !== "unit") return known.kind === "built-in";
  const { traits } = known.unit.definition;
  return traits.includes("class") && !traits.includes("substitutes");
}
