/** What a program must not notice of the taps: shapes, identities, stacks, assignments, threads and children. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { build, check, json, remove, run, same, work } from "../support/tap-programs.ts";

before(build);
after(remove);

/**
 * Describes objects and functions down to names, lengths, attributes and order of properties, without reading getters.
 * Left out is how a function prints, which from Node 25 on needs a symbol, and `nodeTiming`, which is a getter now.
 */
const DESCRIBE = `
  const hidden = ["arguments", "caller", "nodeTiming", Symbol.for("nodejs.util.inspect.custom")];
  const describe = (value, depth) => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return typeof value;
    const head = typeof value === "function" ? [value.name, value.length] : [];
    if (depth === 0) return head;
    const keys = Reflect.ownKeys(value).filter((key) => !hidden.includes(key));
    return head.concat(keys.map((key) => {
      const { enumerable, configurable, writable, get, set, value: inner } = Object.getOwnPropertyDescriptor(value, key);
      const deep = typeof inner === "function" || key === "prototype";
      const what = get || set ? [typeof get, typeof set] : deep ? describe(inner, depth - 1) : typeof inner;
      return [String(key), enumerable, configurable, writable, what];
    }));
  };`;

const MODULES = process.getBuiltinModule("node:module").builtinModules.filter(
  // `process` has accessors where it had data; the rest warn, or are as slow to load as all others together.
  (name) => !/^_|^process$|punycode|^sys$|wasi|trace_events|repl|^node:test/.test(name),
);

describe("shape", () => {
  for (const name of MODULES) {
    test(`exports of ${name}`, () => {
      const program = `${DESCRIBE} console.log(JSON.stringify(describe(require(${JSON.stringify(name)}), 4)));`;
      assert.deepEqual(json(program, { tap: name }), json(program, { tap: name, preload: "bare" }));
    });
  }

  test("globals", () => {
    const program = `${DESCRIBE}
      const names = ["Date", "Math", "performance", "crypto", "console", "WeakRef", "setTimeout", "fetch", "Event", "URL",
        "queueMicrotask", "Intl", "AbortSignal", "BroadcastChannel", "MessagePort"];
      for (const name of taps.lazyGlobals) taps.tapGlobal(name);
      const shapes = names.map((name) => [
        name,
        Object.getOwnPropertyDescriptor(globalThis, name)?.enumerable,
        describe(globalThis[name], 2),
        describe(Object.getPrototypeOf(globalThis[name]), 1),
      ]);
      delete globalThis.taps; delete globalThis.seen;
      console.log(JSON.stringify([shapes, Object.keys(globalThis), describe(Intl.DateTimeFormat, 2)]));`;
    assert.deepEqual(json(program), json(program, { preload: "bare" }));
  });

  test("process has the same keys in the same order", () => {
    const program = `
      const keys = []; for (const key in process) if (!/^taps$/.test(key)) keys.push(key);
      console.log(JSON.stringify([Object.getOwnPropertyNames(process), keys.sort(), process.cwd.name, process.hrtime.length]));`;
    assert.deepEqual(json(program), json(program, { preload: "bare" }));
  });

  test("functions, classes and dates print as ever", () => {
    same(
      `
      const fs = require("fs"), { Worker } = require("worker_threads");
      console.log(fs.readFile, fs.ReadStream, fs.promises, Worker, Date, new Date(0), setTimeout, console.log, crypto);
      console.log(Object.prototype.toString.call(fs.promises.readFile), typeof Worker, String(Math.random.name));
    `,
      { tap: "worker_threads" },
    );
  });
});

