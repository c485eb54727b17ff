/** Taps on functions of `util` that make a function of another one: who holds what they make is known to hold the other one. */
import { types } from "node:util";
import { state } from "../../src/trace/frames.ts";
import { noteIdle, noteMade, noticedName } from "../builtins/noticed-functions.ts";
import { watchMade } from "../builtins/tapped-functions.ts";
import { mayHave, mayWarn, noteWarned, noteWarning, noteWrapped } from "../builtins/wrapped-functions.ts";
import { touch } from "./touch.ts";
import { type Trap, tappedByCall } from "./wrap.ts";

// biome-ignore lint/complexity/noBannedTypes: functions of any shape, which are never called here
type AnyFunction = Function;

const { getPrototypeOf, setPrototypeOf } = Object;
const { apply, defineProperty } = Reflect;
const promisified = Symbol.for("nodejs.util.promisify.custom");

/** Told what a function of `util` has made of its first argument. It may not throw. */
type Note = (made: AnyFunction, of: AnyFunction) => void;

/** @param exports of `util` */
export function tapWrappers(exports: object): void {
  tapMaker(exports, "promisify", notePromisified);
  tapMaker(exports, "callbackify", (made, of) => noteWrapped(made, "util.callbackify", of));
  tapDeprecate(exports);
  tapLoggers(exports);
}

/** A logger whose section `NODE_DEBUG` does not name does nothing, for as long as the process runs. Packages hold one, and call it everywhere. */
function tapLoggers(exports: object): void {
  const trap: Trap = (maker, self, args) => {
    const made: unknown = apply(maker, self, args);
    // What is given beside the section is called by the first call of the logger.
    const isSilent =
      args.length === 1 && typeof made === "function" && (made as { enabled?: unknown }).enabled === false;
    if (isSilent) noteIdle(made, "util.debuglog, disabled");
    return made;
  };
  replace(exports, "debuglog", trap);
  replace(exports, "debug", trap);
}

function tapMaker(exports: object, key: string, note: Note): void {
  replace(exports, key, (maker, self, args) => {
    const made: unknown = apply(maker, self, args);
    const of = args[0];
    if (typeof made === "function" && typeof of === "function") note(made, of);
    return made;
  });
}

function replace(exports: object, key: string, trap: Trap): void {
  const property = Object.getOwnPropertyDescriptor(exports, key);
  if (typeof property?.value !== "function") return;
  defineProperty(exports, key, { ...property, value: tappedByCall(property.value as AnyFunction, () => trap) });
}

/** `promisify(fs.readFile)` calls the tapped function: nothing else has to be known of it. */
function notePromisified(made: AnyFunction, of: AnyFunction): void {
  watchMade(made, "util.promisify", of);
  // Of what has a promisified form of its own, that is what was returned.
  if (noticedName(of) !== null) {
    // Looks at no proxy but a tap, whose handler has no traps.
    if (!(promisified in of)) noteMade(made, "util.promisify", of);
  } else if (!mayHave(of, promisified)) noteWrapped(made, "util.promisify", of);
}

/**
 * A function that Node calls after the warning. It stands in the place of the function behind it, for no one but Node: when a call
 * comes to it, the warning is over.
 */
class AfterWarning {
  readonly #of: object;
  made: object | null = null;

  constructor(of: object) {
    this.#of = of;
  }

  #pass(): undefined {
    if (this.made === null || !mayWarn(this.made)) return;
    // Whether it has really warned depends on what others have done: a call that comes first is never kept.
    if (state.isAudited) touch("output", "util.deprecate");
    noteWarned(this.made, this.#of);
  }

  get apply(): undefined {
    return this.#pass();
  }

  get construct(): undefined {
    return this.#pass();
  }
}

// What a program adds to Object.prototype must be no trap.
setPrototypeOf(AfterWarning.prototype, null);

function tapDeprecate(exports: object): void {
  replace(exports, "deprecate", (deprecate, self, args) => {
    const of = args[0];
    if (typeof of !== "function" || types.isProxy(of)) return apply(deprecate, self, args);
    const after = new AfterWarning(of);
    const behind = new Proxy<AnyFunction>(of, after as object);
    const [, ...others] = args;
    const made: unknown = apply(deprecate, self, [behind, ...others]);
    if (typeof made !== "function") return made;
    if (getPrototypeOf(made) === behind) setPrototypeOf(made, of);
    after.made = made;
    noteWarning(made, of);
    return made;
  });
}
