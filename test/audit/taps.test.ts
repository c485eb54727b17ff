/** What the taps see: every road to what they tap, inside a frame and outside. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { build, check, json, remove, run, work } from "../support/tap-programs.ts";

const major = Number.parseInt(process.versions.node, 10);

before(build);
after(remove);

describe("start-up", () => {
  for (const flags of [[], ["--pending-deprecation"], ["--trace-warnings"]]) {
    test(`prints nothing ${flags.join(" ")}`, () => {
      assert.deepEqual(run("", { flags }), { status: 0, stdout: "", stderr: "" });
      for (const how of ["--import", "--require"]) {
        const args = [...flags, how, "./tapped.cjs", "-e", ""];
        const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: work, encoding: "utf8" });
        assert.equal(stdout + stderr, "");
      }
    });
  }

  test("loads no module that the program has not asked for", () => {
    const list = "process.moduleLoadList.filter((name) => /^NativeModule (?!internal|module$)/.test(name))";
    const bare = json(`console.log(JSON.stringify(${list}))`, { preload: "bare" }) as string[];
    assert.deepEqual(json(`console.log(JSON.stringify(${list}))`), bare);
  });

  test("tapping everything prints nothing, in threads neither", () => {
    const all = `for (const name of taps.tappedBuiltins) {
        if (!/^_|sqlite|ffi|wasi|inspector.promises/.test(name)) taps.tapBuiltin(name);
      }
      taps.lazyGlobals.forEach(taps.tapGlobal);`;
    const program = `const { Worker } = require("worker_threads"); ${all} new Worker(\`${all}\`, { eval: true });`;
    assert.deepEqual(run(program, { flags: ["--pending-deprecation"] }), { status: 0, stdout: "", stderr: "" });
  });

  test("tapBuiltin loads what it taps, and nothing else", () => {
    check(`
      const has = (name) => process.moduleLoadList.includes("NativeModule " + name);
      assert(!has("os"));
      taps.tapBuiltin("node:os");
      assert(has("os"));
      for (const name of ["node:nonsense", "toString", "constants"]) taps.tapBuiltin(name);
      assert(!has("constants"));
    `);
  });
});

/** Calls and what they publish, by the module that `m` is. The calls may fail: they are counted before they begin. */
const CALLS: Record<string, [call: string, event: string][]> = {
  async_hooks: [
    ["new m.AsyncLocalStorage().getStore()", "context AsyncLocalStorage.getStore"],
    ["m.executionAsyncId()", "context async_hooks.executionAsyncId"],
  ],
  child_process: [
    ["m.execSync('exit 0')", "child child_process.execSync"],
    ["m.spawnSync('missing')", "child child_process.spawnSync"],
    ["m.spawn()", "child child_process.spawn"],
  ],
  crypto: [
    ["m.randomBytes(1)", "random crypto.randomBytes"],
    ["m.randomInt(5)", "random crypto.randomInt"],
    ["m.randomUUID()", "random crypto.randomUUID"],
    ["(m.pseudoRandomBytes ?? m.randomBytes)(1)", "random crypto.randomBytes"],
    ["m.randomFillSync(Buffer.alloc(1))", "random crypto.randomFillSync"],
    ["m.generateKeyPairSync('ed25519')", "random crypto.generateKeyPairSync"],
    ["m.getRandomValues(Buffer.alloc(1))", "random crypto.getRandomValues"],
    ["m.webcrypto.randomUUID()", "random crypto.randomUUID"],
    ["m.createECDH('secp256k1').generateKeys()", "random crypto.ECDH.generateKeys"],
  ],
  dgram: [["m.createSocket('udp4').close()", "network dgram.createSocket"]],
  dns: [
    ["m.lookup()", "network dns.lookup"],
    ["m.promises.setServers([])", "network dns.promises.setServers"],
  ],
  fs: [
    ["m.readFileSync('.')", "file fs.readFileSync"],
    ["m.existsSync('.')", "file fs.existsSync"],
    ["m.realpathSync.native('.')", "file fs.realpathSync.native"],
    ["m.stat('.', () => {})", "file fs.stat"],
    ["m.createReadStream('missing').on('error', () => {})", "file fs.createReadStream"],
    ["new m.ReadStream('missing').on('error', () => {})", "file fs.ReadStream"],
    ["m.promises.readFile('missing').catch(() => {})", "file fs.promises.readFile"],
    ["m.opendirSync('.').closeSync()", "file fs.opendirSync"],
    ["m.opendirSync('.').closeSync()", "file fs.Dir.closeSync"],
  ],
  "fs/promises": [["m.stat('.')", "file fs.promises.stat"]],
  http: [
    ["m.request()", "network http.request"],
    ["m.createServer()", "network http.createServer"],
  ],
  http2: [["m.createServer()", "network http2.createServer"]],
  https: [["m.get()", "network https.get"]],
  net: [
    ["m.connect(1, '127.0.0.1').on('error', () => {})", "network net.connect"],
    ["new m.Socket().connect(1, '127.0.0.1').on('error', () => {})", "network net.Socket.connect"],
    ["new m.Server().listen(-1)", "network net.Server.listen"],
  ],
  os: [
    ["m.hostname()", "os os.hostname"],
    ["m.homedir + ''", "os os.homedir"],
    ["m.cpus()", "os os.cpus"],
  ],
  perf_hooks: [["m.performance.now()", "clock performance.now"]],
  process: [
    ["m.cwd()", "process process.cwd"],
    ["m.hrtime()", "clock process.hrtime"],
    ["m.hrtime.bigint()", "clock process.hrtime.bigint"],
    ["m.memoryUsage.rss()", "process process.memoryUsage.rss"],
    ["m.nextTick(() => {})", "timer process.nextTick"],
    ["m.chdir('missing')", "process process.chdir"],
  ],
  readline: [["m.createInterface()", "terminal readline.createInterface"]],
  timers: [
    ["m.clearTimeout(m.setTimeout(() => {}, 1))", "timer setTimeout"],
    ["m.promises.setImmediate()", "timer timers.promises.setImmediate"],
  ],
  "timers/promises": [
    ["m.setTimeout(1)", "timer timers.promises.setTimeout"],
    ["m.scheduler.wait(1)", "timer timers.promises.scheduler.wait"],
  ],
  tls: [["m.connect()", "network tls.connect"]],
  tty: [["m.isatty(0)", "terminal tty.isatty"]],
  v8: [
    ["m.getHeapStatistics()", "process v8.getHeapStatistics"],
    ["m.setFlagsFromString('--no-trace-gc')", "process v8.setFlagsFromString"],
  ],
  vm: [
    ["m.runInThisContext('1')", "code vm.runInThisContext"],
    ["new m.Script('1').runInThisContext()", "code vm.Script.runInThisContext"],
  ],
  worker_threads: [
    ["new m.Worker('', { eval: true })", "worker worker_threads.Worker"],
    ["new m.MessageChannel().port1.postMessage(1)", "worker worker_threads.MessagePort.postMessage"],
    ["m.receiveMessageOnPort(new m.MessageChannel().port1)", "worker worker_threads.receiveMessageOnPort"],
  ],
  zlib: [["m.gzip('a', () => {})", "async zlib.gzip"]],
};

