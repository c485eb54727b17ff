/**
 * The site of a function that was typed at a prompt. Its guard is no variable of a module, and it was found by its name when the guard was
 * first asked.
 */
import type { LiveUnit } from "../code/live-module.ts";
import type { ModuleInstance, Site } from "../code/manifest.ts";
import type { Account, History } from "../policy/policy.ts";
import type { Owner } from "../store/store.ts";
import { LiveSite } from "./site.ts";

export interface FoundFunction {
  readonly fn: (...args: unknown[]) => unknown;
  readonly unit: LiveUnit;
  /** Its place among the guarded functions of its module. */
  readonly index: number;
  readonly site: Site;
  readonly account: Account;
  readonly history: History | null;
}

export class FoundSite extends LiveSite {
  readonly #fn: FoundFunction["fn"];
  readonly #instance: ModuleInstance;

  /** @param set puts another guard in the place of the one that stands in the function's body, or undefined */
  constructor({ fn, unit, index, site, account, history }: FoundFunction, owner: Owner, set: (guard: unknown) => void) {
    super(unit.module, index, site, account, history, owner, unit);
    this.#fn = fn;
    this.#instance = { ...unit.module.instance, set: (_index, guard) => set(guard) };
  }

  override get fn(): FoundFunction["fn"] {
    return this.#fn;
  }

  override get instance(): ModuleInstance {
    return this.#instance;
  }
}
