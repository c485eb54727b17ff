/** The history of runs: bounded, added up over threads, and as good as none when it is damaged. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { addRun, MOST_RUNS, outlookOf, type RunRecord, readRuns, shareOf } from "../../src/policy/runs.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dumbo-runs-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const run = (pid: number, more: Partial<RunRecord> = {}): RunRecord => ({
  began: pid * 10_000,
  pid,
  program: "/p/main.js",
  node: "v20.0.0",
  mode: "warm",
  ran: 100,
  asked: 10,
  hits: 4,
  misses: 3,
  stored: 2,
  unfit: 1,
  unasked: 2,
  refused: 1,
  saved: 50,
  spent: 5,
  cached: 2,
  uncached: 1,
  ...more,
});

test("the latest runs of each program are kept, in their order", () => {
  addRun(directory, run(1, { program: "/p/other.js" }));
  for (let pid = 2; pid < MOST_RUNS + 5; pid++) addRun(directory, run(pid));
  const kept = readRuns(directory);
  assert.deepEqual(
    kept.map(({ pid }) => pid),
    [1, ...Array.from({ length: MOST_RUNS }, (_, index) => index + 5)],
  );
});

test("programs that have not run for long give way", () => {
  for (let pid = 1; pid <= 20; pid++) addRun(directory, run(pid, { program: `/p/${pid}.js` }));
  assert.deepEqual(
    readRuns(directory).map(({ pid }) => pid),
    Array.from({ length: 16 }, (_, index) => index + 5),
  );
});

test("the threads of a process are one run", () => {
  addRun(directory, run(7, { began: 70_000.4, ran: 80, mode: "first" }));
  addRun(directory, run(7, { began: 70_000.9, ran: 200 }));
  addRun(directory, run(7, { began: 90_000 }));
  const [both, later] = readRuns(directory);
  assert.deepEqual(
    [both?.asked, both?.hits, both?.misses, both?.unasked, both?.refused, both?.ran, both?.mode, both?.cached],
    [20, 8, 6, 4, 2, 200, "first", 2],
  );
  assert.equal(later?.asked, 10);
});

test("a damaged history is none, and is begun anew", () => {
  addRun(directory, run(1));
  const file = join(directory, "runs.json");
  writeFileSync(file, readFileSync(file, "utf8").replace('"hits":4', '"hits":5'));
  assert.deepEqual(readRuns(directory), []);
  addRun(directory, run(2));
  assert.equal(readRuns(directory).length, 1);
});

test("a program whose last runs have spent for nothing may spend as much as comes back, and not less than it takes to find out more", () => {
  const after = (...saved: readonly number[]) =>
    shareOf(
      saved.map((one) => ({ saved: one })),
      500,
    );
  assert.equal(after(), 1);
  assert.equal(after(0, 0), 1, "what the second run has stored is not asked for yet");
  assert.equal(after(0, 0, 0), 1 / 8);
  assert.equal(after(0, 100, 0), 0.2);
  assert.equal(after(100, 100, 100), 0.2);
  assert.equal(after(130, 100, 100), 1, "more comes back");
  assert.equal(after(900, 900, 900), 1);
  assert.equal(after(0, 0, 0, 900), 1 / 8, "the last runs count");
  const sparing = (count: number) => Array.from({ length: count }, () => ({ saved: 100, share: 0.2 }));
  assert.equal(shareOf([...sparing(7), { saved: 100 }], 500), 0.2);
  assert.equal(shareOf([...sparing(8), { saved: 100 }], 500), 1, "now and then more is spent");
});

test("after a run of which nothing came, a program may spend little", () => {
  const barren = { mode: "warm", saved: 1, stored: 0, ran: 500 } as const;
  const first = { mode: "first", saved: 0, stored: 0, ran: 500 } as const;
  assert.equal(shareOf([barren, first], 500), 1 / 8);
  assert.equal(shareOf([{ ...barren, share: 1 / 8 }, barren, first], 500), 1 / 8, "and goes on so");
  assert.equal(shareOf([first], 500), 1, "nothing was known of its functions");
  for (const other of [{ stored: 1 }, { saved: 6 }, { isTentative: true }] as const) {
    assert.equal(shareOf([{ ...barren, ...other }, first], 500), 1, JSON.stringify(other));
  }
});

test("what comes back is counted for each program by itself", () => {
  for (let pid = 1; pid < 7; pid++) {
    addRun(
      directory,
      run(pid, { program: pid % 2 ? "/p/poor.js" : "/p/rich.js", saved: pid % 2 ? 1 : 400, spent: 100 }),
    );
  }
  assert.equal(outlookOf(directory, "/p/poor.js").share, 1 / 8);
  assert.equal(outlookOf(directory, "/p/rich.js").share, 1);
});
