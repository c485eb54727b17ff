/** What lmdb's list of free pages went through when large and small batches took turns. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DamagedError, type Meta, valueOf } from "../../src/store/lmdb/pages.ts";
import { checkFile, freshDirectory, run } from "../support/store-tools.ts";

// The sizes are those with which lmdb failed in the middle of a transaction, or left a state that was taken for damage.
for (const { bytes, sizes, records } of [
  { bytes: 1900, sizes: [1000, 128, 128, 128], records: 28_000 },
  { bytes: 1000, sizes: [1000, 1, 20, 3, 500], records: 37_000 },
]) {
  test(`keeps every record when batches of ${sizes.join(", ")} records of ${bytes} bytes take turns`, async () => {
    const directory = freshDirectory();
    const code = `
      const store = openStore(process.argv[1]);
      const names = [];
      while (names.length < ${records}) {
        for (const size of ${JSON.stringify(sizes)}) {
          for (let i = 0; i < size; i++) {
            const name = "n" + names.length;
            names.push(name);
            store.put(keyOf(name), recordOf(name, ${bytes}));
          }
          store.flush();
        }
      }
      const missing = names.filter((name) => !belongsTo(store.get(keyOf(name)) ?? recordOf("", 0), name));
      console.log(missing.length);
      store.close();`;
    assert.equal(await run(code, directory), "0\n");
    checkFile(directory);
  });
}

test("a value may have more pages than it needs, and no fewer", () => {
  const meta: Meta = {
    pageSize: 4096,
    free: { root: undefined, depth: 0, entries: 0 },
    main: { root: 2, depth: 1, entries: 1 },
    lastPage: 100,
    transaction: 5,
  };
  const page = Buffer.alloc(4096);
  const node = 4000;
  const at = (pages: number) => {
    page.writeUInt32LE(8536, node);
    page.writeUInt16LE(1, node + 4); // it has pages of its own
    page.writeUInt16LE(8, node + 6); // the size of its key
    page.writeUInt32LE(50, node + 16);
    page.writeUInt32LE(pages, node + 32);
    return valueOf(page, node, meta);
  };
  assert.equal(at(3).pages, 3);
  assert.equal(at(4).pages, 4);
  assert.throws(() => at(2), DamagedError);
  assert.throws(() => at(52), DamagedError);
});
