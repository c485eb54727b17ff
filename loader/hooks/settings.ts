/** The settings for loading modules: the same in each thread of a program. */
import type { AssumePure } from "../../audit/assume-pure.ts";
import type { Config } from "../../src/config/config.ts";
import type { RepeatedRuns } from "../../src/policy/repeated-runs.ts";

export interface LoaderSettings {
  readonly root: string;
  /** Path of the script that runs. */
  readonly program: string;
  readonly directory: string;
  /** The directory for all projects of the user, or null. */
  readonly user: string | null;
  /** Where dumbo itself is, with a separator at the end: these files are never rewritten. */
  readonly dumboFolder: string;
  readonly config: Config;
  readonly assumePure: AssumePure;
  /** Guards to leave out, by id of the module's transform. */
  readonly omit: Readonly<Record<string, readonly number[]>>;
  /** Functions that do not run once with their module, as earlier runs have seen. */
  readonly repeated: RepeatedRuns;
  readonly sourceMap: boolean;
  /** Whether the user is told of modules of the program's own that cannot be parsed: who asks for dumbo's log is. Others have what Node says of them. */
  readonly tellsUnparsed: boolean;
  /** Whether modules are only linked and no program runs (`dumbo prepare`): packages are analysed as they load, however long that takes. */
  readonly linksOnly?: boolean;
  /** Whether packages run as they are: a lean run (loader/rest.ts). */
  readonly isLean?: boolean;
}
