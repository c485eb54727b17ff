/**
 * Calls that change what was there before them: every kind of value, every kind of change, and every way in which the call
 * and its caller hold the value. All that a program can see of the value, of what holds it and of the result is printed
 * after each call, which runs in the first run and is answered from an entry in the second.
 */
import { type Program, program } from "../program.ts";

/** Code, in which the value is `v`. */
interface Cell {
  readonly make: string;
  /** Statements that change it. */
  readonly change: string;
  /** Why no call that does this is kept. */
  readonly refused?: RegExp;
}

/** The value gets another prototype. */
function otherPrototype(make: string, to = "null", refused = /prototype|of its own|holds a/): Cell {
  return { make, change: `Object.setPrototypeOf(v, ${to});`, refused };
}

/** An attribute of a name is another one. */
function otherAttribute(make: string, name: string, attributes: string): Cell {
  return { make, change: `Object.defineProperty(v, "${name}", ${attributes});` };
}

const KINDS: Record<string, Record<string, Cell>> = {
  "plain object": {
    "a value": { make: "({ a: 1, b: 2 })", change: "v.a = 5;" },
    "-0": { make: "({ a: 0 })", change: "v.a = -0;" },
    "a new name": { make: "({ a: 1 })", change: "v.b = 'x'; v.c = null;" },
    "a new symbol": { make: "({ a: 1 })", change: "v[Symbol.for('s')] = 1; v[Symbol.iterator] = 2;" },
    "a new index": { make: "({ a: 1, 5: 0 })", change: "v[3] = 1; v[4] = 2; v.z = 3;" },
    "a name less": { make: "({ a: 1, b: 2, c: 3 })", change: "delete v.b;" },
    "missing or undefined": { make: "({ a: 1 })", change: "v.a = undefined; v.b = undefined;" },
    order: { make: "({ a: 1, b: 2, c: 3 })", change: "delete v.a; v.a = 1;" },
    "order of symbols": {
      make: "({ [Symbol.for('a')]: 1, [Symbol.for('b')]: 2, x: 1 })",
      change: "delete v[Symbol.for('a')]; v[Symbol.for('a')] = 1; v.x = 2;",
    },
    "an attribute": otherAttribute("({ a: 1, b: 2 })", "a", "{ enumerable: false }"),
    "a name that is read-only": otherAttribute("({ a: 1 })", "b", "{ value: 3 }"),
    "a read-only value": otherAttribute(
      "Object.defineProperty({ b: 1 }, 'a', { value: 1, configurable: true })",
      "a",
      "{ value: 2 }",
    ),
    "a name that is inherited": { make: "({ a: 1 })", change: "v.toString = 1; v.constructor = 2;" },
    "the name `__proto__`": otherAttribute(
      "({ a: 1 })",
      "__proto__",
      "{ value: 3, writable: true, enumerable: true, configurable: true }",
    ),
    "many names": { make: "({ a: 1 })", change: "for (let i = 0; i < 300; i++) v['n' + i] = i;" },
    frozen: { make: "({ a: 1, b: { c: 1 } })", change: "Object.freeze(v);" },
    "changed and frozen": { make: "({ a: 1, b: 2 })", change: "v.c = 3; v.a = 2; Object.freeze(v);" },
    sealed: { make: "({ a: 1 })", change: "v.b = 2; Object.seal(v);" },
    "no more extensible": { make: "({ a: 1 })", change: "v.b = 2; Object.preventExtensions(v);" },
    "a value of a sealed one": { make: "Object.seal({ a: 1 })", change: "v.a = 2;" },
    "what is inside": { make: "({ a: { b: [1, { c: 2 }] } })", change: "v.a.b[1].c = { d: 4 }; v.a.b.push(v.a);" },
    "an equal object": { make: "({ a: { x: 1 }, b: { x: 1 } })", change: "v.b = v.a;" },
    "two that change places": { make: "({ a: { x: 1 }, b: { x: 1 } })", change: "[v.a, v.b] = [v.b, v.a];" },
    "an object that is left out": { make: "({ a: { x: 1 }, b: null })", change: "v.a.x = 2; v.b = v.a.x; v.a = null;" },
    "a cycle": { make: "({ a: 1 })", change: "v.self = v; v.pair = [v, { v }];" },
    "new objects that share": {
      make: "({ a: 1 })",
      change: "const one = { x: [] }; v.a = one; v.b = [one, one.x]; one.v = v;",
    },
    "a new Map": { make: "({ a: 1 })", change: "v.m = new Map([[v, 1], ['k', new Set([v])]]); v.d = new Date(5);" },
    "new memory": {
      make: "({ a: 1 })",
      change: "v.f = new Float64Array([1, NaN, -0]); v.g = new Uint8Array(v.f.buffer, 8);",
    },
    "a bigint": { make: "({ a: 1n })", change: "v.a **= 7n; v.a += 123456789012345678901234567890n;" },
    "a function of the module": { make: "({ a: null })", change: "v.a = helper; v.b = [helper];" },
    "an order that comes back, and a value": {
      make: "({ a: 1, b: 2 })",
      change: "v.a = 2; v.a = 1; v.c = 1; delete v.c; delete v.b; v.b = 3;",
    },
    "an accessor": {
      make: "({ a: 1 })",
      change: "Object.defineProperty(v, 'x', { get: helper, configurable: true });",
      refused: /accessor/,
    },
    "a prototype": otherPrototype("({ a: 1 })", "{ x: 1 }", /prototype/),
    "a closure": { make: "({ a: 1 })", change: "v.a = () => v;", refused: /function that is made at each call/ },
    "a promise": { make: "({ a: 1 })", change: "v.a = Promise.resolve(1);", refused: /./ },
    "an error": { make: "({ a: 1 })", change: "v.a = new Error('x');", refused: /Error/ },
    "a Proxy": { make: "({ a: 1 })", change: "v.a = new Proxy({}, {});", refused: /Proxy/ },
  },
  "object without a prototype": {
    "a new name": { make: "Object.assign(Object.create(null), { a: 1 })", change: "v.b = 1; v.toString = 2; v.a = 3;" },
    "a name less": { make: "Object.assign(Object.create(null), { a: 1, b: 2 })", change: "delete v.a;" },
  },
  instance: {
    "a prototype": otherPrototype("new Point(1, 2)"),
    fields: { make: "new Point(1, 2)", change: "v.x = 5; v.more = [v];" },
    "by a method": { make: "new Point(1, 2)", change: "v.move(3); v.move(4);" },
    "by a setter": { make: "new Point(1, 2)", change: "v.both = 7;" },
    "a new one": { make: "new Point(1, 2)", change: "v.x = new Point(v, null);" },
    frozen: { make: "new Point(1, 2)", change: "v.x = 3; Object.freeze(v);" },
    "of the old style": { make: "new Old(1)", change: "v.a = new Old(2); v.add(3);" },
    "through what it inherits from": { make: "Object.create({ a: 1, l: [] })", change: "v.a = 2; v.l.push(v);" },
  },
  "instance with private members": {
    "a prototype": otherPrototype("new Vault(1)", "null", /prototype|another class|only its constructor/),
    "a field": { make: "new Vault(1)", change: "v.hide(5); v.hide('x');" },
    "a field and a property": { make: "new Vault(1)", change: "v.put(2); v.more = 2; delete v.y;" },
    "-0": { make: "new Vault(0)", change: "v.hide(-0);" },
    undefined: { make: "new Vault(0)", change: "v.hide(undefined);" },
    "what is inside": { make: "new Vault({ a: 1 })", change: "v.add(v); v.x.a = [v]; v.add({ v });" },
    "two that change places": { make: "new Vault({ a: 1 })", change: "v.swap(); v.hide(v.list);" },
    "of a base class and of its own": { make: "new Safe({ a: 1 })", change: "v.lock([v]); v.put(v.x);" },
    "of a frozen one": { make: "Object.freeze(new Vault(1))", change: "v.hide([2]);" },
    "changed and frozen": { make: "new Vault(1)", change: "v.put(3); Object.freeze(v); v.hide(4);" },
    "by an accessor": { make: "new Safe(1)", change: "v.code = v.code + 7;" },
    "a new one": { make: "new Vault(1)", change: "v.hide(new Vault(2));", refused: /only its constructor/ },
  },
  array: {
    "a prototype": otherPrototype("[1, 2]"),
    "an element": { make: "[1, 2, 3]", change: "v[1] = 5;" },
    "a number that is not small": { make: "[1, 2, 3]", change: "v[1] = 0.5; v[2] = -0;" },
    "a value among numbers": { make: "[1.5, 2.5]", change: "v[1] = 'x'; v[0] = NaN;" },
    push: { make: "[1]", change: "v.push(2, 'a', { v }, null, undefined);" },
    "push to an empty one": { make: "[]", change: "for (let i = 0; i < 100; i++) v.push(i / 2);" },
    pop: { make: "[1, { a: 1 }, 3]", change: "v.pop(); v.pop();" },
    "shift and unshift": { make: "[{ a: 1 }, 2, 3]", change: "v.unshift(v.shift(), 9);" },
    splice: { make: "[1, 2, 3, 4, 5]", change: "v.splice(1, 2, 'a', 'b', 'c');" },
    "sort and reverse": { make: "[3, 1, 2]", change: "v.sort(); v.reverse();" },
    "sort of objects": { make: "[{ k: 2 }, { k: 1 }, { k: 1 }]", change: "v.sort((a, b) => a.k - b.k);" },
    fill: { make: "new Array(5)", change: "v.fill(0);" },
    copyWithin: { make: "[1, 2, 3, 4]", change: "v.copyWithin(0, 2);" },
    "length 0": { make: "[1, 2]", change: "v.length = 0;" },
    "a length beyond the elements": { make: "[1, 2]", change: "v.length = 5;" },
    "an element far away": { make: "[1, 2]", change: "v[20] = 3;" },
    "a hole": { make: "[1, 2, 3]", change: "delete v[1];" },
    "a hole filled": { make: "[1, , 3]", change: "v[1] = 2; v[0] = undefined;" },
    "elements of a long one": { make: "new Array(3000).fill(1)", change: "v[2500] = 3; v.push(4);" },
    "elements of a long one of numbers": {
      make: "Array.from({ length: 3000 }, (_, i) => i / 2)",
      change: "v[2500] = 3; v.length = 2600;",
    },
    "elements of a long one of booleans": {
      make: "Array.from({ length: 3000 }, (_, i) => i % 3 === 0)",
      change: "v[2500] = !v[2500]; v.push(true);",
    },
    "booleans with room for holes": { make: "new Array(200).fill(false)", change: "v[7] = true; v[130] = true;" },
    "a name": { make: "[1, 2]", change: "v.extra = { v }; v.push(3);" },
    "a name less": { make: "Object.assign([1, 2], { x: 1, y: 2 })", change: "delete v.x; v[0] = 9;" },
    frozen: { make: "[1, { a: 1 }]", change: "v.push(3); Object.freeze(v);" },
    sealed: { make: "[1, 2]", change: "Object.seal(v); v[0] = 7;" },
    "no more extensible": { make: "[1, 2]", change: "v[0] = 4; Object.preventExtensions(v);" },
    rows: { make: "[[1, 2], [3, 4]]", change: "v[1][0] = v; v[0] = v[1]; v.push([5]);" },
    "a match": { make: "['x']", change: "v[0] = /b(?<n>c)/.exec('abc'); v.push(v[0].groups);" },
    "an element that is read-only": {
      make: "[1, 2]",
      change: "Object.defineProperty(v, 0, { writable: false });",
      refused: /read-only|attributes/,
    },
    "an accessor": {
      make: "[1, 2]",
      change: "Object.defineProperty(v, 0, { get: helper });",
      refused: /accessor|attributes/,
    },
  },
  Map: {
    "a prototype": otherPrototype("new Map()"),
    "a new entry": { make: "new Map([['a', 1]])", change: "v.set('b', { v }); v.set(NaN, 1); v.set(v, v);" },
    "a value": { make: "new Map([['a', 1], ['b', 2]])", change: "v.set('a', 5);" },
    "an entry less": { make: "new Map([['a', 1], ['b', 2], ['c', 3]])", change: "v.delete('b');" },
    order: { make: "new Map([['a', 1], ['b', 2], ['c', 3]])", change: "v.delete('a'); v.set('a', 1);" },
    "order and a value": {
      make: "new Map([['a', 1], ['b', 2], ['c', 3], ['d', 4]])",
      change: "v.delete('b'); v.set('c', 0); v.set('b', 2); v.delete('a');",
    },
    clear: { make: "new Map([['a', 1], ['b', 2]])", change: "v.clear();" },
    "clear and set": { make: "new Map([['a', 1], ['b', 2]])", change: "v.clear(); v.set('b', 1); v.set('x', 2);" },
    "keys that are objects": {
      make: "new Map([[{ k: 1 }, { w: 1 }], [{ k: 1 }, 2]])",
      change: "const [first] = v.keys(); first.k = 2; v.get(first).w = 3; v.set({ k: 1 }, first);",
    },
    "a name": { make: "new Map([['a', 1]])", change: "v.extra = { v }; v.set('b', v.extra);" },
    "a name less": { make: "Object.assign(new Map([['a', 1]]), { x: 1, y: 2 })", change: "delete v.x; v.delete('a');" },
    frozen: { make: "new Map([['a', 1]])", change: "v.set('b', 1); Object.freeze(v); v.delete('a');" },
    "an accessor": {
      make: "new Map()",
      change: "Object.defineProperty(v, 'extra', { get: helper });",
      refused: /accessor/,
    },
  },
  Set: {
    "a prototype": otherPrototype("new Set()"),
    "a new item": { make: "new Set([1, 2])", change: "v.add(3); v.add({ v }); v.add(-0); v.add(NaN);" },
    "an item less": { make: "new Set([1, 2, 3])", change: "v.delete(2);" },
    order: { make: "new Set([1, 2, 3])", change: "v.delete(1); v.add(1);" },
    clear: { make: "new Set([1, 2, 3])", change: "v.clear(); v.add(2);" },
    "what is inside": { make: "new Set([{ a: 1 }])", change: "for (const one of v) one.a = v;" },
    "a name": { make: "new Set([1])", change: "v.extra = v; v.add(v);" },
    "no more extensible": { make: "new Set([1])", change: "v.add(2); Object.preventExtensions(v);" },
  },
  "Map or Set of a class of its own": {
    "a prototype": otherPrototype("new Bag([1])", "Set.prototype", /prototype|another class|only its constructor/),
    "by a method": { make: "new Bag([1, 2])", change: "v.replace(1, { v });" },
    "entries and fields": { make: "new Bag([1, 2])", change: "v.clear(); v.add(2); v.color = [v]; delete v.size2;" },
    "a new one": { make: "({ bag: new Bag([1]) })", change: "v.more = new Bag([v, v.bag]); v.more.color = 1;" },
    "a new Map of one": { make: "new Table([['a', 1]])", change: "v.set('b', new Table([['k', v]])); v.delete('a');" },
    "an overridden method": { make: "new Table([['a', 1]])", change: "v.set('b', 2); v.set('a', 3);" },
    "changed and frozen": { make: "new Bag([1])", change: "v.color = 2; Object.freeze(v); v.add(3);" },
  },
  Date: {
    "a prototype": otherPrototype("new Date(5)"),
    time: { make: "new Date(1e12)", change: "v.setTime(5);" },
    invalid: { make: "new Date(1e12)", change: "v.setUTCHours(NaN);" },
    "a name": { make: "new Date(5)", change: "v.extra = 1;", refused: /properties of its own/ },
  },
  "boxed primitive": {
    "a prototype": otherPrototype("Object(1)", "null", /prototype|holds a/),
    "a name": { make: "Object(1)", change: "v.extra = [v];" },
    "a name of a text": { make: "new String('abc')", change: "v.extra = 1; v[Symbol.for('s')] = 2;" },
    "an index of a text": { make: "new String('abc')", change: "v[5] = 1; v[4] = 2;" },
    "a name less": { make: "Object.assign(new String('abc'), { a: 1, b: 2 })", change: "delete v.a;" },
    order: { make: "Object.assign(new String('abc'), { a: 1, b: 2 })", change: "delete v.a; v.a = 1;" },
    "an attribute": otherAttribute("Object.assign(Object(2n), { a: 1 })", "a", "{ enumerable: false }"),
    "what is inside": { make: "Object.assign(Object(true), { a: [1] })", change: "v.a.push(v);" },
    frozen: { make: "new String('abc')", change: "Object.freeze(v);" },
    "changed and frozen": { make: "Object(Symbol.iterator)", change: "v.a = 1; Object.freeze(v);" },
    "a new one": { make: "Object.assign(Object(1), { a: 1 })", change: "v.a = Object.assign(new String('x'), { v });" },
    "of a class of its own": { make: "new Title('abc')", change: "v.mark(3); v.more = new Title('d');" },
  },
  RegExp: {
    "a prototype": otherPrototype("/a/g"),
    lastIndex: { make: "/b/g", change: "v.exec('abcb');" },
    "lastIndex of any kind": { make: "/b/y", change: "v.lastIndex = { valueOf: null };" },
    "a name": { make: "/b/g", change: "v.extra = [1];" },
    "a name less": { make: "Object.assign(/b/g, { extra: 1, other: 2 })", change: "delete v.extra;" },
    "what a name holds": { make: "Object.assign(/b/g, { extra: [1] })", change: "v.extra.push(2); v.lastIndex = 1;" },
    "an attribute of a name": otherAttribute("Object.assign(/b/g, { extra: 1 })", "extra", "{ enumerable: false }"),
    "no more extensible": { make: "Object.assign(/b/g, { extra: 1 })", change: "Object.preventExtensions(v);" },
    sealed: { make: "Object.assign(/b/g, { extra: 1 })", change: "Object.seal(v);" },
    frozen: { make: "/b/g", change: "v.lastIndex = 1; v.extra = 1; Object.freeze(v);" },
    "lastIndex that is read-only": {
      make: "/b/g",
      change: 'Object.defineProperty(v, "lastIndex", { writable: false });',
      refused: /read-only/,
    },
    another: { make: "/b/g", change: "v.compile('c');", refused: /./ },
  },
  memory: {
    "a prototype": otherPrototype("new Uint8Array(2)", "Int8Array.prototype"),
    Uint8Array: { make: "new Uint8Array([1, 2, 3])", change: "v[1] = 9;" },
    Float64Array: { make: "new Float64Array([1, 2, 3])", change: "v[0] = -0; v[2] = NaN;" },
    "a long one": { make: "new Int32Array(5000)", change: "v.fill(7, 100, 4000);" },
    "of two views": {
      make: "(() => { const b = new ArrayBuffer(8); return [new Uint8Array(b, 2, 4), b]; })()",
      change: "v[0][1] = 255;",
    },
    ArrayBuffer: { make: "new ArrayBuffer(4)", change: "new DataView(v).setInt16(1, 500);" },
    DataView: { make: "new DataView(new ArrayBuffer(4))", change: "v.setUint8(3, 7);" },
    Buffer: { make: "Buffer.from('abc')", change: "v[0] = 66; v.write('z', 2);" },
    "the prototype of memory": {
      make: "new ArrayBuffer(2)",
      change: "Object.setPrototypeOf(v, null);",
      refused: /own|ArrayBuffer/,
    },
    "the prototype of a Buffer": {
      make: "Buffer.alloc(3)",
      change: "Object.setPrototypeOf(v, Uint8Array.prototype);",
      refused: /prototype/,
    },
    "a new view": {
      make: "({ a: new Uint8Array(4), b: null })",
      change: "v.b = new Uint16Array(v.a.buffer); v.b[1] = 500;",
    },
    "a name": { make: "new Uint8Array(2)", change: "v.extra = 1;", refused: /properties of its own|typed array/ },
  },
};

