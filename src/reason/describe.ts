/** The one place that makes sentences of reasons. Each goes on from the name of a function: `render` ... `reads the clock (Date)`. */
import type {
  Cause,
  MetFunction,
  ModuleCause,
  Reason,
  ReasonKind,
  Step,
  Unseen,
  UnseenCause,
  ValueCause,
  WriteTrouble,
} from "./reason.ts";

/** A reason in words, without its place. */
export function describe(reason: Reason): string {
  let text = causeText(reason);
  const via = reason.via ?? [];
  for (let i = via.length - 1; i >= 0; i--) text = stepText(via[i] as Step, text);
  return text;
}

/**
 * The same, with the place where it stands.
 * @param file the file of the function's own module, as a reader knows it
 */
export function describeAt(reason: Reason, file: string): string {
  return reason.place ? `${describe(reason)} at ${reason.module ?? file}:${reason.place.line}` : describe(reason);
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

function stepText(step: Step, text: string): string {
  switch (step.step) {
    case "call":
      return `a call ${text}`;
    case "after-call":
      return `after the call, ${text}`;
    case "result":
      return `result ${text}`;
    case "result-or-change":
      return `result, or what it changes, ${text}`;
    case "after-return":
      return `${text} after it returned`;
    case "verified":
      return `was found wrong by DUMBO_VERIFY: ${text}`;
    case "reads":
    case "holds":
    case "reaches":
      return `${step.step} \`${step.name}\`, which ${text}`;
  }
}

function causeText(cause: Cause): string {
  switch (cause.kind) {
    // What the code says.
    case "writes-binding":
      return `writes \`${cause.name}\``;
    case "writes-object":
      return `writes to \`${cause.name}\``;
    case "writes-this":
      return "writes to `this`";
    case "private-static":
      return "keeps state in a private static field";
    case "uses-api":
      return `uses ${cause.api}`;
    case "api-result":
      return `looks at what ${cause.api} returns`;
    case "api-as-value":
      return `hands on ${cause.api}, not all of which is pure`;
    case "handle-as-value":
      return `uses ${cause.api} for more than to read itself`;
    case "clock":
      return `reads the clock (${cause.api})`;
    case "import-meta":
      return "reads `import.meta`";
    case "dynamic-import":
      return "imports a module while it runs";
    case "stack-trace":
      return cause.property === undefined ? "reads a stack trace" : `reads a stack trace (\`.${cause.property}\`)`;
    case "constructor-read":
      return "reads a `constructor`, which may be `Function` and make code from a text";
    case "arguments-read":
      return "reads `.arguments` of a function, which tells what that was called with";
    case "module-object":
      return "uses `module`";
    case "block-binding":
      return `reads \`${cause.name}\`, which is bound in an inner block`;
    case "hidden-binding":
      return `reads \`${cause.name}\`, which is not to be seen from outside`;
    case "super":
      return cause.isInner ? "uses `super`" : "uses `super` outside of a class";
    case "outer-this":
      return cause.name === "this"
        ? "uses `this` of the code around it"
        : "uses `new.target` of the function around it";
    case "unknown-code":
      return "runs into code that is not known to be pure";

    // Forms of functions.
    case "asm":
      return 'is "use asm": V8 compiles only exactly that';
    case "generator":
      return "is a generator: its result can be consumed only once";
    case "returns-nothing":
      return "returns nothing";
    case "too-small":
      return cause.calls
        ? "has no loop, and calls only what has none: cheaper than any look-up"
        : "has no loop and no call: cheaper than any look-up";
    case "called-in-loops":
      return "is only called in loops of functions that are cached themselves";
    case "uses-arguments":
      return "uses `arguments`";
    case "uses-new-target":
      return "uses `new.target`";
    case "arrow-this":
      return "is an arrow function with the `this` of its module";
    case "arrow-pattern":
      return "is an arrow function with a parameter pattern: the argument itself has no name";
    case "default-parameter":
      return cause.inPattern
        ? "has a default in a parameter pattern that does something"
        : "has a default parameter that does something";
    case "shadowed-parameter":
      return "declares a function with the name of a parameter, or `arguments`";
    case "anonymous-default":
      return cause.hasImports
        ? "is an anonymous default export of a module that imports others of the program: give it a name"
        : "is an anonymous default export: give it a name";
    case "inside-function":
      return "only exists inside of another function, where nothing of the module leads to it";
    case "reassigned":
      return `\`${cause.name}\` is assigned to again`;

    // What code leads to.
    case "not-analysed":
    case "too-large":
    case "left-alone":
    case "native-function":
    case "proxied-function":
    case "unread-code":
    case "unshown-function":
    case "ambiguous-function":
    case "replaced-function":
      return unseenText(cause);
    case "unseen-class":
      return `holds an instance of ${cause.name}, a class that dumbo cannot see into`;
    case "private-members":
      return privateText(cause);
    case "odd-base":
      return "inherits from an object that is no class";
    case "stamped-base":
      return "puts private members on objects of its base class";
    case "moved-self":
      return `reads itself as \`${cause.name}\`, and is not where its source puts it`;
    case "global-accessor":
      return "leads to an accessor of the global object that the program has made";
    case "unshown-capture":
      return `has captured \`${cause.name}\`, which V8 does not show`;
    case "uninitialised-capture":
      return `has captured \`${cause.name}\`, which may not be initialised`;
    case "unshown-scopes":
      return "holds a function whose scopes cannot be read any more";
    case "class-base-replaced":
      return `what \`${cause.name}\` inherits from was replaced`;

    // Values.
    case "proxy":
      if (cause.of === "parent") return "holds a function that inherits from a Proxy";
      return cause.of === "function" ? "holds a Proxy of a function" : "holds a Proxy";
    case "opaque-object":
      return `holds ${cause.what}`;
    case "built-in-object":
      return `holds \`${cause.name}\``;
    case "extra-properties":
      return `holds ${cause.what} with properties of its own`;
    case "own-class":
      return `holds ${cause.what} of a class of its own`;
    case "weak-collection":
      return cause.beside === "template"
        ? "holds a WeakMap, and hands the texts of a template to a function"
        : "holds a WeakMap, and reaches code that has a private method as a value";
    case "shared-memory":
      return "holds shared memory";
    case "resizable-memory":
      return cause.isView ? "holds a view of a buffer that can be resized" : "holds a buffer that can be resized";
    case "detached-memory":
      return "holds memory that was given away";
    case "stack-value":
      return cause.isError
        ? "holds an Error, whose stack trace tells where the call came from"
        : "holds what may be a stack trace, which tells where the call came from";
    case "accessor":
      return `holds an accessor, \`${cause.name}\``;
    case "array-attributes":
      return `holds an array whose \`${cause.name}\` ${cause.is === "special" ? "has special attributes" : `is ${cause.is === "read-only" ? "read-only" : "not"}`}`;
    case "read-only-regexp":
      return "holds a RegExp that is read-only";
    case "shares-object":
      return "shares an object with an argument, `this` or captured state";
    case "pooled-memory":
      return POOLED[cause.as];
    case "nodes-object":
      return "holds an object of Node's own";
    case "new-symbol":
      return "holds a symbol that is made at each call, or that dumbo does not know";
    case "new-function":
      return "holds a function that is made at each call, or that dumbo does not know";
    case "new-accessor":
      return `holds an accessor, \`${cause.name}\`, that is made at each call`;
    case "unknown-class":
      return "holds an instance of a class that dumbo does not know";
    case "template-texts":
      return "holds a frozen array that may be the texts of a template, which are the same at each call";
    case "large-result":
      return cause.bytes === undefined ? "is too large" : `is ${cause.bytes} bytes, above limits.value`;

    // Keys.
    case "large-key":
      return "has values that are too large to be worth a key";
    case "reading-runs-code":
      return "takes an argument apart that runs code when it is read (an accessor or iterator)";
    case "callers-arguments":
      return "may read the `arguments` of a function that called it";
    case "added-member":
      return `may read \`${cause.name}\`, which the program has added`;
    case "read-after-wait":
      return `reads ${lateText(cause)} after it has waited, and others may change it meanwhile`;
    case "given-function":
      return "is given a function, which it may call later";

    // What a call did.
    case "throws":
      return "throws";
    case "changes":
      return `changes ${CHANGED[cause.what]}`;
    case "replaces-by-equal":
      return cause.what === "state"
        ? "replaces state that it reads by its equal"
        : "replaces what its arguments hold by its equal";
    case "changes-for-good":
      return FOR_GOOD[cause.what];
    case "changes-binding":
      return cause.isUnsure
        ? `may have assigned to \`${cause.name}\` what it held already, which nothing tells`
        : `changes \`${cause.name}\``;
    case "changes-nothing":
      return "returns nothing, and changes nothing";
    case "own-iterator":
      return "loops over an iterator of the program's and waits meanwhile";
    case "returns-thenable":
      return "returns what has a `then`";
    case "own-promise":
      return "returns a promise of a class of its own";
    case "unfinished-work":
      return "leaves work to promises, and the program ended";
    case "moved":
      return "is not where its source puts it: it was replaced, or what it belongs to was";
    case "found-wrong":
      return "was found wrong by DUMBO_VERIFY in an earlier run";
    case "prints-otherwise":
      return "prints something else";
    case "writes-otherwise":
      return "writes something else";
    case "result-differs":
      return cause.where;

    // What it did outside.
    case "touches":
      return `touches ${cause.api} (${cause.why ? `${cause.event}, ${writeText(cause.why)}` : cause.event})`;
    case "listed-touches":
      return `is not memoized itself: it touches what is no part of its arguments (${cause.event})`;
    case "touches-after-wait":
      return `touches ${cause.api} after it has waited`;
    case "changed-while-read":
      return "reads what changed while it ran";
    case "trace-limit":
      return limitText(cause.of, cause.limit);
    case "large-write":
      return `writes a file of more than ${cause.limit} bytes`;
    case "ends-early":
      return `ends before ${cause.api} has ${cause.writes ? "written" : "answered"}`;
    case "catches-error":
      return `catches an error of ${cause.api}`;
    case "callback-throws":
      return `throws in what it gave ${cause.api} to call`;
    case "left-open":
      return `leaves open what ${cause.api} has opened`;
    case "mixed-waits": {
      const does = doesText(cause.writes);
      return `${does} files by promises or callbacks, and prints or ${does} others at once`;
    }
    case "changeable-input":
      return `${doesText(cause.writes)} files by promises or callbacks, and is given, or reads, what may change meanwhile`;
    case "others-wrote":
      return "writes what others wrote meanwhile";
    case "replaced-api":
      return `runs in a program that replaced ${cause.api}`;
    case "dependency-changed":
      return `${cause.what} has changed`;

    // What the program did.
    case "replaced-built-in":
      return `runs in a program that replaced ${cause.name}`;
    case "removed-member":
      return `runs in a program that removed \`${cause.name}\``;
    case "added-built-in":
      return `runs in a program that added \`${cause.name}\``;
    case "last-match":
      return `runs in a program that reads \`${cause.name}\``;

    // Modules that are left alone.
    case "unparsed":
    case "direct-eval":
    case "with-statement":
    case "shadowed-name":
    case "contains-mark":
      return describeModule(cause);
  }
}

const POOLED = {
  "piece-and-pool": "holds a piece of Node's pool, and the pool",
  view: "holds a view that may be of Node's pool",
  "two-buffers": "holds two Buffers over the same piece of Node's pool",
} as const;

const CHANGED = {
  this: "`this`",
  arguments: "its arguments",
  state: "state that it reads",
  reads: "what it reads",
  result: "its result",
} as const;

function privateText({ name, of }: Extract<ValueCause, { kind: "private-members" }>): string {
  switch (of) {
    case "unfinished":
      return "holds an object whose constructor has not put all private members there";
    case "methods":
      return "holds an instance whose private methods were changed";
    case "another-class":
      return "holds an object with private members of another class";
    case "new":
      return "holds a new object with private members, which only its constructor can make";
    default:
      return name === undefined
        ? "holds an instance of a class with private members"
        : `holds an instance of ${name}, whose private members cannot be read`;
  }
}

const FOR_GOOD = {
  prototype: "changes the prototype of an object",
  inherited: "changes what other objects inherit from",
  "built-in": "changes an object of the language or of Node",
  function: "changes what a function or class is",
  "kind-of-object": "changes what an object is",
  "size-of-memory": "changes the size of memory",
  "private-members": "puts private members on an object that was there before",
  accessor: "defines an accessor",
} as const;

function doesText(writes: boolean): string {
  return writes ? "reads or writes" : "reads";
}

function lateText({ of, name, argument }: Extract<Cause, { kind: "read-after-wait" }>): string {
  switch (of) {
    case "state":
      return `state, \`${name}\`,`;
    case "properties":
      return `state, properties of \`${name}\`,`;
    case "arguments":
      return "its arguments";
    case "argument":
      return `argument ${argument}`;
    case "this":
      return "`this`";
    case "given":
      return `what \`${name}\` is given`;
  }
}

function limitText(of: Extract<Cause, { kind: "trace-limit" }>["of"], limit: number): string {
  switch (of) {
    case "reads":
      return `reads more than ${limit} things`;
    case "writes":
      return `writes more than ${limit} times`;
    case "written-bytes":
      return `writes more than ${limit} bytes`;
    case "output":
      return `prints more than ${limit} bytes`;
  }
}

/** What a module does that it is left alone for. */
export function describeModule(cause: ModuleCause): string {
  switch (cause.kind) {
    case "unparsed":
      return `cannot be parsed: ${cause.message}`;
    case "direct-eval":
      return "calls eval";
    case "with-statement":
      return "uses `with`";
    case "shadowed-name":
      return `declares its own ${cause.name}`;
    case "contains-mark":
      return `contains ${cause.name}`;
  }
}

function unseenText(cause: UnseenCause): string {
  const [what, why] = unseenParts(cause);
  return metText(cause, what) + (why === "" ? "" : ` (${why})`);
}

function metText({ name, from, held }: MetFunction, what: string): string {
  return `${held ? "holds" : "uses"} \`${name}\`${from === undefined ? "" : ` from "${from}"`}, ${what}`;
}

const UNSEEN = "a function that dumbo cannot see into";

function unseenParts(cause: Unseen): [what: string, why: string] {
  switch (cause.kind) {
    case "not-analysed":
      return [UNSEEN, `${cause.file} is not analysed yet`];
    case "too-large":
      return [UNSEEN, `${cause.file} has ${cause.bytes} bytes, above limits.packageFile`];
    case "left-alone":
      return [UNSEEN, `${cause.file} ${describeModule(cause.why)}`];
    case "native-function":
      return [UNSEEN, "it is native code"];
    case "proxied-function":
      return [UNSEEN, "it is a Proxy"];
    case "unread-code":
      return [UNSEEN, `its code is in no module that dumbo has read${waitingText(cause.waiting)}`];
    case "unshown-function":
      return ["a function that the inspector shows nothing of", ""];
    case "ambiguous-function":
      return ["a function whose text stands twice on its line, or in a file that was loaded twice", ""];
    case "replaced-function":
      return ["which is not Node's own function", ""];
  }
}

function waitingText(waiting = 0): string {
  if (waiting === 0) return "";
  return `; ${waiting} ${waiting === 1 ? "file of a package is" : "files of packages are"} not analysed yet`;
}

function writeText(trouble: WriteTrouble): string {
  switch (trouble.kind) {
    case "path-type":
      return "by a path that is neither a text nor a URL";
    case "options":
      return "with options that are not known";
    case "mode":
      return "with a mode of its own";
    case "flag":
      return `with the flag ${trouble.flag}`;
    case "content-type":
      return "of what is neither a text nor bytes";
    case "source-no-file":
      return "of what is no file on a disk";
    case "replaced-inside":
      return `while ${trouble.api} is the program's`;
    case "other-there":
      return "to a place where something else is";
    case "throws":
      return "which throws";
    case "device":
      return "to a device";
    case "no-disk":
      return "to neither a file on a disk nor a folder";
    case "no-folder":
      return "to a place in no folder on a disk";
    case "protected":
      return "to a file of the program or of dumbo";
    case "printed-to":
      return "to a file that the program prints to";
    case "unseen-place":
      return "to a place that cannot be looked at";
  }
}
