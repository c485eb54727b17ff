/** Statements of functions and methods, from tapes. */

import { danger } from "./dangers.ts";
import { condition, expression, makeCall, makeLiteral, observe, SORTS } from "./expressions.ts";
import { functionsInSight, reshape } from "./functions.ts";
import type { Tape } from "./tape.ts";
import { wait } from "./waits.ts";
import type { Env, Sort, Variable } from "./world.ts";

type Make = () => string;
const DEPTH = 3;

/** What a body is for: the sort of its result, and how to call itself with a smaller number. */
export interface Purpose {
  readonly result: Sort;
  readonly isGenerator: boolean;
  readonly again: ((smaller: string) => string) | null;
}

/** One statement; variables that it declares are added to the environment. @param depth of nested blocks left */
export function statement(tape: Tape, env: Env, purpose: Purpose, depth: number): string {
  const make = (sort: Sort) => expression(sort, tape, env, DEPTH);
  const block = (inner: Env = env.with({})) =>
    depth > 0 ? statement(tape, inner, purpose, depth - 1) : changeLocal(tape, inner);
  const choices: Make[] = [
    () => declare(tape, env, "const"),
    () => declare(tape, env, "let"),
    () => change(tape, env, targets(env)),
    () => changeLocal(tape, env),
    () => change(tape, env, targets(env)),
    () => `if (${condition(tape, env, DEPTH)}) { ${block()} } else { ${block()} }`,
    () => {
      const name = env.fresh("i");
      const inner = env.with({ times: env.times * 3 }, [{ text: name, sort: "num", kind: "local" }]);
      return `for (let ${name} = 0; ${name} < 3; ${name}++) { ${block(inner)} }`;
    },
    () => {
      const name = env.fresh("x");
      const inner = env.with({ times: env.times * 3 }, [{ text: name, sort: "any", kind: "local" }]);
      // A loop that waits goes over a name: what else an error may quote is recorded two turns later (docs/soundness.md).
      return `{ const of${name} = ${make("list")}.slice(0, 3); for (const ${name} of of${name}) { ${block(inner)} } }`;
    },
    () => loopClosures(env),
    () => guarded(tape, env, block),
    () => `if (${condition(tape, env, DEPTH)}) throw new ${tape.pick(["Error", "TypeError"])}(${make("str")});`,
    () => `if (${condition(tape, env, DEPTH)}) ${leave(tape, env, purpose)}`,
    () => destructure(tape, env),
    () => callFor(tape, env),
    () => recurse(tape, env, purpose),
  ];
  choices.push(
    () => danger(tape, env),
    () => danger(tape, env),
  );
  if (env.isAsync)
    choices.push(
      () => "await null;",
      () => wait(tape, env, block),
      () => wait(tape, env, block),
    );
  if (purpose.isGenerator) choices.push(() => `yield (${make("any")});`);
  if (env.changes)
    choices.push(
      () => writeState(tape, env),
      () => writeState(tape, env),
      () => `emit(${make("num")});`,
      () => reshapeOne(tape, env),
    );
  return tape.pick(choices)();
}

/** Does something to a function that it can look at; itself, mostly. */
function reshapeOne(tape: Tape, env: Env): string {
  const sights = functionsInSight(env);
  return sights.length === 0 ? ";" : reshape(tape)(tape.pick(sights).text);
}

/** The end of a body. */
export function leave(tape: Tape, env: Env, { result, isGenerator }: Purpose): string {
  if (isGenerator) return `yield (${expression("any", tape, env, DEPTH)});`;
  const observed = tape.next(3) > 0;
  if (observed && (result === "list" || result === "any")) return `return ${observe(tape, env, DEPTH)};`;
  if (observed && result === "obj") return `return { a: 1, b: ${observe(tape, env, DEPTH)}, items: [] };`;
  if (observed && result === "map") return `return new Map([["k", ${observe(tape, env, DEPTH)}]]);`;
  const value = expression(result, tape, env, DEPTH);
  return env.isAsync && tape.once(5) ? `return Promise.resolve(${value});` : `return ${value};`;
}

function declare(tape: Tape, env: Env, kind: "const" | "let"): string {
  const sort = tape.pick(SORTS);
  const value = expression(sort, tape, env, DEPTH);
  const text = env.fresh();
  env.variables.push({ text, sort, kind: kind === "let" ? "let" : "local" });
  return `${kind} ${text} = ${value};`;
}