/** How a call has the value. In all, `w` is the object that is looked at, with the value in it. */
interface Holder {
  /** The function; its name is NAME, and CHANGE stands for the change. */
  readonly declared: string;
  /** Statements that call it; the result is to be in `r`. */
  readonly called: string;
  /** What it is called in the statistics. */
  readonly name?: string;
}

const HOLDERS: Record<string, Holder> = {
  "an argument": {
    declared: "function NAME(v) { burn(1); CHANGE }",
    called: "const w = { v: MAKE }; const r = NAME(w.v);",
  },
  this: {
    declared: "const NAME_o = { v: null, m() { burn(2); const { v } = this; CHANGE return 'done'; } };",
    called: "const w = NAME_o; w.v = MAKE; const r = w.m();",
    name: "NAME_o.m",
  },
  state: {
    declared: "const NAME_s = { v: null }; function NAME(n) { const { v } = NAME_s; CHANGE return burn(n); }",
    called: "NAME_s.v = MAKE; const w = NAME_s; const r = NAME(3);",
  },
  "something around it": {
    declared: "function NAME(o) { const v = o.list[1].get('k'); CHANGE return burn(4); }",
    called: "const w = { list: [0, new Map([['k', MAKE]])] }; const r = NAME(w);",
  },
  "two names": {
    declared: "function NAME(v, other) { burn(5); CHANGE return other.x === v; }",
    called: "const w = { x: MAKE }; w.y = w.x; const r = NAME(w.x, w);",
  },
  "its result": {
    declared: "function NAME(v) { burn(6); CHANGE return v; }",
    called: "const w = { v: MAKE }; const r = NAME(w.v);",
  },
  "its result, in something new": {
    declared: "function NAME(v) { burn(7); CHANGE return { first: [v], second: new Map([[v, 'k']]) }; }",
    called: "const w = { v: MAKE }; const r = NAME(w.v);",
  },
  "something that it is put into": {
    declared:
      "function NAME(v, to) { burn(8); CHANGE const one = { v }; to.list.push(one, v); to.one = one; return one; }",
    called: "const w = { v: MAKE, to: { list: [1] } }; const r = NAME(w.v, w.to);",
  },
  "a call inside": {
    declared: "function NAME_i(v) { burn(9); CHANGE } function NAME(o) { NAME_i(o.v); o.n = burn(10); return o.v; }",
    called: "const w = { v: MAKE, n: 0 }; const r = NAME(w);",
  },
  "a closure": {
    declared:
      "const NAME_c = (() => { const held = { v: null }; return { held, run: (n) => { const { v } = held; CHANGE return burn(n); } }; })(); function NAME(c) { return [c.run(11)]; }",
    called: "NAME_c.held.v = MAKE; const w = NAME_c.held; const r = NAME(NAME_c);",
  },
};

