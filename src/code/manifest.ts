/**
 * What the loader knows of one module, found once per content: its functions, what each of them can reach by name, and
 * where the guards stand. The rewritten module hands over the live side (getters for its bindings) when it runs.
 */

import type { Place, Reason, Reasons } from "../reason/reason.ts";

/**
 * What decides about a member that is read: a `constructor` is harmless unless it makes functions of texts, a `stack`
 * unless it is one of an error, and `arguments` unless they are those of a function. A binding that may hold the global object
 * is harmless unless it does.
 */
export type MemberProbe = "constructor" | "stack" | "arguments" | "global-object";

export type ProbedReason = Reason & {
  readonly member?: MemberProbe;
  /** All that it does is to change state outside: a change like any other, for calls whose changes are kept. */
  readonly isChange?: boolean;
  /** Indices into {@link Manifest.cells}: the bindings that it may assign to. */
  readonly assigns?: readonly number[];
  /** All that it does is to take the console as a value. */
  readonly isConsole?: boolean;
  /** All that it does is to call `Math.random`, which tells by itself that it is called. */
  readonly isRandom?: boolean;
};

/**
 * A binding that functions of the module read, in the order in which the module's getter counts them.
 */
export interface Cell {
  /** As the source writes it: `helper`, `config.width`, `module.exports.parse`. */
  readonly name: string;
  /** Property names to follow from the binding; empty for the binding itself. */
  readonly path: readonly string[];
  /** Index of the getter of the binding (several cells may share one). */
  readonly getter: number;
  /** The number of the function that has the binding, where that is not the module itself: one that runs once with the module. */
  readonly home?: number;
  /** The unit behind a function or class declaration that nothing ever reassigns. */
  readonly unit?: number;
  /** Module specifier that the binding comes from, for imports and requires. */
  readonly from?: string;
  /** Exported name that is imported: `default`, `*` for the namespace, `parse`. */
  readonly imported?: string;
  /** Unit of the initialiser and of the top-level statements that set the binding up, for values of packages. */
  readonly setup?: number;
  /** What it holds is in the code of those who read it; it only has to be initialised. */
  readonly fixed?: boolean;
  /**
   * The member is only called on its object: a function that uses `this` then reads the object too. Of an own name: the
   * function is only called, and nothing is read of it.
   */
  readonly called?: boolean;
  /** The member is only asked whether it is there, or of which type: what it holds decides nothing. */
  readonly tested?: boolean;
  /**
   * What the code does with the binding is no more than that, or a probe looks at it first: of the global object, it then matters
   * only that it is that one.
   */
  readonly only?: "compared" | "written" | "looked-at";
  /** The name that a function or class expression has for itself: it leads to the very function that reads it. */
  readonly own?: boolean;
  /** It is the type of this global, which need not exist. */
  readonly global?: string;
  /** The binding is never assigned again, here or, for an import, as far as the module it comes from says. */
  readonly constant?: boolean;
  /** The name of the binding, if functions of the module assign to it: it can be assigned to from outside, too. */
  readonly assigned?: string;
  /** Other modules may import that binding. */
  readonly exported?: boolean;
}

/** A function, a class, or another piece of code that is hashed and scanned as one. */
export interface Unit {
  readonly name: string;
  readonly place: Place;
  /** Canonical hash of the code: comments, layout, types and names of locals do not matter. 32 hexadecimal digits. */
  readonly code: string;
  /** Hash of the names of its locals, if it has any: messages of errors show them. */
  readonly names?: string;
  /** Indices into {@link Manifest.cells}: what the code reads outside of itself. */
  readonly refs: readonly number[];
  /** The same of the bindings that it assigns to. */
  readonly assigns?: readonly number[];
  /** Those of `refs` that it reads only to assign to them anew, as in `n++`. */
  readonly updates?: readonly number[];
  /** Names of functions of the language and of Node that it may read and look at as at objects. */
  readonly mentions?: readonly string[];
  /** What in the code forbids caching whoever reaches it, because no probe can tell whether it runs; in the order of the text. */
  readonly impure: Reasons | null;
  /** What reading the code says about how its results depend on the surroundings. */
  readonly traits: readonly Trait[];
  /** For each of its functions that may wait: what it may look into afterwards. */
  readonly late?: readonly LateReads[];
  /** Bindings of enclosing functions that it reads, of an inner function. */
  readonly captures?: readonly Capture[];
  /** The number of the innermost function around it that runs once with the module. */
  readonly home?: number;
}

