/**
 * What V8 knows of an object, by its own tests (notes/hidden-classes.md). Two objects of one hidden class have the same
 * prototype and the same named properties in the same order with the same attributes, are extensible or not alike, and
 * are the same kind of thing inside: what a dozen questions of the language would tell, in 4 ns instead of 150.
 *
 * Where the tests cannot be compiled (engine-functions.ts), every test answers false, and callers fall back to the slow checks.
 */
import { compileForEngine } from "./engine-functions.ts";

interface Tests {
  /** Whether two objects are of one hidden class. */
  readonly areAlike: (a: object, b: object) => boolean;
  /** Whether the hidden class of an object settles its named properties; that of one with very many does not. */
  readonly isSettled: (value: object) => boolean;
  /** One function of each hidden class that V8 has for functions that nothing was done to; not of classes, each of which has its own. */
  readonly untouched: readonly object[];
}

const UNKNOWN: Tests = { areAlike: () => false, isSettled: () => false, untouched: [] };
/**
 * Functions that get their names when they are made (by a computed key) are of other hidden classes, and so are classes:
 * each has one of its own.
 */
const SOURCE = `return {
  areAlike: (a, b) => %HaveSameMap(a, b),
  isSettled: (value) => %HasFastProperties(value),
  untouched: [
    function () {}, function () { "use strict"; }, () => {}, async () => {}, function* () {}, async function* () {},
  ],
}`;

/**
 * Objects that are looked at by the questions of the language before V8's tests are made: these take 4 ms, most of it for
 * Node's `v8`, which many programs do without.
 */
const PATIENCE = 4096;

let tests = UNKNOWN;
let patience = PATIENCE;

/** To be called when objects are looked at; once there are V8's tests, it does nothing. @param count how many, or what that is worth */
export function lookedAt(count: number): void {
  if (patience <= 0) return;
  patience -= count;
  if (patience <= 0) tests = make();
}

/** Whether there are such tests now. */
export function canTell(): boolean {
  return tests !== UNKNOWN;
}

export function areAlike(a: object, b: object): boolean {
  try {
    return tests.areAlike(a, b);
  } catch {
    return again();
  }
}

export function isSettled(value: object): boolean {
  try {
    return tests.isSettled(value);
  } catch {
    return again();
  }
}

/** Functions of all hidden classes that untouched functions have, where V8 tells: one of another class may still be untouched. */
export function untouchedFunctions(): readonly object[] {
  return tests.untouched;
}

/** V8 throws away the code of functions that are not called for long, and then cannot parse these any more. */
function again(): false {
  tests = UNKNOWN;
  patience = PATIENCE;
  return false;
}

function make(): Tests {
  return compileForEngine<Tests>(SOURCE, (made) => made.areAlike({}, {}) && made.isSettled({})) ?? UNKNOWN;
}
