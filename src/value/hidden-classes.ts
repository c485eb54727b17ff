/**
 * Compares hidden classes of objects, by V8's internal functions (notes/hidden-classes.md). Two objects of one hidden class have the
 * same prototype, the same named properties in the same order with the same attributes, and the same internal slots, and both or
 * neither are extensible. One comparison takes 4 ns; asking the language for all of this takes 150.
 *
 * Where the tests cannot be compiled (engine-functions.ts), every test answers false, and callers fall back to the slow checks.
 */
import { compileForEngine } from "./engine-functions.ts";

interface Tests {
  /** Whether two objects have the same hidden class. */
  readonly areAlike: (a: object, b: object) => boolean;
  /** Whether an object's hidden class says which named properties it has. It does not for an object with very many. */
  readonly isSettled: (value: object) => boolean;
  /** One function of each hidden class of unchanged functions. Classes are not among them: each has a hidden class of its own. */
  readonly untouched: readonly object[];
}

const UNKNOWN: Tests = { areAlike: () => false, isSettled: () => false, untouched: [] };
/** Functions whose name is a computed key have other hidden classes, so not every unchanged function is like one of `untouched`. */
const SOURCE = `return {
  areAlike: (a, b) => %HaveSameMap(a, b),
  isSettled: (value) => %HasFastProperties(value),
  untouched: [
    function () {}, function () { "use strict"; }, () => {}, async () => {}, function* () {}, async function* () {},
  ],
}`;

/**
 * How many objects are looked at without V8's tests before these are compiled. Compiling takes 4 ms, most of it for loading Node's `v8`,
 * and many programs have too few objects to get that back.
 */
const LOOKS_BEFORE_TESTS = 4096;

let tests = UNKNOWN;
let looksLeft = LOOKS_BEFORE_TESTS;

/**
 * To be called when objects are looked at without V8's tests. After enough looks, the tests are compiled.
 * @param count how many objects, or a larger number where the tests would save more; infinite to have the tests now
 */
export function countLooks(count: number): void {
  if (looksLeft <= 0) return;
  looksLeft -= count;
  if (looksLeft <= 0) tests = compileTests();
}

/** Whether the tests are compiled, so that an answer of false means that the classes differ. */
export function areClassesKnown(): boolean {
  return tests !== UNKNOWN;
}

export function areAlike(a: object, b: object): boolean {
  try {
    return tests.areAlike(a, b);
  } catch {
    return dropTests();
  }
}

export function isSettled(value: object): boolean {
  try {
    return tests.isSettled(value);
  } catch {
    return dropTests();
  }
}

/** One function of each hidden class of unchanged functions, if the tests are compiled. A function unlike all of them may be unchanged too. */
export function untouchedFunctions(): readonly object[] {
  return tests.untouched;
}

/**
 * V8 drops the code of functions that were not called for long, and then cannot parse these again without the flag. The tests are
 * compiled anew after as many looks as at first.
 */
function dropTests(): false {
  tests = UNKNOWN;
  looksLeft = LOOKS_BEFORE_TESTS;
  return false;
}

function compileTests(): Tests {
  return compileForEngine<Tests>(SOURCE, (made) => made.areAlike({}, {}) && made.isSettled({})) ?? UNKNOWN;
}
