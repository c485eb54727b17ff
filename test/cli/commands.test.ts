/** Each command, as a user types it, in a small project. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { COMMANDS } from "../../cli/commands/commands.ts";
import { readProfiles } from "../../src/policy/profile.ts";
import { type ArchivedRecord, readArchive, writeArchive } from "../../src/store/disk/archive.ts";
import { CliProject } from "../support/cli-project.ts";
import { mismatches, type Schema } from "../support/json-schema.ts";

const { $defs: defs } = JSON.parse(readFileSync(new URL("../../schema/cli.schema.json", import.meta.url), "utf8")) as {
  $defs: Record<string, Schema>;
};

/** Has run twice, and once more after an edit of an argument. */
let used: CliProject;
before(() => {
  used = new CliProject();
  for (let run = 0; run < 2; run++) assert.equal(used.dumbo(["run", "main.js"]).status, 0, "the program runs");
});
after(() => used.remove());

/** Runs something in a project of its own, which has run once. */
function inProject(body: (project: CliProject) => void, runs = 1): void {
  const project = new CliProject();
  try {
    for (let run = 0; run < runs; run++) project.dumbo(["run", "main.js"]);
    body(project);
  } finally {
    project.remove();
  }
}

test("without a command, or with one that is none, the help goes to stderr and the code is 2", () => {
  const none = used.dumbo([]);
  assert.equal(none.status, 2);
  assert.equal(none.stdout, "");
  assert.match(none.stderr, /^usage: dumbo COMMAND/);
  const wrong = used.dumbo(["expain"]);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /unknown command "expain"; did you mean "explain"\?/);
  assert.equal(used.dumbo(["--wrong", "explain"]).status, 2);
});

test("each command has a help with an example, its options and its exit codes", () => {
  const overview = used.dumbo(["--help"]);
  assert.equal(overview.status, 0);
  assert.equal(used.dumbo(["help", "explain"]).stdout, used.dumbo(["explain", "--help"]).stdout);
  assert.equal(used.dumbo(["explain", "--no-such-option"]).status, 2);
  for (const { name, summary, example, options = {} } of COMMANDS) {
    assert.ok(overview.stdout.includes(`  ${name} `) && overview.stdout.includes(summary), `${name} is listed`);
    const { stdout, status } = used.dumbo([name, "--help"]);
    assert.equal(status, 0, name);
    assert.ok(stdout.includes(example.line) && stdout.includes(example.text), `${name} has its example`);
    for (const option of Object.keys(options)) assert.ok(stdout.includes(`--${option}`), `${name} --${option}`);
    assert.match(stdout, /^Exits (with 0; with 1 |as the program does; )/m, name);
  }
});

test("without a terminal there are no colours", () => {
  for (const args of [["--help"], ["explain"], ["doctor"], ["why"]]) {
    assert.ok(!used.dumbo(args).stdout.includes("\u001b"), args.join(" "));
  }
});

test("where nothing has run, a command says what to do, and exits with 1", () => {
  const project = new CliProject();
  try {
    for (const name of ["stats", "explain", "why", "ls", "clear", "gc", "verify", "affected", "suggest", "report"]) {
      const { stderr, status } = project.dumbo([name]);
      assert.equal(status, 1, name);
      assert.match(stderr, /^dumbo: there is no cache directory .*: run the program with --import dumbo\/auto/, name);
    }
  } finally {
    project.remove();
  }
});

test("what --json prints is what its schema says", () => {
  const KEY = used.json<{ entries: { key: string }[] }>(["ls"]).entries[0]?.key ?? "";
  const archive = join(used.root, "a.gz");
  const lines: Record<string, string[]> = {
    stats: ["stats"],
    explain: ["explain", "--all"],
    why: ["why"],
    suggest: ["suggest"],
    affected: ["affected"],
    report: ["report", "--out", join(used.root, "report.html")],
    scan: ["scan", "--all"],
    check: ["check", "--baseline", join(used.root, "b.json"), "--update"],
    verify: ["verify"],
    ls: ["ls"],
    show: ["show", KEY],
    gc: ["gc"],
    prepare: ["prepare", "main.js"],
    export: ["export", archive],
    import: ["import", archive],
    doctor: ["doctor"],
    init: ["init"],
    clear: ["clear", "no such function"],
  };
  const withJson = COMMANDS.filter(({ hasNoJson }) => !hasNoJson).map(({ name }) => name);
  assert.deepEqual(Object.keys(lines).sort(), withJson.sort(), "each command is tried");
  for (const [name, args] of Object.entries(lines)) {
    const schema = defs[name];
    assert.ok(schema, `${name} has a schema`);
    assert.deepEqual(mismatches(used.json(args), schema, defs), [], name);
  }
  const example = defs.stats as Schema;
  assert.ok(mismatches({ last: 1 }, example, defs).length > 0, "the comparison can fail");
});

