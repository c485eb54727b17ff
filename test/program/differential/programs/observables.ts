/**
 * All that a program can see of each type of value, a row each. A value and the same one after the change differ in nothing
 * but what the row names: they must have different keys, or be refused; and a call that makes the change must not be kept.
 * docs/soundness.md has the table (test/program/observables.test.ts holds the two together). Functions and classes are apart.
 */
import { type Definition, type Program, program } from "../program.ts";

/** Code, in which the value is `v`. */
interface Cell {
  /** An expression that makes the value. */
  readonly make: string;
  /** Statements that change it; absent for what nothing can change, with `other` instead. */
  readonly change?: string;
  /** An expression that makes a value that differs in this only. */
  readonly other?: string;
  /** An expression that tells the two apart. */
  readonly look: string;
  /** Why calls that are given the changed value are not cached; absent if it is in the key. */
  readonly refused?: RegExp;
  /** Why a call that makes the change is not kept, where the comparison before and after is not the first to notice. */
  readonly noticed?: RegExp;
  /** Lowest major version of Node that has it. */
  readonly node?: number;
}

const descriptor = (name: string) => `JSON.stringify(Object.getOwnPropertyDescriptor(v, ${JSON.stringify(name)}))`;
const names = "Reflect.ownKeys(v).map(String).join()";
const seal = (how: string) => ({
  change: `Object.${how}(v);`,
  look: "JSON.stringify([Object.isExtensible(v), Object.isSealed(v), Object.isFrozen(v)])",
});
const define = (name: string, attributes: string) => ({
  change: `Object.defineProperty(v, ${JSON.stringify(name)}, ${attributes});`,
  look: descriptor(name),
});

/**
 * What any object has: properties, a prototype, and whether it can get more.
 * @param refused why it is not looked at with more than its kind has, if it is not
 * @param prototype the same for another prototype than its kind has
 */
function ordinary(make: string, refused?: RegExp, prototype: RegExp | null = refused ?? null): Record<string, Cell> {
  const why = refused && { refused };
  return {
    "own names": { make, change: "v.extra = 1;", look: `${names} + v.extra`, ...why },
    "own symbols": { make, change: 'v[Symbol.for("extra")] = 1;', look: names, ...why },
    "own attributes": { make, ...define("extra", "{ value: 1, enumerable: true }"), ...why },
    accessors: {
      make,
      change: 'Object.defineProperty(v, "extra", { get() { return 1; }, configurable: true });',
      look: 'typeof Object.getOwnPropertyDescriptor(v, "extra")?.get',
      noticed: /accessor/,
      ...why,
    },
    prototype: {
      make,
      change: "Object.setPrototypeOf(v, null);",
      look: "String(Object.getPrototypeOf(v) === null)",
      noticed: /prototype/,
      ...(prototype && { refused: prototype }),
    },
    extensibility: { make, ...seal("preventExtensions"), ...why },
  };
}

/** What cannot be looked into is refused, whatever is done to it. */
function opaque(
  make: string,
  refused: RegExp,
  cells: Record<string, Omit<Cell, "make" | "refused">>,
): Record<string, Cell> {
  return Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, { make, refused, ...cell }]));
}

/** What cannot be looked into, and whose code could not tell either: calls that are given it are refused. */
function unseen(make: string, how: Pick<Cell, "change" | "other">, refused = /./): Cell {
  return { make, ...how, look: "typeof v", refused };
}

