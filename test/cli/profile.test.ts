/** What is made of V8's CPU profiles: times of functions, and a timeline of each thread. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { BLOCK_KINDS, type Block, countOf, joinShort } from "../../cli/profile/blocks.ts";
import type { CpuProfile, ProfileNode } from "../../cli/profile/cpu-profile.ts";
import { profiledRun } from "../../cli/profile/profile-run.ts";
import { ProgramFunctions } from "../../cli/profile/program-functions.ts";
import { ANSWERING, RUNNING } from "../../cli/profile/stacks.ts";
import { readTimeline } from "../../cli/profile/timeline-file.ts";
import { CliProject } from "../support/cli-project.ts";

const FUNCTIONS = new ProgramFunctions("/project", "/project/node_modules/dumbo/dist/", [
  { file: "a.js", line: 1, name: "outer" },
  { file: "a.js", line: 5, name: "inner" },
  { file: "a.js", line: 9, name: "Page.render" },
]);
const STEP = 1000;

type Frame = readonly [name: string, url: string, line: number];
const OUTER: Frame = ["outer", "/project/a.js", 1];
const INNER: Frame = ["inner", "/project/a.js", 5];
const OTHER: Frame = ["helper", "/project/node_modules/x/x.js", 3];
const GUARD: Frame = ["dumboGuard", "/project/node_modules/dumbo/dist/start.cjs", 1];
const TAP: Frame = ["tapped", "/project/node_modules/dumbo/dist/start.cjs", 2];
const dumbos = (name: string): Frame => [name, "/project/node_modules/dumbo/dist/start.cjs", 3];
const HASH: Frame = ["wasm-function[3]", "wasm://wasm/0badcafe", 1];
const READ: Frame = ["readFileSync", "node:fs", 100];
const IDLE: Frame = ["(idle)", "", 0];
const GC: Frame = ["(garbage collector)", "", 0];

/** A profile of which each sample has a stack of its own, the outermost frame first, and stands for {@link STEP} microseconds. */
function profileOf(stacks: readonly (readonly Frame[])[], startTime = 5000): CpuProfile {
  const nodes: (ProfileNode & { children: number[] })[] = [node(1, ["(root)", "", 0])];
  const samples = stacks.map((stack) => {
    let caller = 0;
    for (const frame of stack) {
      nodes.push(node(nodes.length + 1, frame));
      nodes[caller]?.children.push(nodes.length);
      caller = nodes.length - 1;
    }
    return nodes[caller]?.id ?? 1;
  });
  return { nodes, samples, startTime, timeDeltas: samples.map(() => STEP) };
}

function node(id: number, [functionName, path, line]: Frame): ProfileNode & { children: number[] } {
  const url = path.startsWith("/") ? pathToFileURL(path).href : path;
  return { id, callFrame: { functionName, url, lineNumber: line - 1 }, children: [] };
}

function run(stacks: readonly (readonly Frame[])[], mostBlocks?: number) {
  const thread = { pid: 1, thread: 0, profile: profileOf(stacks) };
  const { functions, timeline, ran, dumbo } = profiledRun([thread], FUNCTIONS, 0, mostBlocks);
  const [lane] = timeline.lanes;
  assert.ok(lane, "there is a lane");
  return { functions, timeline, ran, dumbo, blocks: lane.blocks };
}

/** `0+3 outer ran`, indented by depth, times in samples. */
function drawn(stacks: readonly (readonly Frame[])[]): string[] {
  const { blocks, timeline } = run(stacks);
  return [...blocks]
    .sort((a, b) => a[0] - b[0] || a[2] - b[2])
    .map(([from, took, depth, what, kind]) => {
      const name = timeline.functions[what]?.split(" ")[1] ?? "-";
      return `${"  ".repeat(depth)}${from / STEP}+${took / STEP} ${name} ${BLOCK_KINDS[kind]}`;
    });
}

test("a function is a block for as long as it stays on the stack, with what it calls below it", () => {
  assert.deepEqual(drawn([[OUTER], [OUTER, OTHER, INNER], [OUTER, INNER], [OUTER], [IDLE], [OUTER]]), [
    "0+4 outer ran",
    "  1+2 inner ran",
    "5+1 outer ran",
  ]);
});

test("a function that calls itself, however far apart, is one block", () => {
  assert.deepEqual(drawn([[OUTER], [OUTER, INNER, OUTER], [OUTER, INNER, OUTER, INNER]]), [
    "0+3 outer ran",
    "  1+2 inner ran",
  ]);
  const { functions } = run([[OUTER, INNER, OUTER]]);
  assert.deepEqual(functions, { "a.js:1 outer": { total: 1, own: 1 }, "a.js:5 inner": { total: 1, own: 0 } });
});

