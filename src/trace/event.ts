/** What the audit tells the core: an access to the world outside, and why it is harmless, if it is. */
import type { Observation, Output, Written } from "./trace.ts";

/** What makes an access harmless: without a token, it forbids caching the calls around it. */
export type Token =
  /** What was learned is part of the key. */
  | { readonly kind: "keyed" }
  /** It can be asked again at each look-up. */
  | { readonly kind: "observed"; readonly observation: Observation; readonly pending?: Pending }
  /** It concerns nothing but what the call itself has begun. */
  | { readonly kind: "own" }
  /** It can be printed again. */
  | { readonly kind: "printed"; readonly output: Output }
  /** It can be written again. */
  | { readonly kind: "written"; readonly written: Written; readonly pending?: Pending };

/** Something that a body has begun, and that has to be over when it ends: nobody sees what comes of it later. */
export interface Pending {
  /** Why a call cannot be cached that ends before. */
  why: string;
  isOver: boolean;
}

/** Something that a running program did to, or learned from, the world outside its own values. */
export interface AuditEvent {
  /** What kind of access: `clock`, `random`, `file`, `process`, `network`, `child`, `timer`, `output`, ... */
  readonly kind: string;
  /** The API that was called, as a reader would write it: `Date.now`, `fs.readFileSync`, `process.env`. */
  readonly name: string;
  readonly token?: Token;
  /** Why there is no token, where others of its kind have one. */
  readonly why?: string;
}
