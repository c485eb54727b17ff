/**
 * Why a call or a function is not cached, as data: what kind of thing was met, its name, and its place. describe.ts makes sentences of
 * it, advise.ts finds what a user can do about it. Manifests and profiles keep reasons as JSON. Another version of dumbo may have written
 * them, so readers must accept kinds that they do not know.
 */

/** A place in a module: 1-based line, 0-based column, in the source that the user wrote. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What the scan finds in a function's own code. `name` is a name of the program's code, `api` one of the language or of Node. */
export type CodeCause =
  | { readonly kind: "writes-binding"; readonly name: string }
  | { readonly kind: "writes-object"; readonly name: string }
  | { readonly kind: "writes-this" }
  | { readonly kind: "private-static" }
  | { readonly kind: "uses-api"; readonly api: string }
  | { readonly kind: "api-result"; readonly api: string }
  | { readonly kind: "api-as-value"; readonly api: string }
  | { readonly kind: "handle-as-value"; readonly api: string }
  | { readonly kind: "clock"; readonly api: string }
  | { readonly kind: "import-meta" }
  | { readonly kind: "dynamic-import" }
  | { readonly kind: "stack-trace"; readonly property?: string }
  | { readonly kind: "constructor-read" }
  | { readonly kind: "arguments-read" }
  | { readonly kind: "module-object" }
  | { readonly kind: "block-binding"; readonly name: string }
  | { readonly kind: "hidden-binding"; readonly name: string }
  /** `isInner`: `super` is used in a function inside of another one, which does not lead to the object whose prototype `super` reads. */
  | { readonly kind: "super"; readonly isInner: boolean }
  | { readonly kind: "outer-this"; readonly name: "this" | "new.target" }
  /** It calls `eval`, or is in a function that does: what its names mean only the run tells. */
  | { readonly kind: "beside-eval" }
  | { readonly kind: "unknown-code" };

/** What in the form of a function is the reason that it gets no guard. */
export type FormCause =
  | { readonly kind: "asm" }
  | { readonly kind: "generator" }
  | { readonly kind: "returns-nothing" }
  /** `calls`: it calls functions, all of which are as small as itself. */
  | { readonly kind: "too-small"; readonly calls: boolean }
  | { readonly kind: "called-in-loops" }
  | { readonly kind: "no-memo" }
  | { readonly kind: "uses-arguments" }
  | { readonly kind: "uses-new-target" }
  | { readonly kind: "arrow-this" }
  | { readonly kind: "arrow-pattern" }
  | { readonly kind: "default-parameter"; readonly inPattern: boolean }
  | { readonly kind: "shadowed-parameter" }
  | { readonly kind: "anonymous-default"; readonly hasImports: boolean }
  | { readonly kind: "inside-function" }
  | { readonly kind: "reassigned"; readonly name: string };

/** Why dumbo does not know the code of a function. `file`: a path; in profiles, it begins at the project's folder. */
export type Unseen =
  /** It is in a package file that no run had time to analyse yet. */
  | { readonly kind: "not-analysed"; readonly file: string }
  /** It is in a package file that this run has left as it is, because nothing came of earlier ones. */
  | { readonly kind: "left-this-time"; readonly file: string }
  | { readonly kind: "too-large"; readonly file: string; readonly bytes: number }
  /** It is in a module that dumbo does not rewrite. */
  | { readonly kind: "left-alone"; readonly file: string; readonly why: ModuleCause }
  | { readonly kind: "native-function" }
  /** It is written in JavaScript, in one of Node's own modules, and is none of those that dumbo knows. */
  | { readonly kind: "nodes-function" }
  | { readonly kind: "proxied-function" }
  /**
   * It is in no module that dumbo knows: it was made of a text, or a file that is not rewritten has it. `waiting`: how many package
   * files are not analysed yet; it may be in one of these.
   */
  | { readonly kind: "unread-code"; readonly waiting?: number }
  /** It is in a function that was taken to run once with its module and has run again. The next run knows better. */
  | { readonly kind: "repeated-code" }
  /** It was made of a text that dumbo does not analyse. */
  | { readonly kind: "unread-text"; readonly why: ModuleCause }
  /** The inspector does not show its place. */
  | { readonly kind: "unshown-function" }
  /** Its text stands more than once on its line, and V8 does not tell which one it is; or in a file that was loaded twice. */
  | { readonly kind: "ambiguous-function" }
  /** The program put it in the place of one of Node's functions that open files. */
  | { readonly kind: "replaced-function" };

