/** The data of the page, which `dumbo report` writes into it. It is plain data; times are milliseconds. */
import type { Lane, Timeline } from "../profile/timeline.ts";
import type { MODE_WORDS, Silence } from "../run-mode.ts";

/**
 * The time of calls. `answered`: the time that hits saved. `computed`: calls that ran because they were new or not worth caching, or for
 * which nothing would help. `refused`: calls that are not cached although something would help.
 */
export interface Spent {
  readonly answered: number;
  readonly computed: number;
  readonly refused: number;
}

export type ReportVerdict = "cached" | "cheap" | "refused" | "undecided" | "unguarded" | "trivial";

export interface Line {
  readonly file: string;
  readonly line: number;
}

/** On what the entries of a function depend beside the arguments. */
export interface ReportGraph {
  /** The other functions and classes that the code reaches: `name file:line`, and the index of the function in the report, if it has one. */
  readonly reaches: readonly { readonly text: string; readonly id: number | null }[];
  /** Variables outside of the function, and `this`. */
  readonly values: readonly string[];
  /** Files, folders and the like that calls have read. */
  readonly reads: readonly string[];
}

export interface ReportFunction extends Spent {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly verdict: ReportVerdict;
  /** The verdict in words. */
  readonly word: string;
  /** The reason in words, with its place. */
  readonly why: string | null;
  /** The other reasons that were found. */
  readonly others: readonly string[];
  readonly at: Line | null;
  readonly advice: string | null;
  /** The entry for assumePure.json that would remove the reason. */
  readonly entry: string | null;
  /** The entry of assumePure.json that covers the function now. */
  readonly assumed: string | null;
  /** The counts here and below are since the code of the function changed. */
  readonly calls: number;
  readonly hits: number;
  readonly misses: number;
  readonly saved: number;
  readonly figures: readonly string[];
  readonly entries: number;
  readonly bytes: number;
  readonly graph: ReportGraph | null;
}

/** Misses with one cause. */
export interface ReportMiss {
  readonly calls: number;
  /** When the nearest call was stored, in milliseconds since 1970, or null. */
  readonly nearest: number | null;
  readonly causes: readonly { readonly text: string; readonly lines: readonly string[] }[];
}

export interface ReportMisses extends Line {
  readonly name: string;
  readonly count: number;
  readonly compared: number;
  readonly groups: readonly ReportMiss[];
}

export interface ReportRun {
  readonly began: number;
  readonly node: string;
  readonly mode: keyof typeof MODE_WORDS;
  readonly ran: number;
  readonly asked: number;
  readonly hits: number;
  readonly misses: number;
  readonly refused: number;
  readonly unasked: number;
  readonly saved: number;
  readonly spent: number;
}

/** The records of one function in the store. */
export interface ReportStored {
  readonly label: string;
  readonly id: number | null;
  readonly entries: number;
  readonly bytes: number;
  /** How long computing all of them took. */
  readonly cost: number;
  /** When the oldest one was stored, and when one was last used, in milliseconds since 1970. */
  readonly created: number;
  readonly used: number;
}

/** The entries that were last used so many whole days ago. */
export interface ReportAge {
  readonly days: number;
  readonly entries: number;
  readonly bytes: number;
}

/** The timeline. Blocks refer to its functions by index; `id` is the index of the function in the report, if it has one. */
export interface ReportTimeline extends Pick<Timeline, "took" | "interval" | "least"> {
  readonly functions: readonly { readonly text: string; readonly id: number | null }[];
  readonly lanes: readonly (Pick<Lane, "blocks"> & { readonly name: string })[];
}

export interface ReportData {
  readonly program: string;
  readonly directory: string;
  readonly made: number;
  readonly dumbo: string;
  readonly silence: Silence | null;
  /** The runs of the program, the latest last. */
  readonly runs: readonly ReportRun[];
  /** The last profiled run, if there is one, and whether it was the last run. */
  readonly profile: {
    readonly at: number;
    readonly ran: number;
    readonly dumbo: number;
    readonly isLast: boolean;
  } | null;
  readonly timeline: ReportTimeline | null;
  readonly functions: readonly ReportFunction[];
  /** Texts by file, as many as fit. */
  readonly sources: Readonly<Record<string, string>>;
  /** How many files were left out. */
  readonly unshownSources: number;
  readonly misses: readonly ReportMisses[];
  readonly unshownMisses: number;
  /** `gcAge`: after so many days without use, `dumbo gc` removes an entry. */
  readonly store: {
    readonly bytes: number;
    readonly others: number;
    readonly limit: number;
    readonly gcAge: number;
    readonly functions: readonly ReportStored[];
    readonly ages: readonly ReportAge[];
  };
}
