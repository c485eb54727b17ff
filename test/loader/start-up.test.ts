/** What a start loads, and in which form. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CompiledCode, RAN } from "../../src/compiled-code.ts";
import { isSwitchedOff } from "../../src/config/switched-off.ts";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dumbo-start-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("DUMBO is looked at before anything else is loaded", () => {
  // Alone in its folder, it finds nothing to load.
  const auto = join(folder, "auto.cjs");
  copyFileSync(join(dist, "auto.cjs"), auto);
  const start = (env: Record<string, string>) =>
    spawnSync(process.execPath, ["--require", auto, "--print", "RegExp.lastMatch + 1"], {
      env: { PATH: process.env.PATH, ...env },
      encoding: "utf8",
    });
  for (const off of ["off", "0", "FALSE", "no"]) {
    const { stdout, status } = start({ DUMBO: off });
    assert.deepEqual({ stdout, status }, { stdout: "1\n", status: 0 });
  }
  assert.notEqual(start({}).status, 0);
  assert.match(start({ DUMBO: "on" }).stderr, /boot\.cjs/);
});

test("a start loads nothing of Node's that only the program may ask for", () => {
  const program = join(folder, "main.cjs");
  writeFileSync(
    program,
    "console.log(process.moduleLoadList.filter((one) => /undici|tls|webcrypto|webstreams/.test(one)).join());",
  );
  const run = (flags: string[]) => {
    const env = { PATH: process.env.PATH, DUMBO_DIR: join(folder, "cache") };
    return spawnSync(process.execPath, [...flags, program], { env, encoding: "utf8" }).stdout;
  };
  const bare = run([]);
  for (let i = 0; i < 2; i++) assert.equal(run(["--require", join(dist, "auto.cjs")]), bare);
});

test("no program with dumbo loads anything of the command line", () => {
  const command = ["cli.cjs", "linker.mjs", "permission-audit.cjs", "report.html"];
  const names = readdirSync(dist);
  for (const name of command) assert.ok(names.includes(name), `${name} is built`);
  const rest = names.filter((name) => !command.includes(name));
  for (const name of rest.filter((one) => one.endsWith("js"))) {
    assert.doesNotMatch(readFileSync(join(dist, name), "utf8"), /usage: dumbo/, `${name} has nothing of it`);
  }
  assert.match(readFileSync(join(dist, "cli.cjs"), "utf8"), /usage: dumbo/);
  const copy = join(folder, "dumbo");
  mkdirSync(copy);
  for (const name of rest.filter((one) => one !== "compiled")) copyFileSync(join(dist, name), join(copy, name));
  symlinkSync(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"), "junction");
  const program = join(folder, "main.cjs");
  writeFileSync(
    program,
    `function work(n) { let sum = n; for (let i = 0; i < 3e6; i++) sum = (sum * 31 + i) % 1000003; return sum; }
     console.log(work(1));`,
  );
  const env = { PATH: process.env.PATH, DUMBO_DIR: join(folder, "cache"), DUMBO_LOG: "json", DUMBO_POLICY: "always" };
  const run = () =>
    spawnSync(process.execPath, ["--import", pathToFileURL(join(copy, "auto.cjs")).href, program], {
      env,
      encoding: "utf8",
    });
  const first = run();
  assert.match(first.stdout, /^\d+\n$/, first.stderr);
  const second = run();
  assert.equal(second.stdout, first.stdout);
  assert.match(second.stderr, /"hits":1\b/);
});

test("where no shared cache is configured, nothing of it is loaded", () => {
  for (const name of readdirSync(dist))
    if (/\.(cjs|mjs)$/.test(name)) copyFileSync(join(dist, name), join(folder, name));
  for (const name of ["remote.cjs", "remote-worker.cjs"]) rmSync(join(folder, name));
  const program = join(folder, "main.mjs");
  writeFileSync(
    program,
    "let s = 1; const f = (n) => { for (let i = 0; i < 1e6; i++) s += i % n; return s; }; console.log(f(3));",
  );
  const run = (env: Record<string, string>) =>
    spawnSync(process.execPath, ["--import", join(folder, "auto.cjs"), program], {
      env: { PATH: process.env.PATH, DUMBO_DIR: join(folder, "cache"), DUMBO_POLICY: "always", ...env },
      encoding: "utf8",
    });
  const without = run({});
  assert.deepEqual([without.stderr, without.status], ["", 0]);
  const off = run({ DUMBO_REMOTE: "off" });
  assert.deepEqual([off.stderr, off.stdout], ["", without.stdout]);
  assert.match(
    run({ DUMBO_REMOTE: "redis://127.0.0.1:1?unsigned=yes" }).stderr,
    /remote\.cjs/,
    "what is missing would be loaded",
  );
});

test("only some values of DUMBO switch it off", () => {
  assert.deepEqual(["off", "OFF", "0", "false", "no", "", "1", "on", "offline", undefined].map(isSwitchedOff), [
    ...Array(5).fill(true),
    ...Array(5).fill(false),
  ]);
});

describe("compiled code", () => {
  const source = (result: string) => `(function (exports, require, module) { module.exports = () => "${result}"; })`;
  const write = (result: string) => {
    const file = join(folder, "own.cjs");
    writeFileSync(file, source(result));
    return file;
  };
  const open = (flags: string[] = [], ...above: string[]) =>
    new CompiledCode([...above, join(folder, "cache")], flags, []);
  const result = (code: CompiledCode, file: string): string => {
    const module = { exports: (): string => "nothing" };
    code.compile(file).call({}, {}, null, module);
    return module.exports();
  };
  const kept = (cache = join(folder, "cache")) =>
    readdirSync(cache, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".bin"))
      .map((name) => join(cache, name));
  const first = (file: string) => {
    const code = open();
    assert.equal(result(code, file), "one");
    assert.equal(code.isBehind(0), true);
    code.write(0);
    assert.equal(code.isBehind(0), false);
  };

  test("is taken by the next run", () => {
    const file = write("one");
    first(file);
    const next = open();
    assert.equal(result(next, file), "one");
    assert.equal(next.isBehind(0), false);
  });

  test("is written again by the first run that does what none did before", () => {
    const file = write("one");
    first(file);
    const asks = open();
    result(asks, file);
    assert.equal(asks.isBehind(RAN.asked), true);
    asks.write(RAN.asked);
    const stores = open();
    result(stores, file);
    assert.deepEqual(
      [stores.isBehind(0), stores.isBehind(RAN.asked), stores.isBehind(RAN.stored)],
      [false, false, true],
    );
    stores.write(RAN.stored);
    const next = open();
    result(next, file);
    assert.equal(next.isBehind(RAN.asked | RAN.stored), false);
  });

  test("of another source is not taken, whatever its length", () => {
    first(write("one"));
    const next = open();
    assert.equal(result(next, write("two")), "two");
    assert.equal(next.isBehind(0), true);
  });

  test("that is damaged at any place is not taken", () => {
    const file = write("one");
    first(file);
    const [path] = kept() as [string];
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ 1;
      writeFileSync(path, bytes);
      const next = open();
      assert.equal(result(next, file), "one");
      assert.equal(next.isBehind(0), true, `byte ${at} of ${whole.length}`);
    }
    for (const length of [0, 10, 100, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      const next = open();
      assert.equal(result(next, file), "one");
      assert.equal(next.isBehind(0), true, `${length} bytes`);
    }
  });

  test("is taken for the same source in another folder, and has no place of its own", () => {
    const thrower = "(function (exports, require, module) { module.exports = () => { throw new Error(); }; })";
    const at = (place: string) => {
      mkdirSync(join(folder, place));
      writeFileSync(join(folder, place, "own.cjs"), thrower);
      return join(folder, place, "own.cjs");
    };
    const stackOf = (code: CompiledCode, file: string): string => {
      try {
        return result(code, file);
      } catch (error) {
        return String((error as Error).stack).split("\n")[1] as string;
      }
    };
    const code = open();
    const first = stackOf(code, at("one"));
    code.write(0);
    const next = open();
    assert.equal(stackOf(next, at("two")), first);
    assert.match(first, /\(dumbo:own\.cjs:1:/);
    assert.equal(next.isBehind(0), false);
  });

  test("is kept for each set of V8's flags; flags that name files make no difference", () => {
    const file = write("one");
    first(file);
    const isKnown = (...flags: string[]) => {
      const code = open(flags);
      assert.equal(result(code, file), "one");
      return !code.isBehind(0);
    };
    assert.equal(isKnown("--import", "/project/x.mjs", "--require=/project/y.cjs"), true);
    assert.equal(isKnown("--stack-size=900"), false);
    const other = open(["--stack-size=900"]);
    result(other, file);
    other.write(0);
    assert.equal(isKnown("--stack-size=900"), true);
    assert.equal(isKnown(), true);
    assert.equal(kept().length, 2);
  });

  test("goes to the first directory that takes it, and is found in each", () => {
    const file = write("one");
    const [user, broken] = [join(folder, "user"), join(folder, "broken")];
    writeFileSync(broken, "no folder");
    const code = open([], user);
    assert.equal(result(code, file), "one");
    code.write(0);
    assert.deepEqual([kept(user).length, existsSync(join(folder, "cache"))], [1, false]);
    const next = open([], broken, user);
    assert.equal(result(next, file), "one");
    assert.equal(next.isBehind(0), false);
    const another = open([], broken);
    assert.equal(result(another, file), "one");
    another.write(0);
    assert.equal(kept().length, 1);
  });

  test("of many builds is not kept for ever", () => {
    for (let i = 0; i < 20; i++) {
      const code = open();
      const file = join(folder, `own ${i}.cjs`);
      writeFileSync(file, source(`build ${i}`));
      assert.equal(result(code, file), `build ${i}`);
      code.write(0);
    }
    assert.equal(kept().length, 16);
  });
});

describe("a program's second start takes what the first has compiled", () => {
  /** dumbo in a folder of its own, with a mode. */
  function installed(mode: number): string {
    const own = join(folder, "dumbo");
    cpSync(dist, own, { recursive: true, filter: (path) => !path.includes("compiled") });
    symlinkSync(join(dist, "..", "node_modules"), join(folder, "node_modules"));
    chmodSync(own, mode);
    return own;
  }

  /** Starts a program, and looks at what was kept in a place. */
  function start(own: string, cache: string, place: string) {
    const script = join(folder, "main.cjs");
    writeFileSync(script, "console.log(1);\n");
    // Under this policy no program rests.
    const env = { PATH: process.env.PATH, DUMBO_DIR: cache, DUMBO_POLICY: "always" };
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", join(own, "auto.cjs"), script], {
      env,
      encoding: "utf8",
    });
    assert.deepEqual({ stdout, stderr }, { stdout: "1\n", stderr: "" });
    const [version] = readdirSync(join(place, "compiled"));
    const names = readdirSync(join(place, "compiled", version as string));
    const name = names.find((one) => one.startsWith("start.cjs"));
    const file = join(place, "compiled", version as string, name as string);
    return { file, written: statSync(file).mtimeMs };
  }

  test("beside dumbo's own files, whatever the cache is", () => {
    const own = installed(0o755);
    const { written } = start(own, join(folder, "cache"), own);
    assert.equal(start(own, join(folder, "other"), own).written, written);
    for (const cache of ["cache", "other"]) assert.equal(existsSync(join(folder, cache, "compiled")), false);
  });

  test("in the cache, where others may write beside dumbo's files", () => {
    const own = installed(0o777);
    const cache = join(folder, "cache");
    const { file, written } = start(own, cache, cache);
    assert.equal(existsSync(join(own, "compiled")), false);
    assert.equal(start(own, cache, cache).written, written);
    const whole = readFileSync(file);
    const damaged = Buffer.from(whole);
    damaged[whole.length >> 1] = (damaged[whole.length >> 1] as number) ^ 1;
    writeFileSync(file, damaged);
    start(own, cache, cache);
    assert.notDeepEqual(readFileSync(file), damaged, "it was taken all the same");
  });
});