/** A binding of an enclosing function or block. Its value is found in the scopes of the function that reads it. */
export interface Capture {
  readonly name: string;
  /** Nothing assigns to it after it was initialised. */
  readonly constant: boolean;
  /** It has a dead zone: undefined may mean that it is not initialised. */
  readonly lexical: boolean;
}

/** A value that came with a call: the number of its argument, or -1 for all, and the names that lead from there. */
export type Given = readonly [argument: number, ...path: string[]];

/** Something that is read after a wait, with all that it may have been made of. */
export interface LateRead {
  /** The value itself, where it came with the call: if it is primitive, nothing is read late. */
  readonly of: Given | null;
  readonly given: readonly Given[];
  readonly self: boolean;
  /** Indices into {@link Manifest.cells}. */
  readonly refs: readonly number[];
}

/** What a function may look into after it has waited, when others may have changed it. */
export interface LateReads {
  readonly reads: readonly LateRead[];
  /** What it reads if all of `packages`, cells of packages' functions that it waits for, are on the assumePure list. */
  readonly vouched: readonly LateRead[];
  readonly packages: readonly number[];
  /** It does not wait, but its generators stop until someone asks them to go on. */
  readonly onlySteps?: boolean;
}

/**
 * - `locale`: mentions dates, Intl or locale methods: the time zone and locale belong to the key.
 * - `async`: may leave work running after it returned.
 * - `begins`: calls what may yield a promise; who waits for it, and until when, does not show.
 * - `floating`: starts promises that it neither awaits nor returns.
 * - `this`: uses `this`.
 * - `private`: a class whose instances have private members, which it has to hand over.
 * - `methods`: has a private method as a value: a function that no value of a key leads to.
 * - `borrows`: uses private names of a class around it.
 * - `stamps`: a class with private members and a base class, which may put them on what that one returns.
 * - `substitutes`: a class whose constructor may return another object than its own.
 * - `buffer`: looks at the memory behind a Buffer or a view.
 * - `class`: the unit is a class.
 * - `template`: hands the texts of a template to a function, the same ones at each call.
 * - `catch`: may read the message of an error.
 * - `namespace`: has `Math`, `JSON`, `Reflect` or `Intl` as a value, and may read any member of it.
 * - `outside`: calls what reads files or prints, by names that a program can put other functions in the place of.
 * - `streams`: makes streams of files, for which Node calls further functions that a program can replace.
 * - `changes`: writes to objects of state where no probe stands before it.
 * - `frames`: reads a property `arguments` where no probe can look at its object; of a sloppy function, it tells what that was
 *   called with.
 * - `sloppy`: a function whose `arguments` tell others what it was called with while it runs.
 * - `assumed`: named by the assumePure list.
 * - `seeded`: a function that is memoized by hand, and runs with a `Math.random` of its own.
 */
export type Trait =
  | "locale"
  | "begins"
  | "floating"
  | "async"
  | "this"
  | "private"
  | "methods"
  | "borrows"
  | "stamps"
  | "substitutes"
  | "buffer"
  | "class"
  | "template"
  | "catch"
  | "namespace"
  | "outside"
  | "streams"
  | "changes"
  | "frames"
  | "sloppy"
  | "assumed"
  | "seeded";

/** How to find the function object of a site, starting at a getter. */
export type Access =
  | { readonly kind: "binding"; readonly getter: number }
  | { readonly kind: "path"; readonly getter: number; readonly path: readonly string[] };

/** A guarded function. Its index in {@link Manifest.sites} is the number in the guard's variable. */
export interface Site {
  readonly name: string;
  readonly place: Place;
  readonly unit: number;
  readonly access: Access;
  /** Parameters arrive one by one, or as the function's own `arguments`. */
  readonly form: "names" | "arguments";
  /** How deep the pattern of each parameter reaches (0 for a name), where there are any. */
  readonly levels?: readonly number[];
  readonly async: boolean;
  /** It says `"use memo"`: its calls are looked up whatever they take. */
  readonly wanted?: boolean;
  /** What the body of an async function tells while it is recorded. */
  readonly tells?: Tells;
  /** `this` is part of its key. */
  readonly usesThis?: boolean;
  /** The code says that its calls change what was there before them. */
  readonly changes?: boolean;
  /** It has no result: a call is of use only for what it changes. */
  readonly returnsNothing?: boolean;
  /** Its guard stands around it, because it has no source: what it does with functions that it is given is not known. */
  readonly foreign?: boolean;
  /** Its place in its unit's {@link Unit.late}, if it waits. */
  readonly late?: number;
}

