/** What a shared cache has to offer. Everything may fail and take long: callers count failures and set bounds. */
import type { Place } from "./place.ts";

export interface Backend {
  /** The bytes under each name; null where there is nothing, or more than may travel. */
  read(names: readonly string[]): Promise<(Buffer | null)[]>;
  write(name: string, bytes: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
  close(): void;
  /** Names that one machine at a time can take; null where the server cannot promise that. */
  readonly claims: ClaimBackend | null;
}

/** A claim is gone when its holder has not renewed it for a while. */
export interface ClaimBackend {
  /** Answers whether it is ours now. */
  take(name: string, claim: Claim, ms: number): Promise<boolean>;
  /** What its holder says of it; null if nobody has it. */
  labelOf(name: string): Promise<string | null>;
  /** Keeps it, with another label if need be, unless it is gone. */
  renew(name: string, claim: Claim, ms: number): Promise<void>;
  release(name: string, claim: Claim): Promise<void>;
}

export interface Claim {
  readonly label: ClaimLabel;
  /** Of the process. */
  readonly id: string;
}

/** `busy`: its holder computes, and does nothing else. `left`: its holder has left its thread to others meanwhile. */
export type ClaimLabel = "busy" | "left";

/** The server has no room for more; it may still be read. */
export class FullError extends Error {}

/** Why the packages of the project cannot be used. */
export class MissingError extends Error {}

/** Loads a package of the project, or one that is installed beside dumbo. */
export type Load = (name: string) => Promise<unknown>;

/** Opens a shared cache: `redis.ts`, `s3.ts`. */
export type OpenBackend<Kind extends Place["kind"]> = (
  place: Extract<Place, { readonly kind: Kind }>,
  load: Load,
) => Promise<Backend>;
