/** V8's own tests of objects change what a walk costs, and nothing else: not what it writes, and nothing of the process. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import fc from "fast-check";
import { plainForm } from "../../src/codec/plain-data.ts";
import { KeyWriter } from "../../src/key/key-writer.ts";
import { ValueWalk } from "../../src/key/value-walk.ts";
import type { FunctionWriter } from "../../src/key/walk.ts";
import { elementsOf } from "../../src/value/array-elements.ts";
import { areAlike, areClassesKnown, countLooks, isSettled } from "../../src/value/hidden-classes.ts";
import { RecordKinds } from "../../src/value/record-kinds.ts";
import { Unkeyable } from "../../src/value/unkeyable.ts";
import { change, make, Point, spec } from "../support/generated-values.ts";

class Fields {
  a = 1;
  b = 2;
}

const reachCache: FunctionWriter = {
  builtInObjects: () => new Map(),
  writeFunction: (_, walk) => walk.out.text("a function"),
  writePrototype: (prototype, walk) => {
    if (prototype !== Point.prototype && prototype !== Fields.prototype) throw new Unkeyable({ kind: "unknown-class" });
    walk.out.text(prototype === Point.prototype ? "Point" : "Fields");
  },
};

/** What a walk writes, or why it does not; and the form in which it is kept as a result. */
function lookAt(value: unknown): string {
  const writer = new KeyWriter();
  const walk = new ValueWalk(writer, reachCache, false, 1e6);
  try {
    walk.write(value);
  } catch (error) {
    if (error instanceof Unkeyable) return error.reason.kind;
    throw error;
  }
  const nothing = { seen: new Map(), views: [], weak: [], reaches: [] } as unknown as ValueWalk;
  const form = plainForm(value, { before: nothing, after: nothing } as unknown as Parameters<typeof plainForm>[1]);
  return `${form} ${[...walk.seen.keys()].map((one) => walk.seen.get(one))} ${Buffer.from(writer.since(0)).toString("hex")}`;
}

const define = (value: object, key: PropertyKey, attributes: PropertyDescriptor) =>
  Object.defineProperty(value, key, { enumerable: true, writable: true, configurable: true, value: 1, ...attributes });
const accessor = { get: () => 1, enumerable: true, configurable: true };
const manyNames = (change: (value: Record<string, number>) => void) => {
  const value: Record<string, number> = {};
  for (let i = 0; i < 1500; i++) value[`name${i}`] = i;
  change(value);
  return value;
};
const foreign = (source: string) => vm.runInNewContext(source) as object;

class Given {
  constructor(value: object) {
    // biome-ignore lint/correctness/noConstructorReturn: so that a private name is put on any object
    return value;
  }
}
class Stamp extends Given {
  // biome-ignore lint/correctness/noUnusedPrivateClassMembers: what it is there for
  #secret = 1;
}