/** Things whose inside a place may change: all that it sees, or only what is its own. */
function targets(env: Env): Variable[] {
  return env.variables.filter(({ kind }) => env.changes || kind === "local" || kind === "let");
}

function changeLocal(tape: Tape, env: Env): string {
  const lets = env.variables.filter(({ kind }) => kind === "let");
  if (lets.length === 0) return change(tape, env, targets(env));
  const { text, sort } = tape.pick(lets);
  return `${text} = ${sort === "fn" ? makeLiteral(sort, tape, env, 1) : expression(sort, tape, env, DEPTH)};`;
}

/** Changes the inside of a variable's value. Also used by the script, on what it got. */
export function change(tape: Tape, env: Env, variables: readonly Variable[]): string {
  const found = variables.filter(({ sort }) => sort.startsWith("K") || CHANGES[sort] !== undefined);
  if (found.length === 0) return ";";
  const { text, sort } = tape.pick(found);
  const make = (of: Sort) => expression(of, tape, env, 1);
  const changes = sort.startsWith("K") ? INSTANCE_CHANGES : (CHANGES[sort] ?? []);
  return tape.pick(changes)(text, make);
}

type Change = (text: string, make: (sort: Sort) => string) => string;

const INSTANCE_CHANGES: readonly Change[] = [
  (text, make) => `${text}.n = ${make("num")};`,
  (text, make) => `${text}.items.push(${make("any")});`,
  (text, make) => `${text}.more = ${make("any")};`,
  (text) => `Object.freeze(${text});`,
  (text) => `Object.preventExtensions(${text});`,
  (text) => `Object.setPrototypeOf(${text}, Object.prototype);`,
  (text) => `Object.defineProperty(${text}, "n", { enumerable: false });`,
  (text) => `{ const { n } = ${text}; delete ${text}.n; ${text}.n = n; }`,
];

const CHANGES: Partial<Record<Sort, readonly Change[]>> = {
  obj: [
    (text, make) => `${text}.a = ${make("num")};`,
    (text, make) => `${text}.items.push(${make("any")});`,
    (text, make) => `${text}.b = ${make("any")};`,
    (text) => `delete ${text}.b;`,
    (text, make) => `Object.assign(${text}, { a: ${make("num")} });`,
    (text, make) => `${text}.items = ${make("list")};`,
    (text) => `Object.freeze(${text});`,
    (text) => `Object.seal(${text});`,
    (text) => `Object.preventExtensions(${text});`,
    (text, make) => `Object.setPrototypeOf(${text}, { deep: ${make("num")} });`,
    (text) => `{ const { a } = ${text}; delete ${text}.a; ${text}.a = a; }`,
    (text) => `Object.defineProperty(${text}, "a", { writable: false });`,
    (text, make) => `${text}[Symbol.for("s")] = ${make("num")};`,
    (text) => `[${text}.a, ${text}.b] = [${text}.b, ${text}.a];`,
    (text) => `Object.defineProperty(${text}, "b", { value: 1, enumerable: false, configurable: true });`,
  ],
  list: [
    (text, make) => `${text}.push(${make("any")});`,
    (text) => `${text}.reverse();`,
    (text, make) => `${text}[0] = ${make("any")};`,
    (text) => `${text}.length = 1;`,
    (text) => `delete ${text}[0];`,
    (text, make) => `${text}.splice(0, 1, ${make("num")});`,
    (text, make) => `${text}.name = ${make("num")};`,
    (text) => `Object.defineProperty(${text}, "length", { writable: false });`,
    (text) => `${text}[${text}.length + 2] = 1;`,
    (text) => `Object.seal(${text});`,
    (text) => `Object.defineProperty(${text}, 0, { enumerable: false });`,
    (text) => `Object.setPrototypeOf(${text}, Object.create(Array.prototype));`,
  ],
  map: [
    (text, make) => `${text}.set("k", ${make("any")});`,
    (text, make) => `${text}.delete(${make("any")});`,
    (text, make) => `${text}.delete("k"); ${text}.set("k", ${make("num")});`,
    (text) => `for (const [k, v] of [...${text}].slice(0, 1)) { ${text}.delete(k); ${text}.set(k, v); }`,
    (text, make) => `${text}.extra = ${make("num")};`,
  ],
  set: [
    (text, make) => `${text}.add(${make("any")});`,
    (text) => `${text}.clear();`,
    (text) => `for (const k of [...${text}].slice(0, 1)) { ${text}.delete(k); ${text}.add(k); }`,
    (text) => `Object.freeze(${text});`,
  ],
  date: [(text) => `${text}.setTime(1000);`, (text) => `${text}.setTime(NaN);`, (text) => `${text}.extra = 1;`],
  re: [
    (text) => `${text}.exec("aba");`,
    (text) => `${text}.lastIndex = 1;`,
    (text) => `Object.freeze(${text});`,
    (text) => `Object.defineProperty(${text}, "lastIndex", { writable: false });`,
    (text) => `${text}.compile("b", "g");`,
  ],
  bytes: [
    (text, make) => `${text}[0] = ${make("num")};`,
    (text) => `${text}.fill(7);`,
    (text) => `${text}.extra = 1;`,
    (text) => `new Uint8Array(${text}.buffer)[0] = 9;`,
  ],
  fn: [
    (text) => `${text}.extra = 1;`,
    (text) => `Object.freeze(${text});`,
    (text) => `Object.setPrototypeOf(${text}, null);`,
    (text) => `Object.defineProperty(${text}, "name", { value: "other" });`,
  ],
};

