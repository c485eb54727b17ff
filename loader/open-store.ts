/** The entry of the bundle that is loaded at the first look-up: lmdb and what goes with it. */
import type { Config } from "../src/config.ts";
import { openDiskStore } from "../src/store/disk.ts";
import { createMemoryStore } from "../src/store/memory.ts";
import type { Store } from "../src/store/store.ts";
import { tiered } from "../src/store/tiers.ts";

export { collectGarbage, formatCollected } from "../src/store/gc.ts";

/** @throws StoreError */
export function openStore(
  directory: string,
  config: Config,
  report: (line: string) => void,
  later: (work: () => void, ms: number) => void,
): Store {
  const { limits, maxSize, readOnly } = config;
  return tiered(createMemoryStore(limits.memory), openDiskStore(directory, report, { maxSize, readOnly, later }));
}
