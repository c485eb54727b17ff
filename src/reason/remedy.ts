/**
 * The category of a reason in a user's terms, and what would help against it, as data. `dumbo explain` and reports show both beside the
 * sentence; advise.ts finds them for a reason.
 */

/**
 * In these, "it" is the function that is not cached.
 * - `not-known`: it reaches code that dumbo has not seen.
 * - `writes`: it changes something that other code can see.
 * - `state`: it has, or depends on, state that no key can hold.
 * - `clock`, `random`, `timer`: it reads something that is different each time.
 * - `outside`: it reads, writes or sends something in a way that a hit cannot check or repeat.
 * - `code-from-text`: it makes code while it runs.
 * - `module-loading`: it loads modules while it runs.
 * - `stack`: it looks at its callers.
 * - `value`: it is given, or reads, a value that no key can hold.
 * - `result`: its result cannot be stored.
 * - `form`: no guard can stand in a function of its form.
 * - `too-small`: a look-up would take longer than the call.
 * - `throws`: its calls throw.
 * - `waiting`: other code could change its result while it waits.
 * - `program`: the program replaced a function on which dumbo relies.
 * - `wrong`: DUMBO_VERIFY found a stored result wrong.
 * - `limit`: it exceeds a limit of the configuration.
 */
export type Category =
  | "not-known"
  | "writes"
  | "state"
  | "clock"
  | "random"
  | "timer"
  | "outside"
  | "code-from-text"
  | "module-loading"
  | "stack"
  | "value"
  | "result"
  | "form"
  | "too-small"
  | "throws"
  | "waiting"
  | "program"
  | "wrong"
  | "limit";

/** What a user can do. */
export type Remedy =
  /** Nothing but to run the program again: dumbo solves it by itself. */
  | { readonly kind: "run-again" }
  /** Vouch for a package, or for the function itself (null), by an entry of the assumePure list. */
  | { readonly kind: "assume-pure"; readonly entry: string | null }
  /** Vouch for the package whose state makes the keys large; which one it is, is not known. */
  | { readonly kind: "list-state" }
  /** Pass the value as an argument, instead of reading it outside. */
  | { readonly kind: "pass-in"; readonly what: string }
  /** Split the function: the part that computes stays, and the part that has the effect (`what`) moves to the caller. */
  | { readonly kind: "split"; readonly what: string }
  /** Return the value instead of writing it to something else. */
  | { readonly kind: "return-it"; readonly what: string }
  /** Write the function in another way. */
  | { readonly kind: "rewrite"; readonly how: Rewriting }
  /** Raise or set an option of dumbo.config.json. */
  | { readonly kind: "configure"; readonly option: string };

export type Rewriting =
  | "name-the-function"
  | "move-to-module-level"
  | "use-rest-parameters"
  | "use-plain-parameters"
  | "use-a-plain-function"
  | "return-an-array"
  | "use-const"
  | "use-plain-data"
  | "use-a-static-import"
  | "close-what-it-opens"
  | "wait-for-it"
  | "return-fresh-objects"
  | "copy-the-memory"
  | "use-await-on-plain-promises"
  | "freeze-it-or-pass-primitives"
  | "move-it-out-of-the-block";

/** What is shown of a reason beside its sentence. */
export interface Advice {
  readonly category: Category;
  /** The best first. Empty where nothing helps. */
  readonly remedies: readonly Remedy[];
}
