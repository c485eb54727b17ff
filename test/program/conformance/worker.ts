/** A process of the pool: takes one variant at a time and runs it in every mode. */
import { readFileSync } from "node:fs";
import { type Forced, force } from "./force.ts";
import { counts, type Mode, runtimeFor } from "./modes.ts";
import { evaluate, type Shape } from "./realm.ts";
import { readWants, textOf, type Variant, type Wants } from "./suite.ts";

export interface Job {
  readonly root: string;
  readonly variant: Variant;
  /** Besides `bare`, which is always run. */
  readonly modes: readonly Mode[];
}

export interface Answer {
  readonly bare: string;
  /** Empty where no function can have a guard. */
  readonly outcomes: Partial<Record<Mode, string>>;
  /** Functions with a guard. */
  readonly guards: number;
  readonly asked: number;
  readonly again: number;
}

// What a test leaves to promises is its own affair.
process.on("unhandledRejection", () => undefined);
process.on("message", (job: Job) => void answer(job).then((message) => process.send?.(message)));

async function answer({ root, variant, modes }: Job): Promise<Answer> {
  const file = readFileSync(variant.file, "utf8");
  const wants = readWants(file);
  const source = textOf(variant, file);
  const { shape, outcome } = await runBare(root, source, variant, wants);
  const outcomes: Partial<Record<Mode, string>> = {};
  const before = { ...counts };
  const made = new Map<string, Forced | null>();
  const prepare = (text: string, as: Shape) => {
    if (!made.has(text)) made.set(text, force(text, as === "module" ? "module" : "commonjs", String(made.size)));
    return made.get(text)?.code ?? text;
  };
  const sitesOf = (id: string) => [...made.values()][Number(id)]?.sites ?? [];
  // Modules that the test imports may have guards though it has none itself.
  if (prepare(source, shape) === source && shape !== "module")
    return { bare: outcome, outcomes, guards: 0, asked: 0, again: 0 };
  for (const mode of modes) {
    outcomes[mode] = await evaluate(root, source, {
      variant,
      wants,
      shape,
      prepare,
      runtime: runtimeFor(mode, sitesOf),
    });
  }
  const guards = [...made.values()].reduce((sum, one) => sum + (one?.sites.length ?? 0), 0);
  const { asked, again } = counts;
  return { bare: outcome, outcomes, guards, asked: asked - before.asked, again: again - before.again };
}

/** The outcome without dumbo, in the shape in which the test passes, if there is one. */
async function runBare(root: string, source: string, variant: Variant, wants: Wants) {
  const run = (shape: Shape) =>
    evaluate(root, source, { variant, wants, shape, prepare: (text) => text, runtime: undefined });
  if (variant.kind === "module") return { shape: "module" as Shape, outcome: await run("module") };
  const outcome = await run("commonjs");
  if (outcome === "pass") return { shape: "commonjs" as Shape, outcome };
  // A body of a function is not quite a script: `this`, `return`, what a `var` is.
  const asScript = await run("script");
  return asScript === "pass"
    ? { shape: "script" as Shape, outcome: asScript }
    : { shape: "commonjs" as Shape, outcome };
}