/** How a function of unknown code was met. */
export interface MetFunction {
  readonly name: string;
  /** The specifier of its import. */
  readonly from?: string;
  /** Set if a value that the call is given or reads holds it; otherwise the code uses it by its name. */
  readonly held?: true;
}

export type UnseenCause = Unseen & MetFunction;

/** What is in the way in the code that a function leads to while the program runs. */
export type ReachCause =
  | UnseenCause
  | { readonly kind: "unseen-class"; readonly name: string; readonly isNodes?: true }
  /** It is a class that inherits from an object which is no class. */
  | { readonly kind: "odd-base" }
  /** It is a class that may put private members on an object which its base class returned: no key looks there. */
  | { readonly kind: "stamped-base" }
  /** It reads itself by its own name, and is not where its source puts it, so that nobody knows what the name means. */
  | { readonly kind: "moved-self"; readonly name: string }
  | { readonly kind: "global-accessor" }
  | { readonly kind: "unshown-capture"; readonly name: string }
  | { readonly kind: "uninitialised-capture"; readonly name: string }
  | { readonly kind: "unshown-scopes" }
  | { readonly kind: "class-base-replaced"; readonly name: string };

/** Why a key, or a stored result, cannot hold a value. `what` names a kind of object: `a WeakMap`. */
export type ValueCause =
  /** `of`: "function" if the Proxy wraps a function, "parent" if a function inherits from it. */
  | { readonly kind: "proxy"; readonly of?: "function" | "parent" }
  | { readonly kind: "opaque-object"; readonly what: string }
  | { readonly kind: "built-in-object"; readonly name: string }
  /**
   * `of`:
   * - `unfinished`: the constructor has not put all of them on the object yet;
   * - `methods`: the program has put properties on a private method;
   * - `another-class`: they are of a class that is not on the object's prototype chain;
   * - `new`: the object is new, and only its constructor could put them on a copy;
   * - absent: no code that dumbo knows can read them.
   */
  | {
      readonly kind: "private-members";
      readonly name?: string;
      readonly of?: "unfinished" | "methods" | "another-class" | "new";
    }
  | { readonly kind: "extra-properties"; readonly what: string }
  | { readonly kind: "own-class"; readonly what: string }
  /** The environment, or the variable in it, from which results could carry the key to all who read the cache. */
  | { readonly kind: "signing-key" }
  /** The code can ask the collection for objects to which no value leads: the texts of a template, or private methods. */
  | { readonly kind: "weak-collection"; readonly beside: "template" | "private" }
  | { readonly kind: "shared-memory" }
  | { readonly kind: "resizable-memory"; readonly isView?: true }
  | { readonly kind: "detached-memory" }
  | { readonly kind: "stack-value"; readonly isError?: true }
  | { readonly kind: "accessor"; readonly name: string }
  | { readonly kind: "array-attributes"; readonly name: string; readonly is: "special" | "read-only" | "writable" }
  | { readonly kind: "read-only-regexp" }
  | { readonly kind: "shares-object" }
  /** A piece of the memory that Node shares among small Buffers. */
  | { readonly kind: "pooled-memory"; readonly as: "piece-and-pool" | "view" | "two-buffers" }
  | { readonly kind: "nodes-object" }
  | { readonly kind: "new-symbol" }
  | { readonly kind: "new-function" }
  | { readonly kind: "new-accessor"; readonly name: string }
  | { readonly kind: "unknown-class" }
  | { readonly kind: "template-texts" }
  /** `bytes`: the size, if it is above `limits.value`, which the user can raise; otherwise a limit of the format was reached. */
  | { readonly kind: "large-result"; readonly bytes?: number };

/** What is found before a call runs, while its key is made. */
export type KeyCause =
  | { readonly kind: "large-key" }
  | { readonly kind: "reading-runs-code" }
  | { readonly kind: "callers-arguments" }
  /** A function that was taken to run once with its module has run again, so each name in it means several bindings. The next run knows better. */
  | { readonly kind: "second-run" }
  | { readonly kind: "added-member"; readonly name: string }
  | {
      readonly kind: "read-after-wait";
      readonly of: "state" | "properties" | "arguments" | "argument" | "this" | "given";
      readonly name?: string;
      /** 1-based. */
      readonly argument?: number;
    }
  | { readonly kind: "given-function" }
  /** It waits, and reaches code that writes to state and has no probes. Such a write would not be noticed. */
  | { readonly kind: "changes-unseen" };

