/** Parts of shared caches that need no server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "../../src/store/remote/client.ts";
import { RemoteTier } from "../../src/store/remote/remote-tier.ts";
import { Turns } from "../../src/store/remote/turns.ts";
import {
  batchesOf,
  decodeList,
  encodeList,
  joinLists,
  MOST_USED,
  mergeLists,
  saysMore,
  type Used,
  usedToday,
} from "../../src/store/remote/used-list.ts";
import { NOBODY, type RecordInfo, type Tier } from "../../src/store/store.ts";

const keyOf = (i: number) => i.toString(16).padStart(32, "0");
const used = (day: number, cost = 1, size = 0): Used => ({ form: "entry", cost, day, size });

test("a list comes back from its bytes, up to its bound, and what is damaged is left out", () => {
  const list = new Map<string, Used>([
    [keyOf(2), { form: "value", cost: 2.5, day: 20_000, size: 2 ** 26 }],
    [keyOf(3), used(20_002, 0, 1)],
    [keyOf(1), used(20_001)],
  ]);
  assert.deepEqual([...decodeList(encodeList(list))], [...list]);
  const long = new Map(Array.from({ length: MOST_USED + 5 }, (_, i) => [keyOf(i), used(1)]));
  assert.equal(decodeList(encodeList(long)).size, MOST_USED);
  const bytes = encodeList(list);
  bytes[16] = 9;
  assert.deepEqual([...decodeList(bytes.subarray(0, bytes.length - 1)).keys()], [keyOf(3)]);
  assert.deepEqual([...decodeList(bytes).keys()], [keyOf(3), keyOf(1)]);
});

test("a list keeps what the run has used, and for a week what others have", () => {
  const before = new Map([
    [keyOf(1), used(100, 9)],
    [keyOf(2), used(95)],
    [keyOf(3), used(92)],
  ]);
  const merged = mergeLists(
    new Map([
      [keyOf(4), used(0)],
      [keyOf(1), used(0, 3)],
    ]),
    before,
    100,
  );
  assert.deepEqual(
    [...merged].map(([key, { day, cost }]) => [key, day, cost]),
    [
      [keyOf(4), 100, 1],
      [keyOf(1), 100, 9],
      [keyOf(2), 95, 1],
    ],
  );
  assert.equal(saysMore(merged, before), true);
  assert.equal(saysMore(mergeLists(new Map(), merged, 100), merged), false, "nothing was used, and nothing is old");
  assert.deepEqual(
    [
      ...joinLists(
        before,
        new Map([
          [keyOf(2), used(99)],
          [keyOf(1), used(98)],
        ]),
      ).values(),
    ].map(({ day }) => day),
    [100, 99, 92],
  );
});

test("records are fetched in batches of few and of not too many bytes, and a record that is larger comes alone", () => {
  const sizes = [
    2 ** 23,
    ...Array.from({ length: 9 }, () => 2 ** 20),
    2 ** 26,
    ...Array.from({ length: 200 }, () => 0),
  ];
  const list = new Map(sizes.map((size, i) => [keyOf(i), used(1, 1, size)]));
  const batches = [...batchesOf(list)];
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [1, 4, 4, 1, 1, 128, 72],
  );
  assert.deepEqual(
    batches.flat().map(({ key }) => key),
    [...list.keys()],
  );
  const { size } = usedToday("entry", 1, new Uint8Array(5000));
  assert.equal(size, 8192);
});

test("so much goes on at a time, and what fails makes room as well", async () => {
  const turns = new Turns(3);
  let now = 0;
  let most = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      turns.take(async () => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now--;
        if (i % 5 === 0) throw new Error("no");
        return i;
      }),
    ),
  );
  assert.equal(most, 3);
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 16);
});

test("a record is as old as its result, on other machines and on this disk", (context) => {
  let now = 1_000_000;
  context.mock.method(Date, "now", () => now);
  const ages: (number | undefined)[] = [];
  const found = { form: "entry", record: new Uint8Array(1), created: 700 };
  const client = {
    writes: true,
    noteUsed: () => undefined,
    find: () => found,
    put: (_: string, { created }: { created: number }) => void ages.push(created),
  } as unknown as Client;
  const disk = {
    find: () => undefined,
    put: (_: string, __: Uint8Array, info: RecordInfo) => void ages.push(info.created),
    flush: () => undefined,
  } as unknown as Tier;
  const tier = new RemoteTier(disk, client, { sharesAll: true, later: () => undefined });
  const sought = { form: "entry", worth: 1000 } as const;
  const owner = (ttl: number) => ({ ...NOBODY, ttl });
  tier.put("new", new Uint8Array(1), { owner: NOBODY, cost: 50, shared: 0, travels: "entry" });
  now += 500_000;
  tier.flush();
  assert.deepEqual(ages, [undefined, 1000], "handed over late, and made before");
  assert.equal(tier.get("old", owner(799_000), sought), undefined);
  assert.equal(ages.length, 2);
  assert.ok(tier.get("old", owner(801_000), sought), "it is young enough");
  assert.deepEqual(ages, [undefined, 1000, 700]);
});

test("a result that is taken back within a second has been shown to nobody", () => {
  const sent: string[] = [];
  const client = {
    writes: true,
    noteUsed: () => undefined,
    put: (key: string) => void sent.push(`put ${key}`),
    remove: (key: string) => void sent.push(`remove ${key}`),
    release: () => undefined,
    end: () => void sent.push("end"),
  } as unknown as Client;
  const disk = {
    put: () => undefined,
    remove: () => undefined,
    flush: () => undefined,
    finish: () => undefined,
  } as unknown as Tier;
  const due: (() => void)[] = [];
  const tier = new RemoteTier(disk, client, { sharesAll: false, later: (work) => void due.push(work) });
  const info: RecordInfo = { owner: NOBODY, cost: 50, shared: 0, travels: "entry" };
  const record = new Uint8Array(1);
  for (const key of ["a", "b"]) tier.put(key, record, info);
  tier.put("cheap", record, { ...info, cost: 0.5 });
  tier.put("stays", record, { owner: NOBODY, cost: 50, shared: 0 });
  tier.remove("b");
  assert.deepEqual([sent, due.length], [["remove b"], 1]);
  due[0]?.();
  assert.deepEqual(sent, ["remove b", "put a"]);
  tier.put("c", record, info);
  tier.finish("c");
  tier.put("d", record, info);
  tier.end();
  assert.deepEqual(sent.slice(2), ["put c", "put d", "end"]);
  assert.equal(due.length, 3, "each time that something waits, it is waited for once");
});
