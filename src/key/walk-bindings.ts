/**
 * Bindings of modules in a key that code in it assigns to. A call may read by one name what it has assigned by another: so a key
 * says which of its names are names of one binding, and whether a name in another module may be. An entry also keeps what the call
 * has assigned: so a key says what the bindings held that the code does not read.
 */
import type { AssignedBinding } from "../code/assigned-binding.ts";
import { testOf } from "../code/live-module.ts";
import type { Binding } from "../code/reach.ts";
import type { KeyedBinding, ReachedBinding } from "../code/reached-bindings.ts";
import type { Walk } from "./walk.ts";

// Captured before the program can replace it.
const { is } = Object;

const NO_BINDINGS: readonly KeyedBinding[] = [];

/** What a key says of the value of a binding that the code does not read. */
const UNREAD = { primitive: 0, met: 1, other: 2 } as const;

/**
 * To be called when all else of the key is written.
 * @returns all of them, in an order that is the same for equal keys; none where nothing is assigned
 * @throws ReferenceError in the dead zone of one, Unkeyable
 */
export function writeBindings(walk: Walk): readonly KeyedBinding[] {
  const { reaches, out } = walk;
  if (!reaches.some(({ assigned }) => assigned.some(({ isAssigned }) => isAssigned))) return NO_BINDINGS;
  const numbers = new Map<AssignedBinding, number>();
  const found: ReachedBinding[] = [];
  for (let i = 0; i < reaches.length; i++) {
    const { assigned } = reaches[i] as (typeof reaches)[number];
    walk.spend(assigned.length);
    for (let j = 0; j < assigned.length; j++) {
      const { binding, isAssigned, isRead } = assigned[j] as ReachedBinding;
      const number = numbers.get(binding) ?? found.length;
      out.uint32(number);
      const known = found[number];
      if (known === undefined) {
        numbers.set(binding, number);
        found.push({ binding, isAssigned, isRead });
      } else {
        known.isAssigned ||= isAssigned;
        known.isRead ||= isRead;
      }
    }
  }
  const imports = reaches.flatMap((reach) => reach.imports);
  return found.map((one) => keyed(one, imports, walk));
}

function keyed(reached: ReachedBinding, imports: readonly Binding[], walk: Walk): KeyedBinding {
  const { binding, isAssigned, isRead } = reached;
  const before = binding.read();
  const isShown = isAssigned && mayBeShown(binding, before, imports, walk);
  if (isAssigned) walk.out.byte(isShown ? 1 : 0);
  const isSettled = isRead || (isAssigned && writeUnread(before, walk));
  return { ...reached, before, isSettled, isShown };
}

/**
 * Whether code of the key may read a binding by the name that another module has for it. What the one holds, the other shows:
 * an import, a member of a module's namespace, or one that a compiled module has by a getter.
 */
function mayBeShown(
  { isExported }: AssignedBinding,
  value: unknown,
  imports: readonly Binding[],
  { sawModule }: Walk,
): boolean {
  if (isExported && sawModule) return true;
  for (let i = 0; i < imports.length; i++) {
    const { place, read } = imports[i] as Binding;
    if (place.kind !== "cell") continue;
    // What the import shows of what it holds.
    const shown = place.cell.tested ? testOf(value) : value;
    if (is(read(), shown) && place.module.mayShow(place.cell, isExported)) return true;
  }
  return false;
}

/** Writes a primitive by its value, and an object by its number, if the walk has met it. Answers whether that settles the value. */
function writeUnread(value: unknown, walk: Walk): boolean {
  const { out, seen } = walk;
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!isObject) {
    out.byte(UNREAD.primitive);
    walk.write(value);
    return true;
  }
  const isMet = seen.has(value);
  out.byte(isMet ? UNREAD.met : UNREAD.other);
  if (isMet) out.uint32(seen.get(value) as number);
  return isMet;
}
