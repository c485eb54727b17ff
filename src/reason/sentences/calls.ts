/** Sentences on what was found while the key of a call was made, and on what the call did to values. */
import type { CallCause, KeyCause } from "../reason.ts";
import type { Sentences } from "./sentences.ts";

export const OF_KEYS: Sentences<KeyCause> = {
  "large-key": "has values that are too large to be worth a key",
  "reading-runs-code": "takes an argument apart that runs code when it is read (an accessor or iterator)",
  "callers-arguments": "may read the `arguments` of a function that called it",
  "second-run":
    "is in a function that ran more than once, so that each of its variables means several; the next run knows it",
  "added-member": ({ name }) => `may read \`${name}\`, which the program has added`,
  "read-after-wait": (cause) => `reads ${readText(cause)} after it has waited, and others may change it meanwhile`,
  "changes-unseen": "waits, and reaches code made of a text that writes to state",
  "given-function": "is given a function, which it may call later",
};

export const OF_CALLS: Sentences<CallCause> = {
  throws: "throws",
  changes: ({ what }) => `changes ${CHANGED[what]}`,
  "replaces-by-equal": ({ what }) =>
    what === "state" ? "replaces state that it reads by its equal" : "replaces what its arguments hold by its equal",
  "changes-for-good": ({ what }) => FOR_GOOD[what],
  "changes-binding": ({ name, isUnsure }) =>
    isUnsure ? `may have assigned to \`${name}\` what it held already, which nothing tells` : `changes \`${name}\``,
  "changes-nothing": "returns nothing, and changes nothing",
  "other-zone": "ran while the time zone was changed",
  "own-iterator": "loops over an iterator of the program's and waits meanwhile",
  "returns-thenable": "returns what has a `then`",
  "own-promise": "returns a promise of a class of its own",
  "dropped-promise": "makes a promise that nobody waits for, and that may be rejected",
  "uncounted-turns":
    "waits for so many turns of the microtask queue that nobody knows when a hit would have to come back",
  "many-promises": "waits so often that to watch over it takes too long beside what it does",
  "unfinished-work": "leaves work to promises, and the program ended",
  stream: ({ what }) => STREAM[what],
  moved: "is not where its source puts it: it was replaced, or what it belongs to was",
  "found-wrong": "was found wrong by DUMBO_VERIFY in an earlier run",
  "prints-otherwise": "prints something else",
  "writes-otherwise": "writes something else",
  "result-differs": ({ where }) => where,
};

const STREAM = {
  left: "was left before its end",
  told: "was told something by who went over it",
  reads: "reads, prints or writes after its first item",
  long: "yields more than four times limits.value",
} as const;

const CHANGED = {
  this: "`this`",
  arguments: "its arguments",
  state: "state that it reads",
  reads: "what it reads",
  result: "its result",
} as const;

const FOR_GOOD = {
  prototype: "changes the prototype of an object",
  inherited: "changes what other objects inherit from",
  "built-in": "changes an object of the language or of Node",
  function: "changes what a function or class is",
  "kind-of-object": "changes what an object is",
  "size-of-memory": "changes the size of memory",
  "private-members": "puts private members on an object that was there before",
  "hidden-state": "changes what an object of the language or of Node holds inside",
  accessor: "defines an accessor",
} as const;

function readText({ of, name, argument }: Extract<KeyCause, { kind: "read-after-wait" }>): string {
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
