/**
 * Uses everything that is watched, by every road, and writes to roads.json where no event came. `WATCHED` (what the table
 * knows of the running Node), `UNCALLED` (names that are not called) and `taps` are there already; see test/audit/verdicts.test.ts.
 */
import { createRequire } from "node:module";

/** @type {any} */
const globals = globalThis;
const { seen, taps } = globals;
/** @type {Record<string, Record<string, string>>} */
const WATCHED = globals.WATCHED;
/** @type {string[]} */
const UNCALLED = globals.UNCALLED;
const require = createRequire(import.meta.url);
for (const name of taps.lazyGlobals) taps.tapGlobal(name);

const failures = [];
let uses = 0;
const ignore = () => {};
process.on("unhandledRejection", ignore);
process.on("uncaughtException", ({ stack }) => {
  require("node:fs").writeFileSync("roads.json", JSON.stringify({ uses, failures: [stack] }));
});
process.on("warning", ignore);

/** The kinds of events of what `use` does in a frame. Most of what is called gets no arguments, and throws. */
const kindsOf = (use) => seen(use).map((event) => event.split(" ")[0]);

const isTap = (value) => typeof value === "function" && taps.originalOf(value) !== value;

/** What has to publish an event of a kind. */
function expect(what, kind, use) {
  uses++;
  const found = kindsOf(use);
  if (!found.includes(kind)) failures.push(`${what}: ${found}`);
}

/** @param read where the road leads, read in the frame */
function check(road, place, name, kind, read, isCalled) {
  if (!isCalled && isTap(read())) return void uses++;
  expect(`${place}.${name} by ${road}`, kind, () => {
    const value = read();
    if (!isCalled) return;
    const isClass = /^[A-Z]/.test(name.split(/[.#]/).at(-1) ?? "") && name !== "Date";
    const result = isClass ? new value() : value();
    result?.catch?.(ignore);
    result?.on?.("error", ignore);
  });
}

const listed = (place, name) => UNCALLED.includes(`${place}.${name}`) || UNCALLED.includes(`${place}.*`);

/** The object that has a member, or that lends it to instances. */
function holderOf(root, path) {
  let holder = root;
  for (const part of path) {
    holder = part === "#" ? holder.prototype : holder[part];
  }
  return holder;
}

taps.tapBuiltin("fs/promises");
const { open, opendir } = require("node:fs/promises");
const handle = await open(import.meta.filename ?? new URL(import.meta.url).pathname);
const roots = { "fs/promises": { FileHandle: { prototype: Object.getPrototypeOf(handle) } } };
for (const [place, names] of Object.entries(WATCHED)) {
  if (place !== "globals" && !Object.keys(names).some((name) => /[.#]/.test(name))) continue;
  const root = roots[place] ?? (place === "globals" ? globalThis : process.getBuiltinModule(place));
  for (const [name, kind] of Object.entries(names)) {
    if (kind === "" || (place !== "globals" && !/[.#]/.test(name))) continue;
    const path = name.split(/\.|(#)/).filter(Boolean);
    const member = path.pop() ?? "";
    if (name === "Intl.DateTimeFormat#format") {
      check("a formatter", place, name, kind, () => new Intl.DateTimeFormat("en").format, true);
      continue;
    }
    const holder = holderOf(root, path);
    let owner = holder;
    while (owner && !Object.hasOwn(owner, member)) owner = Object.getPrototypeOf(owner);
    const descriptor = Object.getOwnPropertyDescriptor(owner, member) ?? {};
    const isData = typeof descriptor.value === "function";
    const what = `${place}.${name}`;
    if (listed(place, name) || UNCALLED.includes(name)) {
      check("its holder", place, name, kind, () => holder[member], false);
    } else if (path.includes("#")) {
      // Without an instance: the event comes before the complaint.
      expect(what, kind, () => (isData ? descriptor.value.call(holder) : holder[member]));
    } else if (isData) {
      const alias = descriptor.value;
      expect(what, kind, () => holder[member]()?.catch?.(ignore));
      expect(`${what} by an alias`, kind, () => alias()?.catch?.(ignore));
    } else {
      expect(what, kind, () => holder[member]);
    }
  }
}

for (const [place, names] of Object.entries(WATCHED)) {
  if (place === "globals") continue;
  const id = place.startsWith("node:") ? place : `node:${place}`;
  // What the loader does before Node hands the module over.
  taps.tapBuiltin(id);
  const named = await import(id);
  const whole = { require: require(id), default: named.default, getBuiltinModule: process.getBuiltinModule(id) };
  for (const [name, kind] of Object.entries(names)) {
    if (kind === "" || /[.#]/.test(name)) continue;
    const isValue =
      typeof whole.require[name] !== "function" || Object.getOwnPropertyDescriptor(whole.require, name)?.get;
    const isCalled = typeof whole.require[name] === "function" && !listed(place, name);
    for (const [road, m] of Object.entries(whole)) check(road, place, name, kind, () => m[name], isCalled);
    // What an ES module imports by name from `process` is the value of that time: only the scan can judge it.
    if (!Object.hasOwn(named, name) || (isValue && !isTap(named[name]))) continue;
    const before = whole.require[name];
    check("import", place, name, kind, () => named[name], isCalled);
    check("an alias from before", place, name, kind, () => before, isCalled);
    check("an alias from inside", place, name, kind, () => (({ [name]: inside }) => inside)(whole.require), isCalled);
  }
}

// What is there from before the frame: handles, directories, streams.
const fs = require("node:fs");
for (const method of ["read", "readFile", "stat", "readLines", "readableWebStream", "createReadStream"]) {
  if (handle[method]) expect(`FileHandle ${method}`, "file", () => handle[method]()?.catch?.(ignore));
}
const directory = await opendir(".");
expect("Dir read", "file", () => directory.read().catch(ignore));
expect("Dir, looped over", "file", () => directory[Symbol.asyncIterator]().next().catch(ignore));
const sink = fs.createWriteStream("sink");
expect("a stream from before", "stream", () => sink.write("a"));
expect("a stream from before, ended", "stream", () => sink.end("a"));
expect("a piped stream", "file", () => fs.createReadStream(".").on("error", ignore).pipe(sink));
expect("a callback", "file", () => fs.readFile(".", ignore));
expect("promisify", "file", () => require("node:util").promisify(fs.readFile)(".").catch(ignore));
expect("stdout", "output", () => process.stdout.write(""));
const { stdout } = process;
expect("stdout from before", "output", () => stdout.write(""));

process.removeAllListeners("exit");
fs.writeFileSync("roads.json", JSON.stringify({ uses, failures }));
/** @type {any} */ (process).reallyExit(0);
