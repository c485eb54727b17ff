/** Where dumbo keeps what is of use to all projects of one user. */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { cacheDirectory } from "../../src/config/project.ts";
import { userCaches, userDirectory } from "../../src/config/user-directory.ts";
import { lookAtUserDirectory } from "../../src/store/disk/user-directory.ts";
import { trimUserDirectory } from "../../src/store/disk/user-files.ts";

const HOME = resolve("/home/me");

describe("the user's caches", () => {
  test("are where the system has them", () => {
    const env = { HOME, LOCALAPPDATA: resolve("/local") };
    assert.equal(userCaches(env, "linux"), join(HOME, ".cache"));
    assert.equal(userCaches(env, "darwin"), join(HOME, "Library", "Caches"));
    assert.equal(userCaches(env, "win32"), resolve("/local"));
    assert.equal(userCaches({ USERPROFILE: HOME }, "win32"), join(HOME, ".cache"));
  });

  test("are where XDG_CACHE_HOME says, unless that is a relative path", () => {
    const at = (XDG_CACHE_HOME: string) => userCaches({ HOME, XDG_CACHE_HOME }, "linux");
    assert.equal(at(resolve("/caches")), resolve("/caches"));
    for (const path of ["caches", "", "./caches"]) assert.equal(at(path), join(HOME, ".cache"));
  });

  test("are nowhere without a home", () => {
    for (const env of [{}, { HOME: "" }, { HOME: "home" }]) assert.equal(userCaches(env, "linux"), null);
  });
});

describe("the user's directory", () => {
  const [root, cwd] = [resolve("/project"), resolve("/elsewhere")];
  const at = (env: NodeJS.ProcessEnv, config: { userDirectory?: string | false } = {}) =>
    userDirectory(root, config, { XDG_CACHE_HOME: resolve("/caches"), ...env }, cwd);
  const usual = join(resolve("/caches"), "dumbo", "all-projects");

  test("is beside the cache of scripts that are in no package", () => {
    assert.equal(at({}), usual);
    const loose = cacheDirectory({ root, isPackage: false }, undefined, { XDG_CACHE_HOME: resolve("/caches") }, cwd);
    assert.equal(join(loose, "all-projects"), usual);
  });

  test("is what the environment says, else what the project says", () => {
    assert.equal(at({ DUMBO_USER_DIR: "here" }, { userDirectory: "there" }), join(cwd, "here"));
    assert.equal(at({}, { userDirectory: "there" }), join(root, "there"));
    assert.equal(at({}, { userDirectory: false }), null);
    assert.equal(at({ DUMBO_USER_DIR: "here" }, { userDirectory: false }), join(cwd, "here"));
    for (const off of ["off", "0", "false", "no"]) assert.equal(at({ DUMBO_USER_DIR: off }), null);
    assert.equal(at({ DUMBO_USER_DIR: "" }), usual);
  });

  test("is none where DUMBO_DIR names the one directory for everything, unless both are named", () => {
    assert.equal(at({ DUMBO_DIR: "cache" }), null);
    assert.equal(at({ DUMBO_DIR: "cache" }, { userDirectory: "there" }), null);
    assert.equal(at({ DUMBO_DIR: "cache", DUMBO_USER_DIR: "here" }), join(cwd, "here"));
  });
});

describe("a directory for all projects", { skip: process.platform === "win32" }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dumbo-user-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("may be missing", () => assert.equal(lookAtUserDirectory(join(folder, "a/b/c")), "usable"));

  test("is not used if others can write into it, or if it is none", () => {
    const path = join(folder, "shared");
    mkdirSync(path, { mode: 0o700 });
    assert.equal(lookAtUserDirectory(path), "usable");
    for (const mode of [0o722, 0o770, 0o777, 0o1777]) {
      chmodSync(path, mode);
      assert.equal(lookAtUserDirectory(path), "foreign", mode.toString(8));
    }
    chmodSync(path, 0o755);
    assert.equal(lookAtUserDirectory(path), "usable");
    writeFileSync(join(folder, "file"), "");
    for (const name of ["file", "file/below", "loop"]) {
      if (name === "loop") symlinkSync("loop", join(folder, name));
      assert.equal(lookAtUserDirectory(join(folder, name)), "foreign", name);
    }
  });

  test("loses what was used longest ago, if there is too much, once a day", () => {
    const DAY = 24 * 3600 * 1000;
    const now = Date.now();
    const packs = join(folder, "packages", "0123456789abcdef");
    const put = (name: string, age: number) => {
      const path = join(packs, `${name}.pack`);
      mkdirSync(packs, { recursive: true });
      writeFileSync(path, "x".repeat(100));
      utimesSync(path, new Date(now - age), new Date(now - age));
    };
    const left = () =>
      readdirSync(packs)
        .map((name) => name.replace(".pack", ""))
        .sort();
    const mine = join(folder, "packages", "mine.txt");
    for (let n = 0; n < 10; n++) put(`${n}`, n * DAY);
    writeFileSync(mine, "x".repeat(5000));
    utimesSync(mine, 1, 1);
    trimUserDirectory(folder, now, 1000);
    assert.equal(left().length, 10, "it is just enough");
    put("a", 3.5 * DAY);
    trimUserDirectory(folder, now, 1000);
    assert.equal(left().length, 11, "it was looked at today");
    trimUserDirectory(folder, now + 2 * DAY, 1000);
    assert.deepEqual(left(), ["0", "1", "2", "3", "4", "5", "a"]);
    assert.equal(existsSync(mine), true, "it is not dumbo's");
    trimUserDirectory(join(folder, "none"), now);
  });

  test("is not used if it is another user's, and none is made in another user's home", () => {
    const { geteuid } = process;
    const as = (user: number) => {
      process.geteuid = () => user;
      try {
        return [lookAtUserDirectory(folder), lookAtUserDirectory(join(folder, "new"))];
      } finally {
        process.geteuid = geteuid as () => number;
      }
    };
    const me = (geteuid as () => number)();
    assert.deepEqual(as(me), ["usable", "usable"]);
    // Another user fails to make one, if the system has it so; root would not.
    assert.deepEqual(as(me + 1), ["foreign", "usable"]);
    if (me !== 0) assert.deepEqual(as(0), ["foreign", "foreign"]);
  });
});
