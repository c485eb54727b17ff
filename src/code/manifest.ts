/**
 * What the analysis says of one module, made once for each content: its functions, what each of them reads by name, and where guards stand.
 * When the rewritten module runs, its prologue hands over the rest: getters for its bindings.
 */

import type { Place, Reason, Reasons } from "../reason/reason.ts";

/**
 * What a probe looks at, where that decides whether the code is harmless: a `constructor` is, unless it makes functions of texts; a `stack`,
 * unless it is a stack trace; `arguments`, unless they are those of a function; and what a binding holds, unless it is the global object.
 */
export type MemberProbe = "constructor" | "stack" | "arguments" | "global-object";

export type ProbedReason = Reason & {
  readonly member?: MemberProbe;
  /** Whether the code changes state outside, and does no more: calls whose changes are kept may be stored all the same. */
  readonly isChange?: boolean;
  /** Indices into {@link Manifest.cells}: the bindings that the code may assign to. */
  readonly assigns?: readonly number[];
  /** Whether the code takes the console as a value, and does no more. */
  readonly isConsole?: boolean;
  /** Whether the code calls `Math.random`, and does no more: the tap there tells it as well. */
  readonly isRandom?: boolean;
};

/**
 * A binding that functions of the module read, or one member of it.
 */
export interface Cell {
  /** As the source writes it: `helper`, `config.width`, `module.exports.parse`. */
  readonly name: string;
  /** The name of the member that is read; empty for the binding itself. */
  readonly path: readonly string[];
  /** The number of the binding for the module's getter. Several cells may be of one binding. */
  readonly getter: number;
  /** The number of the function that has the binding, where that is not the module itself: one that runs once with the module. */
  readonly home?: number;
  /** The unit of a function or class declaration that is never assigned to again. */
  readonly unit?: number;
  /** For imports and requires: the module specifier. */
  readonly from?: string;
  /** The exported name that is imported: `default`, `parse`, or `*` for the namespace. */
  readonly imported?: string;
  /** For values of packages: the unit of the initialiser, and of the statements at module level that set the binding up. */
  readonly setup?: number;
  /** Set if its value is a part of the code of the units that read it: it only has to be initialised. A `var` is undefined until then. */
  readonly fixed?: "const" | "var";
  /**
   * Whether the member is only called on its object: a function that uses `this` then reads the object, too. For an own name: whether the
   * function only calls itself, and reads no property of itself.
   */
  readonly called?: boolean;
  /** Whether code only tests the binding, or its member, for truth or its type: which value of a type it holds decides nothing. */
  readonly tested?: boolean;
  /**
   * Set if the code only compares the binding, only writes to its members, or a probe looks at it first. If it holds the global object, it then
   * matters only that it does.
   */
  readonly only?: "compared" | "written" | "looked-at";
  /** Whether it is the name in a function or class expression, which leads to the very function that reads it. */
  readonly own?: boolean;
  /** Set if the cell is the type of this global (`typeof window`), which need not exist. */
  readonly global?: string;
  /** Whether it is a value of `process` that a tap stands in front of: the frames of recorded calls hear of each read. */
  readonly heard?: boolean;
  /** Whether the binding is never assigned to again in this module; for an import, the module that exports it has to say so, too. */
  readonly constant?: boolean;
  /** The name of the binding, if functions of the module assign to it: then the prologue hands over how to assign to it. */
  readonly assigned?: string;
  /** Whether other modules can import the binding. */
  readonly exported?: boolean;
}

/** A function, a class, or another piece of code that is hashed and scanned as one. */
export interface Unit {
  readonly name: string;
  readonly place: Place;
  /** Canonical hash of the code: comments, layout, types and names of locals do not matter. 32 hexadecimal digits. */
  readonly code: string;
  /** Hash of the names of its local variables, if it has any: messages of errors show them. */
  readonly names?: string;
  /** Indices into {@link Manifest.cells}: what the code reads outside of itself. */
  readonly refs: readonly number[];
  /** Indices into {@link Manifest.cells}: what the code assigns to outside of itself. */
  readonly assigns?: readonly number[];
  /** Those of `refs` that it reads only to assign to them, as in `n++`. */
  readonly updates?: readonly number[];
  /** Names of functions of the language and of Node that the code may read properties of. */
  readonly mentions?: readonly string[];
  /** Findings for which no probe can tell whether they are evaluated: they refuse each call that reaches the code. In the order of the text. */
  readonly impure: Reasons | null;
  /** What the code alone says of how its results depend on its surroundings. */
  readonly traits: readonly Trait[];
  /** For each of its functions that may wait: what the function may read after that. */
  readonly late?: readonly LateReads[];
  /** For an inner function: the bindings of functions around it that it reads. */
  readonly captures?: readonly Capture[];
  /** The number of the innermost function around it that runs once with the module. */
  readonly home?: number;
}

