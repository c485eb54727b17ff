/** The script of a program: calls, changes between calls, and a log of all that can be seen of them. */
import { scriptEnv, setterOf } from "./declarations.ts";
import { expression, makeArguments, makeLiteral, twins } from "./expressions.ts";
import { allFunctions, functionTwins, reshape, reshapeFor, type Seen } from "./functions.ts";
import type { Spec } from "./spec.ts";
import { change } from "./statements.ts";
import { Tape } from "./tape.ts";
import type { Callable, Env, Param, Sort, Variable, World } from "./world.ts";

/** One step; on its own line, in a `try` of its own. */
type Step = (tape: Tape, env: Env, number: number) => string;

const call: Step = (tape, env, number) => {
  const found = anyCall(tape, env);
  if (!found) return log(number, expression("any", tape, env, 2));
  const { text, result } = found;
  const name = `r${number}`;
  env.variables.push({ text: name, sort: result, kind: "local" });
  return `${name} = ${text}; ${log(number, name)}`;
};

/** The same call twice; what the first one gave is changed in between. */
const twice: Step = (tape, env, number) => {
  const found = anyCall(tape, env);
  if (!found) return call(tape, env, number);
  const name = `r${number}`;
  const { text, result, isAsync } = found;
  const spoil = change(tape, env, [{ text: name, sort: result, kind: "local" }]);
  env.variables.push({ text: name, sort: result, kind: "local" });
  if (isAsync && tape.next(2) === 0) {
    const promise = text.slice("(await ".length, -1);
    return `both = await Promise.all([${promise}, ${promise}]); ${log(number, "both")} ${name} = both[0]; ${attempt(spoil)} ${log(number, "both")}`;
  }
  return `${name} = ${text}; ${attempt(spoil)} ${log(number, name)} ${log(number, text)} ${log(number, name)}`;
};

/** The same call before and after something has changed. */
const around: Step = (tape, env, number) => {
  const found = anyCall(tape, env);
  if (!found) return call(tape, env, number);
  const states = env.variables.filter(({ kind }) => kind === "state");
  const changed = change(tape, env, tape.next(2) === 0 ? states : env.variables);
  return `${log(number, found.text)} ${attempt(changed)} ${log(number, found.text)}`;
};

/** The same call before and after one that may change what it reads. */
const aroundCall: Step = (tape, env, number) => {
  const found = anyCall(tape, env);
  const other = anyCall(tape, env, ({ changes }) => changes);
  if (!found || !other) return around(tape, env, number);
  return `${log(number, found.text)} ${attempt(log(number, other.text))} ${log(number, found.text)}`;
};

/** The same call before and after a binding that it may read has got another value. */
const aroundAssignment: Step = (tape, env, number) => {
  const found = anyCall(tape, env);
  const states = env.world.states.filter(({ isLet }) => isLet);
  if (!found || states.length === 0) return around(tape, env, number);
  const functions = states.filter(({ sort }) => sort === "fn");
  const state = tape.pick(functions.length > 0 && tape.next(2) === 0 ? functions : states);
  const value = state.sort === "fn" ? makeLiteral("fn", tape, env, 1) : expression(state.sort, tape, env, 2);
  return `${log(number, found.text)} ${attempt(`${setterOf(state)}(${value});`)} ${log(number, found.text)}`;
};

/** Two calls whose arguments differ in little. */
const probe: Step = (tape, env, number) => {
  const found = anyCall(tape, env);
  const at = tape.next(Math.max(1, found?.params.length ?? 0));
  const param = found?.params[at];
  const pair = param && param.form !== "rest" ? (copies(param.sort, env) ?? twins(param.sort, tape)) : null;
  const other = pair === null ? around(tape, env, number) : null;
  if (!found || !pair || other !== null) return other ?? "";
  const alike = found.params.findIndex(({ sort, form }, i) => i !== at && sort === param?.sort && form !== "rest");
  if (alike < 0 || tape.next(2) === 0) {
    const [one, two] = pair.map((text) => found.write({ [at]: text })) as [string, string];
    return `${attempt(log(number, one))} ${attempt(log(number, two))}`;
  }
  // One object twice, against two that are equal.
  const same = found.write({ [at]: "both", [alike]: "both" });
  const equal = found.write({ [at]: "both", [alike]: pair[0] });
  return `both = ${pair[0]}; ${attempt(log(number, same))} both = ${pair[0]}; ${attempt(log(number, equal))}`;
};

