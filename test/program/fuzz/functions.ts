/** What a program can see of a function or class beside its code, and what it can do to one: a cell of docs/soundness.md each. */
import type { Tape } from "./tape.ts";
import type { Env, World } from "./world.ts";

/** A function that code can look at. */
export interface Sight {
  /** As the code writes it. */
  readonly text: string;
  /** As the script writes it, to change it between two calls; null for one that only the code knows. */
  readonly path: string | null;
}

/** A look that a body takes at a function. */
export interface Seen {
  readonly path: string;
  /** What it looks at, of a function `f`. */
  readonly shows: string;
}

/** Every function, class and method of the program. */
export function allFunctions({ functions, classes }: World): string[] {
  return [
    ...functions.map(({ call }) => call),
    ...classes.flatMap(({ name, methods, statics }) => [
      name,
      ...methods.map(({ call }) => `${name}.prototype.${call}`),
      ...statics.map(({ call }) => call),
    ]),
  ];
}

/** The functions that a place can look at. */
export function functionsInSight({ world, below, own, variables }: Env): Sight[] {
  const functions = world.functions.filter(({ index }) => index < below);
  const states = variables.filter(({ sort, kind }) => sort === "fn" && kind === "state");
  const params = variables.filter(({ sort, kind }) => sort === "fn" && kind !== "state");
  return [
    ...own,
    ...[...allFunctions({ ...world, functions }), ...states.map(({ text }) => text)].map((text) => ({
      text,
      path: text,
    })),
    ...params.map(({ text }) => ({ text, path: null })),
  ];
}

const LOOKS: readonly ((text: string) => string)[] = [
  (text) => `${text}.name`,
  (text) => `${text}.length`,
  (text) => `${text}.extra`,
  (text) => `${text}.deep`,
  (text) => `Object.isFrozen(${text})`,
  (text) => `Object.isExtensible(${text})`,
  (text) => `Object.isSealed(${text})`,
  (text) => `Reflect.ownKeys(${text}).map(String).join()`,
  (text) => `Object.keys(${text}).join()`,
  (text) => `[${text}].map(({ length }) => length).join()`,
  (text) => `JSON.stringify(Object.getOwnPropertyDescriptor(${text}, "name"))`,
  (text) => `JSON.stringify(Object.getOwnPropertyDescriptor(${text}, "length"))`,
  (text) => `JSON.stringify(Object.getOwnPropertyDescriptor(${text}, "extra"))`,
  (text) => `typeof ${text}.call`,
  (text) => `${text}.prototype?.extra`,
  (text) => `Object.isFrozen(${text}.prototype)`,
  (text) => `${text}[Symbol.for("s")]`,
  (text) => `${text}[0]`,
  (text) => `${text}.inner?.(1)`,
];

/** A look at one of the functions in sight, or null where there is none. */
export function lookAtFunction(tape: Tape, env: Env): string | null {
  const sights = functionsInSight(env);
  if (sights.length === 0) return null;
  const { text, path } = tape.pick(sights);
  const look = tape.pick(LOOKS);
  if (path !== null) env.counter.seen.push({ path, shows: look("f") });
  return look(text);
}

type Reshape = (text: string, n: number) => string;

const RESHAPES: readonly Reshape[] = [
  (text, n) => `${text}.extra = ${n};`,
  (text, n) => `Object.defineProperty(${text}, "name", { value: "w${n}" });`,
  (text, n) => `Object.defineProperty(${text}, "length", { value: ${n} });`,
  (text) => `Object.freeze(${text});`,
  (text) => `Object.seal(${text});`,
  (text) => `Object.preventExtensions(${text});`,
  (text, n) => `Object.setPrototypeOf(${text}, { deep: ${n} });`,
  (text, n) => `Object.setPrototypeOf(${text}, Object.assign((x) => x + ${n}, { deep: ${n} }));`,
  (text) => `Object.setPrototypeOf(${text}, null);`,
  (text, n) => `${text}.inner = (x) => x + ${n};`,
  (text, n) => `${text}.extra = { a: ${n} };`,
  (text, n) =>
    `Object.defineProperty(${text}, "extra", { value: 1, enumerable: ${n % 2 === 0}, writable: ${n > 1}, configurable: true });`,
  (text) => `Object.defineProperty(${text}, "name", { writable: true });`,
  (text) => `delete ${text}.name;`,
  (text) => `delete ${text}.extra;`,
  (text) => `${text}.extra = 1; ${text}.other = 1;`,
  (text) => `delete ${text}.extra; ${text}.other = 1; ${text}.extra = 1;`,
  (text, n) => `${text}.prototype.extra = ${n};`,
  (text, n) => `${text}.prototype = { extra: ${n} };`,
  (text) => `Object.freeze(${text}.prototype);`,
  (text, n) => `${text}[Symbol.for("s")] = ${n};`,
  (text, n) => `${text}[0] = ${n};`,
];

/** A statement that changes what can be seen of a function. It may throw. */
export function reshape(tape: Tape): (text: string) => string {
  const [change, n] = [tape.pick(RESHAPES), tape.next(4)];
  return (text) => change(text, n);
}

/** A change that shows in a look: one that mentions what it asks for. */
export function reshapeFor({ shows }: Seen, tape: Tape): (text: string) => string {
  const what = /isFrozen|isExtensible|isSealed/.test(shows)
    ? /freeze|seal|preventExtensions/
    : /"?(name|length|extra|deep|call|prototype|inner|Symbol|0)/.exec(shows.replace(/^.*\(f/, "f"))?.[1];
  const fitting = RESHAPES.filter((change) => new RegExp(what ?? "").test(change("f", 0)));
  const [change, n] = [tape.pick(fitting.length > 0 ? fitting : RESHAPES), tape.next(4)];
  return (text) => change(text, n);
}

/** The same, where a module makes the function: nothing there throws. */
export function reshapeAtOnce(text: string, tape: Tape): string {
  return `try { ${reshape(tape)(text)} } catch {}`;
}

/** Functions that differ in one thing beside their code; each is made on the spot. */
export function functionTwins(tape: Tape): readonly [string, string] {
  const change = tape.pick(RESHAPES);
  const make = (n: number | null) =>
    n === null ? "((w) => [w])" : `((f) => { ${change("f", n)} return f; })(function (w) { return [w]; })`;
  const n = tape.next(4);
  return tape.next(2) === 0
    ? [make(null).replace("(w) => [w]", "function (w) { return [w]; }"), make(n)]
    : [make(n), make(n + 1)];
}
