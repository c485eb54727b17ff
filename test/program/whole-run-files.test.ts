/**
 * What runs that are answered as a whole leave of files: exactly that which the program would leave if it ran, by type, mode, owner, links and content.
 * Each program runs in two folders, in one of them without dumbo; the same is done to both between the runs.
 */
import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { keptIn, wasAnswered } from "../support/kept-runs.ts";
import { AGE, type Files, laidOut, type Outcome, run, skip } from "../support/whole-run-steps.ts";

/** A run, after something was done to the files. */
interface Step {
  readonly prepare?: (folder: string) => void;
  readonly umask?: number;
  readonly isAnswered: boolean;
}

const isRoot = process.geteuid?.() === 0;
const AGAIN: readonly Step[] = [{ isAnswered: false }, { isAnswered: true }, { isAnswered: true }];
const NEVER: readonly Step[] = [{ isAnswered: false }, { isAnswered: false }, { isAnswered: false }];

/** Runs without changes, a change of others after which the program has to run, and runs that are answered again. */
function until(prepare: (folder: string) => void): readonly Step[] {
  return [...AGAIN, { prepare, isAnswered: false }, { isAnswered: true }];
}

/** The same with a change that makes no difference. */
function despite(prepare: (folder: string) => void): readonly Step[] {
  return [...AGAIN, { prepare, isAnswered: true }, { isAnswered: true }];
}

async function check(code: string, steps: readonly Step[], files: Files = {}, links: Files = {}): Promise<void> {
  const all = { "main.mjs": `import fs from "node:fs"; ${code}`, "data/there.txt": "old", ...files };
  const { folder, cache } = await laidOut(all, links);
  const { folder: twin } = await laidOut(all, links);
  for (const [index, { prepare, umask = 0o022, isAnswered }] of steps.entries()) {
    prepare?.(folder);
    prepare?.(twin);
    await setTimeout(AGE);
    const bare = await runUnder(umask, twin, null);
    const before = keptIn(cache);
    const outcome = await runUnder(umask, folder, cache);
    // What fails says where it is.
    assert.deepEqual({ ...outcome, stderr: "" }, { ...bare, stderr: "" }, `step ${index}: another outcome`);
    assert.deepEqual(leftIn(folder), leftIn(twin), `step ${index}: other files`);
    assert.equal(wasAnswered(before, keptIn(cache)), isAnswered, `step ${index}: whether it is answered`);
  }
}

/** A child has the umask of the moment in which it is started. */
function runUnder(umask: number, folder: string, cache: string | null): Promise<Outcome> {
  const usual = process.umask(umask);
  try {
    return run(folder, "main.mjs", { isAnswered: false }, cache);
  } finally {
    process.umask(usual);
  }
}

/** All that is in a folder, with type, mode, owners, number of names, and what is in it or where it leads. */
function leftIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((path) => {
      const at = join(folder, path);
      const stats = lstatSync(at);
      const { mode, uid, gid } = stats;
      const inside = stats.isFile() ? readFileSync(at, "latin1") : stats.isSymbolicLink() ? readlinkSync(at) : "";
      return `${path} ${mode.toString(8)} ${uid} ${gid} ${stats.isFile() ? stats.nlink : ""} ${inside}`;
    });
}

/** What may have become of a file that a run has left, and of a folder. */
const ofFile: Readonly<Record<string, (at: string) => void>> = {
  "has another mode": (at) => chmodSync(at, 0o600),
  "has become a link to the same": (at) => {
    renameSync(at, `${at}.moved`);
    symlinkSync(`${at.slice(at.lastIndexOf("/") + 1)}.moved`, at);
  },
  "has another name": (at) => linkSync(at, join(at, "../../hard")),
  "has become a link to nothing": (at) => {
    rmSync(at);
    symlinkSync("none", at);
  },
  "holds something else": (at) => writeFileSync(at, "other"),
};
const ofFolder: Readonly<Record<string, (at: string) => void>> = {
  "has another mode": (at) => chmodSync(at, 0o700),
  "has become a link to the same": (at) => {
    renameSync(at, `${at}.moved`);
    symlinkSync(`${at.slice(at.lastIndexOf("/") + 1)}.moved`, at);
  },
  "has become a link to nothing": (at) => {
    rmSync(at, { recursive: true });
    symlinkSync("none", at);
  },
  "holds another file": (at) => writeFileSync(join(at, "more.txt"), ""),
  "holds another folder": (at) => mkdirSync(join(at, "more")),
  "holds a link to nothing": (at) => symlinkSync("none", join(at, "more")),
};
const owned: Readonly<Record<string, (at: string) => void>> = isRoot
  ? { "has another owner": (at) => chownSync(at, 1, 0), "has another group": (at) => chownSync(at, 0, 1) }
  : {};
