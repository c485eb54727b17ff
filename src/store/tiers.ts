/** A fast store in front of a lasting one. */
import type { Store } from "./store.ts";

/** Reads from the first that has a record and keeps it in front; writes to both. */
export function tiered(front: Store, back: Store): Store {
  return {
    get(key) {
      const known = front.get(key);
      if (known !== undefined) return known;
      const found = back.get(key);
      if (found !== undefined) front.put(key, found);
      return found;
    },
    put(key, record) {
      front.put(key, record);
      back.put(key, record);
    },
    remove(key) {
      front.remove(key);
      back.remove(key);
    },
    flush: () => back.flush(),
    close() {
      front.close();
      back.close();
    },
  };
}
