/** What the thread of a program and the thread that talks to the shared caches say to each other. */
import type { RecordForm } from "../store.ts";
import type { Place } from "./place.ts";

export type ToService =
  | { readonly kind: "get"; readonly key: string; readonly form: RecordForm }
  | { readonly kind: "put"; readonly key: string; readonly form: RecordForm; readonly record: Uint8Array }
  /** Takes back what was put before. */
  | { readonly kind: "remove"; readonly key: string }
  /** If another process has the claim, it is waited for: at most so many milliseconds. */
  | { readonly kind: "claim"; readonly key: string; readonly ms: number }
  /** The claim's holder leaves its thread to others. */
  | { readonly kind: "leave"; readonly key: string }
  | { readonly kind: "release"; readonly key: string }
  /** Says what the run has used (used-list.ts), writes what is left to write, and answers `ended`. */
  | { readonly kind: "end"; readonly used: Uint8Array };

export type FromService =
  /** What earlier runs used and this machine does not have: it is being fetched. Comes once, and before anything else. */
  | { readonly kind: "list"; readonly items: Uint8Array }
  | {
      readonly kind: "found";
      readonly key: string;
      readonly form: RecordForm;
      /** Seconds since 1970. */
      readonly created: number;
      readonly record: Uint8Array;
    }
  | { readonly kind: "missing"; readonly key: string }
  | { readonly kind: "claim"; readonly key: string; readonly state: ClaimState }
  /** One line for the user. */
  | { readonly kind: "trouble"; readonly line: string }
  /** Nothing more is to be had. */
  | { readonly kind: "off" }
  | { readonly kind: "ended" };

/** `ours`: this process computes. `busy`, `left`: another one does (backend.ts). `free`: nobody, or nobody knows. */
export type ClaimState = "ours" | "busy" | "left" | "free";

/** What the service is started with. */
export interface ServiceSettings {
  readonly places: readonly Place[];
  readonly believed: readonly string[];
  /** Under which name the list of what the program uses is kept: 32 hexadecimal digits. */
  readonly program: string;
  /** The file that says what of the list this machine has; null where nothing may be written. */
  readonly known: string | null;
  /** The project: its packages are the clients. */
  readonly root: string;
  /** Bytes that may be fetched before anybody asks. */
  readonly ahead: number;
}