/** What hides among ordinary objects `{ a: 1, b: 2 }` and the like. */
const OBJECTS: Record<string, () => object> = {
  "another order": () => ({ b: 2, a: 1 }),
  "another name": () => ({ a: 1, b: 2, c: 3 }),
  "no name": () => ({}),
  "an accessor": () => Object.defineProperty({ a: 1 }, "b", accessor),
  "an accessor in its place": () => Object.defineProperty({ a: 1, b: 2 }, "b", accessor),
  "read-only": () => define({ a: 1, b: 2 }, "b", { writable: false }),
  hidden: () => define({ a: 1, b: 2 }, "b", { enumerable: false }),
  "cannot be deleted": () => define({ a: 1, b: 2 }, "b", { configurable: false }),
  "all three": () => define({ a: 1 }, "b", { writable: false, enumerable: false, configurable: false }),
  frozen: () => Object.freeze({ a: 1, b: 2 }),
  sealed: () => Object.seal({ a: 1, b: 2 }),
  fixed: () => Object.preventExtensions({ a: 1, b: 2 }),
  "an element": () => ({ a: 1, b: 2, 0: 1 }),
  "an element, far away": () => ({ a: 1, b: 2, 123456: 1 }),
  "an element that is an accessor": () => Object.defineProperty({ a: 1, b: 2 }, 7, accessor),
  "an element that is hidden": () => define({ a: 1, b: 2 }, 7, { enumerable: false }),
  "an element that is gone": () => {
    const value: Record<string, number> = { a: 1, b: 2, 7: 7 };
    delete value[7];
    return value;
  },
  "a symbol": () => ({ a: 1, b: 2, [Symbol.for("c")]: 3 }),
  "a symbol of its own": () => ({ a: 1, b: 2, [Symbol("c")]: 3 }),
  "a hidden symbol": () => define({ a: 1, b: 2 }, Symbol.for("c"), { enumerable: false }),
  "a tag": () => ({ a: 1, b: 2, [Symbol.toStringTag]: "Map" }),
  "a deleted name": () => {
    const value: Record<string, number> = { c: 3, a: 1, b: 2 };
    delete value.c;
    return value;
  },
  "a deleted name that came back": () => {
    const value: Record<string, number> = { a: 1, b: 2 };
    delete value.a;
    value.a = 1;
    return value;
  },
  "the name __proto__": () => JSON.parse('{"a":1,"b":2,"__proto__":3}') as object,
  "no prototype": () => Object.assign(Object.create(null), { a: 1, b: 2 }) as object,
  "prototype taken away": () => Object.setPrototypeOf({ a: 1, b: 2 }, null),
  "another prototype": () => Object.setPrototypeOf({ a: 1, b: 2 }, {}),
  "a class": () => new Fields(),
  "a class, more": () => Object.assign(new Fields(), { c: 3 }),
  "no class any more": () => Object.setPrototypeOf(new Fields(), Object.prototype),
  "a class put on": () => Object.setPrototypeOf({ a: 1, b: 2 }, Fields.prototype),
  "another realm": () => foreign("({ a: 1, b: 2 })"),
  "a Proxy": () => new Proxy({ a: 1, b: 2 }, {}),
  "a Map in disguise": () => Object.setPrototypeOf(Object.assign(new Map(), { a: 1, b: 2 }), Object.prototype),
  "a Date in disguise": () => Object.setPrototypeOf(Object.assign(new Date(0), { a: 1, b: 2 }), Object.prototype),
  "an Error in disguise": () => Object.setPrototypeOf(Object.assign(new Error("x"), { a: 1 }), Object.prototype),
  "a text in disguise": () => Object.setPrototypeOf(Object.assign(Object("x"), { a: 1, b: 2 }), Object.prototype),
  "an array in disguise": () => Object.setPrototypeOf(Object.assign([], { a: 1, b: 2 }), Object.prototype),
  arguments: () => Object.assign(new Function("return arguments")() as object, { a: 1, b: 2 }),
  "a trace": () => {
    const value = { a: 1, b: 2 };
    Error.captureStackTrace(value);
    return value;
  },
  "a name like a trace": () => ({ a: 1, b: 2, stack: "stack" }),
  "private state": () => new Stamp({ a: 1, b: 2 }),
  Math: () => Math,
  JSON: () => JSON,
  "the environment": () => process.env,
  "very many names": () => manyNames(() => {}),
  "very many names, one an accessor": () => manyNames((value) => Object.defineProperty(value, "name7", accessor)),
  "very many names, one hidden": () => manyNames((value) => define(value, "name7", { enumerable: false, value: 7 })),
  "very many names, frozen": () => manyNames(Object.freeze),
};

/** What hides among ordinary arrays. */
const ARRAYS: Record<string, () => object> = {
  "a hole": () => Object.assign(new Array(2), { 1: 2 }),
  "all holes": () => new Array(3),
  "a number with a hole": () => Object.assign([0.5, 1.5, 2.5], { 4: 0.5 }),
  undefined: () => [undefined, 2],
  "a name": () => Object.assign([1, 2], { a: 1 }),
  "a hidden name": () => define([1, 2], "a", { enumerable: false }),
  "a symbol": () => Object.assign([1, 2], { [Symbol.for("a")]: 1 }),
  "an accessor": () => Object.defineProperty([1, 2], 1, accessor),
  "a hidden element": () => define([1, 2], 1, { enumerable: false }),
  "a read-only element": () => define([1, 2], 1, { writable: false }),
  "a read-only length": () => Object.defineProperty([1, 2], "length", { writable: false }),
  frozen: () => Object.freeze([1, 2]),
  sealed: () => Object.seal([1, 2]),
  fixed: () => Object.preventExtensions([1, 2]),
  "no prototype": () => Object.setPrototypeOf([1, 2], null),
  "a class": () => new (class extends Array {})(),
  "another realm": () => foreign("[1, 2]"),
  "a Proxy": () => new Proxy([1, 2], {}),
};
const SIBLINGS = [() => ({ a: 1, b: 2 }), () => [1, 2], () => ["a", {}], () => [0.5], () => new Fields(), () => ({})];

function strangers(): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const [what, make] of Object.entries({ ...OBJECTS, ...ARRAYS })) {
    all[what] = [SIBLINGS.map((sibling) => sibling()), make(), make(), { a: 3, b: 4 }, [5, 6]];
    if (Array.isArray(make())) all[`${what}, as an array`] = { list: [1, 2], made: make(), again: [1, make()] };
  }
  // V8 gives both the same hidden class, which says nothing of their properties.
  const unsettled = (change: (value: Record<string, number>) => void) => {
    const value: Record<string, number> = { c: 3, a: 1, b: 2 };
    delete value.c;
    change(value);
    return value;
  };
  const changes: Record<string, (value: Record<string, number>) => void> = {
    "an accessor": (value) => Object.defineProperty(value, "b", accessor),
    "another name": (value) => {
      delete value.b;
      value.d = 2;
    },
    hidden: (value) => define(value, "b", { enumerable: false }),
  };
  for (const [what, change] of Object.entries(changes))
    all[`${what}, among deleted names`] = [unsettled(() => {}), unsettled(change)];
  return all;
}