describe("Date", () => {
  test("is Date in every way", () => {
    check(`
      const { statSync } = require("fs");
      assert.match(Date(), /^\\w{3} \\w{3} \\d\\d \\d{4}/);
      assert.equal(Object(new Date()).constructor, Date);
      assert(statSync(".").mtime instanceof Date);
      assert(structuredClone(new Date(1)) instanceof Date);
      class Day extends Date { constructor(...args) { super(...args); this.own = 1; } day() { return 1; } static now() { return 5; } }
      const day = new Day(2020, 1, 2);
      assert(day instanceof Day && day instanceof Date && day.day() === 1 && day.own === 1 && day.getFullYear() === 2020);
      assert.equal(Object.getPrototypeOf(Day), Date);
      assert.equal(new Day(7).getTime(), 7);
      assert(Number.isNaN(new Date(undefined).getTime()));
      assert.equal(new Date(null).getTime(), 0);
      assert.equal(Reflect.construct(Date, [5], Array).constructor, Array);
      assert.equal(Object.getOwnPropertyDescriptor(Date, "prototype").writable, false);
      assert.throws(() => { "use strict"; Date.prototype = {}; }, TypeError);
      assert.throws(() => new Date.now(), TypeError);
      assert(Math.abs(new Date() - Date.now()) < 1000 && Date.length === 7);
    `);
  });

  test("can be replaced by fake timers, and comes back", () => {
    check(`
      const { mock } = require("node:test");
      const Real = Date;
      mock.timers.enable({ apis: ["Date", "setTimeout"], now: 42 });
      let fired = 0;
      setTimeout(() => fired++, 10);
      mock.timers.tick(10);
      assert.equal(fired, 1);
      assert.equal(new Date().getTime(), 52);
      mock.timers.reset();
      assert.equal(Date, Real);
      assert.deepEqual(seen(() => Date.now()), ["clock Date.now"]);
    `);
  });
});

describe("process", () => {
  test("can be assigned to as ever", () => {
    check(`
      const env = process.env;
      process.env = { ...env, DUMBO_TEST: "1" };
      assert.equal(process.env.DUMBO_TEST, "1");
      assert.deepEqual(seen(() => { process.env = env; }), ["process process.env"]);
      process.env.DUMBO_TEST = "2";
      assert.equal(require("child_process").execSync("echo $DUMBO_TEST").toString(), "2\\n");
      process.argv = ["a"];
      assert.deepEqual(process.argv, ["a"]);
      process.title = "dumbo";
      assert.equal(process.title, "dumbo");
      process.exitCode = 3;
      assert.equal(process.exitCode, 3);
      process.exitCode = 0;
      const child = Object.create(process);
      child.env = 1;
      assert.equal(child.env, 1);
      assert.equal(process.env, env);
      assert.throws(() => { "use strict"; process.pid = 1; }, TypeError);
      process.stdout.write = () => true;
      console.log("unseen");
      delete process.stdout.write;
      process.once("x", () => {}).emit("x");
      assert.equal(process.listenerCount("x"), 0);
      assert(!Object.hasOwn(process, "on"));
    `);
    assert.equal(run("process.exitCode = 3").status, 3);
    assert.equal(run("process.exit(4)").status, 4);
  });

  test("getBuiltinModule hands out tapped modules", () => {
    check(`
      const os = process.getBuiltinModule("node:os");
      assert.deepEqual(seen(() => os.hostname()), ["os os.hostname"]);
      assert.equal(process.getBuiltinModule("nonsense"), undefined);
      assert.throws(() => process.getBuiltinModule(1), { code: "ERR_INVALID_ARG_TYPE" });
    `);
  });
});

describe("stacks", () => {
  for (const [name, program] of Object.entries({
    "an uncaught error of fs": 'require("fs").readFileSync("missing")',
    "an uncaught error of an argument": 'require("fs").createReadStream(1, 2, 3)',
    "a rejection": 'require("fs").promises.readFile("missing")',
    "a spawn that fails": 'require("child_process").execFileSync("missing")',
    "a class called as a function": 'require("worker_threads").Worker()',
    "console.trace": 'console.trace("here")',
    "a listener of process": 'process.on("x", () => console.log(new Error("here").stack)); process.emit("x")',
    "a callback": 'setTimeout(() => { throw new Error("here") }, 1)',
    "a warning": 'process.on("warning", ({ stack }) => console.log(stack)); process.emitWarning("here")',
  })) {
    test(`of ${name} are what they were`, () => {
      const { stdout, stderr } = same(program, { tap: "fs child_process worker_threads" });
      assert(stdout + stderr !== "");
    });
  }
});

