/** Configuration and the assumePure list: what is read, and that what is wrong says where and what to do. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { NOTHING_ASSUMED, readAssumePure, vouchedBy } from "../../audit/assume-pure.ts";
import { ConfigError, DEFAULTS, readConfig } from "../../src/config/config.ts";

const auto = fileURLToPath(new URL("../../dist/auto.cjs", import.meta.url));
let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-config-")));
  put("package.json", "{}");
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** The message of the ConfigError, which has to name the file. */
function complaint(file: string, read: () => unknown): string {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof ConfigError, `not a ConfigError: ${error}`);
    assert.ok(error.message.startsWith(`${join(root, file)}: `), error.message);
    return error.message.slice(join(root, file).length + 2);
  }
  return assert.fail("no complaint");
}

describe("dumbo.config.json", () => {
  const config = (content: unknown) => {
    put("dumbo.config.json", typeof content === "string" ? content : JSON.stringify(content));
    return readConfig(root);
  };
  const wrong = (content: unknown) => complaint("dumbo.config.json", () => config(content));

  test("is not needed", () => assert.equal(readConfig(root), DEFAULTS));
  test("may be empty", () => assert.deepEqual(config({}), DEFAULTS));
  test("everything in it", () => {
    const rest = {
      include: ["src/**"],
      exclude: ["**/*.gen.ts"],
      directory: ".cache",
      userDirectory: "../cache",
      policy: "always",
      output: "forbid",
      replayWrites: true,
      wholeRuns: "none",
      maxSize: 5_000_000,
      prepare: false,
      readOnly: true,
      functions: { render: { maxEntries: 5 }, "src/a.ts#f": { ttl: 0.5 } },
    };
    const limits = { memory: 0, value: 5 };
    const more = { remote: "redis://cache", remoteKeys: ["key"] };
    const at = `${join(root, "dumbo.config.json")}: remote`;
    assert.deepEqual(config({ $schema: "x", ...rest, limits, ...more }), {
      ...rest,
      limits: { ...DEFAULTS.limits, ...limits },
      remote: [{ url: "redis://cache", at }],
      remoteKeys: ["key"],
    });
  });
  test("userDirectory is a path or false", () => {
    assert.equal(config({ userDirectory: false }).userDirectory, false);
    for (const value of [true, "", 1]) assert.match(wrong({ userDirectory: value }), /must be a path or false, not /);
  });
  test("DUMBO_WHOLE_RUNS goes before the file", () => {
    put("dumbo.config.json", '{ "wholeRuns": "none" }');
    assert.equal(readConfig(root).wholeRuns, "none");
    assert.equal(readConfig(root, { DUMBO_WHOLE_RUNS: "all" }).wholeRuns, "all");
    const some = { DUMBO_WHOLE_RUNS: "some" };
    assert.throws(() => readConfig(root, some), /DUMBO_WHOLE_RUNS must be "long" or "all" or "none", not "some"/);
  });
  test("DUMBO_POLICY goes before the file", () => {
    put("dumbo.config.json", '{ "policy": "measured" }');
    assert.equal(readConfig(root, { DUMBO_POLICY: "always" }).policy, "always");
    assert.equal(readConfig(root, { DUMBO_POLICY: "" }).policy, "measured");
    assert.equal(readConfig(root, { DUMBO_POLICY: "chance:7" }).policy, "chance:7");
    const some = { DUMBO_POLICY: "some" };
    assert.throws(() => readConfig(root, some), /DUMBO_POLICY must be "measured" or "always", not "some"/);
  });
  test("remote is a URL or a list, each with its place, and DUMBO_REMOTE goes before it", () => {
    const list = config({ remote: ["redis://a", "s3://b"] }).remote;
    const at = `${join(root, "dumbo.config.json")}: remote`;
    assert.deepEqual(list, [
      { url: "redis://a", at: `${at}[0]` },
      { url: "s3://b", at: `${at}[1]` },
    ]);
    const read = (text: string) => readConfig(root, { DUMBO_REMOTE: text }).remote;
    assert.deepEqual(read("redis://c  s3://d "), [
      { url: "redis://c", at: "DUMBO_REMOTE" },
      { url: "s3://d", at: "DUMBO_REMOTE" },
    ]);
    assert.deepEqual([read("off"), read("").length], [[], 2]);
    assert.equal(wrong({ remote: 5 }), "remote must be a list of URLs, not 5");
    assert.equal(wrong({ remoteKeys: [""] }), 'remoteKeys must be a list of keys, not [""]');
  });
  test("DUMBO_READ_ONLY goes before the file", () => {
    put("dumbo.config.json", '{ "readOnly": true }');
    const read = (text: string) => readConfig(root, { DUMBO_READ_ONLY: text }).readOnly;
    assert.deepEqual(["", "1", "0", "on", "no"].map(read), [true, true, false, true, false]);
    assert.throws(() => read("maybe"), /DUMBO_READ_ONLY must be 1 or 0, not "maybe"/);
  });
  test("an unknown key, with what was meant", () => {
    assert.equal(wrong({ includes: [] }), 'unknown key "includes"; did you mean "include"?');
    assert.equal(wrong({ limits: { memmory: 1 } }), 'unknown key "limits.memmory"; did you mean "limits.memory"?');
    assert.match(wrong('{"__proto__": []}'), /unknown key "__proto__"/);
  });
  test("a value that makes no sense", () => {
    assert.equal(wrong({ limits: { memory: "64 MB" } }), 'limits.memory must be a number of bytes, not "64 MB"');
    assert.match(wrong({ limits: { value: -1 } }), /limits\.value must be a number of bytes, not -1/);
    assert.match(wrong({ limits: { value: 1.5 } }), /limits\.value must be/);
    assert.equal(wrong({ limits: [] }), "limits must be an object");
    assert.match(wrong({ directory: 5 }), /directory must be a path, not 5/);
    assert.match(wrong({ directory: "" }), /directory must be a path/);
    assert.match(wrong({ include: "src" }), /include must be a list of globs, such as/);
    assert.match(wrong({ policy: "never" }), /policy must be "measured" or "always", not "never"/);
    assert.match(wrong({ exclude: [1] }), /exclude must be a list of globs/);
    assert.equal(wrong({ maxSize: "2 GB" }), 'maxSize must be a number of bytes of at least 1048576, not "2 GB"');
    assert.match(wrong({ maxSize: 1000 }), /maxSize must be .+, not 1000/);
    assert.match(wrong({ readOnly: 1 }), /readOnly must be true or false, not 1/);
    assert.match(wrong({ functions: [] }), /functions must be an object/);
    assert.match(wrong({ functions: { f: 1 } }), /functions\.f must be an object/);
    assert.equal(
      wrong({ functions: { f: { tll: 1 } } }),
      'unknown key "functions.f.tll"; did you mean "functions.f.ttl"?',
    );
    assert.match(wrong({ functions: { f: { ttl: 0 } } }), /functions\.f\.ttl must be a number of seconds, not 0/);
    assert.match(wrong({ functions: { f: { maxEntries: 1.5 } } }), /functions\.f\.maxEntries must be a number from 1/);
  });
  test("not an object, not JSON, not a file", () => {
    for (const content of ["[]", "null", "5"]) assert.equal(wrong(content), "the file must be an object");
    assert.match(wrong("{"), /^is not JSON: /);
    assert.match(wrong(""), /^is not JSON: /);
    rmSync(join(root, "dumbo.config.json"));
    mkdirSync(join(root, "dumbo.config.json"));
    assert.equal(
      complaint("dumbo.config.json", () => readConfig(root)),
      "cannot be read (EISDIR)",
    );
  });
});

