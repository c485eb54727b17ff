/**
 * What kind of trouble a reason is in a user's terms, and what would help, as data: `dumbo explain` and reports show it beside
 * the sentence. advise.ts finds both for a reason.
 */

/**
 * - `not-known`: dumbo has not seen the code.
 * - `writes`: it changes what others can see.
 * - `state`: it has, or depends on, state that no key can hold.
 * - `clock`, `random`, `timer`: it asks for what is another thing each time.
 * - `outside`: it reads, writes or sends, in a way that cannot be done again.
 * - `code-from-text`: it makes code while it runs.
 * - `module-loading`: it loads modules while it runs.
 * - `stack`: it looks at who has called it.
 * - `value`: it is given, or reads, a value that no key can hold.
 * - `result`: its result cannot be kept.
 * - `form`: no guard can stand in a function of its form.
 * - `too-small`: there is nothing to gain.
 * - `throws`: its calls throw.
 * - `waiting`: what others do while it waits could change it.
 * - `program`: the program replaced what dumbo builds on.
 * - `wrong`: a stored result was found wrong.
 * - `limit`: a limit of the configuration.
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

/** What can be done. */
export type Remedy =
  /** Nothing: dumbo does it by itself in the next run. */
  | { readonly kind: "run-again" }
  /** Vouch for the function, or the package, by an entry of the assumePure list. */
  | { readonly kind: "assume-pure"; readonly entry: string | null }
  /** Vouch for a package that is not known by name: one whose state makes keys large. */
  | { readonly kind: "list-state" }
  /** Hand the value in as an argument, instead of reading or writing it outside. */
  | { readonly kind: "pass-in"; readonly what: string }
  /** Split the function: the part that has the effect outside, the part that computes inside. */
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

/** What is to be said of a reason besides its sentence. */
export interface Advice {
  readonly category: Category;
  /** The best first. Empty where nothing helps. */
  readonly remedies: readonly Remedy[];
}
