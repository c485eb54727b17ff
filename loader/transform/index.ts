/** The entry of the bundle that parses and rewrites. Most starts do not load it, because all their modules are in the cache. */

export { clockUses } from "../analyse/clock-uses.ts";
export { areCallsKnown } from "../analyse/known-calls.ts";
export { randomUses } from "../analyse/random-uses.ts";
export { isOnlyTested } from "../analyse/tested-property.ts";
export { parseUndecided } from "../parse/parse.ts";
export { importsOf } from "../parse/parsed-imports.ts";
export { stripTypes } from "../parse/typescript.ts";
export { usesOfResults } from "../parse/used-results.ts";
export { globs } from "./globs.ts";
export { analyseMade } from "./made-code.ts";
export { analysePlain } from "./plain-code.ts";
export { analyseInput, type GuardedInput, guardInput, type InputSite } from "./repl-input.ts";
export { transform, unparsed } from "./transform.ts";
