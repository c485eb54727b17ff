/** Writing again what a call has written: as the call would, all of it or nothing. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ask } from "../../audit/replay/dependencies.ts";
import { canRestore, describeWrite, restore, wrote } from "../../audit/replay/file-writes.ts";
import { replayWrites, targetOf } from "../../audit/replay/write-targets.ts";
import { hash128 } from "../../src/hash.ts";
import { storeFolder } from "../../src/store/disk/directory.ts";
import type { Dependency, Trace, Write } from "../../src/trace/trace.ts";
import { byName } from "../support/counts.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-writes-")));
  replayWrites((path) => path.startsWith(join(folder, "own")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const text = (name: string) => `p${at(name)}`;
const contents = new Map<string, Uint8Array>();

function file(name: string, content: string, after = 0, mode = ""): Write {
  const bytes = Buffer.from(content);
  contents.set(hash128(bytes), bytes);
  return { action: ["file", text(name), mode], content: hash128(bytes), size: bytes.length, after };
}
const making = (name: string, flags = "r", mode = ""): Write => {
  return { action: ["folder", text(name), mode, flags], content: "", size: 0, after: 0 };
};
const copying = (from: string, to: string): Write => {
  return { action: ["copy", text(to), text(from)], content: "", size: 0, after: 0 };
};
function again(writes: readonly Write[], dependencies: readonly Dependency[] = []): boolean {
  return restore({ dependencies, output: [], writes }, (hash) => contents.get(hash));
}

/** Everything below the folder that can be seen, times aside. */
function tree(): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const { mode, ino } = statSync(at(name));
      return [name, `${mode} ${ino} ${statSync(at(name)).isFile() ? readFileSync(at(name), "latin1") : ""}`];
    }),
  );
}

/** Leaves out everything but content. */
const read = () =>
  Object.fromEntries(Object.entries(tree()).map(([name, all]) => [name, all.replace(/^\d+ \d+ /, "")]));

describe("restore", () => {
  test("makes files and folders with their modes", () => {
    const writes = [making("a/b"), file("a/b/c", "one", 0, "384"), file("d", ""), making("e", "", "448")];
    assert.ok(again(writes));
    assert.deepEqual(read(), { a: "", "a/b": "", "a/b/c": "one", d: "", e: "" });
    assert.equal(statSync(at("a/b/c")).mode & 0o777, 0o600);
    assert.equal(statSync(at("e")).mode & 0o777, 0o700);
    assert.equal(statSync(at("d")).mode & 0o777, 0o666 & ~process.umask());
    assert.ok(wrote(writes.slice(0, 3)));
    assert.ok(!wrote([file("d", "other")]));
    assert.equal(describeWrite(writes[0] as Write), `directory ${at("a/b")}`);
    assert.equal(describeWrite(writes[1] as Write), `file ${at("a/b/c")}`);
  });

  test("writes in place what is there", () => {
    for (const name of ["same", "other", "linked"]) writeFileSync(at(name), "one", { mode: 0o640 });
    linkSync(at("linked"), at("twin"));
    const long = new Date(1e12);
    for (const name of ["same", "other"]) utimesSync(at(name), long, long);
    const before = tree();
    const handle = openSync(at("other"), "r");
    assert.ok(again([file("same", "one"), file("other", "three"), file("linked", "two")]));
    const now = tree();
    for (const name of ["same", "other", "linked"]) {
      assert.deepEqual(now[name]?.split(" ").slice(0, 2), before[name]?.split(" ").slice(0, 2), name);
    }
    assert.equal(readFileSync(handle, "utf8"), "three");
    closeSync(handle);
    assert.equal(readFileSync(at("twin"), "utf8"), "two");
    for (const name of ["same", "other"]) assert.ok(statSync(at(name)).mtimeMs > 1.1e12, name);
  });

  test("follows links, also to what is not there", () => {
    writeFileSync(at("target"), "one");
    symlinkSync("target", at("link"));
    symlinkSync("none", at("dangling"));
    assert.ok(again([file("link", "two"), file("dangling", "three")]));
    assert.equal(readFileSync(at("target"), "utf8"), "two");
    assert.equal(readFileSync(at("none"), "utf8"), "three");
  });

  test("copies with the mode of what is copied", () => {
    writeFileSync(at("script"), "#!");
    chmodSync(at("script"), 0o755);
    writeFileSync(at("there"), "longer");
    assert.ok(again([copying("script", "new"), copying("script", "there")]));
    assert.deepEqual(read(), { new: "#!", script: "#!", there: "#!" });
    for (const name of ["new", "there"]) assert.equal(statSync(at(name)).mode & 0o777, 0o755);
  });

  test("undoes everything where one thing fails", () => {
    writeFileSync(at("there"), "before", { mode: 0o600 });
    writeFileSync(at("copied"), "before", { mode: 0o604 });
    writeFileSync(at("script"), "#!", { mode: 0o777 });
    writeFileSync(at("file"), "");
    symlinkSync("none", at("dangling"));
    mkdirSync(at("folder"));
    unlinkSync(at("dangling"));
    const before = tree();
    const good = [
      making("a/b/c"),
      making("folder"),
      file("a/b/c/new", "x"),
      file("new", "x"),
      file("there", "after"),
      file("there", "later still"),
      copying("script", "copied"),
      copying("script", "a/copy"),
    ];
    assert.ok(canRestore({ dependencies: [], output: [], writes: good }));
    const bad = [
      file("none/x", "x"),
      file("folder", "x"),
      file("file/x", "x"),
      file("own/x", "x"),
      making("folder", ""),
      making("file"),
      copying("none", "y"),
      copying("folder", "y"),
      { ...making("x"), action: ["unheard", text("x")] },
    ];
    for (const one of bad) {
      assert.ok(!again([...good, one]), one.action.join(" "));
      assert.deepEqual(tree(), before, one.action.join(" "));
    }
    assert.ok(!canRestore({ dependencies: [], output: [], writes: [file("folder", "x")] }));
    assert.ok(again(good));
    assert.equal(readFileSync(at("there"), "utf8"), "later still");
    assert.ok(!readdirSync(folder).some((name) => name.startsWith(".dumbo")));
  });

  test("does nothing where a content is gone", () => {
    assert.ok(!again([file("new", "x"), { ...file("other", "y"), content: "gone" }]));
    assert.deepEqual(tree(), {});
  });

  test("asks in between what the call has asked", () => {
    writeFileSync(at("seen"), "s");
    const seen = (name: string, answer: string): Dependency => {
      const query = ["readFile", text(name), "utf8"];
      return { query, answer, fingerprint: "" };
    };
    const answer = ask(["readFile", text("seen"), "utf8"])?.answer as string;
    const none = ask(["readFile", text("two"), "utf8"])?.answer as string;
    const writes = [file("one", "1", 1), file("two", "2", 3)];
    assert.ok(again(writes, [seen("none", "asked before"), seen("seen", answer), seen("two", none)]));
    unlinkSync(at("one"));
    unlinkSync(at("two"));
    const before = tree();
    for (const wrong of [
      [seen("seen", answer), seen("seen", "another"), seen("two", none)],
      [seen("seen", answer), seen("one", none), seen("two", none)],
      [seen("seen", answer), seen("seen", answer), seen("two", none), seen("two", none)],
    ]) {
      assert.ok(!again(writes, wrong));
      assert.deepEqual(tree(), before);
    }
  });

  test("takes names as long as they may be", () => {
    const name = "n".repeat(255);
    assert.ok(again([file(name, "x")]));
    assert.equal(readFileSync(at(name), "utf8"), "x");
  });
});

