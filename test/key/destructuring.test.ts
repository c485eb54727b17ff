/** Which arguments a pattern may take apart twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canBeReadAgain, runsCode } from "../../src/key/destructuring.ts";

class Plain {
  x = 1;
  norm() {
    return this.x;
  }
}
class Lively {
  get x() {
    return 1;
  }
}
class Below extends Lively {}
class Numbers {
  *[Symbol.iterator]() {
    yield 1;
  }
}
class Static {
  y = 1;
  static get x() {
    return 1;
  }
}
const iterable = { [Symbol.iterator]: Array.prototype.values };
const ownIterator = Object.assign([1], { [Symbol.iterator]: Array.prototype.values });

const quiet: Record<string, [unknown, number]> = {
  primitives: [1, 1],
  "a missing argument": [undefined, 2],
  "a name, whatever it holds": [new Lively(), 0],
  "a plain object": [{ x: new Lively() }, 1],
  "what lies deeper than the pattern": [{ x: { y: new Lively() } }, 2],
  "an object without a prototype": [Object.create(null), 2],
  arrays: [[[1, 2]], 2],
  "an object of a class with methods": [new Plain(), 1],
  functions: [() => 1, 1],
  collections: [new Map([[1, 2]]), 1],
  views: [new Uint8Array(2), 2],
};
const lively: Record<string, [unknown, number]> = {
  "an accessor of a class": [new Lively(), 1],
  "an accessor of a base class": [new Below(), 1],
  "an accessor of the class itself": [Static, 1],
  "an iterator of a class": [new Numbers(), 1],
  "an iterator of the object": [iterable, 1],
  "an array with an iterator": [ownIterator, 1],
  "an accessor one level down": [{ x: new Lively() }, 2],
  "an accessor in an array": [[new Lively()], 2],
  "what an object of a class holds": [Object.assign(new Plain(), { x: new Lively() }), 2],
};

for (const [name, [value, levels]] of Object.entries(quiet)) {
  test(`may be taken apart again: ${name}`, () => assert.equal(runsCode([value], [levels]), false));
}
for (const [name, [value, levels]] of Object.entries(lively)) {
  test(`may not be taken apart again: ${name}`, () => assert.equal(runsCode([value], [levels]), true));
}

const unkeyed: Record<string, [unknown, number, boolean]> = {
  "a missing argument": [undefined, 1, true],
  "a name, whatever it holds": [new Lively(), 0, true],
  "an object like a literal": [{ x: new Lively(), y: [1] }, 1, true],
  "an object without a prototype": [Object.create(null), 2, true],
  "what lies deeper than the pattern": [{ x: { y: new Lively() } }, 2, true],
  "one level down": [{ x: { y: 1 }, z: 2 }, 2, true],
  "an accessor of its own": [Object.defineProperty({}, "x", { get: () => 1 }), 1, false],
  "an accessor one level down": [{ x: new Lively() }, 2, false],
  "a Proxy": [new Proxy({}, {}), 1, false],
  "a Proxy one level down": [{ x: new Proxy({}, {}) }, 2, false],
  "an object of a class": [new Plain(), 1, false],
  "an array, whose iterator may be the program's": [[1], 1, false],
  "an iterable": [iterable, 1, false],
  "an iterable with a level below": [iterable, 2, false],
  "an iterable one level down": [{ x: iterable }, 2, false],
  "an iterable without a prototype": [Object.assign(Object.create(null) as object, iterable), 1, false],
  "an iterable deeper than the pattern": [{ x: iterable }, 1, true],
  "a text": ["abc", 1, false],
  "a function": [() => 1, 1, false],
  "very many properties": [Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i])), 1, false],
};
for (const [name, [value, levels, expected]] of Object.entries(unkeyed)) {
  test(`without a key, ${expected ? "may" : "may not"} be taken apart again: ${name}`, () => {
    assert.equal(canBeReadAgain([value], [levels]), expected);
  });
}

test("without a key, nothing is taken apart again once the program has added to Object.prototype", () => {
  Object.defineProperty(Object.prototype, "added", { get: () => 1, configurable: true });
  const answer = canBeReadAgain([{}], [1]);
  delete (Object.prototype as { added?: number }).added;
  assert.equal(answer, false);
});

test("the last parameter's levels hold for all further arguments", () => {
  assert.equal(runsCode([1, 2, new Lively()], [0, 1]), true);
  assert.equal(runsCode([new Lively(), 2], [0, 1]), false);
});
