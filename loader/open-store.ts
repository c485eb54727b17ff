/** The entry of the bundle that is loaded at the first look-up: lmdb and what goes with it. */
import { openDiskStore } from "../src/store/disk.ts";
import { createMemoryStore } from "../src/store/memory.ts";
import type { Store } from "../src/store/store.ts";
import { tiered } from "../src/store/tiers.ts";

/** @throws StoreError */
export function openStore(directory: string, memory: number, report: (line: string) => void): Store {
  return tiered(createMemoryStore(memory), openDiskStore(directory, report));
}
