/** What is let in of the records of other machines. `npm run fuzz:remote` tries a million more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { serialize } from "node:v8";
import { admit } from "../../src/call/admit.ts";
import { readEntries, writeEntriesOf } from "../../src/call/entry.ts";
import { endOfSerialized } from "../../src/codec/check/serialized.ts";
import { encode, encodeWithChanges, GRAPH, serializedVersion } from "../../src/codec/codec.ts";
import type { Graph } from "../../src/codec/graph.ts";
import { packTrace, type Trace, unpackTrace } from "../../src/trace/trace.ts";
import {
  draws,
  KEY,
  mutant,
  rewritten,
  SAMPLES,
  type Sample,
  shown,
  TABLES,
  taken,
} from "../support/record-mutants.ts";

const MUTANTS = 4000;
const nothing = {
  seen: new Map(),
  views: [],
  weak: [],
  links: null,
  bindings: [],
  reaches: [],
  builtInObjects: () => new Map<object, string>(),
};
const entry = {
  cost: 1,
  turns: 0,
  waits: false,
  goesOn: false,
  trace: new Uint8Array(0),
  value: Buffer.from("1"),
  valueAt: "",
};
const record = (more: object) => writeEntriesOf("a".repeat(160), [{ ...entry, ...more }]);
const traceOf = (more: Partial<Trace>) => packTrace({ dependencies: [], output: [], ...more });

test("records of every form that travels are let in, and lead to their values", () => {
  for (const sample of SAMPLES) assert.equal(taken(sample), "value", shown(sample));
});

test("an entry comes without the fingerprints of another machine, and is the same else", () => {
  const sample = SAMPLES.find(({ name }) => name === "entries with traces of plain data") as Sample;
  const [traced, apart] = readEntries(admit(KEY, "entry", sample.bytes) as Uint8Array);
  const [before] = readEntries(sample.bytes);
  assert.ok(traced && apart && before, "both entries are there");
  const { dependencies, ...others } = unpackTrace(before.trace);
  assert.ok(
    dependencies.some(({ fingerprint }) => fingerprint !== ""),
    "there was one to be taken off",
  );
  assert.deepEqual(unpackTrace(traced.trace), {
    dependencies: dependencies.map((one) => ({ ...one, fingerprint: "" })),
    ...others,
  });
  assert.deepEqual(
    [traced.cost, traced.turns, traced.waits, traced.value],
    [before.cost, before.turns, before.waits, before.value],
  );
  assert.equal(apart.valueAt.length, 32);
});

test("what a call has done, or what names another record, stays where it is", () => {
  assert.ok(admit(KEY, "entry", record({})), "the same entry without it is let in");
  const write = { action: ["file", "pout.txt", ""], content: "0".repeat(32), size: 1, after: 0 };
  assert.equal(admit(KEY, "entry", record({ trace: traceOf({ writes: [write] }) })), null);
  const changed = encodeWithChanges(1, { changes: [], wrote: null }, nothing, 1e6);
  assert.ok("bytes" in changed, "it can be written");
  assert.equal(admit(KEY, "value", changed.bytes), null);
  assert.equal(admit(KEY, "entry", record({ value: changed.bytes })), null);
  assert.equal(admit(KEY, "entry", record({ value: new Uint8Array(0), valueAt: "0".repeat(32) })), null);
  assert.equal(admit(KEY, "entry", record({ cost: Number.NaN })), null);
  assert.equal(admit(KEY, "entry", record({ cost: -1 })), null);
});

test("questions that nobody asks are let in no more than answers that are none", () => {
  const asked = (query: readonly unknown[]) =>
    admit(
      KEY,
      "entry",
      record({ trace: traceOf({ dependencies: [{ query: query as string[], answer: "", fingerprint: "" }] }) }),
    );
  assert.ok(asked(["readFile", "pdata.txt", "utf8"]), "a question that dumbo asks");
  for (const query of [
    ["readFile"],
    ["readFile", "data.txt"],
    ["stat", "p\0"],
    ["stat", "uno url"],
    ["readFile", 5],
    [],
    [""],
  ]) {
    assert.equal(asked(query), null, JSON.stringify(query));
  }
  for (const stream of [0, 3, "1"]) {
    const output = [{ stream: stream as 1, via: "write" as const, data: "", encoding: "" }];
    assert.equal(admit(KEY, "entry", record({ trace: traceOf({ output }) })), null);
  }
});

test("calls that a call has made are let in as dumbo writes them", () => {
  const made = (one: unknown) => admit(KEY, "entry", record({ trace: traceOf({ made: one as "unknown" }) }));
  assert.ok(made("unknown"), "a list that nobody may rely on");
  assert.ok(made({ direct: [{ key: "a", name: "b" }], indirect: ["c"] }), "a list");
  for (const bad of [
    { direct: [{ key: 1, name: "b" }], indirect: [] },
    { direct: [], indirect: [1] },
  ]) {
    assert.equal(made(bad), null, JSON.stringify(bad));
  }
  for (const bytes of ["[[],[],[],1]", "[[],[],[],[0,[],5]]", "[[],[],[],[0,[5],[]]]", "[[],[],[],[0,{},[]]]"]) {
    assert.equal(admit(KEY, "entry", record({ trace: Buffer.from(bytes) })), null, bytes);
  }
});

test("bytes that V8 reads and the codec does not write never get to V8", () => {
  const bad: readonly [string, Uint8Array][] = [
    ["a sparse array", serialize([1, , 3])],
    ["an error", serialize(new Error("x"))],
    ["a boxed text", serialize(Object("x"))],
    ["a record with an unknown view", Buffer.from("ff0f5c0e00", "hex")],
    ["an array longer than its bytes", Buffer.from("ff0f41ffffff7f", "hex")],
    ["a reference to nothing", Buffer.from("ff0f5e05", "hex")],
    ["something behind the value", Buffer.concat([serialize(new Map()), Buffer.from([0x30])])],
    ["a Map in a Map, too deep", deep()],
    ["an older format", Buffer.from("ff0d3b3a00", "hex")],
    ["a name that sets a prototype", Buffer.from('{"__proto__":{"a":1}}')],
    ["the same in escapes", Buffer.from('{"\\u005f_proto__" : 1}')],
    ["no JSON", Buffer.from("{")],
    ["nothing", Buffer.alloc(0)],
    ["half a character", Buffer.from([3, 65])],
  ];
  const version = serializedVersion();
  for (const [what, bytes] of bad) {
    assert.equal(admit(KEY, "value", bytes), null, what);
    if (bytes[0] === 0xff)
      assert.notEqual(endOfSerialized(bytes, 0, version), bytes.length, `${what}, before V8 sees it`);
  }
  assert.ok(admit(KEY, "value", serialize(new Map([[1, new Set([/a/g, new Date(1)])]]))), "what it does write");
});

test("a table that is read and written again is let in: what is changed between is what is looked at", () => {
  assert.ok(TABLES.length > 10, `${TABLES.length} tables`);
  for (const { bytes, ...sample } of TABLES) {
    const again = { ...sample, bytes: Buffer.from(rewritten(bytes, (frame) => frame)) };
    assert.equal(taken(again), "value", shown(again));
  }
});

test("views of memory that are sealed or frozen are let in nowhere: V8 makes none", () => {
  const sample = TABLES.find(({ name }) => name === "memory in two views") as Sample;
  const counts = { miss: 0, value: 0 };
  for (let integrity = 0; integrity <= 3; integrity++) {
    const bytes = rewritten(sample.bytes, (frame) => ({
      ...frame,
      shapes: (frame as Graph).shapes.map((shape) => ({ ...shape, integrity })),
    }));
    counts[taken({ ...sample, bytes: Buffer.from(bytes) })]++;
  }
  assert.deepEqual(counts, { value: 2, miss: 2 });
});

test("a name that sets a prototype is let in by no form", () => {
  const around = { before: nothing, after: nothing };
  const own = (names: object) => encode(Object.freeze(names), around, 1e6);
  const [good, bad] = [
    own({ proto: { a: 1 }, b: [undefined] }),
    own(JSON.parse('{ "__proto__": { "a": 1 }, "b": [0.5] }')),
  ];
  assert.ok("bytes" in good && "bytes" in bad, "both can be written");
  assert.deepEqual([good.bytes[0], bad.bytes[0]], [GRAPH, GRAPH]);
  assert.ok(admit(KEY, "value", good.bytes), "the same with another name");
  assert.equal(admit(KEY, "value", bad.bytes), null);
});

test("a function of the language or of Node is named by no record of another machine", () => {
  const named = { ...nothing, builtInObjects: () => new Map<object, string>([[parseInt, "parseInt"]]) };
  const encoded = encode([parseInt, undefined], { before: named, after: named }, 1e6);
  assert.ok("bytes" in encoded && encoded.bytes[0] === GRAPH, "this machine may store it");
  for (const what of ["results", "deeds"] as const) assert.equal(admit(KEY, "value", encoded.bytes, what), null);
});

function deep(): Buffer {
  let map = new Map();
  for (let i = 0; i < 300; i++) map = new Map([[1, map]]);
  return serialize(map);
}

test("records that were tampered with are a miss or a well-formed value", () => {
  const draw = draws(1);
  const counts = { miss: 0, value: 0 };
  for (let i = 0; i < MUTANTS; i++) {
    const sample = mutant(draw);
    try {
      counts[taken(sample)]++;
    } catch (error) {
      assert.fail(`${shown(sample)}: ${(error as Error).stack}`);
    }
  }
  assert.ok(counts.miss > MUTANTS / 4 && counts.value > MUTANTS / 50, JSON.stringify(counts));
});
