/** The entry of the bundle that is loaded at the first look-up. */
import type { Config } from "../config/config.ts";
import { type DiskOptions, openDiskStore } from "./disk/disk.ts";
import { createMemoryStore } from "./memory.ts";
import type { Evicted, Store } from "./store.ts";
import { tiered } from "./tiers.ts";

/**
 * @param onEvict takes entries that made room for others
 * @throws StoreError
 */
export function openStore(
  directory: string,
  config: Config,
  report: (line: string) => void,
  clock: Pick<DiskOptions, "later" | "now">,
  onEvict: (evicted: readonly Evicted[]) => void,
): Store {
  const { limits, maxSize, readOnly } = config;
  return tiered(
    createMemoryStore(limits.memory),
    openDiskStore(directory, report, { maxSize, readOnly, ...clock, onEvict }),
  );
}
