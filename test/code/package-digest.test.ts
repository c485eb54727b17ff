/** Packages by content: what is noticed, and that an unchanged one is not read again. */
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, mock, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { PackageDigests } from "../../src/code/package-digest.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dumbo-digest-"));
  put("lib/package.json", '{"name":"lib","dependencies":{"dep":"*"},"devDependencies":{"dev":"*"}}');
  put("lib/index.js", "module.exports = 1;");
  put("lib/src/deep.js", "exports.a = 1;");
  put("dep/package.json", '{"name":"dep","peerDependencies":{"lib":"*"}}');
  put("dep/index.js", "module.exports = 1;");
  put("dev/package.json", '{"name":"dev"}');
  put("dev/index.js", "module.exports = 1;");
});
afterEach(() => {
  mock.restoreAll();
  rmSync(root, { recursive: true });
});

const file = (path: string) => join(root, "node_modules", path);
function put(path: string, text: string): void {
  mkdirSync(dirname(file(path)), { recursive: true });
  writeFileSync(file(path), text);
}
const cache = () => join(root, "cache");
const digest = () => new PackageDigests(cache()).digest(file("lib"));
/** As if all files had been there for long: what is known of them is kept. */
function later(): void {
  const { now } = Date;
  mock.method(Date, "now", () => now() + 60_000);
}
const kept = () => readdirSync(join(cache(), "packages")).map((name) => join(cache(), "packages", name));

test("is equal for equal content", () => {
  assert.match(digest(), /^[0-9a-f]{32}$/);
  assert.equal(digest(), digest());
});

for (const [what, change] of Object.entries({
  "an edit": () => put("lib/index.js", "module.exports = 2;"),
  "an edit deeper in the package": () => put("lib/src/deep.js", "exports.a = 2;"),
  "a new file": () => put("lib/new.js", ""),
  "a file that is gone": () => rmSync(file("lib/src/deep.js")),
  "an edit of package.json": () =>
    put("lib/package.json", '{"name":"lib","dependencies":{"dep":"*"},"main":"src/deep.js"}'),
  "an edit of a dependency": () => put("dep/index.js", "module.exports = 2;"),
  "a dependency that is gone": () => rmSync(file("dep"), { recursive: true }),
  "a dependency of its own": () => {
    put("lib/node_modules/dep/package.json", '{"name":"dep"}');
    put("lib/node_modules/dep/index.js", "module.exports = 3;");
  },
  "a file that changed places": () => {
    rmSync(file("lib/src/deep.js"));
    put("lib/src/deeper.js", "exports.a = 1;");
  },
})) {
  test(`notices ${what}`, () => {
    const before = digest();
    change();
    assert.notEqual(digest(), before);
  });
}

for (const path of ["lib/README.md", "lib/LICENSE", "lib/CHANGELOG.md", "lib/index.js.map", "dev/index.js"]) {
  test(`does not mind ${path}`, () => {
    const before = digest();
    put(path, "something else");
    assert.equal(digest(), before);
  });
}

for (const path of ["lib/lib.es5.d.ts", "lib/license-check.js", "lib/changelog.js", "lib/Licenses.json"]) {
  test(`notices ${path}, which is code`, () => {
    const before = digest();
    put(path, "module.exports = 2;");
    assert.notEqual(digest(), before);
  });
}

test("what has not changed is not read again", () => {
  later();
  digest();
  const places = kept();
  assert.equal(places.length, 2);
  const fake = "0".repeat(32);
  for (const place of places) writeFileSync(place, readFileSync(place, "utf8").replace(/ .*/, ` ${fake}`));
  const first = digest();
  put("lib/README.md", "other prose");
  assert.equal(digest(), first, "the kept digest was used");
  for (const place of places) writeFileSync(place, "damaged");
  assert.notEqual(digest(), first);
});

test("an edit of the same size with the old mtime is noticed by its ctime", async () => {
  const path = file("lib/index.js");
  const old = new Date("2020-01-01");
  utimesSync(path, old, old);
  later();
  const before = digest();
  assert.equal(kept().length, 2);
  const first = statSync(path, { bigint: true });
  // File systems stamp with the clock of the last tick.
  await wait(30);
  put("lib/index.js", "module.exports = 9;");
  utimesSync(path, old, old);
  const second = statSync(path, { bigint: true });
  assert.deepEqual([second.size, second.ino, second.mtimeNs], [first.size, first.ino, first.mtimeNs]);
  assert.notEqual(second.ctimeNs, first.ctimeNs);
  assert.notEqual(digest(), before);
});

test("what changed just now is read again next time: it may change again within one tick", () => {
  digest();
  assert.throws(kept, { code: "ENOENT" });
});

test("a cache directory that cannot be written costs only time", () => {
  later();
  writeFileSync(cache(), "a file in its place");
  assert.equal(digest(), digest());
});

test("what symbolic links inside a package lead to is content", () => {
  put("shared/one.js", "exports.a = 1;");
  put("shared/folder/two.js", "exports.a = 1;");
  symlinkSync(file("shared/one.js"), file("lib/one.js"));
  symlinkSync(file("shared/folder"), file("lib/folder"));
  symlinkSync(file("lib"), file("lib/itself"));
  symlinkSync(file("nowhere"), file("lib/nothing.js"));
  const first = digest();
  put("shared/one.js", "exports.a = 2;");
  const second = digest();
  put("shared/folder/two.js", "exports.a = 2;");
  assert.equal(new Set([first, second, digest()]).size, 3);
});