/** A captured binding: one of an enclosing function or block. Its value is found in the scopes of the function that reads it. */
export interface Capture {
  readonly name: string;
  /** Whether nothing assigns to it after it was initialised. */
  readonly constant: boolean;
  /** Whether it has a dead zone, so that undefined may mean that it is not initialised. */
  readonly lexical: boolean;
  /**
   * Whether a probe stands before each read of it that forbids caching for all calls but those that made the binding: a call that has the
   * function in its key and reads the binding is never kept, so that what it holds decides nothing.
   */
  readonly guarded?: true;
  /** The members that are read of it, if nothing else is done with it: where it holds the global object, no more of that has to be in a key. */
  readonly members?: readonly CapturedMember[];
}

export interface CapturedMember {
  readonly name: string;
  /** Whether it is called on its object: a function that uses `this` then reads the object, too. */
  readonly called?: true;
}

/** A value that came with a call: the number of the argument, or -1 for all arguments, and the names that lead from there to the value. */
export type Given = readonly [argument: number, ...path: string[]];

/** Something that code reads after a wait, with all that it may have been made of. */
export interface LateRead {
  /** The value itself, where it came with the call: if it is primitive, nothing is read late. */
  readonly of: Given | null;
  readonly given: readonly Given[];
  readonly self: boolean;
  /** Indices into {@link Manifest.cells}. */
  readonly refs: readonly number[];
}

/** What a function may read after it has waited, when other code may have changed it. */
export interface LateReads {
  readonly reads: readonly LateRead[];
  /** What it reads if all functions of packages that it waits for (`packages`: their cells) are on the assumePure list. */
  readonly vouched: readonly LateRead[];
  readonly packages: readonly number[];
  /** Whether it waits only as a generator does: until code asks it to go on. */
  readonly onlySteps?: boolean;
}

/**
 * - `async`: may leave work running after it returned.
 * - `begins`: calls what may return a promise: work may go on that the code does not wait for.
 * - `floating`: starts promises that it neither awaits nor returns.
 * - `this`: uses `this`.
 * - `private`: a class whose instances have private members, which it has to hand over.
 * - `methods`: has a private method as a value: a function that no value of a key leads to.
 * - `borrows`: uses private names of a class around it.
 * - `stamps`: a class with private members and a base class, which may put them on what that one returns.
 * - `substitutes`: a class whose constructor may return another object than the one that it makes.
 * - `buffer`: looks at the memory behind a Buffer or a view.
 * - `class`: the unit is a class.
 * - `template`: hands the texts of a template to a function, the same ones at each call.
 * - `catch`: may read the message of an error.
 * - `namespace`: has `Math`, `JSON`, `Reflect` or `Intl` as a value, and may read any member of it.
 * - `outside`: calls what reads files or prints, by names that a program can put other functions in the place of.
 * - `streams`: makes streams of files, for which Node calls further functions that a program can replace.
 * - `opens`: has a function as a value that opens or reads files by handles, which no code keeps to itself then.
 * - `changes`: writes to objects of state where no probe stands before it.
 * - `frames`: reads a property `arguments` where no probe can look at the object: on a sloppy function, that shows what it was called with.
 * - `sloppy`: a function whose property `arguments` shows other code, while it runs, what it was called with.
 * - `assumed`: named by the assumePure list.
 * - `seeded`: a function that is memoized by hand, and runs with a `Math.random` of its own.
 */
export type Trait =
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
  | "opens"
  | "changes"
  | "frames"
  | "sloppy"
  | "assumed"
  | "seeded";

/** How to find a function or class, from a binding of the module. */
export type Access =
  | { readonly kind: "binding"; readonly getter: number }
  | { readonly kind: "path"; readonly getter: number; readonly path: readonly string[] };

/** A guarded function. Its index in {@link Manifest.sites} is the number in the guard's variable. */
export interface Site {
  readonly name: string;
  readonly place: Place;
  readonly unit: number;
  readonly access: Access;
  /** Whether the guard gets the parameters one by one, or the function's `arguments`. */
  readonly form: "names" | "arguments";
  /** How many parameters it has, where each is a name of its own without a default. */
  readonly takes?: number;
  /** How deep the pattern of each parameter reaches, if any parameter is a pattern; 0 for a name. */
  readonly levels?: readonly number[];
  readonly async: boolean;
  /** Whether it has the directive `"use memo"`: each call is looked up, however cheap. */
  readonly wanted?: boolean;
  /** For an async function: what its body tells while it is recorded. */
  readonly tells?: Tells;
  /** Whether `this` is a part of its key. */
  readonly usesThis?: boolean;
  /** Whether the code alone shows that its calls change objects that were there before them. */
  readonly changes?: boolean;
  /** Whether it returns nothing: a call is of use only for what it changes. */
  readonly returnsNothing?: boolean;
  /** Whether its guard stands around it, because it has no source: it is not known what it does with functions that it is given. */
  readonly foreign?: boolean;
  /** Its place in its unit's {@link Unit.late}, if it waits. */
  readonly late?: number;
}