const SAMPLES = fc.sample(fc.tuple(spec, fc.nat(), fc.nat()), { seed: 7, numRuns: 60 });
const generated = () =>
  SAMPLES.map(([spec, place, choice]) => [make(spec), make(change(spec, place, choice)), make(spec)]);

const BEFORE = {
  strangers: Object.entries(strangers()).map(([what, value]) => `${what}: ${lookAt(value)}`),
  generated: generated().map(lookAt),
};
assert.equal(areClassesKnown(), false, "the first looks were to be made without V8's tests");
const script = (options?: vm.ScriptOptions) => new vm.Script("(function () { return 1; })()", options);
const cachedData = script().createCachedData();
countLooks(Number.POSITIVE_INFINITY);

test("V8 answers", () => {
  assert(areClassesKnown());
  assert(areAlike({ a: 1, b: 2 }, { a: 3, b: 4 }));
  assert(!areAlike({ a: 1, b: 2 }, { b: 2, a: 1 }));
  assert(isSettled({ a: 1 }));
  assert(!isSettled(manyNames(() => {})));
  const kinds = { integers: 1, numbers: 0.5, values: "a" };
  for (const [holds, item] of Object.entries(kinds)) {
    assert.deepEqual(elementsOf([item, item]), { holds, isHoley: false });
    assert.deepEqual(elementsOf(Object.assign(new Array(3), { 0: item })), { holds, isHoley: true });
    assert.equal(elementsOf(Object.freeze([item]) as unknown[]), null);
  }
  const records = new RecordKinds<string>();
  records.add({ a: 1 }, ["a"], "found");
  assert.equal(records.of({ a: 2 })?.found, "found");
  assert.equal(records.of({ a: 2, 0: 1 }), undefined);
});

test("what hides among ordinary objects and arrays is seen", () => {
  const after = Object.entries(strangers()).map(([what, value]) => `${what}: ${lookAt(value)}`);
  assert.deepEqual(after, BEFORE.strangers);
});

test("generated values", () => assert.deepEqual(generated().map(lookAt), BEFORE.generated));

test("in a long array, too, an accessor is refused", () => {
  const long = () => Array.from({ length: 5000 }, (_, i) => i);
  assert.match(lookAt(Object.defineProperty(long(), 4000, accessor)), /accessor/);
  assert.match(lookAt(define(long(), 4000, { enumerable: false })), /array-attributes/);
  assert.match(lookAt(long()), /^null/);
  assert.match(lookAt(Object.assign([1, 2], { 100000: 3 })), /^null/);
});

test("the flag is reset: nobody else can ask V8, and cached code stays valid", () => {
  assert.throws(() => new vm.Script("%HaveSameMap({}, {})"), SyntaxError);
  assert.equal(script({ cachedData }).cachedDataRejected, false);
});

/** What is said in a process of its own, which begins with whether V8 tells. */
function child(flags: readonly string[], source: string): string {
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const args = [...flags, "--import", "tsx", "--input-type=module", "-"];
  const input = `
    import { areAlike, areClassesKnown, countLooks } from "./src/value/hidden-classes.ts";
    countLooks(Infinity);
    const say = [areAlike({}, {})];
    ${source}
    console.log(say.join());`;
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, input, encoding: "utf8" });
  return stdout.trim() || stderr;
}

test("when V8 has thrown the code of its tests away, they are made anew", () => {
  const source = `
    for (let i = 0; i < 30; i++) gc();
    say.push(areAlike({}, {}), areClassesKnown(), areAlike({}, {}));
    countLooks(Infinity);
    say.push(areAlike({}, {}));`;
  assert.equal(child(["--expose-gc", "--stress-flush-code"], source), "true,false,false,false,true");
});

test("where flags are frozen, V8 is not asked", () => {
  for (const flag of ["--freeze-flags-after-init", "--freeze_flags_after_init"])
    assert.equal(child([flag], "say.push(areClassesKnown());"), "false,false");
});

test("nor where nobody can say whether the program has set the flag", () => {
  assert.equal(child(["--disallow-code-generation-from-strings"], "say.push(areClassesKnown());"), "false,false");
});

test("nor in a worker thread", async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../../src/value/hidden-classes.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "iife",
    globalName: "asked",
    write: false,
  });
  const source = `${outputFiles[0]?.text}
    asked.countLooks(Infinity);
    require("node:worker_threads").parentPort.postMessage(asked.areClassesKnown());`;
  const worker = new Worker(source, { eval: true });
  assert.deepEqual(await once(worker, "message"), [false]);
});

test("who has set the flag himself keeps it", () => {
  const source = `say.push(new Function("return %HaveSameMap({}, {})")());`;
  assert.equal(child(["--allow-natives-syntax"], source), "true,true");
});
