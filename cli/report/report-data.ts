/** What the page of the report is given: plain data, which `dumbo report` writes into it. Times are milliseconds. */
import type { Lane, Timeline } from "../profile/timeline.ts";
import type { MODE_WORDS, Silence } from "../run-mode.ts";

/**
 * Answered by a stored result; computed: new, not worth it, or nothing would help; or refused, and something would help: what
 * could be won.
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

/** What an entry's result depends on beside its arguments. */
export interface ReportGraph {
  /** Functions and classes that the code reaches, without itself: `name file:line`, and the index of the function if it has one. */
  readonly reaches: readonly { readonly text: string; readonly id: number | null }[];
  /** Variables outside, and `this`. */
  readonly values: readonly string[];
  /** Files, folders and the like that its calls read. */
  readonly reads: readonly string[];
}

export interface ReportFunction extends Spent {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly verdict: ReportVerdict;
  /** The verdict in words. */
  readonly word: string;
  /** The reason in words, with its place, and what else was found. */
  readonly why: string | null;
  readonly others: readonly string[];
  readonly at: Line | null;
  readonly advice: string | null;
  /** The entry for assumePure.json that would set the reason aside. */
  readonly entry: string | null;
  /** The entry of assumePure.json that covers it now. */
  readonly assumed: string | null;
  /** Since its code changed. */
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

/** What the store holds of one function. */
export interface ReportStored {
  readonly label: string;
  readonly id: number | null;
  readonly entries: number;
  readonly bytes: number;
  /** What computing all of it took. */
  readonly cost: number;
  /** When the oldest was made, and when one was used last: milliseconds since 1970. */
  readonly created: number;
  readonly used: number;
}

/** Entries by the whole days since they were used. */
export interface ReportAge {
  readonly days: number;
  readonly entries: number;
  readonly bytes: number;
}

/** Functions by their numbers in blocks; `id` is the index of the function in the report if it has one. */
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
  /** Of the program, the latest last. */
  readonly runs: readonly ReportRun[];
  /** The run that was profiled last, if one was, and whether that was the last run. */
  readonly profile: {
    readonly at: number;
    readonly ran: number;
    readonly dumbo: number;
    readonly isLast: boolean;
  } | null;
  readonly timeline: ReportTimeline | null;
  readonly functions: readonly ReportFunction[];
  /** Texts by file, as far as there was room, and how many files were left out. */
  readonly sources: Readonly<Record<string, string>>;
  readonly unshownSources: number;
  readonly misses: readonly ReportMisses[];
  readonly unshownMisses: number;
  /** `gcAge`: days after which `dumbo gc` drops what was not used. */
  readonly store: {
    readonly bytes: number;
    readonly others: number;
    readonly limit: number;
    readonly gcAge: number;
    readonly functions: readonly ReportStored[];
    readonly ages: readonly ReportAge[];
  };
}