/** What a call has changed in a way that a hit could not do again. */
export type ForGood =
  | "prototype"
  | "inherited"
  | "built-in"
  | "function"
  | "kind-of-object"
  | "size-of-memory"
  | "private-members"
  /** State of an object of the language or of Node that no property shows. */
  | "hidden-state"
  /** It defines an accessor. */
  | "accessor";

/** What a call did to values, and how it ended. */
export type CallCause =
  | { readonly kind: "throws" }
  | { readonly kind: "changes"; readonly what: "this" | "arguments" | "state" | "reads" | "result" }
  | { readonly kind: "replaces-by-equal"; readonly what: "arguments" | "state" }
  | { readonly kind: "changes-for-good"; readonly what: ForGood }
  /** `isUnsure`: it may have assigned to the binding; if so, it assigned the value that was there already. */
  | { readonly kind: "changes-binding"; readonly name: string; readonly isUnsure?: true }
  | { readonly kind: "changes-nothing" }
  /** The time zone was changed while it ran. */
  | { readonly kind: "other-zone" }
  | { readonly kind: "own-iterator" }
  | { readonly kind: "returns-thenable" }
  | { readonly kind: "own-promise" }
  | { readonly kind: "unfinished-work" }
  | { readonly kind: "dropped-promise" }
  /** It waits, for nothing outside, longer than turns of the microtask queue are counted. */
  | { readonly kind: "uncounted-turns" }
  /** To follow all promises that it makes would take longer than a hit can save. */
  | { readonly kind: "many-promises" }
  /**
   * What a call did with the stream that it returned. `left`: its reader stopped before the end; `told`: its reader sent something
   * back; `reads`: it read, printed or wrote after its first item; `long`: it is too long.
   */
  | { readonly kind: "stream"; readonly what: "left" | "told" | "reads" | "long" }
  | { readonly kind: "moved" }
  /** In an earlier run, DUMBO_VERIFY found that a hit was not what the body returns. The next three say how one differs in this run. */
  | { readonly kind: "found-wrong" }
  | { readonly kind: "prints-otherwise" }
  | { readonly kind: "writes-otherwise" }
  | { readonly kind: "result-differs"; readonly where: string };

/** Why a hit could not repeat what a call wrote to a file. */
export type WriteTrouble =
  | { readonly kind: "path-type" }
  | { readonly kind: "options" }
  | { readonly kind: "mode" }
  | { readonly kind: "flag"; readonly flag: string }
  | { readonly kind: "content-type" }
  | { readonly kind: "source-no-file" }
  | { readonly kind: "replaced-inside"; readonly api: string }
  | { readonly kind: "other-there" }
  | { readonly kind: "throws" }
  | WriteTarget;

/** Why a hit could not repeat a write at its place. */
export type WriteTarget =
  | { readonly kind: "device" }
  | { readonly kind: "no-disk" }
  | { readonly kind: "no-folder" }
  | { readonly kind: "protected" }
  | { readonly kind: "printed-to" }
  | { readonly kind: "unseen-place" };

/** What a call did outside of its own values. */
export type OutsideCause =
  /** `event`: the kind of the audit event: `clock`, `random`, `file`, ... */
  | { readonly kind: "touches"; readonly event: string; readonly api: string; readonly why?: WriteTrouble }
  /** It makes code of a text, and the results of that code depend on `depends`, which is not in the key. */
  | { readonly kind: "made-code"; readonly depends: string }
  /** It makes code of a text that is too long to be read, or for which there was no time. */
  | { readonly kind: "long-text" }
  /** It is a function of Node's on the assumePure list, and it is not memoized because it touches something outside. */
  | { readonly kind: "listed-touches"; readonly event: string }
  | { readonly kind: "touches-after-wait"; readonly api: string }
  | { readonly kind: "changed-while-read" }
  | {
      readonly kind: "trace-limit";
      readonly of: "reads" | "writes" | "written-bytes" | "output";
      readonly limit: number;
    }
  | { readonly kind: "large-write"; readonly limit: number }
  | { readonly kind: "ends-early"; readonly api: string; readonly writes: boolean }
  | { readonly kind: "catches-error"; readonly api: string }
  | { readonly kind: "callback-throws"; readonly api: string }
  | { readonly kind: "left-open"; readonly api: string }
  | { readonly kind: "mixed-waits"; readonly writes: boolean }
  | { readonly kind: "changeable-input"; readonly writes: boolean }
  | { readonly kind: "others-wrote" }
  | { readonly kind: "replaced-api"; readonly api: string }
  /** A dependency of a stored entry has another answer now. `what` names the dependency: `file data.txt`. */
  | { readonly kind: "dependency-changed"; readonly what: string };