/**
 * `all`: when it waits and goes on, too, so that it is recorded in its own frame. `end`: it is called again to be recorded, and
 * tells how that ends, so that the promise of the first call is settled in the same turn.
 */
export type Tells = "all" | "end";

/** A function that got no guard, and why. */
export interface Refusal extends Reasons {
  readonly name: string;
  readonly place: Place;
  /** Nothing to gain: too small to be worth a word in the summary. */
  readonly trivial: boolean;
}

/** A function that can be recognised as a value: where it is found and what unit it is. */
export interface Member {
  readonly access: Access;
  readonly unit: number;
  /** Hash of the function's text as it runs, when something else could have been put in its place. */
  readonly text?: string;
}

export interface Manifest {
  /** The id of the transform: hash of the source and of what the transform depends on. */
  readonly source: string;
  readonly cells: readonly Cell[];
  readonly units: readonly Unit[];
  readonly sites: readonly Site[];
  readonly refusals: readonly Refusal[];
  /** What stands behind each probe in the module's code. */
  readonly probes: readonly ProbedReason[];
  readonly members: readonly Member[];
  /** Functions and classes that nothing at module level leads to. */
  readonly inner: readonly Inner[];
  /** Classes with what their bodies put on them, to notice patched ones. */
  readonly classes: readonly ClassShape[];
  /** An exported binding is assigned to again: whoever imports it may see it change. */
  readonly reassigns?: boolean;
  /** Of code that was made of a text. */
  readonly made?: MadeText;
  /** Of a module that was loaded without a rewrite. */
  readonly plain?: PlainText;
}

/** What a prologue would hand over. */
export interface PlainText {
  /** JavaScript that yields its bindings, by the numbers of their getters. */
  readonly roots: readonly string[];
  /** The names of the bindings of the module itself: none of them leads to a global, whether V8 shows it or not. */
  readonly bindings: readonly string[];
  /** What has to be tapped: globals that it mentions, built-ins (`node:...`) that it imports. */
  readonly needs: readonly string[];
}

/** What is said of code that was made of a text. The first inner function of its manifest is the one that was made. */
export interface MadeText {
  /** The names in it that lead to globals, or to properties of the object of a `with`. */
  readonly globals: readonly string[];
  /** Those of them that no global may have, with what is used of such a global: else the code may read any state by it. */
  readonly absent: readonly AbsentGlobal[];
}

export interface AbsentGlobal {
  readonly name: string;
  /** `Date.now` */
  readonly api: string;
}

/** A function or class that can only be met as a value: a closure, a callback, a method of an object that is made. */
export interface Inner {
  /** Hash of its text as it runs. */
  readonly text: string;
  readonly unit: number;
  /** 1-based line of its parameters, as V8 has it. */
  readonly line: number;
  /** It reads nothing outside of itself: known by its text alone, wherever it turns up. */
  readonly closed?: boolean;
  /** Of a class: what its body puts on it. */
  readonly methods?: readonly ClassMethod[];
  /** It is made once, with its module, and a binding leads to it. */
  readonly once?: boolean;
}

export interface ClassShape {
  readonly access: Access;
  readonly unit: number;
  /** Hash of the class's text as it runs, when something else could have been put in its place. */
  readonly text?: string;
  readonly methods: readonly ClassMethod[];
}

export interface ClassMethod {
  /** Null where only running the class tells. */
  readonly key: string | null;
  readonly kind: "method" | "get" | "set";
  readonly static: boolean;
  /** Hash of its text as it runs. */
  readonly text: string;
  /** Its place in its class's {@link Unit.late}, if it waits. */
  readonly late?: number;
}

/** The live side of a loaded module, as its prologue hands it over. */
export interface ModuleInstance {
  readonly id: string;
  readonly url: string;
  /** Reads binding number n; throws a ReferenceError while the binding is in its dead zone. */
  readonly get: (n: number) => unknown;
  /** Sets the variable of guard number n: a function switches the guard on, undefined off. */
  readonly set: (n: number, guard: unknown) => void;
  /** Assigns to binding number n, if a function of the module does that ({@link Cell.assigned}), and does nothing else. */
  readonly assign: (n: number, value: unknown) => void;
}
