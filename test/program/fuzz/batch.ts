/**
 * Runs many programs in a few processes: bare, cold, warm, and after their edits bare, warm and warm again. All with
 * dumbo share one cache directory, as the runs of a project do.
 */
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { renderEdited } from "./edits.ts";
import { type Files, render } from "./render.ts";
import type { Spec } from "./spec.ts";

/** Whom to test, and on which Node. */
export interface Subject {
  readonly node: string;
  /** dist/auto.cjs, or that of a mutant. */
  readonly bundle: string;
  /** The seed of a policy of chance; else all that is sound is kept. */
  readonly chance?: string;
}

/** A run of one program that was not what the bare run was. */
export interface Difference {
  readonly index: number;
  readonly run: string;
  /** First line that differs. */
  readonly expected: string;
  readonly actual: string;
}

export interface Outcome {
  readonly differences: readonly Difference[];
  /** Hits of each program, over all runs. */
  readonly hits: readonly number[];
}

/** A process of the batch that failed as a whole. */
export class BatchError extends Error {
  /** Without dumbo: a program that grows beyond all bounds, and says nothing of dumbo. */
  readonly isBare: boolean;

  constructor(message: string, isBare: boolean) {
    super(message);
    this.isBare = isBare;
  }
}

type Logs = Readonly<Record<string, readonly string[]>>;

const CHILD = new URL("child/", import.meta.url);
/** Milliseconds, without dumbo and with it. */
const LIMIT = { bare: 15_000, dumbo: 120_000 };
/** Megabytes: what grows for ever ends soon. */
const HEAP = 512;
const PLACE = process.env.DUMBO_FUZZ_TMP ?? tmpdir();

/** Whether the programs are the same with dumbo as without. */
export async function runBatch(specs: readonly Spec[], subject: Subject): Promise<Outcome> {
  const place = realpathSync(mkdtempSync(join(PLACE, "dumbo-fuzz-")));
  try {
    for (const name of ["run.mjs", "emit.mjs", "printer.mjs"])
      copyFileSync(fileURLToPath(new URL(name, CHILD)), join(place, name));
    writeFileSync(join(place, "package.json"), '{ "type": "module" }\n');
    const config = { exclude: ["run.mjs", "emit.mjs", "printer.mjs"] };
    writeFileSync(join(place, "dumbo.config.json"), JSON.stringify(config));
    return await runAll(specs, subject, place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

async function runAll(specs: readonly Spec[], subject: Subject, place: string): Promise<Outcome> {
  const differences: Difference[] = [];
  const different = new Set<number>();
  const compare = (run: string, expected: Logs, actual: Logs) => {
    for (let index = 0; index < specs.length; index++) {
      const found = different.has(index)
        ? null
        : firstDifference(expected[`p${index}`] ?? [], actual[`p${index}`] ?? []);
      if (!found) continue;
      different.add(index);
      differences.push({ index, run, ...found });
    }
  };
  write(place, specs, render);
  const bare = await run(place, specs.length, subject, null);
  for (const label of ["cold", "warm"]) compare(label, bare, await run(place, specs.length, subject, label));
  write(place, specs, renderEdited);
  const edited = await run(place, specs.length, subject, null);
  for (const label of ["edited", "edited, warm"]) {
    compare(label, edited, await run(place, specs.length, subject, label));
  }
  return { differences, hits: countHits(join(place, "log"), specs.length) };
}

/** Folder and suffix of a program in its batch. */
function write(place: string, specs: readonly Spec[], renderer: (spec: Spec, suffix: string) => Files): void {
  specs.forEach((spec, index) => {
    const folder = join(place, `p${index}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [path, text] of Object.entries(renderer(spec, `_${index}`))) writeFileSync(join(folder, path), text);
  });
}

/** @param label of a run with dumbo; null for one without */
async function run(place: string, count: number, subject: Subject, label: string | null): Promise<Logs> {
  const { node, bundle, chance } = subject;
  const isBare = label === null;
  const results = join(place, "results.json");
  rmSync(results, { force: true });
  const flags = isBare ? [] : ["--import", pathToFileURL(bundle).href];
  const folders = Array.from({ length: count }, (_, index) => `p${index}`);
  const child = spawn(node, [`--max-old-space-size=${HEAP}`, ...flags, "run.mjs", results, ...folders], {
    cwd: place,
    env: {
      PATH: process.env.PATH,
      DUMBO_DIR: join(place, "cache"),
      DUMBO_LOG: join(place, "log"),
      DUMBO_POLICY: chance === undefined ? "always" : `chance:${chance} ${label}`,
      TZ: "UTC",
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: isBare ? LIMIT.bare : LIMIT.dumbo,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const ended = await new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(String(code ?? signal)));
  });
  if (ended !== "0" || output !== "" || !existsSync(results)) {
    throw new BatchError(`${isBare ? "bare" : "with dumbo"}: ended with ${ended}\n${output.slice(0, 4000)}`, isBare);
  }
  return JSON.parse(readFileSync(results, "utf8")) as Logs;
}

function firstDifference(
  expected: readonly string[],
  actual: readonly string[],
): Pick<Difference, "expected" | "actual"> | null {
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    const [one = "(nothing)", other = "(nothing)"] = [expected[i], actual[i]];
    if (one === other) continue;
    let at = 0;
    while (one[at] === other[at]) at++;
    const excerpt = (text: string) => `${at > 80 ? "..." : ""}${text.slice(Math.max(0, at - 80), at + 200)}`;
    return { expected: excerpt(one), actual: excerpt(other) };
  }
  return null;
}

/** Sums the hits of the runs by the number that ends the names of a program's functions and classes. */
function countHits(log: string, count: number): number[] {
  const hits = new Array<number>(count).fill(0);
  if (!existsSync(log)) return hits;
  for (const line of readFileSync(log, "utf8").trim().split("\n")) {
    const { functions } = JSON.parse(line) as { functions: Record<string, { hits: number }> };
    for (const [name, one] of Object.entries(functions)) {
      const index = Number(/_(\d+)/.exec(name)?.[1] ?? Number.NaN);
      if (hits[index] !== undefined) hits[index] += one.hits;
    }
  }
  return hits;
}
