/**
 * Tells in which script, and on which line, the code of a function stands, by functions of V8's own (notes/code-places.md): they take 100 ns,
 * the inspector 500 us for the same answer. Where these functions cannot be compiled, the answer is always null.
 */
import { compileForEngine } from "../value/engine-functions.ts";
import { step } from "../value/time-limit.ts";

interface Engine {
  /** The number of the script, or {@link NO_SCRIPT}. */
  readonly scriptOf: (fn: object) => number;
  /** Where in the text of the script the code begins. To be asked only of functions that have a script. */
  readonly positionOf: (fn: object) => number;
  readonly sourceOf: (fn: object) => string;
}

const SOURCE = `return {
  scriptOf: (fn) => %FunctionGetScriptId(fn),
  positionOf: (fn) => %FunctionGetScriptSourcePosition(fn),
  sourceOf: (fn) => %FunctionGetScriptSource(fn),
}`;

/** The number for a native or bound function, and for a Proxy: they have no script. */
export const NO_SCRIPT = -1;

/** To look for lines in so many characters takes as long as a step of a walk. */
const CHARACTERS = 1024;

/** Undefined until it is first needed; null where it cannot be compiled. */
let engine: Engine | null | undefined;
/** Where the lines of a script begin, by its number. V8 uses no number twice. */
const lineStarts = new Map<number, readonly number[]>();

/** The number of the script that has a function's code, {@link NO_SCRIPT}, or null where V8 does not tell. */
export function scriptOf(fn: object): number | null {
  return ask((engine) => engine.scriptOf(fn));
}

/**
 * The 1-based line on which the code of a function begins; null where V8 does not tell. The lines of each script are counted once.
 * @param script of the function, by {@link scriptOf}: only scripts of modules are to be asked about, so that few are counted
 */
export function lineOf(fn: object, script: number): number | null {
  const starts = lineStarts.get(script) ?? countLines(fn, script);
  const position = ask((engine) => engine.positionOf(fn));
  return starts === null || position === null ? null : lineAt(starts, position);
}

/**
 * Which of the places of a text, which stand at these offsets from the first of them, is that of a function; -1 where that cannot be told. It
 * does not matter where the first of them is: each has to have the text if the function is one of them, and there must be one way for that.
 * @param text of the function, by `toString`
 */
export function placeAmong(fn: object, text: string, offsets: readonly number[]): number {
  step(Math.ceil((text.length * offsets.length ** 2) / CHARACTERS));
  const places = ask((engine) => {
    const source = engine.sourceOf(fn);
    const start = source.lastIndexOf(text, engine.positionOf(fn));
    if (start < 0) return [];
    const mayBe = (own: number) => offsets.every((other) => source.startsWith(text, start - own + other));
    return offsets.flatMap((own, i) => (own <= start && mayBe(own) ? [i] : []));
  });
  return places?.length === 1 ? (places[0] as number) : -1;
}

/** The text of the script that has a function's code, or null where V8 does not tell. @param fn has a script of text */
export function sourceOf(fn: object): string | null {
  return ask((engine) => engine.sourceOf(fn));
}

/** A stretch of a script. */
export interface CodeRange {
  readonly script: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Where the text of a function or class stands; null where V8 does not tell.
 * @param text of the function, by `toString`
 */
export function rangeOf(fn: object, text: string): CodeRange | null {
  const script = scriptOf(fn);
  if (script === null || script === NO_SCRIPT) return null;
  // For a class, V8 gives the position of its constructor: its text begins before that.
  const start = ask((engine) => engine.sourceOf(fn).lastIndexOf(text, engine.positionOf(fn)));
  return start === null || start === -1 ? null : { script, start, end: start + text.length };
}

/** Whether the code of a function begins in a stretch of a script; null where V8 does not tell. */
export function isWithin(fn: object, { script, start, end }: CodeRange): boolean | null {
  const own = scriptOf(fn);
  if (own !== script) return own === null ? null : false;
  return ask((engine) => {
    const position = engine.positionOf(fn);
    return start <= position && position < end;
  });
}

function countLines(fn: object, script: number): readonly number[] | null {
  const text = ask((engine) => engine.sourceOf(fn));
  if (text === null) return null;
  step(Math.ceil(text.length / CHARACTERS));
  const starts = startsOfLines(text);
  lineStarts.set(script, starts);
  return starts;
}

function ask<T>(question: (engine: Engine) => T): T | null {
  if (engine === undefined) engine = make();
  if (engine === null) return null;
  try {
    return question(engine);
  } catch {
    // V8 has thrown away the code of these functions, which were not called for a while, and cannot compile it again without its flag.
    engine = make();
  }
  return engine === null ? null : question(engine);
}

function make(): Engine | null {
  return compileForEngine<Engine>(SOURCE, (made) => {
    const { scriptOf: of, positionOf, sourceOf } = made;
    const isRight = sourceOf(of).slice(positionOf(of)).startsWith("(fn) => %FunctionGetScriptId(fn)");
    return isRight && of(of) >= 0 && of(positionOf) === of(of) && of(Math.max) === NO_SCRIPT;
  });
}

/** Where lines begin, as V8 counts them. Not found by a regular expression: the program may read `RegExp.$1` afterwards. */
function startsOfLines(text: string): readonly number[] {
  return text.includes("\r") || text.includes("\u2028") || text.includes("\u2029") ? startsOfAny(text) : startsOf(text);
}

function startsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function startsOfAny(text: string): readonly number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const ends = code === 10 || code === 0x2028 || code === 0x2029 || (code === 13 && text.charCodeAt(i + 1) !== 10);
    if (ends) starts.push(i + 1);
  }
  return starts;
}

/** The number of the last line that begins at a position or before it. */
function lineAt(starts: readonly number[], position: number): number {
  let low = 0;
  let high = starts.length;
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= position) low = middle;
    else high = middle;
  }
  return low + 1;
}