/** What a program did to the language or to Node that forbids caching the functions that could notice it. */
export type ProgramCause =
  | { readonly kind: "replaced-built-in"; readonly name: string }
  | { readonly kind: "removed-member"; readonly name: string }
  | { readonly kind: "added-built-in"; readonly name: string }
  /** While the call ran, a plain member was added to a built-in object, or changed, or removed. */
  | { readonly kind: "changed-built-in"; readonly name: string }
  | { readonly kind: "last-match"; readonly name: string };

/** Why dumbo does not rewrite a module, or does not analyse a text of which code was made. */
export type ModuleCause =
  | { readonly kind: "unparsed"; readonly message: string }
  | { readonly kind: "direct-eval" }
  | { readonly kind: "with-statement" }
  /** Only for code made of a text: it uses `this` in sloppy mode, which may be the global object. */
  | { readonly kind: "sloppy-this" }
  /** Only for code made of a text: it uses a name that only modules have, or a global whose type is state. */
  | { readonly kind: "foreign-name"; readonly name: string }
  | { readonly kind: "shadowed-name"; readonly name: string }
  | { readonly kind: "contains-mark"; readonly name: string };

export type Cause =
  | CodeCause
  | FormCause
  | ReachCause
  | ValueCause
  | KeyCause
  | CallCause
  | OutsideCause
  | ProgramCause
  | ModuleCause;

export type ReasonKind = Cause["kind"];

/** One step on the way from a call to what was met. */
export type Step =
  /** To a value that the call is given or reads, before it runs. */
  | { readonly step: "call" }
  | { readonly step: "after-call" }
  | { readonly step: "result" }
  /** To the result, or to an object that the call has changed. */
  | { readonly step: "result-or-change" }
  | { readonly step: "after-return" }
  | { readonly step: "verified" }
  /** To code that the call makes of a text. */
  | { readonly step: "makes" }
  /** To a binding. `package`: the package whose module has it. */
  | { readonly step: "reads"; readonly name: string; readonly package?: string }
  | { readonly step: "holds"; readonly name: string }
  | { readonly step: "reaches"; readonly name: string };

export interface Where {
  /** Its place, if it is in code. */
  readonly place?: Place;
  /** The module of the place, if it is not the function's own: a URL, or in a profile a path from the project's folder. */
  readonly module?: string;
  /** The steps from the call to what was met, the first one first. */
  readonly via?: readonly Step[];
}

/** Why a call or a function is not cached. */
export type Reason = Cause & Where;

/** All reasons that were found for one function. The first one is shown. */
export interface Reasons {
  readonly reason: Reason;
  readonly others?: readonly Reason[];
  /** How many more reasons there are, which are not kept. */
  readonly unlisted?: number;
}

/** How many reasons of one function are kept. */
const MOST_REASONS = 20;

/** Keeps the first reasons; null where there is none. */
export function reasonsOf(all: readonly Reason[], unlisted = 0): Reasons | null {
  const [reason, ...others] = all.slice(0, MOST_REASONS);
  if (reason === undefined) return null;
  const more = unlisted + Math.max(0, all.length - MOST_REASONS);
  return { reason, ...(others.length > 0 && { others }), ...(more > 0 && { unlisted: more }) };
}

export function listOf({ reason, others = [] }: Reasons): readonly Reason[] {
  return [reason, ...others];
}

/** How many reasons there are of each kind. */
export function countKinds(reasons: readonly Reason[]): Partial<Record<ReasonKind, number>> {
  const counts: Partial<Record<ReasonKind, number>> = {};
  // By index: the program may have replaced the iterator of arrays by the time it ends.
  for (let i = 0; i < reasons.length; i++) {
    const { kind } = reasons[i] as Reason;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** The same reason with one more step in front of its way. */
export function within(step: Step, reason: Reason): Reason {
  return { ...reason, via: [step, ...(reason.via ?? [])] };
}
