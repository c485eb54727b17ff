import { readFileSync } from "node:fs";
import { Interpreter } from "./interpreter.mjs";
import { Parser } from "./parser.mjs";

const scripts = ["fib", "primes", "collatz"];

function runScript(source) {
  const program = new Parser(source).program();
  const interpreter = new Interpreter();
  const result = interpreter.run(program);
  return { result, output: interpreter.output, steps: interpreter.steps };
}

for (const name of scripts) {
  const { result, output, steps } = runScript(readFileSync(`data/${name}.tiny`, "utf8"));
  console.log(`== ${name}`);
  for (const line of output) console.log(line);
  console.log(`-> ${result} (${steps} steps)`);
}