const TYPES: Record<string, Record<string, Cell>> = {
  "plain object": {
    ...ordinary("({ a: 1 })"),
    values: { make: "({ a: 1 })", change: "v.a = 2;", look: "String(v.a)" },
    "-0": { make: "({ a: 0 })", change: "v.a = -0;", look: "String(1 / v.a)" },
    "missing or undefined": { make: "({ a: undefined })", change: "delete v.a;", look: 'String("a" in v)' },
    order: { make: "({ a: 1, b: 2 })", change: "delete v.a; v.a = 1;", look: names },
    "order of symbols": {
      make: '({ [Symbol.for("a")]: 1, [Symbol.for("b")]: 2 })',
      change: 'delete v[Symbol.for("a")]; v[Symbol.for("a")] = 1;',
      look: names,
    },
    writable: { make: "({ a: 1 })", ...define("a", "{ writable: false }") },
    enumerable: { make: "({ a: 1 })", ...define("a", "{ enumerable: false }") },
    configurable: { make: "({ a: 1 })", ...define("a", "{ configurable: false }") },
    sealed: { make: "({ a: 1 })", ...seal("seal") },
    frozen: { make: "({ a: 1 })", ...seal("freeze") },
    "what is inside": { make: "({ a: { b: [1] } })", change: "v.a.b[0] = 2;", look: "String(v.a.b[0])" },
    identity: { make: "({ a: {}, b: {} })", change: "v.b = v.a;", look: "String(v.a === v.b)" },
    cycles: { make: "({ a: { a: null } })", change: "v.a = v;", look: "String(v === v.a)" },
  },
  "object without a prototype": {
    values: { make: "Object.assign(Object.create(null), { a: 1 })", change: "v.a = 2;", look: "String(v.a)" },
    prototype: {
      make: "Object.create(null)",
      change: "Object.setPrototypeOf(v, Map.prototype);",
      look: "String(Object.getPrototypeOf(v) === null)",
      refused: /./,
    },
  },
  array: {
    ...ordinary("[1, 2]", undefined, /class of its own/),
    elements: { make: "[1, 2]", change: "v[1] = 3;", look: "v.join()" },
    "elements of long ones": { make: "new Array(3000).fill(1)", change: "v[2500] = 3;", look: "v.join()" },
    "-0": { make: "[0, 1.5]", change: "v[0] = -0;", look: "String(1 / v[0])" },
    length: { make: "[1, 2]", change: "v.length = 1;", look: "String(v.length)" },
    "length beyond the elements": { make: "[1, 2]", change: "v.length = 5;", look: "String(v.length)" },
    holes: { make: "[1, undefined, 3]", change: "delete v[1];", look: "String(1 in v)" },
    "sparse elements": {
      make: "[1]",
      change: "v[4_000_000] = 2;",
      look: "String(v.length) + v[4_000_000]",
      noticed: /long array with holes/,
    },
    "attributes of elements": {
      make: "[1, 2]",
      ...define("0", "{ writable: false }"),
      refused: /read-only|attributes/,
    },
    "attributes of elements of long ones": {
      make: "new Array(1000).fill(1)",
      ...define("700", "{ writable: false }"),
      refused: /read-only|attributes/,
    },
    "length that is read-only": { make: "[1, 2]", ...define("length", "{ writable: false }"), refused: /read-only/ },
    sealed: { make: "[1, 2]", ...seal("seal") },
    frozen: { make: "[1, 2]", ...seal("freeze") },
  },
  Map: {
    ...ordinary("new Map([[1, 2]])", undefined, /a Map/),
    values: { make: "new Map([[1, 2]])", change: "v.set(1, 3);", look: "String(v.get(1))" },
    keys: { make: "new Map([[1, 2]])", change: "v.set(2, 2);", look: "[...v.keys()].join()" },
    order: { make: "new Map([[1, 2], [3, 4]])", change: "v.delete(1); v.set(1, 2);", look: "[...v.keys()].join()" },
    "what is inside": { make: "new Map([[1, { a: 1 }]])", change: "v.get(1).a = 2;", look: "String(v.get(1).a)" },
    "identity of keys": {
      make: "(() => { const o = {}; return { o, m: new Map([[{}, 1]]) }; })()",
      change: "v.m.clear(); v.m.set(v.o, 1);",
      look: "String(v.m.has(v.o))",
    },
  },
  Set: {
    ...ordinary("new Set([1])", undefined, /a Set/),
    values: { make: "new Set([1])", change: "v.add(2);", look: "[...v].join()" },
    order: { make: "new Set([1, 2])", change: "v.delete(1); v.add(1);", look: "[...v].join()" },
    "what is inside": { make: "new Set([[1]])", change: "for (const one of v) one.push(2);", look: "[...v].join()" },
  },
  "Map or Set of a class of its own": {
    ...ordinary("new Table([[1, 2]])", undefined, /a Map/),
    values: { make: "new Table([[1, 2]])", change: "v.set(1, 3);", look: "String(v.get(1))" },
    order: { make: "new Bag([1, 2])", change: "v.delete(1); v.add(1);", look: "[...v].join()" },
    "what is inside": { make: "new Table([[1, { a: 1 }]])", change: "v.get(1).a = 2;", look: "String(v.get(1).a)" },
    class: { make: "new Bag([1])", other: "new Set([1])", look: "String(Object.getPrototypeOf(v) === Set.prototype)" },
    "code of its class": { make: "new Bag([1])", other: "new Sack([1])", look: "v.say()" },
    "Map or Set": { make: "new Bag()", other: "new Table()", look: "String(v instanceof Set)" },
    "slots of another kind": {
      make: "Object.setPrototypeOf(new Map([[1, 1]]), Bag.prototype)",
      other: "new Bag([1])",
      look: "(() => { try { return String(v.size); } catch { return 'none'; } })()",
    },
    fields: { make: "new Bag([1])", change: "v.color = 'red';", look: "v.color" },
    "private members": { make: "new Bag([1])", change: "v.put(2);", look: "String(v.take())" },
    "a frozen one": { make: "Object.freeze(new Bag([1]))", change: "v.add(2);", look: "[...v].join()" },
    identity: { make: "[new Bag(), new Bag()]", change: "v[1] = v[0];", look: "String(v[0] === v[1])" },
  },
  Date: {
    ...ordinary("new Date(5)", /a Date/),
    time: { make: "new Date(5)", change: "v.setTime(6);", look: "String(v.getTime())" },
    validity: { make: "new Date(5)", change: "v.setTime(NaN);", look: "String(v.getTime())" },
  },
  RegExp: {
    ...ordinary("/a/g", undefined, /a RegExp/),
    source: { make: "/a/g", other: "/b/g", look: "v.source" },
    "source, compiled again": {
      make: "/a/g",
      change: 'v.compile("b", "g");',
      look: "v.source",
      noticed: /what an object is/,
    },
    flags: { make: "/a/g", other: "/a/gi", look: "v.flags" },
    lastIndex: { make: "/a/g", change: 'v.test("aaa");', look: "String(v.lastIndex)" },
    "lastIndex that is read-only": {
      make: "/a/g",
      ...define("lastIndex", "{ writable: false }"),
      refused: /RegExp that is read-only/,
    },
  },
  Error: {
    ...ordinary("new Error('a')", undefined, /an Error/),
    message: { make: "new Error('a')", change: "v.message = 'b';", look: "v.message" },
    "stack that was read": {
      make: "Object.assign(new Error('a'), { stack: 'a' })",
      change: "v['st' + 'ack'] = 'b';",
      look: "v['st' + 'ack']",
      noticed: /changes|trace|stack|Error/,
    },
    cause: {
      make: "new Error('a', { cause: 1 })",
      change: "v.cause = 2;",
      look: "String(v.cause)",
    },
    class: {
      make: "new Error('a')",
      other: "new TypeError('a')",
      look: "String(v instanceof TypeError)",
    },
    "errors of an AggregateError": {
      make: "new AggregateError([1], 'a')",
      change: "v.errors.push(2);",
      look: "v.errors.join()",
    },
  },
  "boxed primitive": {
    ...ordinary("Object(1)", undefined, /boxed primitive/),
    number: { make: "Object(1)", other: "Object(2)", look: "String(v.valueOf())" },
    "-0": { make: "Object(0)", other: "Object(-0)", look: "String(1 / v.valueOf())" },
    string: { make: "Object('a')", other: "Object('b')", look: "v.valueOf()" },
    boolean: { make: "Object(true)", other: "Object(false)", look: "String(v.valueOf())" },
    bigint: { make: "Object(1n)", other: "Object(2n)", look: "String(v.valueOf())" },
    symbol: { make: "Object(Symbol.iterator)", other: "Object(Symbol.hasInstance)", look: "String(v.valueOf())" },
    type: { make: "Object(1)", other: "Object(1n)", look: "typeof v.valueOf()" },
    "boxed or not": { make: "Object(1)", other: "1", look: "typeof v" },
    "names of a text": { make: "new String('ab')", change: "v.extra = 1;", look: `${names} + v.extra` },
    "indices of a text": { make: "new String('ab')", change: "v[3] = 1;", look: names },
    "a frozen text": { make: "new String('ab')", ...seal("freeze") },
    class: {
      make: "new (class extends Number {})(1)",
      other: "Object(1)",
      look: "String(Object.getPrototypeOf(v) === Number.prototype)",
    },
    "code of its class": { make: "new Loud('a')", other: "new Quiet('a')", look: "v.say()" },
    "private members": { make: "new Sealed('a', 1)", change: "v.put(2);", look: "String(v.take())" },
    identity: { make: "[Object(1), Object(1)]", change: "v[1] = v[0];", look: "String(v[0] === v[1])" },
  },
  primitive: {
    "-0": { make: "0", other: "-0", look: "String(1 / v)" },
    "number or text": { make: "1", other: "'1'", look: "typeof v" },
    "number or bigint": { make: "1", other: "1n", look: "typeof v" },
    "null or undefined": { make: "null", other: "undefined", look: "String(v)" },
    "large numbers": { make: "2 ** 53", other: "2 ** 53 + 2", look: "String(v)" },
    "lone surrogates": { make: "'\\ud800'", other: "'\\udc00'", look: "String(v.charCodeAt(0))" },
    bigint: { make: "2n ** 70n", other: "-(2n ** 70n)", look: "String(v)" },
  },
  symbol: {
    registered: { make: "Symbol.for('a')", other: "Symbol.for('b')", look: "String(v)" },
    "well-known": { make: "Symbol.iterator", other: "Symbol.asyncIterator", look: "String(v)" },
    "registered or well-known": {
      make: "Symbol.iterator",
      other: "Symbol.for('Symbol.iterator')",
      look: "String(v === Symbol.iterator)",
    },
    "description of a unique one": { make: "Symbol('a')", other: "Symbol('b')", look: "String(v)" },
    "unique or registered": { make: "first", other: "Symbol.for('first')", look: "String(Symbol.keyFor(v))" },
    "which unique one": { make: "first", other: "second", look: "String(v === first)" },
  },
  ArrayBuffer: {
    ...ordinary("new ArrayBuffer(4)", /an ArrayBuffer/),
    bytes: { make: "new ArrayBuffer(4)", change: "new Uint8Array(v)[1] = 7;", look: "String(new Uint8Array(v)[1])" },
    length: { make: "new ArrayBuffer(4)", other: "new ArrayBuffer(5)", look: "String(v.byteLength)" },
    resizable: {
      make: "new ArrayBuffer(4)",
      other: "new ArrayBuffer(4, { maxByteLength: 4 })",
      look: "String(v.resizable)",
      refused: /can be resized/,
    },
    "length after resizing": {
      make: "new ArrayBuffer(4, { maxByteLength: 8 })",
      change: "v.resize(6);",
      look: "String(v.byteLength)",
      refused: /can be resized/,
    },
    "how far it can be resized": {
      make: "new ArrayBuffer(4, { maxByteLength: 8 })",
      other: "new ArrayBuffer(4, { maxByteLength: 9 })",
      look: "String(v.maxByteLength)",
      refused: /can be resized/,
    },
    detached: {
      make: "new ArrayBuffer(0)",
      other: "(() => { const b = new ArrayBuffer(0); structuredClone(b, { transfer: [b] }); return b; })()",
      look: "(() => { try { new Uint8Array(v); return 'there'; } catch { return 'detached'; } })()",
      refused: /given away/,
    },
  },
  "typed array": {
    ...ordinary("new Uint8Array([1, 2])", /properties of its own/, null),
    elements: { make: "new Uint8Array([1, 2])", change: "v[1] = 3;", look: "v.join()" },
    "elements of long ones": { make: "new Float64Array(5000)", change: "v[4321] = 1;", look: "v.join()" },
    "-0": { make: "new Float64Array(2)", change: "v[1] = -0;", look: "String(1 / v[1])" },
    "payload of NaN": {
      make: "new Float64Array([NaN])",
      change: "new Uint32Array(v.buffer)[0] = 1;",
      look: "String(new Uint32Array(v.buffer)[0])",
    },
    type: { make: "new Uint8Array([1])", other: "new Int8Array([1])", look: "v[Symbol.toStringTag]" },
    "clamped or not": {
      make: "new Uint8Array([1])",
      other: "new Uint8ClampedArray([1])",
      look: "v[Symbol.toStringTag]",
    },
    "place in its memory": {
      make: "new Uint8Array(new ArrayBuffer(4), 0, 2)",
      other: "new Uint8Array(new ArrayBuffer(4), 1, 2)",
      look: "String(v.byteOffset)",
    },
    "memory around it": {
      make: "new Uint8Array(new ArrayBuffer(4), 0, 2)",
      change: "new Uint8Array(v.buffer)[3] = 1;",
      look: "String(new Uint8Array(v.buffer)[3])",
    },
    "shared memory of two": {
      make: "[new Uint8Array(2), new Uint8Array(2)]",
      change: "v[1] = new Uint8Array(v[0].buffer);",
      look: "String(v[0].buffer === v[1].buffer)",
    },
    "tracks its memory's length": {
      make: "new Uint8Array(new ArrayBuffer(4, { maxByteLength: 8 }), 0, 4)",
      other: "new Uint8Array(new ArrayBuffer(4, { maxByteLength: 8 }))",
      look: "(() => { v.buffer.resize(6); const { length } = v; v.buffer.resize(4); return String(length); })()",
      refused: /can be resized/,
    },
  },
  DataView: {
    ...ordinary("new DataView(new ArrayBuffer(4))", /properties of its own/, null),
    bytes: { make: "new DataView(new ArrayBuffer(4))", change: "v.setInt8(1, 7);", look: "String(v.getInt8(1))" },
    "place in its memory": {
      make: "new DataView(new ArrayBuffer(4), 0, 2)",
      other: "new DataView(new ArrayBuffer(4), 1, 2)",
      look: "String(v.byteOffset)",
    },
  },
  Buffer: {
    bytes: { make: "Buffer.from('ab')", change: "v[1] = 7;", look: "v.toString()" },
    "own names": {
      make: "Buffer.from('ab')",
      change: "v.extra = 1;",
      look: "String(v.extra)",
      refused: /properties of its own/,
    },
    "Buffer or Uint8Array": {
      make: "Buffer.from('ab')",
      other: "new Uint8Array([97, 98])",
      look: "String(v instanceof Buffer)",
    },
  },
  "arguments object": {
    ...opaque("(function () { return arguments; })(1, 2)", /arguments/i, {
      elements: { change: "v[0] = 3;", look: "String(v[0])" },
      length: { change: "v.length = 1;", look: "String(v.length)" },
    }),
  },
  "instance of a class": {
    ...ordinary("new Point(1)"),
    fields: { make: "new Point(1)", change: "v.x = 2;", look: "String(v.x)" },
    class: { make: "new Point(1)", other: "Object.assign(new Other(), { x: 1 })", look: "String(v instanceof Point)" },
    "class of the same code": { make: "new Twin1(1)", other: "new Twin2(1)", look: "String(v instanceof Twin1)" },
    "private members": { make: "new Secret(1)", change: "v.write(2);", look: "String(v.read())" },
  },
  Proxy: {
    ...opaque("new Proxy({ a: 1 }, {})", /Proxy/, {
      "values of its target": { change: "v.a = 2;", look: "String(v.a)" },
    }),
    revoked: {
      make: "({})",
      other: "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()",
      look: "(() => { try { return String(Reflect.ownKeys(v).length); } catch { return 'revoked'; } })()",
      refused: /Proxy/,
    },
  },
  "module namespace": {
    bindings: {
      make: "space",
      other: "otherSpace",
      change: "v.setCount(v.count + 1);",
      look: "String(v.count)",
      noticed: /writes `count`/,
    },
  },
  "what runs or waits": {
    "promise, its outcome": unseen("Promise.resolve(1)", { other: "Promise.resolve(2)" }, /a Promise/),
    "generator, where it is": unseen("(function* () { yield 1; yield 2; })()", { change: "v.next();" }, /a generator/),
    "iterator of an array, where it is": unseen("[1, 2].values()", { change: "v.next();" }, /an iterator or generator/),
    "iterator of a Map, where it is": unseen(
      "new Map([[1, 2]]).keys()",
      { change: "v.next();" },
      /an iterator or generator/,
    ),
    "iterator of a text, where it is": unseen(
      "'ab'[Symbol.iterator]()",
      { change: "v.next();" },
      /an iterator or generator/,
    ),
    "matches of a text, where it is": unseen(
      "'ab'.matchAll(/a/g)",
      { change: "v.next();" },
      /an iterator or generator/,
    ),
  },
  "weak collection": {
    WeakMap: {
      make: "weakly(new WeakMap())",
      change: "v.weak.set(v.key, 2);",
      look: "String(v.weak.get(v.key))",
    },
    WeakSet: {
      make: "weakly(new WeakSet())",
      change: "v.weak.add(v.key);",
      look: "String(v.weak.has(v.key))",
    },
    WeakRef: unseen("new WeakRef(Point)", { other: "new WeakRef(Other)" }, /Weak|accessor/),
    FinalizationRegistry: unseen("new FinalizationRegistry(() => {})", { change: "v.register({}, 1);" }),
  },
  "object of the language with hidden state": {
    "Intl.NumberFormat, its options": {
      make: "new Intl.NumberFormat('en')",
      other: "new Intl.NumberFormat('en', { style: 'percent' })",
      look: "v.format(0.5)",
    },
    "Intl.Collator, its options": {
      make: "new Intl.Collator('en')",
      other: "new Intl.Collator('en', { numeric: true })",
      look: "String(v.compare('10', '9'))",
    },
    "Intl.Collator, own names": { make: "new Intl.Collator('en')", change: "v.extra = 1;", look: names },
    "Intl.Collator, what is on its function": unseen(
      "new Intl.Collator('en')",
      { change: "v.compare.extra = 1;" },
      /formatter/,
    ),
    "SharedArrayBuffer, its bytes": {
      make: "new SharedArrayBuffer(4)",
      change: "new Uint8Array(v)[1] = 7;",
      look: "String(new Uint8Array(v)[1])",
      refused: /./,
    },
    "view of a SharedArrayBuffer, its bytes": {
      make: "new Uint8Array(new SharedArrayBuffer(4))",
      change: "v[1] = 7;",
      look: "v.join()",
      refused: /./,
    },
    "globalThis, its names": unseen("globalThis", { change: "v.extra = 1;" }),
  },
  "object of Node with hidden state": {
    "performance or console": { make: "performance", other: "console", look: "String('now' in v)" },
    "crypto or performance": { make: "crypto", other: "performance", look: "String('now' in v)" },
    "performance, own names": {
      make: "performance",
      change: "v.extra = 1;",
      look: "String(v.extra)",
      refused: /performance/,
    },
    "performance, its listeners": unseen(
      "performance",
      { change: "delete v.extra; v.addEventListener('x', () => {});" },
      /performance/,
    ),
    "URL, its parts": {
      make: "new URL('http://a/b')",
      change: "v.pathname = '/c';",
      look: "v.href",
      noticed: /holds inside/,
    },
    "URL, own names of its query": {
      make: "new URL('http://a/b')",
      change: "v.searchParams.extra = 1;",
      look: "String(v.searchParams.extra)",
    },
    "URLSearchParams, its entries": {
      make: "new URLSearchParams('a=1')",
      change: "v.set('a', '2');",
      look: "String(v)",
      noticed: /holds inside/,
    },
    "Headers, their entries": unseen("new Headers({ a: '1' })", { change: "v.set('a', '2');" }),
    "Blob, its bytes": unseen("new Blob(['a'])", { other: "new Blob(['b'])" }),
    "AbortSignal, whether it is aborted": unseen("new AbortController()", { change: "v.abort();" }),
    "EventTarget, its listeners": unseen("new EventTarget()", { change: "v.addEventListener('a', () => {});" }),
    "EventEmitter, its listeners": {
      make: "new EventEmitter()",
      change: "v.on('a', () => {});",
      look: "v.listenerCount('a')",
      noticed: /function that is made/,
    },
    "stream, what it holds": unseen("new PassThrough()", { change: "v.write('a');" }),
    "ReadableStream, what it holds": unseen("new ReadableStream()", { change: "v.cancel();" }),
    "TextDecoder, its options": {
      make: "new TextDecoder()",
      other: "new TextDecoder('utf-8', { fatal: true })",
      look: "String(v.fatal)",
    },
    "TextDecoder, its native state": unseen("new TextDecoder('utf-16le')", {
      change: "v.decode(new Uint8Array([200]), { stream: true });",
    }),
    "hash, what it was fed": unseen("createHash('md5')", { change: "v.update('a');" }),
    "key, its bytes": unseen("createSecretKey('a', 'utf8')", { other: "createSecretKey('b', 'utf8')" }),
    "MessageChannel, what is on its way": unseen("channel()", { change: "v.port1.postMessage(1);" }),
    "socket, its handle": unseen("new Socket()", { change: "v.destroy();" }),
    "AsyncLocalStorage, its store": unseen("new AsyncLocalStorage()", { change: "v.enterWith(1);" }),
  },
};