test("run passes arguments, output and the exit code through", () => {
  inProject((project) => {
    project.write(
      "args.js",
      "console.log(JSON.stringify(process.argv.slice(2)), process.execArgv.length); process.exitCode = 7;\n",
    );
    const { stdout, status } = project.dumbo(["run", "args.js", "--profile", "-x", "a b", "--", "c"]);
    assert.equal(stdout, '["--profile","-x","a b","--","c"] 2\n');
    assert.equal(status, 7);
    assert.equal(project.dumbo(["run"]).status, 2, "it needs a script");
    assert.equal(project.dumbo(["run", "--wrong", "args.js"]).status, 2, "an option in front of the script is its own");
  }, 0);
});

test("run passes signals through, and ends by the signal that ended the program", {
  skip: process.platform === "win32",
}, () => {
  inProject((project) => {
    project.write(
      "wait.js",
      'process.on("SIGTERM", () => { console.log("told"); process.exit(3); }); setInterval(() => {}, 1e6); console.log("up");\n',
    );
    project.write("die.js", 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1e6);\n');
    project.write(
      "outer.mjs",
      `import { spawn } from "node:child_process";
const child = spawn(process.execPath, [${JSON.stringify(project.cli)}, "run", process.argv[2]]);
child.stdout.on("data", (text) => { process.stdout.write(text); if (String(text).includes("up")) child.kill("SIGTERM"); });
child.on("close", (code, signal) => console.log(code, signal));
`,
    );
    assert.equal(project.node(["outer.mjs", "wait.js"]).stdout, "up\ntold\n3 null\n");
    assert.equal(project.node(["outer.mjs", "die.js"]).stdout, "null SIGKILL\n");
  }, 0);
});

test("run --profile measures functions for explain and suggest", () => {
  inProject((project) => {
    const { stderr, status } = project.dumbo(["run", "--profile", "main.js"]);
    assert.equal(status, 0);
    assert.match(stderr, /profile kept/);
    interface One {
      name: string;
      verdict: string;
      lost: number;
    }
    const { functions } = project.json<{ functions: One[] }>(["explain"]);
    const lost = (name: string) => functions.find((one) => one.name === name)?.lost ?? 0;
    assert.ok(lost("counted") > 0 && lost("clock") > 0, JSON.stringify(functions));
    const entries = () =>
      project
        .json<{ suggestions: { entry: string }[] }>(["suggest"])
        .suggestions.map(({ entry }) => entry)
        .sort();
    assert.deepEqual(entries(), ["./page.js#clock", "./page.js#counted"]);
    assert.match(
      project.dumbo(["suggest"]).stdout,
      /^"\.\/page\.js#c.*up to .* a run, if you vouch for this:\n {2}.*\n.*\d+ \| /,
    );
    assert.equal(existsSync(join(project.root, "assumePure.json")), false, "nothing is written unasked");
    assert.match(project.dumbo(["suggest", "--yes"]).stdout, /assumePure\.json: 2 entries added/);
    project.dumbo(["run", "main.js"]);
    assert.match(
      project.dumbo(["explain", "counted"]).stdout,
      /^cached +counted .*\n +assumePure: \.\/page\.js#counted, counted writes to `globalThis` at page\.js/,
    );
    assert.deepEqual(entries(), []);
  });
});

test("suggest says on a terminal, too, that there is nothing to suggest", {
  skip: !existsSync("/usr/bin/script"),
}, () => {
  inProject((project) => {
    project.write("plain.js", "console.log(1);\n");
    project.dumbo(["run", "plain.js"]);
    const { stdout } = spawnSync(
      "/usr/bin/script",
      ["-qec", `${process.execPath} ${project.cli} suggest`, "/dev/null"],
      {
        cwd: project.root,
        encoding: "utf8",
        input: "",
      },
    );
    assert.match(stdout, /no function that takes long could be helped/);
  }, 0);
});

test("stats adds up", () => {
  type Run = Record<
    "asked" | "hits" | "misses" | "unasked" | "refused" | "stored" | "unfit" | "cheap" | "saved" | "spent" | "net",
    number
  >;
  const { last, before: earlier } = used.json<{ last: Run & { mode: string }; before: (Run & { mode: string })[] }>([
    "stats",
  ]);
  assert.deepEqual([earlier.length, earlier[0]?.mode, last.mode], [1, "first", "warm"]);
  for (const run of [last, ...earlier]) {
    assert.equal(run.asked, run.hits + run.misses + run.unasked + run.refused);
    assert.equal(run.misses, run.stored + run.unfit + run.cheap);
    assert.equal(run.net, run.saved - run.spent);
  }
  assert.deepEqual([earlier[0]?.stored, last.hits, last.misses], [5, 3, 0]);
  const { stdout } = used.dumbo(["stats"]);
  assert.match(stdout, /^main\.js, Node \d+\.\d+\.\d+, with a cache, /);
  assert.match(stdout, /^calls asked +3$/m);
  assert.match(stdout, /^store [\d.]+ KB of 2\.0 GB/m);
  assert.equal(used.dumbo(["stats", "no-such-script"]).status, 1);
});

