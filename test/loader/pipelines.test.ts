/** Pipelines: where the memoizer is asked about calls of which each is given the result of the one before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "acorn";
import { transform } from "../../loader/transform/transform.ts";
import { originalText } from "../../src/code/guard-text.ts";

const HEAD = [
  'import { join } from "node:path";',
  'import read, { parse, render as show } from "./lib.mjs";',
  "const work = (a) => [a].flat().map((n) => n * 2);",
  "function join3(a, b, c) { return [a, b, c].flat().map((n) => n * 3) }",
  "let other = work;",
  "other = join3;",
].join("\n");

/** What is asked for a statement in a function: the values that are handed over, for each pipeline. */
function asked(statement: string): string[] {
  const source = `${HEAD}\nexport function run(x, y, rest = work(read(1))) { let later = 1; ${statement}\nlet late = 2; return later + late }`;
  const result = transform(source, "id", {
    scope: "user",
    assumed: [],
    assumedBuiltins: [],
    kind: "module",
    sourceMap: false,
  });
  assert.ok("code" in result, statement);
  const { code } = result;
  parse(code, { ecmaVersion: "latest", sourceType: "module" });
  assert.equal(code.split("\n").length, source.split("\n").length, "nothing moves to another line");
  const run = code.slice(code.indexOf("function run"));
  assert.equal(originalText(run), source.slice(source.indexOf("function run")));
  return [...run.matchAll(/&&\$dumboL\d+\("([\d ]+)",(.*?)\)\/\*/g)].map(([, shape, values]) => {
    const numbers = (shape as string).split(" ").map(Number);
    const handed = numbers.reduce((sum, count) => sum + count, numbers.length / 2);
    assert.equal(parts(values as string), handed, `${shape}: ${values}`);
    return values as string;
  });
}

function parts(values: string): number {
  const { body } = parse(`[${values}]`, { ecmaVersion: "latest" });
  return (body[0] as unknown as { expression: { elements: unknown[] } }).expression.elements.length;
}

test("a pipeline is asked about where its value goes on as it is", () => {
  const forms: [statement: string, ...values: string[]][] = [
    ["return work(parse(x));", "work,parse,x"],
    ["return work(parse(x))", "work,parse,x"],
    ["const z = show(read(x, y), 'a)(', -1, `t`), q = 1;", "show,read,x,y,'a)(',-1,`t`"],
    ["const f = (n) => join3(1, work(parse(n, x)), null)", "join3,1,work,parse,n,x,null"],
    ["x.z = work(parse(x))", "work,parse,x"],
    ["console.log(work(parse(x)), work(read()))", "work,parse,x", "work,read"],
    ["return `${show(work(x))}` + 1 * show(work(y))", "show,work,x", "show,work,y"],
    ["return { a: work(parse(x)), b: { c: work(parse(y)) } }", "work,parse,x", "work,parse,y"],
    ["return show(work(x), later)", "show,work,x,later"],
    // Of an outer call with other arguments, the inner calls are a pipeline of their own.
    ["return show(work(parse(x)), y.z)", "work,parse,x"],
    ["return show(y.z, work(parse(x)))", "work,parse,x"],
    ["return work(parse(x)).z(work(read(y)))", "work,read,y"],
  ];
  for (const [statement, ...values] of forms) assert.deepEqual(asked(statement), values, statement);
});

test("it is not, where the program could see it", () => {
  const forms = [
    // It would be read twice: a getter, a new object, a global, code that runs.
    "return work(parse(x.y))",
    "return work(parse([]))",
    "return work(parse(/x/))",
    "return work(parse(unknown))",
    "return work(parse(arguments))",
    "return work(parse(...x))",
    "return work(parse(`${x}`))",
    "return work(parse(y = x))",
    "return work(parse?.(x))",
    "return work?.(parse(x))",
    // An error that the inner call should come before.
    "return show(parse(x), late)",
    "switch (x) { case 1: let one; default: return show(parse(x), one) }",
    "return () => show(parse(x), later)",
    // Messages of errors quote the call.
    "const { z } = work(parse(x))",
    "const [z] = work(parse(x))",
    "return work(parse(x)).z()",
    "return work(parse(x))()",
    "for (const z of work(parse(x))) later += z",
    "return [...work(parse(x))]",
    "return (work(parse(x)) + 1)()",
    "({ z: later } = work(parse(x)))",
    "return work(parse(x)) in y",
    "(x.z = work(parse(x)))()",
    // A parenthesis at the start of a statement.
    "later\nwork(parse(x))",
    "work(parse(x)) + 1",
    // Functions that have no guard, or may be others.
    "return join(parse(x))",
    "return x(parse(y))",
    "return other(y.parse(x))",
    // It would move to another line.
    "return work(parse(`\n`))",
  ];
  for (const statement of forms) assert.deepEqual(asked(statement), [], statement);
});

test("code that evaluates texts has no pipelines", () => {
  assert.deepEqual(asked("eval(x); return work(parse(x))"), []);
});
