// How much faster results are written and read in the form that dumbo chooses, than by V8's serialization:
//   node --expose-gc --import tsx bench/codec.ts
// The best of many rounds in turn, in one process, none of which pays for what another left behind. The look at a result, which
// tells what it is, is not counted.
import v8 from "node:v8";
import { decode, encode } from "../src/codec/codec.ts";
import { writeJson } from "../src/codec/json.ts";
import { writeText } from "../src/codec/text.ts";
import { sharingNothing, unchanged } from "../test/support/shared-objects.ts";

const nothing = sharingNothing();
const nobody = unchanged(nothing);
const ROUNDS = 15;
const SERIALIZED = 0xff;

const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));
const rows = (count: number) =>
  list(count, (id) => ({
    id,
    name: `row ${id % 1000}`,
    score: id * 0.37,
    tags: ["a", `b${id % 10}`],
    ok: id % 3 === 0,
  }));

const RESULTS: Record<string, unknown> = {
  "a number": 7,
  "a word": "a word",
  "{ id, ok, name }": { id: 1, ok: true, name: "a name" },
  "12 rows of five values": rows(12),
  "1200 rows": rows(1200),
  "12,000 rows": rows(12_000),
  "200 records with texts of 40 characters": list(200, (id) => ({ id, text: `${id}`.padEnd(40, " some text") })),
  "200 records with texts of 400 characters": list(200, (id) => ({ id, text: `${id}`.padEnd(400, " some text") })),
  "a page of HTML, 24 KB": '<p class="text">A "text" &amp; more</p>\n'.repeat(600),
  "a page with umlauts, 24 KB": "<p>Grüße aus Köln – „schön“</p>\n".repeat(750),
  "500 texts": list(500, (i) => `line ${i}`),
  "20,000 fractions": list(20_000, (i) => Math.sin(i)),
};

const table: Record<string, object> = {};
for (const [name, result] of Object.entries(RESULTS)) {
  const encoded = encode(result, nobody, 1e9);
  if (!("bytes" in encoded)) throw new Error(encoded.refused.kind);
  const { bytes } = encoded;
  const serialized = v8.serialize(result);
  const isSerialized = bytes[0] === SERIALIZED;
  const write = typeof result === "string" ? () => writeText(result) : () => writeJson(result);
  const [v8Write, ownWrite, v8Read, ownRead] = times([
    () => v8.serialize(result),
    isSerialized ? () => v8.serialize(result) : write,
    () => v8.deserialize(serialized),
    () => decode(bytes, nothing),
  ]) as [number, number, number, number];
  const form = isSerialized ? "V8's" : typeof result === "string" ? "text" : "JSON";
  const ratio = (a: number, b: number) => (isSerialized ? "" : (a / b).toFixed(a < b ? 2 : 1));
  table[name] = {
    form,
    "V8's bytes": serialized.length,
    bytes: bytes.length,
    write: ratio(v8Write, ownWrite),
    read: ratio(v8Read, ownRead),
  };
}
console.log(`Node ${process.version}, how many times faster than V8's serialization`);
console.table(table);

/** Microseconds that each takes at best. */
function times(works: readonly (() => unknown)[]): number[] {
  const best = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, work] of works.entries()) {
      gc?.();
      const started = performance.now();
      let count = 0;
      do {
        work();
        count++;
      } while (performance.now() - started < 10);
      best[i] = Math.min(best[i] as number, ((performance.now() - started) / count) * 1000);
    }
  }
  return best;
}
