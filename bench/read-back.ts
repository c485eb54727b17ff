// A loop over a value that came back from the cache, against the same loop over a fresh one, and what reading it back and writing
// it takes against V8's serialization:
//   node --expose-gc --import tsx bench/read-back.ts [another tree of this repository, to compare with]
// Processor time, in turns in one process. Each loop is a function of its own, made anew for each value, so that it learns from
// nothing else.
import v8 from "node:v8";
import type { Reach } from "../src/code/reach.ts";
import { decode, encode } from "../src/codec/codec.ts";
import { countLooks } from "../src/value/hidden-classes.ts";
import { sharingNothing, unchanged } from "../test/support/shared-objects.ts";

countLooks(Number.POSITIVE_INFINITY);
const tree = process.argv[2];
const old =
  tree === undefined ? null : ((await import(`${tree}/src/codec/codec.ts`)) as typeof import("../src/codec/codec.ts"));
if (tree !== undefined) {
  const { countLooks } = (await import(
    `${tree}/src/value/hidden-classes.ts`
  )) as typeof import("../src/value/hidden-classes.ts");
  countLooks(Number.POSITIVE_INFINITY);
}
const only = process.argv[3];

class Body {
  name: string;
  x: number;
  y: number;
  vx: number;
  vy: number;
  mass: number;
  constructor(i: number) {
    this.name = `body ${i}`;
    this.x = i * 0.5;
    this.y = i * 0.25;
    this.vx = i;
    this.vy = 0.1;
    this.mass = 1;
  }
}
const unit = { unit: { code: "code", traits: [] } };
const reach = { functions: [{ value: Body, unit }], traits: new Set() } as unknown as Reach;
const sharedObjects = sharingNothing([reach]);
const shared = unchanged(sharedObjects);

const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));
interface Subject {
  readonly make: () => unknown;
  /** The text of the loop, which adds to `sum`. */
  readonly loop: string;
}
const SUBJECTS: Record<string, Subject> = {
  "40,000 lists of 8 fractions": {
    make: () => list(40_000, (i) => list(8, (j) => i * 0.3 + j)),
    loop: "for (const row of value) for (let i = 0; i < row.length; i++) sum += row[i] * row[i];",
  },
  "a list of 300,000 fractions": {
    make: () => list(300_000, (i) => Math.sin(i)),
    loop: "for (let i = 0; i < value.length; i++) sum += value[i];",
  },
  "a list of 300,000 integers, holey": {
    make: () => {
      const made = new Array<number>(300_000);
      for (let i = 0; i < made.length; i++) made[i] = i;
      return made;
    },
    loop: "for (let i = 0; i < value.length; i++) sum += value[i] & 7;",
  },
  "20,000 records": {
    make: () => list(20_000, (id) => ({ id, x: id * 0.5, y: 1.5, name: `row ${id}`, tags: ["a", "b"] })),
    loop: "for (const row of value) sum += row.x * row.y + row.id + row.name.length + row.tags.length;",
  },
  "20,000 records of long texts": {
    make: () => list(20_000, (id) => ({ id, x: id * 0.5, text: "some text ".repeat(10) + id })),
    loop: "for (const row of value) sum += row.x + row.id + row.text.charCodeAt(3);",
  },
  "20,000 instances": {
    make: () => list(20_000, (i) => new Body(i)),
    loop: "for (const b of value) { sum += b.x * b.vx + b.y * b.vy + b.mass; }",
  },
  "a Map of 20,000 lists": {
    make: () => new Map(list(20_000, (i) => [`key ${i}`, [i, i + 0.5]])),
    loop: "for (const [key, list] of value) sum += key.length + list[0] + list[1];",
  },
  "nested lists": {
    make: () => {
      const tree = (depth: number): unknown => (depth === 0 ? 1.5 : list(6, () => tree(depth - 1)));
      return tree(6);
    },
    loop: "const walk = (node) => { if (typeof node === 'number') sum += node; else for (let i = 0; i < node.length; i++) walk(node[i]); }; walk(value);",
  },
};
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/** Processor time of each at best, in turns. */
function best(works: readonly (() => unknown)[], rounds: number): number[] {
  const found = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [i, work] of works.entries()) {
      const started = cpu();
      work();
      found[i] = Math.min(found[i] as number, cpu() - started);
    }
  }
  return found;
}
const LOOPS = 8;
const COPIES = 4;
const table: Record<string, object> = {};
for (const [name, { make, loop }] of Object.entries(SUBJECTS)) {
  if (only !== undefined && !name.includes(only)) continue;
  const fresh = make();
  const encoded = encode(fresh, shared, 1e9);
  if (!("bytes" in encoded)) throw new Error(`${name}: ${encoded.refused.kind}`);
  const { bytes } = encoded;
  const serialized = v8.serialize(fresh);
  // Several of each, in turns: where V8 puts a value and how it compiles a loop is partly chance, for fresh ones, too.
  const loops: (() => void)[] = [];
  const sums = new Set<number>();
  for (let i = 0; i < 2 * COPIES; i++) {
    const value = i % 2 === 0 ? make() : decode(bytes, sharedObjects)?.value;
    // Of equal texts, V8 makes one function.
    const run = new Function("value", `/* ${i} */ let sum = 0; ${loop} return sum;`) as (value: unknown) => number;
    sums.add(run(value));
    loops.push(() => {
      for (let i = 0; i < LOOPS; i++) run(value);
    });
  }
  if (sums.size !== 1) throw new Error(`${name} did not come back the same`);
  gc?.();
  const times = best(loops, 12);
  const freshTime = Math.min(...times.filter((_, i) => i % 2 === 0));
  const cachedTime = Math.min(...times.filter((_, i) => i % 2 === 1));
  const oldBytes = old?.encode(fresh, shared, 1e9) as { bytes: Uint8Array } | undefined;
  const works = [
    () => v8.serialize(fresh),
    () => encode(fresh, shared, 1e9),
    () => v8.deserialize(serialized),
    () => decode(bytes, sharedObjects),
  ];
  if (old && oldBytes)
    works.push(
      () => old.encode(fresh, shared, 1e9),
      () => old.decode(oldBytes.bytes, sharedObjects),
    );
  const [v8Write, write, v8Read, read, oldWrite, oldRead] = best(works, 10) as [
    number,
    number,
    number,
    number,
    number?,
    number?,
  ];
  table[name] = {
    "loop, cached / fresh": (cachedTime / freshTime).toFixed(2),
    "read, ms": read.toFixed(1),
    "V8 reads": v8Read.toFixed(1),
    "write, ms": write.toFixed(1),
    "V8 writes": v8Write.toFixed(1),
    ...(oldRead &&
      oldWrite && {
        "read, new / old": (read / oldRead).toFixed(2),
        "write, new / old": (write / oldWrite).toFixed(2),
      }),
    form: bytes[0] === 1 ? "table" : bytes[0] === 255 ? "V8" : "JSON",
    bytes: bytes.byteLength,
    "V8's bytes": serialized.byteLength,
  };
}
console.log(`Node ${process.version}`);
console.table(table);
