/** Traces: collected, stored beside each other, and asked again. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { ask, describeQuery, later, type Query, verify, verifyLater } from "../../audit/replay/dependencies.ts";
import { type Entry, isApart, readEntries, withEntry, writeEntries } from "../../src/call/entry.ts";
import { hash128 } from "../../src/hash.ts";
import type { Key } from "../../src/key/key.ts";
import {
  type Dependency,
  hasWaited,
  LIMITS,
  NO_TRACE,
  type Output,
  packTrace,
  Recording,
  sameOutput,
  sameWrites,
  unpackTrace,
  type Written,
} from "../../src/trace/trace.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-trace-")));
after(() => rmSync(folder, { recursive: true, force: true }));

const seen = (name: string, answer: string): Dependency => ({ query: ["readFile", name, ""], answer, fingerprint: "" });
const said = (data: string | Uint8Array): Output => ({ stream: 1, via: "write", data, encoding: "" });

describe("recording", () => {
  test("asks each question once, in order", () => {
    const recording = new Recording();
    assert.equal(recording.trace, NO_TRACE);
    for (const name of ["b", "a", "b"]) assert.equal(recording.noteDependency(seen(name, "1")), null);
    assert.deepEqual(recording.trace.dependencies, [seen("b", "1"), seen("a", "1")]);
  });

  test("gives up when an answer changes on the way", () => {
    const recording = new Recording();
    recording.noteDependency(seen("a", "1"));
    assert.equal(recording.noteDependency(seen("a", "2"))?.kind, "changed-while-read");
  });

  const wrote = (name: string, content: string): Written => {
    const bytes = Buffer.from(content);
    return { action: ["file", name, ""], content, size: bytes.length, bytes };
  };

  test("tells what a call has written itself from what others have", () => {
    const recording = new Recording();
    recording.noteDependency(seen("a", "1"));
    recording.noteDependency({ ...seen("b", "1"), fingerprint: "s" });
    assert.equal(recording.noteWrite(wrote("a", "2")), null);
    // Asked again, because it may be another now; of its own, it may.
    for (const name of ["b", "b"]) assert.equal(recording.noteDependency(seen(name, "1")), null);
    assert.equal(recording.noteDependency({ ...seen("a", "2"), fingerprint: "s" }), null);
    assert.equal(recording.noteDependency(seen("a", "3"))?.kind, "changed-while-read");
    assert.equal(recording.noteDependency(seen("b", "2"))?.kind, "changed-while-read");
    recording.noteWrite(wrote("a", "4"));
    assert.equal(recording.noteDependency(seen("a", "4")), null);
    const { dependencies, writes } = recording.trace;
    const selfWritten = { selfWritten: true as const };
    assert.deepEqual(dependencies, [
      seen("a", "1"),
      { ...seen("b", "1"), fingerprint: "s" },
      seen("b", "1"),
      { ...seen("a", "2"), ...selfWritten },
      { ...seen("a", "4"), ...selfWritten },
    ]);
    assert.deepEqual(
      writes?.map(({ content, after }) => [content, after]),
      [
        ["2", 2],
        ["4", 4],
      ],
    );
    assert.deepEqual([...recording.contents.keys()], ["2", "4"]);
    assert.ok(recording.wrote("a") && !recording.wrote("b") && !recording.isEmpty);
    assert.deepEqual(unpackTrace(packTrace(recording.trace)), recording.trace);
  });

  test("gives up when it writes too much", () => {
    const recording = new Recording();
    recording.noteWrite({ ...wrote("a", "x"), waits: true });
    assert.ok(hasWaited(recording.trace));
    assert.equal(recording.noteWrite({ ...wrote("a", "x"), size: LIMITS.written })?.kind, "trace-limit");
    const many = new Recording();
    for (let i = 0; i < LIMITS.writes; i++) assert.equal(many.noteWrite(wrote(`${i}`, "")), null);
    assert.equal(many.noteWrite(wrote("more", ""))?.kind, "trace-limit");
  });

  test("what was written is compared place by place", () => {
    const writes = (...list: [string, string][]) =>
      list.map(([name, content], after) => ({ action: ["file", name, ""], content, size: 1, after }));
    assert.ok(sameWrites(writes(["a", "1"], ["b", "2"]), writes(["b", "2"], ["a", "1"])));
    assert.ok(!sameWrites(writes(["a", "1"], ["a", "2"]), writes(["a", "2"], ["a", "1"])));
    assert.ok(!sameWrites(writes(["a", "1"]), undefined));
    assert.ok(sameWrites(undefined, []));
  });

  test("gives up when it becomes too much", () => {
    const recording = new Recording();
    assert.equal(recording.notePrint(said("x".repeat(LIMITS.output))), null);
    assert.equal(recording.notePrint(said("x"))?.kind, "trace-limit");
    for (let i = 0; i < LIMITS.dependencies; i++) recording.noteDependency(seen(String(i), ""));
    assert.equal(recording.noteDependency(seen("more", ""))?.kind, "trace-limit");
  });

  test("comes back from bytes", () => {
    const trace = {
      dependencies: [
        { query: ["stat", "p\ud800\0", "b"], answer: "x", fingerprint: "1 2" },
        { ...seen("a", ""), waits: true as const },
      ],
      output: [said("text\n"), said(Uint8Array.of(0, 255)), { ...said("6869"), encoding: "hex", stream: 2 as const }],
    };
    const bytes = packTrace(trace);
    const again = unpackTrace(bytes);
    assert.deepEqual(again.dependencies, trace.dependencies);
    assert.ok(sameOutput(again.output, trace.output));
    assert.ok(!sameOutput(again.output, [said("text\n")]));
    assert.ok(!sameOutput([said("A")], [said(Uint8Array.of(65))]));
    const made = { direct: [{ key: "1", name: "one" }], indirect: ["2"] };
    for (const more of [{ made: "unknown" } as const, { made }, { made, maker: { key: "3", name: "three" } }]) {
      assert.deepEqual(unpackTrace(packTrace({ ...NO_TRACE, ...more })), { ...NO_TRACE, ...more });
    }
    assert.equal(packTrace(NO_TRACE).byteLength, 0);
    assert.equal(unpackTrace(new Uint8Array(0)), NO_TRACE);
  });
});

describe("results of one key", () => {
  const part = "0".repeat(32);
  const key = { parts: { code: part, self: part, args: part, state: part, env: part } } as unknown as Key;
  const entry = (answer: string, value: string): Entry => ({
    cost: 1.5,
    turns: 3,
    waits: answer === "late",
    goesOn: answer === "late",
    trace: answer === "" ? new Uint8Array(0) : packTrace({ dependencies: [seen("a", answer)], output: [] }),
    value: Buffer.from(value),
    valueAt: "",
  });
  const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
  const values = (entries: readonly Entry[]) => entries.map(({ value }) => Buffer.from(value).toString());

  test("come back from a record, wherever that lies", () => {
    const record = writeEntries(key, [entry("1", "one"), entry("22", "")]);
    const around = Buffer.concat([Buffer.from("xyz"), record, Buffer.from("z")]);
    const entries = readEntries(around.subarray(3, 3 + record.byteLength));
    assert.deepEqual(values(entries), ["one", ""]);
    assert.deepEqual([entries[0]?.cost, entries[0]?.turns], [1.5, 3]);
    assert.deepEqual(
      entries.map(({ trace }) => unpackTrace(trace).dependencies[0]?.answer),
      ["1", "22"],
    );
    const late = readEntries(writeEntries(key, [entry("late", "x"), entry("1", "y")]));
    assert.deepEqual(
      late.map(({ waits, turns }) => [waits, turns]),
      [
        [true, 3],
        [false, 3],
      ],
    );
    const apart = { ...entry("3", ""), valueAt: "f".repeat(32) };
    const [first, second] = readEntries(writeEntries(key, [apart, entry("4", "four")]));
    assert.deepEqual([first?.valueAt, first?.value.byteLength, second?.valueAt], [apart.valueAt, 0, ""]);
    assert.ok(isApart({ ...apart, value: new Uint8Array(9999) }));
    assert.ok(!isApart({ ...entry("", ""), value: new Uint8Array(9999) }));
    assert.deepEqual(readEntries(Uint8Array.from(record, (byte, at) => (at === 0 ? 2 : byte))), []);
    assert.deepEqual(readEntries(new Uint8Array(5)), []);
  });

  test("the newest comes first, one for each trace, eight at most", () => {
    let entries: Entry[] = [];
    for (let i = 0; i < 12; i++) entries = withEntry(entries, entry(String(i), `v${i}`), same);
    assert.deepEqual(values(entries), ["v11", "v10", "v9", "v8", "v7", "v6", "v5", "v4"]);
    entries = withEntry(entries, entry("9", "again"), same);
    assert.deepEqual(values(entries).slice(0, 4), ["again", "v11", "v10", "v8"]);
    assert.deepEqual(values(withEntry(entries, entry("", "all"), same)), ["all"]);
  });
});

describe("questions asked again", () => {
  const long = new Date(Date.now() - 1e9);
  const observe = (query: Query): Dependency => {
    const now = ask(query);
    assert.ok(now, `${query} cannot be asked`);
    return { query, ...now };
  };
  const place = (name: string) => join(folder, name);

  test("a file that has been left alone holds by its sign", async () => {
    writeFileSync(place("old"), "text");
    await wait(250);
    const dependency = observe(["readFile", `p${place("old")}`, "utf8"]);
    assert.notEqual(dependency.fingerprint, "");
    assert.equal(verify(dependency), dependency);
  });

  test("a file that was just written is read again, until its fingerprint can be trusted", async () => {
    writeFileSync(place("young"), "text");
    const dependency = observe(["readFile", `p${place("young")}`, ""]);
    assert.equal(dependency.fingerprint, "");
    assert.equal(verify(dependency), dependency);
    await wait(250);
    const later = verify(dependency);
    assert.notEqual(later?.fingerprint, "");
    assert.equal(later && verify(later), later);
  });

  test("a change is seen, though size and times are the same", async () => {
    const path = place("rewound");
    writeFileSync(path, "one");
    utimesSync(path, long, long);
    await wait(250);
    const dependency = observe(["readFile", `p${path}`, "utf8"]);
    assert.notEqual(dependency.fingerprint, "");
    writeFileSync(path, "two");
    utimesSync(path, long, long);
    assert.equal(verify(dependency), null);
    writeFileSync(path, "one");
    utimesSync(path, long, long);
    assert.equal(verify(dependency)?.answer, dependency.answer);
  });

  test("parts of a file", async () => {
    const path = place("parts");
    writeFileSync(path, "0123456789");
    const ask = (position: number, length: number) => observe(["part", `p${path}`, String(position), String(length)]);
    const opens = observe(["open", `p${path}`]);
    const [head, end, beyond] = [ask(0, 4), ask(8, 4), ask(20, 4)];
    assert.equal(new Set([head, end, beyond].map(({ answer }) => answer)).size, 3);
    assert.equal(head.answer, `bytes ${hash128(Buffer.from("0123"))}`);
    appendFileSync(path, "x");
    assert.deepEqual(
      [opens, head, end, beyond].map((one) => verify(one) !== null),
      [true, true, false, true],
    );
    unlinkSync(path);
    for (const one of [opens, head, beyond]) assert.equal(verify(one), null);
    if (process.platform === "win32") return;
    execFileSync("sh", ["-c", 'mkfifo "$0"', path]);
    for (const one of [opens, head]) assert.equal(verify(one), null);
    assert.equal(await verifyLater({ ...head, query: later(head.query) }), false);
  });

  test("a file that another one replaces, by name or by link", async () => {
    for (const name of ["first", "other"]) writeFileSync(place(name), name);
    symlinkSync("first", place("link"));
    await wait(250);
    const direct = observe(["readFile", `p${place("first")}`, ""]);
    const linked = observe(["readFile", `u${pathToFileURL(place("link"))}`, ""]);
    const real = observe(["realpath", `p${place("link")}`, ""]);
    for (const one of [direct, linked, real]) assert.equal(verify(one), one);
    unlinkSync(place("link"));
    symlinkSync("other", place("link"));
    assert.equal(verify(direct), direct);
    assert.equal(verify(linked), null);
    assert.equal(verify(real), null);
    renameSync(place("other"), place("first"));
    assert.equal(verify(direct), null);
  });

  test("an encoding, or none, is part of the question", () => {
    writeFileSync(place("latin"), Buffer.from([0xe4, 0xff]));
    const answers = ["", "utf8", "latin1", "hex"].map(
      (encoding) => observe(["readFile", `p${place("latin")}`, encoding]).answer,
    );
    assert.equal(new Set(answers).size, answers.length);
  });

  test("what is missing, and what fails, is an answer", () => {
    const missing = [
      ["readFile", `p${place("none")}`, "utf8"],
      ["exists", `p${place("none")}`],
      ["stat", `p${place("none")}`, ""],
      ["stat", `p${place("none")}`, "n"],
      ["access", `p${place("none")}`, ""],
      ["readdir", `p${place("none")}`, "", ""],
      ["readlink", `p${place("none")}`, ""],
    ].map((query) => observe(query));
    for (const one of missing) assert.equal(verify(one), one);
    mkdirSync(place("none"));
    for (const one of missing) assert.equal(verify(one), null, one.query.join());
    const isFolder = observe(["readFile", `p${place("none")}`, "utf8"]);
    assert.match(isFolder.answer, /^error/);
    rmSync(place("none"), { recursive: true });
    assert.equal(verify(isFolder), null);
  });

  test("a folder that gains, loses or exchanges an entry", async () => {
    mkdirSync(place("folder/sub"), { recursive: true });
    writeFileSync(place("folder/a"), "");
    await wait(250);
    const names = observe(["readdir", `p${place("folder")}`, "", ""]);
    const types = observe(["readdir", `p${place("folder")}`, "t", ""]);
    const deep = observe(["readdir", `p${place("folder")}`, "r", ""]);
    assert.notEqual(names.fingerprint, "");
    assert.equal(deep.fingerprint, "");
    for (const one of [names, types, deep]) assert.equal(verify(one), one);
    writeFileSync(place("folder/sub/b"), "");
    assert.deepEqual(
      [names, types, deep].map((one) => verify(one) !== null),
      [true, true, false],
    );
    unlinkSync(place("folder/a"));
    mkdirSync(place("folder/a"));
    assert.deepEqual(
      [names, types].map((one) => verify(one) !== null),
      [true, false],
    );
    writeFileSync(place("folder/c"), "");
    assert.equal(verify(names), null);
  });

  test("statistics of a file", () => {
    writeFileSync(place("counted"), "x");
    for (const option of ["", "b"]) {
      const one = observe(["stat", `p${place("counted")}`, option]);
      assert.equal(verify(one), one);
      appendFileSync(place("counted"), "x");
      assert.equal(verify(one), null);
    }
  });

  test("a relative name is asked where the program is", () => {
    const before = process.cwd();
    mkdirSync(place("here"));
    writeFileSync(place("here/name"), "here");
    writeFileSync(place("name"), "there");
    try {
      process.chdir(place("here"));
      const text = observe(["readFile", "pname", "utf8"]);
      const cwd = observe(["cwd"]);
      process.chdir(folder);
      assert.equal(verify(text), null);
      assert.equal(verify(cwd), null);
    } finally {
      process.chdir(before);
    }
  });

  test("what is no file on a disk is not asked", { skip: process.platform === "win32" }, () => {
    execFileSync("sh", ["-c", 'mkfifo "$0"', place("pipe")]);
    for (const path of [place("pipe"), "/dev/null", "/dev/zero", "/proc/self/status", "/sys/kernel/mm/hugepages"]) {
      if (!existsSync(path) || statSync(path).isDirectory()) continue;
      assert.equal(ask(["readFile", `p${path}`, "utf8"]), null, path);
    }
    // Nor when it takes the place of one that was.
    writeFileSync(place("was"), "a file");
    const dependency = observe(["readFile", `p${place("was")}`, "utf8"]);
    renameSync(place("pipe"), place("was"));
    assert.equal(verify(dependency), null);
    assert.equal(ask(["no such question"]), null);
    assert.equal(ask(["constructor"]), null);
  });

  test("by promises, what was waited for", async () => {
    writeFileSync(place("waited"), "text");
    mkdirSync(place("waiting"));
    const questions = [
      ["readFile", `p${place("waited")}`, "utf8"],
      ["readFile", `p${place("waited")}`, ""],
      ["readFile", `p${place("not there")}`, ""],
      ["stat", `p${place("waited")}`, "b"],
      ["readdir", `p${place("waiting")}`, "t", ""],
      ["access", `p${place("not there")}`, ""],
      ["realpath", `p${place("waited")}`, ""],
    ].map((query) => observe(later(query)));
    for (const one of questions) assert.ok(await verifyLater(one), one.query.join());
    writeFileSync(place("waited"), "texts");
    writeFileSync(place("waiting/entry"), "");
    writeFileSync(place("not there"), "");
    const changed = await Promise.all(questions.map((one) => verifyLater(one)));
    assert.deepEqual(changed, [false, false, false, false, false, false, true]);
    assert.equal(await verifyLater({ query: ["later cwd"], answer: "", fingerprint: "" }), false);
  });

  test("for a reader", () => {
    assert.equal(describeQuery(["readFile", "pdata.txt", "utf8"]), "file data.txt");
    assert.equal(describeQuery(["readdir", `u${pathToFileURL("/pages")}`, "", ""]), "directory /pages");
    assert.equal(describeQuery(["cwd"]), "the working directory");
    assert.equal(describeQuery(["os", "hostname"]), "os.hostname");
    assert.equal(describeQuery(["colours", "stdout"]), "the colours of stdout");
  });
});
