/** What is known when a start begins. */
import type { CompiledCode } from "../src/compiled-code.ts";
import type { Config } from "../src/config/config.ts";
import type { Rest } from "./rest.ts";

/** What boot.ts hands to start.ts. */
export interface Boot {
  /** The processor time of the thread when dumbo began, in milliseconds. */
  readonly workedBefore: number;
  readonly cwd: string;
  /** Folder of the project. */
  readonly root: string;
  readonly config: Config;
  readonly directory: string;
  /** The directory for all projects of the user; null where there is none, or nothing in it may be trusted. */
  readonly user: string | null;
  /** dumbo's own files as V8 has compiled them. */
  readonly compiled: CompiledCode;
  /** Notes whether the program gains anything; null where it may not run without dumbo anyway. */
  readonly rest: Rest | null;
}