test("places that are refused", () => {
  mkdirSync(at("own"));
  writeFileSync(at("own/file"), "");
  symlinkSync("own/file", at("link"));
  symlinkSync("own", at("in"));
  const why = (path: string) => {
    const target = targetOf(path);
    return target.kind === "refused" ? target.why.kind : target.kind;
  };
  assert.equal(why(text("own/file")), "protected");
  assert.equal(why(text("own/new")), "protected");
  assert.equal(why(text("link")), "protected");
  assert.equal(why(text("in/new/deep")), "protected");
  assert.equal(why("p/dev/null"), "device");
  assert.equal(why("p/dev/stdout"), "device");
  if (process.platform === "linux") assert.equal(why("p/proc/self/comm"), "device");
  assert.equal(why(text("new")), "missing");
  assert.equal(why(text("new/deep")), "missing");
  assert.equal(why(`u${pathToFileURL(at("new")).href}`), "missing");
  assert.equal(why(`p${at("a\0b")}`), "unseen-place");
});

describe("in a program", () => {
  const dist = (name: string) => fileURLToPath(new URL(`../../dist/${name}.cjs`, import.meta.url));
  const cache = () => at("cache");

  function run(env: Record<string, string> = {}, stdout: "pipe" | number = "pipe") {
    const { status, stderr } = spawnSync(process.execPath, ["--import", dist("auto"), "main.mjs"], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", stdout, "pipe"],
      env: { ...process.env, DUMBO_DIR: cache(), DUMBO_POLICY: "always", DUMBO_LOG: "json", ...env },
    });
    assert.equal(status, 0, stderr);
    const { functions, refused } = JSON.parse(stderr) as {
      functions: Record<string, { hits: number; misses: number }>;
      refused: Record<string, string>;
    };
    return { functions: byName(functions), refused: byName(refused) };
  }

  const dumbo = (...args: string[]) => {
    return spawnSync(process.execPath, [dist("cli"), ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, DUMBO_DIR: cache() },
    }).stdout;
  };

  beforeEach(() => {
    writeFileSync(at("package.json"), "{}");
    writeFileSync(at("dumbo.config.json"), JSON.stringify({ replayWrites: true }));
    writeFileSync(
      at("main.mjs"),
      `import { writeFileSync, mkdirSync } from "node:fs";
      function build(n) {
        mkdirSync("out", { recursive: true });
        let text = "";
        for (let i = 0; i < n; i++) text += i + "\\n";
        writeFileSync("out/large", text);
        writeFileSync("out/small", "small");
        writeFileSync("out/third", "third");
        return n;
      }
      console.log(build(60_000));`,
    );
  });

  test("large files are blobs that gc leaves alone, and whose loss is noticed", () => {
    assert.equal(run().functions.build?.misses, 1);
    const written = readFileSync(at("out/large"), "utf8");
    assert.ok(written.length > 300_000);
    const blobs = join(storeFolder(cache()), "blobs");
    const files = () => readdirSync(blobs, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    assert.equal(files().length, 1);
    for (const { parentPath, name } of files()) utimesSync(join(parentPath, name), 1e9, 1e9);
    assert.doesNotMatch(dumbo("gc"), /removed \d+ (entries|files)/);
    rmSync(at("out"), { recursive: true });
    assert.equal(run().functions.build?.hits, 1);
    assert.equal(readFileSync(at("out/large"), "utf8"), written);
    assert.match(
      dumbo("explain", "build"),
      /cached +build[\s\S]*writes again: directory out, file out\/large, file out\/small and 1 more/,
    );
    rmSync(blobs, { recursive: true });
    rmSync(at("out"), { recursive: true });
    assert.deepEqual(run().functions.build, { hits: 0, misses: 1, calls: 1 });
    assert.equal(readFileSync(at("out/large"), "utf8"), written);
    assert.equal(run().functions.build?.hits, 1);
  });

  test("what is waited for is not written at once", () => {
    writeFileSync(
      at("main.mjs"),
      `import { existsSync, writeFileSync } from "node:fs";
      import { writeFile } from "node:fs/promises";
      async function build(n) { let sum = 0; for (let i = 0; i < n; i++) sum += i; await writeFile("late", "x" + sum); }
      const pending = build(3);
      writeFileSync("seen", String(existsSync("late")));
      await pending;`,
    );
    assert.equal(run().functions.build?.misses, 1);
    rmSync(at("late"));
    assert.equal(run().functions.build?.hits, 1);
    assert.equal(readFileSync(at("seen"), "utf8"), "false");
    assert.equal(readFileSync(at("late"), "utf8"), "x3");
  });

  test("what a read-only cache holds is written again", () => {
    run();
    rmSync(at("out"), { recursive: true });
    assert.equal(run({ DUMBO_READ_ONLY: "1" }).functions.build?.hits, 1);
    assert.deepEqual(readdirSync(at("out")), ["large", "small", "third"]);
  });

  test("files of more than the largest value are not kept", () => {
    writeFileSync(at("dumbo.config.json"), JSON.stringify({ replayWrites: true, limits: { value: 1000 } }));
    for (let i = 0; i < 2; i++) assert.match(run().refused.build ?? "", /writes a file of more than 1000 bytes/);
  });

  test("files that are printed to are not written again", () => {
    writeFileSync(
      at("main.mjs"),
      `import { writeFileSync } from "node:fs";
      function build(n) { for (let i = 0; i < n; i++) console.log(i); writeFileSync("printed", "x"); return n; }
      build(3);`,
    );
    for (let i = 0; i < 2; i++) {
      const stdout = openSync(at("printed"), "w");
      assert.match(run({}, stdout).refused.build ?? "", /to a file that the program prints to/);
      closeSync(stdout);
    }
  });

  test("dumbo's own files are not written again", () => {
    writeFileSync(
      at("main.mjs"),
      `import { writeFileSync } from "node:fs";
      function build(name) { let sum = 0; for (const c of name) sum += c.length; writeFileSync(name, "x"); return sum; }
      build("cache/note");`,
    );
    for (let i = 0; i < 2; i++) assert.match(run().refused.build ?? "", /a file of the program or of dumbo/);
    assert.ok(existsSync(at("cache/note")));
  });
});

test("a trace without leave to write again is not", () => {
  const trace: Trace = { dependencies: [], output: [], writes: [file("new", "x")] };
  const program = `
    import { restore } from ${JSON.stringify(new URL("../../audit/replay/file-writes.ts", import.meta.url).href)};
    const trace = ${JSON.stringify(trace)};
    process.exitCode = restore(trace, () => Buffer.from("x")) ? 1 : 0;`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", program],
    { cwd: fileURLToPath(new URL("../..", import.meta.url)), encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  assert.ok(!existsSync(at("new")));
});
