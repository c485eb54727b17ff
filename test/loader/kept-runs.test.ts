import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { forgetRuns, type KnownRun, lastRuns, readRun, writeRun } from "../../loader/whole-run/kept-runs.ts";
import { clearDirectory } from "../../src/store/disk/directory-contents.ts";

const root = mkdtempSync(join(tmpdir(), "dumbo-kept-runs-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const folder = () => join(root, String(folders++));

const kept = (program: string, took: number): KnownRun => ({
  program,
  took,
  end: { kind: "kept", code: 0, trace: "[[],[]]", wrote: [], isRepeatable: true },
});

describe("runs that are kept as a whole", () => {
  test("are read as they were written", () => {
    const directory = folder();
    assert.equal(readRun(directory, "a.json"), null);
    writeRun(directory, "a.json", kept("/p/a.js", 300));
    assert.deepEqual(readRun(directory, "a.json"), kept("/p/a.js", 300));
  });

  test("are missing where they are damaged", () => {
    const directory = folder();
    writeRun(directory, "a.json", kept("/p/a.js", 300));
    writeFileSync(join(directory, "runs", "a.json"), '{"digest":"');
    assert.equal(readRun(directory, "a.json"), null);
  });

  test("the last one of a program, whatever its arguments were", () => {
    const directory = folder();
    assert.equal(lastRuns(directory).size, 0);
    writeRun(directory, "one.json", kept("/p/a.js", 300));
    writeRun(directory, "two.json", kept("/p/a.js", 400));
    writeRun(directory, "other.json", kept("/p/b.js", 500));
    utimesSync(join(directory, "runs", "one.json"), 2000, 2000);
    utimesSync(join(directory, "runs", "two.json"), 1000, 1000);
    assert.equal(lastRuns(directory).get("/p/a.js")?.took, 300);
    assert.equal(lastRuns(directory).get("/p/c.js"), undefined);
  });

  test("are bounded in number", () => {
    const directory = folder();
    for (let i = 0; i < 201; i++) {
      writeRun(directory, `${i}.json`, kept("/p/a.js", i));
      utimesSync(join(directory, "runs", `${i}.json`), 1000 + i, 1000 + i);
    }
    assert.equal(readRun(directory, "0.json"), null);
    assert.equal(readRun(directory, "200.json")?.took, 200);
  });

  test("are forgotten", () => {
    const directory = folder();
    forgetRuns(directory);
    writeRun(directory, "a.json", kept("/p/a.js", 300));
    forgetRuns(directory);
    assert.equal(readRun(directory, "a.json"), null);
    writeRun(directory, "a.json", kept("/p/a.js", 300));
    clearDirectory(directory);
    assert.equal(existsSync(join(directory, "runs")), false);
  });
});