const gone = (at: string) => rmSync(at, { recursive: true });

const ATOMIC = `fs.writeFileSync("data/a.tmp", "one"); fs.renameSync("data/a.tmp", "data/a.txt"); console.log(1);`;
const REBUILT = `fs.rmSync("out", { recursive: true, force: true }); fs.mkdirSync("out"); fs.mkdirSync("out/deep");
  for (const name of ["a", "deep/b"]) fs.writeFileSync("out/" + name + ".html", name); console.log(fs.readdirSync("out").join());`;
const DEEP = `fs.rmSync("out", { recursive: true, force: true }); fs.mkdirSync("out/deep/er", { recursive: true });
  fs.writeFileSync("out/deep/er/a.html", "a");`;

describe("a run is not answered where it would leave something else of what it makes new", {
  skip,
  concurrency: 2,
}, () => {
  const made: readonly (readonly [what: string, code: string, path: string, isFolder: boolean])[] = [
    ["a file that it gives its name when it is written", ATOMIC, "data/a.txt", false],
    ["a file in a folder that it empties", REBUILT, "out/a.html", false],
    ["a file in a folder of such a one", REBUILT, "out/deep/b.html", false],
    ["a folder that it empties", REBUILT, "out", true],
    ["a folder in such a one", REBUILT, "out/deep", true],
    ["a folder that is made with what is in it", DEEP, "out", true],
    ["a folder that is made with what is in it, and with what it is in", DEEP, "out/deep", true],
  ];
  for (const [what, code, path, isFolder] of made) {
    for (const [how, change] of Object.entries({ ...(isFolder ? ofFolder : ofFile), ...owned }))
      test(`${what} ${how}`, () =>
        check(
          code,
          until((folder) => change(join(folder, path))),
        ));
    test(`${what} is gone: that is made again`, () =>
      check(
        code,
        despite((folder) => gone(join(folder, path))),
      ));
  }

  test("a file has become a folder", () =>
    check(
      REBUILT,
      until((folder) => {
        rmSync(join(folder, "out/a.html"));
        mkdirSync(join(folder, "out/a.html"));
      }),
    ));

  for (const [what, code] of Object.entries({ ATOMIC, REBUILT, DEEP }))
    test(`new files under another umask: ${what}`, () =>
      check(code, [
        ...AGAIN,
        { umask: 0o077, isAnswered: false },
        { umask: 0o077, isAnswered: true },
        { isAnswered: false },
      ]));

  test("a link to nothing is where nothing is left", () =>
    check(`fs.writeFileSync("data/a.tmp", "one"); fs.rmSync("data/a.tmp"); console.log(1);`, [
      ...AGAIN,
      { prepare: (folder) => symlinkSync("none", join(folder, "data/a.tmp")), isAnswered: false },
    ]));

  test("what had a mode of its own before it got another name", () =>
    check(
      `fs.writeFileSync("data/a.tmp", "one"); fs.renameSync("data/a.tmp", "data/a.txt");`,
      [
        { prepare: (folder) => chmodSync(join(folder, "data/a.tmp"), 0o600), isAnswered: false },
        { isAnswered: false },
        { isAnswered: true },
      ],
      { "data/a.tmp": "before" },
    ));

  test("not kept: a file that has another name now, and at whose place another one is written", () =>
    check(
      `fs.writeFileSync("data/a.tmp", "one", { mode: 0o600 }); fs.renameSync("data/a.tmp", "data/a.txt"); fs.writeFileSync("data/a.tmp", "two");`,
      NEVER,
    ));
});