const VAULTS = `
  class Vault {
    #x; y = 0; #list = [];
    constructor(x) { this.#x = x; }
    #set(x) { this.#x = x; }
    hide(x) { this.#set(x); }
    put(x) { this.#x = x; this.y++; }
    add(x) { this.#list.push(x); }
    swap() { [this.#x, this.#list] = [this.#list, this.#x]; }
    get x() { return this.#x; }
    get list() { return this.#list; }
    static is(v) { return #x in v; }
  }
  class Safe extends Vault {
    #x = 1;
    get #code() { return this.#x; }
    set #code(to) { this.#x = to; }
    get code() { return this.#code; }
    set code(to) { this.#code = to; }
    lock(x) { this.#x = x; this.hide([x, this]); }
    static is(v) { return #x in v; }
  }
`;

/** Tells all that a program can see of a value. It reads a clock, so that it is not cached itself. */
const LOOK = `
  ${VAULTS}
  function look(root) {
    Date.now();
    const numbers = new Map();
    const tell = (v) => {
      if (Object.is(v, -0)) return "-0";
      if (typeof v === "string") return JSON.stringify(v);
      if (typeof v === "symbol" || typeof v === "bigint") return String(v);
      if (typeof v === "function") return "function " + v.name;
      if (typeof v !== "object" || v === null) return String(v);
      if (v instanceof Promise || v instanceof Error) return "a promise, or an error";
      if (numbers.has(v)) return "#" + numbers.get(v);
      numbers.set(v, numbers.size);
      const parts = [Object.prototype.toString.call(v), Object.getPrototypeOf(v)?.constructor?.name ?? "none"];
      parts.push("" + Object.isExtensible(v) + Object.isSealed(v) + Object.isFrozen(v));
      if (v instanceof Map) parts.push("entries", ...[...v].map(([k, i]) => tell(k) + "=>" + tell(i)));
      if (v instanceof Set) parts.push("items", ...[...v].map(tell));
      if (Vault.is(v)) parts.push("private", tell([v.x, v.list]), Safe.is(v) ? tell(v.code) : "");
      if (v instanceof Date) parts.push("time", String(v.getTime()));
      if (v instanceof Symbol) parts.push("boxed", v.toString());
      else if ([String, Number, Boolean, BigInt].some((one) => v instanceof one)) parts.push("boxed", String(v.valueOf()));
      if (v instanceof RegExp) parts.push("source", v.source, v.flags);
      if (v instanceof ArrayBuffer) parts.push("bytes", new Uint8Array(v).join());
      if (ArrayBuffer.isView(v)) {
        parts.push("view", Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString("hex"));
        if (!(v instanceof Buffer)) parts.push(tell(v.buffer));
      } else
      for (const key of Reflect.ownKeys(v)) {
        const { value, get, enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(v, key);
        parts.push(String(key) + (enumerable ? "e" : "") + (writable ? "w" : "") + (configurable ? "c" : "") + ":" + (get ? "get" : tell(value)));
      }
      return "{" + parts.join(" ") + "}";
    };
    return tell(root);
  }
`;

