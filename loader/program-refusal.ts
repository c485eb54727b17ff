/** Why no call of the program is cached from now on: what a loaded module does, or a built-in that the program has replaced. */
import { beforePuttingBack, isPutBack } from "../audit/builtins/as-at-start.ts";
import { BuiltinWatch } from "../audit/builtins/patched.ts";
import { takenModules } from "../audit/builtins/pure-modules.ts";
import type { BuiltInChange } from "../src/code/reach-context.ts";
import type { ProgramCause } from "../src/reason/reason.ts";
import { noteGlobalAccessors } from "../src/value/global-accessors.ts";

export class ProgramRefusal {
  /** The built-ins that dumbo's own taps have replaced. */
  #ours = new Set<object>();
  readonly #builtins = new BuiltinWatch((fn) => this.#ours.has(fn));
  readonly #countModules: () => number;
  /** How many modules were loaded when the built-ins were last looked at closely. */
  #checked = -1;
  /** What a loaded module does that no call may be skipped for, or null. */
  #forbids: ProgramCause | null = null;
  /** The first built-in that was found replaced. It stays the cause when the program puts it back: results may depend on it by then. */
  #replaced: ProgramCause | null = null;

  /** What was found before replaced built-ins were put back for dumbo's own work. */
  #before: ProgramCause | null = null;

  /** @param countModules how many modules dumbo has rewritten by now */
  constructor(countModules: () => number) {
    this.#countModules = countModules;
    beforePuttingBack(() => {
      this.#before = this.cause(true);
    });
  }

  /** Takes what stands in place of built-ins now as dumbo's own: to be called when the taps are in. */
  trustTaps(): void {
    this.#builtins.start();
    noteGlobalAccessors();
    const format = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, "format")?.get;
    this.#ours = new Set<object>([globalThis.Date, globalThis.Date.now, Date.parse, Date.UTC, globalThis.Math.random]);
    if (format) this.#ours.add(format);
  }

  /** Caches nothing from now on, because of what the program does. */
  forbid(cause: ProgramCause): void {
    this.#forbids ??= cause;
  }

  /**
   * Null as long as calls may be cached. Cost: a look at each built-in, a close one when modules were loaded since the last question.
   * @param all whether to find also what was added to built-ins in the last milliseconds and cannot be enumerated
   */
  cause(all = false): ProgramCause | null {
    if (isPutBack()) return this.#before;
    // Before a close look at the built-ins: that runs regular expressions, and the program may read `RegExp.$1` after them.
    if (this.#forbids !== null) return this.#forbids;
    if (this.#replaced === null) {
      const loaded = this.#countModules() + takenModules();
      const isNew = this.#checked !== loaded;
      this.#checked = loaded;
      this.#replaced = isNew ? this.#builtins.lookClosely() : this.#builtins.look(all);
    }
    return this.#replaced;
  }

  /** What the last look has found that the program has done to built-ins, and that is a part of each key. */
  get builtInChanges(): readonly BuiltInChange[] {
    return this.#builtins.changes;
  }

  /** A member that the program has added to a namespace of the language, or null. */
  get addedToNamespaces(): string | null {
    return this.#builtins.added;
  }
}
