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
  "const LABEL = `label`;",
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
  return [...run.matchAll(/&&\$dumboL\d+\("([\d |;]+)",(.*?)\)\/\*/g)].map(([, shape, values]) => {
    const [counts = "", throwing] = (shape as string).split(";");
    const numbers = counts.split(/[ |]/).map(Number);
    const handed = numbers.reduce((sum, count) => sum + count, numbers.length / 2);
    const readLast = throwing ? throwing.split(" ").length : 0;
    const expected = handed - readLast + (throwing === undefined ? 0 : 1);
    assert.equal(parts(values as string), expected, `${shape}: ${values}`);
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

test("a constant that is read once hands a result on, in what comes next", () => {
  const forms: [statement: string, ...values: string[]][] = [
    ["const a = parse(x); return work(a);", "parse,x,()=>[work]"],
    ["const a = parse(x)\nreturn work(a)", "parse,x,()=>[work]"],
    ["const a = parse(x), b = show(a, y, later); return work(b)", "parse,x,y,later,()=>[work,show]"],
    ["const a = parse(x);\nconst b = work(a), c = show(1, b);\nreturn c", "1,parse,x,()=>[show,work]"],
    ["const a = work(parse(x)); const b = show(join3(a, x, y), a1);", "join3,work,parse,x,x,y,()=>[show]"],
    ["const a = work(parse(x)); later = show(join3(a, x, y), -1);", "join3,work,parse,x,x,y,-1,()=>[show]"],
    ["if (x) { const a = parse(x); return `${work(a)}${y.z}` }", "parse,x,()=>[work]"],
    ["const f = () => { const a = parse(x); return y(x, work(a)) }", "parse,x,()=>[work]"],
    ["const a = parse(x); return { a: work(a), b: y.z }", "parse,x,()=>[work]"],
    ["const a = parse(x); return new y(work(a))", "parse,x,()=>[work]"],
    ["const a = parse(x); return 1 + show(y, a)", "y,parse,x,()=>[show]"],
    // What the code around reads before, and may have no value.
    ["const a = parse(x); return join(y, work(a))", "parse,x,()=>[work,join]"],
    ["const a = parse(x); const b = work(a), c = { d: LABEL + show(b) }", "parse,x,()=>[show,work,LABEL]"],
    ["const a = parse(x); return LABEL + join3(1, a)", "join3,1,parse,x,()=>[LABEL]"],
    // What stands behind an inner call is read when a binding of the module surely has a value.
    ["return show(parse(x), work)", "show,parse,x,()=>[work]"],
    // The longest pipeline of those that may be asked about.
    ["const a = parse(x); const b = work(a); return show(b).z", "parse,x,()=>[work]"],
    ["const a = parse(x); const b = work(a); return show(x, y.z, b)", "parse,x,()=>[work]"],
    ["const a = parse(x); return work(show(read(y), a))", "work,show,read,y,a"],
    ["const a = work(parse(x)); y(); return show(a)", "work,parse,x"],
  ];
  for (const [statement, ...values] of forms) assert.deepEqual(asked(statement), values, statement);
});

test("it does not, where anything else could have it, or come between", () => {
  const forms = [
    "const a = parse(x); return work(a) + a",
    "const a = parse(x); return [a].map(() => work(a))",
    "const a = parse(x); return () => work(a)",
    "let a = parse(x); return work(a)",
    "var a = parse(x); return work(a)",
    "const [a] = parse(x); return work(a)",
    "const a = parse(x); y(); return work(a)",
    "const a = parse(x), b = y(); return work(a)",
    "const a = parse(x); const b = y(), c = work(a)",
    "const a = parse(x); return y() + work(a)",
    "const a = parse(x); return y.z(work(a))",
    "const a = parse(x); return unknown(work(a))",
    "const a = parse(x); return { b: y(), a: work(a) }",
    "const a = parse(x); return `${y}${work(a)}`",
    "const a = parse(x); y.z = work(a)",
    "const a = parse(x); y ||= join(work(a))",
    "const a = parse(x); y += join(work(a))",
    "const a = parse(x); return late + work(a)",
    "for (const z of join(work(parse(x), z))) y(z)",
    "const a = parse(x); if (y) return work(a)",
    "const a = parse(x); if (work(a)) return 1",
    "const a = parse(x); { return work(a) }",
    "const a = parse(x); for (;;) return work(a)",
    "for (const a = parse(x), b = work(a); ; ) return b",
    "switch (x) { case 1: const a = parse(x); return work(a) }",
    "const a = parse(x); return work(late, a)",
    "const a = parse(x); return work(a, y.z)",
    "const a = parse(x); return work?.(a)",
    "const a = parse(x); return work(...a)",
    "const a = parse(x); return work(a).z",
    "const a = new parse(x); return work(a)",
    "const a = await1(x); return work(a)",
    "work(a); const a = parse(x)",
    // A closure for it would make a local variable slower.
    "let g = 1; const f = () => { const a = parse(x); return show(a, g) }",
  ];
  for (const statement of forms) assert.deepEqual(asked(statement), [], statement);
  const exported = (code: string) => `${HEAD}\n${code}`;
  for (const code of [
    "export const a = parse(1), b = work(a)",
    "const a = parse(1); const b = work(a); export { a }",
  ]) {
    const result = transform(exported(code), "id", {
      scope: "user",
      assumed: [],
      assumedBuiltins: [],
      kind: "module",
      sourceMap: false,
    });
    assert.ok("code" in result && !result.code.includes("$dumboL"), code);
  }
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
