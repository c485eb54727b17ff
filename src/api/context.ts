/** `context` and `tweak`: code in which some calls of memoized functions return something else. */
import { types } from "node:util";
import type { Engine } from "../call/engine.ts";
import type { Context, Tweaks } from "../trace/contexts.ts";
import * as own from "../trace/contexts.ts";
import { theEngine } from "./connection.ts";
import { copyOf } from "./copy-of.ts";
import { currentContext } from "./current-context.ts";
import type * as declared from "./declared.ts";
import { argumentValue } from "./inputs.ts";
import { noteFinding } from "./note-finding.ts";
import { callOf } from "./queries.ts";
import { type TweakedCall, TweakSet } from "./tweak-set.ts";

class RunningContext implements Context {
  readonly isFixed = false;
  #tweaks: Tweaks | null;
  /** The last set that this context has made. As long as it is not used, tweaks are added to it. */
  #own: TweakSet | null = null;

  constructor(around: Context | null) {
    this.#tweaks = around?.tweaks ?? null;
    // What the context around tweaks from now on does not hold here: to ask its set for the id keeps it as it is, and later tweaks get a new one.
    void this.#tweaks?.id;
  }

  get tweaks(): Tweaks | null {
    return this.#tweaks;
  }

  add(call: TweakedCall, engine: Engine | null): void {
    if (this.#own === null || this.#own.isUsed) {
      this.#own = new TweakSet(this.#tweaks, engine?.tools.hashText ?? null);
      this.#tweaks = this.#own;
    }
    this.#own.add(call);
  }
}

export const context: typeof declared.context = (callback) => {
  if (typeof callback !== "function") throw new TypeError("context takes a function");
  const engine = theEngine();
  if (engine !== null) noteFinding(engine, "a context");
  const tools = engine?.tools ?? own;
  return tools.runInContext(new RunningContext(tools.currentContext()), callback);
};

export const tweak: typeof declared.tweak = (fn, args, value) => {
  const { hand, self } = callOf(fn);
  if (hand.isStream || hand.options.lazy)
    throw new TypeError("tweak takes no stream, and nothing lazy: tweak what it calls");
  if (!Array.isArray(args)) throw new TypeError("tweak takes a list of arguments");
  const around = currentContext();
  if (around?.isFixed) throw new TypeError("a memoized call cannot tweak others: it has begun");
  if (!(around instanceof RunningContext)) throw new TypeError("tweak is called in the function that context is given");
  if (hand.isAsync && types.isPromise(value))
    throw new TypeError("tweak takes what the call's promise is of, and no promise");
  const engine = theEngine();
  if (engine !== null) noteFinding(engine, "a context");
  const call: TweakedCall = {
    fn: hand.fn,
    self,
    usesThis: mayUseThis(hand.fn),
    args: args.map((one: unknown) => copyOf(argumentValue(one))),
    keyed: hand.tweakTo(self, args, value),
    value: copyOf(value),
  };
  around.add(call, engine);
};

/** Whether a function may read its `this`, by its text: then calls on other objects are other calls. */
function mayUseThis(fn: (...args: never[]) => unknown): boolean {
  return /\b(?:this|super|eval)\b|native code/.test(Function.prototype.toString.call(fn));
}
