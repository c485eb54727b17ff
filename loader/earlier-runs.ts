/** What earlier runs of the program have left in the cache directory about its functions: each file is read when it is first asked for. */

import { unaudited } from "../audit/unaudited.ts";
import type { LiveModule } from "../src/code/live-module.ts";
import type { Site } from "../src/code/manifest.ts";
import type { History, Outlook } from "../src/policy/policy.ts";
import { type FunctionProfile, learnedUnder, placedName, readDistrusted, readProfiles } from "../src/policy/profile.ts";
import { outlookOf } from "../src/policy/runs.ts";
import { modulePath, profileKey } from "../src/report/summary.ts";
import { state } from "../src/trace/frames.ts";

/** What tells which runs are earlier ones of the program. */
export interface ProgramPlace {
  readonly directory: string;
  readonly root: string;
  /** Path of the script that runs. */
  readonly program: string;
  /** The digest of the assumePure list. */
  readonly list: string;
}

export class EarlierRuns {
  readonly #place: ProgramPlace;
  readonly #contentOf: (id: string) => string;
  #profiles: Record<string, FunctionProfile> | null = null;
  #outlook: Omit<Outlook, "isWhole"> | null = null;
  #distrusted: Record<string, readonly string[]> | null = null;

  /** @param contentOf the id of the content that a transform was made of */
  constructor(place: ProgramPlace, contentOf: (id: string) => string) {
    this.#place = place;
    this.#contentOf = contentOf;
  }

  /** What the program's last runs lead to expect of this one. */
  get outlook(): Outlook {
    this.#outlook ??= unaudited(() => outlookOf(this.#place.directory, this.#place.program));
    const { bare, runs, isVain, share } = this.#outlook;
    return { bare, runs, isVain, isWhole: state.run !== null, share };
  }

  /** The same if it was asked for before, else null. */
  get known(): Omit<Outlook, "isWhole"> | null {
    return this.#outlook;
  }

  /** What is known of a function; null if nothing. */
  historyOf(module: LiveModule, site: Site): History | null {
    const { directory, root, list } = this.#place;
    this.#profiles ??= readProfiles(directory);
    const file = modulePath(module.instance.url, root);
    return learnedUnder(list, this.#profiles[profileKey(file, site.name, site.place.line)]) ?? null;
  }

  /** Whether an entry of a function was found wrong. */
  isDistrusted({ instance }: LiveModule, site: Site): boolean {
    this.#distrusted ??= readDistrusted(this.#place.directory);
    return this.#distrusted[this.#contentOf(instance.id)]?.includes(placedName(site)) === true;
  }
}
