/**
 * Runs that are not answered as a whole because they depend on the time or on chance, on roads that are less travelled than `Date.now()`; and ordinary
 * neighbours that are answered.
 */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { keptIn, wasAnswered } from "../support/kept-runs.ts";
import { type Files, laidOut, run, skip } from "../support/whole-run-steps.ts";

/** What programs make: it is not there when they run again. */
const MADE = ["out", "d0", "o.txt"];

/** How often one of three runs was answered. What they print may be another thing each time. */
async function answersOf(files: Files, env: NodeJS.ProcessEnv = {}): Promise<number> {
  const { folder, cache } = await laidOut(files);
  let answers = 0;
  for (let i = 0; i < 3; i++) {
    for (const name of MADE) rmSync(join(folder, name), { recursive: true, force: true });
    const before = keptIn(cache);
    const { code, stderr } = await run(folder, "main.mjs", { env, isAnswered: false }, cache);
    assert.deepEqual([code, stderr], [0, ""]);
    if (wasAnswered(before, keptIn(cache))) answers++;
  }
  return answers;
}

function tell(programs: Readonly<Record<string, string | Files>>, expected: number): void {
  for (const [name, program] of Object.entries(programs)) {
    const files = typeof program === "string" ? { "main.mjs": program } : program;
    test(name, async () => assert.equal(await answersOf(files), expected));
  }
}

/** A function of a package that tells how long something took, if it is asked to, and prints what it is given. */
const TELLS = `exports.told = (tell, start) => told(tell, start);
  exports.made = () => told(false, Date.now());
  function told(tell, start) {
    if (tell) console.log("ms", Date.now() - start);
    return 1;
  }`;

describe("a line of which no tap has told", { skip, concurrency: 2 }, () => {
  const measured = (before: string): Files => ({
    "main.mjs": `import t from "tells"; ${before} console.log(t.made());`,
    "node_modules/tells/index.js": TELLS,
  });
  tell(
    {
      "was not reached where nothing has replaced the clock": measured(""),
      "was not reached where other names are like it": measured("const o = {}, now = 1; o.nowhere = now;"),
    },
    2,
  );
  const start = "const start = Date.now();\n";
  const show = "\nconsole.log(start,\n  Date.now());";
  tell(
    {
      "may have called another function": `${start}Date.now = () => 0;${show}`,
      "may have called another function that is gone at the end": `${start}const { now } = Date; Date.now = () => 0;${show}\nDate.now = now;`,
      "may have called what a definition has put there": `${start}const { now } = Date; Object.defineProperty(Date, "now", { value: () => 0, configurable: true });${show}\nObject.defineProperty(Date, "now", { value: now });`,
      "may have called another Date": `${start}const before = Date; globalThis.Date = { now: () => 0 };${show}\nglobalThis.Date = before;`,
      "may have called what another module has put there": {
        "main.mjs": `import { off, on } from "./fake.mjs"; ${start}on();${show}\noff();`,
        "fake.mjs":
          "const holder = Date; const { now } = Date; export const on = () => { holder.now = () => 0; }; export const off = () => { holder.now = now; };",
      },
      "may have called what is put there by a name that is computed": `${start}const key = ["n", "ow"].join(""); Date[key] = () => 0;${show}`,
    },
    0,
  );
  const choice = (before: string): Files => ({
    "main.mjs": `import p from "picks"; console.log(p.pick(process.argv[2]));`,
    "node_modules/picks/index.js": `const big = 2 ** 53;
      var draw = (Math.random() * big) & 0x1fffff
        ? function () { return Math.floor(Math.random() * big); }
        : function () { return ((Math.random() * 0x40000000) | 0) * 0x800000; };
      ${before}
      exports.pick = (arg) => arg === undefined ? 1 : draw();`,
  });
  tell({ "was not drawn on where nothing has replaced that": choice("") }, 2);
  tell(
    {
      "may have drawn other numbers": choice(
        "const { random } = Math; Math.random = () => 0; draw(); Math.random = random;",
      ),
    },
    0,
  );
});

describe("parts of the date", { skip, concurrency: 2 }, () => {
  const day = "const d = new Date(); console.log(d.getDate());";
  tell(
    {
      "are asked again": day,
      "are the same everywhere": "process.env.TZ = 'Etc/GMT-14'; console.log(new Date().getUTCDate());",
    },
    2,
  );
  tell(
    {
      "may be those of another time zone": `process.env.TZ = "Etc/GMT-14"; ${day}`,
      "may be those of a time zone that is left again": `const { TZ = "UTC" } = process.env; process.env.TZ = "Etc/GMT-14"; ${day} process.env.TZ = TZ;`,
      "may be those of a time zone that comes from data": {
        "main.mjs": `import fs from "node:fs"; Object.assign(process.env, JSON.parse(fs.readFileSync("env.json", "utf8"))); ${day}`,
        "env.json": `{ "TZ": "Etc/GMT-14" }`,
      },
      "may be handed on by another method": `const { getDate } = Date.prototype; Date.prototype.getDate = function () { return +this; }; ${day} Date.prototype.getDate = getDate;`,
    },
    0,
  );
});

describe("a line that looks at what the run has made", { skip, concurrency: 2 }, () => {
  const OTHER = `import fs from "node:fs"; export const mk = fs.mkdirSync; export const st = fs.statSync;`;
  const made = (line: string): Files => ({
    "main.mjs": `import fs from "node:fs"; import path from "node:path"; import { mk, st } from "./other.mjs"; const { rmSync } = fs;
      function dir(name) { return name; }
      fs.rmSync("data/none", { force: true });
      ${line}
      console.log(1);`,
    "other.mjs": OTHER,
    "data/a.txt": "a",
  });
  const all = (lines: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(lines).map(([name, line]) => [name, made(line)]));
  tell(
    all({
      "makes a folder": `fs.mkdirSync("out", { recursive: true });`,
      "asks by functions of the file": `fs.mkdirSync(dir("out"), { recursive: true });`,
      "asks for a path": `if (!fs.existsSync("out")) fs.mkdirSync(path.join(process.cwd(), "out"), { recursive: true }); console.log(String(1));`,
      "looks at the size": `fs.writeFileSync("o.txt", "a"); console.log(fs.statSync("o.txt").size);`,
    }),
    2,
  );
  tell(
    all({
      "may make folders by another name": `fs.mkdirSync("d0", { recursive: true }); const r = mk("out", { recursive: true }); console.log(typeof r);`,
      "may make them by a method": `const o = { mk }; fs.mkdirSync("d0", { recursive: true }); console.log(typeof o.mk("out", { recursive: true }));`,
      "may make them by a function of a function": `fs.mkdirSync("d0", { recursive: true }); console.log(typeof mk.call(fs, "out", { recursive: true }));`,
      "may look at times by another name": `fs.writeFileSync("o.txt", "a"); fs.statSync("o.txt"); const r = st("o.txt").mtimeMs; console.log(r);`,
    }),
    0,
  );
});
