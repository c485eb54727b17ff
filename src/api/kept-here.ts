/** What is kept for a call in the context of the running code: with tweaks in force, that is something else than outside. */
import type { Engine } from "../call/engine.ts";
import type { Entry } from "../call/entry.ts";
import type { HandSite } from "../call/hand-site.ts";
import type { DecodedEntry } from "../call/validate.ts";
import type { Key } from "../key/key.ts";
import type { Tweak } from "../trace/contexts.ts";
import type { Linked } from "./link.ts";

export interface KeptHere {
  /** The key that the call has in the context. */
  readonly key: Key;
  readonly live: HandSite;
  /** The value that the call is tweaked to; null where it is not tweaked. */
  readonly tweaked: DecodedEntry | null;
  readonly entries: readonly Entry[];
}

/** @param key of the call, as it is outside of all contexts */
export function keptHere(engine: Engine, { live, tweaked, fresh, place }: Linked, key: Key): KeptHere {
  const { ContextKey, currentContext, entriesAround, readEntries } = engine.tools;
  const tweaks = currentContext()?.tweaks ?? null;
  const store = place.host.store();
  const own = (hash: string, site: HandSite): readonly Entry[] => {
    const record = store?.get(hash, site.owner);
    return record === undefined ? [] : readEntries(record);
  };
  if (tweaks === null) return { key, live, tweaked: null, entries: own(key.hash, live) };
  const here = new ContextKey(key, tweaks);
  const tweak = tweaks.find(key.hash);
  if (tweak !== undefined) return { key: here, live: tweaked, tweaked: valueOf(engine, tweak, key), entries: [] };
  const around = entriesAround(tweaks, key.hash, (hash) => store?.get(hash, fresh));
  return { key: here, live: tweaked, tweaked: null, entries: [...own(here.hash, tweaked), ...around] };
}

function valueOf({ tools }: Engine, { bytes, given }: Tweak, key: Key): DecodedEntry {
  const decoded = bytes && tools.decodeEntry(bytes, key);
  return decoded ?? { bytes: new Uint8Array(0), value: given, changes: [], wrote: null };
}

/** A function for calls that are made now: with tweaks in force, their results are kept and counted apart. */
export function linkedHere({ tools }: Engine, linked: Linked): Linked {
  if (!tools.currentContext()?.tweaks) return linked;
  const { live, tweaked } = linked;
  if (live.keepsChanges) tweaked.keepsChanges = true;
  return { ...linked, live: tweaked };
}
