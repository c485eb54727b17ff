/** Streams that are memoized by hand do the same as without dumbo, by themselves and under `dumbo/auto`. Expects dist/ to be built. */
import { test } from "node:test";
import { checkLibrary } from "../support/library-project.ts";

const HELPER = `
export const options = Object.freeze({ scale: 3 });
export const table = { scale: 3 };
export function helper(x) { let s = 0; for (let i = 0; i < 1000; i++) s = (s * 31 + i * x) % 1000003; return s * options.scale; }
/** What is kept is kept on the next turn. */
export const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
`;

const START = `
import { readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { memo } from "dumbo";
import { helper, table, turn } from "./helper.mjs";
`;

/** Who leaves early, tells them something, or gets an error. */
const GENERATORS = `
  class Row { constructor(n) { this.n = n; } get double() { return helper(this.n) * 2; } }
  const rows = memo.stream(function* rows(n) {
    for (let i = 0; i < n; i++) yield { i, row: new Row(i), bytes: Buffer.from([i]), none: undefined };
    return { end: [n] };
  });
  for (let run = 0; run < 3; run++) {
    const made = rows(3);
    console.log(Object.prototype.toString.call(made), typeof made.return, typeof made.throw, made[Symbol.iterator]() === made);
    for (let step; !(step = made.next()).done || console.log(step); ) {
      console.log(step.value, step.value.row instanceof Row, step.value.row.double, Buffer.isBuffer(step.value.bytes));
      step.value.row.n = "changed"; step.value.bytes[0] = 99;
    }
    console.log(made.next(), made.return(5));
    await turn();
  }
  const given = Object.freeze({ list: Object.freeze([1, 2]) });
  const fixed = Object.freeze({ scale: 3 });
  const shares = memo.stream(function* shares(from) { yield from; yield from.list; yield fixed; yield helper(1); });
  for (let run = 0; run < 2; run++) {
    const [a, b, c] = [...shares(given)];
    console.log(a === given, b === given.list, c === fixed);
    await turn();
  }
  const texts = memo.stream(function* texts(n) { for (let i = 0; i < n; i++) yield String(i).repeat(100); });
  for (let run = 0; run < 2; run++) { let s = 0; for (const text of texts(1000)) s += text.length; console.log(s); await turn(); }
  const two = [texts(1000), texts(1000)];
  for (let i = 0; i < 700; i++) if (two[0].next().value !== two[1].next().value) console.log("differ at", i);
  const list = memo.stream((n) => Array.from({ length: n }, (_, i) => helper(i)));
  for (let run = 0; run < 2; run++) { console.log([...list(3)]); await turn(); }
  const none = memo.stream(function* none() {});
  for (let run = 0; run < 2; run++) { console.log([...none()], [...rows(0)]); await turn(); }
  const counts = memo.stream(function* counts(n) { for (let i = 0; i < n; i++) yield helper(i); });
  for (let run = 0; run < 2; run++) { for (const one of counts(5)) { console.log(one); if (one > 0) break; } await turn(); }
  console.log([...counts(5)]); await turn();
  for (const one of counts(5)) { console.log(one); if (one > 0) break; }
  const fails = memo.stream(function* fails(n) { yield helper(n); throw new RangeError("no " + n); });
  for (let run = 0; run < 2; run++) { try { for (const one of fails(1)) console.log(one); } catch (error) { console.log(error.message, error instanceof RangeError); } await turn(); }
  const hears = memo.stream(function* hears(n) { let told = []; for (let i = 0; i < n; i++) { try { told.push(yield helper(i)); } catch (error) { told.push(error); } } return told; });
  for (let run = 0; run < 2; run++) { const made = hears(3); console.log(made.next("a"), made.next("b"), made.next(), made.next(), made.next()); await turn(); }
  for (let run = 0; run < 2; run++) { const made = hears(3); console.log(made.next(), made.next(), made.next(), made.next()); await turn(); }
  const told = hears(3); console.log(told.next(), told.next(), told.next("late"), told.next());
  const thrown = hears(3); console.log(thrown.next(), thrown.throw("thrown"), thrown.next(), thrown.next());
  const never = counts(5); console.log(never.return(7), never.next());
  const caught = counts(5); try { caught.throw(new Error("first")); } catch (error) { console.log(error.message); } console.log(caught.next());
`;

