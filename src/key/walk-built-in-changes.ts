/**
 * Writes into keys what the program has done to built-in objects. Any code may come upon it: by the name of a member, by a name that it puts
 * together, in a loop over names, or where the language reads a member. So it is written like state that each function reads.
 */
import type { BuiltInChange } from "../code/reach-context.ts";
import { within } from "../reason/reason.ts";
import { TooLarge, Unkeyable } from "../value/unkeyable.ts";
import { TAG } from "./tags.ts";
import type { Walk } from "./walk.ts";

/** Nothing is written where nothing was done. @throws Unkeyable */
export function writeBuiltInChanges(changes: readonly BuiltInChange[], walk: Walk): void {
  const { out, marks } = walk;
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i] as BuiltInChange;
    out.byte(TAG.builtInChange);
    out.text(change.path);
    if (change.kind === "attributes") {
      out.text(change.text);
      continue;
    }
    marks?.enter(`\`${change.path}\``);
    try {
      walk.property(change.holder, change.key);
    } catch (error) {
      if (!(error instanceof Unkeyable) || error instanceof TooLarge) throw error;
      throw new Unkeyable(within({ step: "reads", name: change.path }, error.reason));
    }
    marks?.leave();
  }
}
