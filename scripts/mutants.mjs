// Deliberately broken dumbos: the fuzzer is worth something if it finds each of them out.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";

/** Each with the source file, what is changed in it, and how often that is there if not once. */
export const mutants = [
  {
    name: "captured state is not in the key",
    file: "src/key/function-keys.ts",
    from: "walk.write(value);\n        walk.marks?.leave();",
    to: "walk.marks?.leave();",
  },
  {
    name: "arguments are not in the key",
    file: "src/key/key.ts",
    from: "    else walk.write(args[i]);\n",
    to: "    walk.write(typeof args[i]);\n",
  },
  {
    name: "`this` is not in the key",
    file: "src/key/key.ts",
    from: "walk.write(self);",
    to: "walk.write(typeof self);",
  },
  {
    name: "the code of callees is not in the key",
    file: "src/code/find-reach.ts",
    from: "this.#code.push(this.#follow(live, cell, vouched));",
    to: "this.#follow(live, cell, vouched);\n      if (live !== this.#start) this.#code.length = 1;",
  },
  {
    name: "one object twice is like two objects",
    file: "src/key/value-walk.ts",
    from: "if (index < 0) return false;",
    to: "if (index < 0 || this.out.length <= 5000) return false;",
  },
  {
    name: "results may share objects with arguments",
    file: "src/codec/plain-data.ts",
    from: "return after.seen.has(value) || before.seen.has(value);",
    to: "return after.seen.size + before.seen.size < 0;",
  },
  {
    name: "nothing is compared before and after",
    file: "src/call/changes.ts",
    from: "if (what !== null) return { refused: what, isChange: true };",
    to: "",
  },
  {
    name: "changes are not done again",
    file: "src/call/hit.ts",
    from: "  applyChanges(changes);\n",
    to: "",
  },
  {
    name: "of a change, the elements of arrays are left out",
    file: "src/change/differences.ts",
    from: "  changes.push([CHANGE.elements, target, length, deleted, indices, values]);\n",
    to: "",
  },
  {
    name: "names that are moved keep their places",
    file: "src/change/differences.ts",
    from: "const deleted = before.names.filter((name) => !kept.has(name));",
    to: "const deleted = before.names.filter((name) => !after.names.includes(name));",
  },
  {
    name: "what is replaced by its equal is taken for unchanged",
    file: "src/key/key.ts",
    from: "if (other.done || other.value !== value) return false;",
    to: "",
  },
  {
    name: "a settled state is taken over without a look",
    file: "src/key/settled-state.ts",
    from: "return snapshot.isUnchanged();",
    to: "return true;",
  },
  {
    name: "a result that holds one object twice is kept as JSON",
    file: "src/codec/plain-data.ts",
    from: "json.refuse();\n      continue;",
    to: "continue;",
  },
  { name: "a result that holds -0 is kept as JSON", file: "src/codec/json.ts", from: " || is(value, -0)", to: "" },
  {
    name: "0 is like -0",
    file: "src/key/value-walk.ts",
    from: "if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {",
    to: "if ((value | 0) === value) {",
  },
  {
    name: "a hole is like undefined",
    file: "src/key/walk-array.ts",
    from: "walk.out.byte(TAG.hole);",
    times: 3,
    to: "walk.write(undefined);",
  },
  {
    name: "lastIndex is not in the key",
    file: "src/key/walk-built-in.ts",
    from: "walk.write(value.lastIndex);",
    to: "",
  },
  {
    name: "the order of keys does not count",
    file: "src/key/walk-object.ts",
    from: "walk.records.writeFirst(value, Object.prototype, keys);",
    to: "walk.records.writeFirst(value, Object.prototype, [...keys].sort((a, b) => (String(a) < String(b) ? -1 : 1)));",
  },
  {
    name: "frozen is like not frozen",
    file: "src/key/walk-record.ts",
    from: "if (isExtensible(value)) return isFree;",
    to: "if (true) return isFree;",
  },
  {
    name: "hits share one value",
    file: "src/codec/codec.ts",
    from: "return unchanged({ value: readJson(bytes) });",
    to: 'return unchanged({ value: ((globalThis as { all?: Record<string, unknown> }).all ??= {})[Buffer.from(bytes).toString("latin1")] ??= readJson(bytes) });',
  },
  {
    name: "bindings are taken to lead to the same functions for ever",
    file: "src/code/reach.ts",
    from: "if (binding.read() !== value) return false;",
    to: "void value;",
  },
  {
    name: "writes to outer variables are not seen",
    file: "audit/scan/uses.ts",
    from: "if (use.write) {",
    to: 'if (use.write && use.name === "") {',
  },
  {
    name: "unknown functions are taken for pure",
    file: "src/code/find-reach.ts",
    from: "if (!vouched) this.#refuse({ ...known.why, ...met, place: live.definition.place }, live);",
    to: "",
  },
  {
    name: "replaced methods are not noticed",
    file: "src/code/class-shape.ts",
    from: "return now !== undefined && now.value === value && now.get === get && now.set === set;",
    to: "return now !== undefined;",
  },
  {
    name: "a renamed function is like before",
    file: "src/code/function-shape.ts",
    from: 'if (standardValue(fn, "name") !== name || standardValue',
    to: "if (standardValue",
  },
  {
    name: "a function of another length is like before",
    file: "src/code/function-shape.ts",
    from: '|| standardValue(fn, "length") !== length) return false;',
    to: ") return false;",
  },
  {
    name: "what a function inherits from does not count",
    file: "src/code/function-shape.ts",
    from: "return isExtensible(fn) && getPrototypeOf(fn) === madePrototypeOf(fn);",
    to: "return isExtensible(fn);",
  },
  {
    name: "whether a function is extensible does not count",
    file: "src/code/function-shape.ts",
    from: "return isExtensible(fn) && getPrototypeOf(fn) === madePrototypeOf(fn);",
    to: "return getPrototypeOf(fn) === madePrototypeOf(fn);",
  },
  {
    name: "the prototype object of a function does not count",
    file: "src/code/function-shape.ts",
    from: 'if (names === null || names[names.length - 1] !== "prototype") return true;',
    to: "if (names !== null) return true;",
  },
  {
    name: "attributes are not in the key",
    file: "src/key/walk-record.ts",
    from: "const isFree = enumerable === true && writable === true && configurable === true;",
    to: "const isFree = enumerable !== undefined;",
  },
  {
    name: "what was done to functions is not in the key",
    file: "src/key/walk-function.ts",
    from: "else if (!isAsMade(one.record, walk.id)) {",
    to: "else if (!isAsMade(one.record, walk.id) && i < 0) {",
  },
  {
    name: "what was done to methods is not in the key",
    file: "src/key/walk-function.ts",
    from: "if (isAsMade(method, walk.id)) continue;",
    to: "if (i >= 0) continue;",
  },
  {
    name: "a function does not read itself by its own name",
    file: "loader/analyse/bindings.ts",
    from: "refs.add(this.#ownCell(use));",
    to: "",
  },
  {
    name: "Maps, Sets and the like may have properties",
    file: "src/key/walk-built-in.ts",
    from: "return ownNames(value).length === 0 && isExtensible(value);",
    to: "return true;",
  },
  {
    name: "a probe does not mark",
    file: "src/call/probe.ts",
    from: "if (isListening()) bookFinding(",
    to: 'if (isListening() && url === "") bookFinding(',
  },
  {
    name: "code that is made of a text is not looked at",
    file: "audit/taps/function-makers.ts",
    from: "  if (isCallTold()) lookAt(made);",
    to: "",
  },
  {
    name: "what an async function does after a wait is not watched",
    file: "src/call/in-place.ts",
    from: "this.#followed.enter();",
    to: "",
  },
  {
    name: "a hit of an async function comes back at once",
    file: "src/call/microtask-turns.ts",
    from: "if (turns === 0) return value;",
    to: "if (turns >= 0) return value;",
  },
  {
    name: "the code of functions as values is not in the key",
    file: "src/key/function-keys.ts",
    from: "walk.out.text(reach.code);\n    // As above. Names in the reach of the called function itself are only in keys whose code reads messages of errors.\n    walk.out.text(reach.names);",
    to: "",
  },
];

/** Builds dumbo with one mutation. Answers the path of its auto.cjs. */
export async function buildMutant({ name, file, from, to, times = 1 }, folder) {
  const out = join(folder, name.replace(/\W+/g, "-"));
  mkdirSync(out, { recursive: true });
  let applied = 0;
  await bundle(out, [
    {
      name: "mutant",
      setup(build) {
        build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
          const text = readFileSync(path, "utf8");
          if (!path.replaceAll("\\", "/").endsWith(`/${file}`)) return undefined;
          if (text.split(from).length !== times + 1) return undefined;
          applied++;
          return { contents: text.replaceAll(from, () => to), loader: "ts" };
        });
      },
    },
  ]);
  if (applied === 0) throw new Error(`"${name}": the text to change is not there ${times} times`);
  return join(out, "auto.cjs");
}