const PREPARED = `
  import { burn } from "./burn.mjs";
  function helper() { return 1; }
  class Point {
    constructor(x, y) { this.x = x; this.y = y; }
    move(by) { this.x += by; this.y = this.x * 2; }
    set both(n) { this.x = n; this.y = n; }
  }
  class Bag extends Set {
    color = "red";
    replace(one, other) { this.delete(one); return this.add(other); }
  }
  class Table extends Map {
    set(key, value) { return super.set(key, [value, this.size]); }
  }
  class Title extends String {
    mark(n) { this.marked = n + this.length; }
  }
  function Old(a) { this.a = a; }
  Old.prototype.add = function (b) { this.b = b; this.l = [this]; };
  ${LOOK}
`;

function changed(kind: string, cells: Record<string, Cell>): Program {
  const hits: Record<string, number> = {};
  const refused: Record<string, RegExp> = {};
  let code = PREPARED;
  let calls = "";
  for (const [at, { declared, called, name = "NAME" }] of Object.values(HOLDERS).entries()) {
    for (const [index, { make, change, refused: why }] of Object.values(cells).entries()) {
      const fn = `f${index}h${at}`;
      const put = (text: string) =>
        text.replaceAll("NAME", fn).replaceAll("MAKE", make).replaceAll("CHANGE", `{ ${change} }`);
      code += `${put(declared)}\n`;
      calls += `for (let i = 0; i < 3; i++) { ${put(called)} console.log("${fn}", look([w, r])); }\n`;
      if (why) refused[put(name)] = why;
      else hits[put(name)] = 3;
    }
  }
  return program(`${kind}, changed by calls that have it in every way`, {
    files: { "main.mjs": `${code}\n${calls}` },
    warm: { hits, refused },
  });
}