describe("built-in modules", () => {
  for (const [name, calls] of Object.entries(CALLS)) {
    test(`${name} publishes inside a frame and nowhere else, by every road`, () => {
      const cases = calls.map(([call, event]) => `[${JSON.stringify(event)}, (m) => ${call}],`);
      check(
        `import byDefault, * as named from "node:${name}";
         import { createRequire } from "node:module";
         const roads = {
           default: byDefault, named, global: process.getBuiltinModule("${name}"),
           require: createRequire(import.meta.url)("${name}"), import: await import("${name}"),
           copied: { ...byDefault },
         };
         const cases = [${cases.join("\n")}];
         for (const [road, m] of Object.entries(roads)) {
           for (const [event, call] of cases) {
             if (road === "copied" && /Dir/.test(event)) continue;
             const events = seen(() => call(m));
             assert(events.includes(event), road + " " + call + ": " + events);
             try { call(m); } catch {}
             taps.state.suspended++;
             assert.deepEqual(seen(() => call(m)).filter((e) => !e.startsWith("threw")), [], road + " " + call);
             taps.state.suspended--;
           }
         }
         process.exit(0);`,
        { tap: name, type: "mjs" },
      );
    });
  }

  test("names that were imported before the taps came are brought up to date", () => {
    writeFileSync(
      join(work, "early.mjs"),
      `import { readFileSync } from "fs"; globalThis.early = () => readFileSync(".");`,
    );
    const program = 'assert.deepEqual(seen(early).slice(0, 1), ["file fs.readFileSync"]);';
    const args = ["--import", "./early.mjs", "--import", "./tapped.cjs", "--input-type=module", "-e"];
    const { status, stderr } = spawnSync(process.execPath, [...args, `import assert from "node:assert"; ${program}`], {
      cwd: work,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  });

  test("a module that no hook has seen is found when the next frame opens", () => {
    check(`
      const os = require("os");
      assert.deepEqual(seen(() => os.hostname()), ["os os.hostname"]);
    `);
  });

  test("handles, directories and other objects from before the frame are tapped", () => {
    check(
      `const fs = require("fs");
       const { spawn } = require("child_process");
       (async () => {
         const handle = await fs.promises.open(__filename);
         assert.deepEqual(seen(() => { handle.stat(); }), ["file FileHandle.stat"]);
         await handle.close();
         await assert.rejects(fs.promises.open("missing"), { code: "ENOENT" });
         const child = spawn(process.execPath, ["-e", ""]);
         assert(seen(() => child.kill()).includes("child child_process.ChildProcess.kill"));
       })();`,
      { tap: "fs child_process" },
    );
  });

  test("promisified functions are tapped", () => {
    check(
      `const { promisify } = require("util");
       const fs = require("fs");
       const sleep = promisify(setTimeout);
       const exists = promisify(fs.exists);
       const exec = promisify(require("child_process").exec);
       assert(seen(() => { sleep(1); }).includes("timer timers.promises.setTimeout"));
       assert(seen(() => { exists("."); }).includes("file fs.exists"));
       assert(seen(() => { exec("exit 0"); }).includes("child child_process.ChildProcess.spawn"));
       assert.equal(sleep, require("timers/promises").setTimeout);`,
      { tap: "child_process" },
    );
  });
});

describe("globals", () => {
  const globals: [call: string, events: string[]][] = [
    ["Date()", ["clock Date"]],
    ["new Date()", ["clock new Date"]],
    ["new Date(undefined)", []],
    ["new Date(2020, 1)", []],
    ["Date.now()", ["clock Date.now"]],
    ["Date.parse('2020') + Date.UTC(2020)", []],
    ["new (class extends Date {})()", ["clock new Date"]],
    ["Math.random()", ["random Math.random"]],
    ["performance.now()", ["clock performance.now"]],
    ["performance.timeOrigin", ["clock performance.timeOrigin"]],
    ["performance.mark('a')", ["clock performance.mark"]],
    ["crypto.randomUUID()", ["random crypto.randomUUID"]],
    ["crypto.getRandomValues(new Uint8Array(1))", ["random crypto.getRandomValues"]],
    [
      "void crypto.subtle.generateKey('Ed25519', false, ['sign']).catch(() => {})",
      ["async crypto.subtle", "random crypto.subtle.generateKey"],
    ],
    ["void crypto.subtle.digest('SHA-1', new Uint8Array(1))", ["async crypto.subtle"]],
    ["process.env.HOME", ["process process.env"]],
    ["process.argv.length", ["process process.argv"]],
    ["process.pid", ["process process.pid"]],
    ["process.on('x', () => {})", ["process process.on"]],
    ["process.stdin", ["process process.stdin"]],
    ["process.stdout", ["output process.stdout"]],
    ["console.log('')", ["output console.log"]],
    ["console.table([])", ["output console.table"]],
    ["queueMicrotask(() => {})", ["timer queueMicrotask"]],
    ["fetch('http://127.0.0.1:1').catch(() => {})", ["network fetch"]],
    ["new WeakRef({}).deref()", ["gc WeakRef.deref"]],
    ["new FinalizationRegistry(() => {}).register({})", ["gc FinalizationRegistry.register"]],
    ["new Event('x').timeStamp", ["clock Event.timeStamp"]],
    ["URL.createObjectURL(new Blob([]))", ["random URL.createObjectURL"]],
    ["new Intl.DateTimeFormat('en').format()", ["clock Intl.DateTimeFormat.format"]],
    ["[5].map(new Intl.DateTimeFormat('en').format)", []],
    ["new Intl.DateTimeFormat('en').formatToParts()", ["clock Intl.DateTimeFormat.format"]],
    ["AbortSignal.timeout(1)", ["timer AbortSignal.timeout"]],
    ["new BroadcastChannel('x').postMessage(1)", ["worker BroadcastChannel.postMessage"]],
  ];
  if (major >= 22) globals.push(["navigator.hardwareConcurrency", ["os navigator.hardwareConcurrency"]]);
  if (major >= 22) globals.push(["new WebSocket('ws://127.0.0.1:1').onerror = () => {}", ["network WebSocket"]]);
  if (major >= 26) globals.push(["Temporal.Now.instant()", ["clock Temporal.Now.instant"]]);

  test("publish inside a frame and nowhere else", () => {
    const cases = globals.map(([call, events]) => `[${JSON.stringify(events)}, () => ${call}],`);
    check(`
      for (const name of taps.lazyGlobals) taps.tapGlobal(name);
      for (const [events, call] of [${cases.join("\n")}]) {
        const found = seen(call);
        for (const event of events) assert(found.includes(event), call + ": " + found);
        if (events.length === 0) assert.deepEqual(found, [], String(call));
        call();
        taps.state.suspended++;
        assert.deepEqual(seen(call), [], String(call));
        taps.state.suspended--;
      }
      process.exit(0);
    `);
  });

  test("functions that were taken out of their objects are tapped", () => {
    check(`
      const { random } = Math, { now } = Date, { log } = console, { cwd, stdout } = process, { readFileSync } = require("fs");
      const write = stdout.write.bind(stdout);
      assert.deepEqual(seen(() => random()), ["random Math.random"]);
      assert.deepEqual(seen(() => now()), ["clock Date.now"]);
      assert(seen(() => log("x")).includes("output console.log"));
      assert.deepEqual(seen(() => cwd()), ["process process.cwd"]);
      assert(seen(() => write("x")).includes("output process.stdout.write"));
      assert(seen(() => readFileSync(".")).includes("file fs.readFileSync"));
    `);
  });

  test("pure work is silent", () => {
    check(
      `const zlib = require("zlib"), crypto = require("crypto"), path = require("path"), util = require("util");
       const v8 = require("v8"), { EventEmitter } = require("events");
       const work = () => {
         zlib.gunzipSync(zlib.brotliDecompressSync(zlib.brotliCompressSync(zlib.gzipSync("a"))));
         crypto.createHash("sha256").update("a").digest("hex");
         crypto.createHmac("sha1", "k").update("a").digest();
         crypto.scryptSync("a", "b", 8);
         path.resolve("/a", "../b"); path.relative("/a/b", "/a/c");
         util.inspect({ a: [new Map([[1, new Date(2)]])] }); util.format("%s %o", 1, {});
         structuredClone({ a: new Date(1) }); v8.deserialize(v8.serialize([1n]));
         new URL("http://a/b?c=d").searchParams.get("c"); new TextEncoder().encode("a"); Buffer.from("a").toString("base64");
         new Intl.NumberFormat("de").format(1.5); new Date(5).toLocaleString("en", { timeZone: "UTC" });
         new EventEmitter().on("a", () => {}).emit("a"); new Error("a").stack; JSON.stringify({}); atob(btoa("a"));
         (async () => { await 1; })();
       };
       work();
       assert.deepEqual(seen(work), []);`,
      { tap: "zlib crypto v8" },
    );
  });
});

test("nobody but a tap has a say in what is harmless", () => {
  check(`
    const { channel } = require("diagnostics_channel");
    taps.installChannels((event) => { globalThis.last = event; });
    taps.state.open++;
    channel("dumbo:audit").publish({ kind: "file", name: "mine", token: { kind: "keyed" } });
    taps.state.open--;
    assert.deepEqual(last, { kind: "file", name: "mine" });
  `);
});
