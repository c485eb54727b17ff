/** Sentences on code that a function leads to. */
import type { MetFunction, ReachCause } from "../reason.ts";
import { OF_MODULES } from "./modules.ts";
import { type Sentences, sentenceFrom } from "./sentences.ts";

export const OF_REACH: Sentences<ReachCause> = {
  "not-analysed": (met) => unseen(met, `${met.file} is not analysed yet`),
  "left-this-time": (met) => unseen(met, `nothing came of earlier runs, and so ${met.file} is left as it is for now`),
  "too-large": (met) => unseen(met, `${met.file} has ${met.bytes} bytes, above limits.packageFile`),
  "left-alone": (met) => unseen(met, `${met.file} ${sentenceFrom(OF_MODULES, met.why)}`),
  "native-function": (met) => unseen(met, "it is native code"),
  "nodes-function": (met) => unseen(met, "it is one of Node's own functions, and not known to be pure"),
  "proxied-function": (met) => unseen(met, "it is a Proxy"),
  "unread-code": (met) => unseen(met, `its code is in no module that dumbo has read${waitingText(met.waiting)}`),
  "repeated-code": (met) => unseen(met, "its code is in a function that ran more than once; the next run knows it"),
  "unread-text": (met) => unseen(met, `its code was made of a text that ${sentenceFrom(OF_MODULES, met.why)}`),
  "unshown-function": (met) => `${metText(met)}, a function that the inspector shows nothing of`,
  "ambiguous-function": (met) =>
    `${metText(met)}, a function whose text stands twice on its line, or in a file that was loaded twice`,
  "replaced-function": (met) => `${metText(met)}, which is not Node's own function`,
  "unseen-class": ({ name, isNodes }) =>
    `holds an instance of ${name}, ${isNodes ? "a class of Node's own, whose state is not in its properties alone" : "a class that dumbo cannot see into"}`,
  "odd-base": "inherits from an object that is no class",
  "stamped-base": "puts private members on objects of its base class",
  "moved-self": ({ name }) => `reads itself as \`${name}\`, and is not where its source puts it`,
  "global-accessor": "leads to an accessor of the global object that the program has made",
  "unshown-capture": ({ name }) => `has captured \`${name}\`, which V8 does not show`,
  "uninitialised-capture": ({ name }) => `has captured \`${name}\`, which may not be initialised`,
  "unshown-scopes": "holds a function whose scopes cannot be read any more",
  "class-base-replaced": ({ name }) => `what \`${name}\` inherits from was replaced`,
};

function metText({ name, from, held }: MetFunction): string {
  return `${held ? "holds" : "uses"} \`${name}\`${from === undefined ? "" : ` from "${from}"`}`;
}

function unseen(met: MetFunction, why: string): string {
  return `${metText(met)}, a function that dumbo cannot see into (${why})`;
}

function waitingText(waiting = 0): string {
  if (waiting === 0) return "";
  return `; ${waiting} ${waiting === 1 ? "file of a package is" : "files of packages are"} not analysed yet`;
}
