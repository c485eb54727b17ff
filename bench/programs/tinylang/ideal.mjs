import { readFileSync } from "node:fs";
import { diskCache } from "../disk-cache.mjs";
import { Interpreter } from "./interpreter.mjs";
import { Parser } from "./parser.mjs";

const files = ["lexer.mjs", "parser.mjs", "interpreter.mjs"];
const cached = diskCache(...files.map((file) => new URL(file, import.meta.url)));
const scripts = ["fib", "primes", "collatz"];

function runScript(source) {
  const program = new Parser(source).program();
  const interpreter = new Interpreter();
  const result = interpreter.run(program);
  return { result, output: interpreter.output, steps: interpreter.steps };
}

for (const name of scripts) {
  const source = readFileSync(`data/${name}.tiny`, "utf8");
  const { result, output, steps } = cached("script", source, () => runScript(source));
  console.log(`== ${name}`);
  for (const line of output) console.log(line);
  console.log(`-> ${result} (${steps} steps)`);
}
