/** What is kept for a call where it is asked for: in a context with tweaks that is something else than outside. */
import type { Engine } from "../call/engine.ts";
import type { Entry } from "../call/entry.ts";
import type { HandSite } from "../call/hand-site.ts";
import type { DecodedEntry } from "../call/validate.ts";
import type { Key } from "../key/key.ts";
import type { Tweak } from "../trace/contexts.ts";
import type { Linked } from "./link.ts";

export interface KeptHere {
  /** The key of the call there. */
  readonly key: Key;
  readonly live: HandSite;
  /** What the call is tweaked to; null where it is not. */
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

/** The function where calls are made now: what they leave in a context is kept and counted apart. */
export function linkedHere({ tools }: Engine, linked: Linked): Linked {
  if (!tools.currentContext()?.tweaks) return linked;
  const { live, tweaked } = linked;
  if (live.keepsChanges) tweaked.keepsChanges = true;
  return { ...linked, live: tweaked };
}