test("where only the guard works, calls were answered; a body that runs after the guard says otherwise", () => {
  assert.deepEqual(drawn([[OUTER, GUARD], [OUTER, GUARD, READ], [IDLE], [INNER, GUARD], [INNER, GUARD, INNER]]), [
    "0+2 outer answered",
    "3+2 inner ran",
    "  3+1 - dumbo",
  ]);
  assert.deepEqual(drawn([[OUTER, INNER, GUARD]]), ["0+1 outer ran", "  0+1 inner answered"]);
});

test("calls that were answered are apart from those whose body ran, however close they follow one another", () => {
  const asked = [OUTER, INNER, GUARD];
  const decode = [...asked, dumbos("decodeEntry")];
  const body = [...asked, dumbos("execute"), INNER];
  const store = [...asked, dumbos("#runBody"), dumbos("finish")];
  assert.deepEqual(drawn([asked, decode, asked, decode, asked, body, store, asked, decode]), [
    "0+9 outer ran",
    "  0+4 inner answered",
    "  4+3 inner ran",
    "    4+1 - dumbo",
    "    6+1 - dumbo",
    "  7+2 inner answered",
  ]);
  assert.deepEqual(drawn([decode, store, [GC], store]), [
    "0+4 outer ran",
    "  0+1 inner answered",
    "  1+3 inner ran",
    "    1+3 - dumbo",
  ]);
  const without = drawn([asked, asked, body]);
  assert.deepEqual(without.slice(1), ["  0+3 inner ran", "    0+2 - dumbo"], "nothing says that a call was answered");
  const measured = drawn([body, [...asked, dumbos("#measure")], [OUTER, INNER]]);
  assert.deepEqual(measured.slice(1), ["  0+3 inner ran", "    1+1 - dumbo"], "a body without a key runs, too");
});

test("a call within a call of the same function, or within code that dumbo does not know, is a part of its body", () => {
  const decode = dumbos("decodeEntry");
  assert.deepEqual(drawn([[INNER], [INNER, INNER, GUARD, decode], [INNER, OTHER, GUARD, decode], [INNER]]), [
    "0+4 inner ran",
    "  1+2 - dumbo",
  ]);
});

test("what a tap hands on is the function's own time, and the tap is dumbo's", () => {
  const { functions, dumbo, ran } = run([
    [OUTER, TAP],
    [OUTER, TAP, READ],
    [OUTER, GUARD, READ],
    [TAP, READ],
  ]);
  assert.deepEqual(functions, { "a.js:1 outer": { total: 1, own: 1 } });
  assert.deepEqual([dumbo, ran], [3, 4]);
});

test("WebAssembly works for what called it: for dumbo, or for the program", () => {
  assert.deepEqual(
    drawn([
      [OUTER, GUARD, HASH],
      [OUTER, GUARD],
      [INNER, HASH],
    ]),
    ["0+2 outer answered", "2+1 inner ran"],
  );
});

test("the collection of garbage interrupts nothing", () => {
  assert.deepEqual(drawn([[OUTER, INNER], [GC], [OUTER, INNER], [GC], [OUTER], [GC], [IDLE]]), [
    "0+5 outer ran",
    "  0+3 inner ran",
  ]);
});

test("members of classes are known by their names, whatever V8 calls them", () => {
  assert.deepEqual(drawn([[["render", "/project/a.js", 9]]]), ["0+1 Page.render ran"]);
});

test("threads are lanes, on one clock", () => {
  const threads = [
    { pid: 1, thread: 0, profile: profileOf([[OUTER]], 5000) },
    { pid: 1, thread: 1, profile: profileOf([[IDLE], [INNER]], 7000) },
  ];
  const { timeline } = profiledRun(threads, FUNCTIONS, 0);
  assert.deepEqual(
    timeline.lanes.map(({ thread, blocks }) => [thread, blocks[0]?.slice(0, 2)]),
    [
      [0, [0, STEP]],
      [1, [3 * STEP, STEP]],
    ],
  );
  assert.equal(timeline.took, 4 * STEP);
});

test("of too many blocks the short ones are put together, and no time is lost", () => {
  const stacks = Array.from({ length: 2000 }, (_, at) => (at < 1000 ? [at % 2 ? OUTER : INNER] : [OUTER]));
  const { timeline, blocks } = run(stacks, 50);
  assert.ok(blocks.length <= 50, `${blocks.length} blocks`);
  assert.ok(timeline.least > 0, "it is said from which length on blocks are on their own");
  assert.equal(
    blocks.reduce((sum, [, took]) => sum + took, 0),
    2000 * STEP,
  );
  assert.equal(
    blocks.reduce((sum, block) => sum + countOf(block), 0),
    1000,
  );
  assert.equal(run(stacks.slice(0, 40), 50).timeline.least, 0, "few blocks stay as they are");
});