function loopClosures(env: Env): string {
  const text = env.fresh();
  env.variables.push({ text, sort: "list", kind: "local" });
  return `const ${text} = []; for (let j = 0; j < 2; j++) ${text}.push(() => j++); ${text}.push(${text}[0]() + ${text}[1]());`;
}

/** Where V8 quotes the text of a function in a message, it quotes the guard as well. */
function guarded(tape: Tape, env: Env, block: Make): string {
  const text = env.fresh();
  const line = `let ${text} = "none"; try { ${block()} } catch (e) { ${text} = /\\{|=>/.test(e.message) ? e.name : e.message; } finally { ${block()} }`;
  env.variables.push({ text, sort: "str", kind: "let" });
  return tape.once(4) ? `${line} ${text} += "!";` : line;
}

function destructure(tape: Tape, env: Env): string {
  const [first, second, rest] = [env.fresh(), env.fresh(), env.fresh()];
  if (tape.next(2) === 0) {
    const value = expression("obj", tape, env, DEPTH);
    env.variables.push({ text: first, sort: "num", kind: "local" }, { text: second, sort: "any", kind: "local" });
    return `const { a: ${first}, b: ${second} = ${makeLiteral("any", tape, env, 1)}, ...${rest} } = ${value};`;
  }
  const value = expression("list", tape, env, DEPTH);
  env.variables.push({ text: first, sort: "any", kind: "local" }, { text: rest, sort: "list", kind: "local" });
  return `const [${first}, ${second} = 1, ...${rest}] = ${value};`;
}

function callFor(tape: Tape, env: Env): string {
  const found = env.world.functions.filter(
    ({ index, kind, changes }) => index < env.below && (kind !== "async" || env.isAsync) && (env.changes || !changes),
  );
  const call = found.length > 0 ? makeCall(tape.pick(found), tape, env, DEPTH) : null;
  return call === null ? declare(tape, env, "const") : `${call};`;
}

function recurse(tape: Tape, env: Env, { again, result, isGenerator }: Purpose): string {
  if (!again || isGenerator || env.times > 1) return declare(tape, env, "let");
  const text = env.fresh();
  const counter = env.variables[0]?.text as string;
  const otherwise = makeLiteral(result, tape, env, 1);
  env.variables.push({ text, sort: result, kind: "local" });
  return `const ${text} = ${counter} > 0 && ${counter} < 4 ? ${again(`${counter} - 1`)} : ${otherwise};`;
}

/** Assigns to a module-level `let` of the own module: nobody else can. */
function writeState(tape: Tape, env: Env): string {
  const found = env.world.states.filter(({ module, isLet }) => isLet && module === env.module);
  if (found.length === 0) return change(tape, env, targets(env));
  const { name, sort } = tape.pick(found);
  if (sort === "num") return `${name} = (${name} + 1) % 5;`;
  return `${name} = ${sort === "fn" ? makeLiteral(sort, tape, env, 1) : expression(sort, tape, env, 2)};`;
}
