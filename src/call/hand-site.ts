/** The site of a function that is memoized by hand. No guard stands in it, and each of its calls is looked up, however cheap. */
import type { LiveUnit } from "../code/live-module.ts";
import type { ModuleInstance, Site } from "../code/manifest.ts";
import { OpenAccount } from "../policy/always.ts";
import type { Reason } from "../reason/reason.ts";
import type { Owner } from "../store/store.ts";
import { LiveSite } from "./site.ts";

/** What the library knows of such a function. */
export interface HandDefinition {
  readonly fn: (...args: unknown[]) => unknown;
  readonly unit: LiveUnit;
  readonly site: Site;
  readonly owner: Owner;
  /** Milliseconds that a call has to take for its result to be stored. */
  readonly minTime: number;
  readonly isStream: boolean;
}

/** The number of its guard: none of its module has this one. */
const NO_GUARD = -1;

export class HandSite extends LiveSite {
  override readonly isStream: boolean;
  readonly #fn: HandDefinition["fn"];
  readonly #instance: ModuleInstance;

  constructor({ fn, unit, site, owner, minTime, isStream }: HandDefinition) {
    super(unit.module, NO_GUARD, site, new HandAccount(minTime), null, owner, unit);
    this.isStream = isStream;
    this.#fn = fn;
    this.#instance = { ...unit.module.instance, set: () => undefined };
  }

  override get fn(): HandDefinition["fn"] {
    return this.#fn;
  }

  override get isByHand(): boolean {
    return true;
  }

  override get instance(): ModuleInstance {
    return this.#instance;
  }

  /** Who memoizes a function by hand wants calls that overlap to run its body once, whatever comes of it. */
  override get mayBeAwaited(): boolean {
    return true;
  }

  /** Refusals never give the function up: who memoizes a function by hand wants each of its calls looked up. */
  override noteRefusal(reason: Reason): void {
    this.lastReason = reason;
    this.tell(reason, false);
  }
}

class HandAccount extends OpenAccount {
  readonly #minTime: number;

  constructor(minTime: number) {
    super(null);
    this.#minTime = minTime;
  }

  override pays(cost: number): boolean {
    return cost >= this.#minTime;
  }
}
