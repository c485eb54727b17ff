/** What V8 itself knows of values: for programs that run with `--allow-natives-syntax`. */
import { compileFunction } from "node:vm";

interface V8Tests {
  /** Whether two objects are of one hidden class. */
  readonly areAlike: (a: unknown, b: unknown) => boolean;
  /** How V8 keeps the elements and the properties of a value. */
  readonly describe: (value: unknown) => string;
}

export const { areAlike, describe } = compileFunction(`return {
  areAlike: (a, b) => %HaveSameMap(a, b),
  describe: (value) => [
    %HasSmiElements(value) && "integers",
    %HasDoubleElements(value) && "numbers",
    %HasObjectElements(value) && "values",
    %HasDictionaryElements(value) && "a table of elements",
    %HasHoleyElements(value) && "holes",
    %HasFastProperties(value) ? "fast properties" : "a table of properties",
  ].filter(Boolean).join(", "),
}`)() as V8Tests;
