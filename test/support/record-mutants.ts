/** Records of every form that travels, and records that somebody has tampered with. */
import { types } from "node:util";
import { admit } from "../../src/call/admit.ts";
import { type Entry, readEntries, writeEntriesOf } from "../../src/call/entry.ts";
import type { Reach } from "../../src/code/reach.ts";
import { decode, encode, GRAPH, readTable, writeTable } from "../../src/codec/codec.ts";
import { CLASSES, type Graph } from "../../src/codec/graph.ts";
import type { SharedObjects } from "../../src/codec/shared-objects.ts";
import { hashText } from "../../src/hash.ts";
import type { RecordForm } from "../../src/store/store.ts";
import { dependencyText, packTrace, type Trace, unpackTrace } from "../../src/trace/trace.ts";

export class Point {
  x: number;
  constructor(x: number) {
    this.x = x;
  }
}

const argument = { given: true };
const unit = { definition: { code: "code", traits: [] } };
const reach = { functions: [{ value: Point, unit }], traits: new Set() } as unknown as Reach;
const sharedObjects: SharedObjects = {
  seen: new Map<object | symbol, number>([[argument, 0]]),
  views: [],
  weak: [],
  links: null,
  bindings: [],
  reaches: [reach],
  builtInObjects: () => new Map(),
};

const define = (target: object, name: PropertyKey, descriptor: PropertyDescriptor) =>
  Object.defineProperty(target, name, descriptor);
/** On no version of Node, a trace is left. */
const traceless = <T extends Error>(error: T): T => {
  delete error.stack;
  return error;
};
const cycle = () => {
  const a: Record<string, unknown> = { list: [] };
  (a.list as unknown[]).push(a);
  return a;
};

/** All kinds of values that calls return, by the form in which the codec writes them. */
export const VALUES: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  "a text": () => "text \u00e9",
  "a wide text": () => "\u0416\ud83d\ude00",
  "plain data": () => ({ a: 1, b: [true, null, "x"], c: { d: -2.5, e: "\u0416" } }),
  "a list": () => Array.from({ length: 50 }, (_, i) => ({ i, name: `n${i}` })),
  undefined: () => undefined,
  "a Map": () =>
    new Map([
      ["a", 1],
      ["b", 2],
    ] as [string, number][]),
  "a Set": () => new Set([1, "two", 3n]),
  "a Date": () => new Date(5),
  memory: () => new Uint8Array([1, 2, 3]),
  views: () =>
    new Map<string, unknown>([
      ["f", new Float64Array([1.5])],
      ["b", Buffer.from(new Uint8Array(20).buffer)],
      ["r", /a+/gi],
    ]),
  integers: () => Array.from({ length: 30 }, (_, i) => i * 3),
  numbers: () => Array.from({ length: 30 }, (_, i) => i / 3),
  booleans: () => [[true, false, true], { yes: true }, undefined],
  holes: () => [1, , 3, { a: undefined }, , "x"],
  collections: () => [
    new Map<unknown, unknown>([
      [1, new Set(["a"])],
      [argument, 2n],
    ]),
    undefined,
    -0,
    Number.NaN,
  ],
  "an instance": () => [new Point(1), new Point(2), Point, undefined],
  "a cycle": cycle,
  "frozen things": () => Object.freeze({ a: Object.freeze([1]), b: Object.seal({ c: 1 }) }),
  attributes: () => define({ a: 1 }, "b", { value: 2, enumerable: false, writable: false }),
  symbols: () => ({ [Symbol.iterator]: 1, [Symbol.for("x")]: Symbol.asyncIterator }),
  "errors and boxes": () => [traceless(new TypeError("bad")), Object("abc"), Object(1), Object(2n)],
  "memory in two views": () => {
    const { buffer } = new Uint8Array(16);
    return [new Uint8Array(buffer, 2, 4), new Int32Array(buffer, 4, 2), new DataView(buffer), buffer];
  },
  expressions: () => [Object.assign(/a(b)?/y, { lastIndex: 1 }), Object.assign(/x/, { note: 1 }), undefined],
  "an argument": () => ({ argument, copy: { ...argument }, none: undefined }),
  "collections with names": () => [
    Object.assign(new Map<unknown, unknown>([[1, { a: [undefined] }]]), { note: 1 }),
    Object.freeze(Object.assign(new Set([undefined, -0]), { note: "x" })),
    Object.preventExtensions(Object.assign(new Date(5), { note: 2.5 })),
  ],
  "memory of other kinds": () => [
    Buffer.from("a piece"),
    Reflect.construct(ArrayBuffer, [4, { maxByteLength: 8 }]),
    Object.preventExtensions(new Float32Array(2)),
    undefined,
  ],
  "arrays with names": () => [Object.assign([1, 2], { extra: true }), Object.assign([], { length: 1000 }), undefined],
};

export const KEY = "0123456789abcdef0123456789abcdef";
const PARTS = "a".repeat(160);

export interface Sample {
  readonly name: string;
  readonly form: RecordForm;
  readonly bytes: Buffer;
}

