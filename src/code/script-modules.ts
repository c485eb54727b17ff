/** Finds modules that were not rewritten. Each is made of the text of its script when a function of it is first met. */
import type { ModuleCause, Unseen } from "../reason/reason.ts";
import type { LiveModule } from "./live-module.ts";
import type { PlainFinder } from "./registry.ts";

/** Analysing so many characters takes as long as a step of a walk. */
export const CHARACTERS = 16;

export abstract class ScriptModules implements PlainFinder {
  /** By the numbers of their scripts. V8 uses no number twice. */
  readonly #modules = new Map<number, LiveModule | Unseen>();

  /** The module of the script of a function, or why it is not known. The caller has to register a module that it gets for the first time. */
  moduleOf(fn: object, script: number): LiveModule | Unseen {
    const known = this.#modules.get(script);
    if (known !== undefined) return known;
    const made = this.make(fn, script);
    this.#modules.set(script, made);
    return made;
  }

  protected abstract make(fn: object, script: number): LiveModule | Unseen;
}

/** The reason for a function of a module that is left alone. @param why the module is; null where its text could not be read */
export function leftAlone(why: ModuleCause | null, file: string): Unseen {
  return why === null ? { kind: "unread-code" } : { kind: "left-alone", file, why };
}