describe("assumePure.json", () => {
  const list = (...entries: unknown[]) => {
    put("assumePure.json", JSON.stringify({ assumePure: entries }));
    return readAssumePure(root, undefined, root);
  };
  const wrong = (...entries: unknown[]) => complaint("assumePure.json", () => list(...entries));
  beforeEach(() => {
    put("node_modules/lib/package.json", "{}");
    put("node_modules/@scope/lib/package.json", "{}");
    put("src/a.ts", "export function render() {} export function $x() {}");
  });

  test("is not needed", () => assert.equal(readAssumePure(root, undefined, root), NOTHING_ASSUMED));
  test("may be empty", () => assert.deepEqual(list(), NOTHING_ASSUMED));
  test("packages, exports, files, functions and built-ins", () => {
    assert.deepEqual(
      list(
        "lib#parse",
        "lib#print",
        "@scope/lib",
        "./src/a.ts#render",
        "./package.json",
        "node:zlib#gzipSync",
        "node:path",
        "node:fs/promises#readFile",
      ),
      {
        packages: [
          { name: "lib", folder: join(root, "node_modules/lib") + sep, exports: ["parse", "print"] },
          { name: "@scope/lib", folder: join(root, "node_modules/@scope/lib") + sep, exports: [] },
        ],
        functions: { [join(root, "src/a.ts")]: ["render"], [join(root, "package.json")]: ["*"] },
        builtins: ["zlib#gzipSync", "path", "fs/promises#readFile"],
      },
    );
  });
  test("an entry may have a reason, which explain finds", () => {
    assert.deepEqual(list({ name: "./src/a.ts#render", reason: "why not" }), list("./src/a.ts#render"));
    const entries = [{ name: "./src/a.ts#render", reason: "why not" }, "lib", "@scope/lib#parse"];
    put("assumePure.json", JSON.stringify({ assumePure: entries }));
    const vouched = vouchedBy(root, undefined, root);
    assert.deepEqual(vouched("src/a.ts", "render"), { entry: "./src/a.ts#render", reason: "why not" });
    assert.equal(vouched("src/a.ts", "other"), null);
    assert.deepEqual(vouched("node_modules/lib/index.js", "any"), { entry: "lib", reason: null });
    assert.equal(vouched("node_modules/@scope/lib/index.js", "parse")?.entry, "@scope/lib#parse");
    assert.equal(vouched("node_modules/@scope/lib/index.js", "print"), null);
    assert.match(wrong({ name: "lib", why: "x" }), /^entry 1, \{"name":"lib","why":"x"\}: must be/);
  });
  test("a whole package wins over its exports, in any order", () => {
    assert.deepEqual(list("lib", "lib#a").packages[0]?.exports, []);
    assert.deepEqual(list("lib#a", "lib").packages[0]?.exports, []);
  });
  test("a package above the project", () => {
    put("inner/package.json", "{}");
    put("inner/assumePure.json", '{"assumePure":["lib"]}');
    assert.equal(
      readAssumePure(join(root, "inner"), undefined, root).packages[0]?.folder,
      join(root, "node_modules/lib") + sep,
    );
  });
  test("DUMBO_ASSUME_PURE, from the current folder; its entries from its own folder", () => {
    put("other/list.json", '{"assumePure":["../src/a.ts"]}');
    assert.deepEqual(readAssumePure(root, "list.json", join(root, "other")).functions, {
      [join(root, "src/a.ts")]: ["*"],
    });
    assert.equal(
      complaint("missing.json", () => readAssumePure(root, "missing.json", root)),
      "cannot be read (ENOENT)",
    );
  });
  test("malformed entries, by number and text", () => {
    for (const [index, entry] of ["", "  ", "a#b#c", "lib#", 5, null, ["lib"]].entries()) {
      const before = Array.from({ length: index }, () => "lib");
      assert.ok(wrong(...before, entry).startsWith(`entry ${index + 1}, ${JSON.stringify(entry)}: must be "package"`));
    }
  });
  test("what does not exist, with what was meant", () => {
    assert.equal(wrong("node:zlip"), 'entry 1, "node:zlip": Node has no module node:zlip; did you mean node:zlib?');
    assert.equal(
      wrong("node:zlib#gzipsync"),
      'entry 1, "node:zlib#gzipsync": node:zlib has no gzipsync; did you mean gzipSync?',
    );
    assert.equal(wrong("lib", "libb"), `entry 2, "libb": no package of this name is installed in ${root} or above`);
    assert.equal(wrong("./src/b.ts"), `entry 1, "./src/b.ts": there is no file ${join(root, "src/b.ts")}`);
    assert.equal(
      wrong("./src/a.ts#rendr"),
      `entry 1, "./src/a.ts#rendr": ${join(root, "src/a.ts")} has no function rendr`,
    );
    assert.match(wrong("./src/a.ts#x"), /has no function x/);
    assert.deepEqual(list("./src/a.ts#$x").functions, { [join(root, "src/a.ts")]: ["$x"] });
  });
  test("not a list", () => {
    const read = (text: string) => {
      put("assumePure.json", text);
      return complaint("assumePure.json", () => readAssumePure(root, undefined, root));
    };
    assert.equal(read('{"assumepure":[]}'), 'unknown key "assumepure"; did you mean "assumePure"?');
    assert.equal(read("{}"), '"assumePure" must be a list of names');
    assert.equal(read('{"assumePure":"lib"}'), '"assumePure" must be a list of names');
    assert.equal(read('["lib"]'), "the file must be an object");
    assert.match(read("lib"), /^is not JSON: /);
  });
  test("a folder in place of a file", () => {
    assert.match(wrong("./src"), /entry 1, ".\/src": there is no file/);
    assert.match(wrong("./src#f"), /entry 1, ".\/src#f": there is no file/);
  });
  test("a function with a name that is none, or only a part of one", () => {
    for (const name of ["render(", "rend.er(", "ender", "rende", ".*", "(", "export function"]) {
      assert.match(wrong(`./src/a.ts#${name}`), /has no function /, name);
    }
    put("src/b.ts", "const größe = 1, $ = 2, a = { größe() {} };");
    for (const name of ["größe", "$", "a.größe"])
      assert.deepEqual(Object.values(list(`./src/b.ts#${name}`).functions), [[name]]);
    assert.match(wrong("./src/b.ts#gr"), /has no function gr/);
  });
  test("modules that exist with the prefix only", () => {
    assert.deepEqual(list("node:test").builtins, ["test"]);
  });
});

