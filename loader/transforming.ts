/** The entry of the bundle that a warm start does without: the parser, the scope analyser, the rewrite. */
export { transform } from "./transform.ts";
export { stripTypes } from "./typescript.ts";
