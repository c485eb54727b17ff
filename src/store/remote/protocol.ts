/** The messages between the program's thread (client.ts) and the thread that talks to the shared caches (service.ts). */
import type { RecordForm, StoredRecord } from "../store.ts";
import type { CachePlace } from "./cache-place.ts";

export type ToService =
  | { readonly kind: "get"; readonly key: string; readonly form: RecordForm }
  | ({ readonly kind: "put"; readonly key: string; readonly form: RecordForm } & StoredRecord)
  /** Removes a record that was put before. */
  | { readonly kind: "remove"; readonly key: string }
  /** Takes a claim. If another process has it, the service watches it for at most so many milliseconds. */
  | { readonly kind: "claim"; readonly key: string; readonly ms: number }
  /** The claim's call waits for something, so that its thread is free. */
  | { readonly kind: "leave"; readonly key: string }
  | { readonly kind: "release"; readonly key: string }
  /** The run ends: `used` is the list of records that it has used (used-list.ts). The service writes what is left, and answers `ended`. */
  | { readonly kind: "end"; readonly used: Uint8Array };

export type FromService =
  /** The records that earlier runs used and this machine lacks, which are fetched now. Comes once, before any other message. */
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
  /** A line for the user. */
  | { readonly kind: "trouble"; readonly line: string }
  /** None of the caches is in use any more. */
  | { readonly kind: "off" }
  | { readonly kind: "ended" };

/** `ours`: this process has the claim. `busy`, `left`: another one has it (backend.ts). `free`: nobody has it, or nobody knows. */
export type ClaimState = "ours" | "busy" | "left" | "free";

/** The settings with which the service starts. */
export interface ServiceSettings {
  readonly places: readonly CachePlace[];
  readonly believed: readonly string[];
  /** The name of the list of records that the program uses: 32 hexadecimal digits. */
  readonly program: string;
  /** The file that lists the records that this machine has; null if nothing may be written. */
  readonly known: string | null;
  /** The folder of the project, whose packages talk to the servers. */
  readonly root: string;
  /** Bytes of records that may be fetched before a look-up asks for them. */
  readonly ahead: number;
}
