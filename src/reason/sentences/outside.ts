/** Sentences on what a call did outside of its own values. */
import type { OutsideCause, WriteTrouble } from "../reason.ts";
import type { Sentences } from "./sentences.ts";

/** For each trait that code made of a text may have: what its results depend on because of the trait. */
const DEPENDS: Readonly<Record<string, string>> = {
  async: "when it goes on",
  begins: "when it goes on",
  floating: "when it goes on",
  borrows: "private members",
  methods: "private members",
  private: "private members",
  stamps: "private members",
  substitutes: "private members",
  buffer: "the memory behind Buffers",
  catch: "the texts of errors",
  frames: "what its callers were given",
  sloppy: "what its callers were given",
  namespace: "what is on `Math`, `JSON`, `Reflect` or `Intl`",
  outside: "what it reads or prints",
  streams: "what it reads or prints",
  template: "the texts of templates",
};

export const OF_OUTSIDE: Sentences<OutsideCause> = {
  touches: ({ event, api, why }) => `touches ${api} (${why ? `${event}, ${writeText(why)}` : event})`,
  "listed-touches": ({ event }) => `is not memoized itself: it touches what is no part of its arguments (${event})`,
  "long-text": "makes code of a text that it would take too long to read",
  "made-code": ({ depends }) => `makes code of a text that depends on ${DEPENDS[depends] ?? depends}`,
  "touches-after-wait": ({ api }) => `touches ${api} after it has waited`,
  "changed-while-read": "reads what changed while it ran",
  "trace-limit": ({ of, limit }) => limitText(of, limit),
  "large-write": ({ limit }) => `writes a file of more than ${limit} bytes`,
  "ends-early": ({ api, writes }) => `ends before ${api} has ${writes ? "written" : "answered"}`,
  "catches-error": ({ api }) => `catches an error of ${api}`,
  "callback-throws": ({ api }) => `throws in what it gave ${api} to call`,
  "left-open": ({ api }) => `leaves open what ${api} has opened`,
  "mixed-waits": ({ writes }) => {
    const does = doesText(writes);
    return `${does} files by promises or callbacks, and prints or ${does} others at once`;
  },
  "changeable-input": ({ writes }) =>
    `${doesText(writes)} files by promises or callbacks, and is given, or reads, what may change meanwhile`,
  "others-wrote": "writes what others wrote meanwhile",
  "replaced-api": ({ api }) => `runs in a program that replaced ${api}`,
  "dependency-changed": ({ what }) => `${what} has changed`,
};

function doesText(writes: boolean): string {
  return writes ? "reads or writes" : "reads";
}

function limitText(of: Extract<OutsideCause, { kind: "trace-limit" }>["of"], limit: number): string {
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
