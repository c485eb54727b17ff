/** What a look-up says to do with a call. */

import type { Key } from "../key/key.ts";
import type { Miss } from "./call.ts";
import type { Entry } from "./entry.ts";
import type { Flight } from "./in-flight.ts";
import type { Stored } from "./record.ts";

export type Lookup =
  | { readonly kind: "hit"; readonly key: Key; readonly value: unknown }
  /** The body runs and is compared with what is stored. */
  | { readonly kind: "verify"; readonly miss: Miss; readonly stored: Stored }
  /** Calls with the same key may wait for this one if it has a flight. */
  | { readonly kind: "miss"; readonly miss: Miss; readonly flight: Flight | null }
  /** Another call with the same key is under way. */
  | { readonly kind: "wait"; readonly miss: Miss; readonly flight: Flight }
  /** Another process is at it. */
  | { readonly kind: "other-process"; readonly miss: Miss }
  /** What the results depend on has to be waited for. */
  | { readonly kind: "revalidate"; readonly miss: Miss; readonly entries: readonly Entry[] }
  /** The body runs, and is timed. */
  | { readonly kind: "measure" }
  /** The body runs. */
  | { readonly kind: "bypass" };

export const BYPASS: Lookup = { kind: "bypass" };