const TRACE: Trace = {
  dependencies: [
    { query: ["readFile", "pdata.txt", "utf8"], answer: "1".repeat(32), fingerprint: "1 2 3 4 5 6" },
    { query: ["later stat", "pdata.txt", ""], answer: "2".repeat(32), fingerprint: "", waits: true },
    { query: ["cwd"], answer: "3".repeat(32), fingerprint: "" },
  ],
  output: [
    { stream: 1, via: "console", data: "line\n", encoding: "utf8" },
    { stream: 2, via: "write", data: new Uint8Array([1, 2, 255]), encoding: "" },
  ],
  made: { direct: [{ key: "4".repeat(32), name: "inner" }], indirect: ["5".repeat(32)] },
  maker: { key: "6".repeat(32), name: "outer" },
};

/** Each value as a record of its own, and in entries of every kind. */
export const SAMPLES: readonly Sample[] = Object.entries(VALUES).flatMap(([name, make], index): Sample[] => {
  const encoded = encode(make(), { before: sharedObjects, after: sharedObjects }, 1e8);
  if ("refused" in encoded) throw new Error(`${name} is refused: ${JSON.stringify(encoded.refused)}`);
  const value = encoded.bytes;
  const entry: Entry = {
    cost: 12.5,
    turns: index % 3,
    waits: false,
    goesOn: false,
    trace: new Uint8Array(0),
    value,
    valueAt: "",
  };
  const traced: Entry = { ...entry, trace: packTrace(TRACE), waits: true };
  const apart: Entry = { ...traced, value: new Uint8Array(0), valueAt: hashText(`${KEY} ${dependencyText(TRACE)}`) };
  const record = (entries: readonly Entry[]) => Buffer.from(writeEntriesOf(PARTS, entries));
  return [
    { name, form: "value", bytes: Buffer.from(value) },
    { name: `an entry of ${name}`, form: "entry", bytes: record([entry]) },
    { name: `entries with traces of ${name}`, form: "entry", bytes: record([traced, apart]) },
  ];
});

/** Numbers, the same for a seed. */
export function draws(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Values that are written as tables. */
export const TABLES = SAMPLES.filter(({ form, bytes }) => form === "value" && bytes[0] === GRAPH);

/** A record with one to four changes. */
export function mutant(draw: (below: number) => number): Sample {
  if (draw(3) === 0) {
    const table = TABLES[draw(TABLES.length)] as Sample;
    return { ...table, bytes: Buffer.from(mutantTable(table.bytes, draw)) };
  }
  const sample = SAMPLES[draw(SAMPLES.length)] as Sample;
  let { bytes } = sample;
  for (let i = 1 + draw(4); i > 0; i--) bytes = mutantBytes(bytes, draw);
  return { ...sample, bytes };
}

const INTERESTING = [0, 1, 2, 0x22, 0x2d, 0x41, 0x5c, 0x5e, 0x6f, 0x7b, 0x7f, 0x80, 0xfe, 0xff];

function mutantBytes(bytes: Buffer, draw: (below: number) => number): Buffer {
  const at = draw(bytes.length + 1);
  const changed = Buffer.from(bytes);
  switch (draw(7)) {
    case 0:
      if (at < changed.length) changed[at] = (changed[at] as number) ^ (1 << draw(8));
      return changed;
    case 1:
      if (at < changed.length) changed[at] = INTERESTING[draw(INTERESTING.length)] as number;
      return changed;
    case 2:
      return changed.subarray(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + draw(8))]);
    case 4:
      return Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(draw(bytes.length + 1)).subarray(0, 1 + draw(40)),
        bytes.subarray(at),
      ]);
    case 5: {
      const other = (SAMPLES[draw(SAMPLES.length)] as Sample).bytes;
      return Buffer.concat([bytes.subarray(0, at), other.subarray(draw(other.length))]);
    }
    default:
      if (at + 4 <= changed.length) changed.writeInt32LE(draw(2) ? -1 - draw(5) : draw(2 ** 31), at);
      return changed;
  }
}

const NUMBERS = [0, -0, 1, -1, 2, 3, 7, 8, 100, 2 ** 31, 2 ** 32 - 1, 2 ** 53, -5, 0.5, Number.NaN];
const OTHERS = [
  undefined,
  null,
  true,
  "",
  "__proto__",
  "constructor",
  "length",
  "lastIndex",
  "0",
  [],
  [0],
  [-1],
  [-1, 2],
  {},
  5n,
];

/** A table that V8 reads, in which something is another. */
function mutantTable(bytes: Buffer, draw: (below: number) => number): Uint8Array {
  return rewritten(bytes, (frame, words) => {
    for (let i = 1 + draw(2); i > 0; i--) {
      if (words.length > 0 && draw(2) === 0) {
        const at = draw(words.length);
        const ways = [(words[at] as number) ^ (1 << draw(32)), draw(200), words[draw(words.length)] as number];
        words[at] = ways[draw(ways.length)] as number;
      } else tamper(frame, draw);
    }
    return draw(60) === 0 ? { count: 1 } : frame;
  });
}

