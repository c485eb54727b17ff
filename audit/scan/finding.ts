import type { Variable } from "eslint-scope";
import type { MemberProbe } from "../../src/code/manifest.ts";
import type { CodeCause } from "../../src/reason/reason.ts";
import type { Node } from "./syntax.ts";

/** Something in the code that forbids caching a call that evaluates it. */
export interface Finding {
  readonly cause: CodeCause;
  readonly node: Node;
  /** The binding of a function around it that it must not touch: a call in which that function began owns the binding, and may. */
  readonly captured?: Variable;
  /** It writes to the object that this binding leads to, and not to the binding itself. */
  readonly writesTo?: Variable;
  /** It assigns to this binding. */
  readonly assigns?: Variable;
  /** It counts only where the running function's `this` is the global object: sloppy code gets that when it is called plainly. */
  readonly ifGlobalThis?: boolean;
  /** It takes the console as a value, which is recorded when it runs. */
  readonly isConsole?: boolean;
  /** The member that is read, and what decides whether that forbids caching. */
  readonly member?: MemberProbe;
}
