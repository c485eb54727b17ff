// Programs under dumbo while their cache directory is in trouble: a full disk, a directory that cannot be written, too
// few file descriptors, a directory that vanishes. Output and exit code have to be those of a bare run, with at most
// one line more on stderr. Needs dist/.
//   node scripts/store-trouble.mjs
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const auto = join(root, "dist/auto.cjs");
const place = mkdtempSync(join(tmpdir(), "dumbo-trouble-"));
process.on("exit", () => rmSync(place, { recursive: true, force: true }));
chmodSync(place, 0o755);
writeFileSync(join(place, "package.json"), '{ "type": "module" }');
writeFileSync(
  join(place, "work.js"),
  `export function work(n, size) {
    let text = "";
    for (let i = 0; text.length < size; i++) text += Math.imul(n + i, 2654435761) + " ";
    return text;
  }`,
);
writeFileSync(
  join(place, "main.js"),
  `import { rmSync } from "node:fs";
  import { work } from "./work.js";
  let sum = 0;
  for (let n = 0; n < 60; n++) {
    sum += work(n, n % 10 || process.env.SMALL ? 20000 : 300000).length;
    if (n === Number(process.env.AT ?? 30) && process.env.VANISH) rmSync(process.env.VANISH, { recursive: true, force: true });
  }
  console.log(sum);
  process.exitCode = 3;`,
);

const isRoot = process.getuid?.() === 0;
let failures = 0;

/**
 * Runs the program bare and under dumbo, cold and warm, by a shell command in front of it.
 * @param {string} what
 * @param {{ prefix?: string, as?: string, directory?: string, env?: Record<string, string>, lines?: number }} how
 */
function check(
  what,
  { prefix = "", as = "", directory = join(place, what.replaceAll(/\W/g, "-")), env = {}, lines = 1 },
) {
  for (const run of ["cold", "warm"]) {
    const spawn = (flags, more = env) => {
      const command = `${prefix} exec ${as} "$0" ${flags} main.js`;
      return spawnSync("sh", ["-c", command, process.execPath], {
        cwd: place,
        encoding: "utf8",
        env: { PATH: process.env.PATH, DUMBO_DIR: directory, DUMBO_POLICY: "always", ...more },
      });
    };
    const bare = spawn("");
    // What is to vanish has to be there.
    if (run === "warm" && env.VANISH) spawn(`--import ${auto}`, { SMALL: env.SMALL ?? "" });
    const under = spawn(`--import ${auto}`);
    const own = under.stderr.split("\n").filter(Boolean);
    const good =
      under.stdout === bare.stdout &&
      under.status === 3 &&
      bare.status === 3 &&
      own.length <= lines &&
      own.every((l) => /^dumbo: /.test(l));
    if (!good) failures++;
    console.log(`${good ? "ok  " : "FAIL"} ${what}, ${run}: ${own.join(" | ").replaceAll(place, "...") || "(silent)"}`);
    if (!good) console.log(`     status ${under.status} ${under.signal ?? ""}, stdout ${JSON.stringify(under.stdout)}`);
  }
}

check("nothing is wrong", { lines: 0 });
const mount = join(place, "small");
mkdirSync(mount, { mode: 0o700 });
if (isRoot && spawnSync("mount", ["-t", "tmpfs", "-o", "size=400k,mode=0700", "tmpfs", mount]).status === 0) {
  try {
    check("a full disk (tmpfs of 400 KB)", { directory: join(mount, "cache") });
  } finally {
    spawnSync("umount", [mount]);
  }
} else console.log("--   a full disk: a tmpfs cannot be mounted here");
check("no file above 200 KB (ulimit -f)", { prefix: "trap '' XFSZ; ulimit -f 200;" });
// With fewer, Node 20 has trouble with its hook thread (notes/store.md).
check("27 file descriptors", { prefix: "ulimit -n 27;" });
const vanishing = join(place, "vanishing");
for (const [when, env] of Object.entries({
  "half-way": {},
  "half-way, no value has a file of its own": { SMALL: "1" },
  "after the first call": { AT: "0" },
  "after the last call": { AT: "59", SMALL: "1" },
})) {
  rmSync(vanishing, { recursive: true, force: true });
  const what = `a directory that is removed while the program runs, ${when}`;
  check(what, { directory: vanishing, env: { VANISH: vanishing, ...env } });
}
if (isRoot) {
  const other = join(place, "locked");
  mkdirSync(other, { mode: 0o755 });
  mkdirSync(join(other, "cache"), { mode: 0o500 });
  chownSync(join(other, "cache"), 65534, 65534);
  const has = spawnSync("setpriv", ["--version"]).status === 0;
  if (has)
    check("a directory that cannot be written", {
      directory: join(other, "cache"),
      as: "setpriv --reuid 65534 --clear-groups --regid 65534",
    });
} else {
  mkdirSync(join(place, "locked"), { mode: 0o500 });
  check("a directory that cannot be written", { directory: join(place, "locked") });
}
const link = join(place, "dangling");
symlinkSync(join(place, "nowhere", "at-all"), link);
check("a link that leads nowhere", { directory: link });
console.log(`${failures} failures; Node ${process.version}`);
process.exitCode = failures > 0 ? 1 : 0;
