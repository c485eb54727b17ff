import type { Variable } from "eslint-scope";
import type { MemberProbe } from "../../src/code/manifest.ts";
import type { CodeCause } from "../../src/reason/reason.ts";
import type { Node } from "./syntax.ts";

/** Something in the code that forbids caching a call that evaluates it. */
export interface Finding {
  readonly cause: CodeCause;
  readonly node: Node;
  /** A binding of a function around it. It forbids caching only for calls in which that function did not begin. */
  readonly captured?: Variable;
  /** The binding to whose object it writes. */
  readonly writesTo?: Variable;
  /** The binding to which it assigns. */
  readonly assigns?: Variable;
  /** It forbids caching only if `this` is the global object, as in a sloppy function that is called plainly. */
  readonly ifGlobalThis?: boolean;
  /** It takes the console as a value, which is recorded when it runs. */
  readonly isConsole?: boolean;
  /** The member that it reads. The object of which it is read decides whether that forbids caching. */
  readonly member?: MemberProbe;
}