/**
 * `all`: the body tells when it waits, goes on and ends, and is recorded where it was called. `end`: the function is called a second time to be
 * recorded, and tells how that call ends, so that the promise of the first call settles in the same turn.
 */
export type Tells = "all" | "end";

/** A function without a guard, and why. */
export interface Refusal extends Reasons {
  readonly name: string;
  readonly place: Place;
  /** Whether there is nothing to gain: it is left out of summaries. */
  readonly trivial: boolean;
}

/** A function that a path leads to, and its unit: it is recognised when it is met as a value. */
export interface Member {
  readonly access: Access;
  readonly unit: number;
  /** Hash of the function's text as it runs, where the program could have put something else in its place. */
  readonly text?: string;
}

export interface Manifest {
  /** The id of the transform: hash of the source, of what the transform depends on, and of what earlier runs have seen of it. */
  readonly source: string;
  readonly cells: readonly Cell[];
  readonly units: readonly Unit[];
  readonly sites: readonly Site[];
  readonly refusals: readonly Refusal[];
  /** The finding behind each probe in the module's code. */
  readonly probes: readonly ProbedReason[];
  readonly members: readonly Member[];
  /** Functions and classes that no binding and no path of the module leads to. */
  readonly inner: readonly Inner[];
  /** Classes with the members of their bodies, by which it is noticed when the program changes a class. */
  readonly classes: readonly ClassShape[];
  /** Functions that run once with the module, by their numbers less one. */
  readonly once?: readonly OnceCode[];
  /** Whether an exported binding is assigned to again: modules that import it may see it change. */
  readonly reassigns?: boolean;
  /** Set for code that was made of a text. */
  readonly made?: MadeText;
  /** Set for a module that was loaded without a rewrite. */
  readonly plain?: PlainText;
}

/** A function that is taken for one that runs once with its module. */
export interface OnceCode {
  /** Where it begins in the module's text, without types: the same in each transform of one content. */
  readonly start: number;
  /** The 1-based lines on which it begins and ends. */
  readonly lines: readonly [first: number, last: number];
}

/** What a prologue would hand over, as text. */
export interface PlainText {
  /** JavaScript expressions for its bindings, by the numbers of their getters. */
  readonly roots: readonly string[];
  /** The names of the module's own bindings: they lead to no global, also where V8 does not show the binding. */
  readonly bindings: readonly string[];
  /** What has to be tapped: globals that it mentions, built-ins (`node:...`) that it imports. */
  readonly needs: readonly string[];
}

/** What is known of code that was made of a text. The first inner function of its manifest is the one that was made. */
export interface MadeText {
  /** The names in it that lead to globals, or to properties of the object of a `with`. */
  readonly globals: readonly string[];
  /** Those of them of which there must be no global, with what the code uses of it: by such a global it could read any state. */
  readonly absent: readonly AbsentGlobal[];
}

export interface AbsentGlobal {
  readonly name: string;
  /** `Date.now` */
  readonly api: string;
}

/** A function or class that can only be met as a value: a closure, a callback, a method of an object literal. */
export interface Inner {
  /** Hash of its text as it runs. */
  readonly text: string;
  readonly unit: number;
  /** The 1-based line of its parameters: V8 takes that for the place of a function. */
  readonly line: number;
  /**
   * How far behind the first one of its text on its line it begins, in the code as it runs. Set where several of them read something else: one
   * function is told from another by it.
   */
  readonly offset?: number;
  /** Whether it reads nothing outside of itself: it is recognised by its text alone. */
  readonly closed?: boolean;
  /** For a class: the methods and accessors of its body. */
  readonly methods?: readonly ClassMethod[];
  /** Whether it is made once, with its module, and a binding leads to it. */
  readonly once?: boolean;
}

export interface ClassShape {
  readonly access: Access;
  readonly unit: number;
  /** Hash of the class's text as it runs, where the program could have put something else in its place. */
  readonly text?: string;
  readonly methods: readonly ClassMethod[];
}

export interface ClassMethod {
  /** Null for a computed key, which is known only when the class is made. */
  readonly key: string | null;
  readonly kind: "method" | "get" | "set";
  readonly static: boolean;
  /** Hash of its text as it runs. */
  readonly text: string;
  /** Its place in its class's {@link Unit.late}, if it waits. */
  readonly late?: number;
}

/** What the prologue of a loaded module hands over. */
export interface ModuleInstance {
  readonly id: string;
  readonly url: string;
  /** Reads binding number n. Throws a ReferenceError while the binding is in its dead zone. */
  readonly get: (n: number) => unknown;
  /** Sets the variable of guard number n: a function switches the guard on, undefined off. */
  readonly set: (n: number, guard: unknown) => void;
  /** Assigns to binding number n, if functions of the module assign to it ({@link Cell.assigned}). */
  readonly assign: (n: number, value: unknown) => void;
}