/** A function or an instance from a module, and the same from the module with the same text. */
function copies(sort: Sort, env: Env): readonly [string, string] | null {
  const found = env.variables.find((one) => one.sort === sort && one.text.includes("copy."));
  return found ? [found.text.replace("copy.", ""), found.text] : null;
}

function attempt(statements: string): string {
  return `try { ${statements} } catch (e) { log("caught", e); }`;
}

const changeSomething: Step = (tape, env, number) => {
  const text = change(tape, env, env.variables);
  return text === ";" ? log(number, expression("any", tape, env, 2)) : `${text} ${log(number, "0")}`;
};

/** Changes what a function or class is, or what lies beside it. */
const replace: Step = (tape, env, number) => {
  const { classes, functions } = env.world;
  const texts = [
    ...classes.flatMap(({ name }) => [
      `${name}.count = ${tape.next(3)};`,
      `${name}.extra = ${expression("any", tape, env, 1)};`,
      `${name}.prototype.m0 = function () { return ${tape.next(3)}; };`,
    ]),
    ...functions.flatMap(({ call: path }) =>
      path.includes(".")
        ? [`${path.replace(/\.\w+$/, ".k")} = ${tape.next(3)};`, `${path} = (x) => x;`]
        : [`${path}.extra = ${tape.next(3)};`],
    ),
  ];
  return `${texts.length > 0 ? tape.pick(texts) : ""} ${around(tape, env, number)}`;
};

/** Replaces a method between two equal calls of what is given an instance. */
const replaceMethod: Step = (tape, env, number) => {
  const takesInstance = ({ params }: Callable) => params.some(({ sort }) => sort.startsWith("K"));
  const made = anyCall(tape, env, takesInstance);
  const { classes } = env.world;
  if (made === null || classes.length === 0) return around(tape, env, number);
  const patch = `${tape.pick(classes).name}.prototype.m0 = function () { return ${tape.next(3)}; };`;
  return `${log(number, made.text)} ${patch} ${log(number, made.text)}`;
};

/** Two calls that differ in nothing but the code of a function without a name. */
const otherCallback: Step = (tape, env, number) => {
  const made = anyCall(tape, env, ({ params }) => params.some(({ sort }) => sort === "fn"));
  if (made === null) return around(tape, env, number);
  const at = made.params.findIndex(({ sort }) => sort === "fn");
  const first = tape.next(3);
  const call = (result: number) => log(number, made.write({ [at]: `(x) => ${result}` }));
  if (tape.next(3) === 0) return `${call(first)} ${call(first + 1)}`;
  const [one, other] = functionTwins(tape).map((text) => attempt(log(number, made.write({ [at]: text }))));
  return `${one} ${other}`;
};

/** The same call before and after something was done to a function, one that it looks at if there is any. */
const reshapeAround: Step = (tape, env, number) => {
  const [earlier, later] = [tape.next(2) === 0 ? reshape(tape) : null, reshape(tape)];
  const choice = new Tape([tape.next(4), tape.next(100)]);
  const fit = new Tape([tape.next(100), tape.next(4)]);
  const made = anyCall(tape, env, ({ sees }) => sees.length > 0) ?? anyCall(tape, env);
  if (made === null) return around(tape, env, number);
  const seen = made.sees.length > 0 && choice.next(4) > 0 ? choice.pick(made.sees) : null;
  const target = seen?.path ?? choice.pick(allFunctions(env.world));
  const change = seen === null ? later : reshapeFor(seen, fit);
  const first = earlier === null ? "" : attempt(earlier(target));
  return `${first} ${attempt(log(number, made.text))} ${attempt(change(target))} ${log(number, made.text)}`;
};

/** The same call before and after a name that modules may ask for is there. */
const aroundGlobal: Step = (tape, env, number) => {
  const found = anyCall(tape, env);
  if (!found) return call(tape, env, number);
  const changed = `globalThis.missing${env.world.suffix} = ${tape.next(3)};`;
  return `${attempt(log(number, found.text))} ${changed} ${log(number, found.text)}`;
};

/**
 * Calls of async functions that overlap, and the turn of the queue on which each comes back: calls of several functions, and each call once more
 * at once or some turns later, when the first one may still run. Calls wait for a running one only where the function is known to be kept: so each
 * function is called before with other arguments.
 */