test("stats says why runs leave nothing any more", () => {
  inProject((project) => {
    project.dumbo(["run", "main.js"]);
    assert.equal(project.json<{ silence: unknown }>(["stats"]).silence, null);
    assert.match(project.dumbo(["stats"], { DUMBO: "off" }).stdout, /\noff now \(DUMBO\): /);
    assert.match(project.dumbo(["stats"], { DUMBO_READ_ONLY: "1" }).stdout, /\nread only now: /);
    const { stderr } = project.dumbo(["run", "--profile", "main.js"], { DUMBO_READ_ONLY: "1" });
    assert.match(stderr, /the profile is not kept: .* is read only/);
    assert.equal(existsSync(join(project.root, "node_modules/.cache/dumbo/times.json")), false, "nothing is written");
  });
});

test("explain tells the verdict, the reason with its line, and what would help", () => {
  const { stdout } = used.dumbo(["explain", "page.js"]);
  assert.match(stdout, /^cached +renderPage {2}page\.js:4$/m);
  assert.match(
    stdout,
    /^not cached +clock .*\n +uses Date\.now at page\.js:20\n +19 \| .*\n +> 20 \| {3}return s \+ Date\.now\(\);\n +21 \| \}\n +-> hand in the time as an argument; or vouch/m,
  );
  assert.match(stdout, /assumePure\.json: "\.\/page\.js#clock"/);
  assert.match(
    used.dumbo(["explain", "page.js:4"]).stdout,
    /^cached +renderPage[^\n]*\n[^\n]*\n$/,
    "a line means that line",
  );
  assert.equal(used.dumbo(["explain", "page.js:1"]).status, 1, "and not those that begin with its digits");
});

interface Why {
  functions: { name: string; misses: { changes: Record<string, unknown>[] }[] }[];
}

/** What changed for the calls of a function, each thing once. */
function causes(project: CliProject, name: string): Record<string, unknown>[] {
  const { functions } = project.json<Why>(["why"]);
  const misses = functions.find((one) => one.name === name)?.misses ?? [];
  return [...new Map(misses.flatMap(({ changes }) => changes).map((one) => [JSON.stringify(one), one])).values()];
}

test("what a package keeps for itself is vouched for by the package's name; its other functions are not listed unasked", () => {
  const keeper = "node_modules/keeper";
  const project = new CliProject({
    "package.json": '{ "type": "module" }\n',
    [`${keeper}/package.json`]: '{ "name": "keeper", "type": "module", "exports": "./index.js" }\n',
    // An object that no key can hold, behind what an arrow function has of `this` around it.
    [`${keeper}/index.js`]: `class Words {
  constructor() {
    const known = new Proxy({ size: 0 }, {});
    this.count = (text) => { let n = 0; for (let i = 0; i < 2e6; i++) n = (n * 31 + i) % 1000003; return n + text.length + known.size + this.more; };
    this.more = 1;
  }
}
export const words = new Words();
export function sized(list) { let s = 1; for (let i = 0; i < 1e5; i++) s = (s * 31 + i) % 1000003; return s + list.size; }
`,
    "main.js": `import { sized, words } from "keeper";
export function counted(text) { return words.count(text); }
console.log(counted("some words"), sized(new Proxy({ size: 1 }, {})));
`,
  });
  try {
    for (let run = 0; run < 2; run++) project.dumbo(["run", "--prepare", "main.js"]);
    const [one] = project.json<{ functions: { why: string; advice: string; entry: string }[] }>([
      "explain",
      "counted",
    ]).functions;
    assert.match(one?.why ?? "", /reads `known`, which holds a Proxy/);
    assert.doesNotMatch(one?.why ?? "", /dumbo/, "names are those of the program");
    assert.deepEqual([one?.advice, one?.entry], ["vouch for keeper, if the result does not depend on that", "keeper"]);
    assert.match(project.dumbo(["explain"]).stdout, /\n\d functions? of packages, which have neither saved nor lost/);
    assert.doesNotMatch(project.dumbo(["explain"]).stdout, / sized /);
    for (const args of [["--all"], ["keeper"]]) {
      assert.match(project.dumbo(["explain", ...args]).stdout, /^not cached +sized /m, args.join(" "));
    }
    project.write("assumePure.json", '{ "assumePure": ["keeper"] }\n');
    for (let run = 0; run < 2; run++) assert.equal(project.dumbo(["run", "main.js"]).status, 0, "it runs");
    assert.match(project.dumbo(["explain", "counted"]).stdout, /^cached +counted/);
  } finally {
    project.remove();
  }
});

