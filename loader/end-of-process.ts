/**
 * The listeners by which dumbo learns that the process ends: one in front of those of the program, which do not run where one of them ends the process at
 * once; and, where the program has any, one behind them, which sees what they print.
 */
import { listeners, on, prependListener, removeListener } from "../audit/builtins/originals.ts";

type Listener = (code: number) => void;

/** A listener of Node's own, which it takes away again. */
const OF_NODE = "handleProcessExit";

export class EndOfProcess {
  readonly #first: Listener;
  readonly #last: Listener;

  /**
   * @param first is called in front of the program's listeners
   * @param last is called behind them, after {@link goBehind}
   */
  constructor(first: Listener, last: Listener) {
    this.#first = (code) => first(code);
    this.#last = (code) => last(code);
    // In front of a listener that Node takes away again: behind the first one, Node 20 would take that away by the program's `Array.prototype.shift`.
    prependListener("exit", this.#first);
  }

  /** The program has added a listener. */
  goBehind(): void {
    removeListener("exit", this.#last);
    on("exit", this.#last);
  }

  /** Whether code of the program runs after the first listener; "unseen" where some of it runs after the last one. */
  get follows(): "nothing" | "listeners" | "unseen" {
    const all = listeners("exit");
    const own: readonly unknown[] = [this.#first, this.#last];
    if (!all.some((one) => !own.includes(one) && one.name !== OF_NODE)) return "nothing";
    return all.at(-1) === this.#last ? "listeners" : "unseen";
  }
}
