/** The interface of a server that holds a shared cache. Every call may fail or take long: callers count failures and set limits. */
import type { CachePlace } from "./cache-place.ts";

export interface Backend {
  /** The bytes under each name; null if there are none, or more than a record may have. */
  read(names: readonly string[]): Promise<(Buffer | null)[]>;
  write(name: string, bytes: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
  close(): void;
  /** Claims, each of which one process at a time can have; null if the server cannot guarantee that. */
  readonly claims: ClaimBackend | null;
}

/** Claims of a server. A claim ends by itself when its holder has not renewed it for `ms` milliseconds. */
export interface ClaimBackend {
  /** Takes a claim. @returns false if another process has it */
  take(name: string, claim: Claim, ms: number): Promise<boolean>;
  /** The label that the holder gave a claim; null if nobody has it. */
  labelOf(name: string): Promise<string | null>;
  /** Renews a claim of this process, and sets its label. Does nothing if the claim has ended. */
  renew(name: string, claim: Claim, ms: number): Promise<void>;
  release(name: string, claim: Claim): Promise<void>;
}

export interface Claim {
  readonly label: ClaimLabel;
  /** The id of the process that has it. */
  readonly id: string;
}

/** `busy`: the call computes in its thread. `left`: the call waits for something, and its thread is free. */
export type ClaimLabel = "busy" | "left";

/** Thrown when the server takes no more records. It may still be read. */
export class FullError extends Error {}

/** Thrown when something is missing in the project to use a server: a package, or a setting. */
export class MissingError extends Error {}

/** The most bytes that a server may send for one question; it is not read to the end of more. */
export const MOST_ANSWERED = 256 * 1024 * 1024;

/** Loads a package that is installed in the project, or beside dumbo. */
export type Load = (name: string) => Promise<unknown>;

/** Opens a server: redis.ts, s3.ts. */
export type OpenBackend<Kind extends CachePlace["kind"]> = (
  place: Extract<CachePlace, { readonly kind: Kind }>,
  load: Load,
) => Promise<Backend>;
