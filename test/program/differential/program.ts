/** What a differential program is: files, runs, and what dumbo has to do in each run. */

/** Calls by function: its name; where several have the same one, `file name`, or `file:line name`. */
export type Counts = Readonly<Record<string, number>>;

/** What the statistics of a run have to say. Functions that are not named may do what they like. */
export interface Expectation {
  readonly hits?: Counts;
  readonly misses?: Counts;
  /** Hits whose results were not decoded. */
  readonly unread?: Counts;
  /** Hits of which there may be more: where the calls are too many for the budget of one run. */
  readonly hitsAtLeast?: Counts;
  /** Functions, named as in {@link Counts}, that must not be cached, with the reason: neither hits nor silence will do. */
  readonly refused?: Readonly<Record<string, RegExp>>;
}

/** Sources by path; a function edits what is there, null deletes it. */
export type Files = Readonly<Record<string, string>>;
export type Edit = Readonly<Record<string, string | ((before: string) => string) | null>>;

/** How a run is started. */
export interface Invocation {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Flags for Node, with dumbo and without. */
  readonly flags?: readonly string[];
}

/** One more run after the cold and the warm one, with other sources or another invocation. */
export interface Step extends Invocation, Expectation {
  readonly label: string;
  readonly edit?: Edit;
}

export interface Definition extends Invocation {
  readonly files: Files;
  /** Symbolic links by path, with what they lead to. */
  readonly links?: Files;
  /** Each run finds its files made anew, with other times: what asks for those misses. */
  readonly areFilesNew?: true;
  /** `main.mjs` if not given. */
  readonly entry?: string;
  /** Path of another dumbo than the one under test: one that was broken deliberately. */
  readonly bundle?: string;
  /** How dumbo gets in. `--import` if not given. */
  readonly via?: "--import" | "--require" | "NODE_OPTIONS";
  /** Calls that miss in the cold run and hit in the warm one. */
  readonly memo?: Counts;
  /** In place of what `memo` says. */
  readonly cold?: Expectation;
  readonly warm?: Expectation;
  /** Functions that are never cached, in any run. Programs without `memo`, `cold` and `warm` need it. */
  readonly refuses?: Readonly<Record<string, RegExp>>;
  readonly after?: readonly Step[];
  /** Files for the run without dumbo, where Node cannot run the program as it is (TypeScript on Node 20). */
  readonly twin?: Twin;
  /** Lowest major version of Node that can run it. */
  readonly node?: number;
  /** Why it is another program when hits are computed again (DUMBO_VERIFY): a known difference of recorded calls. */
  readonly unverified?: string;
  /** A known bug of dumbo: what is wrong. The test runs and may fail. */
  readonly todo?: string;
}

export interface Twin {
  /** Majors of Node below this one need it. */
  readonly below: number;
  readonly flags: readonly string[];
}

export interface Program extends Definition {
  readonly name: string;
}

/** Work that the scan does not take for trivial, as an ES and as a CommonJS module that every program has. */
const BURN = `function burn(n) {
  let h = n | 0;
  for (let i = 0; i < 5_000; i++) h = (Math.imul(h ^ i, 16777619) + (h >>> 7)) | 0;
  return h >>> 0;
}
`;
const GIVEN: Files = {
  "burn.mjs": `export ${BURN}\n`,
  "burn.cjs": `${BURN}module.exports = { burn };\n`,
};

/** Declares a program; sources lose the indentation of the template that they are written in. */
export function program(name: string, definition: Definition): Program {
  const { memo, cold, warm, refuses, after = [] } = definition;
  const isExpecting = [memo, cold?.hits, warm?.hits, refuses, ...after.map((step) => step.hits)].some((one) => one);
  if (!isExpecting) throw new Error(`${name}: without an expected hit or refusal it proves nothing`);
  const files = Object.entries(definition.files).map(([path, text]) => [path, dedent(text)] as const);
  return { ...definition, name, files: { ...GIVEN, ...Object.fromEntries(files) } };
}

function dedent(text: string): string {
  const lines = text.replace(/^\n/, "").replace(/\n *$/, "\n").split("\n");
  const filled = lines.filter((line) => line.trim() !== "");
  const indent = Math.min(...filled.map((line) => /^ */.exec(line)?.[0].length ?? 0));
  return lines.map((line) => line.slice(indent)).join("\n");
}
