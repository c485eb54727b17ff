/** The tap of the function by which a program marks objects that Node does not clone (src/value/uncloneable.ts). */
import { state } from "../../src/trace/frames.ts";
import { noteUncloneable } from "../../src/value/uncloneable.ts";
import { touch } from "./touch.ts";
import { type Trap, tappedByCall } from "./wrap.ts";

const MARKER = "worker_threads.markAsUncloneable";

type AnyFunction = (...args: never[]) => unknown;

/** The tap of such a function; undefined for others. */
export function tappedMarker<F extends AnyFunction>(value: F, kind: string, name: string): F | undefined {
  if (name !== MARKER) return undefined;
  const trap: Trap = (original, self, args) => {
    const [marked] = args;
    if ((typeof marked === "object" && marked !== null) || typeof marked === "function") noteUncloneable(marked);
    if (state.isAudited) touch(kind, name);
    return Reflect.apply(original, self, args);
  };
  return tappedByCall(value, () => trap);
}