const PRELUDE = `
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, createSecretKey } from "node:crypto";
import { EventEmitter } from "node:events";
import { Socket } from "node:net";
import { PassThrough } from "node:stream";
import { burn } from "./burn.mjs";
import * as space from "./space.mjs";
import * as otherSpace from "./other-space.mjs";
class Point { constructor(x) { this.x = x; } }
class Other {}
class Twin1 { constructor(x) { this.x = x; } }
class Twin2 { constructor(x) { this.x = x; } }
class Loud extends String { say() { return this.toUpperCase(); } }
class Quiet extends String { say() { return this.toLowerCase(); } }
class Sealed extends String { #x; constructor(text, x) { super(text); this.#x = x; } take() { return this.#x; } put(x) { this.#x = x; } }
class Table extends Map {}
class Bag extends Set { #x = 1; say() { return "bag"; } take() { return this.#x; } put(x) { this.#x = x; } }
class Sack extends Set { #x = 1; say() { return "sack"; } take() { return this.#x; } put(x) { this.#x = x; } }
class Secret { #x; constructor(x) { this.#x = x; } read() { return this.#x; } write(x) { this.#x = x; } }
const first = Symbol("first"), second = Symbol("first");
const weakly = (weak) => ({ weak, key: {} });
const channel = () => { const made = new MessageChannel(); made.port1.unref(); made.port2.unref(); return made; };
`;

