/** Writes private members into keys: those of the classes of an object. An object that has others is refused. */
import { isAsMade, recordOf } from "../code/function-shape.ts";
import { readersFor } from "../code/private-readers.ts";
import { HELD, type PrivateReader, StrayMembers } from "../value/private-members.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import type { Walk } from "./walk.ts";

/**
 * Writes the private members that an object has of its classes.
 * @param readers those of the classes in its chain of prototypes, which is written before
 * @throws Unkeyable
 */
export function writePrivates(value: object, readers: readonly PrivateReader[], walk: Walk): void {
  for (let i = 0; i < readers.length; i++) {
    const { names, read } = readers[i] as PrivateReader;
    const held = read(value);
    if (held === HELD.some) throw new Unkeyable({ kind: "private-members", of: "unfinished" });
    walk.out.byte(held === HELD.nothing ? 0 : 1);
    if (held !== HELD.nothing) writeHeld(names, held, walk);
  }
}

function writeHeld(names: readonly string[], held: readonly unknown[], walk: Walk): void {
  const { marks } = walk;
  for (let i = 0; i < names.length; i++) {
    marks?.member(names[i] as string);
    walk.write(held[i]);
    marks?.leave();
  }
  // Private methods. Their code is in the key with the class; what the program has put on them as on objects is nowhere.
  for (let i = names.length; i < held.length; i++) {
    if (!isAsMade(recordOf(held[i] as object), walk.id)) {
      throw new Unkeyable({ kind: "private-members", of: "methods" });
    }
  }
}

/**
 * Refuses objects with private members that the walk has not written, if code of the key could read them.
 * @param links objects that were written as ones that others inherit from, by their properties alone
 * @throws Unkeyable
 */
export function refuseStrays(walk: Walk, links: ReadonlySet<object> | null): void {
  const readers = readersFor(walk.reaches);
  if (readers.length === 0) return;
  const read = new StrayMembers(readers, true);
  const others = new StrayMembers(readers, false);
  walk.spend(walk.seen.size >> 3);
  for (const value of walk.seen.keys()) {
    if (typeof value === "symbol") continue;
    const isRead = typeof value === "object" && links?.has(value) !== true;
    if ((isRead ? read : others).isStray(value)) refuse();
  }
  // Some of them have no number, and are not among those seen.
  if (links !== null) for (const link of links) if (others.isStray(link)) refuse();
}

function refuse(): never {
  throw new Unkeyable({ kind: "private-members", of: "another-class" });
}