describe("classes", () => {
  test("can be constructed, extended and recognised", () => {
    check(
      `const fs = require("fs"), { Readable } = require("stream"), { Worker, BroadcastChannel: Channel } = require("worker_threads");
       const stream = new fs.ReadStream(__filename);
       assert(stream instanceof fs.ReadStream && stream instanceof Readable && stream.constructor === fs.ReadStream);
       assert(fs.createReadStream(__filename) instanceof fs.ReadStream);
       class Mine extends fs.ReadStream {}
       assert(new Mine(__filename) instanceof Mine);
       function Old(path) { fs.ReadStream.call(this, path); }
       Old.prototype = Object.create(fs.ReadStream.prototype);
       new Old(__filename).on("data", (data) => { assert(data.length > 0); done++; });
       const worker = new Worker("require('worker_threads').parentPort.postMessage(1)", { eval: true });
       assert(worker instanceof Worker && worker.constructor === Worker);
       worker.on("message", (message) => { assert.equal(message, 1); done++; });
       assert.equal(Channel, BroadcastChannel);
       const channel = new Channel("x");
       assert(channel instanceof BroadcastChannel);
       channel.close();
       let done = 0;
       process.on("exit", () => assert.equal(done, 2));`,
      { tap: "worker_threads stream" },
    );
  });
});

describe("threads and children", () => {
  test("have taps of their own", () => {
    check(
      `const { Worker } = require("worker_threads");
       const { fork } = require("child_process");
       const code = "const found = JSON.stringify([seen(() => Date.now()), seen(() => process.env.A)]);";
       const expected = JSON.stringify([["clock Date.now"], ["process process.env"]]);
       const fs = require("fs");
       fs.writeFileSync("worker.cjs", code + "require('worker_threads').parentPort.postMessage(found)");
       fs.writeFileSync("child.cjs", code + "process.on('message', (m) => { process.send(found + m); process.disconnect(); })");
       new Worker("./worker.cjs").on("message", (found) => { assert.equal(found, expected); done++; });
       const child = fork("./child.cjs");
       child.send("!");
       child.on("message", (found) => { assert.equal(found, expected + "!"); done++; });
       let done = 0;
       process.on("exit", () => assert.equal(done, 2));`,
    );
  });
});

describe("channels", () => {
  test("Node's own and everybody's events arrive, and only inside a frame", () => {
    check(
      `const { channel } = require("diagnostics_channel");
       const publish = (name, message) => () => channel(name).publish(message);
       assert.deepEqual(seen(publish("dumbo:audit", { kind: "native", name: "addon.read" })), ["native addon.read"]);
       assert.deepEqual(seen(publish("dumbo:audit", null)), ["unknown dumbo:audit"]);
       assert.deepEqual(seen(publish("undici:request:create", {})), ["network undici:request:create"]);
       publish("net.client.socket", {})();
       assert.deepEqual(seen(() => {}), []);
       assert(seen(() => new (require("worker_threads").Worker)("", { eval: true })).includes("worker worker_threads"));`,
    );
  });
});

describe("robustness", () => {
  test("polluted prototypes and frozen intrinsics do no harm", () => {
    check(`
      Object.prototype.get = Object.prototype.set = Object.prototype.has = () => { throw new Error("trap"); };
      assert.equal(typeof require("fs").readFileSync, "function");
      assert.equal("native" in require("fs").realpath, true);
      setTimeout.mine = 1;
      assert.equal(setTimeout.mine, 1);
    `);
    const args = ["--frozen-intrinsics", "--no-warnings", "--require", "./tapped.cjs", "-e", "Date.now()"];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: work, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  });

  test("dumbo's own functions publish nothing", () => {
    check(`
      const { env, sinceStart } = taps;
      assert.deepEqual(seen(() => { env(); sinceStart(); }), []);
      assert.equal(env(), process.env);
      assert(0 < sinceStart() && sinceStart() <= sinceStart());
    `);
  });

  test("what fails to be tapped is named", () => {
    check(`
      for (const key of taps.untappedOfProcess) assert.deepEqual(seen(() => process[key]), [], key);
    `);
  });
});
