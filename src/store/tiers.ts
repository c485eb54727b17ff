/** A fast store in front of a lasting one. */
import type { Store } from "./store.ts";

/** Reads from the first that has a record and keeps it in front; writes to both. */
export function tiered(front: Store, back: Store): Store {
  return {
    get(key) {
      const known = front.get(key);
      if (known !== undefined) return known;
      const found = back.get(key);
      // The caller may hand out views of what it gets, so the front keeps bytes of its own.
      if (found !== undefined) front.put(key, new Uint8Array(found));
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
