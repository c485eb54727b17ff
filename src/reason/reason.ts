/**
 * Why a call or a function is not cached, as data: what kind of thing was met, what it is called, and where it stands.
 * describe.ts makes sentences of it, remedy.ts says what a user can do about it. Manifests and profiles keep reasons as JSON.
 */

/** A place in a module: 1-based line, 0-based column, in the source that the user wrote. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What the scan finds in a function's own code. `name` is a name of the program, `api` one of the language or of Node. */
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
  /** `isInner`: of a function inside of another one. Nothing leads from it to the object whose prototype `super` reads. */
  | { readonly kind: "super"; readonly isInner: boolean }
  | { readonly kind: "outer-this"; readonly name: "this" | "new.target" }
  /** It calls `eval`, or is in a function that does: what its names mean only the run tells. */
  | { readonly kind: "beside-eval" }
  | { readonly kind: "unknown-code" };

/** Forms of functions that get no guard. */
export type FormCause =
  | { readonly kind: "asm" }
  | { readonly kind: "generator" }
  | { readonly kind: "returns-nothing" }
  /** `calls`: it calls functions, which are as small. */
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

/** Why the code of a function is not known. `file`: a path, in profiles from the project's folder. */
export type Unseen =
  /** A package file that no run had time for. The next run knows it. */
  | { readonly kind: "not-analysed"; readonly file: string }
  | { readonly kind: "too-large"; readonly file: string; readonly bytes: number }
  /** A module that is left as it is. */
  | { readonly kind: "left-alone"; readonly file: string; readonly why: ModuleCause }
  | { readonly kind: "native-function" }
  | { readonly kind: "proxied-function" }
  /**
   * Code of no module that dumbo knows: of a text, or of a file that is not rewritten. `waiting`: how many package files are not
   * analysed yet, one of which it may be from.
   */
  | { readonly kind: "unread-code"; readonly waiting?: number }
  /** Code that was made of a text which is not analysed. */
  | { readonly kind: "unread-text"; readonly why: ModuleCause }
  /** The inspector does not show where it stands. */
  | { readonly kind: "unshown-function" }
  /** Its text stands twice on its line, or in a file that was loaded twice. */
  | { readonly kind: "ambiguous-function" }
  /** The program put it in the place of a function of Node's that opens files. */
  | { readonly kind: "replaced-function" };

/** How a function of unknown code was met. */
export interface MetFunction {
  readonly name: string;
  /** The specifier that it is imported by. */
  readonly from?: string;
  /** A value that the call is given or reads holds it; else the code uses it by its name. */
  readonly held?: true;
}

export type UnseenCause = Unseen & MetFunction;

/** What code leads to while the program runs. */
export type ReachCause =
  | UnseenCause
  | { readonly kind: "unseen-class"; readonly name: string }
  | { readonly kind: "odd-base" }
  | { readonly kind: "stamped-base" }
  | { readonly kind: "moved-self"; readonly name: string }
  | { readonly kind: "global-accessor" }
  | { readonly kind: "unshown-capture"; readonly name: string }
  | { readonly kind: "uninitialised-capture"; readonly name: string }
  | { readonly kind: "unshown-scopes" }
  | { readonly kind: "class-base-replaced"; readonly name: string };

/** What a value is that no key, or no stored result, can hold. `what` names a kind of object: `a WeakMap`. */
export type ValueCause =
  /** `of`: what the Proxy stands for, or that a function inherits from it. */
  | { readonly kind: "proxy"; readonly of?: "function" | "parent" }
  | { readonly kind: "opaque-object"; readonly what: string }
  | { readonly kind: "built-in-object"; readonly name: string }
  /**
   * `of`: those that a constructor has not put there yet, or methods that something was put on, or of a class that the object does not
   * seem to be an instance of; without it, there is nothing that reads them.
   */
  | {
      readonly kind: "private-members";
      readonly name?: string;
      readonly of?: "unfinished" | "methods" | "another-class" | "new";
    }
  | { readonly kind: "extra-properties"; readonly what: string }
  | { readonly kind: "own-class"; readonly what: string }
  /** Code that can ask it for objects that no value leads to: the texts of a template, private methods. */
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
  /** `limit`: of `limits.value`, which can be raised; else a limit of the format. */
  | { readonly kind: "large-result"; readonly bytes?: number };

/** What a key tells of a call before it runs. */
export type KeyCause =
  | { readonly kind: "large-key" }
  | { readonly kind: "reading-runs-code" }
  | { readonly kind: "callers-arguments" }
  /** A function whose bindings are taken for a module's has run again: each of its names means two bindings. */
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
  /** It waits, and reaches code without probes that writes to state: such a write would not be noticed. */
  | { readonly kind: "changes-unseen" };

/** What no later call could change in the same way. */
export type ForGood =
  | "prototype"
  | "inherited"
  | "built-in"
  | "function"
  | "kind-of-object"
  | "size-of-memory"
  | "private-members"
  /** What an object of the language or of Node holds where no property shows it. */
  | "hidden-state"
  /** It defines one. */
  | "accessor";