describe("dumbo/auto", { skip: existsSync(auto) ? false : "dist/ is not built" }, () => {
  const run = (flag: string, env: NodeJS.ProcessEnv = {}) => {
    put("main.cjs", 'console.log("the program runs")');
    const { DUMBO, DUMBO_DIR, DUMBO_LOG, DUMBO_POLICY, DUMBO_ASSUME_PURE, NODE_OPTIONS, ...rest } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [flag, auto, join(root, "main.cjs")], {
      cwd: root,
      encoding: "utf8",
      env: { ...rest, DUMBO_USER_DIR: "off", ...env },
    });
    return { status, stdout, stderr };
  };
  for (const flag of ["--import", "--require"]) {
    test(`${flag}: a broken configuration stops the program before it starts`, () => {
      put("dumbo.config.json", '{"includ":[]}');
      assert.deepEqual(run(flag), {
        status: 1,
        stdout: "",
        stderr: `dumbo: ${join(root, "dumbo.config.json")}: unknown key "includ"; did you mean "include"?\n`,
      });
    });
    test(`${flag}: a wrong entry stops the program before it starts`, () => {
      put("assumePure.json", '{"assumePure":["missing-package"]}');
      assert.deepEqual(run(flag), {
        status: 1,
        stdout: "",
        stderr: `dumbo: ${join(root, "assumePure.json")}: entry 1, "missing-package": no package of this name is installed in ${root} or above\n`,
      });
    });
    test(`${flag}: nothing stops a program that runs without dumbo`, () => {
      put("dumbo.config.json", "{");
      assert.deepEqual(run(flag, { DUMBO: "off" }), { status: 0, stdout: "the program runs\n", stderr: "" });
    });
    test(`${flag}: a good configuration says nothing`, () => {
      put("dumbo.config.json", '{"directory":"kept"}');
      assert.deepEqual(run(flag), { status: 0, stdout: "the program runs\n", stderr: "" });
      assert.ok(existsSync(join(root, "kept")));
    });
  }
});
