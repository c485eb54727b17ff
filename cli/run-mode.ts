/** Words for how a run went, and for how the next ones will go. The page of the report uses them too, so nothing of Node is used here. */

import { time } from "../src/report/words.ts";

export const MODE_WORDS = {
  first: "first run",
  warm: "with a cache",
  verify: "hits are verified",
  whole: "answered as a whole",
} as const;

/** Why runs of a program record nothing now, so that everything that is known of it comes from earlier runs. */
export type Silence =
  | { readonly kind: "off" }
  | { readonly kind: "read-only" }
  /** dumbo has found nothing to gain (loader/rest.ts). `until` is in milliseconds since 1970. */
  | { readonly kind: "rest"; readonly until: number }
  /** They are answered as a whole (loader/whole-run). `took`: milliseconds. */
  | { readonly kind: "whole-run"; readonly took: number };

export function silenceText(silence: Silence): string {
  switch (silence.kind) {
    case "off":
      return "off now (DUMBO): programs run as without dumbo, and leave nothing";
    case "read-only":
      return "read only now: the cache answers, and runs leave nothing";
    case "rest":
      return `at rest until ${new Date(silence.until).toLocaleString()}, or until a file of it changes: dumbo has found nothing to gain, and runs go as without it`;
    case "whole-run":
      return `answered as a whole until something changes that it reads: its last run, of ${time(silence.took)}, is printed again where arguments and environment are the same (DUMBO_WHOLE_RUNS=none runs it)`;
  }
}
