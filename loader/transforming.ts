/** The entry of the bundle that most starts do without: the parser, the scope analyser, the rewrite, globs. */
export { globs } from "./globs.ts";
export { parseUndecided } from "./parse.ts";
export { transform, unparsed } from "./transform.ts";
export { stripTypes } from "./typescript.ts";