const overlap: Step = (tape, env, number) => {
  const before: string[] = [];
  const calls: string[] = [];
  for (let i = 0; i < 3; i++) {
    const made = anyCall(tape, env, ({ kind }) => kind === "async");
    const again = anyCall(tape, env, ({ call: path }) => path === made?.call);
    const later = [tape.next(2), tape.next(8), tape.next(8)];
    const promise = made && promiseOf(made);
    if (!promise) continue;
    if (again) before.push(attempt(log(number, again.text)));
    calls.push(...[0, ...later].map((turns) => afterTurns(turns, promise)));
  }
  if (calls.length === 0) return call(tape, env, number);
  const turned = tape.next(2) === 0 ? calls : calls.map((_, i) => calls[(i * 5) % calls.length]);
  return `${before.join(" ")} await turns(${number}, [${[...turned, afterTurns(2, "Promise.resolve(0)")].join(", ")}]);`;
};

/** The promise of an async call; null where its arguments wait for others. */
function promiseOf({ text }: Made): string | null {
  const promise = text.slice("(await ".length, -1);
  return promise.includes("await ") ? null : promise;
}

/** A function that makes a call after some turns of the queue. */
function afterTurns(turns: number, promise: string): string {
  return turns === 0
    ? `() => ${promise}`
    : `async () => { for (let i = 0; i < ${turns}; i++) await null; return ${promise}; }`;
}

const STEPS: readonly Step[] = [
  ...[reshapeAround, reshapeAround, reshapeAround, overlap, overlap, aroundGlobal],
  ...[call, twice, probe, around, changeSomething, probe],
  ...[twice, around, probe, replace, replaceMethod, otherCallback, aroundCall, aroundAssignment, aroundAssignment],
];

/**
 * The text of `main`, which is given a `log`.
 * @param more values that the script has besides the state
 */
export function makeScript(world: World, script: Spec["script"], more: readonly Variable[]): string {
  const env = scriptEnv(world, more);
  const lines = script.map((values, number) => {
    const tape = new Tape(values);
    // A call is cheap here: each step has a budget of its own.
    env.counter.cost = 1;
    return `try { ${tape.pick(STEPS)(tape, env, number)} } catch (e) { log(${number}, e); }`;
  });
  const names = [...script.keys()].map((number) => `r${number}`);
  const states = world.states.map(({ name }) => name);
  const counts = world.classes.map(({ name }) => name);
  return [
    "export async function main(log, turns) {",
    `  let ${["both", ...names].join(", ")};`,
    ...lines.map((line) => `  ${line}`),
    `  log("end", [${[...states, ...counts, ...names].join(", ")}]);`,
    "}",
  ].join("\n");
}

function log(number: number, text: string): string {
  return `log(${number}, ${text});`;
}

interface Made {
  readonly text: string;
  readonly params: readonly Param[];
  /** The call with some arguments replaced. */
  readonly write: (replaced: Readonly<Record<number, string>>) => string;
  readonly result: Sort;
  readonly isAsync: boolean;
  readonly sees: readonly Seen[];
  /** What is called. */
  readonly call: string;
}

/** A call of any function or method, awaited where that is needed. @param isMeant which ones */
function anyCall(tape: Tape, env: Env, isMeant: (callable: Callable) => boolean = () => true): Made | null {
  const { functions, classes } = env.world;
  const all: { callable: Callable; of: Sort | null }[] = [
    ...functions.map((callable) => ({ callable, of: null })),
    ...classes.flatMap(({ index, methods, statics }) => [
      ...methods.map((callable) => ({ callable, of: `K${index}` as Sort })),
      ...statics.map((callable) => ({ callable, of: null })),
    ]),
  ];
  const targets = all.filter(({ callable }) => isMeant(callable));
  if (targets.length === 0) return null;
  const { callable, of } = targets[targets.length - 1 - tape.next(targets.length)] as (typeof targets)[number];
  const on = of ? `${expression(of, tape, env, 2)}.` : "";
  const args = makeArguments(callable, tape, env, 2);
  const { params, kind } = callable;
  const write = (replaced: Readonly<Record<number, string>>) => {
    const count = Math.max(args.length, ...Object.keys(replaced).map((at) => Number(at) + 1));
    const given = params.slice(0, count).map((_, at) => replaced[at] ?? args[at] ?? "undefined");
    const text = `${on}${callable.call}(${given.join(", ")})`;
    return kind === "async" ? `(await ${text})` : kind === "generator" ? `[...${text}]` : text;
  };
  const result = kind === "generator" ? "list" : callable.result;
  const { sees, call: path } = callable;
  return { text: write({}), params, write, result, isAsync: kind === "async", sees, call: path };
}
