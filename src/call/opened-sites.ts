/** The guarded functions of loaded modules, each opened when something first asks about a call of it. */
import type { LiveModule } from "../code/live-module.ts";
import type { Site } from "../code/manifest.ts";
import { isOfPackage } from "../config/project.ts";
import { OpenAccount } from "../policy/always.ts";
import type { History } from "../policy/policy.ts";
import type { Host } from "./host.ts";
import { LiveSite } from "./site.ts";

/** A guarded function, whether or not it is open. */
export interface GuardedFunction {
  readonly module: LiveModule;
  readonly index: number;
  readonly site: Site;
  /** What earlier runs know of it. */
  readonly history: History | null;
}

export class OpenedSites {
  readonly #host: Host;
  readonly #modules = new Map<LiveModule, Map<number, LiveSite | null>>();
  /** All functions that were called at least once. */
  readonly list: LiveSite[] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  /** Adds a module whose guards are handed out. */
  add(module: LiveModule): void {
    this.#modules.set(module, new Map());
  }

  /** Null where nothing is known of the function. */
  open(module: LiveModule, index: number): LiveSite | null {
    const opened = this.#modules.get(module);
    let live = opened?.get(index);
    if (live === undefined) {
      live = this.#host.apart(() => this.#make(module, index), null);
      opened?.set(index, live);
    }
    return live;
  }

  /** The guarded function that a value is; null for any other, and while it is not known. */
  find(fn: object): GuardedFunction | null {
    const identity = this.#host.registry.identify(fn);
    if (identity.kind !== "unit") return null;
    const { module, index: unit } = identity.unit;
    const index = this.#modules.has(module)
      ? module.manifest?.sites.findIndex((site) => site.unit === unit)
      : undefined;
    const site = index === undefined ? undefined : module.manifest?.sites[index];
    return site === undefined
      ? null
      : { module, index: index as number, site, history: this.#host.history(module, site) };
  }

  isOpen({ module, index }: GuardedFunction): boolean {
    return this.#modules.get(module)?.get(index) != null;
  }

  #make(module: LiveModule, index: number): LiveSite | null {
    const site = module.manifest?.sites[index];
    if (!site) return null;
    const { history: historyOf, isDistrusted, policy, owner } = this.#host;
    const history = historyOf(module, site);
    const account = site.wanted ? new OpenAccount(history) : policy.account(history, isTimedFirst(module, site));
    const live = new LiveSite(module, index, site, account, history, owner(module, site));
    this.list.push(live);
    if (isDistrusted(module, site)) live.refuse({ kind: "found-wrong" });
    else live.begin();
    return live;
  }
}

/**
 * Whether calls of a function are timed before one gets a key. Packages have many small functions over much state, whose first keys would
 * cost more than all their calls. An async function, or one that takes its arguments apart, cannot be timed without a key.
 */
function isTimedFirst({ instance }: LiveModule, { async, levels }: Site): boolean {
  return isOfPackage(instance.url) && !async && levels === undefined;
}