describe("a run is answered where it writes into what is there", { skip, concurrency: 2 }, () => {
  const WRITES = `fs.mkdirSync("out", { recursive: true }); fs.writeFileSync("out/a.txt", "one"); console.log(1);`;
  const kept = new Set(["has another mode", "has another owner", "has another group"]);
  for (const [how, change] of Object.entries({ ...ofFile, ...owned })) {
    const steps = (kept.has(how) ? despite : until)((folder) => change(join(folder, "out/a.txt")));
    const isLinked = how.includes("link") || how.includes("name");
    test(`a file that ${how}`, () => check(WRITES, isLinked ? [...steps.slice(0, -1), { isAnswered: false }] : steps));
  }
  test("a file that runs as its owner", () =>
    check(WRITES, [
      ...AGAIN,
      { prepare: (folder) => chmodSync(join(folder, "out/a.txt"), 0o4755), isAnswered: false },
    ]));
  test("a folder that has another mode", () =>
    check(
      WRITES,
      despite((folder) => chmodSync(join(folder, "out"), 0o700)),
    ));
  test("a folder that has become a link", () =>
    check(
      WRITES,
      until((folder) => (ofFolder["has become a link to the same"] as (at: string) => void)(join(folder, "out"))),
    ));
  test("a folder that holds more", () =>
    check(
      WRITES,
      despite((folder) => writeFileSync(join(folder, "out/b"), "")),
    ));

  for (const [how, code] of Object.entries({
    "as a whole": `fs.writeFileSync("out/a.txt", "x");`,
    "by a stream": `fs.createWriteStream("out/a.txt").end("x");`,
    "by a stream, with a mode": `fs.createWriteStream("out/a.txt", { mode: 0o640 }).end("x");`,
    "piece by piece": `fs.writeFileSync("out/a.txt", "x"); fs.appendFileSync("out/a.txt", "y");`,
    "as a copy of its own": `fs.writeFileSync("out/b.txt", "x"); fs.copyFileSync("out/b.txt", "out/a.txt");`,
  }))
    test(`${how}, again under another umask`, () =>
      check(`fs.mkdirSync("out", { recursive: true });\n${code}`, [
        { umask: how.includes("copy") ? 0o022 : 0o077, isAnswered: false },
        { umask: how.includes("copy") ? 0o022 : 0o077, isAnswered: true },
        { prepare: (folder) => gone(join(folder, "out")), umask: 0o002, isAnswered: !how.includes("copy") },
      ]));
});

describe("what a folder holds is asked when the run has asked it", { skip, concurrency: 2 }, () => {
  // On a line of its own: beside calls that are not known, its result may be looked at.
  const MAKES = `fs.mkdirSync("out", { recursive: true });\n`;
  const SAYS = `console.log(fs.readdirSync("out").join());`;
  const WRITES = `fs.writeFileSync("out/a.txt", "a");`;
  const remove = (folder: string) => gone(join(folder, "out"));
  const isNew = { isAnswered: false };
  test("before it writes there", () =>
    check(`${MAKES} ${SAYS} ${WRITES}`, [isNew, isNew, { isAnswered: true }, { prepare: remove, isAnswered: false }]));
  test("after that", () => check(`${MAKES} ${WRITES} ${SAYS}`, despite(remove)));
  test("in between", () =>
    check(`${MAKES} ${WRITES} ${SAYS} fs.writeFileSync("out/b.txt", "b");`, [
      isNew,
      isNew,
      { isAnswered: true },
      { prepare: (folder) => gone(join(folder, "out/a.txt")), isAnswered: true },
      { prepare: (folder) => gone(join(folder, "out/b.txt")), isAnswered: false },
    ]));
});