test("blocks that are far apart are not put together, and one alone stays what it is", () => {
  const blocks: Block[] = [
    [0, 10, 0, 0, 0],
    [10, 10, 0, 1, 1],
    [20, 5, 0, 1, 1],
    [500, 10, 0, 2, 0],
    [510, 200, 0, 3, 0],
    [0, 10, 1, 4, 2],
  ];
  assert.deepEqual(joinShort(blocks, 50), [
    [0, 25, 0, -3, 1],
    [500, 10, 0, 2, 0],
    [510, 200, 0, 3, 0],
    [0, 10, 1, 4, 2],
  ]);
});

test("a run with a worker: each thread has the functions that ran in it, and the second run's were answered or ran", () => {
  const project = new CliProject({
    "package.json": '{ "type": "module" }\n',
    "work.js": `export function work(n) {
  let sum = n;
  for (let i = 0; i < 2e7; i++) sum = (sum * 31 + i) % 1000003;
  return sum;
}
export function inMain(n) { return work(n) + work(n + 1); }
export function inWorker(n) { return work(n + 2) + work(n + 3); }
`,
    "main.js": `import { Worker } from "node:worker_threads";
import { inMain } from "./work.js";
new Worker(new URL("./worker.js", import.meta.url));
console.log(inMain(1));
`,
    "worker.js": 'import { inWorker } from "./work.js";\ninWorker(1);\n',
  });
  try {
    const { status, stderr } = project.dumbo(["run", "--profile", "main.js"]);
    assert.equal(status, 0, stderr);
    assert.equal(project.dumbo(["report", "--out", "page.html"]).status, 0);
    const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(project.read("page.html"))?.[1];
    const { timeline } = JSON.parse(json ?? "{}") as {
      timeline: {
        took: number;
        functions: { text: string; id: number | null }[];
        lanes: { name: string; blocks: Block[] }[];
      };
    };
    const namesIn = (name: string) =>
      timeline.lanes
        .find((lane) => lane.name === name)
        ?.blocks.filter(([, , , what]) => what >= 0)
        .map(([, , depth, what]) => `${depth} ${timeline.functions[what]?.text}`) ?? [];
    assert.ok(namesIn("main thread").includes("0 inMain work.js:6"), namesIn("main thread").join(", "));
    assert.ok(namesIn("main thread").includes("1 work work.js:1"), namesIn("main thread").join(", "));
    assert.ok(namesIn("worker 1").includes("0 inWorker work.js:7"), namesIn("worker 1").join(", "));
    assert.equal(namesIn("worker 1").includes("0 inMain work.js:6"), false);
    assert.ok(
      timeline.functions.every(({ id }) => id !== null),
      "all functions have their page",
    );
    for (const { name, blocks } of timeline.lanes) {
      assert.ok(
        blocks.every(([from, took]) => from >= 0 && from + took <= timeline.took + 1),
        `${name} is within the run`,
      );
    }
  } finally {
    project.remove();
  }
});

test("of a run, calls that were answered and one whose body ran are told apart", () => {
  const project = new CliProject({
    "package.json": '{ "type": "module" }\n',
    "work.js": `const text = "row ";
export function rows(n) {
  let sum = n;
  for (let i = 0; i < 2e7; i++) sum = (sum * 31 + i) % 1000003;
  return Array.from({ length: 30000 }, (_, i) => ({ sum, text: text + i + sum }));
}
`,
    "main.js": `import { rows } from "./work.js";
function main() {
  let sum = 0;
  for (const word of process.argv.slice(2)) sum += rows(Number(word)).length;
  return sum;
}
console.log(main());
`,
  });
  try {
    assert.equal(project.dumbo(["run", "main.js", "1"]).status, 0, "it runs");
    const { status, stderr } = project.dumbo(["run", "--profile", "main.js", ..."1111111".split(""), "2"]);
    assert.equal(status, 0, stderr);
    const { functions, lanes } = readTimeline(join(project.root, "node_modules/.cache/dumbo")) ?? assert.fail("none");
    const number = functions.indexOf("work.js:2 rows");
    const blocks = [...(lanes[0]?.blocks ?? [])].filter(([, , , what]) => what === number).sort((a, b) => a[0] - b[0]);
    // A single sample may be anywhere, as where V8 compiles the function: the longest block of each kind counts.
    const longest = (kind: (typeof BLOCK_KINDS)[number]) =>
      blocks.filter((block) => BLOCK_KINDS[block[4]] === kind).sort((a, b) => b[1] - a[1])[0] ??
      assert.fail(`none ${kind}`);
    assert.ok(longest("answered")[0] < longest("ran")[0], JSON.stringify(blocks));
  } finally {
    project.remove();
  }
});

test("dumbo's functions have the names by which a call's progress is known", () => {
  const text = readFileSync(new URL("../../dist/start.cjs", import.meta.url), "utf8");
  for (const name of [...ANSWERING, ...RUNNING]) {
    assert.match(text, new RegExp(`(function |[;}{])${name}\\([^)]*\\)\\{`), name);
  }
});
