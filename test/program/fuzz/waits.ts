/** Statements that wait: what comes between them is another's turn. */
import { expression, makeArguments } from "./expressions.ts";
import type { Tape } from "./tape.ts";
import type { Env } from "./world.ts";

const DEPTH = 2;

/** @param block another statement of the same place */
export function wait(tape: Tape, env: Env, block: (inner: Env) => string): string {
  const found = env.fresh();
  const any = () => expression("any", tape, env, DEPTH);
  const choices: (() => string)[] = [
    () => `${found} = await ${any()};`,
    () => `${found} = await Promise.resolve(${any()});`,
    () => `for (let i = 0; i < 2; i++) { await null; ${block(env.with({ times: env.times * 2 }))} }`,
    () =>
      `try { await Promise.reject(new Error("late")); } catch (e) { ${found} = /\\{|=>/.test(e.message) ? e.name : e.message; } finally { await null; }`,
    () => `${found} = await Promise.all([${promises(tape, env)}]);`,
    () => `${found} = await Promise.race([${promises(tape, env)}]);`,
    () => `${found} = await (async () => { await null; return ${any()}; })();`,
    () => `${found} = [await 1, ${any()}, await Promise.resolve(2)];`,
    () => `${found} = await Promise.resolve(1).then(() => 2);`,
  ];
  const text = tape.pick(choices)();
  env.variables.push({ text: found, sort: "any", kind: "local" });
  return `let ${found}; ${text}`;
}

/** Two promises: calls of async functions that overlap, where there are any. */
function promises(tape: Tape, env: Env): string {
  const one = () => {
    const found = env.world.functions.filter(
      ({ index, kind, changes }) => index < env.below && kind === "async" && (env.changes || !changes),
    );
    if (found.length === 0) return `Promise.resolve(${expression("any", tape, env, 1)})`;
    const callable = tape.pick(found);
    if (!env.afford(callable)) return "1";
    env.counter.waitsForCalls = true;
    return `${callable.call}(${makeArguments(callable, tape, env, 1).join(", ")})`;
  };
  return `${one()}, ${one()}`;
}
