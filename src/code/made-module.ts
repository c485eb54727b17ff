/**
 * Code that `Function` and its kin have made of a text. The text is all that there is of it: its names lead to globals alone, so that
 * it is known by that, as a module of its own.
 */
import { types } from "node:util";
import { hashText } from "../hash.ts";
import type { ModuleCause, Unseen } from "../reason/reason.ts";
import { isAbsent } from "../value/absent-globals.ts";
import { step } from "../value/time-limit.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { type InnerPlace, noteScript } from "./closures.ts";
import { sourceOf } from "./code-places.ts";
import type { Opened } from "./inspect-function.ts";
import { LiveModule } from "./live-module.ts";
import type { Manifest } from "./manifest.ts";

const { getPrototypeOf, hasOwn } = Object;
const { isProxy } = types;

/** What is known of a text: its manifest, or why it is left alone. */
export type TextAnalysis = Manifest | { readonly untouched: ModuleCause };

/** Analyses what the constructors make of parameters and a body, in parentheses: the text of a script. */
export type AnalyseText = (script: string) => TextAnalysis | null;

/** How the script of a made function begins, and how it ends. No other code is parsed. */
const HEADS = [
  "(function anonymous(",
  "(function* anonymous(",
  "(async function anonymous(",
  "(async function* anonymous(",
];
const END = "\n})";

/** What is told instead of the URL of a module. */
export const MADE_URL = "dumbo:text";

/** So many texts of a process are analysed, and of so many characters: what makes new ones all the time would only cost. */
const MOST = 200;
const LONGEST = 1 << 20;

/** Analysing so many characters takes as long as a step of a walk. */
const CHARACTERS = 16;

export class MadeModules {
  readonly #analyse: AnalyseText;
  /** By the hashes of the texts. */
  readonly #analyses = new Map<string, TextAnalysis | null>();
  /** By the numbers of the scripts, which no other script gets. */
  readonly #modules = new Map<number, LiveModule | Unseen>();

  constructor(analyse: AnalyseText) {
    this.#analyse = analyse;
  }

  /** What is known of a function's code that a constructor has just made. @param text what `toString` says of the function */
  analysisOf(text: string): TextAnalysis | null {
    return this.#analysis(`(${text})`);
  }

  /** The module of the script that a function is from, if that looks like one of a made function, or why it is not known. */
  moduleOf(fn: object, script: number): LiveModule | Unseen {
    const known = this.#modules.get(script);
    if (known !== undefined) return known;
    const source = sourceOf(fn);
    const analysis = source === null ? null : this.#analysis(source);
    const made = analysis === null ? ({ kind: "unread-code" } as const) : moduleFrom(analysis, script);
    if (this.#modules.size < MOST) this.#modules.set(script, made);
    return made;
  }

  #analysis(source: string): TextAnalysis | null {
    if (source.length > LONGEST || !isMade(source)) return null;
    const hash = hashText(source);
    const known = this.#analyses.get(hash);
    if (known !== undefined) return known;
    if (this.#analyses.size === MOST) return null;
    step(source.length / CHARACTERS);
    const analysis = this.#analyse(source);
    this.#analyses.set(hash, analysis);
    return analysis;
  }
}

function isMade(source: string): boolean {
  return source.endsWith(END) && HEADS.some((head) => source.startsWith(head));
}

function moduleFrom(analysis: TextAnalysis, script: number): LiveModule | Unseen {
  if ("untouched" in analysis) return { kind: "unread-text", why: analysis.untouched };
  const get = () => stateOf(analysis);
  const instance = { id: analysis.source, url: MADE_URL, get, set: nothing, assign: nothing };
  const module = new LiveModule(instance, () => analysis);
  noteScript(module, script);
  return module;
}

function nothing(): undefined {
  return undefined;
}

/** All that the names in a text lead to outside of it, but for globals that are the same in each program: no global has some of them. */
function stateOf({ made }: Manifest): string {
  const absent = made?.absent ?? [];
  const there = absent.find(({ name }) => !isAbsent(name));
  if (there !== undefined) throw new Unkeyable({ kind: "uses-api", api: there.api });
  return "absent";
}

/** The places in a made module where functions of a text stand. */
export function placesIn(module: LiveModule, text: string): readonly InnerPlace[] {
  const inner = module.manifest?.inner ?? [];
  return inner.filter((one) => one.text === text).map((one) => ({ module, inner: one }));
}

/**
 * Whether what the code of a made module reads of globals are globals for a function of its script: direct `eval` may have made the same
 * text, where a name may lead to a binding around it.
 */
export function seesGlobalsOnly({ manifest }: LiveModule, opened: Opened): boolean {
  if (opened.kind !== "closure") return false;
  const { scopes } = opened;
  const last = scopes.length - 1;
  if (scopes[last] !== globalThis) return false;
  const names = manifest?.made?.globals ?? [];
  for (let i = 0; i < last; i++) {
    const scope = scopes[i] as object;
    // The object of a `with`, which is none of the text's.
    if (isProxy(scope) || !isPlain(getPrototypeOf(scope))) return false;
    if (names.some((name) => hasOwn(scope, name))) return false;
  }
  return true;
}

function isPlain(prototype: unknown): boolean {
  return prototype === null || prototype === Object.prototype;
}
