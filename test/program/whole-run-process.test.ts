/**
 * Runs as a whole, and what is around a program: how its process ends, what it was started with, and where its output goes. Each step is compared with the same
 * step without dumbo.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { rootCertificates } from "node:tls";
import { keptIn, wasAnswered } from "../support/kept-runs.ts";
import {
  AGAIN,
  AGE,
  bundle,
  check,
  edited,
  type Files,
  laidOut,
  NEVER,
  run,
  type Step,
  skip,
} from "../support/whole-run-steps.ts";

/** A run without changes. */
const NO_STEP: Step = { isAnswered: false };
const NODE = process.execPath;
/** Where output goes that is lost. */
const PLACES: Readonly<Record<string, string>> = { full: "/dev/full", null: "/dev/null" };
/** What reads from a pipe. */
const READERS = { pipe: "cat", gone: "true" } as const;
const OPTIONS = { skip, concurrency: 1 };

describe("a run that ends for an error is never answered, whatever code its listeners make of that", OPTIONS, () => {
  const FORGIVES = "process.on('exit', () => { process.exitCode = 0; });";
  const errors: Record<string, string> = {
    thrown: "throw new Error('boom');",
    "thrown by the code of a timer": "setTimeout(() => { throw new Error('boom'); }, 1);",
    "a rejection": "Promise.reject(new Error('boom'));",
    "a rejection of nothing": "Promise.reject();",
    "an await that is never over": "await new Promise(() => {});",
    "the same with a code set before": "process.exitCode = 0; await new Promise(() => {});",
    "an error event": "process.stdout.emit('error', new Error('boom'));",
  };
  for (const [name, code] of Object.entries(errors)) {
    for (const listens of [FORGIVES, ""]) {
      test(`${name}, ${listens === "" ? "without" : "with"} a listener`, async () => {
        const { folder, cache } = await laidOut({ "main.mjs": `${listens} console.log(1); ${code}` });
        const outcomes = [];
        for (const store of [null, cache, cache]) {
          const before = keptIn(cache);
          const { stderr, ...rest } = await run(folder, "main.mjs", NO_STEP, store);
          // The line of the error is shown as dumbo has rewritten it.
          outcomes.push({ ...rest, errors: stderr.match(/^(?:Error: boom|Warning: Det|.*reason "undef|Node.js)/gm) });
          assert.equal(wasAnswered(before, keptIn(cache)), false);
        }
        assert.deepEqual(outcomes, [outcomes[0], outcomes[0], outcomes[0]]);
      });
    }
  }

  test("with the function replaced by which the process ends", () =>
    check(
      { "main.cjs": "const { reallyExit } = process; process.reallyExit = () => {}; process.exit(0); console.log(1);" },
      NEVER,
      "main.cjs",
    ));

  test("a code that listeners set without an error is answered", () =>
    check({ "main.mjs": "process.on('exit', () => { process.exitCode = 3; }); console.log(1);" }, AGAIN));

  test("a code that a program ends with is answered", () =>
    check({ "main.mjs": "console.log(1); process.exit(4);" }, AGAIN));
});

describe("what a process is started with is another run", OPTIONS, () => {
  test("the order of its environment", () =>
    check({ "main.mjs": "console.log(Object.keys(process.env).filter((key) => key.startsWith('V_')).join());" }, [
      { env: { V_A: "1", V_B: "2" }, isAnswered: false },
      { env: { V_A: "1", V_B: "2" }, isAnswered: true },
      { env: { V_B: "2", V_A: "1" }, isAnswered: false },
      { env: { V_B: "2", V_A: "1" }, isAnswered: true },
    ]));

  test("certificates that are named where they may be read", async () => {
    const named = (name: string, steps: readonly Step[]) =>
      steps.map((step) => ({ ...step, env: { NODE_EXTRA_CA_CERTS: name } }));
    const code = "process.stdout.write(typeof createHash);";
    const imports = `import { createHash } from 'node:crypto'; ${code}`;
    const [first = "", second = ""] = rootCertificates;
    await check({ "main.mjs": imports }, named("none.pem", NEVER));
    await check({ "main.mjs": `const createHash = 1; ${code}` }, named("none.pem", AGAIN));
    const files = { "main.mjs": imports, "some.pem": `of one\n${first}\n`, "none.pem": first.replace(/[^-]{40}/, "=") };
    await check(files, named("none.pem", NEVER));
    await check(files, named("some.pem", edited({ files: { "some.pem": `${first}\n${second}\n` } })));
  });

  for (const name of ["OPENSSL_CONF", "OPENSSL_MODULES", "NODE_ICU_DATA"])
    test(`none is kept where Node has read what ${name} names`, () =>
      check(
        { "main.mjs": "console.log(1);" },
        NEVER.map((step) => ({ ...step, env: { [name]: "/dev/null" } })),
      ));
});

describe("output that goes another way than Node's is never answered", OPTIONS, () => {
  const LOG = "console.log('b');";
  const ways: Record<string, string> = {
    "_write replaced": `process.stdout._write = (chunk, encoding, done) => done(); ${LOG} delete process.stdout._write; console.log('c');`,
    "_write that also writes a file": `const { _write } = process.stdout; process.stdout._write = function (chunk, ...more) { fs.appendFileSync('tee.log', chunk); return _write.call(this, chunk, ...more); }; ${LOG}`,
    "_writev added": `process.stdout._writev = (chunks, done) => done(); ${LOG}`,
    "_writeGeneric replaced": `process.stdout._writeGeneric = function (_, chunk, encoding, done) { done(); }; ${LOG}`,
    "a method of the class replaced": `const { prototype } = process.stdout.constructor; const { _write } = prototype; prototype._write = function (chunk, encoding, done) { fs.writeSync(2, 'x'); return _write.call(this, chunk, encoding, done); }; ${LOG}`,
    "a method of the class of sockets replaced first": `net.Socket.prototype._writeGeneric = function (_, chunk, encoding, done) { done(); }; ${LOG}`,
    "emit replaced": `process.stdout.emit = function () { return true; }; ${LOG}`,
    "another prototype": `Object.setPrototypeOf(process.stdout, Object.create(Object.getPrototypeOf(process.stdout), { _write: { value(chunk, encoding, done) { done(); } } })); ${LOG}`,
    "kept for later, and never printed": `process.stdout.cork(); process.stdout.write('a\\n'); ${LOG}`,
    "kept for later at the end": `${LOG} process.stdout.cork(); process.stdout._write(Buffer.from('a'), 'buffer', () => {});`,
    "ended by its state": `process.stdout.on('error', () => {}); process.stdout._writableState.ending = true; ${LOG}`,
    "ended by a method": `process.stdout.on('error', () => {}); process.stdout.end('a\\n'); ${LOG}`,
    "what a stream would call is called": `process.stdout._write('a\\n', 'utf8', () => {}); ${LOG}`,
    "a function for bytes replaced": `const { from } = Buffer; Buffer.from = (text, ...more) => from.call(Buffer, String(text).toUpperCase(), ...more); process.stdout.write('a', 'utf16le');`,
    "the next turn replaced": `const { nextTick } = process; process.nextTick = (...given) => { fs.writeSync(2, 'x'); return nextTick.call(process, ...given); }; ${LOG}`,
    "its errors listened to": `process.stdout.on('error', () => process.exit(0)); ${LOG}`,
    "another encoding": `process.stdout.setDefaultEncoding('latin1'); process.stdout.write('\\u00e9'); ${LOG}`,
    "a method called by what is below it": `const handle = process.stdout._handle; if (handle) { const { writeUtf8String } = Object.getPrototypeOf(Object.getPrototypeOf(handle)); handle.writeUtf8String = function (request, text) { return writeUtf8String.call(this, request, text.toUpperCase()); }; } else fs.writeSync(1, 'x'); ${LOG}`,
    "a socket of the descriptor": `new net.Socket({ "fd": 1, "readable": false }).write('a\\n');`,
    "the same by an option that is set": `const options = { readable: false }; options['f' + 'd'] = 1; const stream = new net.Stream(options); stream.write('a\\n');`,
    "the same by the class of a stream": `const stream = new process.stdout.constructor({ fd: 1, readable: false }); stream.fd = 1; stream.write('a\\n');`,
    "the same by a class of its own": `class Own extends net.Socket {} new Own({ fd: 1, readable: false }).write('a\\n');`,
    "a terminal of the descriptor": `try { new tty.WriteStream(1); } catch (error) { console.log(error.code); }`,
    "a file stream of the descriptor": `fs.createWriteStream(null, { fd: 1 }).write('a\\n');`,
    "the descriptor itself": `fs.writeSync(1, 'a\\n');`,
    "the path of the descriptor": `try { fs.writeFileSync('/proc/self/fd/1', 'a\\n'); } catch (error) { console.log(error.code); }`,
    "a stream to the path of the descriptor": `fs.createWriteStream('/dev/fd/2').on('error', ({ code }) => console.log(code)).end('a\\n');`,
    "a console of its own": "new console.Console(process.stdout).log('a');",
  };
  for (const [name, code] of Object.entries(ways)) {
    for (const to of ["pipe", "file"] as const) {
      test(`${name}, to a ${to}`, () =>
        compare(
          { "main.mjs": `import fs from 'node:fs'; import net from 'node:net'; import tty from 'node:tty'; ${code}` },
          [
            { to, isAnswered: false },
            { to, isAnswered: false },
          ],
        ));
    }
  }

  for (const to of ["pipe", "file"] as const)
    test(`usual output to a ${to} is answered`, () =>
      compare(
        {
          "main.mjs": `import net from 'node:net'; import { Readable } from 'node:stream';
            console.log('\\u00e9', net.isIP('::1'), process.stdout.isTTY); process.stdout.write('a\\u20ac'); process.stdout.write('YQ==', 'base64'); process.stdout.write(Buffer.from('b'));
            console.error('c'); process.stderr.write('d'); process.stdout.write(''); console.log();
            Readable.from(['g']).pipe(process.stdout);`,
        },
        [
          { to, isAnswered: false },
          { to, isAnswered: true },
        ],
      ));
});

describe("where the output goes", OPTIONS, () => {
  test("to another kind of file is another run", () =>
    compare({ "main.mjs": "console.log(process.stdout.constructor.name, process.stderr._type);" }, [
      { to: "pipe", isAnswered: false },
      { to: "pipe", isAnswered: true },
      { to: "file", isAnswered: false },
      { to: "file", isAnswered: true },
      { to: "null", isAnswered: false },
    ]));

  test("with more descriptors is another run", () =>
    compare(
      {
        "main.mjs":
          "import fs from 'node:fs'; const open = fs.openSync('main.mjs'); console.log(open); fs.closeSync(open);",
      },
      [
        { to: "file", isAnswered: false },
        { to: "file", isAnswered: true },
        { to: "file", more: 40, isAnswered: false },
        { to: "file", more: 40, isAnswered: true },
      ],
    ));

  for (const print of ["process.stdout.write('a\\n')", "console.log('a')"]) {
    for (const to of ["full", "gone"] as const)
      test(`${print} to ${to === "full" ? "a full disk" : "a reader that is gone"} does what it does`, () =>
        compare({ "main.mjs": `${print}; process.exitCode = 3;` }, [
          { to: "pipe", isAnswered: false },
          { to: "pipe", isAnswered: true },
          { to, isAnswered: null },
          { to, isAnswered: null },
        ]));
  }
});

describe("a run under other limits is another run", { ...OPTIONS, skip: skip || process.platform !== "linux" }, () => {
  test("of the size of files", () => {
    const code =
      "try { writeFileSync('res', 'a'.repeat(3e6)); console.log(1); } catch ({ code }) { console.log(code); }";
    return compare({ "main.mjs": `import { writeFileSync } from "node:fs"; ${code}` }, [
      { to: "pipe", isAnswered: false },
      { to: "pipe", isAnswered: true },
      { to: "pipe", limit: "-f 2000", isAnswered: null },
      { to: "pipe", isAnswered: true },
    ]);
  });
});

/** A run of which the output goes somewhere. */
interface Printed {
  readonly to: "pipe" | "file" | "null" | "full" | "gone";
  /** What `ulimit` is told before. */
  readonly limit?: string;
  /** How many further descriptors it is given. */
  readonly more?: number;
  /** Null where either is right. */
  readonly isAnswered: boolean | null;
}

/** Compares runs with the same runs without dumbo. */
async function compare(files: Files, steps: readonly Printed[]): Promise<void> {
  const { folder, cache } = await laidOut(files);
  for (const [index, step] of steps.entries()) {
    await setTimeout(AGE);
    const bare = printed(folder, null, step);
    const before = keptIn(cache);
    assert.deepEqual(printed(folder, cache, step), bare, `step ${index}: another outcome`);
    const isAnswered = wasAnswered(before, keptIn(cache));
    if (step.isAnswered !== null) assert.equal(isAnswered, step.isAnswered, `step ${index}: ${isAnswered}`);
  }
}

/** What a run prints, and the code with which it ends. */
function printed(folder: string, cache: string | null, { to, limit, more = 0 }: Printed): unknown {
  const file = join(folder, "..", "printed");
  const isPipe = to === "pipe" || to === "gone";
  const own = isPipe ? null : openSync(PLACES[to] ?? file, "w");
  const others = Array.from({ length: more }, () => openSync("/dev/null", "r"));
  const run = `${NODE} ${cache === null ? "" : `--import ${bundle}`} main.mjs; code=$?; (exit $code)`;
  const script = isPipe
    ? `{ ${to === "gone" ? "sleep 0.3; " : ""}${run}; } | ${READERS[to]}; exit \${PIPESTATUS[0]}`
    : run;
  const limited = limit === undefined ? script : `ulimit ${limit}; ${script}`;
  const { stdout, stderr, status } = spawnSync("bash", ["-c", limited], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      ...(cache !== null && { DUMBO_DIR: cache, DUMBO_WHOLE_RUNS: "all", DUMBO_PREPARE: "0" }),
    },
    stdio: ["ignore", own ?? "pipe", "pipe", ...others],
    encoding: "latin1",
    timeout: 60_000,
  });
  for (const one of [own, ...others]) if (one !== null) closeSync(one);
  const left = ["printed", "project/tee.log"].map((name) => {
    const path = join(folder, "..", name);
    const text = existsSync(path) ? readFileSync(path, "latin1") : null;
    rmSync(path, { force: true });
    return text;
  });
  // An uncaught error shows lines of code, which dumbo has rewritten.
  const errors = /^\w*Error\b/m.test(stderr) ? stderr.match(/^(?:\w*Error.*|\d+)$/gm) : stderr;
  return { stdout, errors, status, left };
}
