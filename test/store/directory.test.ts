import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { prepareDirectory, storeFolder } from "../../src/store/disk/directory.ts";
import { openDiskStore } from "../../src/store/disk/disk.ts";
import { StoreError } from "../../src/store/store.ts";
import { freshDirectory, keyOf, packaged, recordOf, root, run } from "../support/store-tools.ts";

const isRoot = process.getuid?.() === 0;
const posix = process.platform !== "win32";

test("a directory is made private, its parents are not", () => {
  const directory = join(freshDirectory(), "parent", "cache");
  assert.equal(prepareDirectory(directory), directory);
  assert.equal(prepareDirectory(directory), directory, "a second time");
  if (!posix) return;
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(statSync(join(directory, "..")).mode & 0o777, 0o777 & ~process.umask());
  const store = openDiskStore(directory, assert.fail);
  store.put(keyOf("private"), recordOf("private", 10));
  store.close();
  assert.equal(statSync(storeFolder(directory)).mode & 0o777, 0o700);
  for (const name of readdirSync(storeFolder(directory))) {
    assert.equal(statSync(join(storeFolder(directory), name)).mode & 0o777, 0o600);
  }
});

/** Opening is refused with one line that names the directory. */
function refuses(directory: string, pattern: RegExp): void {
  for (const open of [prepareDirectory, openDiskStore]) {
    assert.throws(
      () => open(directory),
      (error) => {
        assert.ok(error instanceof StoreError);
        assert.match(error.message, pattern);
        assert.ok(error.message.includes(directory));
        assert.ok(!error.message.includes("\n"));
        return true;
      },
    );
  }
}

test("a directory that is none is refused", () => {
  const file = freshDirectory();
  writeFileSync(file, "");
  refuses(file, /is not a directory/);
  refuses(join(file, "below"), /ENOTDIR|is not a directory/);
});

test("a directory that others may write is refused", { skip: !posix }, () => {
  const directory = freshDirectory();
  mkdirSync(directory);
  for (const mode of [0o770, 0o702, 0o1777]) {
    chmodSync(directory, mode);
    refuses(directory, /can be written by other users \(mode \d+\): run chmod go-w/);
  }
  chmodSync(directory, 0o755);
  assert.equal(prepareDirectory(directory), directory);
});

test("a directory of another user is refused", { skip: !isRoot }, () => {
  const directory = freshDirectory();
  mkdirSync(directory, { mode: 0o700 });
  chownSync(directory, 65534, 65534);
  refuses(directory, /belongs to user 65534, not to 0/);
});

test("a directory that cannot be written is refused", { skip: !posix }, async () => {
  const directory = freshDirectory();
  mkdirSync(directory, { mode: 0o700 });
  // Root may write anywhere: it becomes somebody else, in another process.
  const code = `
    const { prepareDirectory } = await import(${JSON.stringify(pathToFileURL(join(packaged, "directory.cjs")).href)});
    if (process.getuid() === 0) process.setuid(65534);
    for (const directory of process.argv.slice(1)) {
      try {
        prepareDirectory(directory);
      } catch (error) {
        console.log(error.message.split(directory)[1]);
      }
    }`;
  if (isRoot) {
    chownSync(directory, 65534, 65534);
    chmodSync(root, 0o755);
  }
  chmodSync(directory, 0o500);
  const [first, second] = (await run(code, directory, join(directory, "below"))).split("\n");
  assert.match(first as string, /cannot be written \(EACCES\): make it writable/);
  assert.match(second as string, /cannot be made \(EACCES\): make its parent writable/);
});
