/**
 * Code that `Function`, or a constructor like it, has made of a text. Its names lead to globals alone, so that the text says all of it: it is a
 * module of its own, known by its text.
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

/** What the analysis of a text says: its manifest, or why it is left alone. */
export type TextAnalysis = Manifest | { readonly untouched: ModuleCause };

/**
 * Analyses the text of the script that a constructor makes of parameters and a body: one function in parentheses. What an earlier run has
 * kept is taken from there.
 * @param isAffordable asked before it is analysed
 * @returns null where that may not be
 */
export type AnalyseText = (script: string, isAffordable: () => boolean) => TextAnalysis | null;

/** How the scripts of made functions begin and end. Other scripts are not parsed here. */
const HEADS = [
  "(function anonymous(",
  "(function* anonymous(",
  "(async function anonymous(",
  "(async function* anonymous(",
];
const END = "\n})";

/** Stands for the URL of such a module. */
export const MADE_URL = "dumbo:text";

/** At most so many texts are analysed in a process, of at most so many characters: a program that makes new ones all the time gains nothing. */
const MOST = 200;
const LONGEST = 1 << 20;

/** Analysing so many characters takes as long as a step of a walk. */
const CHARACTERS = 16;
/** So many characters are analysed in a millisecond, by code that V8 has not compiled yet. */
const CHARACTERS_PER_MS = 500;

export class MadeModules {
  readonly #analyse: AnalyseText;
  /** By the hashes of the texts. */
  readonly #analyses = new Map<string, TextAnalysis>();
  /** By the numbers of their scripts. V8 uses no number twice. */
  readonly #modules = new Map<number, LiveModule | Unseen>();

  constructor(analyse: AnalyseText) {
    this.#analyse = analyse;
  }

  /**
   * The analysis of a function that a constructor has just made; null if there is none.
   * @param text of the function, by `toString`
   * @param affords whether so many milliseconds may be spent on it
   */
  analysisOf(text: string, affords: (ms: number) => boolean): TextAnalysis | null {
    return this.#analysis(`(${text})`, affords);
  }

  /** The module of the script of a function, if that is the script of a made function; or why the function is not known. */
  moduleOf(fn: object, script: number): LiveModule | Unseen {
    const known = this.#modules.get(script);
    if (known !== undefined) return known;
    const source = sourceOf(fn);
    const analysis = source === null ? null : this.#analysis(source, always);
    const made = analysis === null ? ({ kind: "unread-code" } as const) : moduleFrom(analysis, script);
    if (this.#modules.size < MOST) this.#modules.set(script, made);
    return made;
  }

  #analysis(source: string, affords: (ms: number) => boolean): TextAnalysis | null {
    if (source.length > LONGEST || !isMade(source)) return null;
    const hash = hashText(source);
    const known = this.#analyses.get(hash);
    if (known !== undefined) return known;
    if (this.#analyses.size === MOST) return null;
    step(source.length / CHARACTERS);
    const analysis = this.#analyse(source, () => affords(source.length / CHARACTERS_PER_MS));
    // A later look may be affordable.
    if (analysis !== null) this.#analyses.set(hash, analysis);
    return analysis;
  }
}

function always(): boolean {
  return true;
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

/** The state that a text reads: that there are no globals of certain names. @throws Unkeyable if there is one */
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
 * Whether the names in a made module lead to globals for a function of its script. Direct `eval` may have made the same text, and there a name
 * may lead to a binding around it.
 */
export function seesGlobalsOnly({ manifest }: LiveModule, opened: Opened): boolean {
  if (opened.kind !== "closure") return false;
  const { scopes } = opened;
  const last = scopes.length - 1;
  if (scopes[last] !== globalThis) return false;
  const names = manifest?.made?.globals ?? [];
  for (let i = 0; i < last; i++) {
    const scope = scopes[i] as object;
    // It may be the object of a `with` statement around the code.
    if (isProxy(scope) || !isPlain(getPrototypeOf(scope))) return false;
    if (names.some((name) => hasOwn(scope, name))) return false;
  }
  return true;
}

function isPlain(prototype: unknown): boolean {
  return prototype === null || prototype === Object.prototype;
}