/** What a call did. */
export type CallCause =
  | { readonly kind: "throws" }
  | { readonly kind: "changes"; readonly what: "this" | "arguments" | "state" | "reads" | "result" }
  | { readonly kind: "replaces-by-equal"; readonly what: "arguments" | "state" }
  /** A change that cannot be done again. */
  | { readonly kind: "changes-for-good"; readonly what: ForGood }
  /** `isUnsure`: it may have, and where it has, what it assigned was there already. */
  | { readonly kind: "changes-binding"; readonly name: string; readonly isUnsure?: true }
  | { readonly kind: "changes-nothing" }
  | { readonly kind: "own-iterator" }
  | { readonly kind: "returns-thenable" }
  | { readonly kind: "own-promise" }
  | { readonly kind: "unfinished-work" }
  /** A stream: nobody took all of it, it was told something, it read on after its first item, or it is too long. */
  | { readonly kind: "stream"; readonly what: "left" | "told" | "reads" | "long" }
  | { readonly kind: "moved" }
  /** A hit was not what the body returns: now, or (without more) in an earlier run. */
  | { readonly kind: "found-wrong" }
  | { readonly kind: "prints-otherwise" }
  | { readonly kind: "writes-otherwise" }
  | { readonly kind: "result-differs"; readonly where: string };

/** Why what a call writes cannot be written again. */
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

/** A place where nothing can be written again. */
export type WriteTarget =
  | { readonly kind: "device" }
  | { readonly kind: "no-disk" }
  | { readonly kind: "no-folder" }
  | { readonly kind: "protected" }
  | { readonly kind: "printed-to" }
  | { readonly kind: "unseen-place" };

/** What a call did outside of its own values. */
export type OutsideCause =
  /** `event`: the kind of an AuditEvent: `clock`, `random`, `file`, ... */
  | { readonly kind: "touches"; readonly event: string; readonly api: string; readonly why?: WriteTrouble }
  /** It makes code of a text that the results of depend on more than its key says. */
  | { readonly kind: "made-code"; readonly depends: string }
  /** A function of Node's that is on the assumePure list itself. */
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
  /** Of an entry that does not hold any more. `what` names a dependency: `file data.txt`. */
  | { readonly kind: "dependency-changed"; readonly what: string };

/** What a program did to the language, so that nothing of it can be cached any more. */
export type ProgramCause =
  | { readonly kind: "replaced-built-in"; readonly name: string }
  | { readonly kind: "removed-member"; readonly name: string }
  | { readonly kind: "added-built-in"; readonly name: string }
  | { readonly kind: "last-match"; readonly name: string };

/** Why a module is left as it is. */
export type ModuleCause =
  | { readonly kind: "unparsed"; readonly message: string }
  | { readonly kind: "direct-eval" }
  | { readonly kind: "with-statement" }
  /** Of code made of a text: `this` of sloppy functions is the global object where nobody says otherwise. */
  | { readonly kind: "sloppy-this" }
  /** Of code made of a text: a name that only modules have, or a global whose type is state. */
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

/** How a call leads to what was met. */
export type Step =
  /** A value that the call is given, or reads, before it runs. */
  | { readonly step: "call" }
  | { readonly step: "after-call" }
  | { readonly step: "result" }
  /** The result, or an object that the call has changed. */
  | { readonly step: "result-or-change" }
  | { readonly step: "after-return" }
  | { readonly step: "verified" }
  /** Code that the call makes of a text. */
  | { readonly step: "makes" }
  /** `package`: the one whose module has the binding. */
  | { readonly step: "reads"; readonly name: string; readonly package?: string }
  | { readonly step: "holds"; readonly name: string }
  | { readonly step: "reaches"; readonly name: string };

export interface Where {
  /** Where it stands, if it stands in code. */
  readonly place?: Place;
  /** The module of the place, if that is not the function's own: its URL, or in a profile its path from the project's folder. */
  readonly module?: string;
  /** From the call to what was met. */
  readonly via?: readonly Step[];
}

/** Why a call or a function is not cached. */
export type Reason = Cause & Where;

/** All that was found against one function: the first decides, and is shown. */
export interface Reasons {
  readonly reason: Reason;
  readonly others?: readonly Reason[];
  /** How many more there are. */
  readonly unlisted?: number;
}

/** How many reasons are kept of one function. */
const MOST = 20;

/** Keeps the first reasons; null where there is none. */
export function reasonsOf(all: readonly Reason[], unlisted = 0): Reasons | null {
  const [reason, ...others] = all.slice(0, MOST);
  if (reason === undefined) return null;
  const more = unlisted + Math.max(0, all.length - MOST);
  return { reason, ...(others.length > 0 && { others }), ...(more > 0 && { unlisted: more }) };
}

export function listOf({ reason, others = [] }: Reasons): readonly Reason[] {
  return [reason, ...others];
}

/** How many reasons there are of each kind. */
export function countKinds(reasons: readonly Reason[]): Partial<Record<ReasonKind, number>> {
  const counts: Partial<Record<ReasonKind, number>> = {};
  // By index: at the end of a program the iterator of arrays may be the program's own.
  for (let i = 0; i < reasons.length; i++) {
    const { kind } = reasons[i] as Reason;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** A reason, seen from one step further out. */
export function within(step: Step, reason: Reason): Reason {
  return { ...reason, via: [step, ...(reason.via ?? [])] };
}