/** A table that is read, changed, and written again. */
export function rewritten(bytes: Buffer, change: (frame: object, words: Int32Array) => object): Uint8Array {
  const { singles, numbers, integers, words: first, ...frame } = readTable(bytes);
  const words = new Int32Array(first);
  const changed = packed(change(frame, words)) as object;
  return writeTable({ ...changed, singles, numbers, integers, words } as unknown as Graph, GRAPH);
}

/**
 * The same with arrays that V8 takes for arrays without holes. Those that it has read itself may have some, as far as it knows: it
 * writes them in another form, which is let in nowhere, and nothing that was changed in them would be looked at.
 */
function packed(value: unknown): unknown {
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    for (const item of value) copy.push(packed(item));
    return copy;
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, packed(item)]));
}

/** Walks to some place in it, and puts something else there. */
function tamper(frame: object, draw: (below: number) => number): void {
  let holder = frame as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(holder);
    const key = keys[draw(keys.length)];
    if (key === undefined) return;
    const inner = holder[key];
    if (
      typeof inner === "object" &&
      inner !== null &&
      !ArrayBuffer.isView(inner) &&
      Object.keys(inner).length > 0 &&
      draw(6) > 0
    ) {
      holder = inner as Record<string, unknown>;
      continue;
    }
    const way = Array.isArray(holder) ? draw(5) : 2;
    if (way === 0) (holder as unknown as unknown[]).splice(Number(key), 1);
    else if (way === 1) (holder as unknown as unknown[]).push(inner);
    else if (draw(2)) holder[key] = likewise(inner, draw);
    else holder[key] = draw(2) ? NUMBERS[draw(NUMBERS.length)] : structuredClone(OTHERS[draw(OTHERS.length)]);
    return;
  }
}

const TEXTS = ["", "a", "b", "0", "x", "constructor", "lastIndex", "name", "note", ...CLASSES.keys()];

/** Something of the same type: what looks right is let in further than what does not. */
function likewise(value: unknown, draw: (below: number) => number): unknown {
  if (typeof value === "number") return draw(2) ? value + draw(3) - 1 : draw(9);
  if (typeof value === "string") return TEXTS[draw(TEXTS.length)];
  if (typeof value === "boolean") return !value;
  if (typeof value === "bigint") return -value;
  if (value instanceof Uint8Array) return value.slice(draw(value.length + 1));
  return value;
}

/** What became of a record: it is a miss, or what it holds has been read and is well formed. @throws where it is neither */
export function taken({ form, bytes }: Sample): "miss" | "value" {
  const record = admit(KEY, form, bytes);
  if (record === null) return "miss";
  if (form === "value") return readValue(record);
  let answer: "miss" | "value" = "miss";
  for (const { trace, value, valueAt, cost } of readEntries(record)) {
    const { dependencies, writes } = unpackTrace(trace);
    if (writes !== undefined || !(cost >= 0)) throw new Error("an entry that may not travel was let in");
    if (dependencies.some(({ fingerprint }) => fingerprint !== "")) throw new Error("a fingerprint of another machine");
    if (valueAt === "") answer = readValue(value);
  }
  return answer;
}

function readValue(bytes: Uint8Array): "miss" | "value" {
  const decoded = decode(bytes, sharedObjects);
  if (decoded === null) return "miss";
  checkClasses(decoded.value);
  return "value";
}

const PROTOTYPES = new Set<object | null>([
  null,
  // Of the call: its code, and what it was given.
  Point.prototype,
  argument,
  Buffer.prototype,
  ...Object.getOwnPropertyNames(globalThis).flatMap((name) => {
    const value: unknown = Object.getOwnPropertyDescriptor(globalThis, name)?.value;
    return typeof value === "function" && value.prototype ? [value.prototype as object] : [];
  }),
]);
const names = () => Reflect.ownKeys(Object.prototype).length + Reflect.ownKeys(Array.prototype).length;
const before = names();

/** Nothing is of a class that the language or the call does not have, and nothing has a name that would give it one. */
function checkClasses(root: unknown): void {
  const seen = new Set<unknown>([Point, argument]);
  const todo = [root];
  while (todo.length > 0) {
    const value = todo.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (!PROTOTYPES.has(Object.getPrototypeOf(value))) throw new Error("an object of an unknown class");
    // By what it is: its prototype may be another's.
    if (types.isMap(value)) for (const [key, item] of Map.prototype.entries.call(value)) todo.push(key, item);
    if (types.isSet(value)) todo.push(...Set.prototype.values.call(value));
    if (ArrayBuffer.isView(value)) continue;
    for (const key of Reflect.ownKeys(value)) {
      if (key === "__proto__") throw new Error("a name that sets a prototype");
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (descriptor && !("value" in descriptor)) throw new Error("an accessor");
      todo.push(descriptor?.value);
    }
  }
  if (names() !== before) throw new Error("a prototype of the language was changed");
}

export function shown({ name, form, bytes }: Sample): string {
  return `${name}, as ${form}: ${bytes.toString("base64").slice(0, 2000)}`;
}