describe("a copy has the mode of what was copied", { skip, concurrency: 2 }, () => {
  const COPIES = `fs.copyFileSync("data/there.txt", "data/out.txt"); console.log(1);`;
  const TREE = `fs.cpSync("data", "out", { recursive: true });`;
  const TREE_ANEW = `fs.rmSync("out", { recursive: true, force: true }); ${TREE}`;
  const more = { "data/deep/a.txt": "a" };
  const mode = (path: string, bits: number) => (folder: string) => chmodSync(join(folder, path), bits);
  test("which has changed", () => check(COPIES, until(mode("data/there.txt", 0o755))));
  test("and not the one that it was given since", () => check(COPIES, until(mode("data/out.txt", 0o600))));
  test("also where it is missing", () =>
    check(COPIES, [
      { prepare: mode("data/there.txt", 0o755), isAnswered: false },
      ...despite((folder) => gone(join(folder, "data/out.txt"))).slice(1),
    ]));
  test("also under another umask", () =>
    check(COPIES, [
      ...AGAIN,
      { prepare: (folder) => gone(join(folder, "data/out.txt")), umask: 0o077, isAnswered: false },
    ]));
  // To another place, links are copied with the paths of the folder of each run.
  test("of a folder that becomes a link", () => {
    const link = (folder: string) => {
      renameSync(join(folder, "data"), join(folder, "moved"));
      symlinkSync("moved", join(folder, "data"));
    };
    return check(TREE, [...AGAIN, { prepare: link, isAnswered: false }, { isAnswered: false }], more);
  });
  test("of a folder, one file of which becomes a link", () => {
    const link = (folder: string) => {
      renameSync(join(folder, "data/deep/a.txt"), join(folder, "moved"));
      symlinkSync("../../moved", join(folder, "data/deep/a.txt"));
    };
    return check(TREE, [...AGAIN, { prepare: link, isAnswered: false }, { isAnswered: false }], more);
  });
  for (const [how, code] of Object.entries({ TREE, TREE_ANEW })) {
    test(`of a folder: ${how}`, () =>
      check(
        code,
        despite((folder) => gone(join(folder, "out"))),
        more,
      ));
    test(`of a folder, one file of which has another mode: ${how}`, () =>
      check(code, until(mode("data/deep/a.txt", 0o755)), more));
    test(`of a folder, one copy in which has another mode: ${how}`, () =>
      check(code, until(mode("out/deep/a.txt", 0o600)), more));
    test(`of a folder with another mode: ${how}`, () =>
      check(code, [{ prepare: mode("data/deep", 0o700), isAnswered: false }, { isAnswered: false }], more));
    test(`of a folder that gets another mode: ${how}`, () =>
      check(code, [...AGAIN, { prepare: mode("data/deep", 0o700), isAnswered: false }, { isAnswered: false }], more));
  }
});

