/** The classes whose private members some code can read, on whatever object it meets. */
import { hasReaders, lentReaders, type PrivateReader, readerOf } from "../value/private-members.ts";
import { prototypeOf } from "../value/prototype-of.ts";
import type { Reach } from "./reach.ts";

/** What this needs of a reach. */
type Code = Pick<Reach, "shapes" | "traits">;

const NONE: readonly PrivateReader[] = [];
const found = new WeakMap<Code, readonly PrivateReader[]>();

/** The readers of the classes whose private names the code uses, of those classes that have handed a reader over. */
export function readersFor(reaches: readonly Code[]): readonly PrivateReader[] {
  if (!hasReaders()) return NONE;
  const readers: PrivateReader[] = [];
  let borrows = false;
  for (let i = 0; i < reaches.length; i++) {
    const reach = reaches[i] as Code;
    add(readersIn(reach), readers);
    // The code uses private names of a class around it, and no value tells which class: all that may be are taken.
    if (reach.traits.has("borrows") && !borrows) {
      add(lentReaders(), readers);
      borrows = true;
    }
  }
  return readers;
}

function add(more: readonly PrivateReader[], readers: PrivateReader[]): void {
  for (let i = 0; i < more.length; i++) readers.push(more[i] as PrivateReader);
}

/** The readers of the classes of a reach. */
function readersIn(reach: Code): readonly PrivateReader[] {
  const known = found.get(reach);
  if (known) return known;
  const readers: PrivateReader[] = [];
  for (let i = 0; i < reach.shapes.length; i++) {
    const met = reach.shapes[i] as Reach["shapes"][number];
    const prototype = prototypeOf(met.shape ? met.shape.constructor : met.record.value);
    const reader = prototype === null ? undefined : readerOf(prototype);
    if (reader !== undefined) readers.push(reader);
  }
  found.set(reach, readers);
  return readers;
}
