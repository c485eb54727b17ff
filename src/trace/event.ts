/** What the audit tells the core: an access to the world outside, and why it is harmless, if it is. */
import type { Reason, WriteTrouble } from "../reason/reason.ts";
import type { Dependency, Output, Written } from "./trace.ts";

/** Why an access does not keep the calls around it from being stored. An access without a token does. */
export type Token =
  /** What it read is part of the key. */
  | { readonly kind: "keyed" }
  /** It can be read again at each look-up. */
  | { readonly kind: "observed"; readonly dependency: Dependency; readonly pending?: Pending }
  /** It concerns only a file or stream that the call itself has opened. */
  | { readonly kind: "confined" }
  /** It can be printed again. */
  | { readonly kind: "printed"; readonly output: Output }
  /** It can be written again. */
  | { readonly kind: "written"; readonly written: Written; readonly pending?: Pending };

/** Work that a body has begun and that has to be over when the body ends: its outcome is not recorded later. */
export interface Pending {
  /** Why a call cannot be stored that ends before. */
  why: Reason;
  /** Only to be read when the body has ended. */
  isOver: boolean;
}

/** An access of the running program to the world outside its own values. */
export interface AuditEvent {
  /** What kind of access: `clock`, `random`, `file`, `process`, `network`, `child`, `timer`, `output`, ... */
  readonly kind: string;
  /** The API that was called, as a reader would write it: `Date.now`, `fs.readFileSync`, `process.env`. */
  readonly name: string;
  readonly token?: Token;
  /** Why there is no token, where other accesses of its kind have one. */
  readonly why?: WriteTrouble;
}