describe("each place has one name", { skip, concurrency: 2 }, () => {
  const EMPTIES = `fs.rmSync("out", { recursive: true, force: true }); fs.mkdirSync("out");`;
  const there = (text: string) => (folder: string) => writeFileSync(join(folder, "data/there.txt"), text);
  test("beside an emptied folder: read", () =>
    check(`${EMPTIES} console.log(fs.readFileSync("out/../data/there.txt", "utf8"));`, until(there("new"))));
  test("beside an emptied folder: looked for", () =>
    check(
      `${EMPTIES} console.log(fs.existsSync("out/../data/more.txt"));`,
      until((folder) => writeFileSync(join(folder, "data/more.txt"), "")),
    ));
  test("beside an emptied folder: read by a descriptor", () =>
    check(
      `${EMPTIES} const fd = fs.openSync("out/../data/there.txt"), to = Buffer.alloc(9); console.log(fs.readSync(fd, to), String(to)); fs.closeSync(fd);`,
      until(there("new")),
    ));
  test("beside an emptied folder: appended to", () =>
    check(`${EMPTIES} fs.appendFileSync("out/../data/there.txt", "more");`, NEVER));
  test("beside an emptied folder: written", () =>
    check(
      `fs.mkdirSync("out", { recursive: true }); fs.writeFileSync("out/../data/a.txt", "a"); fs.rmSync("out", { recursive: true });`,
      NEVER,
    ));
  test("beside an emptied folder: taken away", () =>
    check(`${EMPTIES} fs.rmSync("out/../data/a.txt", { force: true });`, NEVER));
  test("beside an emptied folder: given a name", () =>
    check(`${EMPTIES} fs.writeFileSync("out/a", "a"); fs.renameSync("out/a", "out/../data/a.txt");`, NEVER));
  test("above the working directory", () =>
    check(
      `fs.rmSync("../out", { recursive: true, force: true }); fs.mkdirSync("../out"); fs.writeFileSync("../out/a", "a"); console.log(fs.readFileSync("../out/a", "utf8"));`,
      AGAIN,
    ));
  test("with a dot, twice", () =>
    check(
      `fs.writeFileSync("data/a.txt", "a"); fs.writeFileSync("./data//a.txt", "b");`,
      despite((folder) => gone(join(folder, "data/a.txt"))),
    ));
  test("by its URL, and its whole path", () =>
    check(
      `fs.rmSync(new URL("./out/", import.meta.url), { recursive: true, force: true }); fs.mkdirSync(process.cwd() + "/out/");
       fs.writeFileSync("out/a.txt", "a", { mode: 0o600 }); fs.rmSync("./out/a.txt"); fs.writeFileSync(new URL("./out/a.txt", import.meta.url), "b");`,
      despite((folder) => gone(join(folder, "out/a.txt"))),
    ));

  const links = { link: "real" };
  const real = { "real/sub/x.txt": "x", "other/sub/x.txt": "x" };
  const lead = (folder: string) => {
    rmSync(join(folder, "link"));
    symlinkSync("other", join(folder, "link"));
  };
  const LINKED = `fs.writeFileSync("link/a.txt", "a"); console.log(fs.readFileSync("real/a.txt", "utf8"));`;
  test("by a link to a folder", () => check(LINKED, AGAIN, real, links));
  test("by a link to a folder, that leads elsewhere then", () =>
    check(LINKED, [...AGAIN, { prepare: lead, isAnswered: false }], real, links));
  test("by a link to a folder that is emptied", () =>
    check(
      `fs.rmSync("link/out", { recursive: true, force: true }); fs.mkdirSync("link/out"); fs.writeFileSync("real/out/a", "a");`,
      [...AGAIN, { prepare: lead, isAnswered: false }],
      real,
      links,
    ));
  test("behind a link to a folder", () =>
    check(
      `fs.rmSync("sub", { recursive: true, force: true }); console.log(fs.existsSync("link/../sub/x.txt"), fs.existsSync("sub"));`,
      [
        ...AGAIN,
        { prepare: (folder) => writeFileSync(join(folder, "real/sub/y.txt"), ""), isAnswered: true },
        { prepare: (folder) => rmSync(join(folder, "real/sub/x.txt")), isAnswered: false },
      ],
      real,
      { link: "real/sub" },
    ));
});

describe("what was opened before it was written", { skip, concurrency: 2 }, () => {
  const REPLACES = `fs.writeFileSync("data/new.txt", "new"); fs.renameSync("data/new.txt", "data/there.txt");`;
  const reads = (name: string) =>
    `const to = Buffer.alloc(9); console.log(fs.readSync(${name}, to), String(to)); fs.closeSync(${name});`;
  test("is not what the run has put in its place", () =>
    check(`const fd = fs.openSync("data/there.txt"); ${REPLACES} ${reads("fd")}`, NEVER));
  test("is not what it has written there", () =>
    check(
      `const fd = fs.openSync("data/there.txt"); fs.writeFileSync("data/there.txt", "new"); ${reads("fd")}`,
      NEVER,
    ));
  test("is still there when it was taken away", () =>
    check(
      `const fd = fs.openSync("./data/there.txt"); fs.rmSync("data", { recursive: true }); ${reads("fd")} fs.mkdirSync("data"); fs.writeFileSync("data/there.txt", String(to));`,
      NEVER,
    ));
  test("is not what the run has put in its place, by a handle", () =>
    check(
      `const file = await fs.promises.open("data/there.txt"); ${REPLACES} console.log(String(await file.readFile())); await file.close();`,
      NEVER,
    ));
  test("is not what the run has put in its place, by a stream", () =>
    check(
      `let text = ""; const file = fs.createReadStream("data/there.txt", { encoding: "utf8" }); file.on("data", (more) => (text += more)).on("end", () => console.log(text));
      file.once("open", () => { ${REPLACES} });`,
      NEVER,
    ));
  test("is the work of the run where it was written before", () =>
    check(`${REPLACES} const fd = fs.openSync("data/there.txt"); ${reads("fd")}`, AGAIN));
});