test("why names the property, the variable, the function, the file", () => {
  inProject((project) => {
    assert.deepEqual(causes(project, "renderPage"), [{ kind: "first" }]);
    project.edit("main.js", '"two"', '"TWO"');
    project.dumbo(["run", "main.js"]);
    assert.deepEqual(causes(project, "renderPage"), [{ kind: "value", place: "argument 1.title", how: "changed" }]);
    assert.deepEqual(causes(project, "readData"), [], "what hit is not asked about");
    const doubt =
      "no known run has stored a call with these values: they are new, or such calls were made and not stored";
    assert.match(
      project.dumbo(["why"]).stdout,
      new RegExp(`^ {2}argument 1\\.title changed\\n {4}${doubt}\\n {4}\\w+ against`, "m"),
    );
    project.edit("options.js", "dark", "light");
    project.dumbo(["run", "main.js"]);
    assert.deepEqual(causes(project, "renderPage"), [{ kind: "value", place: "`options.theme`", how: "changed" }]);
    project.edit("page.js", "1000003", "1000033");
    project.dumbo(["run", "main.js"]);
    const [code, ...others] = causes(project, "renderPage") as { kind: string; was: string[]; is: string[] }[];
    assert.deepEqual([code?.kind, code?.was[0], code?.is[0], others.length], ["code", "work", "work", 0]);
    const { stdout } = project.dumbo(["why", "renderPage"]);
    assert.match(stdout, /code of work \(page\.js:3\) changed .*\n +- .*1000003.*\n +\+ .*1000033/);
    assert.ok(!stdout.includes(doubt), "a call whose code changed may have been stored with the same values");
    project.write("data.txt", "other data\n");
    project.dumbo(["run", "main.js"]);
    assert.deepEqual(causes(project, "readData"), [{ kind: "dependency", what: "file data.txt" }]);
    project.dumbo(["clear", "renderPage"]);
    project.dumbo(["run", "main.js"]);
    assert.deepEqual(causes(project, "renderPage"), [{ kind: "evicted" }]);
    project.dumbo(["run", "main.js"]);
    assert.deepEqual(project.json<Why>(["why"]).functions, []);
  });
});

test("affected finds what an edit has invalidated, before anything runs", () => {
  inProject((project) => {
    const names = (...args: string[]) =>
      project
        .json<{ affected: { name: string }[] }>(["affected", ...args])
        .affected.map(({ name }) => name)
        .sort();
    assert.deepEqual(names(), []);
    assert.equal(project.dumbo(["affected", "--strict"]).status, 0);
    project.write("page.js", `// a comment is no edit\n${project.read("page.js")}`);
    assert.deepEqual(names(), []);
    project.edit("page.js", "<h1>", "<h2>");
    assert.deepEqual(names(), ["renderPage"]);
    assert.equal(project.dumbo(["affected"]).status, 0);
    assert.equal(project.dumbo(["affected", "--strict"]).status, 1);
    project.edit("page.js", "return s;", "return s + 0;");
    assert.deepEqual(names(), ["renderPage", "work"], "what calls it, too");
    assert.match(
      project.dumbo(["affected"]).stdout,
      /^renderPage {2}page\.js:4\n {2}its own code, work \(page\.js:3\)$/m,
    );
  });
});

test("affected --since compares with a revision", () => {
  inProject((project) => {
    const git = (...args: string[]) => {
      const script = "const{spawnSync:s}=require('child_process');process.exit(s('git',process.argv.slice(1)).status)";
      assert.equal(project.node(["-e", script, "--", ...args]).status, 0, `git ${args.join(" ")}`);
    };
    project.write(".gitignore", "node_modules\n");
    git("init", "-q");
    git("add", ".");
    git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "x");
    project.edit("page.js", "<h1>", "<h2>");
    project.edit("options.js", "dark", "light");
    project.dumbo(["run", "main.js"]);
    interface Affected {
      affected: { name: string }[];
      outside: string[];
    }
    const since = project.json<Affected>(["affected", "--since", "HEAD"]);
    assert.deepEqual([since.affected.map(({ name }) => name), since.outside], [["renderPage"], ["options.js"]]);
    assert.deepEqual(project.json<Affected>(["affected"]).affected, [], "the last run has it");
    assert.match(project.dumbo(["affected", "--since", "nothing"]).stderr, /git knows no revision "nothing"/);
  });
});

