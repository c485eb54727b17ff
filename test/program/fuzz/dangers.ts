/**
 * Statements that are dangerous only when they run: what they do or read would be lost at a hit. They stand on branches, in
 * loops and in inner functions, where a call may or may not come by.
 */
import { condition, expression } from "./expressions.ts";
import type { Tape } from "./tape.ts";
import type { Env } from "./world.ts";

const DEPTH = 2;

/** An expression with an effect, or one that asks for what no key holds. */
function deed(tape: Tape, env: Env): string {
  const { world, module } = env;
  const lets = world.states.filter((one) => one.module === module && one.isLet);
  const count = `(globalThis.count${world.suffix} = (globalThis.count${world.suffix} ?? 0) + 1)`;
  const missing = `missing${world.suffix}`;
  const choices: (() => string)[] = [
    () => count,
    () => `(typeof ${missing} === "undefined" ? "missing" : ${missing})`,
    () => "(Date.now() > 0)",
    () => "(Math.random() < 1)",
  ];
  for (const { name, sort } of lets) {
    const value =
      sort === "num" ? `(${name} + 1) % 5` : expression(sort, tape, env.with({ isAsync: false, below: 0 }), 1);
    choices.unshift(...new Array<() => string>(2).fill(() => `(${name} = ${value})`));
  }
  return tape.pick(choices)();
}

/** One dangerous statement. What it finds is in a new variable. */
export function danger(tape: Tape, env: Env): string {
  const found = env.fresh();
  const inner = env.fresh("d");
  const test = condition(tape, env, DEPTH);
  const list = expression("list", tape, env, DEPTH);
  const act = deed(tape, env);
  const keep = `${found} = ${act};`;
  const choices: (() => string)[] = [
    () => `if (${test}) ${keep}`,
    () => `if (${test}) { ${keep} } else ${found} = 1;`,
    () => `if (${test}) ${found} = 1; else ${keep}`,
    () => `${found} = ${test} ? ${act} : 1;`,
    () => `${found} = (${test}) && ${act};`,
    () => `${found} = (${test}) || ${act};`,
    () => `switch (${test}) { case true: ${keep} break; case false: ${found} = 2; default: ${found} = 3; }`,
    () => `switch (${list}.length) { case 0: ${found} = 1; case 1: ${keep} case 2: break; default: ${found} = 3; }`,
    () => `for (const ${inner} of ${list}.slice(0, 3)) if (typeof ${inner} === "number") ${keep}`,
    () => `for (let ${inner} = 0; ${inner} < 2; ${inner}++) { if (${test}) ${keep} }`,
    () => `${found} = ${list}.map((${inner}) => ${inner} === 1 ? ${act} : ${inner});`,
    () => `${list}.forEach((${inner}) => { if (${inner} === 1) ${keep} });`,
    () => `${found} = (() => { if (${test}) return ${act}; return 1; })();`,
    () => `${found} = (function () { return [1].map(() => (${test} ? ${act} : 1)); })();`,
    () => `do if (${test}) ${keep} while (false);`,
    () => `out: for (;;) { if (${test}) { ${keep} break out; } break; }`,
    () => `try { if (${test}) throw new Error("t"); } catch { ${keep} }`,
    () => `{ const { b: ${inner} = ${act} } = { ...${expression("obj", tape, env, DEPTH)} }; ${found} = ${inner}; }`,
    () => `${found} ??= (${test}) ? null : 1; ${found} ??= ${act};`,
    () => constructed(tape, env, found),
    () => traced(found, test),
  ];
  if (env.isAsync) {
    choices.push(
      () => `await (async () => { if (${test}) { await null; ${keep} } })();`,
      () => `if (${test}) { await null; ${keep} }`,
      () => `${found} = ${test} ? (await null, ${act}) : await 1;`,
    );
  }
  const text = tape.pick(choices)();
  env.variables.push({ text: found, sort: "any", kind: "local" });
  return `let ${found}; ${text}`;
}

/** What `constructor` leads to depends on the value: for a function, to one that makes code of texts. */
function constructed(tape: Tape, env: Env, found: string): string {
  const { suffix } = env.world;
  const plain = env.variables.filter(({ text }) => /^\w+$/.test(text));
  const { text } = plain.length > 0 ? tape.pick(plain) : { text: "Math" };
  const make = env.fresh("d");
  return `const ${make} = ${text}.constructor; if (${make}.name === "Function") ${found} = ${make}("return globalThis.count${suffix} = (globalThis.count${suffix} ?? 0) + 1")();`;
}

/** Who has called, where that is asked for. */
function traced(found: string, test: string): string {
  return `if (${test}) { const e = new Error("t"); ${found} = /at (?:new |async )?(?:\\w+\\.)?(\\w+)/.exec(e.stack.split("\\n")[2] ?? "")?.[1]; }`;
}