const SPACE = "export let count = 0;\nexport const setCount = (n) => { count = n; };\n";

function cellProgram(type: string, cells: Record<string, Cell>): Program {
  const major = Number.parseInt(process.versions.node, 10);
  const memo: Record<string, number> = {};
  const refuses: Record<string, RegExp> = {};
  const kept: Record<string, number> = {};
  const lines: string[] = [];
  for (const [index, cell] of Object.values(cells).entries()) {
    const { make, change = "", other = make, look, refused, noticed, node = 20 } = cell;
    if (major < node) continue;
    lines.push(
      `function see${index}(v) { burn(1); return ${look}; }`,
      `const a${index} = ${make}, b${index} = ${other}; { const v = b${index}; ${change} }`,
    );
    if (refused) lines.push(`console.log(${index}, see${index}(b${index}));`);
    // Two values that nobody can tell apart prove nothing: then no call is made, and the expected ones are missing.
    else {
      lines.push(
        `let tells${index}; { const v = a${index}; tells${index} = ${look}; }`,
        `{ const v = b${index}; if (tells${index} !== ${look}) console.log(${index}, see${index}(a${index}), see${index}(b${index})); }`,
      );
    }
    if (refused) refuses[`see${index}`] = refused;
    else memo[`see${index}`] = 2;
    if (change === "") continue;
    lines.push(
      `function change${index}(v) { ${change} return burn(1); }`,
      `for (let i = 0; i < 2; i++) { const v = ${make}; console.log(${index}, change${index}(v), ${look}); }`,
    );
    const why = refused ?? noticed;
    if (why) refuses[`change${index}`] = why;
    // The first call that changes something shows that there is something to be kept.
    else kept[`change${index}`] = 2;
  }
  const files = {
    "main.mjs": `${PRELUDE}${lines.join("\n")}\nprocess.exit();\n`,
    "space.mjs": SPACE,
    "other-space.mjs": SPACE,
  };
  const never = Object.fromEntries(Object.keys(memo).map((name) => [name, 0]));
  const warm = { hits: { ...memo, ...kept }, misses: never };
  const definition: Definition = { files, memo, refuses, warm };
  return program(`what can be seen: ${type}`, definition);
}

/** The table of docs/soundness.md. */
export function observableTable(): string[][] {
  return Object.entries(TYPES).map(([type, cells]) => {
    const kept = Object.entries(cells).filter(([, { refused }]) => refused === undefined);
    const refused = Object.entries(cells).filter(([, cell]) => cell.refused !== undefined);
    return [type, ...[kept, refused].map((list) => list.map(([name]) => name).join("; ") || "nothing")];
  });
}

export const programs = Object.entries(TYPES).map(([type, cells]) => cellProgram(type, cells));