const IMPORT = `import { burn } from "./burn.mjs";`;

/** What is special about who holds the value, or about what goes on around the call. */
const SPECIAL: readonly Program[] = [
  program("functions and classes that calls keep state on", {
    files: {
      "main.mjs": `
        ${IMPORT}
        ${LOOK}
        function memo(n) {
          memo.cache ??= new Map();
          if (!memo.cache.has(n)) memo.cache.set(n, { n: burn(n) });
          memo.calls = (memo.calls ?? 0) + 1;
          return memo.cache.get(n);
        }
        class Counted {
          static made = 0;
          static list = [];
          static make(n) { Counted.made++; Counted.list.push(burn(n)); Counted["extra" + n] = n; return Counted.list.length; }
        }
        const arrow = (n) => { arrow.last = burn(n); return arrow.last; };
        function marks(f) { f.mark = burn(1); return f; }
        function target() {}
        function renames(f) { Object.defineProperty(f, "name", { value: "x" }); return burn(2); }
        function patches(n) { Counted.prototype.extra = n; return burn(n); }
        for (const n of [1, 2, 1]) {
          console.log(look([memo(n), Counted.make(n), arrow(n)]));
          console.log(look([Object.entries(memo), memo.cache, Object.entries(Counted), Object.entries(arrow)]), memo(n) === memo.cache.get(n));
        }
        console.log(marks(target) === target, target.mark, marks(target) === target);
        for (let i = 0; i < 3; i++) console.log(renames(function one() {}), renames(() => {}));
        for (let i = 0; i < 3; i++) console.log(patches(i), Counted.prototype.extra);
      `,
    },
    refuses: { renames: /what a function or class is|function/, patches: /inherit|extended/ },
    warm: { hits: { memo: 6, "Counted.make": 3, arrow: 3, marks: 1 } },
  }),

  program("arrays of booleans, which are given, returned and put in the place of others", {
    files: {
      "main.mjs": `
        import { inspect as look } from "node:util";
        ${IMPORT}
        class Field {
          #cells;
          constructor(cells) { this.#cells = cells; this.turn = 0; }
          step() {
            const next = [];
            for (let i = 0; i < this.#cells.length; i++) next.push(this.#cells[i] !== this.#cells[(i * 7 + 1) % this.#cells.length]);
            burn(1);
            this.#cells = next;
            this.turn++;
          }
          get text() { return this.#cells.map((cell) => (cell ? "#" : ".")).join(""); }
        }
        function not(list) { burn(2); return list.map((item) => !item); }
        function sieve(n) { const all = new Array(n).fill(true); for (let i = 2; i < n; i++) for (let j = 2 * i; j < n; j += i) all[j] = false; burn(3); return all; }
        function count(list) { burn(4); let n = 0; for (const item of list) if (item === true) n++; return n; }
        for (const length of [1, 31, 32, 33, 5000]) {
          const cells = Array.from({ length }, (_, i) => i % 3 === 0);
          const field = new Field(cells);
          for (let i = 0; i < 3; i++) { field.step(); console.log(field.turn, field.text.slice(0, 200), look(cells.slice(0, 40))); }
          const other = not(cells);
          console.log(other === cells, look(other.slice(0, 40)), count(other), count(cells), count(not(other)));
          const primes = sieve(length);
          primes.push("end");
          console.log(primes.length, Object.keys(primes).length, count(primes), look(primes.slice(-40)));
        }
        // Of these, no two are alike.
        for (const list of [[true], [true, true], [true, false], [true, , true], [true, undefined, true], [true, 1], [1, 0], Object.freeze([true, false])]) {
          console.log(count(list), look(not(list)));
        }
      `,
    },
    warm: { hits: { "Field.step": 15, sieve: 5 }, hitsAtLeast: { not: 14, count: 24 } },
  }),

  program("Maps, Sets and arrays that the caller is going over", {
    files: {
      "main.mjs": `
        ${IMPORT}
        function grows(map, n) { map.set(n + 1, burn(n)); map.delete(n - 1); return n; }
        function moves(set, n) { if (n < 3) { set.delete(n); set.add(n + 10); set.add(n + 20); } return burn(n); }
        function empties(map) { map.clear(); map.set("new", burn(1)); }
        function pushes(list, n) { if (list.length < 6) list.push(burn(n) % 9); else list.length = 2; }
        for (let i = 0; i < 2; i++) {
          const map = new Map([[0, 0], [1, 1]]);
          for (const [n] of map) { if (n > 5) break; console.log(n, grows(map, n), [...map.keys()].join()); }
          const set = new Set([1, 2, 3]);
          for (const n of set) { console.log(n, moves(set, n), [...set].join()); }
          const gone = new Map([["a", 1], ["b", 2], ["c", 3]]);
          for (const [k] of gone) { console.log(k); if (k === "b") empties(gone); }
          const list = [1, 2];
          for (const n of list) { pushes(list, n); console.log(n, list.join()); }
          const names = { a: 1, b: 2 };
          for (const k in names) { console.log(k); drops(names, k); }
          console.log(JSON.stringify(names));
        }
        function drops(names, k) { if (k === "a") { delete names.b; names.c = burn(1); } }
      `,
    },
    warm: { hits: { drops: 2 }, hitsAtLeast: { grows: 10, moves: 6, empties: 2, pushes: 4 } },
  }),

  program("calls within calls, each with changes of its own", {
    files: {
      "main.mjs": `
        ${IMPORT}
        ${LOOK}
        const seen = new Map();
        const log = [];
        function inner(list, n) { list.push(burn(n)); log.push(n); return list; }
        function own(n) { const list = []; inner(list, n); inner(list, n + 1); return list; }
        function outer(box, n) { inner(box.list, n); box.n = own(n).length; seen.set(n, box); return box.list; }
        async function waits(n) { const list = []; inner(list, n); await null; return list.length + burn(n); }
        async function later(box) { await null; inner(box.list, 5); return burn(5); }
        function throws(box, n) { box.n = n; if (burn(n) >= 0) throw new Error("no"); }
        function undoes(box) { const { n } = box; box.n = 5; const r = burn(box.n); box.n = n; return r; }
        function catches(box) { try { throws(box, 7); } catch { box.caught = burn(7); } return box; }
        for (let i = 0; i < 3; i++) {
          const box = { list: [], n: 0 };
          console.log(look([outer(box, 1), inner(box.list, 2), outer(box, 3), own(4), box, seen, log]));
          console.log(look([await waits(1), await later(box), box]));
          try { throws(box, i % 2); } catch { console.log(box.n); }
          console.log(undoes(box), look([catches(box), box]));
          seen.clear();
          log.length = 0;
        }
      `,
    },
    refuses: { throws: /throws/ },
    warm: { hits: { outer: 6, inner: 9, own: 3, catches: 3, undoes: 3, later: 0 } },
  }),

  program("a second object that is the same, or only equal", {
    files: {
      "main.mjs": `
        ${IMPORT}
        function joins(a, b) { a.n = burn(1); b.m = a; return a === b; }
        function swaps(box) { [box.a, box.b] = [box.b, box.a]; return burn(2); }
        function unites(box) { box.b = box.a; box.list = [box.a, box.b]; return burn(3); }
        function takes(queue, out) { while (queue.length > 1) out.push(queue.shift()); return burn(4); }
        for (let i = 0; i < 2; i++) {
          const one = {}, other = {}, same = {};
          console.log(joins(one, other), joins(same, same), other.m === one, same.m === same, one.m);
          const a = { k: 1 }, b = { k: 1 }, box = { a, b };
          console.log(swaps(box), box.a === b, box.b === a);
          console.log(unites(box), box.a === b, box.b === b, box.list[0] === b);
          const queue = [a, b, { k: 2 }, a], out = [];
          console.log(takes(queue, out), out[0] === a, out[1] === b, queue[0] === a, out.length);
        }
      `,
    },
    warm: { hits: {}, hitsAtLeast: { joins: 2, swaps: 1, unites: 1, takes: 1 } },
    after: [{ label: "once more", hits: { joins: 4, swaps: 2, unites: 2, takes: 2 } }],
  }),

  program("changes by async functions, and of what belongs to others", {
    files: {
      "main.mjs": `
        ${IMPORT}
        import settings from "settings";
        import path from "node:path";
        const state = { n: 0, list: [] };
        async function before(box) { box.n = burn(1); await null; return box.n; }
        async function after(n) { await null; state.n = n; return burn(n); }
        async function undone(n) { await null; state.n = n; await null; state.n = 0; return burn(n); }
        function ofPackage(n) { settings.n = n; return burn(n); }
        function ofNode(n) { path.extra = n; return burn(n); }
        function ofGlobal(n) { globalThis.extra = n; return burn(n); }
        function starts(box) { box.n = burn(2); Promise.resolve().then(() => { box.n++; }); return box.n; }
        for (let i = 0; i < 3; i++) {
          const box = { n: 0 };
          const running = undone(i);
          console.log(await before(box), await after(i), box.n, state.n);
          setTimeout(() => 0);
          console.log(await running, state.n, ofPackage(i), settings.n, ofNode(i), path.extra, ofGlobal(i), globalThis.extra);
          console.log(starts(box), box.n);
          await null;
          console.log(box.n);
          delete path.extra;
        }
      `,
      "node_modules/settings/package.json": `{ "name": "settings", "type": "module", "main": "index.js" }`,
      "node_modules/settings/index.js": `export default { n: 0 };`,
      "assumePure.json": `{ "assumePure": ["settings"] }`,
    },
    warm: {
      hits: { before: 0, after: 0, undone: 0, ofPackage: 0, ofNode: 0, ofGlobal: 0, starts: 0 },
      hitsAtLeast: { burn: 1 },
    },
    refuses: { ofPackage: /settings/, ofNode: /path/, ofGlobal: /globalThis/ },
  }),

  program("functions that return nothing", {
    files: {
      "main.mjs": `
        ${IMPORT}
        function fills(list) { for (let i = 0; i < list.length; i++) list[i] = burn(i); }
        function checks(list) { if (burn(1) < 0) list.push(1); }
        function says(list) { console.log(burn(2), list.length); }
        function says2(list) { console.log("x"); list.push(burn(2)); }
        function never() { burn(3); }
        for (let i = 0; i < 2; i++) {
          const list = [0, 0, 0];
          console.log(fills(list), checks(list), says(list), says2(list), never(), list.join());
        }
      `,
    },
    memo: { fills: 1 },
    cold: { misses: { fills: 1, says2: 1 } },
    warm: { hits: { fills: 2, says2: 2, checks: 0, says: 0 } },
    refuses: {
      checks: /returns nothing, and changes nothing/,
      says: /returns nothing, and changes nothing/,
      never: /returns nothing/,
    },
  }),

  program("exports and bindings of other modules", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const lib = require("./lib.cjs");
        function sets(n) { lib.table[n] = burn(n); lib.count = n; return n; }
        function reads(n) { return [lib.get(n), lib.count, burn(n)]; }
        for (let i = 0; i < 3; i++) console.log(sets(i), reads(i), Object.keys(lib.table), lib.fill(i), lib.last);
      `,
      "lib.cjs": `
        const { burn } = require("./burn.cjs");
        const table = (exports.table = Object.create(null));
        exports.count = 0;
        exports.get = (n) => table[n];
        exports.fill = function fill(n) { exports.last = burn(n); table["f" + n] = [n]; return table; };
      `,
    },
    warm: { hits: { sets: 3, reads: 3 } },
  }),
];

/** For the documentation: each kind of value, the changes that are kept, and those that are refused. */
export function changesTable(): string[][] {
  return Object.entries(KINDS).map(([kind, cells]) => {
    const names = (isRefused: boolean) => {
      const found = Object.entries(cells).filter(([, { refused }]) => (refused !== undefined) === isRefused);
      return found.map(([name]) => name).join("; ") || "nothing";
    };
    return [kind, names(false), names(true)];
  });
}

export const programs: readonly Program[] = [
  ...Object.entries(KINDS).map(([kind, cells]) => changed(kind, cells)),
  ...SPECIAL,
];
