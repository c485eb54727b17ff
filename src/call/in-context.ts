/**
 * Calls in a context in which something is tweaked. There, a call has a key of its own, which is made of the tweaks. It is also answered by
 * entries that were kept outside of the context, or in one around it, if their calls have called nothing that is tweaked otherwise here.
 */
import { hashText } from "../hash.ts";
import type { Key, KeyParts } from "../key/key.ts";
import type { Tweaks } from "../trace/contexts.ts";
import { unpackTrace } from "../trace/trace.ts";
import { type Entry, readEntries } from "./entry.ts";

/** The hash of all keys in contexts whose tweaks have no id: nothing is kept under it. */
const NOWHERE = "0".repeat(32);

/** At most so many sets of tweaks around are asked for entries: each costs a look-up. What only others have is computed again. */
const MOST_AROUND = 64;

/** The key of a call in a context with tweaks. */
export class ContextKey implements Key {
  readonly hash: string;
  readonly walk: Key["walk"];
  readonly given: number;
  readonly environment: string;
  readonly state: Key["state"];
  readonly outside: string;
  readonly #key: Key;

  /** @param key of the same call outside of all contexts */
  constructor(key: Key, tweaks: Tweaks) {
    this.hash = hashIn(tweaks, key.hash);
    this.walk = key.walk;
    this.given = key.given;
    this.environment = key.environment;
    this.state = key.state;
    this.outside = key.hash;
    this.#key = key;
  }

  get parts(): KeyParts {
    return this.#key.parts;
  }
}

/** Whether a result may be kept under a key. */
export function isKeptUnder({ hash }: Pick<Key, "hash">): boolean {
  return hash !== NOWHERE;
}

function hashIn({ id }: Tweaks, hash: string): string {
  return id === null ? NOWHERE : hashText(`${hash} where ${id}`);
}

/** Reads a record. @param isOutside whether its call was made outside of all contexts */
type Get = (hash: string, isOutside: boolean) => Uint8Array | undefined;

/**
 * The entries that were kept outside of a set of tweaks and hold with it as well, those of the innermost context around first.
 * @param key of the call outside of all contexts
 */
export function entriesAround(tweaks: Tweaks, key: string, get: Get): readonly Entry[] {
  const found: Entry[] = [];
  let outer = tweaks.outer;
  for (let count = 0; outer !== null && count < MOST_AROUND; count++) {
    addUnaffected(found, hashIn(outer, key), get, tweaks, outer);
    outer = outer.outer;
  }
  addUnaffected(found, key, get, tweaks, null);
  return found;
}

function addUnaffected(found: Entry[], hash: string, get: Get, tweaks: Tweaks, others: Tweaks | null): void {
  const record = hash === NOWHERE ? undefined : get(hash, others === null);
  if (record === undefined) return;
  for (const entry of readEntries(record)) if (!isAffected(entry, tweaks, others)) found.push(entry);
}

/** Whether a call that was recorded with other tweaks, or none, may do something else with these. */
function isAffected({ trace }: Entry, tweaks: Tweaks, others: Tweaks | null): boolean {
  const { made } = unpackTrace(trace);
  if (made === undefined) return false;
  if (made === "unknown" || tweaks.withoutKey !== (others?.withoutKey ?? 0)) return true;
  const isOther = (key: string) => tweaks.find(key)?.digest !== others?.find(key)?.digest;
  return made.direct.some(({ key }) => isOther(key)) || made.indirect.some(isOther);
}
