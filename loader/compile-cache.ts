/**
 * Switches on Node's own cache of what V8 compiles (`module.enableCompileCache`, from Node 22.1 on), in dumbo's directory, for the modules of the
 * program: a program that loads many starts faster with it.
 *
 * A program may ask Node for that cache itself. If it did so in an earlier run, dumbo leaves the cache to it. If it does so for the first time, it
 * gets the answers that Node would give, but its own directory stays empty in that run.
 */

import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { env, getBuiltinModule } from "../audit/builtins/originals.ts";
import { touch } from "../audit/taps/touch.ts";
import { tappedByCall } from "../audit/taps/wrap.ts";
import { state } from "../src/trace/frames.ts";

interface Answer {
  readonly status: number;
  readonly directory?: string;
}

type Enable = (given?: unknown) => Answer;
type Where = () => string | undefined;

interface NodeModule {
  enableCompileCache?: Enable;
  getCompileCacheDir?: Where;
}

/** `module.constants.compileCacheStatus`. */
const ENABLED = 1;
const ALREADY_ENABLED = 2;

/** Whether the program has asked for a cache in this run. */
let isAsked = false;

export function usesOwnCompileCache(): boolean {
  return isAsked;
}

/** Whether dumbo may switch Node's cache on: not if the user has set it, or measures coverage, which needs modules compiled anew. */
export function mayCompileAhead(variables: NodeJS.ProcessEnv): boolean {
  const { NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = variables;
  return [NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE].every((value) => value === undefined);
}

/**
 * Switches the cache on, and watches whether the program asks for it. To be called before the program, and the taps, have seen `node:module`.
 * @param directory for the cache; null to leave it off
 */
export function watchCompileCache(directory: string | null): void {
  const exports = getBuiltinModule("node:module") as NodeModule;
  const { enableCompileCache: enable, getCompileCacheDir: where } = exports;
  if (enable === undefined || where === undefined) return;
  const ours = directory !== null && enable(directory).status === ENABLED ? where() : undefined;
  /** The directory that the program was told. */
  let theirs: string | undefined;
  exports.enableCompileCache = tappedByCall(enable, () => (original, self, given) => {
    if (state.isAudited) touch("module", "module.enableCompileCache");
    isAsked = true;
    const answer = Reflect.apply(original, self, given) as Answer;
    if (ours === undefined || answer.directory !== ours) return answer;
    if (theirs !== undefined) return { ...answer, status: ALREADY_ENABLED, directory: theirs };
    // As Node does it: the first answer is the folder that was asked for, later ones are the folder that Node has made in it.
    const named = resolve(directoryIn(given[0]));
    theirs = made(join(named, basename(ours)));
    return { ...answer, status: ENABLED, directory: named };
  });
  exports.getCompileCacheDir = tappedByCall(where, () => (original, self, given) => {
    if (state.isAudited) touch("module", "module.getCompileCacheDir");
    const answer: unknown = Reflect.apply(original, self, given);
    return ours !== undefined && answer === ours ? theirs : answer;
  });
}

/** Makes a folder, as Node does when it switches its cache on. */
function made(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true });
  } catch {
    // The program then has a folder that does not exist, as it may have with Node.
  }
  return directory;
}

/** The folder that the program asks for. An accessor of the object that it hands over is not run. */
function directoryIn(given: unknown): string {
  const isObject = typeof given === "object" && given !== null;
  const named: unknown = isObject ? Object.getOwnPropertyDescriptor(given, "directory")?.value : given;
  if (typeof named === "string") return named;
  return env().NODE_COMPILE_CACHE || join(getBuiltinModule("node:os").tmpdir(), "node-compile-cache");
}
