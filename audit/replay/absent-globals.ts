/** The dependency that no global has some names. Calls have it that make code of a text which reads these names. */
import type { Dependency } from "../../src/trace/trace.ts";
import { isAbsent } from "../../src/value/absent-globals.ts";
import { digest } from "./answer-digest.ts";
import { ABSENT, addOperation, type Query } from "./dependencies.ts";

const areAbsent = ([, ...names]: Query) => names.every(isAbsent);

addOperation(ABSENT, areAbsent);

/** @param names none of which a global has */
export function absence(names: readonly string[]): Dependency {
  return { query: [ABSENT, ...names], answer: digest(true), fingerprint: "" };
}
