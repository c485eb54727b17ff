/** The guards of functions that were typed at the prompt. Each is a property of the global object, and not enumerable. */
import { types } from "node:util";
import type { Engine } from "../../src/call/engine.ts";
import type { LiveSite } from "../../src/call/site.ts";
import { type GuardFunction, MARK } from "../../src/code/guard-text.ts";
import type { GlobalScope } from "../../src/code/repl-module.ts";
import type { GuardedInput, InputSite } from "../transform/repl-input.ts";

const sourceText = Function.prototype.toString;

export class InputGuards {
  readonly #engine: Engine;
  readonly #scope: GlobalScope;
  #next = 0;
  readonly #refused = new Map<string, string>();

  constructor(engine: Engine, scope: GlobalScope) {
    this.#engine = engine;
    this.#scope = scope;
    put(MARK, engine.memoizer.box);
  }

  /** The number of the next guard. */
  get next(): number {
    return this.#next;
  }

  /** Why functions without a site are not cached, by their names. */
  get refused(): ReadonlyMap<string, string> {
    return this.#refused;
  }

  /** Makes the guards of an input that is about to run. */
  add({ sites, refused }: Pick<GuardedInput, "sites" | "refused">): void {
    for (const { name, reason } of refused) {
      this.#refused.set(name, reason === null ? "is async: memo takes it" : this.#engine.tools.describe(reason));
    }
    for (const { site } of sites) this.#refused.delete(site.name);
    for (const [index, { number, variable, site }] of sites.entries()) {
      const name = MARK + number;
      const set = (guard: unknown) => put(name, guard);
      const open = () => this.#open(name, index, { number, variable, site }, set);
      set(this.#engine.memoizer.guard(open, () => set(undefined)));
      this.#next = number + 1;
    }
  }

  /** Makes the site of a guard that is called for the first time; null if its function cannot be cached. */
  #open(guard: string, index: number, { variable, site }: InputSite, set: (guard: unknown) => void): LiveSite | null {
    const { host, memoizer, registry, tools } = this.#engine;
    const fn = this.#scope.mayRead(variable) ? this.#scope.read(variable) : undefined;
    // Another function may have the name by now.
    if (typeof fn !== "function" || types.isProxy(fn) || !sourceText.call(fn).includes(`${guard}(`)) return null;
    const identity = registry.identify(fn);
    if (identity.kind !== "unit") {
      const why = identity.kind === "unknown" ? tools.describe({ ...identity.why, name: site.name }) : "";
      this.#refused.set(site.name, why);
      return null;
    }
    const { unit } = identity;
    const { module } = unit;
    const history = host.history(module, site);
    const account = host.policy.account(history, false);
    const live = new tools.FoundSite(
      { fn: fn as (...args: unknown[]) => unknown, unit, index, site, account, history },
      host.owner(module, site),
      set,
    );
    memoizer.adopt(live);
    if (host.isDistrusted(module, site)) live.refuse({ kind: "found-wrong" });
    else live.begin();
    return live;
  }
}

function put(name: string, value: GuardFunction | unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
