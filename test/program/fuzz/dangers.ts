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
  const missing = `missing${world.suffix}`;
  const choices: (() => string)[] = [
    () => counted(env),
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

/** What a dangerous statement is made of. */
interface Parts {
  /** The variable that holds what it finds. */
  readonly found: string;
  /** A name of its own. */
  readonly inner: string;
  readonly act: string;
  /** `act`, its value kept in `found`. */
  readonly keep: string;
  readonly test: string;
  readonly list: string;
}

type Form = (parts: Parts, tape: Tape, env: Env) => string;

const FORMS: readonly Form[] = [
  ({ test, keep }) => `if (${test}) ${keep}`,
  ({ test, keep, found }) => `if (${test}) { ${keep} } else ${found} = 1;`,
  ({ test, keep, found }) => `if (${test}) ${found} = 1; else ${keep}`,
  ({ test, act, found }) => `${found} = ${test} ? ${act} : 1;`,
  ({ test, act, found }) => `${found} = (${test}) && ${act};`,
  ({ test, act, found }) => `${found} = (${test}) || ${act};`,
  ({ test, keep, found }) =>
    `switch (${test}) { case true: ${keep} break; case false: ${found} = 2; default: ${found} = 3; }`,
  ({ list, keep, found }) =>
    `switch (${list}.length) { case 0: ${found} = 1; case 1: ${keep} case 2: break; default: ${found} = 3; }`,
  ({ list, keep, inner }) => `for (const ${inner} of ${list}.slice(0, 3)) if (typeof ${inner} === "number") ${keep}`,
  ({ test, keep, inner }) => `for (let ${inner} = 0; ${inner} < 2; ${inner}++) { if (${test}) ${keep} }`,
  ({ test, keep }) => `do if (${test}) ${keep} while (false);`,
  ({ test, keep }) => `out: for (;;) { if (${test}) { ${keep} break out; } break; }`,
  ({ test, keep }) => `try { if (${test}) throw new Error("t"); } catch { ${keep} }`,
  ({ test, act, found, inner }) => `{ const { b: ${inner} = ${act} } = ${test} ? {} : { b: 1 }; ${found} = ${inner}; }`,
  ({ test, act, found }) => `${found} = (${test}) ? null : 1; ${found} ??= ${act};`,
  constructed,
  constructed,
  traced,
];

/** In functions of their own, which are not async. */
const INNER_FORMS: readonly Form[] = [
  ({ list, act, inner, found }) => `${found} = ${list}.map((${inner}) => ${inner} === 1 ? ${act} : ${inner});`,
  ({ list, keep, inner }) => `(${list}).forEach((${inner}) => { if (${inner} === 1) ${keep} });`,
  ({ test, act, found }) => `${found} = (() => { if (${test}) return ${act}; return 1; })();`,
  ({ test, act, found }) => `${found} = (function () { return [1].map(() => (${test} ? ${act} : 1)); })();`,
];

const LATE_FORMS: readonly Form[] = [
  ({ test, keep }) => `await (async () => { if (${test}) { await null; ${keep} } })();`,
  ({ test, keep }) => `if (${test}) { await null; ${keep} }`,
  ({ test, act, found }) => `${found} = ${test} ? (await null, ${act}) : await 1;`,
  ({ test, keep }) => `try { await (${test} ? null : Promise.reject(1)); } catch { ${keep} }`,
];

/** One dangerous statement. What it finds is in a new variable. */
export function danger(tape: Tape, env: Env): string {
  const found = env.fresh();
  const inner = env.fresh("d");
  const forms = [...FORMS, ...INNER_FORMS];
  const form = tape.pick(env.isAsync ? [...forms, ...LATE_FORMS, ...LATE_FORMS] : forms);
  const within = INNER_FORMS.includes(form) ? env.with({ isAsync: false }) : env;
  const act = deed(tape, within);
  const test = condition(tape, within, DEPTH);
  const list = expression("list", tape, env, DEPTH);
  const text = form({ found, inner, act, keep: `${found} = ${act};`, test, list }, tape, env);
  env.variables.push({ text: found, sort: "any", kind: "local" });
  return `let ${found}; ${text}`;
}

/** What `constructor` leads to depends on the value: for a function, to one that makes code of texts. */
function constructed({ found, inner }: Parts, tape: Tape, env: Env): string {
  const plain = env.variables.filter(({ text }) => /^\w+$/.test(text));
  const functions = [{ text: "(() => 1)" }, ...plain.filter(({ sort }) => sort === "fn")];
  const { text } = tape.pick(plain.length > 0 && tape.next(3) === 0 ? plain : functions);
  const code = `return ${counted(env)}`;
  return `const ${inner} = ${text}.constructor; if (${inner}.name === "Function") ${found} = ${inner}("${code}")();`;
}

/** Who has called, where that is asked for. */
function traced({ found, inner, test }: Parts): string {
  const caller = String.raw`/at (?:new |async )?(?:\w+\.)?(\w+)/.exec(${inner}.stack.split("\n")[2] ?? "")?.[1]`;
  return `if (${test}) { const ${inner} = new Error("t"); ${found} = ${caller}; }`;
}

/** Counts for all of the program. */
function counted({ world: { suffix } }: Env): string {
  return `(globalThis.count${suffix} = (globalThis.count${suffix} ?? 0) + 1)`;
}
