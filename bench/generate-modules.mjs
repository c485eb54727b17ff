// Writes a program of many modules: the same one every time.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const WORDS =
  "account batch cell date entry field group height index job key line mode node order page queue row".split(" ");
const VERBS = "build count find format join list merge pick read score split sum".split(" ");

/** Bodies of functions: a loop, text, objects, a switch, a recursion. `$n` is a number, `$call` a call of an import. */
const SHAPES = [
  `  let total = $n;
  for (let index = 0; index < values.length; index++) {
    // Every other value counts twice, and large ones are cut.
    const weight = index % 2 === 0 ? 2 : 1;
    total += Math.min(values[index] * weight, $n);
  }
  return total + $call(values.slice(1));`,
  `  const parts = [];
  for (const value of values) {
    const text = String(value).padStart(8, "0");
    parts.push(\`\${text.slice(0, 4)}-\${text.slice(4)}:$n\`);
  }
  return parts.join(", ").length + $call(values.map((value) => value ^ $n));`,
  `  const groups = new Map();
  for (const value of values) {
    const name = value % $n === 0 ? "whole" : value > $n ? "large" : "small";
    const list = groups.get(name);
    if (list) list.push(value);
    else groups.set(name, [value]);
  }
  const sizes = [...groups.values()].map((list) => list.length).sort((a, b) => b - a);
  return (sizes[0] ?? 0) + $call(values.filter((value) => value > $n));`,
  `  const state = { position: 0, depth: $n, found: null };
  while (state.position < values.length && state.found === null) {
    switch (values[state.position] & 3) {
      case 0:
        state.depth += 1;
        break;
      case 1:
        state.depth -= 1;
        break;
      case 2:
        if (state.depth > $n) state.found = values[state.position];
        break;
      default:
        state.depth = (state.depth * 31 + $n) % 1009;
    }
    state.position++;
  }
  return (state.found ?? state.depth) + $call(values.slice(2));`,
];

/** In place of the call of an import. */
const LEAF = "Math.max(limits.low, ...";

/**
 * @param {string} folder to write to; main.mjs is the entry
 * @param {number} count of modules
 * @param {number} bytes of source in all, more or less
 */
export function generateModules(folder, count, bytes) {
  const random = createRandom(20240229);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  // What a module imports has a higher number, and every number is imported by a lower one: all are loaded by main.
  const imports = Array.from({ length: count + 1 }, () => new Set());
  for (let index = 1; index <= count; index++) {
    if (index > 8) imports[1 + random(index - 1)].add(index);
    for (let more = random(3); more > 0 && index < count; more--) imports[index].add(index + 1 + random(count - index));
  }
  for (let index = 1; index <= count; index++) {
    writeFileSync(join(folder, `module${index}.mjs`), moduleText(index, [...imports[index]], bytes / count, random));
  }
  const first = Array.from({ length: Math.min(8, count) }, (_, index) => index + 1);
  const main = first.map((index) => `import { first${index} } from "./module${index}.mjs";`);
  const calls = first.map((index) => `first${index}([1, 2, 3, ${index}])`);
  writeFileSync(join(folder, "main.mjs"), `${main.join("\n")}\n\nconsole.log(${calls.join(" + ")});\n`);
}

function moduleText(index, imports, bytes, random) {
  const lines = imports.map((other) => `import { first${other} } from "./module${other}.mjs";`);
  const known = imports.map((other) => `first${other}`);
  lines.push("", `const limits = { low: ${random(100)}, high: ${100 + random(900)} };`);
  const names = [];
  for (let size = 0; size < bytes - 400; ) {
    const name = names.length === 0 ? `first${index}` : nameOf(names.length, random);
    const text = functionText(name, [...known, ...names], random);
    names.push(name);
    lines.push(text);
    size += text.length;
  }
  return `${lines.join("\n")}\n`;
}

/** Only what comes earlier, or in a module of a higher number, is called: every call comes to an end. */
function functionText(name, callable, random) {
  const body = SHAPES[random(SHAPES.length)]
    .replaceAll("$n", () => String(2 + random(997)))
    .replace("$call(", () => (callable.length > 0 && random(3) === 0 ? `${callable[random(callable.length)]}(` : LEAF));
  return `
/**
 * ${name} of all values, between the limits of the module.
 * @param {number[]} values
 */
export function ${name}(values) {
  if (values.length === 0) return limits.high;
${body}
}`;
}

function nameOf(number, random) {
  const word = WORDS[random(WORDS.length)];
  return `${VERBS[random(VERBS.length)]}${word[0].toUpperCase()}${word.slice(1)}${number}`;
}

/** Whole numbers below a limit (mulberry32). */
function createRandom(seed) {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) % limit;
  };
}
