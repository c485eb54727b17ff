/** The entry of the bundle that most starts do without: the parser, the scope analyser, the rewrite, globs. */

export { parseUndecided } from "../parse/parse.ts";
export { stripTypes } from "../parse/typescript.ts";
export { globs } from "./globs.ts";
export { analyseMade } from "./made-code.ts";
export { analysePlain } from "./plain-code.ts";
export { analyseInput, type GuardedInput, guardInput, type InputSite } from "./repl-input.ts";
export { transform, unparsed } from "./transform.ts";