test("check fails when a function that was cached is not any more", () => {
  inProject((project) => {
    assert.equal(project.dumbo(["check"]).status, 2, "it needs a file");
    const args = ["check", "--baseline", "baseline.json"];
    assert.match(project.dumbo(args).stderr, /baseline\.json does not exist: .* --update writes it/);
    assert.equal(project.dumbo([...args, "--update"]).status, 0);
    assert.deepEqual(JSON.parse(project.read("baseline.json")), {
      cached: ["page.js#readData", "page.js#renderPage", "page.js#work"],
    });
    project.write("page.js", `\n\n${project.read("page.js")}`);
    project.dumbo(["run", "main.js"]);
    assert.equal(project.dumbo(args).status, 0, "lines may move");
    project.edit("page.js", "return `<h1>", "return Date.now() + `<h1>");
    project.dumbo(["run", "main.js"]);
    const { stdout, status } = project.dumbo(args);
    assert.equal(status, 1);
    assert.match(stdout, /^not cached any more {2}page\.js#renderPage\n {2}uses Date\.now at page\.js:7$/m);
    project.dumbo([...args, "--update"]);
    assert.equal(project.dumbo(args).status, 0);
  });
});

test("ls and show tell what is stored", () => {
  const { entries, total } = used.json<{
    entries: { key: string; function: { name: string }; found: number }[];
    total: number;
  }>(["ls"]);
  assert.deepEqual(entries.map((one) => one.function.name).sort(), [
    "readData",
    "renderPage",
    "renderPage",
    "work",
    "work",
  ]);
  assert.equal(total, 5);
  const { stdout } = used.dumbo(["ls", "renderPage", "--sort", "age", "--limit", "1"]);
  assert.match(
    stdout,
    /^key +cost +size +age +found +function\n[0-9a-f]{12} .*renderPage {2}page\.js:4\n2 entries, .*; 1 are not shown: --limit 0\n$/,
  );
  assert.equal(used.dumbo(["ls", "--sort", "colour"]).status, 2);
  const key = (name: string) => entries.find((one) => one.function.name === name)?.key ?? "";
  assert.match(
    used.dumbo(["show", key("renderPage")]).stdout,
    /^renderPage {2}page\.js:4\nkey [0-9a-f]{32}, .*\n {2}code +[0-9a-f]{32}\n {2}this .*\n[\s\S]*'<h1>(one|two)<\/h1>\d+dark'/m,
  );
  assert.match(used.dumbo(["show", key("readData").slice(0, 10)]).stdout, /depends on file data\.txt/);
  assert.match(
    used.dumbo(["show", "ffffffffff"]).stderr,
    /nothing is stored under a key that begins with "ffffffffff"/,
  );
});

test("what all projects share is told of, cleaned up and forgotten on demand", () => {
  inProject((project) => {
    const user = join(project.root, "user");
    const kept = join(user, "packages", "0123456789abcdef", "lib.pack");
    const env = { DUMBO_USER_DIR: user };
    mkdirSync(dirname(kept), { recursive: true, mode: 0o700 });
    writeFileSync(kept, "x".repeat(2000));
    const mine = [join(user, "mine.txt"), join(user, "packages", "mine.pack")];
    for (const path of mine) {
      writeFileSync(path, "");
      utimesSync(path, 1000, 1000);
    }
    assert.match(project.dumbo(["stats"], env).stdout, /^shared by all projects 2\.0 KB of 1\.0 GB: .*user$/m);
    assert.doesNotMatch(project.dumbo(["stats"]).stdout, /shared/);
    assert.match(project.dumbo(["doctor"], env).stdout, /^ok +shared +2\.0 KB of 1\.0 GB for all projects: .*user$/m);
    assert.equal(project.dumbo(["gc"], env).status, 0);
    assert.equal(existsSync(kept), true, "it was used today");
    utimesSync(kept, 1000, 1000);
    assert.equal(project.dumbo(["gc"], env).status, 0);
    assert.equal(existsSync(kept), false, "nobody has used it in 30 days");
    writeFileSync(kept, "");
    assert.match(project.dumbo(["clear"], env).stdout, /what all projects share stays: .*user$/m);
    assert.equal(existsSync(kept), true);
    assert.equal(project.dumbo(["clear", "page", "--all-projects"], env).status, 2);
    // Nothing is left of the project's own to clear.
    assert.equal(project.dumbo(["clear", "--all-projects"], env).status, 0);
    assert.equal(existsSync(kept), false);
    for (const path of mine) assert.equal(existsSync(path), true, `${path} is not dumbo's`);
    if (process.platform === "win32") return;
    chmodSync(user, 0o777);
    assert.match(project.dumbo(["doctor"], env).stdout, /^note +shared +.*only you can write/m);
  });
});

test("clear forgets some functions, or everything that dumbo made", () => {
  inProject((project) => {
    const names = () =>
      project
        .json<{ entries: { function: { name: string } }[] }>(["ls"])
        .entries.map((one) => one.function.name)
        .sort();
    assert.match(project.dumbo(["clear", "renderPage"]).stdout, /^forgot 2 entries\n$/);
    assert.deepEqual(names(), ["readData", "work", "work"]);
    const cache = join(project.root, "node_modules/.cache/dumbo");
    writeFileSync(join(cache, "mine.json"), "{}");
    assert.equal(project.dumbo(["clear"]).status, 0);
    assert.deepEqual(readdirSync(cache), ["mine.json"]);
    assert.equal(project.dumbo(["run", "main.js"]).status, 0, "and a program begins anew");
  });
});

test("the same store gives the same bytes, and --used only what the last run of each program used", () => {
  inProject((project) => {
    const [one, two] = [join(project.root, "one.gz"), join(project.root, "two.gz")];
    const count = (args: readonly string[]) => project.json<{ entries: number }>(args).entries;
    const all = count(["export", one]);
    assert.equal(count(["export", two]), all);
    assert.ok(readFileSync(one).equals(readFileSync(two)), "the same bytes");
    assert.equal(count(["export", one, "--used"]), all, "the last run has stored everything");
    project.edit("main.js", 'n: 1 }, { title: "two", n: 2 }', "n: 3 }");
    // Of the last run: one page, found or new, and the file; of the runs before it, more.
    project.dumbo(["run", "main.js"]);
    const log = join(project.root, "counts.log");
    project.dumbo(["run", "main.js"], { DUMBO_LOG: log });
    const { hits, misses } = JSON.parse(readFileSync(log, "utf8")) as { hits: number; misses: number };
    const used = count(["export", one, "--used"]);
    assert.deepEqual([used, misses > 1], [hits, false]);
    assert.ok(used < count(["export", two]), "older entries are still in the store");
    const other = new CliProject();
    try {
      other.edit("main.js", 'n: 1 }, { title: "two", n: 2 }', "n: 3 }");
      assert.match(other.dumbo(["import", one]).stdout, new RegExp(`^${used} records? added, 0 were there`));
      other.dumbo(["run", "main.js"], { DUMBO_LOG: log });
      const last = readFileSync(log, "utf8").trim().split("\n").at(-1) as string;
      assert.equal((JSON.parse(last) as { hits: number }).hits, hits, "the same calls are answered there");
    } finally {
      other.remove();
    }
  });
});

test("what an archive holds is checked before it is stored", async () => {
  const project = new CliProject();
  const other = new CliProject();
  try {
    project.dumbo(["run", "main.js"]);
    const [archive, forged] = [join(project.root, "cache.gz"), join(project.root, "forged.gz")];
    project.dumbo(["export", archive]);
    const records = await recordsIn(archive);
    assert.ok(records.length >= 3, `${records.length} records`);
    // What V8 would read: a reference to nothing, in the place of a value.
    const bad = records.map((one) => ({ ...one, record: Buffer.concat([one.record, Buffer.from("ff0f5e7f", "hex")]) }));
    await writeArchive(forged, { profiles: {} }, bad);
    assert.match(other.dumbo(["import", forged]).stdout, /^0 records added, 0 were there, [1-9]\d* left out, /);
    assert.match(
      other.dumbo(["import", archive]).stdout,
      new RegExp(`^${records.length} records added, 0 were there: `),
    );
  } finally {
    project.remove();
    other.remove();
  }
});

test("profiles that are not well formed are left out of an import, and the others are kept", async () => {
  const project = new CliProject();
  try {
    project.dumbo(["run", "main.js"]);
    const cache = join(project.root, "node_modules/.cache/dumbo");
    const good = readProfiles(cache);
    const [[key, profile] = ["", null]] = Object.entries(good);
    assert.ok(profile !== null, "a profile is there");
    const escape = "\u001b]0;title\u0007";
    const bad: Record<string, unknown> = {
      text: "x",
      list: [],
      nothing: null,
      "no place": { ...profile, place: undefined },
      "texts for numbers": { ...profile, calls: "1" },
      "no kind of reason": { ...profile, reason: {} },
      "a way that is none": { ...profile, reason: { kind: "proxy", via: 5 } },
      "a place that is none": { ...profile, others: [{ kind: "proxy", place: 5 }] },
      "shown as another text": { ...profile, name: `${escape}name` },
      "and its reason": { ...profile, reason: { kind: "built-in-object", name: escape } },
      "another verdict": { ...profile, verdict: "toString" },
    };
    const cases: readonly [unknown, object][] = [
      ["text", {}],
      [[profile], {}],
      [null, {}],
      [{ ...bad, [key]: { ...profile, more: 1 } }, { [key]: profile }],
    ];
    for (const [profiles, expected] of cases) {
      const file = join(project.root, "bad.gz");
      await writeArchive(file, { profiles }, []);
      const other = new CliProject();
      try {
        assert.equal(other.dumbo(["import", file]).status, 0);
        const kept = readProfiles(join(other.root, "node_modules/.cache/dumbo"));
        assert.deepEqual(kept, expected);
      } finally {
        other.remove();
      }
    }
    const file = join(project.root, "good.gz");
    project.dumbo(["export", file]);
    const other = new CliProject();
    try {
      other.dumbo(["import", file]);
      assert.deepEqual(readProfiles(join(other.root, "node_modules/.cache/dumbo")), good, "all of a sound export");
      for (const command of ["explain", "ls"]) assert.equal(other.dumbo([command]).status, 0, command);
    } finally {
      other.remove();
    }
  } finally {
    project.remove();
  }
});

test("an entry is as old after import as it was before", async () => {
  const project = new CliProject();
  try {
    const config = JSON.stringify({
      functions: { renderPage: { ttl: 1800 }, work: { ttl: 1800 }, readData: { ttl: 1800 } },
    });
    project.write("dumbo.config.json", config);
    project.dumbo(["run", "main.js"]);
    const [archive, aged] = [join(project.root, "cache.gz"), join(project.root, "aged.gz")];
    project.dumbo(["export", archive]);
    const records = await recordsIn(archive);
    const hour = records.map((one) => ({ ...one, created: one.created - 3600 }));
    await writeArchive(aged, { profiles: {} }, hour);
    for (const [file, hits] of [
      [archive, 3],
      [aged, 0],
    ] as const) {
      const other = new CliProject();
      try {
        other.write("dumbo.config.json", config);
        other.dumbo(["import", file]);
        const log = join(other.root, "counts.log");
        other.dumbo(["run", "main.js"], { DUMBO_LOG: log });
        assert.equal((JSON.parse(readFileSync(log, "utf8")) as { hits: number }).hits, hits, file);
      } finally {
        other.remove();
      }
    }
  } finally {
    project.remove();
  }
});

test("export and import carry entries to another project", () => {
  inProject((project) => {
    const archive = join(project.root, "cache.gz");
    assert.match(project.dumbo(["export", archive]).stdout, /cache\.gz: 5 entries, /);
    const other = new CliProject();
    try {
      assert.match(other.dumbo(["import", archive]).stdout, /^5 records added, 0 were there/);
      assert.match(other.dumbo(["import", archive]).stdout, /^0 records added, 5 were there/);
      assert.match(other.dumbo(["run", "main.js"], { DUMBO_LOG: "1" }).stderr, /saved \(3 hits, 0 misses\)/);
      const bytes = readFileSync(archive);
      writeFileSync(archive, bytes.subarray(0, bytes.length - 20));
      const cut = other.dumbo(["import", archive]);
      assert.equal(cut.status, 1);
      assert.match(cut.stderr, /^dumbo: .*cache\.gz cannot be read as an export of dumbo/);
    } finally {
      other.remove();
    }
  });
});

test("verify finds damage in the store, and runs a script with its hits computed again", () => {
  inProject((project) => {
    assert.match(project.dumbo(["verify"]).stdout, /^5 records read, 0 damaged, 0 without/);
    assert.equal(project.dumbo(["verify", "main.js"]).status, 0);
    assert.equal(project.json<{ last: { mode: string } }>(["stats"]).last.mode, "verify");
    assert.equal(project.dumbo(["verify", "--share", "2", "main.js"]).status, 2);
    const folder = join(project.root, "node_modules/.cache/dumbo", `v2-${process.platform}-${process.arch}`);
    const bytes = readFileSync(join(folder, "store.mdb"));
    // Pages that were written anew leave their former selves behind: all of them.
    let count = 0;
    for (let at = bytes.indexOf("<h1>one"); at >= 0; at = bytes.indexOf("<h1>one")) count += bytes.write("XXXX", at);
    assert.ok(count > 0, "the value is in the file");
    writeFileSync(join(folder, "store.mdb"), bytes);
    const { stdout, status } = project.dumbo(["verify"]);
    assert.equal(status, 1);
    assert.match(stdout, /^5 records read, 1 damaged/);
  });
});

test("prepare runs nothing of the program, and leaves its next run nothing to analyse", () => {
  const project = new CliProject();
  try {
    project.write("node_modules/pack/package.json", '{ "type": "module", "exports": "./index.js" }');
    project.write(
      "node_modules/pack/index.js",
      'console.log("package ran"); export function twice(n) { let s = n; for (let i = 0; i < 9; i++) s += i; return s; }\n',
    );
    project.edit("main.js", "import { renderPage", 'import "pack";\nimport { renderPage');
    const { stdout, status } = project.dumbo(["prepare", "main.js"]);
    assert.equal(status, 0);
    assert.match(stdout, /^all modules that main\.js loads are analysed/);
    const cache = join(project.root, "node_modules/.cache/dumbo/transforms");
    const count = () => readdirSync(cache, { recursive: true }).length;
    const prepared = count();
    assert.ok(prepared >= 6, `${prepared} files and folders of transforms`);
    const analysed = readdirSync(cache, { recursive: true })
      .filter((name) => String(name).endsWith(".out"))
      .map((name) => readFileSync(join(cache, String(name)), "latin1"));
    assert.ok(
      analysed.some((text) => text.includes("function twice")),
      "the package is analysed",
    );
    assert.match(project.dumbo(["run", "main.js"]).stdout, /^package ran\n/);
    assert.equal(count(), prepared);
    assert.equal(project.dumbo(["prepare", "nowhere.js"]).status, 2);
  } finally {
    project.remove();
  }
});

test("prepare follows imports into CommonJS, on each Node", () => {
  const project = new CliProject();
  try {
    project.write("node_modules/common/package.json", "{}");
    project.write("node_modules/common/index.js", 'module.exports = require("./inner");\n');
    project.write(
      "node_modules/common/inner.js",
      "module.exports = function sum(n) { let s = n; for (let i = 0; i < 9; i++) s += i; return s; };\n",
    );
    project.write(
      "uses.js",
      'import sum from "common";\nexport function calls(n) { return [sum(n), n].map((x) => x + 1); }\nconsole.log(calls(3));\n',
    );
    const { stdout } = project.dumbo(["prepare", "uses.js"]);
    assert.match(stdout, /are analysed, 2 files of packages or required files among them/);
    assert.equal(project.dumbo(["run", "uses.js"], { DUMBO_POLICY: "always" }).stdout, "[ 40, 4 ]\n");
    assert.match(project.dumbo(["explain", "calls"]).stdout, /^cached +calls/m);
  } finally {
    project.remove();
  }
});

test("gc takes a number of days", () => {
  assert.match(used.dumbo(["gc"]).stdout, /^(nothing to remove|removed [1-9])/);
  for (const age of ["x", "-1", ""]) assert.equal(used.dumbo(["gc", "--age", age]).status, 2, age);
});

test("doctor looks at everything that dumbo needs", () => {
  inProject((project) => {
    const { stdout, status } = project.dumbo(["doctor"], { NODE_OPTIONS: "--no-warnings" });
    assert.equal(status, 0, stdout);
    for (const what of [
      "node",
      "hooks",
      "switch",
      "loaders",
      "project",
      "directory",
      "shared",
      "addon",
      "file times",
      "ctime",
      "clock",
      "store",
    ]) {
      assert.match(stdout, new RegExp(`^(ok|note) +${what} `, "m"));
    }
    const remote = (url: string) => project.dumbo(["doctor"], { DUMBO_REMOTE: url }).stdout;
    const open = remote("redis://me:secret@cache?mode=write&namespace=pr&from=main&unsigned=yes");
    assert.match(
      open,
      /^note remote +redis:\/\/cache: reads and writes pr, and reads main; believes whoever can write/m,
    );
    assert.match(remote("redis://cache"), /^BAD {2}remote +DUMBO_REMOTE: no key says whose results are believed/m);
    assert.match(project.dumbo(["doctor"], { DUMBO: "off" }).stdout, /^note switch +DUMBO=off switches dumbo off$/m);
    project.write("dumbo.config.json", '{ "polciy": "always" }');
    const wrong = project.dumbo(["doctor"]);
    assert.equal(wrong.status, 1);
    assert.match(wrong.stdout, /^BAD +config .*did you mean "policy"/m);
  });
});

test("init writes both files once, and names the scripts that may gain", () => {
  inProject((project) => {
    const { stdout } = project.dumbo(["init"]);
    assert.match(stdout, /^wrote dumbo\.config\.json and assumePure\.json/);
    assert.match(stdout, /NODE_OPTIONS="--import dumbo\/auto" npm run build/);
    assert.match(stdout, /npm run start$/m, "a program for Node, whatever its name");
    assert.equal(project.dumbo(["run", "main.js"]).status, 0, "what it wrote is understood");
    project.write("assumePure.json", '{ "assumePure": ["./page.js#counted"] }');
    assert.match(project.dumbo(["init"]).stdout, /are there/);
    assert.match(project.read("assumePure.json"), /counted/);
    project.write("package.json", '{ "scripts": { "start": "node x.js", "deploy": "rsync out host:" } }\n');
    assert.doesNotMatch(project.dumbo(["init"]).stdout, /deploy/);
    project.write("package.json", '{ "scripts": { "test": "echo \\"Error: no test specified\\" && exit 1" } }\n');
    assert.match(project.dumbo(["init"]).stdout, /next: npx dumbo run SCRIPT/, "what npm init wrote is no test");
  }, 0);
});

async function recordsIn(archive: string): Promise<ArchivedRecord[]> {
  const records: ArchivedRecord[] = [];
  await readArchive(
    archive,
    () => undefined,
    (record) => void records.push(record),
  );
  return records;
}
