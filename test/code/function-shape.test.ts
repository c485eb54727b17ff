/** What was done to a function is noticed by the questions of the language, and by V8's hidden classes, alike. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import vm from "node:vm";
import { isAsMade, recordOf } from "../../src/code/function-shape.ts";
import { areClassesKnown, countLooks, untouchedFunctions } from "../../src/value/hidden-classes.ts";

type Fn = ((...args: unknown[]) => unknown) & { prototype: Record<string, unknown>; k?: number };

/** As source, so that sloppy functions are sloppy. */
const KINDS = {
  "a sloppy function": "(function named(a) {})",
  "a sloppy function without a name": "(function (a) {})",
  "a strict function": "(function named(a) { 'use strict'; })",
  "an arrow function": "((a) => a)",
  "an async function": "(async function named(a) {})",
  "an async arrow function": "(async (a) => a)",
  "a generator": "(function* named(a) {})",
  "an async generator": "(async function* named(a) {})",
  "a method": "({ named(a) {} }).named",
  "a getter": "Object.getOwnPropertyDescriptor({ get named() {} }, 'named').get",
  "a method of a class": "(class { named(a) {} }).prototype.named",
  "a method with a computed name": "({ ['na' + 'med'](a) {} }).named",
} as const;

const define = (key: PropertyKey, property: PropertyDescriptor) => (fn: Fn) => Object.defineProperty(fn, key, property);
const ofPrototype = (change: (prototype: Record<string, unknown>) => void) => (fn: Fn) => change(fn.prototype);

/** Each shows. Those of `prototype` are for functions that have one. */
const CHANGES: Record<string, (fn: Fn) => unknown> = {
  "a property": (fn) => (fn.k = 1),
  "a hidden property": define("k", { value: 1 }),
  "a symbol": define(Symbol("k"), { value: 1 }),
  "an index": define(3, { value: 1, enumerable: true }),
  "another name": define("name", { value: "z" }),
  "a number for a name": define("name", { value: 5 }),
  "a big integer for a name": define("name", { value: 5n }),
  "an accessor for a name": define("name", { get: () => "z" }),
  "a name that is writable": define("name", { writable: true }),
  "a name that is listed": define("name", { enumerable: true }),
  "no name": (fn) => Reflect.deleteProperty(fn, "name"),
  "a name that was made anew": (fn) => {
    const name = Object.getOwnPropertyDescriptor(fn, "name") as PropertyDescriptor;
    Reflect.deleteProperty(fn, "length");
    Reflect.deleteProperty(fn, "name");
    Object.defineProperty(fn, "name", name);
  },
  "another length": define("length", { value: 7 }),
  "a length of -0": define("length", { value: -0 }),
  "no length": (fn) => Reflect.deleteProperty(fn, "length"),
  "another object above": (fn) => Object.setPrototypeOf(fn, {}),
  "nothing above": (fn) => Object.setPrototypeOf(fn, null),
  "no more properties": (fn) => Object.preventExtensions(fn),
  sealed: (fn) => Object.seal(fn),
  frozen: (fn) => Object.freeze(fn),
};
const CHANGES_OF_PROTOTYPE: Record<string, (fn: Fn) => unknown> = {
  "another prototype": (fn) => (fn.prototype = {}),
  "a number for a prototype": define("prototype", { value: 5 }),
  "a prototype that is read-only": define("prototype", { writable: false }),
  "a property of the prototype": ofPrototype((prototype) => (prototype.k = 1)),
  "a hidden property of the prototype": ofPrototype((prototype) => Object.defineProperty(prototype, "k", { value: 1 })),
  "an index on the prototype": ofPrototype((prototype) => (prototype[0] = 1)),
  "a frozen prototype": ofPrototype(Object.freeze),
  "a prototype that takes no more": ofPrototype(Object.preventExtensions),
  "another object above the prototype": ofPrototype((prototype) => Object.setPrototypeOf(prototype, {})),
};
const CHANGES_OF_CONSTRUCTOR: Record<string, (fn: Fn) => unknown> = {
  "no constructor": ofPrototype((prototype) => Reflect.deleteProperty(prototype, "constructor")),
  "another constructor": ofPrototype((prototype) => (prototype.constructor = Object)),
  "a constructor that is listed": ofPrototype((prototype) =>
    Object.defineProperty(prototype, "constructor", { enumerable: true }),
  ),
};

function changesOf(fn: Fn): [string, (fn: Fn) => unknown][] {
  const own = Object.hasOwn(fn, "prototype");
  const constructs = own && Object.hasOwn(fn.prototype, "constructor");
  return Object.entries({
    ...CHANGES,
    ...(own ? CHANGES_OF_PROTOTYPE : {}),
    ...(constructs ? CHANGES_OF_CONSTRUCTOR : {}),
  });
}

function check(): void {
  let noticed = 0;
  for (const [kind, source] of Object.entries(KINDS)) {
    const make = () => vm.runInThisContext(source) as Fn;
    for (const [what, change] of changesOf(make())) {
      // Seen before, and seen only afterwards.
      const [known, late] = [make(), make()];
      assert.ok(isAsMade(recordOf(known)), `${kind} is as it was made`);
      change(known);
      change(late);
      assert.ok(!isAsMade(recordOf(known)), `${kind} with ${what}`);
      const { text } = recordOf(late);
      assert.ok(!isAsMade(recordOf(late)) || text !== recordOf(make()).text, `${kind} that had ${what}`);
      noticed++;
    }
  }
  assert.ok(noticed > 200, `${noticed} changes`);
}

describe("changes of functions", () => {
  test("by the questions of the language", () => {
    assert.ok(!areClassesKnown());
    check();
  });

  test("by hidden classes", () => {
    countLooks(Number.POSITIVE_INFINITY);
    assert.ok(areClassesKnown());
    assert.equal(untouchedFunctions().length, 6);
    check();
  });

  test("a constructor whose instances were made is as it was", () => {
    const fn = vm.runInThisContext("(function named() {})") as Fn & (new () => object);
    new fn();
    assert.ok(isAsMade(recordOf(fn)));
  });

  test("a property that is taken back leaves no trace", () => {
    const fn = vm.runInThisContext("(function named() {})") as Fn;
    assert.ok(isAsMade(recordOf(fn)));
    fn.k = 1;
    delete fn.k;
    assert.ok(isAsMade(recordOf(fn)));
  });

  test("`arguments` of a sloppy function that runs is not looked at", () => {
    const fn = vm.runInThisContext("(function named(look) { return look(named); })") as Fn;
    assert.equal(
      fn((running: object) => isAsMade(recordOf(running))),
      true,
    );
  });
});
