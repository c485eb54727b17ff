/** What `dumbo scan` says of a tree. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../dist/cli.cjs", import.meta.url));
let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-scan-")));
  put("package.json", "{}");
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function scan(...args: string[]) {
  const { DUMBO, DUMBO_DIR, DUMBO_ASSUME_PURE, NODE_OPTIONS, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, "scan", ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...env, DUMBO_USER_DIR: "off" },
  });
  return { lines: stdout.trim().split("\n"), stderr, status };
}

const CLOCK = "export function clock(n) {\n  return n + Date.now();\n}\n";

test("every function of a tree, with the place of what forbids it", () => {
  put(
    "src/b.mjs",
    `${CLOCK}export const pure = (n) => { while (n > 9) n--; return n; };\nexport const small = (n) => n;\n`,
  );
  put("src/a.ts", "interface E { a: 1 }\nexport function typed(n: number): number { while (n > 9) n--; return n; }\n");
  put("src/types.d.ts", "export declare function typed(n: number): number;\n");
  put("node_modules/x/index.js", CLOCK);
  put("src/.hidden/index.js", CLOCK);
  put("broken.js", "function (");
  const { lines, stderr, status } = scan();
  assert.deepEqual(
    { lines, stderr, status },
    {
      lines: [
        "left alone    (module)  broken.js",
        "              cannot be parsed: Unexpected token (1:9)",
        "may be cached typed  src/a.ts:2",
        "not cached    clock  src/b.mjs:1",
        "              uses Date.now at src/b.mjs:2",
        "may be cached pure  src/b.mjs:4",
      ],
      stderr: "",
      status: 0,
    },
  );
  assert.equal(scan("--all").lines.at(-1), "too small     small  src/b.mjs:5");
  assert.deepEqual(scan("src/a.ts").lines, ["may be cached typed  src/a.ts:2"]);
  assert.deepEqual(JSON.parse(scan("src/a.ts", "--json").lines.join("")), {
    functions: [{ file: "src/a.ts", line: 2, name: "typed", verdict: "guarded", reason: null }],
    unneeded: [],
  });
});

test("what the configuration leaves out", () => {
  put("a.mjs", CLOCK);
  put("b.mjs", CLOCK);
  put("dumbo.config.json", '{ "exclude": ["b.*"] }');
  assert.deepEqual(scan().lines, ["not cached    clock  a.mjs:1", "              uses Date.now at a.mjs:2"]);
});

test("entries of the list that nothing needs are an error under --strict", () => {
  put("a.mjs", `${CLOCK}export const pure = (n) => { while (n > 9) n--; return n; };\n`);
  put("assumePure.json", '{ "assumePure": ["./a.mjs#clock"] }');
  assert.deepEqual(scan("--strict"), {
    lines: ["may be cached clock  a.mjs:1", "may be cached pure  a.mjs:4"],
    stderr: "",
    status: 0,
  });
  put("assumePure.json", '{ "assumePure": ["./a.mjs#clock", "./a.mjs#pure"] }');
  assert.equal(scan().status, 0);
  const { lines, status } = scan("--strict");
  assert.equal(lines.at(-1), "not needed    ./a.mjs#pure (assumePure)");
  assert.equal(status, 1);
  put("assumePure.json", '{ "assumePure": ["./a.mjs#gone"] }');
  assert.match(
    scan("--strict").stderr,
    /^dumbo: .*assumePure\.json: entry 1, "\.\/a\.mjs#gone": .* has no function gone/,
  );
  assert.equal(scan("--strict").status, 1);
});

test("a path that is not there, and a command that is none", () => {
  assert.match(scan("nowhere").stderr, /nowhere does not exist/);
  assert.equal(scan("nowhere").status, 2);
  assert.match(scan("a", "b").stderr, /scan takes one argument, not 2/);
  assert.match(scan("--wrong").stderr, /wrong/);
});

test("packages and built-in modules on the list that nothing mentions", () => {
  put("node_modules/used/package.json", '{ "name": "used" }');
  put("node_modules/idle/package.json", '{ "name": "idle" }');
  put(
    "src/a.mjs",
    'import { f } from "used/lib.js";\nimport zlib from "zlib";\nexport const g = (n) => f(zlib.crc32(n));\n',
  );
  put("assumePure.json", '{ "assumePure": ["used", "idle", "node:zlib#gzipSync", "node:crypto#scryptSync"] }');
  const { lines, status } = scan("--strict");
  assert.deepEqual(
    lines.filter((line) => line.startsWith("not needed")),
    ["not needed    idle (assumePure)", "not needed    node:crypto (assumePure)"],
  );
  assert.equal(status, 1);
  assert.equal(scan("src", "--strict").status, 0);
});
