// Programs for the test of the page of `dumbo report`: one to look at, and one that is large.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const dumbo = fileURLToPath(new URL("..", import.meta.url));

/**
 * Writes a project that has dumbo.
 * @param {string} root an existing folder
 * @param {Record<string, string>} files
 */
export function writeProject(root, files) {
  for (const [path, text] of Object.entries({ "package.json": '{ "type": "module" }\n', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(join(root, "node_modules"), { recursive: true });
  symlinkSync(dumbo, join(root, "node_modules/dumbo"), "junction");
}

const AREAS = ["orders", "prices", "stock", "people", "mail", "charts", "text", "dates", "maps", "search"];
const PARTS = ["parse", "check", "total", "show"];

/** The body of a function that takes a while: what is left in `sum` depends on `n`. */
function work(rounds) {
  return `let sum = n;\n  for (let i = 0; i < ${rounds}; i++) sum = (sum * 31 + i) % 1000003;`;
}

/**
 * A program of 42 modules and two threads, in which some functions are not cached, each for a reason of its own.
 * @returns {Record<string, string>}
 */
export function programOfModules() {
  const files = {
    "src/options.js": 'export const options = { currency: "EUR", digits: 2 };\n',
    "data/rates.txt": "EUR 1\nUSD 1.1\n",
  };
  const calls = [];
  AREAS.forEach((area, number) => {
    PARTS.forEach((part, index) => {
      const rounds = 120_000 * (1 + ((number * 7 + index * 5) % 9));
      files[`src/${area}/${part}.js`] = moduleText(`${area}${part}`, rounds, number * PARTS.length + index);
      calls.push([`${area}${part}`, `./src/${area}/${part}.js`]);
    });
  });
  files["main.js"] = [
    ...calls.map(([name, path]) => `import { ${name}, ${name}All } from "${path}";`),
    'import { Worker } from "node:worker_threads";',
    'new Worker(new URL("./worker.js", import.meta.url));',
    "const lines = [];",
    "for (const n of [1, 2, 3]) {",
    ...calls.map(([name]) => `  lines.push(${name}({ n, title: "row " + n }), ${name}All([n, n + 1]));`),
    "}",
    "console.log(lines.length);",
    "",
  ].join("\n");
  const inWorker = calls.filter(([name]) => /^(maps|search)/.test(name));
  files["worker.js"] = [
    ...inWorker.map(([name, path]) => `import { ${name} } from "${path}";`),
    'for (const n of [7, 8, 9]) for (const title of ["a", "b"]) {',
    ...inWorker.map(([name]) => `  ${name}({ n, title });`),
    "}",
    "",
  ].join("\n");
  return files;
}

/** Two functions, and in some modules what keeps the first of them from being cached. */
function moduleText(name, rounds, number) {
  const uses = ['import { options } from "../options.js";'];
  if (number % 11 === 2) uses.push('import { readFileSync } from "node:fs";');
  const extra =
    number % 11 === 2
      ? ' + readFileSync("data/rates.txt", "utf8").length'
      : number % 9 === 4
        ? " + Date.now() % 2"
        : "";
  const counts = number % 13 === 6;
  return `${uses.join("\n")}

/** A row, as it is shown. */
export function ${name}({ n, title }) {
  ${work(rounds)}${counts ? "\n  globalThis.rows = (globalThis.rows ?? 0) + 1;" : ""}
  return \`\${title}: \${(sum${extra}).toFixed(options.digits)} \${options.currency}\`;
}

/** Rows in one. */
export function ${name}All(numbers) {
  const rows = numbers.map((n) => ${name}({ n, title: "all" }));
  return rows.join(", ");
}
`;
}

const MODULES = 250;
const FUNCTIONS = 20;
const ROUNDS = 200;

/**
 * A program of 5,000 functions and a million calls.
 * @returns {Record<string, string>}
 */
export function largeProgram() {
  const files = {};
  const imports = [];
  const calls = [];
  for (let module = 0; module < MODULES; module++) {
    const names = Array.from({ length: FUNCTIONS }, (_, index) => `f${module}_${index}`);
    files[`src/part${module % 10}/m${module}.js`] = `let count = 0;\n${names
      .map((name, index) => {
        const refused = index % 5 === 3 ? "count++; " : "";
        return `export function ${name}(n) {\n  ${refused}${work(150)}\n  return sum${refused ? " + count" : ""};\n}\n`;
      })
      .join("")}`;
    imports.push(`import * as m${module} from "./src/part${module % 10}/m${module}.js";`);
    calls.push(`for (const one of Object.values(m${module})) sum += one(n + ${module});`);
  }
  const rounds = [`for (let n = 0; n < ${ROUNDS}; n++) {`, ...calls, "}"];
  files["main.js"] = [...imports, "let sum = 0;", ...rounds, "console.log(sum > 0);", ""].join("\n");
  return files;
}