/** What they read before their first item; what others may change meanwhile, or what is not a copy, is not kept. */
const CHANGES = `
  const waits = memo.stream(async function* waits(n) { for (let i = 0; i < n; i++) { await null; yield { i, w: helper(i) }; } return "end"; });
  for (let run = 0; run < 3; run++) {
    const made = waits(3);
    console.log(Object.prototype.toString.call(made), await Promise.all([made.next(), made.next(), made.next(), made.next(), made.next()]));
    await turn();
  }
  const reads = memo.stream(function* reads(file) { for (const word of readFileSync(file, "utf8").split(" ")) yield word + helper(1); });
  const readsLater = memo.stream(async function* readsLater(file) { for (const word of (await readFile(file, "utf8")).split(" ")) yield word + helper(1); });
  const between = memo.stream(async function* between(file) { yield 1; yield (await readFile(file, "utf8")).length; });
  const atEnd = memo.stream(function* atEnd(file) { yield 1; yield readFileSync(file, "utf8").length; });
  const prints = memo.stream(function* prints(n) { console.log("begins"); yield helper(n); yield 2; });
  const printsLater = memo.stream(function* printsLater(n) { yield helper(n); console.log("goes on"); yield 2; });
  for (let run = 0; run < 2; run++) {
    console.log([...reads("data.txt")], [...atEnd("data.txt")]);
    for await (const word of readsLater("data.txt")) console.log(word);
    for await (const word of between("data.txt")) console.log(word);
    for (const one of prints(1)) console.log(one);
    for (const one of printsLater(1)) console.log(one);
    await turn();
  }
  const state = memo.stream(function* state() { yield helper(1); yield table.scale; });
  for (let run = 0; run < 2; run++) { for (const one of state()) { console.log(one); table.scale += run; } await turn(); }
  const environment = memo.stream(function* environment() { yield helper(1); yield process.env.LATE; });
  for (let run = 0; run < 4; run++) {
    process.env.LATE = "early";
    for (const one of environment()) { console.log(one); process.env.LATE = process.env.LATE === "early" ? "late" + run : "early"; }
    await turn();
  }
  let top = 1;
  const binding = memo.stream(function* binding() { yield helper(1); yield top; });
  for (let run = 0; run < 2; run++) { for (const one of binding()) { console.log(one); top += run; } await turn(); }
  const argument = memo.stream(function* argument(list) { for (let i = 0; i < 3; i++) yield list[i]; });
  for (let run = 0; run < 2; run++) { const list = [1, 2, 3]; for (const one of argument(list)) { console.log(one); list[2] += run; } await turn(); }
  const again = memo.stream(function* again() { const row = { n: 0 }; for (row.n = 1; row.n < 3; row.n++) yield row; });
  const inside = memo.stream(function* inside() { const row = { n: 0 }; yield row; yield { row }; });
  const memory = memo.stream(function* memory() { const all = new Uint8Array(100000); for (let i = 0; i < 3; i++) { all[0] = i; yield all.subarray(0, 2); } });
  for (let run = 0; run < 2; run++) {
    const [a, b] = again(); console.log(a === b, a.n);
    const [c, d] = inside(); console.log(c === d.row);
    const pieces = [...memory()]; console.log(pieces[0].buffer === pieces[1].buffer, pieces);
    await turn();
  }
  const clock = memo.stream(function* clock() { yield helper(1); yield typeof Date.now(); });
  let count = 0;
  const writes = memo.stream(function* writes() { yield helper(1); yield ++count; });
  for (let run = 0; run < 2; run++) { console.log([...clock()], [...writes()]); await turn(); }
  const outer = memo(function outer(n) { let s = 0; for (const one of inner(n)) s += one; return s; });
  const inner = memo.stream(function* inner(n) { for (let i = 0; i < n; i++) yield helper(i); });
  for (let run = 0; run < 2; run++) { console.log(outer(3)); await turn(); }
  for (const text of ["a b d", "a b c"]) {
    writeFileSync("data.txt", text);
    console.log([...reads("data.txt")], [...atEnd("data.txt")]);
    for await (const word of readsLater("data.txt")) console.log(word);
    await turn();
  }
`;

