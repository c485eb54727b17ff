/** Prints what the registry takes functions for, and their keys: test/code/identity.test.ts runs it with and without V8's help. */
import vm from "node:vm";
import { scriptOf } from "../../src/code/code-places.ts";
import { Program } from "./live-modules.ts";

const MODULE = `
let count = 1; count++;
const table = [1, 2, 3];
function declared(a) { return a + count }
const arrow = (a) => a + count;
const object = { m(a) { return a + count }, get g() { return count }, set g(x) { table.push(x + count) } };
class Class { constructor(a) { this.a = a } m() { return this.a + count } static s() { return count } get g() { return count } }
class Bare { m() { return count } }
class Derived extends Class {}
const makeCounter = (start) => (a) => a + start + count;
const makeReader = () => (a) => a + count;
const makeClass = (base) => class extends base { inner() { return count } };
const makeClosed = () => (a) => a * 2;
const pair = (x) => [
  (() => { const y = x; return (a) => a + y + count })(),
  (() => { const y = -x; return (a) => a + y + count })(),
];
const twins = (a, b) => [() => a + count, () => b + count];
function Old(a) { this.a = a } Old.prototype.m = function () { return this.a + count };
async function* steps(a) { yield a + count }
const list = [function (a) { return a + count }, async (a) => a + count, function* (a) { yield a + count }];
module.exports = { declared, arrow, object, Class, Bare, Derived, makeCounter, makeReader, makeClass, makeClosed, pair, twins, Old, steps, list };
`;

interface Exports {
  readonly declared: object;
  readonly arrow: object;
  readonly object: { m: object };
  readonly Class: { prototype: { m: object }; s: object };
  readonly Bare: { prototype: { m: object } };
  readonly Derived: object;
  readonly makeCounter: (start: number) => object;
  readonly makeReader: () => object;
  readonly makeClass: (base: object) => { prototype: { inner: object } };
  readonly makeClosed: () => object;
  readonly pair: (x: number) => readonly object[];
  readonly twins: (a: number, b: number) => readonly object[];
  readonly Old: { prototype: { m: object } };
  readonly steps: object;
  readonly list: readonly object[];
}

const program = new Program({
  a: MODULE,
  // The same text once more: another script, and other functions.
  b: `"b";${MODULE}`,
  // Functions of others at paths of its own.
  c: "const o = { m(a) { return a + x } }; let x = 1; x++; o.m = require('./a').object.m; exports.o = o; exports.f = require('./b').arrow",
});
program.loadWrapped("d", `\n${MODULE}`);
const script = program.scriptOf("e", MODULE);
script();
const first = program.exports.e as unknown as Exports;
script();

const [a, b] = [program.exported<Exports>("a"), program.exported<Exports>("b")];
const d = program.exported<Exports>("d");
const counter = a.makeCounter(1);
const Inner = a.makeClass(a.Class);
const accessor = Object.getOwnPropertyDescriptor(a.object, "g") as PropertyDescriptor;
const text = "(a) => a + count";

const FUNCTIONS: Record<string, object> = {
  "a declaration": a.declared,
  "the same of another module of the same text": b.declared,
  "an arrow function": a.arrow,
  "the same of the other": b.arrow,
  "a method of an object": a.object.m,
  "the same, of the other": b.object.m,
  "a getter": accessor.get as object,
  "a setter": accessor.set as object,
  "a class": a.Class,
  "a class without a constructor": a.Bare,
  "a derived one": a.Derived,
  "a method of a class": a.Bare.prototype.m,
  "a static method": a.Class.s,
  "a closure": counter,
  "another with the same": a.makeCounter(1),
  "another with other state": a.makeCounter(2),
  "a closure of the other module": b.makeCounter(1),
  "an inner function that has captured nothing": a.makeReader(),
  "once more": a.makeReader(),
  "of the other module": b.makeReader(),
  "a class made by a function": Inner,
  "its method": Inner.prototype.inner,
  "a class made by it with another base": a.makeClass(b.Class),
  "what reads nothing outside": a.makeClosed(),
  "the same in another module": b.makeClosed(),
  "the first of two on one line": a.twins(1, 2)[0] as object,
  "the second": a.twins(1, 2)[1] as object,
  "the first of two of one text": a.pair(1)[0] as object,
  "the second of them, on the next line": a.pair(1)[1] as object,
  "a constructor in the old style": a.Old,
  "its method, put on its prototype": a.Old.prototype.m,
  "an asynchronous generator": a.steps,
  "a function in a list": a.list[0] as object,
  "an asynchronous one": a.list[1] as object,
  "a generator": a.list[2] as object,
  "a method that was put into another module": program.exported<{ o: { m: object } }>("c").o.m,
  "a function that another module exports": program.exported<{ f: object }>("c").f,
  "a module in a wrapper of text": d.arrow,
  "a closure of it": d.makeCounter(1),
  "an inner function of a script that ran twice": first.makeReader(),
  "one of the second run": program.exported<Exports>("e").makeReader(),
  "a method of a script that ran twice": first.object.m,
  "a bound closure": (counter as (a: number) => number).bind(null, 1),
  "a bound declaration": (a.declared as (a: number) => number).bind(null),
  "a function of the language": Math.max,
  "a Proxy": new Proxy(a.declared, {}),
  "a function made of a text": new Function("a", "return a + count"),
  "of eval, with the text of a module's": vm.runInThisContext(`var count = 1; ${text}`) as object,
  "of another context": vm.runInNewContext(`var count = 1; ${text}`) as object,
  "of another context, closed": vm.runInNewContext("(a) => a * 2") as object,
};

const told = Object.entries(FUNCTIONS).map(([kind, fn]) => [
  kind,
  program.identify(fn) ?? program.kindOf(fn),
  program.keyOf(fn),
]);
console.log(JSON.stringify({ tells: scriptOf(a.declared) !== null, told }));
