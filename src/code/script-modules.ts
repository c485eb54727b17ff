/** Modules that nothing has rewritten, each made of the text of one of V8's scripts when a function of it is first met. */
import type { ModuleCause, Unseen } from "../reason/reason.ts";
import type { LiveModule } from "./live-module.ts";
import type { PlainFinder } from "./registry.ts";

/** Analysing so many characters takes as long as a step of a walk. */
export const CHARACTERS = 16;

export abstract class ScriptModules implements PlainFinder {
  /** By the numbers of the scripts, which no other script gets. */
  readonly #modules = new Map<number, LiveModule | Unseen>();

  /** The module of the script that a function is from, or why it is not known. To be registered by who gets it first. */
  moduleOf(fn: object, script: number): LiveModule | Unseen {
    const known = this.#modules.get(script);
    if (known !== undefined) return known;
    const made = this.make(fn, script);
    this.#modules.set(script, made);
    return made;
  }

  protected abstract make(fn: object, script: number): LiveModule | Unseen;
}

/** @param why the text is left alone; null where it could not be read */
export function leftAlone(why: ModuleCause | null, file: string): Unseen {
  return why === null ? { kind: "unread-code" } : { kind: "left-alone", file, why };
}
