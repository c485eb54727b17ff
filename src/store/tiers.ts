/** Puts a fast store in front of a lasting one. */
import type { MemoryStore } from "./memory.ts";
import { NOBODY, type Store, type Tier } from "./store.ts";

/** Reads from the first store that has a record, and keeps what the back one had in front. Writes to both. */
export function tiered(front: MemoryStore, back: Tier): Store {
  return {
    get(key, owner = NOBODY, sought) {
      const known = front.find(key, owner);
      if (known !== undefined) {
        back.touch(key, owner);
        return known.record;
      }
      const found = back.find(key, owner, sought);
      if (found !== undefined) front.keep(key, found);
      return found?.record;
    },
    put(key, record, meta) {
      front.put(key, record, meta);
      back.put(key, record, meta);
    },
    remove(key) {
      front.remove(key);
      back.remove(key);
    },
    begin: (key, owner, cost) => back.begin(key, owner, cost),
    leave: (key) => back.leave(key),
    isUnderWay: (key, cost) => back.isUnderWay(key, cost),
    finish: (key) => back.finish(key),
    keepUp: () => back.keepUp(),
    flush: () => back.flush(),
    get waited() {
      return back.waited;
    },
    close() {
      front.close();
      back.close();
    },
  };
}
