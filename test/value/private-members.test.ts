/** What is concluded from the hidden classes of objects with private members, and what reading these does to them: nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { privateBlock } from "../../src/code/guard-text.ts";
import { areAlike, areClassesKnown, countLooks, isSettled } from "../../src/value/hidden-classes.ts";
import {
  HELD,
  type PrivateReader,
  readerOf,
  readersAbove,
  StrayMembers,
  takeReader,
} from "../../src/value/private-members.ts";

countLooks(1e6);

interface Made {
  readonly Vault: new (x: unknown, fails?: boolean) => { readonly sum: number };
  readonly Bare: new () => object;
  readonly Marked: new () => object;
  readonly last: object | null;
}

/** A class with the block that the rewrite gives it. */
function make(): Made {
  const block = privateBlock({ fields: ["x", "y"], methods: ["m"], first: "m", last: "y", areLent: false });
  const marked = privateBlock({ fields: [], methods: [], first: "only", last: "only", areLent: false });
  const text = `"use strict"; const made = { last: null };
    class Vault {${block} #x; #y = Vault.fill(this); #m() { return this.#x; } pub = 1;
      static fails = false; static fill(o) { made.last = o; if (Vault.fails) throw new Error("no"); return 2; }
      constructor(x) { this.#x = x; } get sum() { return this.#m() + this.#y; } }
    class Bare { pub = 1; }
    class Marked {${marked} get #only() { throw new Error("ran"); } }
    return Object.assign(made, { Vault, Bare, Marked });`;
  return new Function("$dumboC", text)(takeReader) as Made;
}

const reader = (of: { prototype: object }) => readerOf(of.prototype) as PrivateReader;

test("hidden classes are told", () => assert.ok(areClassesKnown(), "V8's tests could not be made"));

test("objects of one hidden class bear the same private members", () => {
  const { Vault, Bare, Marked } = make();
  const { read } = reader(Vault);
  const samples = [
    new Vault(1),
    new Vault("x"),
    new Vault({}),
    Object.create(Vault.prototype),
    new Bare(),
    new Marked(),
  ];
  samples.push(
    Object.create(Marked.prototype),
    Object.assign(Object.create(Vault.prototype), { pub: 1 }),
    make().last ?? {},
  );
  let alike = 0;
  for (const a of samples) {
    for (const b of samples) {
      if (a === b || !areAlike(a, b)) continue;
      alike++;
      assert.equal(read(a) === HELD.nothing, read(b) === HELD.nothing, "one bears them, and one does not");
    }
  }
  assert.ok(alike >= 6, `${alike} pairs are alike`);
  assert.ok(!areAlike(new Marked(), Object.create(Marked.prototype)), "a brand alone makes another hidden class");
});

test("an object whose constructor has thrown bears some, and one of another evaluation nothing", () => {
  const made = make();
  const { read } = reader(made.Vault);
  Object.assign(made.Vault, { fails: true });
  assert.throws(() => new made.Vault(1), /no/);
  assert.equal(read(made.last as object), HELD.some);
  assert.equal(read(new (make().Vault)(1)), HELD.nothing);
  assert.equal(reader(make().Marked).read(new (make().Marked)()), HELD.nothing);
});

test("reading and writing leaves objects in their hidden class, and runs no accessor", () => {
  const { Vault, Marked } = make();
  const { names, read, write } = reader(Vault);
  const [one, other, untouched] = [new Vault(1), new Vault(2), new Vault(3)];
  assert.deepEqual(names, ["#x", "#y"]);
  for (let i = 0; i < 1000; i++) {
    assert.deepEqual((read(one) as unknown[]).slice(0, 2), [1, 2]);
    assert.equal(typeof (read(other) as unknown[])[2], "function");
  }
  assert.ok(areAlike(one, untouched) && isSettled(one), "an object that was read is as one that was not");
  write(one, 0, 40);
  assert.equal(one.sum, 42);
  assert.ok(areAlike(one, untouched) && isSettled(one), "an object that was written is as one that was not");
  assert.deepEqual(reader(Marked).read(new Marked()), []);
  assert.throws(() => write(Object.create(Vault.prototype), 0, 1), TypeError);
});

test("strays are found, also behind ordinary objects of the same look", () => {
  const { Vault, Bare } = make();
  const stray = () => Object.setPrototypeOf(new Vault(1), Bare.prototype) as object;
  const strays = new StrayMembers([reader(Vault)], true);
  const unread = new StrayMembers([reader(Vault)], false);
  assert.ok(!strays.isStray(new Bare()), "an ordinary object");
  assert.ok(strays.isStray(stray()), "an object whose prototype was set");
  assert.ok(!strays.isStray(new Vault(1)), "an instance that was read");
  assert.ok(!strays.isStray(new Vault(2)), "and one like it");
  assert.ok(unread.isStray(new Vault(1)), "an instance that was not read");
  assert.ok(strays.isStray(Object.assign(stray(), { more: 1 })), "with a property more");
});

test("the chain of prototypes is followed up to a Proxy, whose handler does not run", () => {
  const { Vault } = make();
  class Derived extends Vault {}
  assert.deepEqual(readersAbove(Derived.prototype), [reader(Vault)]);
  const handler = new Proxy({}, { get: () => assert.fail("a handler ran") });
  assert.deepEqual(readersAbove(Object.create(new Proxy(Vault.prototype, handler)) as object), []);
  assert.deepEqual(readersAbove(null), []);
});