const STREAMS = `
  const vouched = { assumePure: true };
  const web = memo.stream(function web(n) {
    let i = 0;
    return new ReadableStream({ pull(c) { if (i < n) c.enqueue({ i, w: helper(i++) }); else c.close(); } });
  }, vouched);
  const bytes = memo.stream(function bytes(n) {
    let i = 0;
    return new ReadableStream({ type: "bytes", pull(c) { if (i < n) c.enqueue(new Uint8Array([helper(i), i++])); else { c.close(); c.byobRequest?.respond(0); } } });
  }, vouched);
  const objects = memo.stream(function objects(n) { return Readable.from((function* () { for (let i = 0; i < n; i++) yield { i, w: helper(i) }; })()); }, vouched);
  const pieces = memo.stream(function pieces(n) {
    let i = 0;
    return new Readable({ highWaterMark: 10, read() { this.push(i < n ? Buffer.from("é" + helper(i++)) : null); } });
  }, vouched);
  const coded = memo.stream(function coded(n) {
    let i = 0;
    return new Readable({ encoding: "utf8", read() { this.push(i < n ? "é" + helper(i++) : null); } });
  }, vouched);
  const breaks = memo.stream(function breaks(n) { return new Readable({ read() { this.destroy(new RangeError("no " + n)); } }); }, vouched);
  for (let run = 0; run < 2; run++) {
    const stream = web(3);
    console.log(stream instanceof ReadableStream, stream.locked);
    for await (const one of stream) console.log(one);
    const reader = bytes(2).getReader({ mode: "byob" });
    for (let read; !(read = await reader.read(new Uint8Array(1))).done; ) console.log(read.value);
    for await (const one of bytes(2)) console.log(one);
    const made = objects(3);
    console.log(made instanceof Readable, made.readableObjectMode, await made.toArray());
    const some = pieces(3);
    console.log(some.readableObjectMode, some.readableHighWaterMark, Buffer.concat(await some.toArray()).toString());
    const text = coded(3);
    console.log(text.readableEncoding, (await text.toArray()).join(""));
    await breaks(1).toArray().catch((error) => console.log(error.message, error instanceof RangeError));
    await web(3).cancel("enough");
    for await (const one of objects(2)) { console.log(one); break; }
    await turn();
  }
`;

/** What is kept of none. */
const NEVER = {
  fails: 0,
  between: 0,
  atEnd: 0,
  printsLater: 0,
  state: 0,
  environment: 0,
  binding: 0,
  argument: 0,
  again: 0,
  inside: 0,
  memory: 0,
  clock: 0,
  writes: 0,
  outer: 0,
  breaks: 0,
};

// One program for all: what takes time is to start it.
test("streams: generators, iterables, and streams of the web and of Node", () => {
  checkLibrary({
    files: {
      "helper.mjs": HELPER,
      "data.txt": "a b c",
      "main.mjs": START + GENERATORS + CHANGES + STREAMS,
    },
    cold: {
      ...NEVER,
      ...{ rows: 3, shares: 1, texts: 3, none: 1, counts: 1, hears: 3 },
      ...{ waits: 2, reads: 2, readsLater: 2, prints: 1, inner: 1 },
      ...{ web: 3, bytes: 3, objects: 1, pieces: 1, coded: 1 },
    },
    warm: {
      ...NEVER,
      ...{ rows: 5, shares: 2, texts: 4, none: 2, counts: 4, hears: 6 },
      ...{ waits: 3, reads: 4, readsLater: 4, prints: 2, inner: 2 },
      ...{ web: 4, bytes: 4, objects: 2, pieces: 2, coded: 2 },
    },
  });
});
